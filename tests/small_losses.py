"""Losses whose gradients and ways down are known, for optimizers that call them."""

import dlcore as dl
import numpy as np
from dlcore import nn

SHAPES = [(2, 3), (4,), ()]
SIZE = 11


def bowl(rng):
    """Return a positive definite matrix whose curvatures differ by thirty."""
    q, _ = np.linalg.qr(rng.standard_normal((SIZE, SIZE)))
    return q * np.geomspace(0.1, 3, SIZE) @ q.T


class Problem:
    """Half of w A w plus the sum of log cosh(w - c), of parameters of several shapes."""

    def __init__(self, dtype=dl.float64):
        rng = np.random.default_rng(1)
        self.a, self.c, self.w = bowl(rng), rng.standard_normal(SIZE), rng.standard_normal(SIZE)
        parts = np.split(self.w, np.cumsum([int(np.prod(shape)) for shape in SHAPES])[:-1])
        self.params = [
            nn.Parameter(dl.tensor(part.reshape(shape), dtype=dtype)) for part, shape in zip(parts, SHAPES, strict=True)
        ]
        self.tensors = dl.tensor(self.a, dtype=dtype), dl.tensor(self.c, dtype=dtype)
        self.calls = 0

    def gradient(self, w):
        return self.a @ w + np.tanh(w - self.c)

    def loss(self):
        self.calls += 1
        a, c = self.tensors
        w = nn.utils.parameters_to_vector(self.params)
        return (w @ a @ w) / 2 + (nn.functional.softplus(2 * (w - c)) - w).sum()

    def weights(self):
        return nn.utils.parameters_to_vector(self.params).detach().numpy()

    def closure(self, optimizer):
        def closure():
            optimizer.zero_grad()
            loss = self.loss()
            loss.backward()
            return loss

        return closure


class Waves:
    """Half the sum of c w w, and waves over it that bend it downwards in places, whose gradient is told."""

    def __init__(self, size, dtype=dl.float64, parts=(0.3, 0.0, 0.7), height=0.0):
        rng = np.random.default_rng(size)
        self.c, self.w, self.height = rng.uniform(0.2, 2, size), rng.standard_normal(size), height
        ends = [round(size * part) for part in np.cumsum(parts)[:-1]]
        self.params = [nn.Parameter(dl.tensor(part, dtype=dtype)) for part in np.split(self.w, ends)]
        self.ends, self.dtype = ends, dtype

    def gradient(self, w):
        return self.c * w + self.height * np.sin(3 * w)

    def weights(self):
        return nn.utils.parameters_to_vector(self.params).detach().numpy()

    def closure(self):
        w = self.weights().astype(float)
        for p, part in zip(self.params, np.split(self.gradient(w), self.ends), strict=True):
            p.grad = dl.tensor(part, dtype=self.dtype)
        return float((self.c * w * w).sum() / 2 - self.height / 3 * np.cos(3 * w).sum())


def sphere(optimizer, p, scale=1.0, offset=0.0):
    def closure():
        optimizer.zero_grad()
        loss = (p * p).sum() * scale + offset
        loss.backward()
        return loss

    return closure
