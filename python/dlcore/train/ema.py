"""An average of the weights that follows the training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..nn.module import Module
from ..optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from .callback import Callback
from .run import Run


class ExponentialMovingAverage(Callback):
    """Average the weights over steps, exponentially; validate, and save as the best, the model with the average.

    Args:
        model: the one that is given to `fit`.
        decay: how much of the average stays at each step, in [0, 1].
        use_buffers: whether buffers, such as running means, are averaged too.

    Attributes:
        model: a copy of the model, with the average.
    """

    def __init__(self, model: Module, decay: float = 0.999, use_buffers: bool = True) -> None:
        self._average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(decay), use_buffers=use_buffers)
        self.model = self._average.module

    def on_fit_begin(self, run: Run) -> None:
        """Become the model that is validated."""
        run.eval_model = self.model

    def on_step_end(self, run: Run) -> None:
        """Move the average."""
        self._average.update_parameters(run.model)

    def state_dict(self) -> dict[str, Any]:
        """Return the average."""
        return self._average.state_dict()

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` returned."""
        self._average.load_state_dict(state_dict)
