"""Workers of a DataLoader, as threads and as processes: order, seeds, errors, and that nothing is left behind."""

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import dlcore as dl
import numpy as np
import pytest
from data_sets import (
    Dying,
    Failing,
    FailingStubbornly,
    GlobalNoise,
    Noise,
    Numbers,
    Shared,
    SlowWhereOdd,
    Who,
    refuse,
)
from dlcore.data import DataLoader, TensorDataset, get_worker_info

TESTS = Path(__file__).parent.parent
KINDS = pytest.mark.parametrize("context", [None, "spawn"], ids=["threads", "processes"])


@pytest.fixture(autouse=True)
def nothing_left_behind():
    """Fail where a worker outlives its test."""
    yield
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith("dlcore-data")]
    assert left == []
    assert multiprocessing.active_children() == []


def loader(dataset, batch_size=1, num_workers=2, **options):
    return DataLoader(dataset, batch_size, num_workers=num_workers, **options)


@KINDS
def test_batches_in_order(context):
    x = dl.randn(11, 2)
    data = TensorDataset(x, dl.arange(11))
    batches = list(loader(data, 4, multiprocessing_context=context))
    np.testing.assert_array_equal(np.concatenate([rows.numpy() for rows, _ in batches]), x.numpy())
    assert [labels.tolist() for _, labels in batches] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10]]


def test_forkserver():
    batches = list(loader(Numbers(3), 2, multiprocessing_context="forkserver"))
    assert [batch.tolist() for batch in batches] == [[0, 1], [2]]


@KINDS
def test_shuffling_is_the_same_for_every_kind_of_worker(context):
    def order(**options):
        generator = dl.Generator().manual_seed(3)
        return [batch.tolist() for batch in DataLoader(Numbers(9), 2, shuffle=True, generator=generator, **options)]

    assert order(num_workers=2, multiprocessing_context=context) == order()


@KINDS
def test_workers_know_who_they_are(context):
    assert get_worker_info() is None
    read = loader(Who(4), collate_fn=tuple, multiprocessing_context=context, generator=dl.Generator().manual_seed(1))
    ids, counts, seeds, places = zip(*[batch[0] for batch in read], strict=True)
    assert ids == (0, 1, 0, 1)
    assert set(counts) == {2}
    assert seeds[0] == seeds[2] != seeds[1] == seeds[3]
    assert len(set(places)) == 2
    again = loader(Who(4), collate_fn=tuple, generator=dl.Generator().manual_seed(1))
    assert [batch[0][2] for batch in again] == list(seeds), "the seeds come from the generator"
    assert not {batch[0][2] for batch in again} & set(seeds), "another epoch has others"


@KINDS
def test_random_numbers_depend_on_seed_epoch_and_batch_alone(context):
    def epochs(num_workers, context=None, seed=1):
        generator = dl.Generator().manual_seed(seed)
        read = loader(Noise(7), 2, num_workers, multiprocessing_context=context, generator=generator)
        return [[batch.tolist() for batch in read] for _ in range(2)]

    first, second = epochs(2, context)
    numbers = [number for batch in first + second for row in batch for number in row]
    assert len(set(numbers)) == len(numbers) == 28
    assert epochs(1) == epochs(3) == [first, second]
    assert epochs(2, seed=2)[0] != first


def test_all_random_numbers_of_a_process_are_seeded():
    def epoch():
        generator = dl.Generator().manual_seed(1)
        read = loader(GlobalNoise(4), collate_fn=tuple, multiprocessing_context="spawn", generator=generator)
        return [batch[0] for batch in read]

    first = epoch()
    assert len({number for row in first for number in row}) == 12
    assert epoch() == first


def test_reading_in_order_draws_nothing_from_the_generator():
    state = dl.get_rng_state().tolist()
    list(loader(Noise(3)))
    assert dl.get_rng_state().tolist() == state


def test_worker_init_fn():
    seen = {}
    list(loader(Numbers(4), worker_init_fn=lambda i: seen.update({i: get_worker_info().id})))
    assert seen == {0: 0, 1: 1}


@KINDS
def test_an_error_of_worker_init_fn_comes_out(context):
    with pytest.raises(OSError, match="worker 0 has no file"):
        list(loader(Numbers(4), worker_init_fn=refuse, multiprocessing_context=context))


def test_an_error_in_a_process_has_its_traceback_as_the_cause():
    batches = iter(loader(Failing(100), 2, multiprocessing_context="spawn"))
    assert [next(batches).tolist() for _ in range(2)] == [[0, 1], [2, 3]]
    with pytest.raises(KeyError, match="sample five is spoilt") as error:
        next(batches)
    text = str(error.value.__cause__)
    assert "in __getitem__" in text
    assert "raise KeyError" in text


def test_an_error_that_cannot_be_pickled():
    with pytest.raises(RuntimeError, match=re.escape("Stubborn: a and b")) as error:
        list(loader(FailingStubbornly(4), multiprocessing_context="spawn"))
    assert "data_sets.Stubborn: a and b" in str(error.value.__cause__)


def test_what_cannot_be_pickled_is_an_error_and_no_hang():
    with pytest.raises((AttributeError, Exception), match="pickle"):
        list(loader(Numbers(4), collate_fn=lambda batch: batch, multiprocessing_context="spawn"))


def test_a_process_that_dies():
    batches = iter(loader(Dying(8), multiprocessing_context="spawn"))
    assert [next(batches).item() for _ in range(2)] == [0, 1]
    with pytest.raises(RuntimeError, match=r"^DataLoader: worker 0 \(process \d+\) died, exit code -9$"):
        next(batches)


