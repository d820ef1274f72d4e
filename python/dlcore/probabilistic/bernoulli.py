"""Classes as coins, one for each feature: naive Bayes of what is there and what is not."""

from __future__ import annotations

from typing import Any

from .._core import Tensor, float32, linear, logsigmoid, zeros
from .._core import dtype as DType
from ..nn.flop_counts import flops
from ..nn.parameter import Parameter
from .class_conditional import ClassConditional


class BernoulliClassConditional(ClassConditional):
    r"""Model features of 0 and 1, each by itself: :math:`p(x \mid c) = \prod_i p_{ci}^{x_i} (1 - p_{ci})^{1 - x_i}`.

    With the log-odds z = log p - log(1 - p), log p(x | c) is the linear function :math:`z_c \cdot x + \sum_i
    \log\sigma(-z_{ci})`. `log_odds` z (classes, in_features) start as zeros, fair coins.

    `fit` gives :math:`p = (n_1 + \alpha) / (n + 2 \alpha)` of a class with n samples, n_1 of which have the feature:
    `alpha` samples more with it and as many without. 0 is the maximum likelihood, 1 is Laplace's rule.

    **Certainty.** A feature that all or none of a class have would forbid it samples that differ, and two classes may
    forbid the same one. So p is kept within [eps, 1 - eps], the maximum likelihood under that bound. Where the bound
    acted, `fit` warns, and `floored` counts features.

    Args:
        in_features: features of x.
        classes: how many classes there are.
        alpha: the pseudo-count.
        eps: the least probability, from 1e-12 to 0.5.
        dtype: float32 or float64.

    Source:
        Murphy, Machine Learning: A Probabilistic Perspective (2012), section 3.5.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.probabilistic import BernoulliClassConditional
        >>> x = dl.tensor([[1, 1, 0], [1, 0, 0], [0, 1, 1], [0, 0, 1]])
        >>> model = BernoulliClassConditional(3, 2, alpha=1).fit(x, [0, 0, 1, 1])
        >>> model.log_odds.sigmoid().detach()
        tensor([[0.7500, 0.5000, 0.2500],
                [0.2500, 0.5000, 0.7500]])
    """

    _floor_warning = (
        "BernoulliClassConditional.fit: {total} probabilities were nearer to 0 or 1 than eps = {eps:g}, "
        "and kept that far away; a larger alpha does so by a prior"
    )

    def __init__(
        self, in_features: int, classes: int, alpha: float = 1.0, *, eps: float = 1e-6, dtype: DType = float32
    ) -> None:
        super().__init__(in_features, classes, dtype=dtype)
        if not 0 <= alpha < float("inf"):
            raise ValueError(f"BernoulliClassConditional: alpha expected a number >= 0, got {alpha}")
        if not 1e-12 <= eps <= 0.5:
            raise ValueError(f"BernoulliClassConditional: eps expected from 1e-12 to 0.5, got {eps}")
        self.alpha = alpha
        self.eps = eps
        self.log_odds = Parameter(zeros(classes, in_features, dtype=dtype))

    def extra_repr(self) -> str:
        """Return the sizes and the pseudo-count."""
        return f"in_features={self.in_features}, classes={self.classes}, alpha={self.alpha:g}"

    def _log_likelihood(self, x: Tensor) -> Tensor:
        return linear(x, self.log_odds, logsigmoid(-self.log_odds).sum(1))

    def _fit(self, x: Tensor, y: Tensor, counts: Tensor) -> tuple[dict[str, Tensor], Tensor]:
        if not ((x == 0) | (x == 1)).all():
            raise ValueError("BernoulliClassConditional.fit: x expected zeros and ones")
        chances = (self._class_sums(x, y) + self.alpha) / (counts.unsqueeze(1) + 2 * self.alpha)
        floored = ((chances < self.eps) | (chances > 1 - self.eps)).sum(1)
        chances = chances.clamp(self.eps, 1 - self.eps)
        return {"log_odds": chances.log() - (-chances).log1p()}, floored

    def _linear(self) -> tuple[Tensor, Tensor]:
        return self.log_odds, logsigmoid(-self.log_odds).sum(1)


@flops.register
def _flops(module: BernoulliClassConditional, inputs: tuple[Any, ...], output: Tensor) -> int:
    return 2 * output.numel() * module.in_features
