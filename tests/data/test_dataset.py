"""Data sets and their parts."""

import re

import dlcore as dl
import numpy as np
import pytest
from dlcore.data import Dataset, IterableDataset, Subset, TensorDataset, random_split


def test_tensor_dataset():
    x, y = dl.randn(5, 2), dl.arange(5)
    dataset = TensorDataset(x, y)
    assert len(dataset) == 5
    row, label = dataset[3]
    np.testing.assert_array_equal(row.numpy(), x.numpy()[3])
    assert label.item() == 3
    assert dataset[1:3][1].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("shapes", "given"), [([(2, 3), (3, 2)], "(2, 3), (3, 2)"), ([()], "()"), ([], "none"), ([(2,), ()], "(2,), ()")]
)
def test_tensors_of_different_sizes(shapes, given):
    message = f"TensorDataset: tensors expected the same size in the first axis, got {given}"
    with pytest.raises(ValueError, match=re.escape(message)):
        TensorDataset(*[dl.zeros(shape) for shape in shapes])


def test_a_data_set_has_to_be_written():
    with pytest.raises(NotImplementedError, match="Dataset: __getitem__ is not defined"):
        Dataset()[0]
    with pytest.raises(NotImplementedError, match="IterableDataset: __iter__ is not defined"):
        iter(IterableDataset())


def test_subset():
    subset = Subset("abcdef", [5, 0, 2])
    assert len(subset) == 3
    assert [subset[i] for i in range(3)] == ["f", "a", "c"]


def test_random_split_shares_out_all_samples_once():
    dataset = TensorDataset(dl.arange(10))
    parts = random_split(dataset, [7, 0, 3], generator=dl.Generator().manual_seed(1))
    assert [len(part) for part in parts] == [7, 0, 3]
    values = [part[i][0].item() for part in parts for i in range(len(part))]
    assert sorted(values) == list(range(10))
    assert values != list(range(10))
    again = random_split(dataset, [7, 0, 3], generator=dl.Generator().manual_seed(1))
    assert [part.indices for part in again] == [part.indices for part in parts]


@pytest.mark.parametrize(
    ("total", "fractions", "sizes"),
    [(10, [0.5, 0.5], [5, 5]), (11, [0.3, 0.3, 0.4], [4, 3, 4]), (3, [0.9, 0.1], [3, 0]), (4, [1.0], [4])],
)
def test_fractions(total, fractions, sizes):
    assert [len(part) for part in random_split(range(total), fractions)] == sizes


@pytest.mark.parametrize("lengths", [[3, 3], [0.5, 0.2], [11], [5.0, 5.0]])
def test_lengths_that_do_not_add_up(lengths):
    message = f"random_split: lengths expected integers that sum to 10 or fractions that sum to 1, got {lengths}"
    with pytest.raises(ValueError, match=re.escape(message)):
        random_split(range(10), lengths)


def test_negative_lengths():
    with pytest.raises(ValueError, match=re.escape("random_split: lengths expected numbers >= 0, got [11, -1]")):
        random_split(range(10), [11, -1])
