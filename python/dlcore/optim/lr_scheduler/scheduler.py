"""The base of learning-rate schedulers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..optimizer import Optimizer


class LRScheduler:
    """Set the learning rates of an optimizer, at once and after each `step`: subclass it and write `get_lr`.

    Most schedulers change the rate that is there, so that several on one optimizer multiply. Call `step` after the
    optimizer's. To resume, make optimizer and scheduler anew and load the state of both.

    Args:
        optimizer: whose groups' `"lr"` is set; each group remembers the one it had first as `"initial_lr"`.
        last_epoch: how often `step` was called before, less one; -1 to begin.

    Attributes:
        base_lrs: the rates of the groups before any change.
        last_epoch: how often `step` was called.
    """

    _is_initial = False  # whether get_lr is asked for the rates to begin with

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"{type(self).__name__}: optimizer expected an Optimizer, got {type(optimizer).__name__}")
        for i, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise KeyError(
                    f"{type(self).__name__}: with last_epoch {last_epoch}, group {i} expected an 'initial_lr', got none"
                )
        self.optimizer = optimizer
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        self._begin()

    def _begin(self) -> None:
        """Set the rates to begin with; `last_epoch` is one less."""
        self._step_count = 0
        self._is_initial = True
        self.step()
        self._is_initial = False

    def _withdraw(self) -> None:
        """Wait to begin again, as part of another scheduler."""
        self.last_epoch -= 1

    def get_lr(self) -> list[float]:
        """Compute the rate of each group for `last_epoch`; every subclass writes its own."""
        raise NotImplementedError(f"{type(self).__name__}: get_lr is not defined")

    def get_last_lr(self) -> list[float]:
        """Return the rate of each group that was set last."""
        return self._last_lr

    def step(self) -> None:
        """Set the next rates."""
        groups = self.optimizer.param_groups
        self._step_count += 1
        self.last_epoch += 1
        rates = self.get_lr()
        if len(rates) != len(groups):
            raise ValueError(
                f"{type(self).__name__}: expected the {len(rates)} groups there were at first, got {len(groups)}; "
                "make it anew after add_param_group"
            )
        for group, lr in zip(groups, rates, strict=True):
            group["lr"] = float(lr)
        self._last_lr = self._current_lr()

    def _current_lr(self) -> list[float]:
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """Return all that the scheduler remembers, but the optimizer."""
        return {key: value for key, value in vars(self).items() if key != "optimizer"}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` returned; the rates themselves are in the optimizer's state."""
        vars(self).update(state_dict)
