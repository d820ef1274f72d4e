"""Hessians and their products with vectors beside PyTorch's, through its own layers and the same weights."""

import dlcore as dl
import numpy as np
import pytest
from dlcore import analysis, nn

torch = pytest.importorskip("torch", reason="compares with PyTorch, which is not installed")

RNG = np.random.default_rng(0)


def networks(library):
    """Return networks of one of both libraries by name, and the shapes of their inputs."""
    layers = library.nn if library is torch else nn
    return {
        "linear": (layers.Sequential(layers.Linear(4, 5), layers.Tanh(), layers.Linear(5, 3)), (6, 4)),
        "convolution": (
            layers.Sequential(layers.Conv2d(2, 3, 3, padding=1), layers.GELU(), layers.Conv2d(3, 1, 3, stride=2)),
            (2, 2, 6, 5),
        ),
        "batch norm": (layers.Sequential(layers.Linear(4, 5), layers.BatchNorm1d(5), layers.Linear(5, 2)), (7, 4)),
        "LSTM": (layers.LSTM(3, 4, batch_first=True), (2, 5, 3)),
        "transformer": (
            layers.TransformerEncoderLayer(8, 2, 12, dropout=0.0, batch_first=True, activation="gelu"),
            (2, 5, 8),
        ),
    }


@pytest.mark.parametrize("name", list(networks(torch)))
def test_products_and_hessians(name):
    (ours, shape), (theirs, _) = networks(dl)[name], networks(torch)[name]
    ours, theirs = ours.double(), theirs.double()
    ours.load_state_dict({key: dl.tensor(value.detach().numpy()) for key, value in theirs.state_dict().items()})
    x = RNG.standard_normal(shape)
    parameters = dict(theirs.named_parameters())
    sizes = [parameter.numel() for parameter in parameters.values()]

    def loss():
        return first(ours(dl.tensor(x))).sin().mean()

    def their_loss(vector):
        parts = [part.reshape(p.shape) for part, p in zip(vector.split(sizes), parameters.values(), strict=True)]
        y = torch.func.functional_call(theirs, dict(zip(parameters, parts, strict=True)), (torch.tensor(x),))
        return first(y).sin().mean()

    at = torch.cat([parameter.detach().reshape(-1) for parameter in parameters.values()])
    v = RNG.standard_normal(len(at))
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):  # the others have no second derivative
        value, expected = torch.autograd.functional.hvp(their_loss, at, torch.tensor(v))
        whole = torch.autograd.functional.hessian(their_loss, at)
    curvature = analysis.Curvature(ours, loss)
    assert curvature.loss == pytest.approx(value.item(), rel=1e-12)
    np.testing.assert_allclose(curvature.hvp(dl.tensor(v)).numpy(), expected.numpy(), rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(curvature.matrix().numpy(), whole.numpy(), rtol=1e-8, atol=1e-12)


def first(y):
    return y[0] if isinstance(y, tuple) else y
