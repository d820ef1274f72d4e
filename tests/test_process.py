"""What the rest of the process may do: fork, interrupt, run threads, bring another library."""

import importlib.util
import os
import signal
import subprocess
import sys
import textwrap

import dlcore
import numpy as np
import pytest

HAS_TORCH = importlib.util.find_spec("torch") is not None


def run(code, **environment):
    """Run a program of its own; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_forked_child_computes_and_differentiates():
    printed = run(
        """
        import os
        import dlcore
        dlcore.set_num_threads(3)
        x = dlcore.ones(600, 600, requires_grad=True)

        def work():
            x.grad = None
            (x * x).sigmoid().sum().backward()
            return x.grad.sum().item()

        expected = work()
        child = os.fork()
        if child == 0:
            os._exit(0 if work() == expected else 1)
        print(os.waitpid(child, 0)[1], work() == expected)
        """
    )
    assert printed == "0 True"


def test_a_child_of_a_busy_process_has_threads_of_its_own():
    printed = run(
        """
        import os, threading
        import dlcore
        dlcore.set_num_threads(3)
        x = dlcore.ones(700, 700)
        expected = x.exp().sum().item()
        stop = threading.Event()

        def work():
            while not stop.is_set():
                x.exp()

        busy = threading.Thread(target=work)
        busy.start()
        ends = []
        for _ in range(10):
            child = os.fork()
            if child == 0:
                right = x.exp().sum().item() == expected and dlcore.get_num_threads() == 3
                threads = len(os.listdir("/proc/self/task"))
                os._exit(0 if right and threads > 1 else 1)
            ends.append(os.waitpid(child, 0)[1])
        stop.set()
        busy.join()
        print(ends == [0] * 10)
        """
    )
    assert printed == "True"


def test_a_process_ends_while_its_threads_wait():
    code = "import dlcore; dlcore.set_num_threads(4); x = dlcore.ones(700, 700).exp(); print(x[0, 0].item() > 2.7)"
    assert run(code) == "True"


def test_more_threads_than_cores():
    code = """
        import os
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        import dlcore
        x = dlcore.arange(500_000, dtype=dlcore.float32)
        sums = []
        for n in (1, 8, 2, 30, 1):
            dlcore.set_num_threads(n)
            sums.append([x.sqrt().sum().item() for _ in range(20)])
        print(all(s == sums[0] for s in sums))
    """
    assert run(code) == "True"


def test_keyboard_interrupt_ends_a_long_loop_and_leaves_the_library_usable():
    code = """
        import signal
        import dlcore
        signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background ignores it
        x = dlcore.ones(300, 300, requires_grad=True)
        try:
            print("ready", flush=True)
            while True:
                x.grad = None
                (x @ x).sigmoid().sum().backward()
        except KeyboardInterrupt:
            x.grad = None
            (x * 2).sum().backward()
            print("stopped", x.grad.sum().item())
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout.readline().strip() == "ready"
        child.send_signal(signal.SIGINT)
        out, _ = child.communicate(timeout=60)
    assert out.strip() == f"stopped {2.0 * 300 * 300}"


@pytest.mark.parametrize("first", ["dlcore", "torch"])
@pytest.mark.skipif(not HAS_TORCH, reason="PyTorch is not installed; it is a peer, not a requirement of the tests")
def test_torch_and_dlcore_in_one_process(first):
    second = "torch" if first == "dlcore" else "dlcore"
    printed = run(
        f"""
        import {first}
        import {second}
        import numpy as np
        a = np.random.default_rng(0).standard_normal((300, 300)).astype("f")
        for _ in range(3):
            ours = (dlcore.tensor(a) @ dlcore.tensor(a)).sigmoid().sum()
            theirs = (torch.tensor(a) @ torch.tensor(a)).sigmoid().sum()
        assert abs(ours.item() / theirs.item() - 1) < 1e-5
        shared = torch.from_dlpack(dlcore.ones(2))
        print(shared.sum().item(), dlcore.from_dlpack(torch.ones(3)).sum().item())
        """
    )
    assert printed == "2.0 3.0"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"DLCORE_NUM_THREADS": "3"}, "3"),
        ({"OMP_NUM_THREADS": "2"}, "2"),
        ({"DLCORE_NUM_THREADS": "1", "OMP_NUM_THREADS": "2"}, "1"),
    ],
)
def test_the_number_of_threads_comes_from_the_environment(environment, expected):
    settings = {"DLCORE_NUM_THREADS": "", "OMP_NUM_THREADS": "", **environment}
    assert run("import dlcore; print(dlcore.get_num_threads())", **settings) == expected


