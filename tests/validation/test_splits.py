"""Three parts that share nothing."""

import re

import dlcore as dl
import numpy as np
import pytest
from check import check_error
from dlcore.data import Dataset, IterableDataset, Subset, TensorDataset
from dlcore.validation import ArrayDataset, train_val_test_split

LABELS = np.arange(100) % 10


def numbers(parts):
    return [part.tensors[0].tolist() for part in parts]


@pytest.mark.parametrize(("sizes", "expected"), [((0.2, 0.3), (50, 20, 30)), ((7, 0.101), (82, 7, 11))])
@pytest.mark.parametrize("shuffle", [True, False])
def test_disjoint_and_whole(sizes, expected, shuffle):
    parts = train_val_test_split((np.arange(100),), *sizes, shuffle=shuffle)
    assert tuple(map(len, parts)) == expected
    together = [number for part in numbers(parts) for number in part]
    assert (sorted(together) if shuffle else together) == list(range(100))
    assert (together == list(range(100))) is not shuffle


def test_each_part_has_its_share_of_the_labels():
    parts = train_val_test_split((np.arange(100), LABELS), stratify=LABELS)
    assert [np.bincount(part.tensors[1].numpy()).tolist() for part in parts] == [[6] * 10, [2] * 10, [2] * 10]
    tensors = train_val_test_split((np.arange(100), LABELS), stratify=dl.tensor(LABELS))
    assert numbers(tensors) == numbers(parts)


def test_a_group_comes_into_one_part():
    groups = np.array(["a", "b", "c", "d", "e"]).repeat([10, 20, 30, 25, 15])
    parts = train_val_test_split((np.arange(100),), 1, 0.2, groups=groups)
    found = [set(groups[part]) for part in numbers(parts)]
    assert [len(part) for part in found] == [3, 1, 1]
    assert set.union(*found) == set("abcde")
    assert sorted(number for part in numbers(parts) for number in part) == list(range(100))


def test_the_seed_draws():
    data = (np.arange(100),)
    assert numbers(train_val_test_split(data, seed=1)) == numbers(train_val_test_split(data, seed=1))
    assert numbers(train_val_test_split(data, seed=1)) != numbers(train_val_test_split(data, seed=2))
    before = dl.get_rng_state().tolist()
    train_val_test_split(data)
    assert dl.get_rng_state().tolist() == before


class Squares(Dataset):
    def __len__(self):
        return 10

    def __getitem__(self, index):
        return index, index * index


def frame(numbers):
    return pytest.importorskip("pandas", reason="makes data frames").DataFrame({"x": numbers})


@pytest.mark.parametrize("kind", [np.float16, list, frame])
def test_what_no_tensor_holds_stays_what_it_is(kind):
    x = kind(np.arange(10))
    words = np.array(["a", "b"])[np.arange(10) % 2]
    for y in (words, words.tolist()):
        parts = train_val_test_split((x, y))
        for part, same in zip(parts, train_val_test_split((np.arange(10),)), strict=True):
            assert (type(part), type(part.arrays[0]), type(part.arrays[1])) == (ArrayDataset, type(x), type(y))
            rows = same.tensors[0].numpy()
            np.testing.assert_array_equal(np.ravel(part.arrays[0]), rows)
            assert list(part.arrays[1]) == words[rows].tolist()
    again = train_val_test_split(parts.train)
    assert [type(part) for part in again] == [ArrayDataset] * 3
    assert [len(part) for part in again] == [2, 2, 2]


def test_rows_that_do_not_fit():
    message = "ArrayDataset: arrays expected the same number of rows, got 10, 9"
    check_error(ValueError, message, lambda: train_val_test_split((list(range(10)), list(range(9)))))
    message = "ArrayDataset: arrays[1] expected rows, got int"
    check_error(TypeError, message, lambda: train_val_test_split((list(range(10)), 3)))
    message = "ArrayDataset: arrays[0] expected rows, got ndarray"
    check_error(TypeError, message, lambda: train_val_test_split((np.array("a"), np.array(3))))


def test_data_sets():
    parts = train_val_test_split(Squares())
    assert [type(part) for part in parts] == [Subset] * 3
    assert sorted(number for part in parts for number, _ in (part[i] for i in range(len(part)))) == list(range(10))
    parts = train_val_test_split(TensorDataset(dl.arange(10), dl.arange(10) ** 2))
    assert all((part.tensors[1] == part.tensors[0] ** 2).all() for part in parts)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((0.5, 0.5), ValueError, "sizes expected to leave samples to learn from, got 5 + 5 of 10"),
        ((0, 0.5), ValueError, "validation_size expected a share in (0, 1) or a number of samples >= 1, got 0"),
        ((0.2, 1.5), ValueError, "test_size expected a share in (0, 1) or a number of samples >= 1, got 1.5"),
        ((0.2, True), ValueError, "test_size expected a share in (0, 1) or a number of samples >= 1, got True"),
    ],
)
def test_sizes_that_cannot_be(arguments, error, message):
    with pytest.raises(error, match=f"^train_val_test_split: {re.escape(message)}$"):
        train_val_test_split(Squares(), *arguments)


def test_other_errors():
    with pytest.raises(ValueError, match="stratify expected shuffle=True, got False"):
        train_val_test_split(Squares(), stratify=[0, 1] * 5, shuffle=False)
    with pytest.raises(ValueError, match="groups expected shuffle=True, got False"):
        train_val_test_split(Squares(), groups=[0, 1] * 5, shuffle=False)
    with pytest.raises(ValueError, match="stratify expected without groups, got both"):
        train_val_test_split(Squares(), stratify=[0, 1] * 5, groups=[0, 1] * 5)
    with pytest.raises(ValueError, match=r"stratify expected one for each of 10 samples, got shape \(3,\)"):
        train_val_test_split(Squares(), stratify=[0, 1, 1])
    with pytest.raises(ValueError, match=r"^train_val_test_split: groups expected shape \(10,\), got \(10, 2\)$"):
        train_val_test_split(Squares(), groups=np.zeros((10, 2)))
    with pytest.raises(ValueError, match="seed expected an integer from 0 to 4294967295, got -1"):
        train_val_test_split(Squares(), seed=-1)
    for data in (IterableDataset(), "text", np.arange(10), [1, 2], object()):
        with pytest.raises(TypeError, match="data expected a tuple of arrays or tensors, or a data set with a length"):
            train_val_test_split(data)
