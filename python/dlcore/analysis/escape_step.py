"""The way down from a saddle."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from .._core import Generator, Tensor, float64
from ..autograd import no_grad
from ..nn.module import Module
from .curvature import Curvature
from .eigenvalues import extremes_of
from .weights import Loss, checked_loss, checked_vector, kept, set_weights, trainable, weights


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
    taken, and the step doubled as long as the loss falls.

    Args:
        model: whose weights move.
        loss: computes its loss anew.
        direction: u, as `CriticalPoint.escape_direction`; the eigenvector of the smallest eigenvalue if left out.
        step: the first step, relative to one plus the weights' norm; halved where it is too long.
        generator: draws what Lanczos' method starts with.

    Raises:
        ValueError: the loss is not bent downwards there; the weights are as they were.
        RuntimeError: no step lowers the loss, to the precision of its dtype; the weights are as they were.

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
    if not step > 0:
        raise ValueError(f"escape: step expected a number > 0, got {step}")
    start = weights(model).to(float64)
    curvature = Curvature(model, loss)
    if direction is None:
        direction = extremes_of(curvature, 0, 1, 1e-4, generator).vectors[:, 0]
    unit = checked_vector(direction, trainable(model), "direction").to(float64)
    unit = unit / unit.norm()
    bent = (unit * curvature.hvp(unit).to(float64)).sum().item()
    if not bent < 0:
        raise ValueError(f"escape: direction expected a negative curvature, got {bent:.4g}")
    before = curvature.loss
    del curvature  # its history refers to the weights that now move

    def at(length: float) -> float:
        set_weights(model, start + length * unit)
        return checked_loss(loss()).item()

    with no_grad(), kept(model):
        length, after = _downhill(at, step * (1 + start.norm().item()), before)
    set_weights(model, start + length * unit)
    return Escape(length, before, after)


def _downhill(at: Callable[[float], float], length: float, before: float) -> tuple[float, float]:
    """Return a step that lowers the loss, twice which does not lower it more, and the loss there."""
    for _ in range(30):
        after, length = min((at(signed), signed) for signed in (length, -length))
        if after < before:
            break
        length = abs(length) / 2
    else:
        raise RuntimeError(f"escape: no step along the direction lowers the loss of {before:.6g}")
    while (further := at(2 * length)) < after:
        length, after = 2 * length, further
    return length, after
