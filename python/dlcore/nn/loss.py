"""Losses as modules.

`reduction` is `"mean"`, `"sum"` or `"none"`: what becomes of the values of the single elements.
"""

from __future__ import annotations

from .. import _core
from .._core import Tensor
from .module import Module


class _Loss(Module):
    def __init__(self, *, reduction: str = "mean") -> None:
        super().__init__()
        if reduction not in ("mean", "sum", "none"):
            raise ValueError(f"{type(self).__name__}: reduction expected 'mean', 'sum' or 'none', got {reduction!r}")
        self.reduction = reduction


class _WeightedLoss(_Loss):
    weight: Tensor | None

    def __init__(self, weight: Tensor | None = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)


class MSELoss(_Loss):
    """(x - target)^2."""

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss of x beside a target of the same shape."""
        return _core.mse_loss(input, target, reduction=self.reduction)


class L1Loss(_Loss):
    """``|x - target|``."""

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss of x beside a target of the same shape."""
        return _core.l1_loss(input, target, reduction=self.reduction)


class HuberLoss(_Loss):
    """(x - target)^2 / 2 where ``|x - target| <= delta``, ``delta (|x - target| - delta / 2)`` elsewhere.

    Source: Huber, Robust Estimation of a Location Parameter (1964).
    """

    def __init__(self, *, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        self.delta = delta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss of x beside a target of the same shape."""
        return _core.huber_loss(input, target, reduction=self.reduction, delta=self.delta)


class CrossEntropyLoss(_WeightedLoss):
    """-log(softmax(x)) of the target class, or the mean over classes where the target gives their probabilities.

    Args:
        weight: of shape (C,), a factor for each class.
        ignore_index: a target that counts for nothing.
        reduction: `"mean"` divides by the sum of the targets' weights.
        label_smoothing: the part, in [0, 1], of the target that is spread evenly over all classes.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> loss = nn.CrossEntropyLoss()(dl.zeros(4, 10), dl.tensor([1, 7, 0, 9]))
        >>> round(loss.item(), 4)  # ln 10: all classes are held equally likely
        2.3026
    """

    def __init__(
        self,
        weight: Tensor | None = None,
        *,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, reduction=reduction)
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss of scores x of shape (N, C, ...) beside classes (N, ...) or probabilities of x's shape."""
        return _core.cross_entropy(
            input,
            target,
            weight=self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )


class NLLLoss(_WeightedLoss):
    """-x of the target class, for x that holds log-probabilities.

    Args:
        weight: of shape (C,), a factor for each class.
        ignore_index: a target that counts for nothing.
        reduction: `"mean"` divides by the sum of the targets' weights.
    """

    def __init__(self, weight: Tensor | None = None, *, ignore_index: int = -100, reduction: str = "mean") -> None:
        super().__init__(weight, reduction=reduction)
        self.ignore_index = ignore_index

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss of x of shape (N, C, ...) beside classes of shape (N, ...)."""
        return _core.nll_loss(
            input, target, weight=self.weight, ignore_index=self.ignore_index, reduction=self.reduction
        )


class BCELoss(_WeightedLoss):
    """-(target log(x) + (1 - target) log(1 - x)) for x in [0, 1]; `weight` is a factor for each element."""

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss of probabilities x beside a target of the same shape."""
        return _core.binary_cross_entropy(input, target, weight=self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(_WeightedLoss):
    """BCELoss of sigmoid(x), exact for large ``|x|``; `pos_weight` is a factor for the part of the positive targets."""

    pos_weight: Tensor | None

    def __init__(
        self, weight: Tensor | None = None, *, reduction: str = "mean", pos_weight: Tensor | None = None
    ) -> None:
        super().__init__(weight, reduction=reduction)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss of scores x beside a target of the same shape."""
        return _core.binary_cross_entropy_with_logits(
            input, target, weight=self.weight, reduction=self.reduction, pos_weight=self.pos_weight
        )


class KLDivLoss(_Loss):
    """target (log(target) - x), the Kullback-Leibler divergence where x holds log-probabilities.

    Args:
        reduction: also `"batchmean"`, the sum divided by the batch size, which is the divergence's own definition.
        log_target: whether the target holds log-probabilities too.
    """

    def __init__(self, *, reduction: str = "mean", log_target: bool = False) -> None:
        super().__init__(reduction="sum" if reduction == "batchmean" else reduction)
        self.reduction = reduction
        self.log_target = log_target

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the divergence of x beside a target of the same shape."""
        return _core.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)
