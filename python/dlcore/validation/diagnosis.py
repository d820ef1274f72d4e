"""What a diagnosis found, with its evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

from .gaps import Gap
from .measure import Measure
from .trials import Trial
from .two_sample import TwoSampleTest


class Verdict(StrEnum):
    """What is wrong with a model."""

    DONE = "done"
    MODEL_BIAS = "model bias"
    FAILED_OPTIMIZATION = "failed optimization"
    RIGID_CONSTRAINT = "too rigid a constraint"
    OVERFITTING = "overfitting"
    MISMATCH = "mismatch of training and test data"
    UNDECIDED = "too few samples to tell"


@dataclass(frozen=True)
class Step:
    """A question of the tree, its answer, and the numbers that gave it."""

    question: str
    answer: bool
    evidence: str


@dataclass(repr=False)
class Diagnosis:
    """What `diagnose` found; as text the report.

    Attributes:
        verdict: what is wrong.
        measure: what decided, and its target.
        trials: what was trained, by name, in order; the first one is the model in question.
        path: the questions that led to the verdict.
        decisive: the other training that decided it, if one did.
        advice: what to try next, the most promising first.
        constant_loss: the loss of the best answer that is the same for all samples, where no target was given.
        two_sample: whether training and test inputs can be told apart, where that was in question.
        not_compared: why they were not compared, where it was in question and could not be done.
        open_gap: the difference between parts of the data that may be chance, where there are too few samples to tell.
    """

    verdict: Verdict
    measure: Measure
    trials: dict[str, Trial]
    path: list[Step] = field(default_factory=list)
    decisive: Trial | None = None
    advice: list[str] = field(default_factory=list)
    constant_loss: float | None = None
    two_sample: TwoSampleTest | None = None
    not_compared: str | None = None
    open_gap: Gap | None = None

    def ask(self, question: str, answer: bool, evidence: str) -> bool:
        """Write down a question, and return its answer."""
        answer = bool(answer)  # of NumPy's
        self.path.append(Step(question, answer, evidence))
        return answer

    @property
    def asked(self) -> Trial:
        """The model in question."""
        return next(iter(self.trials.values()))

    def by_role(self, role: str) -> list[Trial]:
        """Return what was trained for something."""
        return [trial for trial in self.trials.values() if trial.role == role]

    def best_trained(self, trials: list[Trial]) -> Trial:
        """Return the one of several that is best on the samples that it learnt from."""
        return min(trials, key=lambda trial: self.measure.badness(trial.train.mean()))

    def __repr__(self) -> str:
        asked, name = self.asked, self.measure.name
        parts = ", ".join(f"{part} {number(getattr(asked, part))}" for part in ("train", "validation", "test"))
        return f"<Diagnosis: {self.verdict}; {name}: {parts}; {len(self.trials)} trained>"

    def __str__(self) -> str:
        measure = self.measure
        bound = "at most" if measure.mode == "min" else "at least"
        good = f"Good: {measure.name} {bound} {measure.target:.4g}"
        if self.constant_loss is not None:
            good += f", a tenth of {self.constant_loss:.4g}, the loss of the best constant answer"
        lines = [f"Verdict: {self.verdict}", "", good]
        for step in self.path:
            lines.append(f"- {step.question} {'Yes' if step.answer else 'No'}: {step.evidence}")
        lines += ["", *_table(measure.name, list(self.trials.values())), "", "What to try next:"]
        return "\n".join(lines + [f"{number}. {text}" for number, text in enumerate(self.advice, 1)])

    def plot(self, ax: Any = None) -> Any:
        """Draw the training curves, and the path to the verdict beside them.

        Args:
            ax: matplotlib's Axes, which both share; new ones if left out.

        Returns:
            The axes.
        """
        from .diagnosis_plot import draw

        return draw(self, ax)


def _table(name: str, trials: list[Trial]) -> list[str]:
    """Return rows of the number that decides, mean and standard error over seeds."""
    width = max(len(trial.name) for trial in trials)
    title = f"{name}, mean +- standard error"
    width = max(width, len(title))
    lines = [f"{title:<{width}}  {'parameters':>10}  {'training':<17}  {'validation':<17}  test"]
    for trial in trials:
        cells = [
            f"{getattr(trial, part).mean():.4g} +- {trial.standard_error(part):.2g}"
            for part in ("train", "validation", "test")
        ]
        lines.append(f"{trial.name:<{width}}  {trial.parameters:>10,}  {cells[0]:<17}  {cells[1]:<17}  {cells[2]}")
    return lines


def number(values: np.ndarray | float) -> str:
    """Return a mean as text."""
    return f"{float(np.mean(values)):.4g}"
