"""What every test finds: `reference` and `check` on the path, Ctrl-C heard, and the thread count as it was."""

import signal
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import dlcore


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
