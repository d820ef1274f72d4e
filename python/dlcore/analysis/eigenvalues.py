"""Eigenvalues of the Hessian: all of a small model's, the outermost of any."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .._core import Generator, Tensor, float64, randn, tensor
from .._extras import needed
from .._integers import as_integer
from ..nn.module import Module
from .checks import checked_generator
from .curvature import Curvature
from .weights import Loss

# Up to this many weights a dense decomposition is faster than Lanczos' method, which needs more columns than results.
_DENSE_UP_TO = 64


class Eigen(NamedTuple):
    """Eigenvalues in rising order (k,), and eigenvectors, of length one, in the columns (n, k); both float64."""

    values: Tensor
    vectors: Tensor


def spectrum(model: Module, loss: Loss) -> Eigen:
    """Return all eigenvalues and eigenvectors of a small model's Hessian, which is built.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import analysis, nn
        >>> model = nn.Linear(2, 1, bias=False)
        >>> eigen = analysis.spectrum(model, lambda: model(dl.tensor([3.0, 1.0])).square().sum())
        >>> (eigen.values + 0.0).round().tolist()
        [0.0, 20.0]
    """
    return all_of(Curvature(model, loss))


def extreme_eigenvalues(
    model: Module,
    loss: Loss,
    top: int = 1,
    bottom: int = 1,
    *,
    tolerance: float = 1e-4,
    generator: Generator | None = None,
) -> Eigen:
    """Return the smallest and the largest eigenvalues of a Hessian that is never built, by Lanczos' method.

    Source: Lehoucq, Sorensen and Yang, ARPACK Users' Guide (1998), which SciPy calls.

    Args:
        model: whose weights count.
        loss: computes its loss anew.
        top: how many of the largest.
        bottom: how many of the smallest.
        tolerance: allowed error of eigenvalues, relative to the largest magnitude of all. It is the whole spectrum's
            width that counts, as eigenvalues near zero would otherwise never be good enough.
        generator: draws the vector to start with.

    Returns:
        Bottom and top together, in rising order.

    Raises:
        ImportError: SciPy is not installed.
        ValueError: top or bottom is no integer or negative, or they are more than there are.
        scipy.sparse.linalg.ArpackNoConvergence: 10 n products were not enough for this tolerance.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import analysis, nn
        >>> model = nn.Linear(2, 1, bias=False)
        >>> eigen = analysis.extreme_eigenvalues(model, lambda: model(dl.tensor([3.0, 1.0])).square().sum(), bottom=0)
        >>> eigen.values.round().tolist()
        [20.0]
    """
    top, bottom = (as_integer("extreme_eigenvalues", *each, least=0) for each in (("top", top), ("bottom", bottom)))
    curvature = Curvature(model, loss)
    if not 0 < top + bottom <= curvature.size:
        raise ValueError(
            f"extreme_eigenvalues: top + bottom expected to be 1 to {curvature.size}, got {top} and {bottom}"
        )
    return extremes_of(curvature, top, bottom, tolerance, generator)


def all_of(curvature: Curvature) -> Eigen:
    """Return all eigenvalues of a Hessian."""
    values, vectors = np.linalg.eigh(curvature.matrix().to(float64).numpy())
    return Eigen(tensor(values), tensor(vectors))


def extremes_of(
    curvature: Curvature, top: int, bottom: int, tolerance: float, generator: Generator | None = None
) -> Eigen:
    """Return the outermost eigenvalues of a Hessian."""
    generator = checked_generator(generator)
    if curvature.size <= max(_DENSE_UP_TO, 2 * (top + bottom) + 1):
        values, vectors = all_of(curvature)
        chosen = [*range(bottom), *range(curvature.size - top, curvature.size)]
        return Eigen(values[chosen], vectors[:, chosen])
    linalg = needed("scipy.sparse.linalg", "extreme_eigenvalues")
    start = randn(curvature.size, dtype=float64, generator=generator).numpy()
    if not curvature.times(start).any():  # flat: every vector is an eigenvector, and ARPACK refuses to start
        return _of_nothing(curvature.size, top + bottom)

    def shifted(sign: int, radius: float) -> Any:
        """Return the operator sign H + radius."""
        shape = (curvature.size, curvature.size)
        return linalg.LinearOperator(shape, lambda v: sign * curvature.times(v) + radius * v.ravel(), dtype=np.float64)

    # A shift by the spectrum's radius makes all eigenvalues positive, so that ARPACK's tolerance, which is relative to
    # each eigenvalue, is one relative to the radius.
    (largest,) = linalg.eigsh(shifted(1, 0.0), 1, which="LM", v0=start, tol=0.1, return_eigenvectors=False)
    radius = 1.1 * abs(largest)
    values, vectors = [], []
    for count, sign in ((bottom, -1), (top, 1)):
        if count:
            found, columns = linalg.eigsh(shifted(sign, radius), count, which="LA", v0=start, tol=tolerance / 2)
            values.append(sign * (found - radius))
            vectors.append(columns)
    order = np.argsort(np.concatenate(values))
    return Eigen(tensor(np.concatenate(values)[order]), tensor(np.concatenate(vectors, axis=1)[:, order]))


def _of_nothing(size: int, count: int) -> Eigen:
    return Eigen(tensor(np.zeros(count)), tensor(np.eye(size, count)))
