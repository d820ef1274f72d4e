"""A diagnosis as a picture: how training went, and the way to the verdict."""

from __future__ import annotations

import math
import textwrap
from typing import Any

import numpy as np

from .._extras import axes_for
from .diagnosis import Diagnosis, Verdict

_COLORS = ("tab:blue", "tab:orange", "tab:green", "tab:purple", "tab:brown", "tab:pink", "tab:olive", "tab:cyan")
_VERDICTS = {Verdict.DONE: "#cfe8cf", Verdict.UNDECIDED: "#f5ecc0"}  # all others are of one color
_CHARACTERS = 34  # of a line in a box of the path
_LINE = 0.05  # of the height
_LEGEND_CHARACTERS = 30  # of a line in one of the two columns of the legend
_LEGEND_LINE = 0.045  # of the height
_BELOW = 0.15  # of the height, for numbers and label of the axis
_LOG_FROM = 20  # times the smallest loss: below, a linear axis shows all there is


def draw(found: Diagnosis, ax: Any = None) -> Any:
    """Draw training curves into the left of the axes, their names below, and the path into the right."""
    ax = axes_for("Diagnosis", ax, (9, 5))
    ax.set_axis_off()
    labels = {trial.name: textwrap.fill(trial.name, _LEGEND_CHARACTERS) for trial in found.trials.values()}
    lines = sum(label.count("\n") + 1 for label in labels.values()) + 3  # validation, test and target
    bottom = _BELOW + _LEGEND_LINE * math.ceil(lines / 2)
    curves = ax.inset_axes((0.0, bottom, 0.52, 0.93 - bottom))
    _draw_curves(found, curves, labels)
    below = {"loc": "upper center", "bbox_to_anchor": (0.26, bottom - _BELOW), "bbox_transform": ax.transAxes}
    curves.legend(ncols=2, fontsize=9, frameon=False, borderaxespad=0, **below)  # curves may be anywhere above
    _draw_path(found, ax.inset_axes((0.6, 0.0, 0.4, 1.0)))
    return ax


def _draw_curves(found: Diagnosis, ax: Any, labels: dict[str, str]) -> None:
    lowest, highest = np.inf, 0.0
    colors = iter(_COLORS * len(found.trials))
    for trial in found.trials.values():
        asked = trial is found.asked
        color = "black" if asked else next(colors)
        width = 2.5 if asked or trial is found.decisive else 1.2
        curve = _draw(ax, trial.curves, color=color, linewidth=width, label=labels[trial.name])
        lowest, highest = min(lowest, curve.min(initial=np.inf)), max(highest, curve.max(initial=0.0))
        if asked:
            _draw(ax, trial.validation_curves, color=color, linewidth=1.2, linestyle="--", label="on validation data")
            if np.isfinite(trial.test.mean()):
                highest = max(highest, trial.test.mean())
                ax.plot(len(curve), trial.test.mean(), "X", color="tab:red", markersize=9, label="on test data")
    ax.axhline(found.measure.target, color="gray", linestyle=":", label="target")
    if found.measure.mode == "min" and lowest > 0 and highest > _LOG_FROM * lowest:
        ax.set_yscale("log")
    ax.set(title="Training", xlabel="epoch", ylabel=found.measure.name)
    ax.xaxis.get_major_locator().set_params(integer=True)


def _draw(ax: Any, curves: np.ndarray, **style: Any) -> np.ndarray:
    """Draw the mean over seeds, as far as it is a number, and return it."""
    mean = curves.mean(0)
    mean = mean[np.isfinite(mean)]
    ax.plot(np.arange(1, len(mean) + 1), mean, **style)
    return mean


def _draw_path(found: Diagnosis, ax: Any) -> None:
    """Draw questions in boxes below each other, the verdict last."""
    texts = [_wrapped(step.question, step.evidence) for step in found.path]
    heights = [text.count("\n") + 1.6 for text in texts] + [2.0 + len(found.verdict) // 24]
    scale = min(1 / (sum(heights) + 1.2 * len(texts)), _LINE)
    gap = (1 - scale * sum(heights)) / len(texts)
    top = 1.0
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.set_axis_off()
    for text, height, step in zip(texts, heights, found.path, strict=False):
        middle, bottom = top - height * scale / 2, top - height * scale
        ax.text(0.5, middle, text, ha="center", va="center", fontsize=10, bbox=_box("#f2f2f2", "gray"))
        ax.annotate(
            "", (0.5, bottom - gap), (0.5, bottom), arrowprops={"arrowstyle": "->", "color": "black", "lw": 1.5}
        )
        ax.text(0.53, bottom - gap / 2, "yes" if step.answer else "no", va="center", fontsize=10, weight="bold")
        top = bottom - gap
    color = _VERDICTS.get(found.verdict, "#f7d4c8")
    ax.text(
        0.5,
        top - heights[-1] * scale / 2,
        textwrap.fill(found.verdict, 24),
        ha="center",
        va="center",
        fontsize=13,
        weight="bold",
        bbox=_box(color, "black"),
    )


def _wrapped(question: str, evidence: str) -> str:
    lines = textwrap.wrap(evidence, _CHARACTERS)
    kept = lines[:3] if len(lines) <= 3 else [*lines[:2], lines[2][: _CHARACTERS - 4] + " ..."]
    return "\n".join([question, *kept])


def _box(face: str, edge: str) -> dict[str, Any]:
    return {"boxstyle": "round,pad=0.35", "facecolor": face, "edgecolor": edge}
