"""The position in the data: saved at one batch, and gone on from in another loader."""

import re

import dlcore as dl
import pytest
from data_sets import Noise, Numbers, Shared
from dlcore.data import BucketBatchSampler, DataLoader, RandomSampler, SubsetRandomSampler, WeightedRandomSampler

LENGTHS = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5]


def seeded():
    return dl.Generator().manual_seed(4)


LOADERS = {
    "in order": lambda: DataLoader(Numbers(11), 2),
    "shuffled": lambda: DataLoader(Numbers(11), 2, shuffle=True),
    "shuffled from a generator": lambda: DataLoader(Numbers(11), 2, shuffle=True, generator=seeded()),
    "threads": lambda: DataLoader(Noise(11), 2, shuffle=True, num_workers=3, generator=seeded()),
    "threads, default generator": lambda: DataLoader(Noise(11), 2, num_workers=2),
    "more than once": lambda: DataLoader(Numbers(3), 2, sampler=RandomSampler(Numbers(3), num_samples=11)),
    "with replacement": lambda: DataLoader(Numbers(3), 2, sampler=RandomSampler(Numbers(3), True, 11, seeded())),
    "subset": lambda: DataLoader(Numbers(30), 2, sampler=SubsetRandomSampler(range(5, 16), seeded())),
    "weighted": lambda: DataLoader(Numbers(4), 2, sampler=WeightedRandomSampler([1, 2, 3, 4.0], 11)),
    "buckets": lambda: DataLoader(
        Numbers(11),
        batch_sampler=BucketBatchSampler(RandomSampler(LENGTHS, generator=seeded()), 2, False, LENGTHS, 2),
    ),
    "stream": lambda: DataLoader(Shared(11), 2),
    "stream in threads": lambda: DataLoader(Shared(11), 2, num_workers=2),
}


def read(loader, batches, disturb=True):
    """Read on for a number of batches, over epochs, while others draw from the default generator."""
    got = []
    while len(got) < batches:
        for batch in loader:
            got.append((batch.tolist(), dl.rand(1).item() if disturb else None))
            if len(got) == batches:
                yield got, loader.state_dict(), dl.get_rng_state()
                return


@pytest.mark.parametrize("name", LOADERS)
@pytest.mark.parametrize("stop", [1, 3, 5, 6, 7, 11, 12, 13])
def test_going_on_gives_what_would_have_come(name, stop):
    dl.manual_seed(1)
    ((whole, _, _),) = read(LOADERS[name](), 20)

    dl.manual_seed(1)
    ((first, state, default),) = read(LOADERS[name](), stop)
    assert first == whole[:stop]

    dl.manual_seed(99)
    resumed = LOADERS[name]()
    list(resumed)  # whatever it did before
    resumed.load_state_dict(state)
    dl.set_rng_state(default)
    assert resumed.state_dict()["batch"] == state["batch"]
    ((rest, _, _),) = read(resumed, 20 - stop)
    assert rest == whole[stop:]


def test_between_epochs():
    loader, other = (DataLoader(Numbers(5), 2, shuffle=True, generator=seeded()) for _ in range(2))
    list(loader)
    state = loader.state_dict()
    assert (state["epoch"], state["batch"], state["begun"]) == (1, 0, False)
    other.load_state_dict(state)
    assert [batch.tolist() for batch in other] == [batch.tolist() for batch in loader]
    assert other.state_dict()["epoch"] == 2


def test_leaving_early_and_coming_back_begins_the_next_epoch():
    loader = DataLoader(Numbers(5), 2)
    for _ in loader:
        break
    assert (loader.state_dict()["epoch"], loader.state_dict()["batch"]) == (0, 1)
    assert [batch.tolist() for batch in loader] == [[0, 1], [2, 3], [4]]
    assert loader.state_dict()["epoch"] == 2


def test_a_state_survives_its_loader_and_further_reading():
    loader = DataLoader(Numbers(8), 2, shuffle=True, generator=seeded())
    batches = iter(loader)
    next(batches)
    state = loader.state_dict()
    rest = [batch.tolist() for batch in batches]
    for _ in range(2):
        loader.load_state_dict(state)
        assert [batch.tolist() for batch in loader] == rest


def test_states_that_do_not_fit():
    loader = DataLoader(Numbers(8), 2, shuffle=True, generator=seeded())
    state = loader.state_dict()
    with pytest.raises(KeyError, match="state_dict expected epoch, batch, begun and generators, got no batch"):
        loader.load_state_dict({key: value for key, value in state.items() if key != "batch"})
    message = "DataLoader: state_dict expected 1 generators, got 2"
    with pytest.raises(ValueError, match=re.escape(message)):
        DataLoader(Numbers(8)).load_state_dict(state)
    list(zip(range(3), loader, strict=False))
    smaller = DataLoader(Numbers(3), 2, shuffle=True, generator=seeded())
    smaller.load_state_dict(loader.state_dict())
    with pytest.raises(RuntimeError, match="DataLoader: batch 3 is where it stopped, but the data has fewer now"):
        list(smaller)
