"""What a diagnosis may train besides the model in question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from .._core import Tensor
from ..nn.module import Module
from ..optim import SGD, Adam
from ..optim.optimizer import Optimizer
from .constraints import without_constraints
from .recipe import Recipe

Family = Callable[[Any], Module] | Mapping[str, Callable[[], Module]]
OptimizerFactory = Callable[[Iterable[Tensor]], Optimizer]

_OPTIMIZERS: dict[str, OptimizerFactory] = {
    "Adam, lr 0.001": partial(Adam, lr=1e-3),
    "Adam, lr 0.01": partial(Adam, lr=1e-2),
    "SGD, lr 0.1, momentum 0.9": partial(SGD, lr=0.1, momentum=0.9),
}
_TIMES_SMALLER = 4  # a quarter is small enough to differ, and large enough to learn something
_TIMES_LONGER = 3


@dataclass(frozen=True)
class Alternatives:
    """Recipes by name: each differs from the one in question in one thing."""

    smaller: dict[str, Recipe]
    relaxed: dict[str, Recipe]
    optimizers: dict[str, Recipe]
    larger: dict[str, Recipe]


def build(family: Family, size: Any) -> Module:
    """Make the family's model of a size or name."""
    return family[size]() if isinstance(family, Mapping) else family(size)


def alternatives(
    recipe: Recipe,
    family: Family,
    size: Any,
    sizes: tuple[Any, Any] | None,
    relaxed: Mapping[str, Callable[[Any], Module]] | None,
    optimizers: Mapping[str, OptimizerFactory] | None,
) -> Alternatives:
    """Return what `diagnose` describes, of a recipe for the model of `size`."""
    smaller, larger = _neighbours(family, size) if sizes is None else sizes

    tried = _OPTIMIZERS if optimizers is None else optimizers

    def of_size(word: str, other: Any) -> dict[str, Recipe]:
        return {} if other is None else {f"{other} ({word})": replace(recipe, model=partial(build, family, other))}

    longer = {f"{_TIMES_LONGER} x {recipe.epochs} epochs": replace(recipe, epochs=_TIMES_LONGER * recipe.epochs)}
    return Alternatives(
        of_size("smaller", smaller),
        without_constraints(recipe)
        | {f"no {name}": replace(recipe, model=partial(make, size)) for name, make in (relaxed or {}).items()},
        {name: replace(recipe, optimizer=make) for name, make in tried.items()} | longer,
        of_size("larger", larger),
    )


def _neighbours(family: Family, size: Any) -> tuple[Any, Any]:
    """Return the next smaller and larger size, or None."""
    if isinstance(family, Mapping):
        names = list(family)
        at = names.index(size)
        return (names[at - 1] if at > 0 else None), (names[at + 1] if at + 1 < len(names) else None)
    smaller = max(1, size // _TIMES_SMALLER)
    return (smaller if smaller < size else None), _TIMES_SMALLER * size
