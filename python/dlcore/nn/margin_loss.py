"""Losses of scores that should keep a distance, not of probabilities; `reduction` as in `loss.py`."""

from __future__ import annotations

from .. import _core
from .._core import Tensor
from .loss import _Loss, _WeightedLoss


class HingeEmbeddingLoss(_Loss):
    """x where the target is 1, max(margin - x, 0) where it is -1: for x a distance that should be small, or not."""

    def __init__(self, margin: float = 1.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.margin = margin

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss of x beside a target of the same shape."""
        return _core.hinge_embedding_loss(input, target, self.margin, self.reduction)


class SoftMarginLoss(_Loss):
    """log(1 + exp(-target x)), for targets of 1 and -1."""

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss of x beside a target of the same shape."""
        return _core.soft_margin_loss(input, target, self.reduction)


class MultiMarginLoss(_WeightedLoss):
    """The sum over other classes c of max(margin - x[target] + x[c], 0)^p, divided by the number of classes.

    Source: Crammer and Singer, On the algorithmic implementation of multiclass kernel-based vector machines (2001).

    Args:
        p: 1 or 2.
        margin: how far the target's score should be above the others.
        weight: of shape (C,), a factor for each class.
        reduction: "mean", "sum" or "none".
    """

    def __init__(
        self, p: int = 1, margin: float = 1.0, weight: Tensor | None = None, *, reduction: str = "mean"
    ) -> None:
        super().__init__(weight, reduction=reduction)
        if p not in (1, 2):
            raise ValueError(f"MultiMarginLoss: p expected 1 or 2, got {p}")
        self.p = p
        self.margin = margin

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss of scores x of shape (N, C) or (C,) beside classes of shape (N,) or ()."""
        return _core.multi_margin_loss(input, target, self.p, self.margin, self.weight, self.reduction)
