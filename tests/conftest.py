"""What every test finds: the folder of `reference` and `check` on the path, and the thread count as it was."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import dlcore


@pytest.fixture(autouse=True)
def kept_thread_count():
    """Put the number of threads back after each test."""
    before = dlcore.get_num_threads()
    yield
    dlcore.set_num_threads(before)
