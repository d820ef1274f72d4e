"""Adamax: Adam with the largest gradient for the root mean square."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._core import Tensor, _adamax_step
from .optimizer import Optimizer


class Adamax(Optimizer):
    r"""Step by the mean of the gradients over the largest recent one.

    .. math::
        g &= \nabla f(w) + \lambda w \\
        m &= \beta_1 m + (1 - \beta_1) g \qquad u = \max(\beta_2 u, |g| + \epsilon) \\
        w &= w - \frac{\gamma}{1 - \beta_1^t} \frac{m}{u}

    Source: Kingma and Ba, Adam: A Method for Stochastic Optimization (2015), algorithm 2.

    Args:
        params: the tensors to optimize, or dictionaries that give groups options of their own.
        lr: the step size gamma.
        betas: beta_1 and beta_2, each in [0, 1).
        eps: epsilon, added to the gradient's size.
        weight_decay: lambda.
        maximize: whether to climb instead.

    Example:
        >>> import dlcore as dl
        >>> w = dl.tensor([1.0], requires_grad=True)
        >>> optimizer = dl.optim.Adamax([w], lr=0.25)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> round(w.item(), 6)
        0.75
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, Any]],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        options = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, options)

    def _check_options(self, group: dict[str, Any]) -> None:
        self._check_numbers(group, "lr", "eps", "weight_decay")
        self._check_betas(group)

    def _update(self) -> None:
        _adamax_step(self.param_groups, self.state)
