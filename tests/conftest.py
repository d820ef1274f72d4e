"""What every test finds: `reference` and `check` on the path, Ctrl-C heard, threads as they were, the same chance."""

import random
import signal
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

import dlcore

dlcore.manual_seed(1)  # for layers that tests make while they are collected, other ones than they draw


@pytest.fixture(autouse=True, scope="session")
def heard_interrupts():
    """Let Ctrl-C be heard, which a process that was started in the background ignores."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True)
def kept_thread_count():
    """Put the number of threads back after each test."""
    before = dlcore.get_num_threads()
    yield
    dlcore.set_num_threads(before)


@pytest.fixture(autouse=True)
def same_chance():
    """Let a test draw the same numbers in every run, alone or after others."""
    dlcore.manual_seed(0)
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 (what scikit-learn draws from where nothing else is given)
