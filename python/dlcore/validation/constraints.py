"""Constraints that can be seen in a recipe, and the same without them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from .._core import Tensor
from .._seeded import seeded
from ..nn.dropout import Dropout
from ..nn.module import Module
from ..optim.optimizer import Optimizer
from .recipe import Recipe


@dataclass(frozen=True)
class Constraint:
    """Something that keeps a model from fitting what it could.

    Attributes:
        name: what it is.
        strength: how much of it there is, at most.
        remove: makes of a recipe the same without it.
    """

    name: str
    strength: float
    remove: Callable[[Recipe], Recipe]


def visible_constraints(recipe: Recipe) -> list[Constraint]:
    """Return weight decay and dropout, where a recipe has them.

    Weight decay is what a group of the optimizer calls so. Dropout is the rate of a `Dropout` module of any rank, and
    that of a module which keeps it as its number `dropout`, as recurrent layers and attention do. A rate that is a
    constant in the code of a `forward` cannot be seen.
    """
    with seeded(0):
        model = recipe.model()
        groups = recipe.optimizer(model.parameters()).param_groups
    decay = max(group.get("weight_decay", 0.0) for group in groups)
    rate = max((getattr(module, name) for module, name in _dropout_rates(model)), default=0.0)
    constraints = [
        Constraint("weight decay", decay, _without_weight_decay),
        Constraint("dropout", rate, _without_dropout),
    ]
    return [constraint for constraint in constraints if constraint.strength > 0]


def without(recipe: Recipe, constraints: Iterable[Constraint]) -> Recipe:
    """Return the recipe without any of the constraints."""
    for constraint in constraints:
        recipe = constraint.remove(recipe)
    return recipe


def _without_weight_decay(recipe: Recipe) -> Recipe:
    return replace(recipe, optimizer=partial(_make_without_weight_decay, recipe.optimizer))


def _make_without_weight_decay(
    make: Callable[[Iterable[Tensor]], Optimizer], parameters: Iterable[Tensor]
) -> Optimizer:
    optimizer = make(parameters)
    for group in optimizer.param_groups:
        if "weight_decay" in group:
            group["weight_decay"] = 0.0
    return optimizer


def _without_dropout(recipe: Recipe) -> Recipe:
    return replace(recipe, model=partial(_make_without_dropout, recipe.model))


def _make_without_dropout(make: Callable[[], Module]) -> Module:
    model = make()
    for module, name in _dropout_rates(model):
        setattr(module, name, 0.0)
    return model


def _dropout_rates(model: Module) -> Iterator[tuple[Module, str]]:
    """Yield each module that has a rate of dropout, with the name of the attribute that holds it."""
    for module in model.modules():
        if isinstance(module, Dropout):
            yield module, "p"
        else:
            rate = getattr(module, "dropout", None)
            if isinstance(rate, (int, float)) and not isinstance(rate, bool):
                yield module, "dropout"
