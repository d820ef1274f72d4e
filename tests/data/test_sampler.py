"""Orders of indices."""

import re

import dlcore as dl
import numpy as np
import pytest
from dlcore.data import (
    BatchSampler,
    BucketBatchSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)


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


def test_an_order_is_drawn_when_the_iteration_begins():
    for sampler in [
        RandomSampler(range(5)),
        RandomSampler(range(3), num_samples=8),
        RandomSampler(range(5), replacement=True),
        SubsetRandomSampler(range(5)),
        WeightedRandomSampler([1.0, 1.0], 5),
        BatchSampler(RandomSampler(range(5)), 2, False),
        BucketBatchSampler(RandomSampler(range(5)), 2, False, range(5)),
    ]:
        dl.manual_seed(1)
        expected = list(sampler)
        dl.manual_seed(1)
        order = iter(sampler)
        dl.rand(1)
        assert list(order) == expected


def test_random_of_nothing():
    assert list(RandomSampler([])) == []
    assert list(RandomSampler([], replacement=True)) == []
    message = "RandomSampler: num_samples 2 expected something to read, got no sample"
    with pytest.raises(ValueError, match=message):
        list(RandomSampler([], num_samples=2))


def test_subset_random():
    sampler = SubsetRandomSampler(list(range(10, 40)), generator=dl.Generator().manual_seed(0))
    first, second = list(sampler), list(sampler)
    assert sorted(first) == sorted(second) == list(range(10, 40))
    assert first != second
    assert len(sampler) == 30


@pytest.mark.parametrize("form", [list, dl.tensor])
def test_weighted_random(form):
    weights = [1.0, 0.0, 3.0, 4.0]
    sampler = WeightedRandomSampler(form(weights), 8000, generator=dl.Generator().manual_seed(0))
    order = list(sampler)
    assert len(order) == len(sampler) == 8000
    counts = [order.count(i) for i in range(4)]
    assert counts[1] == 0
    for count, weight in zip(counts, weights, strict=True):
        spread = (8000 * weight / 8 * (1 - weight / 8)) ** 0.5
        assert abs(count - 1000 * weight) <= 4 * spread
    assert sorted(WeightedRandomSampler(form(weights), 3, replacement=False)) == [0, 2, 3]


def test_weights_that_cannot_be():
    with pytest.raises(ValueError, match="WeightedRandomSampler: num_samples expected an integer > 0, got 0"):
        WeightedRandomSampler([1.0], 0)
    with pytest.raises(
        ValueError, match=re.escape("WeightedRandomSampler: weights expected one axis, got shape (1, 2)")
    ):
        WeightedRandomSampler([[1.0, 2.0]], 1)


@pytest.mark.parametrize("drop_last", [False, True])
def test_buckets_hold_every_sample_once_with_little_padding(drop_last):
    lengths = np.random.default_rng(0).integers(1, 100, 503).tolist()
    order = RandomSampler(lengths, generator=dl.Generator().manual_seed(0))
    sampler = BucketBatchSampler(order, 8, drop_last, lengths, 20, generator=dl.Generator().manual_seed(1))
    batches = list(sampler)
    assert len(batches) == len(sampler) == (62 if drop_last else 63)
    indices = [index for batch in batches for index in batch]
    assert len(set(indices)) == len(indices) == (496 if drop_last else 503)

    def padding(batches):
        return sum(max(lengths[i] for i in batch) - lengths[j] for batch in batches for j in batch)

    assert padding(batches) < padding(BatchSampler(order, 8, drop_last)) / 4
    assert [max(lengths[i] for i in batch) for batch in batches[:20]] != sorted(
        max(lengths[i] for i in batch) for batch in batches[:20]
    ), "the batches are shuffled"
    assert list(sampler) != batches


def test_buckets_that_cannot_be():
    with pytest.raises(ValueError, match="BucketBatchSampler: bucket_size_multiplier expected a number >= 1, got 0"):
        BucketBatchSampler([0], 1, False, [1], bucket_size_multiplier=0)
    with pytest.raises(ValueError, match="BucketBatchSampler: batch_size expected an integer > 0, got 0"):
        BucketBatchSampler([0], 0, False, [1])
