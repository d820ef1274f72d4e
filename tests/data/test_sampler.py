"""Orders of indices."""

import dlcore as dl
import pytest
from dlcore.data import BatchSampler, RandomSampler, Sampler, SequentialSampler


def test_sequential():
    sampler = SequentialSampler("abc")
    assert list(sampler) == list(sampler) == [0, 1, 2]
    assert len(sampler) == 3


def test_random_is_a_new_permutation_each_time():
    sampler = RandomSampler(range(50), generator=dl.Generator().manual_seed(0))
    first, second = list(sampler), list(sampler)
    assert sorted(first) == sorted(second) == list(range(50))
    assert first != second
    again = RandomSampler(range(50), generator=dl.Generator().manual_seed(0))
    assert list(again) == first


def test_random_with_a_number():
    assert len(list(RandomSampler(range(10), num_samples=4))) == 4
    order = list(RandomSampler(range(3), num_samples=7))
    assert sorted(order[:3]) == sorted(order[3:6]) == [0, 1, 2]
    assert len(order) == 7
    with pytest.raises(ValueError, match="RandomSampler: num_samples expected a number > 0, got 0"):
        RandomSampler(range(10), num_samples=0)


def test_random_with_replacement():
    sampler = RandomSampler(range(4), replacement=True, num_samples=100)
    order = list(sampler)
    assert set(order) == {0, 1, 2, 3}
    assert len(order) == len(sampler) == 100
    assert {type(index) for index in order} == {int}


@pytest.mark.parametrize(("size", "drop_last", "sizes"), [(7, False, [3, 3, 1]), (7, True, [3, 3]), (6, False, [3, 3])])
def test_batches(size, drop_last, sizes):
    sampler = BatchSampler(SequentialSampler(range(size)), 3, drop_last)
    assert [len(batch) for batch in sampler] == sizes
    assert len(sampler) == len(sizes)
    assert [index for batch in sampler for index in batch] == list(range(sum(sizes)))


@pytest.mark.parametrize("batch_size", [0, -1, 1.5, None, True])
def test_batch_size(batch_size):
    with pytest.raises(ValueError, match=f"BatchSampler: batch_size expected an integer > 0, got {batch_size!r}"):
        BatchSampler(range(3), batch_size, False)


def test_a_sampler_has_to_be_written():
    with pytest.raises(NotImplementedError, match="Sampler: __iter__ is not defined"):
        iter(Sampler())
