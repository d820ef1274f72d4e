"""Constraints that can be seen in a recipe, and the same without them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from .._core import Tensor
from .._seeded import seeded
from ..nn.dropout import Dropout
from ..nn.module import Module
from ..optim.optimizer import Optimizer
from .recipe import Recipe


def without_constraints(recipe: Recipe) -> dict[str, Recipe]:
    """Return, by name, the recipe without weight decay and the recipe without dropout, where it has them."""
    with seeded(0):
        model = recipe.model()
        groups = recipe.optimizer(model.parameters()).param_groups
    found = {}
    decay = max(group.get("weight_decay", 0.0) for group in groups)
    if decay > 0:
        found[f"no weight decay ({decay:g})"] = replace(recipe, optimizer=_without_decay(recipe.optimizer))
    rate = max((module.p for module in model.modules() if isinstance(module, Dropout)), default=0.0)
    if rate > 0:
        found[f"no dropout ({rate:g})"] = replace(recipe, model=_without_dropout(recipe.model))
    return found


def _without_decay(make: Callable[[Iterable[Tensor]], Optimizer]) -> Callable[[Iterable[Tensor]], Optimizer]:
    def made(parameters: Iterable[Tensor]) -> Optimizer:
        optimizer = make(parameters)
        for group in optimizer.param_groups:
            group["weight_decay"] = 0.0
        return optimizer

    return made


def _without_dropout(make: Callable[[], Module]) -> Callable[[], Module]:
    def made() -> Module:
        model = make()
        for module in model.modules():
            if isinstance(module, Dropout):
                module.p = 0.0
        return model

    return made
