"""Steps that know the curvature, for small models."""

from __future__ import annotations

import numpy as np

from .._core import float64, tensor
from ..nn.module import Module
from .curvature import Curvature
from .eigenvalues import all_of
from .weights import Loss, set_weights, weights


def newton_step(model: Module, loss: Loss, lr: float = 1.0, damping: float = 0.0) -> float:
    r"""Move the weights by Newton's step: :math:`w = w - \gamma (H + \delta I)^{-1} g`.

    It leads to the critical point of the quadratic that the loss looks like from here, be it a minimum, a saddle or a
    maximum. The Hessian is built and decomposed: that takes n products, and n^3 operations, for n weights.

    Args:
        model: whose weights move.
        loss: computes its loss anew.
        lr: gamma.
        damping: delta.

    Returns:
        The loss before the step.

    Raises:
        ValueError: H + delta I is singular, to rounding; nothing was changed.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import analysis, nn
        >>> model = nn.Linear(1, 1, bias=False)
        >>> loss = lambda: (model(dl.ones(1, 1)) - 5).square().sum()
        >>> _ = analysis.newton_step(model, loss)
        >>> round(model.weight.item(), 4)
        5.0
    """
    return _step("newton_step", model, loss, lr, damping, saddle_free=False)


def saddle_free_newton_step(model: Module, loss: Loss, lr: float = 1.0, damping: float = 0.0) -> float:
    r"""Move the weights by :math:`w = w - \gamma (|H| + \delta I)^{-1} g`, :math:`|H|` having H's absolute eigenvalues.

    Along directions that are bent downwards it goes down, away from the saddle that Newton's step runs into. On the
    saddle itself the gradient is zero, and so is the step: see `escape`.

    Source: Dauphin et al., Identifying and attacking the saddle point problem in high-dimensional non-convex
    optimization (2014), section 6; :math:`|H|` is computed exactly here, where the paper projects on a Krylov subspace.

    Args:
        model: whose weights move.
        loss: computes its loss anew.
        lr: gamma.
        damping: delta.

    Returns:
        The loss before the step.

    Raises:
        ValueError: :math:`|H| + \delta I` is singular, to rounding; nothing was changed.
    """
    return _step("saddle_free_newton_step", model, loss, lr, damping, saddle_free=True)


def _step(function: str, model: Module, loss: Loss, lr: float, damping: float, saddle_free: bool) -> float:
    for name, value in (("lr", lr), ("damping", damping)):
        if not value >= 0:
            raise ValueError(f"{function}: {name} expected a number >= 0, got {value}")
    curvature = Curvature(model, loss)
    values, vectors = (part.numpy() for part in all_of(curvature))
    scales = (abs(values) if saddle_free else values) + damping
    rounding = 8 * curvature.size * np.finfo(curvature.gradient.numpy().dtype).eps
    if not abs(scales).min() > rounding * abs(scales).max():
        raise ValueError(
            f"{function}: the Hessian plus damping {damping} expected to be regular, got eigenvalues from "
            f"{abs(scales).min():.3g} to {abs(scales).max():.3g} in magnitude"
        )
    gradient = curvature.gradient.to(float64).numpy()
    step = vectors @ ((vectors.T @ gradient) / scales)
    set_weights(model, weights(model).to(float64) - lr * tensor(step))
    return curvature.loss
