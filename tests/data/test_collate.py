"""Batches of sequences of different lengths."""

import functools
import re

import dlcore as dl
import numpy as np
import pytest
from dlcore.data import DataLoader, Padded, collate_padded

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "bool"])
@pytest.mark.parametrize("rest", [(), (3,), (2, 0), (2, 3)])
@pytest.mark.parametrize("make", [dl.tensor, np.asarray])
def test_sequences_are_padded_to_the_longest(dtype, rest, make):
    arrays = [(RNG.standard_normal((n, *rest)) * 5).astype(dtype) for n in (2, 5, 0, 1)]
    padded = collate_padded([make(array) for array in arrays], padding_value=1)
    assert type(padded) is Padded
    assert padded.lengths.tolist() == [2, 5, 0, 1]
    assert padded.lengths.dtype == dl.int64
    expected = np.ones((4, 5, *rest), dtype)
    for i, array in enumerate(arrays):
        expected[i, : len(array)] = array
    np.testing.assert_array_equal(padded.data.numpy(), expected)
    assert padded.data.numpy().dtype == dtype


def test_structures():
    batch = collate_padded(
        [
            {"words": dl.tensor([1, 2]), "label": 3, "name": "a", "pair": (dl.tensor([1.0]), dl.tensor(0.5))},
            {"words": dl.tensor([4]), "label": 5, "name": "b", "pair": (dl.tensor([2.0, 3.0]), dl.tensor(1.5))},
        ]
    )
    assert batch["words"].data.tolist() == [[1, 2], [4, 0]]
    assert batch["label"].tolist() == [3, 5]
    assert batch["name"] == ["a", "b"]
    assert batch["pair"][0].data.tolist() == [[1.0, 0.0], [2.0, 3.0]]
    assert batch["pair"][1].tolist() == [0.5, 1.5]


def test_in_a_loader():
    words = [dl.arange(n) for n in (3, 1, 2)]
    collate = functools.partial(collate_padded, padding_value=-1)
    first, second = DataLoader(words, batch_size=2, collate_fn=collate)
    assert first.data.tolist() == [[0, 1, 2], [0, -1, -1]]
    assert second.lengths.tolist() == [2]


@pytest.mark.parametrize(
    ("other", "given"),
    [
        (np.zeros((2, 4)), "float64 of shape (2, 4)"),
        (np.zeros((2, 3), "int64"), "int64 of shape (2, 3)"),
        (np.zeros(()), "float64 of shape ()"),
    ],
)
def test_sequences_that_do_not_go_together(other, given):
    message = (
        "collate_padded: sequences expected one dtype and, after the first axis, one shape, "
        f"got float64 of shape (2, 3) and {given}"
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        collate_padded([np.zeros((2, 3)), other])
    with pytest.raises(ValueError, match=re.escape("collate_padded: samples expected the same number of parts")):
        collate_padded([(1,), (1, 2)])
    with pytest.raises(TypeError, match=r"default_collate: a sample expected .*, got object"):
        collate_padded([object()])
