"""A picture of a schedule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..._core import zeros
from ..._extras import axes_for
from ..._restored import restored_entries, restored_state
from ..optimizer import Optimizer
from ..sgd import SGD
from .reduce_lr_on_plateau import ReduceLROnPlateau
from .scheduler import LRScheduler

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_schedule(
    scheduler: LRScheduler | Callable[[Optimizer], LRScheduler],
    steps: int,
    metrics: Sequence[float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the learning rates of the next steps, and momentum where the schedule changes it.

    The scheduler and its optimizer are left as they were.

    Args:
        scheduler: one, or a function that makes one for an optimizer; it is given an SGD with a rate of 1.
        steps: how many.
        metrics: what ReduceLROnPlateau looks at, a number for each step.
        ax: where to draw; a new figure's axes if left out.

    Returns:
        The axes; `axes.figure.savefig(path)` writes the picture.

    Raises:
        ImportError: matplotlib is not installed.

    Example:
        >>> from dlcore.optim.lr_scheduler import CosineAnnealingWarmRestarts, plot_schedule
        >>> axes = plot_schedule(lambda optimizer: CosineAnnealingWarmRestarts(optimizer, T_0=20, T_mult=2), steps=100)
        >>> axes.get_ylabel()
        'learning rate'
    """
    ax = axes_for("plot_schedule", ax, (6, 3.6))
    if not isinstance(steps, int) or steps < 1:
        raise ValueError(f"plot_schedule: steps expected an integer >= 1, got {steps!r}")
    if not isinstance(scheduler, LRScheduler):
        scheduler = scheduler(SGD([zeros(1)], lr=1.0, momentum=0.9))
    if isinstance(scheduler, ReduceLROnPlateau) and (metrics is None or len(metrics) < steps):
        raise ValueError(
            f"plot_schedule: metrics expected {steps} numbers for ReduceLROnPlateau, "
            f"got {'none' if metrics is None else len(metrics)}"
        )
    rates, momenta = _follow(scheduler, steps, metrics)

    groups = len(rates[0])
    lines = ax.plot(
        range(steps), rates, label=[f"group {i}" for i in range(groups)] if groups > 1 else ["learning rate"]
    )
    ax.set(xlabel="step", ylabel="learning rate", ylim=(0, None), xlim=(0, steps - 1) if steps > 1 else None)
    if any(momentum != momenta[0] for momentum in momenta):
        right = ax.twinx()
        lines += right.plot(
            range(steps), [momentum[0] for momentum in momenta], "--", color="tab:gray", label="momentum"
        )
        right.set_ylabel("momentum")
    if len(lines) > 1:
        ax.legend(handles=lines, frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=min(len(lines), 3))
    return ax


def _follow(
    scheduler: LRScheduler, steps: int, metrics: Sequence[float] | None
) -> tuple[list[list[float]], list[list[float]]]:
    """Return the rates and momenta of each group at each step, and put everything back."""
    groups = scheduler.optimizer.param_groups
    rates, momenta = [], []
    with restored_entries(*groups), restored_state(scheduler):
        for step in range(steps):
            rates.append([group["lr"] for group in groups])
            momenta.append([_momentum(group) for group in groups])
            if step < steps - 1:
                scheduler.step(*() if not isinstance(scheduler, ReduceLROnPlateau) else (metrics[step],))
    return rates, momenta


def _momentum(group: dict[str, Any]) -> float:
    return group["betas"][0] if "betas" in group else group.get("momentum", 0.0)
