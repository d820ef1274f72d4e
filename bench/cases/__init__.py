"""The work that is timed, by family. A new case is one entry in the list of its family, here and in bench/cpp."""

from . import (
    attention,
    convolution,
    elementwise,
    epochs,
    models,
    normalization,
    optim,
    pooling,
    products,
    recurrence,
    reduction,
    sampling,
    small,
)
from .case import Case, Input, Step

FAMILIES = (
    products,
    convolution,
    pooling,
    attention,
    sampling,
    elementwise,
    reduction,
    normalization,
    recurrence,
    models,
    epochs,
    optim,
    small,
)
CASES: dict[str, Case | Step] = {case.name: case for family in FAMILIES for case in family.CASES}

__all__ = ["CASES", "FAMILIES", "Case", "Input", "Step"]
