"""Further losses of numbers beside numbers; `reduction` as in `loss.py`."""

from __future__ import annotations

from .. import _core
from .._core import Tensor
from .loss import _Loss


class SmoothL1Loss(_Loss):
    """(x - target)^2 / (2 beta) where ``|x - target| < beta``, ``|x - target| - beta / 2`` elsewhere.

    Source: Girshick, Fast R-CNN (2015), section 2.3.
    """

    def __init__(self, *, reduction: str = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        if not beta >= 0:
            raise ValueError(f"SmoothL1Loss: beta expected not to be negative, got {beta}")
        self.beta = beta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss of x beside a target of the same shape."""
        return _core.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class GaussianNLLLoss(_Loss):
    """(log(var) + (x - target)^2 / var) / 2: for a network that says how sure it is.

    Source: Nix and Weigend, Estimating the mean and variance of the target probability distribution (1994).

    Args:
        full: whether log(2 pi) / 2 is added.
        eps: a smaller variance counts as this.
        reduction: "mean", "sum" or "none".
    """

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        if not eps > 0:
            raise ValueError(f"GaussianNLLLoss: eps expected to be positive, got {eps}")
        self.full = full
        self.eps = eps

    def forward(self, input: Tensor, target: Tensor, var: Tensor) -> Tensor:
        """Return the loss of means x and variances beside a target; var may lack x's last axis, or have one of 1."""
        return _core.gaussian_nll_loss(input, target, var, self.full, self.eps, self.reduction)
