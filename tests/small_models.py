"""Small models and their losses, which several tests look at."""

from itertools import pairwise

import dlcore as dl
import numpy as np
from dlcore import analysis, nn
from dlcore.nn import functional as F


class Weights(nn.Module):
    """Nothing but a vector of weights, of which the loss is a function."""

    def __init__(self, values):
        super().__init__()
        self.w = nn.Parameter(dl.tensor(np.asarray(values, float)))


def quadratic(h, at=None, slope=None):
    """Return a model and its loss w^T H w / 2 + b^T w."""
    h = np.asarray(h, float)
    model = Weights(np.zeros(len(h)) if at is None else at)
    matrix = dl.tensor(h)
    b = dl.tensor(np.zeros(len(h)) if slope is None else np.asarray(slope, float))
    return model, lambda: (model.w * (matrix @ model.w)).sum() / 2 + (b * model.w).sum()


def with_spectrum(values, seed=0):
    """Return a symmetric matrix that has these eigenvalues."""
    values = np.asarray(values, float)
    q, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(values), len(values))))
    return (q * values) @ q.T


def classifier(sizes=(5, 8, 3), samples=40, activation=nn.Tanh):
    """Return a network of float64 and its cross entropy on random samples."""
    layers = []
    for i, (fan_in, fan_out) in enumerate(pairwise(sizes)):
        layers += [activation()] * (i > 0) + [nn.Linear(fan_in, fan_out)]
    model = nn.Sequential(*layers).double()
    rng = np.random.default_rng(0)
    x = dl.tensor(rng.standard_normal((samples, sizes[0])))
    y = dl.tensor(rng.integers(0, sizes[-1], samples))
    return model, lambda: F.cross_entropy(model(x), y)


def state(model):
    """Return the bits of all weights and buffers."""
    return {name: tensor.numpy().tobytes() for name, tensor in model.state_dict().items()}


def gradient(model, loss, at):
    """Return the gradient at other weights, by the ordinary way back; the model is left there."""
    analysis.set_weights(model, dl.tensor(at))
    model.zero_grad()
    loss().backward()
    return np.concatenate([p.grad.numpy().ravel() for p in model.parameters() if p.requires_grad])
