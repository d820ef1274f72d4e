"""How the eigenvalues of a large Hessian are spread, without computing them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .._core import Generator, Tensor, float64, randint, tensor
from .._extras import needed
from .._integers import as_integer
from ..nn.module import Module
from .checks import checked_generator
from .curvature import Curvature
from .weights import Loss


@dataclass(frozen=True)
class SpectralDensity:
    r"""A density of eigenvalues as points with weights: :math:`\frac{1}{n} \mathrm{tr} f(H) \approx \sum_i w_i f(t_i)`.

    Attributes:
        nodes: t (probes, steps), float64; a row for each probe.
        weights: w, of the same shape; all together they are 1.
    """

    nodes: Tensor
    weights: Tensor

    def mean(self, function: Callable[[Tensor], Tensor] = lambda t: t) -> float:
        """Return the mean of a function of the eigenvalues, of the eigenvalues themselves if left out."""
        return (self.weights * function(self.nodes)).sum().item()

    @property
    def width(self) -> float:
        """How wide the spectrum is; where all eigenvalues are one, to float32's rounding, its magnitude, or 1."""
        nodes = self.nodes.numpy()
        width, largest = float(np.ptp(nodes)), float(np.abs(nodes).max())
        return width if width > 1e-6 * largest else largest or 1.0

    def share_above(self, threshold: float) -> float:
        """Return which share of the eigenvalues is larger than a threshold."""
        return self.weights.numpy()[self.nodes.numpy() > threshold].sum().item()

    def density(self, at: Tensor, sigma: float | None = None) -> Tensor:
        """Return the density at points (T,), every node spread out as a normal distribution.

        Args:
            at: where.
            sigma: its standard deviation; a hundredth of `width` if left out.
        """
        nodes, weights = self.nodes.numpy().ravel(), self.weights.numpy().ravel()
        sigma = self.width / 100 if sigma is None else sigma
        if not sigma > 0:
            raise ValueError(f"SpectralDensity: sigma expected a number > 0, got {sigma}")
        z = (at.detach().to(float64).numpy()[:, None] - nodes) / sigma
        return tensor(np.exp(-z * z / 2) @ weights / (np.sqrt(2 * np.pi) * sigma))


def spectral_density(
    model: Module, loss: Loss, *, steps: int = 80, probes: int = 10, generator: Generator | None = None
) -> SpectralDensity:
    """Estimate how the eigenvalues of a Hessian are spread, by stochastic Lanczos quadrature.

    From a random vector v, m steps of Lanczos' method give a tridiagonal matrix; its eigenvalues, weighted by the
    squares of their eigenvectors' first elements, are Gauss' quadrature of order m for v's share of the spectrum. The
    mean over random vectors is the whole.

    Source: Ghorbani, Krishnan and Xiao, An Investigation into Neural Net Optimization via Hessian Eigenvalue Density
    (2019), algorithm 1; Golub and Welsch, Calculation of Gauss Quadrature Rules (1969).

    Args:
        model: whose weights count.
        loss: computes its loss anew.
        steps: m, of Lanczos' method; at most the number of weights.
        probes: how many random vectors.
        generator: draws them.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import analysis, nn
        >>> model = nn.Linear(2, 1, bias=False)
        >>> density = analysis.spectral_density(model, lambda: model(dl.eye(2)).square().sum())
        >>> round(density.mean(), 4)  # H = 2 I
        2.0
    """
    steps, probes = (as_integer("spectral_density", *each) for each in (("steps", steps), ("probes", probes)))
    return density_of(Curvature(model, loss), steps, probes, generator)


def density_of(curvature: Curvature, steps: int, probes: int, generator: Generator | None) -> SpectralDensity:
    """Estimate the density of a Hessian."""
    linalg = needed("scipy.linalg", "spectral_density")
    steps = min(steps, curvature.size)
    nodes, weights = np.zeros((2, probes, steps))
    for probe in range(probes):
        diagonal, beside = _lanczos(curvature, rademacher(curvature.size, generator), steps)
        found, vectors = linalg.eigh_tridiagonal(diagonal, beside)
        count = len(found)  # fewer where v lies in a few eigenvectors; the rest has weight 0
        nodes[probe, :count], nodes[probe, count:] = found, found[-1]
        weights[probe, :count] = vectors[0] ** 2 / probes
    return SpectralDensity(tensor(nodes), tensor(weights))


def rademacher(size: int, generator: Generator | None) -> NDArray[np.float64]:
    """Draw numbers that are -1 or 1."""
    return 2.0 * randint(0, 2, (size,), generator=checked_generator(generator)).numpy() - 1.0


def _lanczos(
    curvature: Curvature, v: NDArray[np.float64], steps: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return diagonal and off-diagonal of Q^T H Q, Q's columns being an orthonormal basis of v, H v, H^2 v ...

    Every vector is made orthogonal to all before it: rounding else brings copies of eigenvalues. Where little is left
    of it, its rounding errors count, and it is done again (Daniel et al. 1976).
    """
    basis = np.zeros((steps, len(v)))
    diagonal, beside = [], []
    q = v / np.linalg.norm(v)
    for step in range(steps):
        basis[step] = q
        product = curvature.times(q)
        diagonal.append(q @ product)
        size = length = np.linalg.norm(product)
        for _ in range(2):
            before = length
            product = product - basis[: step + 1].T @ (basis[: step + 1] @ product)
            length = np.linalg.norm(product)
            if length > 0.7 * before:
                break
        if length <= 1e-10 * size or step + 1 == steps:  # the space is exhausted, but for rounding
            break
        beside.append(length)
        q = product / length
    return np.array(diagonal), np.array(beside[: len(diagonal) - 1])
