"""What is checked before a diagnosis trains anything."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from .._core import Tensor
from .._integers import as_integer
from .._seeded import seeded
from ..data import DataLoader, Dataset
from ..nn.module import Module
from ..train import Metric
from .alternatives import Alternatives
from .recipe import SAMPLES_AT_ONCE

_OWNER = "diagnose"


def check_family(family: Any, size: Any, sizes: Any) -> None:
    """Check that the sizes are those of the family."""
    if isinstance(family, Mapping):
        if not family:
            raise ValueError(f"{_OWNER}: family expected at least one model, got none")
        _check_makers("family", family)
        if size not in family:
            raise ValueError(f"{_OWNER}: size expected one of {', '.join(family)}, got {size!r}")
    elif isinstance(family, Module) or not callable(family):
        raise TypeError(
            f"{_OWNER}: family expected a function of a size, or functions by name, got {type(family).__name__}"
        )
    if sizes is None:
        if not isinstance(family, Mapping):
            as_integer(_OWNER, "size", size, otherwise=", or sizes around it")
        return
    if not isinstance(sizes, (tuple, list)) or len(sizes) != 2:
        raise ValueError(f"{_OWNER}: sizes expected a smaller and a larger one, each may be None, got {sizes!r}")
    if isinstance(family, Mapping):
        for other in sizes:
            if other is not None and other not in family:
                raise ValueError(f"{_OWNER}: sizes expected two of {', '.join(family)} or None, got {other!r}")


def check_alternatives(relaxed: Any, optimizers: Any) -> None:
    """Check that what is to be tried can be called."""
    for name, makers in (("relaxed", relaxed), ("optimizers", optimizers)):
        if makers is not None:
            _check_makers(name, makers)


def check_training(
    loss_fn: Any, optimizer: Any, callbacks: Any, collate_fn: Any, counts: Mapping[str, tuple[Any, int]]
) -> None:
    """Check functions, and counts by name with the least that makes sense."""
    for name, function in (("loss_fn", loss_fn), ("optimizer", optimizer)):
        if not callable(function):
            raise TypeError(f"{_OWNER}: {name} expected a function, got {type(function).__name__}")
    for name, function in (("callbacks", callbacks), ("collate_fn", collate_fn)):
        if function is not None and not callable(function):
            raise TypeError(f"{_OWNER}: {name} expected a function or None, got {type(function).__name__}")
    for name, (count, least) in counts.items():
        as_integer(_OWNER, name, count, least)


def check_target(target: Any, metric: Any) -> None:
    """Check what decides, and what is good enough of it."""
    if metric is not None and not isinstance(metric, Metric):
        raise TypeError(f"{_OWNER}: metric expected a Metric, got {type(metric).__name__}")
    if metric is not None and target is None:
        raise ValueError(f"{_OWNER}: target expected a number where {type(metric).__name__} decides, got None")
    real = isinstance(target, (int, float, np.integer, np.floating)) and not isinstance(target, bool)
    if target is not None and not (real and math.isfinite(target)):
        raise ValueError(f"{_OWNER}: target expected a finite number, got {target!r}")


def check_alternatives_can_be_made(others: Alternatives) -> None:
    """Make each network and optimizer once: an error comes out now, with a note, and not after hours of training.

    Of larger models only the first one is made; those after it may never be needed, and take their time.
    """
    first_larger = dict(list(others.larger.items())[:1])
    for name, recipe in {**others.smaller, **others.relaxed, **others.optimizers, **first_larger}.items():
        with seeded(0):
            try:
                recipe.optimizer(recipe.model().parameters())
            except Exception as error:
                error.add_note(f"{_OWNER}: {name!r} could not be made; sizes, relaxed and optimizers say what is tried")
                raise


def check_data(data: Mapping[str, Dataset[Any]], collate_fn: Callable[[list[Any]], Any] | None, seed: int) -> None:
    """Read all samples once: there have to be some, and no number in them may be NaN or infinite."""
    for name, part in data.items():
        if len(part) == 0:  # type: ignore[arg-type]
            raise ValueError(f"{_OWNER}: {name} expected at least one sample, got none")
        with seeded(seed):  # a data set may draw
            for number, batch in enumerate(DataLoader(part, SAMPLES_AT_ONCE, collate_fn=collate_fn)):
                for tensor in _tensors(batch):
                    if tensor.dtype.is_floating_point and not tensor.detach().isfinite().all().item():
                        first = number * SAMPLES_AT_ONCE
                        last = min(first + SAMPLES_AT_ONCE, len(part)) - 1  # type: ignore[arg-type]
                        raise ValueError(
                            f"{_OWNER}: {name} expected finite numbers, got NaN or an infinite one "
                            f"among samples {first} to {last}"
                        )


def _tensors(value: Any) -> Iterator[Tensor]:
    """Yield the tensors of a batch, however they lie in it."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, (tuple, list, Mapping)):
        parts: Iterable[Any] = value.values() if isinstance(value, Mapping) else value
        for part in parts:
            yield from _tensors(part)


def _check_makers(name: str, makers: Any) -> None:
    if not isinstance(makers, Mapping):
        raise TypeError(f"{_OWNER}: {name} expected functions by name, got {type(makers).__name__}")
    for key, make in makers.items():
        if isinstance(make, Module) or not callable(make):
            raise TypeError(f"{_OWNER}: {name}[{key!r}] expected a function, got {type(make).__name__}")
