"""DataLoader: batches, order, threads."""

import collections
import re
import threading
import time
import traceback

import dlcore as dl
import numpy as np
import pytest
from dlcore.data import DataLoader, Dataset, TensorDataset, default_collate, random_split

THREADS = pytest.mark.parametrize("num_workers", [0, 1, 3])
X = np.arange(22, dtype=np.float32).reshape(11, 2)


def dataset():
    return TensorDataset(dl.tensor(X), dl.arange(11))


def flat(batches):
    return [value for batch in batches for value in batch]


def labels(loader):
    return [y.tolist() for _, y in loader]


def loading_threads():
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("dlcore-data")]


@THREADS
def test_batches_in_order(num_workers):
    loader = DataLoader(dataset(), batch_size=4, num_workers=num_workers)
    batches = list(loader)
    assert len(batches) == len(loader) == 3
    np.testing.assert_array_equal(np.concatenate([x.numpy() for x, _ in batches]), X)
    assert [y.tolist() for _, y in batches] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10]]
    assert labels(DataLoader(dataset(), batch_size=4, drop_last=True, num_workers=num_workers)) == labels(loader)[:2]
    assert loading_threads() == []


def test_the_order_depends_on_the_seed_alone():
    def epochs(num_workers):
        generator = dl.Generator().manual_seed(5)
        loader = DataLoader(dataset(), 4, shuffle=True, num_workers=num_workers, generator=generator)
        return [labels(loader), labels(loader)]

    first = epochs(0)
    assert first[0] != first[1]
    assert sorted(flat(first[0])) == list(range(11))
    assert all(epochs(num_workers) == first for num_workers in (0, 1, 2, 5))


def test_a_batch_is_a_copy():
    data = dataset()
    for x, _ in DataLoader(data, batch_size=11):
        x[:] = -1.0
    np.testing.assert_array_equal(data.tensors[0].numpy(), X)


@THREADS
def test_subsets_of_subsets(num_workers):
    parts = random_split(dataset(), [6, 5], generator=dl.Generator().manual_seed(0))
    halves = random_split(parts[0], [0.5, 0.5], generator=dl.Generator().manual_seed(0))
    expected = [halves[1][i][1].item() for i in range(3)]
    assert flat(labels(DataLoader(halves[1], batch_size=2, num_workers=num_workers))) == expected


@THREADS
def test_a_subclass_that_changes_samples_is_asked_for_each(num_workers):
    class Negated(TensorDataset):
        def __getitem__(self, index):
            x, y = super().__getitem__(index)
            return -x, y

    data = Negated(*dataset().tensors)
    (x, _), *_ = DataLoader(data, batch_size=11, num_workers=num_workers)
    np.testing.assert_array_equal(x.numpy(), -X)


@THREADS
def test_any_sequence(num_workers):
    assert [b.tolist() for b in DataLoader(range(5), 2, num_workers=num_workers)] == [[0, 1], [2, 3], [4]]


@THREADS
def test_own_order_batches_and_collation(num_workers):
    data = dataset()
    loader = DataLoader(data, 2, sampler=[3, 1, 2], num_workers=num_workers)
    assert labels(loader) == [[3, 1], [2]]
    loader = DataLoader(data, batch_sampler=[[0], [1, 2]], num_workers=num_workers)
    assert labels(loader) == [[0], [1, 2]]
    assert len(loader) == 2
    assert list(DataLoader(range(3), 2, collate_fn=tuple, num_workers=num_workers)) == [(0, 1), (2,)]


class Failing(Dataset):
    def __getitem__(self, index):
        if index == 5:
            raise KeyError("sample five is spoilt")
        return index

    def __len__(self):
        return 100


@THREADS
def test_an_error_comes_out_in_its_place_with_its_traceback(num_workers):
    batches = iter(DataLoader(Failing(), batch_size=2, num_workers=num_workers))
    assert [next(batches).tolist() for _ in range(2)] == [[0, 1], [2, 3]]
    with pytest.raises(KeyError, match="sample five is spoilt") as error:
        next(batches)
    assert "__getitem__" in [frame.name for frame in traceback.extract_tb(error.value.__traceback__)]
    assert loading_threads() == []


def test_leaving_early_leaves_no_thread_behind():
    loader = DataLoader(range(10_000), batch_size=1, num_workers=3)
    for _ in loader:
        assert loading_threads()
        break
    assert loading_threads() == []
    assert len(list(loader)) == 10_000


def test_threads_read_ahead_but_not_without_bound():
    read = []

    class Slow(Dataset):
        def __getitem__(self, index):
            read.append(index)
            return index

        def __len__(self):
            return 100

    batches = iter(DataLoader(Slow(), batch_size=1, num_workers=2, prefetch_factor=3))
    next(batches)
    time.sleep(0.2)
    assert 2 <= len(read) <= 2 * 3 + 1
    batches.close()


def test_threads_overlap():
    both = threading.Barrier(2, timeout=10)

    class Meeting(Dataset):
        def __getitem__(self, index):
            both.wait()
            return index

        def __len__(self):
            return 4

    assert len(list(DataLoader(Meeting(), num_workers=2))) == 4


def test_collation_of_structures():
    Point = collections.namedtuple("Point", "x y")
    batch = default_collate([{"p": Point(1, 2.5), "s": "a"}, {"p": Point(3, 4.5), "s": "b"}])
    assert batch["s"] == ["a", "b"]
    assert type(batch["p"]) is Point
    assert (batch["p"].x.tolist(), batch["p"].y.tolist()) == ([1, 3], [2.5, 4.5])
    assert (batch["p"].x.dtype, batch["p"].y.dtype) == (dl.int64, dl.float64)
    assert default_collate([True, False]).dtype == dl.bool
    arrays = default_collate([np.ones(2, np.float32), np.zeros(2, np.float32)])
    assert arrays.tolist() == [[1.0, 1.0], [0.0, 0.0]]
    assert default_collate([np.int64(3), np.int64(4)]).tolist() == [3, 4]
    with pytest.raises(ValueError, match=re.escape("samples expected the same number of parts, got [1, 2]")):
        default_collate([(1,), (1, 2)])
    with pytest.raises(TypeError, match=r"default_collate: a sample expected .*, got object"):
        default_collate([object()])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"batch_size": 0}, "BatchSampler: batch_size expected an integer > 0, got 0"),
        ({"num_workers": -1}, "DataLoader: num_workers expected a number >= 0, got -1"),
        ({"prefetch_factor": 0}, "DataLoader: prefetch_factor expected a number >= 1, got 0"),
        ({"shuffle": True, "sampler": [0]}, "DataLoader: sampler expected without shuffle, got both"),
        (
            {"batch_sampler": [[0]], "shuffle": True},
            "DataLoader: batch_sampler expected without batch_size, shuffle, sampler and drop_last",
        ),
    ],
)
def test_options_that_cannot_be(options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        DataLoader(range(3), **options)
