"""Densities of classes beside torch.distributions: values and gradients."""

import dlcore as dl
import numpy as np
import pytest
from dlcore.probabilistic import BernoulliClassConditional, GaussianClassConditional

torch = pytest.importorskip("torch", reason="PyTorch is the other side of every comparison here")

N, D, C = 20, 3, 4


def same(values, x, model, expected, peers):
    """Compare values, and gradients of their sum of squares with respect to x and to parameters by name."""
    np.testing.assert_allclose(values.detach().numpy(), expected.detach().numpy(), rtol=1e-12)
    values.square().sum().backward()
    expected.square().sum().backward()
    for got, peer in [(x, peers["x"]), *((getattr(model, name), peers[name]) for name in peers if name != "x")]:
        np.testing.assert_allclose(got.grad.numpy(), peer.grad.numpy(), rtol=1e-9, atol=1e-9)


def drawn(**arrays):
    ours = {name: dl.tensor(array, requires_grad=True) for name, array in arrays.items()}
    return ours, {name: torch.tensor(array, requires_grad=True) for name, array in arrays.items()}


def set_parameters(model, values):
    with dl.no_grad():
        for name, value in values.items():
            if name != "x":
                getattr(model, name).copy_(value)


@pytest.mark.parametrize("shared", [False, True])
def test_multivariate_normal(shared):
    rng = np.random.default_rng(0)
    count = 1 if shared else C
    scale_tril = np.tril(rng.standard_normal((count, D, D)))
    scale_tril[:, range(D), range(D)] = rng.uniform(0.5, 2, (count, D))
    x, mean = rng.standard_normal((N, D)), rng.standard_normal((C, D))
    ours, peers = drawn(x=x, mean=mean, scale_tril=scale_tril)
    model = GaussianClassConditional(D, C, shared=shared, dtype=dl.float64)
    set_parameters(model, ours)
    expected = torch.distributions.MultivariateNormal(peers["mean"], scale_tril=peers["scale_tril"])
    same(model.log_likelihood(ours["x"]), ours["x"], model, expected.log_prob(peers["x"].unsqueeze(1)), peers)


@pytest.mark.parametrize("shared", [False, True])
def test_normal(shared):
    rng = np.random.default_rng(0)
    x, mean = rng.standard_normal((N, D)), rng.standard_normal((C, D))
    ours, peers = drawn(x=x, mean=mean, scale=rng.uniform(0.5, 2, (1 if shared else C, D)))
    model = GaussianClassConditional(D, C, "diagonal", shared=shared, dtype=dl.float64)
    set_parameters(model, ours)
    expected = torch.distributions.Normal(peers["mean"], peers["scale"]).log_prob(peers["x"].unsqueeze(1)).sum(-1)
    same(model.log_likelihood(ours["x"]), ours["x"], model, expected, peers)


def test_bernoulli():
    rng = np.random.default_rng(0)
    ours, peers = drawn(x=rng.integers(0, 2, (N, D)).astype(float), log_odds=rng.standard_normal((C, D)))
    model = BernoulliClassConditional(D, C, dtype=dl.float64)
    set_parameters(model, ours)
    expected = torch.distributions.Bernoulli(logits=peers["log_odds"]).log_prob(peers["x"].unsqueeze(1)).sum(-1)
    same(model.log_likelihood(ours["x"]), ours["x"], model, expected, peers)
