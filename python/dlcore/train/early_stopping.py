"""An end to a training that gets no better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core import Tensor
from .best_value import BestValue
from .callback import Callback
from .run import Run


class EarlyStopping(Callback):
    """Stop after `patience` epochs that were no better than the best one before.

    Source: Prechelt, Early Stopping - But When? (1998).

    Args:
        monitor: the number in the history that tells how good an epoch was.
        mode: 'min' where less is better, 'max' where more is.
        patience: how many epochs in a row may be no better.
        min_delta: by how much an epoch has to be better to count.
        restore_best: whether the model ends with the weights of its best epoch.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        mode: str = "min",
        patience: int = 5,
        min_delta: float = 0.0,
        restore_best: bool = False,
    ) -> None:
        if patience < 1:
            raise ValueError(f"EarlyStopping: patience expected a number >= 1, got {patience}")
        self.best = BestValue("EarlyStopping", monitor, mode, min_delta)
        self.patience = patience
        self.restore_best = restore_best
        self.waited = 0
        self._weights: dict[str, Tensor] | None = None

    def on_fit_begin(self, run: Run) -> None:
        """Do not go on with a run that was stopped already."""
        run.stop = run.stop or self.waited >= self.patience

    def on_epoch_end(self, run: Run) -> None:
        """Count the epochs that were no better."""
        if self.best.update(run.history[-1]):
            self.waited = 0
            if self.restore_best:
                self._weights = {name: x.clone() for name, x in run.eval_model.state_dict().items()}
        else:
            self.waited += 1
            run.stop = run.stop or self.waited >= self.patience

    def on_fit_end(self, run: Run) -> None:
        """Put the best weights back."""
        if self._weights is not None:
            run.eval_model.load_state_dict(self._weights)

    def state_dict(self) -> dict[str, Any]:
        """Return the best number, its weights and how many epochs were no better since."""
        return {"best": self.best.value, "waited": self.waited, "weights": self._weights}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` returned."""
        self.best.value, self.waited, self._weights = (state_dict[name] for name in ("best", "waited", "weights"))
