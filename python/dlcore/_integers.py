"""Integers as arguments: Python's, NumPy's, and whatever else can stand for one."""

from __future__ import annotations

import operator
from typing import Any


def as_integer(owner: str, name: str, value: Any, least: int = 1, most: int | None = None, otherwise: str = "") -> int:
    """Return an integer from `least` to `most`; the error may say what would do `otherwise`.

    Raises:
        ValueError: it is out of this range, or not an integer; a bool is none.
    """
    number = operator.index(value) if hasattr(value, "__index__") and not isinstance(value, bool) else None
    if number is None or number < least or (most is not None and number > most):
        allowed = f">= {least}" if most is None else f"from {least} to {most}"
        raise ValueError(f"{owner}: {name} expected an integer {allowed}{otherwise}, got {value!r}")
    return number
