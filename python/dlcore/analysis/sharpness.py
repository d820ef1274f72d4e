"""How sharp a minimum is."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._core import Generator, Tensor, float64, rand, tensor
from .._extras import needed
from .._integers import as_integer
from .._restored import restored
from ..autograd import grad
from ..nn.module import Module
from .checks import checked_generator
from .curvature import Curvature
from .directions import random_direction
from .eigenvalues import extremes_of
from .weights import Loss, computed, flattened, set_weights, trainable, weights


class Sharpness(NamedTuple):
    """Measures of how steeply a loss rises around the weights; see `sharpness`."""

    loss: float
    largest_eigenvalue: float
    worst_loss: float
    epsilon_sharpness: float


def sharpness(
    model: Module,
    loss: Loss,
    epsilon: float = 1e-3,
    *,
    iterations: int = 10,
    generator: Generator | None = None,
) -> Sharpness:
    r"""Measure how sharp a minimum is: by the largest eigenvalue, and by the worst loss nearby.

    Nearby is a box: every weight may move by :math:`\epsilon (|w_i| + 1)`. Within it L-BFGS-B looks for the largest
    loss, from a random point, as from the minimum itself no way leads up. With L the loss at the minimum, which is
    meant to be zero or more,

    .. math:: \text{epsilon-sharpness} = 100\, \frac{\max L' - L}{1 + L}

    Source: Keskar et al., On Large-Batch Training for Deep Learning: Generalization Gap and Sharp Minima (2017),
    metric 2.1, in the full space (A = I).

    Args:
        model: whose weights count; they are put back.
        loss: computes its loss anew.
        epsilon: how large the box is.
        iterations: at most, of L-BFGS-B (10 in the paper).
        generator: draws the point to start from, and what Lanczos' method starts with.

    Returns:
        `loss`, `largest_eigenvalue`, `worst_loss` and `epsilon_sharpness`.

    Raises:
        ValueError: the loss is -1 or less, where the definition has no meaning.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import analysis, nn
        >>> model = nn.Linear(1, 1, bias=False)
        >>> _ = nn.init.zeros_(model.weight)
        >>> result = analysis.sharpness(model, lambda: (3 * model.weight).square().sum(), epsilon=0.1)
        >>> round(result.largest_eigenvalue, 3), round(result.worst_loss, 3)
        (18.0, 0.09)
    """
    if not 0 < epsilon < math.inf:
        raise ValueError(f"sharpness: epsilon expected a finite number > 0, got {epsilon}")
    iterations = as_integer("sharpness", "iterations", iterations)
    generator = checked_generator(generator)
    optimize = needed("scipy.optimize", "sharpness")
    curvature = Curvature(model, loss)
    before = curvature.loss
    if not before > -1:
        raise ValueError(
            f"sharpness: loss expected a number > -1, as its rise is divided by 1 + loss, got {before:.6g}"
        )
    top = extremes_of(curvature, 1, 0, 1e-3, generator).values.item()
    del curvature  # its history refers to the weights that now move

    center = weights(model).to(float64).numpy()
    reach = epsilon * (np.abs(center) + 1)
    start = 2 * rand(len(center), dtype=float64, generator=generator).numpy() - 1

    def fall(place: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Return how far the loss is below the minimum's, and the slope, the box being [-1, 1]^n."""
        set_weights(model, tensor(center + reach * place))
        value = computed(loss)
        slope = flattened(grad(value, trainable(model), materialize_grads=True)).to(float64).numpy()
        return before - value.item(), -reach * slope

    with restored(model):
        # In units of the mean slope at the start: L-BFGS-B is made for slopes about one, and stops at those of 1e-5.
        unit = float(np.abs(fall(start)[1]).mean()) or 1.0
        found = optimize.minimize(
            lambda place: tuple(part / unit for part in fall(place)),
            start,
            jac=True,
            method="L-BFGS-B",
            bounds=optimize.Bounds(-1, 1),
            options={"maxiter": iterations},
        )
    rise = max(-unit * float(found.fun), 0.0)
    return Sharpness(before, top, before + rise, 100 * rise / (1 + before))


def perturbed_losses(
    model: Module,
    loss: Loss,
    radius: float,
    *,
    probes: int = 20,
    normalize: bool = True,
    generator: Generator | None = None,
) -> Tensor:
    """Return the losses (probes,), float64, at weights moved in random directions.

    Args:
        model: whose weights count; they are put back.
        loss: computes its loss anew.
        radius: how far, relative to the weights of each filter: 0.1 turns and stretches each by a tenth of its length;
            see `filter_normalized`.
        probes: how many directions.
        normalize: as of `random_direction`; without it, the radius is the standard deviation of each weight's move.
        generator: draws them.

    Raises:
        ValueError: the model has no filters, but vectors only, and they are to be normalised.
    """
    if not 0 <= radius < math.inf:
        raise ValueError(f"perturbed_losses: radius expected a finite number >= 0, got {radius}")
    probes = as_integer("perturbed_losses", "probes", probes)
    center = weights(model).to(float64)
    losses = np.empty(probes)
    with restored(model):
        for probe in range(probes):
            direction = random_direction(model, normalize=normalize, generator=generator).to(float64)
            set_weights(model, center + radius * direction)
            losses[probe] = computed(loss).item()
            set_weights(model, center)
    return tensor(losses)