def test_the_default_number_of_threads_respects_affinity():
    one = min(os.sched_getaffinity(0))
    code = f"import os; os.sched_setaffinity(0, {{{one}}}); import dlcore; print(dlcore.get_num_threads())"
    assert run(code, DLCORE_NUM_THREADS="", OMP_NUM_THREADS="") == "1"


def test_set_num_threads_wants_a_positive_number():
    with pytest.raises(ValueError, match=r"^set_num_threads: expected a positive number, got 0$"):
        dlcore.set_num_threads(0)


@pytest.mark.parametrize("size", [(1 << 62,), (1 << 40, 1 << 40), (1 << 45,)])
def test_a_huge_size_is_a_memory_error(size):
    before = dlcore.memory_stats()["live_bytes"]
    with pytest.raises(MemoryError, match=r"cannot allocate|more elements than can be addressed"):
        dlcore.zeros(size)
    assert dlcore.memory_stats()["live_bytes"] == before


def test_a_read_only_array_is_not_written():
    array = np.arange(3.0)
    array.flags.writeable = False
    x = dlcore.from_numpy(array)
    with pytest.raises(ValueError, match=r"^add_: the tensor's memory is read-only$"):
        x += 1
    np.testing.assert_array_equal(array, [0, 1, 2])


def test_denormals_are_flushed_inside_and_kept_outside():
    tiny = np.float32(1e-40)
    x = dlcore.tensor(np.full(100_000, tiny))
    assert (x * 0.5).sum().item() == 0
    assert tiny * np.float32(0.5) != 0, "the caller's floating-point mode is as it was"


def test_freed_memory_is_kept_and_given_back():
    dlcore.empty_cache()
    before = dlcore.memory_stats()
    x = dlcore.zeros(1_000_000)
    assert dlcore.memory_stats()["live_bytes"] >= before["live_bytes"] + 4_000_000
    del x
    assert dlcore.memory_stats()["cached_bytes"] >= 4_000_000
    dlcore.empty_cache()
    after = dlcore.memory_stats()
    assert (after["cached_bytes"], after["live_bytes"]) == (0, before["live_bytes"])


STEP = """
    import os, random, resource
    import dlcore
    from dlcore.nn import functional as F
    dlcore.set_num_threads(2)
    w = dlcore.randn(256, 256, requires_grad=True)

    def step(rows):
        w.grad = None
        F.softmax(F.gelu(dlcore.ones(rows, 256) @ w), -1).square().sum().backward()

    def resident():
        return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()
"""


def test_a_step_on_fixed_shapes_maps_no_new_pages():
    printed = run(
        STEP
        + """
    def faults():
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

    for _ in range(5):
        step(5000)
    before = faults()
    for _ in range(20):
        step(5000)
    print(faults() - before)
    """
    )
    assert int(printed) < 200, "a step touches 60 MB, which are 15,000 pages"


def test_memory_stays_flat_over_steps_of_random_shapes():
    printed = run(
        STEP
        + """
    random.seed(0)
    sizes = []
    for i in range(1000):
        step(random.randint(1, 600))
        if i in (499, 999):
            sizes.append(resident())
    print(sizes[1] - sizes[0])
    """
    )
    assert int(printed) < 8 << 20
