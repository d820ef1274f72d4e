"""AdamW."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._core import Tensor
from .adam import Adam


class AdamW(Adam):
    r"""Take Adam's step, and shrink the weights beside it, not through the gradient.

    .. math:: w = (1 - \gamma \lambda) w - \gamma \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}

    m and v are Adam's, of gradients without weight decay, which the root would divide as it divides them.
    Source: Loshchilov and Hutter, Decoupled Weight Decay Regularization (2019), algorithm 2.

    Args:
        params: the tensors to optimize, or dictionaries that give groups options of their own.
        lr: the step size gamma.
        betas: beta_1 and beta_2, each in [0, 1).
        eps: epsilon, added to the root.
        weight_decay: lambda.
        amsgrad: whether v never shrinks.
        maximize: whether to climb instead.

    Example:
        >>> import dlcore as dl
        >>> w = dl.tensor([1.0], requires_grad=True)
        >>> optimizer = dl.optim.AdamW([w], lr=0.25, weight_decay=0.5)
        >>> (w * w).sum().backward()
        >>> optimizer.step()
        >>> round(w.item(), 6)  # (1 - 0.125) - 0.25
        0.625
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, Any]],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize, decoupled_weight_decay=True)

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` returned; the decay stays decoupled, also from a state that does not say so."""
        super().load_state_dict(state_dict)
        for group in self.param_groups:
            group["decoupled_weight_decay"] = True
