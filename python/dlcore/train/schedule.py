"""Learning rates along the training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..optim.lr_scheduler import LRScheduler
from .callback import Callback
from .run import Run


class Schedule(Callback):
    """Let a scheduler of `dlcore.optim.lr_scheduler` step after each epoch, or after each step of the optimizer.

    Args:
        scheduler: of the optimizer that is given to `fit`.
        interval: 'epoch' or 'step'.
    """

    def __init__(self, scheduler: LRScheduler, interval: str = "epoch") -> None:
        if interval not in ("epoch", "step"):
            raise ValueError(f"Schedule: interval expected 'epoch' or 'step', got {interval!r}")
        self.scheduler = scheduler
        self.interval = interval

    def on_step_end(self, run: Run) -> None:
        """Step where the interval is a step."""
        if self.interval == "step":
            self.scheduler.step()

    def on_epoch_end(self, run: Run) -> None:
        """Step where the interval is an epoch."""
        if self.interval == "epoch":
            self.scheduler.step()

    def state_dict(self) -> dict[str, Any]:
        """Return the scheduler's state."""
        return self.scheduler.state_dict()

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` returned."""
        self.scheduler.load_state_dict(state_dict)
