"""Learning rates along the training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..optim.lr_scheduler import LRScheduler, ReduceLROnPlateau
from .callback import Callback
from .run import Run


class Schedule(Callback):
    """Let a scheduler of `dlcore.optim.lr_scheduler` step after each epoch, or after each step of the optimizer.

    Args:
        scheduler: of the optimizer that is given to `fit`.
        interval: 'epoch' or 'step'.
        monitor: the number in the history that ReduceLROnPlateau looks at, which steps after epochs.
    """

    def __init__(self, scheduler: LRScheduler, interval: str = "epoch", monitor: str = "val_loss") -> None:
        if interval not in ("epoch", "step"):
            raise ValueError(f"Schedule: interval expected 'epoch' or 'step', got {interval!r}")
        if isinstance(scheduler, ReduceLROnPlateau) and interval != "epoch":
            raise ValueError(f"Schedule: interval expected 'epoch' for ReduceLROnPlateau, got {interval!r}")
        self.scheduler = scheduler
        self.interval = interval
        self.monitor = monitor

    def on_step_end(self, run: Run) -> None:
        """Step where the interval is a step."""
        if self.interval == "step":
            self.scheduler.step()

    def on_epoch_end(self, run: Run) -> None:
        """Step where the interval is an epoch."""
        if self.interval != "epoch":
            return
        if not isinstance(self.scheduler, ReduceLROnPlateau):
            self.scheduler.step()
            return
        entry = run.history[-1]
        if self.monitor not in entry:
            raise KeyError(f"Schedule: monitor expected one of {', '.join(entry)}, got {self.monitor!r}")
        self.scheduler.step(entry[self.monitor])

    def state_dict(self) -> dict[str, Any]:
        """Return the scheduler's state."""
        return self.scheduler.state_dict()

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` returned."""
        self.scheduler.load_state_dict(state_dict)
