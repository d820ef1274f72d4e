"""The way down from a saddle."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from .._core import Generator, Tensor, float64
from .._restored import restored
from ..nn.module import Module
from .curvature import Curvature
from .eigenvalues import extremes_of
from .weights import Loss, checked_vector, computed, set_weights, trainable, weights

# How often a step is halved to find one that lowers the loss, and then doubled to find how far it does.
_HALVINGS, _DOUBLINGS = 30, 10


class Escape(NamedTuple):
    """A step along a direction: its length, negative against it, and the losses before and after."""

    step: float
    before: float
    after: float


def escape(
    model: Module,
    loss: Loss,
    direction: Tensor | None = None,
    *,
    step: float = 0.01,
    generator: Generator | None = None,
) -> Escape:
    r"""Move the weights along a direction in which the loss is bent downwards, and leave them where it is lower.

    At a saddle the gradient is zero and gradient descent stays. Along an eigenvector u of a negative eigenvalue
    :math:`\lambda` the loss is :math:`L + \lambda s^2 / 2` for a step s to either side. The side that is lower is
    taken, and the step doubled as long as the loss falls, at most ten times: :math:`x^2 - y^2` falls for ever.

    Args:
        model: whose weights move.
        loss: computes its loss anew.
        direction: u, as `CriticalPoint.escape_direction`; the eigenvector of the smallest eigenvalue if left out.
        step: the first step, relative to one plus the weights' norm; halved where it is too long.
        generator: draws what Lanczos' method starts with.

    Raises:
        ValueError: the direction is zero or not finite, or the loss is not bent downwards there; the weights are as
            they were.
        RuntimeError: no step leads to a finite loss that is lower, to the precision of its dtype; the weights are as
            they were.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import analysis, nn
        >>> class Product(nn.Module):
        ...     def __init__(self):
        ...         super().__init__()
        ...         self.w = nn.Parameter(dl.zeros(2))
        ...     def forward(self, x):
        ...         return self.w[1] * (self.w[0] * x)
        >>> model = Product()
        >>> step, before, after = analysis.escape(model, lambda: (1 - model(1.0)) ** 2)
        >>> before, after < 0.1
        (1.0, True)
    """
    if not 0 < step < math.inf:
        raise ValueError(f"escape: step expected a finite number > 0, got {step}")
    start = weights(model).to(float64)
    curvature = Curvature(model, loss)
    if direction is None:
        direction = extremes_of(curvature, 0, 1, 1e-4, generator).vectors[:, 0]
    unit = checked_vector(direction, trainable(model), "direction").to(float64)
    length = unit.norm().item()
    if not 0 < length < math.inf:
        raise ValueError(f"escape: direction expected a finite vector other than zero, got one of length {length:.4g}")
    unit = unit / length
    bent = (unit * curvature.hvp(unit).to(float64)).sum().item()
    if not bent < 0:
        raise ValueError(f"escape: direction expected a negative curvature, got {bent:.4g}")
    before = curvature.loss
    del curvature  # its history refers to the weights that now move

    def at(signed: float) -> float:
        """Return the loss after a step, infinity where it is not finite: there is no place to stay."""
        set_weights(model, start + signed * unit)
        value = computed(loss).item()
        return value if math.isfinite(value) else math.inf

    with restored(model):
        signed, after = _downhill(at, step * (1 + start.norm().item()), before)
    set_weights(model, start + signed * unit)
    return Escape(signed, before, after)


def _downhill(at: Callable[[float], float], length: float, before: float) -> tuple[float, float]:
    """Return a step to either side that lowers the loss, as far as it falls, and the loss there."""
    for halving in range(_HALVINGS):
        after, signed = min((at(side), side) for side in (length / 2**halving, -length / 2**halving))
        if after < before:
            break
    else:
        raise RuntimeError(f"escape: no step along the direction lowers the loss of {before:.6g}")
    for _ in range(_DOUBLINGS):
        further = at(2 * signed)
        if not further < after:
            break
        signed, after = 2 * signed, further
    return signed, after
