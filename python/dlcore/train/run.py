"""A training as it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._core import Tensor, get_rng_state, set_rng_state
from ..nn.module import Module
from ..optim.optimizer import Optimizer
from .callback import Callback
from .metrics import Mean, Metric


@dataclass
class Run:
    """What `fit` works on, and what callbacks see and may change.

    Attributes:
        epoch: how many epochs are over.
        batch: how many batches of the current epoch are done.
        step: how many steps the optimizer took.
        last_loss: the loss of the last batch.
        history: for each epoch `"epoch"`, `"loss"`, the metrics, the same of validation with `"val_"` before, `"lr"`.
        stop: set it to end the training after the batch in hand.
        interrupted: whether Ctrl-C did that.
        eval_model: the model that is validated and saved as the best, `model` where no callback puts another there.
    """

    model: Module
    loader: Iterable[Any]
    loss_fn: Callable[[Any, Any], Tensor]
    optimizer: Optimizer
    epochs: int
    validation: Iterable[Any] | None = None
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    callbacks: list[Callback] = field(default_factory=list)
    epoch: int = 0
    batch: int = 0
    step: int = 0
    last_loss: float = float("nan")
    loss: Mean = field(default_factory=Mean)
    history: list[dict[str, float]] = field(default_factory=list)
    stop: bool = False
    interrupted: bool = False

    def __post_init__(self) -> None:
        self.eval_model = self.model

    def call(self, turn: str) -> None:
        """Tell all callbacks that the loop is at a turn, such as "on_step_end"."""
        for callback in self.callbacks:
            getattr(callback, turn)(self)

    def state_dict(self) -> dict[str, Any]:
        """Return all that decides how the training goes on: whoever loads it goes on with the same bits."""
        return {
            "epoch": self.epoch,
            "batch": self.batch,
            "step": self.step,
            "history": [dict(entry) for entry in self.history],
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "generator": get_rng_state(),
            "loader": _state_of(self.loader),
            "validation": _state_of(self.validation),
            "loss": self.loss.state_dict(),
            "metrics": {name: metric.state_dict() for name, metric in self.metrics.items()},
            "callbacks": {name: state for name, callback in self._named() if (state := callback.state_dict())},
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` returned.

        Raises:
            ValueError: the state is that of a run with other callbacks, metrics or kinds of loaders.
            RuntimeError: it is that of another model.
        """
        named = dict(self._named())
        with_state = [name for name, callback in named.items() if callback.state_dict()]
        _check_same("callbacks", list(state_dict["callbacks"]), with_state)
        _check_same("metrics", list(state_dict["metrics"]), list(self.metrics))
        parts = {"loader": self.loader, "validation": self.validation}
        for name, part in parts.items():
            saved, own = (
                "with" if has else "without" for has in (state_dict[name] is not None, hasattr(part, "state_dict"))
            )
            if saved != own:
                raise ValueError(f"fit: the checkpoint expected a {name} {saved} a position in the data, got one {own}")

        self.model.load_state_dict(state_dict["model"])
        self.optimizer.load_state_dict(state_dict["optimizer"])
        for name, state in state_dict["callbacks"].items():
            named[name].load_state_dict(state)
        for name, state in state_dict["metrics"].items():
            self.metrics[name].load_state_dict(state)
        self.loss.load_state_dict(state_dict["loss"])
        for name, part in parts.items():
            if state_dict[name] is not None:
                part.load_state_dict(state_dict[name])  # type: ignore[union-attr]
        self.epoch, self.batch, self.step = (state_dict[name] for name in ("epoch", "batch", "step"))
        self.history = [dict(entry) for entry in state_dict["history"]]
        set_rng_state(state_dict["generator"])

    def _named(self) -> list[tuple[str, Callback]]:
        """Return the callbacks with a name for each: its class, and a number where there are several."""
        named, seen = [], {}
        for callback in self.callbacks:
            kind = type(callback).__name__
            seen[kind] = seen.get(kind, 0) + 1
            named.append((kind if seen[kind] == 1 else f"{kind} {seen[kind]}", callback))
        return named


def _state_of(loader: Any) -> Any:
    return loader.state_dict() if hasattr(loader, "state_dict") else None


def _check_same(what: str, saved: list[str], own: list[str]) -> None:
    if sorted(saved) != sorted(own):
        raise ValueError(
            f"fit: the checkpoint expected {what} {', '.join(sorted(saved)) or 'without state'}, "
            f"got {', '.join(sorted(own)) or 'none'}"
        )
