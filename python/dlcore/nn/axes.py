"""Settings that are one number, or one per axis."""

from __future__ import annotations

from collections.abc import Sequence


def per_axis(module: str, name: str, value: int | Sequence[int], dims: int, least: int) -> tuple[int, ...]:
    """Return one integer of at least `least` for each of `dims` axes, or raise an error that names the module."""
    numbers = (value,) * dims if isinstance(value, int) else tuple(value)
    if len(numbers) == 1:
        numbers *= dims
    if len(numbers) != dims or not all(isinstance(n, int) and n >= least for n in numbers):
        axes = "one integer" if dims == 1 else f"one integer or {dims}"
        raise ValueError(f"{module}: {name} expected {axes} of at least {least}, got {value}")
    return numbers
