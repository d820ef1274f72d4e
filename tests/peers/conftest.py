"""What every comparison with PyTorch finds."""

import pytest


@pytest.fixture(autouse=True)
def one_thread_and_the_same_chance():
    """Keep PyTorch from waking threads for work this small, and let it draw the same numbers in every run."""
    torch = pytest.importorskip("torch", reason="PyTorch is the other side of every comparison here")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    yield
    torch.set_num_threads(before)
