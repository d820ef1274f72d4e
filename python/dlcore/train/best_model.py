"""The best weights so far, in a file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..serialization import remove_unfinished, save
from .best_value import BestValue
from .callback import Callback
from .run import Run


class BestModel(Callback):
    """Save the model's weights, for `load_state_dict(dlcore.load(path))`, after each epoch that is the best so far.

    Args:
        path: the file; its folder is made if it does not exist. Its metadata tells the epoch and the number.
        monitor: the number in the history that tells how good an epoch was.
        mode: 'min' where less is better, 'max' where more is.
    """

    def __init__(self, path: str | os.PathLike[str], monitor: str = "val_loss", mode: str = "min") -> None:
        self.path = Path(path)
        self.best = BestValue("BestModel", monitor, mode)

    def on_fit_begin(self, run: Run) -> None:
        """Make the folder, and remove what a run that was killed while it saved left there."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        remove_unfinished(self.path)

    def on_epoch_end(self, run: Run) -> None:
        """Save where this epoch is the best."""
        entry = run.history[-1]
        if self.best.update(entry):
            metadata = {"epoch": str(run.epoch), self.best.monitor: repr(float(entry[self.best.monitor]))}
            save(run.eval_model.state_dict(), self.path, metadata)

    def state_dict(self) -> dict[str, Any]:
        """Return the best number."""
        return {"best": self.best.value}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` returned."""
        self.best.value = state_dict["best"]
