"""What is lost by whoever does not look at the inputs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .._core import Tensor, tensor
from .._seeded import seeded
from ..autograd import no_grad
from ..data import Dataset
from .recipe import Recipe
from .samples import as_one_batch

_RELATIVE = 1e-6  # what a round has to gain; float32 holds a tenth of it
_ROUNDS = 30  # two or three are enough, but for a loss that has no minimum


def constant_answer_loss(recipe: Recipe, data: Dataset) -> float:
    """Return the least mean loss over samples of outputs that are the same for all of them.

    It is the entropy of the classes for cross entropy, the variance of the targets for the squared error. Found by
    L-BFGS, from zero.

    Raises:
        TypeError: the network gives something else than one tensor (N, ...).
    """
    *inputs, targets = as_one_batch(data, recipe.collate_fn)
    with no_grad(), seeded(0):
        outputs = recipe.model().eval()(*(part[:1] for part in inputs))
    if not isinstance(outputs, Tensor) or outputs.ndim == 0:
        raise TypeError(f"diagnose: target expected a number for a model that gives {type(outputs).__name__}, got None")
    count, shape = len(inputs[0]), tuple(outputs.shape[1:])

    def loss_and_gradient(values: np.ndarray) -> tuple[float, np.ndarray]:
        answer = tensor(values.reshape(shape), dtype=outputs.dtype, requires_grad=True)
        loss = recipe.loss_fn(answer.expand(count, *shape), targets)
        loss.backward()
        return loss.item(), answer.grad.numpy().astype(float).ravel()

    return _minimum(loss_and_gradient, np.zeros(shape).ravel())


def _minimum(function: Callable[[np.ndarray], tuple[float, np.ndarray]], start: np.ndarray) -> float:
    """Minimise a function given with its gradient, whatever the units of its values and its argument.

    L-BFGS stops where values and slopes are small in absolute figures. So each round measures values in the one where
    it starts, and the argument in the length along which the steepest slope would take this value to 0.
    """
    from scipy.optimize import minimize

    value, gradient = function(start)
    for _ in range(_ROUNDS):
        slope = np.abs(gradient).max(initial=0)
        if value == 0 or slope == 0 or not np.isfinite(value):
            break
        unit, length = abs(value), abs(value) / slope

        def scaled(
            step: np.ndarray, start: np.ndarray = start, unit: float = unit, length: float = length
        ) -> tuple[float, np.ndarray]:
            value, gradient = function(start + length * step)
            return value / unit, gradient * (length / unit)

        found = minimize(scaled, np.zeros_like(start), jac=True, method="L-BFGS-B", tol=_RELATIVE**2)
        start, before = start + length * found.x, value
        value, gradient = function(start)
        if not value < before - _RELATIVE * unit:
            return min(value, before)
    return value
