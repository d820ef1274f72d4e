"""Adagrad: each weight with a rate of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._core import Tensor, _adagrad_step
from .optimizer import Optimizer


class Adagrad(Optimizer):
    r"""Divide the step by the root of the sum of all squares so far.

    .. math::
        g &= \nabla f(w) + \lambda w \qquad v = v + g^2 \\
        w &= w - \frac{\gamma}{1 + (t - 1) \eta} \frac{g}{\sqrt{v} + \epsilon}

    Source: Duchi, Hazan and Singer, Adaptive Subgradient Methods for Online Learning and Stochastic Optimization
    (2011), section 1.1.

    Args:
        params: the tensors to optimize, or dictionaries that give groups options of their own.
        lr: the step size gamma.
        lr_decay: eta, by which the step size falls.
        weight_decay: lambda.
        initial_accumulator_value: v before the first step.
        eps: epsilon, added to the root.
        maximize: whether to climb instead.

    Example:
        >>> import dlcore as dl
        >>> w = dl.tensor([1.0], requires_grad=True)
        >>> optimizer = dl.optim.Adagrad([w], lr=0.25)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> round(w.item(), 6)
        0.75
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, Any]],
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
        *,
        maximize: bool = False,
    ) -> None:
        options = {
            "lr": lr,
            "lr_decay": lr_decay,
            "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value,
            "eps": eps,
            "maximize": maximize,
        }
        super().__init__(params, options)

    def _check_options(self, group: dict[str, Any]) -> None:
        self._check_numbers(group, "lr", "lr_decay", "weight_decay", "initial_accumulator_value", "eps")

    def _update(self) -> None:
        _adagrad_step(self.param_groups, self.state)
