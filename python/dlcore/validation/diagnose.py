"""The general guide: why a model is bad, by training what tells the reasons apart."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np

from .._core import Tensor, cat
from .._extras import needed
from ..data import Dataset
from ..nn.module import Module
from ..optim import Adam
from ..optim.optimizer import Optimizer
from ..train import Callback, Metric
from .advice import advise
from .alternatives import Family, OptimizerFactory, alternatives, build
from .constant_answer import constant_answer_loss
from .diagnose_checks import (
    check_alternatives,
    check_alternatives_can_be_made,
    check_data,
    check_family,
    check_target,
    check_training,
)
from .diagnosis import Diagnosis, Verdict, number
from .measure import Measure, mode_of
from .reasons import explain_test, explain_training
from .recipe import Recipe
from .samples import Data, as_dataset, as_one_batch, select
from .trials import Trials
from .two_sample import TwoSampleTest, two_sample_test

# What a diagnosis without a target calls good: a tenth of what is lost without a look at the inputs, which for the
# squared error is to explain nine tenths of the variance.
_SHARE_OF_CONSTANT = 0.1
_COMPARED = 1000  # samples of each kind, of which a small network learns what there is to learn


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
    mode: str | None = None,
    validation: Data | float = 0.2,
    sizes: tuple[Any, Any] | None = None,
    relaxed: Mapping[str, Callable[[Any], Module]] | None = None,
    optimizers: Mapping[str, OptimizerFactory] | None = None,
    callbacks: Callable[[Optimizer, int], Iterable[Callback]] | None = None,
    collate_fn: Callable[[list[Any]], Any] | None = None,
    seeds: int = 3,
    seed: int = 0,
) -> Diagnosis:
    """Say what is wrong with a model, and what to try next, by training what tells the reasons apart.

    The tree, and what is trained at each question (the model in question is trained first):

    1. Is it good on the samples that it learnt from? If not (where the loss is no number, **optimization failed**):

       a. Does it train well without a constraint (weight decay, dropout, those in `relaxed`; each, then several)? If it
          is then better on samples it has not seen, too: **too rigid a constraint.** If not, the constraint is needed,
          as what is learnt without it is learnt by heart: **overfitting**.
       b. Does a *smaller* one train better, both without weight decay and dropout? The larger could do the same, so
          **optimization failed**.
       c. Does it train well with another *optimizer*, under the same weight decay, or in three times the epochs?
          **Optimization failed.**
       d. Else **model bias**; *larger* ones are trained to see whether size is what lacks.

    2. Is it good on the test samples? **Done.** If not, there are two gaps: from training to validation, samples of the
       same kind, and from validation to test (Ng, Machine Learning Yearning, 2018, chapters 40 to 43).

       a. The second one is beyond chance, and it is the wider one or validation is good: **mismatch**. A two-sample
          test tells whether the inputs differ.
       b. Else, validation is not good, and that one or test is worse than training beyond chance: **overfitting**. In
          both cases training on *half of the data* tells whether more of it helps.
       c. Else **too few samples to tell**: what is bad may be so by chance.

    Good is what reaches `target`. It is for whom uses the model to know: there is no number of it that fits all tasks.
    "Trains well" is to close half of what lacks to the target, and "trains better" a tenth of it, both by more than
    three standard errors of the mean over seeds. "Beyond chance" of gaps is three standard errors of the difference of
    means over samples.

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
        mode: 'max' where more of the metric is better, 'min' where less is; if left out, what the metric says by its
            `higher_is_better`.
        validation: samples of the same kind as `train`; or which share of those to hold out.
        sizes: of the smaller and the larger model, None where there is none. If left out a fourth and four times the
            size, then 8 and 16 times while size helps; of models by name the one before, and those after.
        relaxed: families without one constraint, by the constraint's name; they are called with `size`. Weight decay
            and dropout are seen without: dropout that is a module, or a module's number `dropout`; not a constant
            given to `F.dropout` in a `forward`.
        optimizers: others to try, by name; they bring their own weight decay. If left out Adam at two learning rates
            and SGD with momentum, with the weight decay of the one in question.
        callbacks: makes the callbacks of a run, such as a Schedule, called with its optimizer and the number of its
            epochs, of which one training has three times as many. They are the same for other optimizers, so a
            schedule should scale the rate that it finds.
        collate_fn: makes a batch of a list of samples, as of DataLoader.
        seeds: how often each model is trained.
        seed: the same one gives the same diagnosis.

    Raises:
        TypeError: an argument is of another kind; nothing was trained.
        ValueError: an argument makes no sense, or a number in the data is not finite; nothing was trained.

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
    check_family(family, size, sizes)
    check_alternatives(relaxed, optimizers)
    counts = {"epochs": (epochs, 1), "batch_size": (batch_size, 1), "seeds": (seeds, 1), "seed": (seed, 0)}
    check_training(loss_fn, optimizer, callbacks, collate_fn, counts)
    check_target(target, metric)
    mode = mode_of("diagnose", mode, metric)
    if metric is None and mode == "max":
        raise ValueError("diagnose: mode expected 'min' or None where the loss decides, got 'max'")
    learnt, held_out = _hold_out(as_dataset("diagnose", train), validation, seed)
    unseen = as_dataset("diagnose", test)
    check_data({"train": learnt, "validation": held_out, "test": unseen}, collate_fn, seed)

    name = "loss" if metric is None else type(metric).__name__.lower()
    metrics = {} if metric is None else {name: metric}
    recipe = Recipe(
        partial(build, family, size), loss_fn, optimizer, epochs, batch_size, metrics, callbacks, collate_fn
    )
    others = alternatives(recipe, family, size, sizes, relaxed, optimizers)
    check_alternatives_can_be_made(others)
    constant = None
    if target is None:
        constant = constant_answer_loss(recipe, learnt)
        if constant <= 0:
            raise ValueError(f"diagnose: target expected a number, as a constant answer has loss {constant}, got None")
        target = _SHARE_OF_CONSTANT * constant
    measure = Measure(name, mode, target)

    trials = Trials(learnt, held_out, unseen, measure, seeds, seed)
    asked = trials.run(f"{size} (in question)", "asked", recipe)
    found = Diagnosis(Verdict.DONE, measure, trials.done, constant_loss=constant)
    good_here, good_there = (measure.is_good(values.mean()) for values in (asked.train, asked.test))
    if not found.ask("Good on training data?", good_here, f"{name} {number(asked.train)}"):
        found.verdict, found.decisive = explain_training(found, trials, recipe, others)
    elif not found.ask("Good on test data?", good_there, f"{name} {number(asked.test)}"):
        found.verdict = explain_test(found, trials, recipe, others)
        if found.verdict == Verdict.MISMATCH:
            found.two_sample, found.not_compared = _compare_inputs(learnt, unseen, collate_fn, seed)
    found.advice = advise(found)
    return found


