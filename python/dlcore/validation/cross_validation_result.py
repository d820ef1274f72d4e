"""What cross-validation found."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._extras import axes_for


@dataclass
class CrossValidation:
    """Scores of each candidate on each fold, and which candidate they choose.

    Attributes:
        score: what was measured.
        mode: 'min' where less is better, 'max' where more is.
        scores: by candidate, on the samples that were held out, (folds,).
        train_scores: by candidate, on the samples that were learnt from, (folds,).
        rule: how the chosen one is chosen, 'best' or 'one_standard_error'.
        model: the chosen one, trained on everything: a network or an estimator. None if that was not asked for, or no
            candidate was chosen.
    """

    score: str
    mode: str
    scores: dict[str, np.ndarray]
    train_scores: dict[str, np.ndarray]
    rule: str = "best"
    model: Any = None

    def mean(self, name: str) -> float:
        """Return a candidate's mean over folds."""
        return float(self.scores[name].mean())

    def std(self, name: str) -> float:
        """Return the standard deviation of a candidate's folds, or NaN of one fold."""
        return float(self.scores[name].std(ddof=1)) if len(self.scores[name]) > 1 else math.nan

    def standard_error(self, name: str) -> float:
        """Return the standard error of a candidate's mean, std / sqrt(folds).

        It is rather too small: folds learn from many of the same samples, so that their scores are not independent
        (Bengio and Grandvalet, No Unbiased Estimator of the Variance of K-Fold Cross-Validation, 2004).
        """
        return self.std(name) / math.sqrt(len(self.scores[name]))

    @property
    def best(self) -> str | None:
        """The candidate of the best mean, the first one of equals; None where no mean is finite."""
        return min(self._finite(), key=self._loss, default=None)

    @property
    def chosen(self) -> str | None:
        """The candidate that the rule chooses; None where no mean is finite."""
        best = self.best
        if best is None or self.rule == "best" or len(self.scores[best]) < 2:
            return best
        bound = self._loss(best) + self.standard_error(best)
        return next(name for name in self._finite() if self._loss(name) <= bound)

    def _finite(self) -> list[str]:
        return [name for name in self.scores if math.isfinite(self.mean(name))]

    def _loss(self, name: str) -> float:
        return self.mean(name) if self.mode == "min" else -self.mean(name)

    def __str__(self) -> str:
        folds = len(next(iter(self.scores.values())))
        better = "less" if self.mode == "min" else "more"
        width = max(len("candidate"), *map(len, self.scores))
        lines = [
            f"{self.score} over {folds} folds, {better} is better",
            f"{'candidate':<{width}}  {'mean':>9}  {'std':>9}  {'std error':>9}  {'training':>9}",
        ]
        for name in self.scores:
            numbers = self.mean(name), self.std(name), self.standard_error(name), self.train_scores[name].mean()
            mark = "  chosen" if name == self.chosen else ""
            lines.append(f"{name:<{width}}  " + "  ".join(f"{number:9.4g}" for number in numbers) + mark)
        if self.chosen is None:
            lines.append("none chosen: no candidate has a finite mean")
        return "\n".join(lines)

    def plot(self, ax: Any = None) -> Any:
        """Draw each candidate's folds, and their mean with one standard error.

        Args:
            ax: matplotlib's Axes; new ones if left out.

        Returns:
            The axes.
        """
        ax = axes_for("CrossValidation", ax, (6, 0.6 * len(self.scores) + 1.6))
        chosen = self.chosen
        for row, (name, scores) in enumerate(self.scores.items()):
            color = "tab:blue" if name == chosen else "gray"
            ax.plot(scores, np.full(len(scores), row), "o", color=color, alpha=0.35, markersize=6)
            ax.errorbar(self.mean(name), row, xerr=self.standard_error(name), fmt="D", color=color, capsize=5)
        labels = [f"{name}\n(chosen)" if name == chosen else name for name in self.scores]
        ax.set_yticks(range(len(labels)), labels)
        ax.set_ylim(len(labels) - 0.5, -0.5)
        ax.set_xlabel(f"{self.score} on held-out folds; mean and standard error")
        return ax
