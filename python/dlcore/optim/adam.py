"""Adam."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._core import Tensor, _adam_step
from .optimizer import Optimizer


class Adam(Optimizer):
    r"""Step by the mean of the gradients over the root of the mean of their squares.

    .. math::
        g &= \nabla f(w) + \lambda w \\
        m &= \beta_1 m + (1 - \beta_1) g \qquad v = \beta_2 v + (1 - \beta_2) g^2 \\
        w &= w - \gamma \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}

    With `amsgrad` the largest v so far takes v's place.
    Source: Kingma and Ba, Adam: A Method for Stochastic Optimization (2015), algorithm 1; Reddi, Kale and Kumar, On the
    Convergence of Adam and Beyond (2018), algorithm 2.

    Args:
        params: the tensors to optimize, or dictionaries that give groups options of their own.
        lr: the step size gamma.
        betas: beta_1 and beta_2, each in [0, 1).
        eps: epsilon, added to the root.
        weight_decay: lambda.
        amsgrad: whether v never shrinks.
        maximize: whether to climb instead.
        decoupled_weight_decay: whether the weights shrink by gamma lambda instead, as in AdamW.

    Example:
        >>> import dlcore as dl
        >>> w = dl.tensor([1.0], requires_grad=True)
        >>> optimizer = dl.optim.Adam([w], lr=0.25)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> round(w.item(), 6)  # the first step is lr, whatever the gradient
        0.75
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, Any]],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        decoupled_weight_decay: bool = False,
    ) -> None:
        options = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "amsgrad": amsgrad,
            "maximize": maximize,
            "decoupled_weight_decay": decoupled_weight_decay,
        }
        super().__init__(params, options)

    def _check_options(self, group: dict[str, Any]) -> None:
        self._check_numbers(group, "lr", "eps", "weight_decay")
        self._check_betas(group)

    def _update(self) -> None:
        _adam_step(self.param_groups, self.state)
