"""What is lost by whoever does not look at the inputs."""

from __future__ import annotations

import numpy as np

from .._core import Tensor, tensor
from .._seeded import seeded
from ..autograd import no_grad
from ..data import DataLoader, Dataset
from .recipe import Recipe


def constant_answer_loss(recipe: Recipe, data: Dataset) -> float:
    """Return the least mean loss over samples of outputs that are the same for all of them.

    It is the entropy of the classes for cross entropy, the variance of the targets for the squared error. Found by
    L-BFGS, from zero.

    Raises:
        TypeError: the network gives something else than one tensor (N, ...).
    """
    from scipy.optimize import minimize

    *inputs, targets = next(iter(DataLoader(data, len(data), collate_fn=recipe.collate_fn)))
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

    return float(minimize(loss_and_gradient, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B").fun)
