"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._core import Tensor, _sgd_step
from .optimizer import Optimizer


class SGD(Optimizer):
    r"""Step against the gradient, with momentum if asked.

    .. math::
        g &= \nabla f(w) + \lambda w \\
        v &= \mu v + (1 - \tau) g \quad (v = g \text{ at the first step}) \\
        w &= w - \gamma v \quad (w - \gamma (g + \mu v) \text{ with Nesterov's momentum})

    Source: Sutskever et al., On the importance of initialization and momentum in deep learning (2013), section 2.

    Args:
        params: the tensors to optimize, or dictionaries that give groups options of their own.
        lr: the step size gamma.
        momentum: mu, in [0, infinity).
        dampening: tau.
        weight_decay: lambda.
        nesterov: whether the momentum looks ahead; asks for momentum and no dampening.
        maximize: whether to climb instead.

    Example:
        >>> import dlcore as dl
        >>> w = dl.tensor([1.0], requires_grad=True)
        >>> optimizer = dl.optim.SGD([w], lr=0.25)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> w.tolist()
        [0.5]
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, Any]],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        options = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
        }
        super().__init__(params, options)

    def _check_options(self, group: dict[str, Any]) -> None:
        self._check_numbers(group, "lr", "momentum", "dampening", "weight_decay")
        if group["nesterov"] and (group["momentum"] <= 0 or group["dampening"] != 0):
            raise ValueError(
                "SGD: nesterov expected momentum > 0 and dampening = 0, "
                f"got momentum {group['momentum']} and dampening {group['dampening']}"
            )

    def _update(self) -> None:
        _sgd_step(self.param_groups, self.state)
