"""The loss along a line and over a plane."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .._core import Tensor, float64, tensor
from .._restored import restored
from ..nn.module import Module
from .directions import checked_plane
from .weights import Loss, checked_vector, computed, set_weights, trainable, weights


@dataclass(frozen=True)
class LossLine:
    """Losses (T,) at places (T,) along a direction, both float64."""

    at: Tensor
    losses: Tensor


@dataclass(frozen=True)
class LossPlane:
    """Losses over a plane in the space of weights.

    Attributes:
        x: places (X,) along the first direction.
        y: places (Y,) along the second.
        losses: (Y, X), float64.
        origin: the weights (n,) at x = y = 0.
        directions: both directions (2, n).
    """

    x: Tensor
    y: Tensor
    losses: Tensor
    origin: Tensor
    directions: Tensor

    def project(self, points: Tensor) -> Tensor:
        """Return the places (T, 2) in the plane that are nearest to weights (T, n)."""
        if points.ndim != 2 or points.shape[1] != self.origin.numel():
            raise ValueError(f"LossPlane: points expected shape (T, {self.origin.numel()}), got {tuple(points.shape)}")
        offsets = (points.detach().to(float64) - self.origin).numpy()
        return tensor(np.linalg.lstsq(self.directions.numpy().T, offsets.T, rcond=None)[0].T.copy())


def loss_line(model: Module, loss: Loss, direction: Tensor, at: Tensor | Sequence[float]) -> LossLine:
    """Compute the loss along a line through the weights: at w + t d.

    Weights and buffers are the same bits afterwards. Buffers of batch normalisation do not move along: in evaluation
    mode it goes on normalising by the means of where the line begins.

    Args:
        model: whose weights are moved.
        loss: computes its loss anew.
        direction: d, in the order of `weights`; as `random_direction`, `direction_to`, or an eigenvector.
        at: the places t.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import analysis, nn
        >>> model = nn.Linear(1, 1, bias=False)
        >>> _ = nn.init.ones_(model.weight)
        >>> analysis.loss_line(model, lambda: model.weight.square().sum(), dl.ones(1), [-1, 0, 1]).losses.tolist()
        [0.0, 1.0, 4.0]
    """
    d = checked_vector(direction, trainable(model), "direction").to(float64)
    places = _places("loss_line", "at", at)
    center = weights(model).to(float64)
    losses = _losses(model, loss, (center + t * d for t in places.tolist()))
    return LossLine(places, tensor(losses))


def loss_plane(
    model: Module,
    loss: Loss,
    directions: Tensor | tuple[Tensor, Tensor],
    x: Tensor | Sequence[float],
    y: Tensor | Sequence[float],
    *,
    origin: Tensor | None = None,
) -> LossPlane:
    """Compute the loss over a plane through the weights: at w + x d1 + y d2.

    Weights and buffers are the same bits afterwards; see `loss_line`.

    Args:
        model: whose weights are moved.
        loss: computes its loss anew.
        directions: d1 and d2, not parallel, in the order of `weights`. A model of two weights takes `dlcore.eye(2)`.
        x: places along d1.
        y: places along d2.
        origin: w; the model's weights if left out.
    """
    both = checked_plane(model, directions)
    xs, ys = _places("loss_plane", "x", x), _places("loss_plane", "y", y)
    like = trainable(model)
    center = weights(model) if origin is None else checked_vector(origin, like, "origin")
    center = center.to(float64)
    points = (center + (t * both[0] + s * both[1]) for s in ys.tolist() for t in xs.tolist())
    losses = _losses(model, loss, points).reshape(len(ys), len(xs))
    return LossPlane(xs, ys, tensor(losses), center, both)


def _places(function: str, name: str, places: Tensor | Sequence[float]) -> Tensor:
    result = tensor(places.detach().numpy() if isinstance(places, Tensor) else np.asarray(places, float), dtype=float64)
    if result.ndim != 1 or len(result) == 0:
        raise ValueError(f"{function}: {name} expected one or more numbers, got shape {tuple(result.shape)}")
    return result


def _losses(model: Module, loss: Loss, points: Iterable[Tensor]) -> NDArray[np.float64]:
    losses = []
    with restored(model):
        for point in points:
            set_weights(model, point)
            losses.append(computed(loss).item())
    return np.array(losses)
