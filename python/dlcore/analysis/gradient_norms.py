"""The gradient's norm, written down during training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..nn.utils import get_total_norm
from ..train.callback import Callback
from ..train.run import Run


class GradientNorms(Callback):
    """Write down loss and norm of the gradient at each step.

    A loss that stands still while the gradient does not is no critical point: the weights go to and fro between the
    walls of a valley. The norm is that of the gradient as it is when this is called: before `ClipGradNorm` if it stands
    before it among the callbacks.

    Attributes:
        losses: of each batch.
        norms: of its gradient, of all parameters that the optimizer has.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import analysis, nn, train
        >>> model, record = nn.Linear(1, 1, bias=False), analysis.GradientNorms()
        >>> batch = (dl.ones(1, 1), model.weight.detach() + 1)
        >>> run = train.fit(model, [batch], nn.MSELoss(), dl.optim.SGD(model.parameters()), 1, callbacks=[record])
        >>> record.losses, record.norms
        ([1.0], [2.0])
    """

    def __init__(self) -> None:
        self.losses: list[float] = []
        self.norms: list[float] = []

    def on_backward_end(self, run: Run) -> None:
        """Write down the norm."""
        parameters = [parameter for group in run.optimizer.param_groups for parameter in group["params"]]
        self.norms.append(get_total_norm([p.grad for p in parameters if p.grad is not None]).item())

    def on_step_end(self, run: Run) -> None:
        """Write down the loss."""
        self.losses.append(run.last_loss)

    def state_dict(self) -> dict[str, Any]:
        """Return both lists."""
        return {"losses": list(self.losses), "norms": list(self.norms)}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` returned."""
        self.losses, self.norms = list(state_dict["losses"]), list(state_dict["norms"])