def test_leaving_early_ends_processes_whatever_they_are_at():
    began = time.monotonic()
    for batch in loader(SlowWhereOdd(8), multiprocessing_context="spawn"):
        assert batch.item() == 0
        assert len(multiprocessing.active_children()) == 2
        break
    assert multiprocessing.active_children() == []
    assert time.monotonic() - began < SlowWhereOdd.SECONDS / 2


def test_an_iteration_that_was_never_begun_starts_no_worker():
    batches = iter(loader(Numbers(4), multiprocessing_context="spawn"))
    assert multiprocessing.active_children() == []
    del batches


def run(code, interrupt=False):
    """Run a program of its own, interrupt it once it says "ready"; return its exit code and output."""
    program = [sys.executable, "-c", textwrap.dedent(code)]
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    with subprocess.Popen(
        program, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as child:
        out = child.stdout.readline()
        if interrupt:
            time.sleep(0.3)
            os.killpg(child.pid, signal.SIGINT)  # as a terminal does: to every process
        rest, errors = child.communicate(timeout=60)
    return child.returncode, out + rest, errors


@KINDS
@pytest.mark.parametrize("busy", [True, False], ids=["waiting for a batch", "workers idle"])
def test_ctrl_c(context, busy):
    code = f"""
        import multiprocessing, signal, threading, time
        import dlcore
        from data_sets import Numbers, Sleepy
        from dlcore.data import DataLoader

        signal.signal(signal.SIGINT, signal.default_int_handler)
        dataset = Sleepy(100) if {busy} else Numbers(100)
        batches = iter(DataLoader(dataset, num_workers=2, multiprocessing_context={context!r}))
        next(batches)
        print("ready", flush=True)
        try:
            if not {busy}:
                time.sleep(60)
            for _ in batches:
                pass
        except KeyboardInterrupt:
            del batches
            names = [t.name for t in threading.enumerate() if t.name.startswith("dlcore")]
            print("stopped", names, multiprocessing.active_children())
    """
    assert run(code, interrupt=True) == (0, "ready\nstopped [] []\n", "")


@KINDS
def test_python_ends_while_an_iteration_is_open(context):
    code = f"""
        from data_sets import Numbers
        from dlcore.data import DataLoader
        batches = iter(DataLoader(Numbers(10**6), num_workers=2, multiprocessing_context={context!r}))
        print(next(batches).item())
    """
    assert run(code) == (0, "0\n", "")


def test_a_parent_that_is_killed_takes_its_processes_along():
    code = """
        import multiprocessing, os, signal
        from data_sets import Numbers
        from dlcore.data import DataLoader
        batches = iter(DataLoader(Numbers(10**6), num_workers=2, multiprocessing_context="spawn"))
        next(batches), next(batches)
        print(*[child.pid for child in multiprocessing.active_children()], flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    exit_code, out, _ = run(code)
    assert exit_code == -9
    pids = out.split()
    assert len(pids) == 2
    for _ in range(200):
        if not any(Path(f"/proc/{pid}/stat").exists() and " Z " not in _status(pid) for pid in pids):
            break
        time.sleep(0.05)
    else:
        pytest.fail("a worker lives on")


def _status(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return " Z "


@KINDS
@pytest.mark.parametrize("num_workers", [0, 1, 3])
def test_streams(num_workers, context):
    if num_workers == 0:
        context = None
    read = loader(Shared(10), 2, num_workers, multiprocessing_context=context)
    expected = {
        0: [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]],
        1: [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]],
        3: [[0, 3], [1, 4], [2, 5], [6, 9], [7], [8]],
    }
    assert [batch.tolist() for batch in read] == expected[num_workers]


@pytest.mark.parametrize("prefetch_factor", [1, 2, 7])
def test_a_stream_that_ends_before_the_others(prefetch_factor):
    read = loader(Shared(9, uneven=True), 1, 2, prefetch_factor=prefetch_factor)
    assert [batch.item() for batch in read] == [0, 1, 2, 3, 5, 7]


def test_streams_without_their_rest_and_their_length():
    assert [batch.tolist() for batch in DataLoader(Shared(5), 2, drop_last=True)] == [[0, 1], [2, 3]]

    class Counted(Shared):
        def __len__(self):
            return self.n

    assert [len(DataLoader(Counted(5), 2, drop_last=drop)) for drop in (False, True)] == [3, 2]
    with pytest.raises(TypeError, match="has no len"):
        len(DataLoader(Shared(5)))
    assert [batch.tolist() for batch in DataLoader(Shared(3), collate_fn=np.array)] == [[0], [1], [2]]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"multiprocessing_context": "fork", "num_workers": 1},
            "DataLoader: multiprocessing_context expected None, 'spawn' or 'forkserver', got 'fork'",
        ),
        (
            {"multiprocessing_context": "spawn"},
            "DataLoader: multiprocessing_context expected num_workers > 0, got 0",
        ),
        (
            {"dataset": Shared(3), "shuffle": True},
            "DataLoader: an IterableDataset expected without shuffle, sampler and batch_sampler: it has an order of",
        ),
        ({"dataset": Shared(3), "batch_size": 0}, "BatchSampler: batch_size expected an integer > 0, got 0"),
    ],
)
def test_options_that_cannot_be(options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        DataLoader(**{"dataset": Numbers(3), **options})
