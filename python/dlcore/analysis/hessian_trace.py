"""The sum of the Hessian's eigenvalues."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from .._core import Generator
from .._integers import as_integer
from ..nn.module import Module
from .curvature import Curvature
from .spectral_density import rademacher
from .weights import Loss


class Trace(NamedTuple):
    """An estimate, and its standard error."""

    value: float
    standard_error: float


def trace(model: Module, loss: Loss, *, probes: int = 100, generator: Generator | None = None) -> Trace:
    r"""Estimate the trace of a Hessian that is never built: the mean of :math:`v^T H v` over random signs v.

    Source: Hutchinson, A Stochastic Estimator of the Trace of the Influence Matrix (1990).

    Args:
        model: whose weights count.
        loss: computes its loss anew.
        probes: how many vectors are drawn, two or more; the error falls with their root.
        generator: draws them.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import analysis, nn
        >>> model = nn.Linear(2, 1, bias=False)
        >>> analysis.trace(model, lambda: model(dl.eye(2)).square().sum(), probes=5)  # of H = 2 I, without error
        Trace(value=4.0, standard_error=0.0)
    """
    probes = as_integer("trace", "probes", probes, least=2)
    curvature = Curvature(model, loss)
    samples = [v @ curvature.times(v) for v in (rademacher(curvature.size, generator) for _ in range(probes))]
    return Trace(float(np.mean(samples)), float(np.std(samples, ddof=1) / math.sqrt(probes)))