def _hold_out(data: Dataset[Any], validation: Data | float, seed: int) -> tuple[Dataset[Any], Dataset[Any]]:
    """Return what is learnt from, and samples of the same kind that are not."""
    if not isinstance(validation, (int, float)):
        return data, as_dataset("diagnose", validation)
    if not 0 < validation < 1:
        raise ValueError(f"diagnose: validation expected data or a share in (0, 1), got {validation!r}")
    from sklearn.model_selection import train_test_split

    count = len(data)  # type: ignore[arg-type]
    if math.ceil(validation * count) >= count:
        raise ValueError(f"diagnose: train expected more samples than the {validation:g} held out of it, got {count}")
    learnt, held_out = train_test_split(np.arange(count), test_size=validation, random_state=seed)
    return select(data, learnt), select(data, held_out)


def _compare_inputs(
    a: Dataset[Any], b: Dataset[Any], collate_fn: Any, seed: int
) -> tuple[TwoSampleTest | None, str | None]:
    """Tell training inputs from test inputs, or say why that cannot be done."""
    sides = []
    random = np.random.default_rng(seed)
    for data in (a, b):
        rows = random.permutation(len(data))[:_COMPARED]  # type: ignore[arg-type]
        *inputs, _ = as_one_batch(select(data, rows), collate_fn)
        if not inputs or not all(isinstance(part, Tensor) for part in inputs):
            return None, "they are no tensors"
        sides.append(cat([part.reshape(len(part), -1).double() for part in inputs], 1))
    if sides[0].shape[1] != sides[1].shape[1]:
        return None, "a training sample has {} numbers and a test sample {}".format(*(side.shape[1] for side in sides))
    try:
        return two_sample_test(*sides, max_samples=_COMPARED, seed=seed), None
    except ValueError as error:  # such as too few samples: no reason to lose what was found
        return None, str(error)
