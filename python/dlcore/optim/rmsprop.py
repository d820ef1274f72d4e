"""RMSprop: Adagrad that forgets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._core import Tensor, _rmsprop_step
from .optimizer import Optimizer


class RMSprop(Optimizer):
    r"""Divide the gradient by the root of the mean of its recent squares.

    .. math::
        g &= \nabla f(w) + \lambda w \qquad v = \alpha v + (1 - \alpha) g^2 \\
        b &= \mu b + \frac{g}{\sqrt{v} + \epsilon} \qquad w = w - \gamma b

    With `centered`, v is replaced by v - m^2, an estimate of the variance, where m is the mean of the gradients.
    Source: Tieleman and Hinton, Lecture 6.5 - RMSprop (2012); centered: Graves, Generating Sequences With Recurrent
    Neural Networks (2013), equations 38 to 45.

    Args:
        params: the tensors to optimize, or dictionaries that give groups options of their own.
        lr: the step size gamma.
        alpha: how much of the mean stays, in [0, 1].
        eps: epsilon, added to the root.
        weight_decay: lambda.
        momentum: mu.
        centered: whether the variance takes the place of the mean square.
        maximize: whether to climb instead.

    Example:
        >>> import dlcore as dl
        >>> w = dl.tensor([1.0], requires_grad=True)
        >>> optimizer = dl.optim.RMSprop([w], lr=0.25, alpha=0.5)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> round(w.item(), 6)
        0.646447
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, Any]],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        options = {
            "lr": lr,
            "alpha": alpha,
            "eps": eps,
            "weight_decay": weight_decay,
            "momentum": momentum,
            "centered": centered,
            "maximize": maximize,
        }
        super().__init__(params, options)

    def _check_options(self, group: dict[str, Any]) -> None:
        self._check_numbers(group, "lr", "eps", "weight_decay", "momentum")
        self._check_fraction(group, "alpha")

    def _update(self) -> None:
        _rmsprop_step(self.param_groups, self.state)
