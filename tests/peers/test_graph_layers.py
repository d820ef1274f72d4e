"""Layers on graphs beside PyTorch Geometric, which gets and gives the same state."""

import warnings

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn

torch = pytest.importorskip("torch", reason="PyTorch is the other side of every comparison here")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of its imports
    geometric = pytest.importorskip("torch_geometric.nn", reason="PyTorch Geometric has the layers")

CASES = [
    ("GCNConv", {}), ("GCNConv", {"improved": True}), ("GCNConv", {"add_self_loops": False, "bias": False}),
    ("GCNConv", {"normalize": False}), ("GraphConv", {}), ("GraphConv", {"aggr": "mean"}),
    ("GATConv", {"heads": 3}), ("GATConv", {"heads": 2, "concat": False, "negative_slope": 0.1}),
    ("GATConv", {"add_self_loops": False, "bias": False}), ("GATv2Conv", {"heads": 3}),
    ("GATv2Conv", {"heads": 2, "concat": False, "share_weights": True}), ("GATv2Conv", {"add_self_loops": False}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_layer(name, options):
    rng = np.random.default_rng(0)
    index = np.unique(rng.integers(0, 20, (2, 90)), axis=1)
    x, ours = rng.standard_normal((20, 5)), getattr(nn, name)(5, 4, dtype=dl.float64, **options)
    theirs = getattr(geometric, name)(5, 4, **options).double()
    for parameter in theirs.parameters():
        torch.nn.init.normal_(parameter)
    state = {key: dl.from_numpy(value.numpy().copy()) for key, value in theirs.state_dict().items()}
    assert set(state) == set(ours.state_dict())
    ours.load_state_dict(state)
    a, b = dl.tensor(x).requires_grad_(), torch.from_numpy(x).requires_grad_()
    weight = rng.random(index.shape[1]) if name in ("GCNConv", "GraphConv") else None
    graph = nn.Graph.from_edges(index, 20, None if weight is None else dl.tensor(weight))
    extra = () if weight is None else (torch.from_numpy(weight),)
    y, z = ours(a, graph), theirs(b, torch.from_numpy(index), *extra)
    np.testing.assert_allclose(y.detach().numpy(), z.detach().numpy(), 1e-9, 1e-9)
    dy = rng.standard_normal(y.shape)
    y.backward(dl.tensor(dy))
    z.backward(torch.from_numpy(dy))
    np.testing.assert_allclose(a.grad.numpy(), b.grad.numpy(), 1e-9, 1e-9)
    theirs_by_name = dict(theirs.named_parameters())
    for key, parameter in ours.named_parameters():
        np.testing.assert_allclose(parameter.grad.numpy(), theirs_by_name[key].grad.numpy(), 1e-9, 1e-9, err_msg=key)


def test_first_values_are_distributed_alike():
    """Uniform numbers: the largest of 500 is within 2 % of the bound, their deviation within 7 % (three sigmas)."""
    for name in ("GCNConv", "GraphConv", "GATConv", "GATv2Conv"):
        options = {"heads": 4} if "GAT" in name else {}
        ours, theirs = getattr(nn, name)(100, 500, **options), getattr(geometric, name)(100, 500, **options)
        for key, value in theirs.state_dict().items():
            a, b = ours.state_dict()[key].numpy(), value.numpy()
            assert abs(a).max() == pytest.approx(abs(b).max(), rel=0.1), (name, key)
            assert a.std() == pytest.approx(b.std(), rel=0.15), (name, key)
