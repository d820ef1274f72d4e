"""What can be hung into the loop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .run import Run


class Callback:
    """Called at each turn of the loop: subclass it and write the methods of the turns that matter.

    Example:
        >>> from dlcore.train import Callback
        >>> class StopWhenGood(Callback):
        ...     def on_epoch_end(self, run):
        ...         run.stop = run.history[-1]["loss"] < 0.01
    """

    comes_last = False  # whether it is called after the others, as one that saves what they have done

    def on_restore(self, run: Run) -> None:
        """Put back what an earlier run saved, before anything else."""

    def on_fit_begin(self, run: Run) -> None:
        """Before the first epoch of this call of `fit`."""

    def on_epoch_begin(self, run: Run) -> None:
        """Before the first batch of an epoch, or of what is left of it."""

    def on_backward_end(self, run: Run) -> None:
        """With gradients computed, before the optimizer's step."""

    def on_step_end(self, run: Run) -> None:
        """After the optimizer's step."""

    def on_epoch_end(self, run: Run) -> None:
        """After training on all batches, and validation; `run.history[-1]` tells how it went."""

    def on_fit_end(self, run: Run) -> None:
        """After the last batch of the run, unless an error ended it. Callbacks are called in reverse order here."""

    def close(self) -> None:
        """Give files and the like back, whatever happened."""

    def state_dict(self) -> dict[str, Any]:
        """Return what has to be known to go on."""
        return {}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` returned."""
