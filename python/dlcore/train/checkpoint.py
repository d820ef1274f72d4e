"""A training that can be gone on with."""

from __future__ import annotations

import os
from pathlib import Path

from ..serialization import remove_unfinished
from .callback import Callback
from .checkpoint_file import load_checkpoint, save_checkpoint
from .run import Run


class Checkpoint(Callback):
    """Save the whole run from time to time, at its end and at Ctrl-C, and go on from there.

    Saved are model, optimizer, schedules and other callbacks, generators, the position in the data and the history: a
    run that is resumed gives the same bits as one that was never interrupted, wherever that was, `kill -9` in the
    middle of writing included: the file is replaced in one go. (What a data set draws from `random` or NumPy in the
    thread that trains is its own affair.)

    Args:
        path: the file; its folder is made if it does not exist.
        every_epochs: epochs from one time to the next; None for none.
        every_steps: steps from one time to the next, inside epochs; None for none.
        resume: whether to go on from the file if there is one. If not, it is replaced.
    """

    comes_last = True

    def __init__(
        self,
        path: str | os.PathLike[str],
        every_epochs: int | None = 1,
        every_steps: int | None = None,
        resume: bool = False,
    ) -> None:
        for name, every in (("every_epochs", every_epochs), ("every_steps", every_steps)):
            if every is not None and every < 1:
                raise ValueError(f"Checkpoint: {name} expected a number >= 1 or None, got {every}")
        self.path = Path(path)
        self.every_epochs = every_epochs
        self.every_steps = every_steps
        self.resume = resume
        self._saved_at: tuple[int, int, int] | None = None

    def on_restore(self, run: Run) -> None:
        """Load the file, if asked to and there is one."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        remove_unfinished(self.path)
        self._saved_at = None
        if self.resume and self.path.exists():
            run.load_state_dict(load_checkpoint(self.path))
            self._saved_at = _at(run)

    def on_step_end(self, run: Run) -> None:
        """Save every so many steps."""
        if self.every_steps is not None and run.step % self.every_steps == 0:
            self._save(run)

    def on_epoch_end(self, run: Run) -> None:
        """Save every so many epochs."""
        if self.every_epochs is not None and run.epoch % self.every_epochs == 0:
            self._save(run)

    def on_fit_end(self, run: Run) -> None:
        """Save what was not saved yet."""
        if self._saved_at != _at(run):
            self._save(run)

    def _save(self, run: Run) -> None:
        save_checkpoint(run.state_dict(), self.path)
        self._saved_at = _at(run)


def _at(run: Run) -> tuple[int, int, int]:
    return run.epoch, run.batch, run.step
