"""Adadelta: steps in the units of the weights."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._core import Tensor, _adadelta_step
from .optimizer import Optimizer


class Adadelta(Optimizer):
    r"""Scale the gradient by the size of recent steps over that of recent gradients.

    .. math::
        g &= \nabla f(w) + \lambda w \qquad v = \rho v + (1 - \rho) g^2 \\
        \Delta &= \frac{\sqrt{u + \epsilon}}{\sqrt{v + \epsilon}} g \qquad u = \rho u + (1 - \rho) \Delta^2 \\
        w &= w - \gamma \Delta

    Source: Zeiler, ADADELTA: An Adaptive Learning Rate Method (2012), algorithm 1.

    Args:
        params: the tensors to optimize, or dictionaries that give groups options of their own.
        lr: gamma, which scales the step.
        rho: how much of the means stays, in [0, 1].
        eps: epsilon, with which the first steps begin.
        weight_decay: lambda.
        maximize: whether to climb instead.

    Example:
        >>> import dlcore as dl
        >>> w = dl.tensor([1.0], requires_grad=True)
        >>> optimizer = dl.optim.Adadelta([w], lr=0.25)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> round(w.item(), 6)
        0.999209
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, Any]],
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        options = {
            "lr": lr,
            "rho": rho,
            "eps": eps,
            "weight_decay": weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, options)

    def _check_options(self, group: dict[str, Any]) -> None:
        self._check_numbers(group, "lr", "eps", "weight_decay")
        self._check_fraction(group, "rho")

    def _update(self) -> None:
        _adadelta_step(self.param_groups, self.state)
