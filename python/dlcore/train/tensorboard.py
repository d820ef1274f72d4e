"""The history for TensorBoard."""

from __future__ import annotations

import os
from typing import Any

from .._extras import needed
from .callback import Callback
from .run import Run


class TensorBoard(Callback):
    """Write the numbers of each epoch, over steps, to event files that TensorBoard draws.

    Needs the package tensorboardX: `pip install 'dlcore[train]'`.

    Args:
        path: the folder, one for each run. A run that is resumed hides what came after the point it goes on from.
        every_steps: whether to write the loss of single batches too, and how many steps apart.
    """

    def __init__(self, path: str | os.PathLike[str], every_steps: int | None = None) -> None:
        if every_steps is not None and every_steps < 1:
            raise ValueError(f"TensorBoard: every_steps expected a number >= 1 or None, got {every_steps}")
        needed("tensorboardX", "TensorBoard")
        self.path = os.fspath(path)
        self.every_steps = every_steps
        self._writer: Any = None

    def on_fit_begin(self, run: Run) -> None:
        """Begin an event file."""
        from tensorboardX import SummaryWriter

        self._writer = SummaryWriter(self.path, purge_step=run.step + 1 if run.step else None)

    def on_step_end(self, run: Run) -> None:
        """Write the loss of a batch."""
        if self.every_steps is not None and run.step % self.every_steps == 0:
            self._writer.add_scalar("batch_loss", run.last_loss, run.step)

    def on_epoch_end(self, run: Run) -> None:
        """Write the numbers of an epoch."""
        for name, value in run.history[-1].items():
            self._writer.add_scalar(name, value, run.step)
        self._writer.flush()

    def close(self) -> None:
        """Close the event file."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
