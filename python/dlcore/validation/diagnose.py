"""The general guide: why a model is bad, by training what tells the reasons apart."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np

from .._core import Tensor, cat
from .._extras import needed
from ..data import DataLoader, Dataset
from ..nn.module import Module
from ..optim import Adam
from ..optim.optimizer import Optimizer
from ..train import Callback, Metric
from .advice import advise
from .alternatives import Family, OptimizerFactory, alternatives, build
from .constant_answer import constant_answer_loss
from .diagnosis import Diagnosis, Verdict, number
from .reasons import explain_test, explain_training
from .recipe import Recipe
from .samples import Data, as_dataset, select
from .trials import Measure, Trials
from .two_sample import TwoSampleTest, two_sample_test

# What a diagnosis without a target calls good: a tenth of what is lost without a look at the inputs, which for the
# squared error is to explain nine tenths of the variance.
_SHARE_OF_CONSTANT = 0.1


def diagnose(
    family: Family,
    size: Any,
    train: Data,
    test: Data,
    loss_fn: Callable[[Any, Any], Tensor],
    *,
    optimizer: OptimizerFactory = Adam,
    epochs: int = 20,
    batch_size: int = 32,
    target: float | None = None,
    metric: Metric | None = None,
    mode: str = "max",
    validation: Data | float = 0.2,
    sizes: tuple[Any, Any] | None = None,
    relaxed: Mapping[str, Callable[[Any], Module]] | None = None,
    optimizers: Mapping[str, OptimizerFactory] | None = None,
    callbacks: Callable[[Optimizer], Iterable[Callback]] | None = None,
    collate_fn: Callable[[list[Any]], Any] | None = None,
    seeds: int = 3,
    seed: int = 0,
) -> Diagnosis:
    """Say what is wrong with a model, and what to try next, by training what tells the reasons apart.

    The tree, and what is trained at each question (the model in question is trained first):

    1. Is it good on the samples that it learnt from? If not (where the loss is no number, **optimization failed**):

       a. Does a *smaller* one train better? The larger could do the same, so **optimization failed**.
       b. Does it train well without a constraint (weight decay, dropout, those in `relaxed`), and is then better on
          samples it has not seen, too? **Too rigid a constraint.**
       c. Does it train well with another *optimizer*, or in three times the epochs? **Optimization failed.**
       d. Else **model bias**; a *larger* one is trained to see whether size is what lacks.

    2. Is it good on the test samples? **Done.** If not, there are two gaps: from training to validation, samples of the
       same kind, and from validation to test (Ng, Machine Learning Yearning, 2018, chapters 40 to 43).

       a. The second one is wider, and beyond chance: **mismatch**. A two-sample test tells whether the inputs differ.
       b. Else **overfitting**. In both cases training on *half of the data* tells whether more of it helps.

    Good is what reaches `target`. It is for whom uses the model to know: there is no number of it that fits all tasks.
    "Trains well" is to close half of what lacks to the target, and "trains better" a tenth of it, both by more than
    three standard errors of the mean over seeds. "Beyond chance" of test and validation is three standard errors of the
    difference of means over samples.

    Args:
        family: makes a model of a size; or models by name, from small to large.
        size: of the model in question; or its name.
        train: arrays or tensors side by side, (N, ...) each and targets last, or a data set.
        test: the same, of samples that were never learnt from. They are read to find the reason, so what is changed
            then has to be tested on others.
        loss_fn: of outputs and targets; a mean over samples.
        optimizer: makes the optimizer, called with parameters.
        epochs: how often all samples are read.
        batch_size: samples per step.
        target: what is good enough: a loss, or a number of `metric`. If left out, a tenth of the loss of the best
            answer that is the same for all samples.
        metric: what decides in place of the loss; a mean over samples.
        mode: 'max' where more of the metric is better, 'min' where less is.
        validation: samples of the same kind as `train`; or which share of those to hold out.
        sizes: of the smaller and the larger model, None where there is none. If left out a fourth and four times the
            size; of models by name the neighbours.
        relaxed: families without one constraint, by the constraint's name; they are called with `size`.
        optimizers: others to try, by name. If left out Adam at two learning rates, and SGD with momentum.
        callbacks: makes the callbacks of a run, such as a Schedule, called with its optimizer.
        collate_fn: makes a batch of a list of samples, as of DataLoader.
        seeds: how often each model is trained.
        seed: the same one gives the same diagnosis.

    Raises:
        ValueError: an argument makes no sense; nothing was trained.

    Example:
        >>> from functools import partial
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> from dlcore.models import MLP
        >>> from dlcore.validation import diagnose
        >>> x = dl.linspace(-3, 3, 120).unsqueeze(1)
        >>> train, test = (x[::2], x[::2].sin()), (x[1::2], x[1::2].sin())
        >>> found = diagnose(
        ...     lambda width: MLP(1, [width, 1]), 1, train, test, nn.MSELoss(), epochs=60, batch_size=8,
        ...     optimizer=partial(dl.optim.Adam, lr=0.02), optimizers={}, sizes=(None, 16), target=0.02, seeds=2,
        ... )
        >>> print(found.verdict)
        model bias
    """
    needed("sklearn", "diagnose")
    name = "loss" if metric is None else type(metric).__name__.lower()
    _check(family, size, sizes, target, metric, mode, validation, epochs, seeds)
    metrics = {} if metric is None else {name: metric}
    recipe = Recipe(
        partial(build, family, size), loss_fn, optimizer, epochs, batch_size, metrics, callbacks, collate_fn
    )
    others = alternatives(recipe, family, size, sizes, relaxed, optimizers)
    learnt, held_out = _hold_out(as_dataset("diagnose", train), validation, seed)
    unseen = as_dataset("diagnose", test)
    constant = None
    if target is None:
        constant = constant_answer_loss(recipe, learnt)
        if constant <= 0:
            raise ValueError(f"diagnose: target expected a number, as a constant answer has loss {constant}, got None")
        target = _SHARE_OF_CONSTANT * constant
    measure = Measure(name, "min" if metric is None else mode, target)

    trials = Trials(learnt, held_out, unseen, measure, seeds, seed)
    asked = trials.run(f"{size} (in question)", "asked", recipe)
    found = Diagnosis(Verdict.DONE, measure, trials.done, constant_loss=constant)
    good_here, good_there = (measure.is_good(values.mean()) for values in (asked.train, asked.test))
    if not found.ask("Good on training data?", good_here, f"{name} {number(asked.train)}"):
        found.verdict, found.decisive = explain_training(found, trials, asked, others)
    elif not found.ask("Good on test data?", good_there, f"{name} {number(asked.test)}"):
        found.verdict = explain_test(found, trials, asked, recipe, others)
        if found.verdict == Verdict.MISMATCH:
            found.two_sample = _compare_inputs(learnt, unseen, collate_fn, seed)
    found.advice = advise(found)
    return found


def _hold_out(data: Dataset[Any], validation: Data | float, seed: int) -> tuple[Dataset[Any], Dataset[Any]]:
    """Return what is learnt from, and samples of the same kind that are not."""
    if not isinstance(validation, (int, float)):
        return data, as_dataset("diagnose", validation)
    from sklearn.model_selection import train_test_split

    count = len(data)  # type: ignore[arg-type]
    learnt, held_out = train_test_split(np.arange(count), test_size=validation, random_state=seed)
    return select(data, learnt), select(data, held_out)


def _compare_inputs(a: Dataset[Any], b: Dataset[Any], collate_fn: Any, seed: int) -> TwoSampleTest | None:
    """Tell training inputs from test inputs, where they are tensors of one shape."""
    sides = []
    for data in (a, b):
        *inputs, _ = next(iter(DataLoader(data, len(data), collate_fn=collate_fn)))  # type: ignore[arg-type]
        if not inputs or not all(isinstance(part, Tensor) for part in inputs):
            return None
        sides.append(cat([part.reshape(len(part), -1).float() for part in inputs], 1))
    return two_sample_test(*sides, seed=seed) if sides[0].shape[1] == sides[1].shape[1] else None


def _check(
    family: Family,
    size: Any,
    sizes: Any,
    target: float | None,
    metric: Metric | None,
    mode: str,
    validation: Any,
    epochs: int,
    seeds: int,
) -> None:
    if isinstance(family, Mapping):
        if size not in family:
            raise ValueError(f"diagnose: size expected one of {', '.join(family)}, got {size!r}")
    elif sizes is None and (not isinstance(size, int) or isinstance(size, bool) or size < 1):
        raise ValueError(f"diagnose: size expected an integer >= 1, or sizes around it, got {size!r}")
    if metric is not None and target is None:
        raise ValueError(f"diagnose: target expected a number where {type(metric).__name__} decides, got None")
    if target is not None and not math.isfinite(target):
        raise ValueError(f"diagnose: target expected a finite number, got {target}")
    if mode not in ("min", "max"):
        raise ValueError(f"diagnose: mode expected 'min' or 'max', got {mode!r}")
    if isinstance(validation, (int, float)) and not 0 < validation < 1:
        raise ValueError(f"diagnose: validation expected data or a share in (0, 1), got {validation!r}")
    for name, count in (("epochs", epochs), ("seeds", seeds)):
        if not isinstance(count, int) or isinstance(count, bool) or count < 1:
            raise ValueError(f"diagnose: {name} expected an integer >= 1, got {count!r}")
