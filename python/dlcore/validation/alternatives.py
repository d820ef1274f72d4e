"""What a diagnosis may train besides the model in question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from .._core import Tensor
from ..nn.module import Module
from ..optim import SGD, Adam, Lion
from ..optim.optimizer import Optimizer
from .constraints import visible_constraints, without
from .recipe import Recipe

Family = Callable[[Any], Module] | Mapping[str, Callable[[], Module]]
OptimizerFactory = Callable[[Iterable[Any]], Optimizer]  # of parameters, or of groups of them

_OPTIMIZERS: dict[str, OptimizerFactory] = {
    "Adam, lr 0.001": partial(Adam, lr=1e-3),
    "Adam, lr 0.01": partial(Adam, lr=1e-2),
    "SGD, lr 0.1, momentum 0.9": partial(SGD, lr=0.1, momentum=0.9),
}
_TIMES_SMALLER = 4  # a quarter is small enough to differ, and large enough to learn something
# The first one differs as much as the smaller. Those after it are only trained while more and more size helps, and
# double, as a network of four times the units has up to sixteen times the weights.
_TIMES_LARGER = (4, 8, 16)
_TIMES_LONGER = 3


@dataclass(frozen=True)
class Alternatives:
    """Recipes by name: each differs from the one in question in one thing, those in `relaxed` in one or more.

    Attributes:
        smaller: a smaller model.
        relaxed: without a constraint each, and then without several.
        optimizers: other optimizers under the same weight decay, and a longer training.
        larger: larger models, in order.
        free: which of `relaxed` has neither weight decay nor dropout; None where there is none in question.
        free_smaller: the smaller model without those.
    """

    smaller: dict[str, Recipe]
    relaxed: dict[str, Recipe]
    optimizers: dict[str, Recipe]
    larger: dict[str, Recipe]
    free: str | None = None
    free_smaller: dict[str, Recipe] = field(default_factory=dict)


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
    if sizes is None:
        below, above = _neighbours(family, size)
    else:
        below, above = ([] if other is None else [other] for other in sizes)
    smaller = {f"{other} (smaller)": replace(recipe, model=partial(build, family, other)) for other in below}
    larger = {f"{other} (larger)": replace(recipe, model=partial(build, family, other)) for other in above}

    visible = visible_constraints(recipe)
    none_of_them = ", ".join(f"no {constraint.name}" for constraint in visible)
    singly = {f"no {each.name} ({each.strength:g})": without(recipe, [each]) for each in visible}
    if len(visible) == 1:
        none_of_them = next(iter(singly))
    named = {f"no {name}": replace(recipe, model=partial(make, size)) for name, make in (relaxed or {}).items()}
    together = {}
    if visible:
        together[none_of_them] = without(recipe, visible)
        together |= {f"{name}, {none_of_them}": without(other, visible) for name, other in named.items()}

    tried: Mapping[str, OptimizerFactory] = optimizers or {}
    if optimizers is None:
        tried = {name: partial(_same_weight_decay, make, recipe.optimizer) for name, make in _OPTIMIZERS.items()}
    longer = {f"{_TIMES_LONGER} x {recipe.epochs} epochs": replace(recipe, epochs=_TIMES_LONGER * recipe.epochs)}
    return Alternatives(
        smaller,
        singly | named | together,
        {name: replace(recipe, optimizer=make) for name, make in tried.items()} | longer,
        larger,
        none_of_them or None,
        {f"{name}, {none_of_them}": without(other, visible) for name, other in smaller.items()} if visible else {},
    )


def _same_weight_decay(make: OptimizerFactory, asked: OptimizerFactory, parameters: Iterable[Tensor]) -> Optimizer:
    """Make an optimizer of the parameters that another one steps, with its weight decay in each group."""
    model = asked(parameters)
    optimizer = make([{"params": group["params"]} for group in model.param_groups])
    for group, like in zip(optimizer.param_groups, model.param_groups, strict=True):
        group["weight_decay"] = like.get("weight_decay", 0.0)
        if "decoupled_weight_decay" in group:
            group["decoupled_weight_decay"] = like.get("decoupled_weight_decay", isinstance(model, Lion))
    return optimizer


def _neighbours(family: Family, size: Any) -> tuple[list[Any], list[Any]]:
    """Return the next smaller size, if there is one, and larger ones."""
    if isinstance(family, Mapping):
        names = list(family)
        at = names.index(size)
        return names[max(at - 1, 0) : at], names[at + 1 :]
    smaller = max(1, size // _TIMES_SMALLER)
    return ([smaller] if smaller < size else []), [times * size for times in _TIMES_LARGER]
