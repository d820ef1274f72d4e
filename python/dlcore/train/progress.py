"""How far the training is."""

from __future__ import annotations

from typing import Any

from .._extras import needed
from .callback import Callback
from .run import Run


class Progress(Callback):
    """Show a bar with the batches done, their rate, the time left, and the last numbers.

    Needs the package tqdm: `pip install 'dlcore[train]'`.

    Args:
        options: passed on to `tqdm.tqdm`, such as `file` or `disable`.
    """

    def __init__(self, **options: Any) -> None:
        needed("tqdm", "Progress")
        self.options = options
        self._bar: Any = None

    def on_fit_begin(self, run: Run) -> None:
        """Begin the bar, at the steps that are done already."""
        from tqdm import tqdm

        try:
            total = run.epochs * len(run.loader)  # type: ignore[arg-type]
        except TypeError:  # a stream does not know its length
            total = None
        self._numbers: dict[str, str] = {}
        self._bar = tqdm(**{"total": total, "initial": run.step, "unit": "batch", **self.options})

    def on_epoch_begin(self, run: Run) -> None:
        """Tell which epoch it is."""
        self._bar.set_description(f"epoch {run.epoch + 1}/{run.epochs}", refresh=False)

    def on_step_end(self, run: Run) -> None:
        """Move on by a batch."""
        self._bar.set_postfix({"loss": f"{run.loss.compute():.4g}", **self._numbers}, refresh=False)
        self._bar.update()

    def on_epoch_end(self, run: Run) -> None:
        """Show the numbers of the epoch."""
        entry = run.history[-1]
        self._numbers = {name: f"{value:.4g}" for name, value in entry.items() if name.startswith("val_")}
        self._bar.set_postfix({"loss": f"{entry['loss']:.4g}", **self._numbers})

    def close(self) -> None:
        """End the bar."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
