"""What every comparison with PyTorch finds."""

import pytest


@pytest.fixture(autouse=True)
def one_thread():
    """Keep PyTorch from waking threads for work this small."""
    torch = pytest.importorskip("torch", reason="PyTorch is the other side of every comparison here")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True)
def same_chance_for_peers():
    """Let PyTorch draw the same numbers in every run too."""
    torch = pytest.importorskip("torch", reason="PyTorch is the other side of every comparison here")
    torch.manual_seed(0)
