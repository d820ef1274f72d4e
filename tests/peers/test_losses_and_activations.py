"""Activations and losses beside PyTorch's modules: values, gradients, defaults and state."""

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn

torch = pytest.importorskip("torch", reason="PyTorch is the other side of every comparison here")

RNG = np.random.default_rng(0)
X = np.concatenate([RNG.standard_normal((6, 8)) * 4, [[0.0, -0.0, 1, -1, 3, -3, 6, -6]]])
TARGET = RNG.standard_normal(X.shape)
SIGNS = RNG.choice([-1.0, 1.0], X.shape)
CLASSES = RNG.integers(0, 8, len(X))

ACTIVATIONS = [
    ("Hardtanh", {}),
    ("Hardtanh", {"min_val": -2.0, "max_val": 0.5}),
    ("ReLU6", {}),
    ("Hardswish", {}),
    ("Mish", {}),
    ("SELU", {}),
    ("CELU", {}),
    ("CELU", {"alpha": 0.4}),
    ("Softsign", {}),
    ("LogSigmoid", {}),
    ("GLU", {}),
    ("GLU", {"dim": 1}),
    ("PReLU", {}),
    ("PReLU", {"num_parameters": 8, "init": 0.1}),
]
LOSSES = [
    ("SmoothL1Loss", {}, (TARGET,)),
    ("SmoothL1Loss", {"beta": 0.3}, (TARGET,)),
    ("SmoothL1Loss", {"beta": 0.0}, (TARGET,)),
    ("SoftMarginLoss", {}, (SIGNS,)),
    ("HingeEmbeddingLoss", {}, (SIGNS,)),
    ("HingeEmbeddingLoss", {"margin": 0.4}, (SIGNS,)),
    ("HingeEmbeddingLoss", {}, (np.sign(TARGET) * (TARGET > -1),)),
    ("MultiMarginLoss", {}, (CLASSES,)),
    ("MultiMarginLoss", {"p": 2, "margin": 0.3}, (CLASSES,)),
    ("GaussianNLLLoss", {}, (TARGET, TARGET**2)),
    ("GaussianNLLLoss", {"full": True, "eps": 0.1}, (TARGET, TARGET[:, :1] ** 2)),
    ("CosineSimilarity", {}, (TARGET,)),
    ("CosineSimilarity", {"dim": 0, "eps": 1.0}, (TARGET,)),
]


def compare(ours, theirs, arguments):
    xs = [dl.tensor(a) for a in (X, *arguments)]
    us = [torch.tensor(a) for a in (X, *arguments)]
    variables = [0, 2] if len(xs) == 3 else [0]  # input and variance
    for i in variables:
        xs[i].requires_grad_()
        us[i].requires_grad_()
    y, z = ours(*xs), theirs(*us)
    np.testing.assert_allclose(y.detach().numpy(), z.detach().numpy(), rtol=1e-7, atol=1e-8)
    (y * y.sin()).sum().backward()
    (z * z.sin()).sum().backward()
    for i in variables:
        np.testing.assert_allclose(xs[i].grad.numpy(), us[i].grad.numpy(), rtol=1e-7, atol=1e-8)
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(p.grad.numpy(), q.grad.numpy(), rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize(("name", "options"), ACTIVATIONS, ids=str)
def test_activation(name, options):
    theirs = getattr(torch.nn, name)(**options).double()
    ours = getattr(nn, name)(**options).double()
    assert list(ours.state_dict()) == list(theirs.state_dict())
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_array_equal(p.detach().numpy(), q.detach().numpy())
    compare(ours, theirs, ())


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize(("name", "options", "arguments"), LOSSES)
def test_loss(name, options, arguments, reduction):
    options = dict(options) if name == "CosineSimilarity" else {**options, "reduction": reduction}
    compare(getattr(nn, name)(**options), getattr(torch.nn, name)(**options), arguments)


@pytest.mark.parametrize("p", [1, 2])
def test_weights_of_classes(p):
    weight = RNG.uniform(0.2, 2, 8)
    ours = nn.MultiMarginLoss(p, 0.8, dl.tensor(weight))
    theirs = torch.nn.MultiMarginLoss(p, 0.8, torch.tensor(weight))
    assert list(ours.state_dict()) == list(theirs.state_dict())
    compare(ours, theirs, (CLASSES,))
