"""Lion: the sign of a momentum."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._core import Tensor, _lion_step
from .optimizer import Optimizer


class Lion(Optimizer):
    r"""Step by the sign of a mean of gradients, the same length along every weight.

    .. math::
        w &= (1 - \gamma \lambda) w - \gamma \operatorname{sign}(\beta_1 m + (1 - \beta_1) \nabla f(w)) \\
        m &= \beta_2 m + (1 - \beta_2) \nabla f(w)

    Source: Chen et al., Symbolic Discovery of Optimization Algorithms (2023), algorithm 2.

    Args:
        params: the tensors to optimize, or dictionaries that give groups options of their own.
        lr: the step size gamma; a third to a tenth of what suits AdamW.
        betas: beta_1, of the step, and beta_2, of what is remembered, each in [0, 1).
        weight_decay: lambda, by which the weights shrink.
        maximize: whether to climb instead.

    Example:
        >>> import dlcore as dl
        >>> w = dl.tensor([1.0], requires_grad=True)
        >>> optimizer = dl.optim.Lion([w], lr=0.25)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> round(w.item(), 6)
        0.75
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, Any]],
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        options = {
            "lr": lr,
            "betas": betas,
            "weight_decay": weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, options)

    def _check_options(self, group: dict[str, Any]) -> None:
        self._check_numbers(group, "lr", "weight_decay")
        self._check_betas(group)

    def _update(self) -> None:
        _lion_step(self.param_groups, self.state)
