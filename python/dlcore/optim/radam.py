"""RAdam: Adam that waits for its variance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._core import Tensor, _radam_step
from .optimizer import Optimizer


class RAdam(Optimizer):
    r"""Take Adam's step once the variance of its root is known, and steps of plain momentum before.

    .. math::
        \rho_\infty &= \frac{2}{1 - \beta_2} - 1 \qquad
        \rho = \rho_\infty - \frac{2 t \beta_2^t}{1 - \beta_2^t} \qquad
        r^2 = \frac{(\rho - 4)(\rho - 2) \rho_\infty}{(\rho_\infty - 4)(\rho_\infty - 2) \rho} \\
        w &= w - \gamma \frac{m}{1 - \beta_1^t} \cdot
            \begin{cases} r \sqrt{1 - \beta_2^t} / (\sqrt{v} + \epsilon) & \rho > 5 \\ 1 & \text{otherwise} \end{cases}

    m and v are Adam's.
    Source: Liu et al., On the Variance of the Adaptive Learning Rate and Beyond (2020), algorithm 2.

    Args:
        params: the tensors to optimize, or dictionaries that give groups options of their own.
        lr: the step size gamma.
        betas: beta_1 and beta_2, each in [0, 1).
        eps: epsilon, added to the root.
        weight_decay: lambda.
        decoupled_weight_decay: whether the weights shrink by gamma lambda instead, as in AdamW.
        maximize: whether to climb instead.

    Example:
        >>> import dlcore as dl
        >>> w = dl.tensor([1.0], requires_grad=True)
        >>> optimizer = dl.optim.RAdam([w], lr=0.25)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> round(w.item(), 6)
        0.5
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, Any]],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        options = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "decoupled_weight_decay": decoupled_weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, options)

    def _check_options(self, group: dict[str, Any]) -> None:
        self._check_numbers(group, "lr", "eps", "weight_decay")
        self._check_betas(group)

    def _update(self) -> None:
        _radam_step(self.param_groups, self.state)
