"""The functions that count operations, by class of module."""

from __future__ import annotations

import math
from functools import singledispatch
from inspect import signature
from typing import Any

from ..._core import Tensor
from ..module import Module

SOFTMAX = 5  # of each number: largest, difference, exponential, sum, quotient


@singledispatch
def flops(module: Module, inputs: tuple[Any, ...], output: Any) -> int | None:
    """Return how many operations one forward call of `module` took, without those of the modules it called.

    A multiplication and an addition are one operation each, and so is a function of one number, be it a square root or
    tanh. A sum of K products counts 2 K, with its bias or without.

    A module without parameters of its own that has others inside is taken to do nothing else that counts; of any other
    whose class is not known, None is returned. `flops.register(Class)` teaches it another class.

    Args:
        module: what was called.
        inputs: the arguments of its `forward`, in their order, those given by keyword among them; the last ones may
            be left out where they have defaults.
        output: what it returned.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> layer, x = nn.Linear(4, 8), dl.zeros(3, 4)
        >>> nn.flops(layer, (x,), layer(x))
        192
        >>> class Square(nn.Module):
        ...     def forward(self, x):
        ...         return x * x
        >>> _ = nn.flops.register(Square)(lambda module, inputs, output: output.numel())
        >>> nn.flops(Square(), (x,), x)
        12
    """
    calls_others = any(True for _ in module.children())
    return 0 if calls_others and not any(True for _ in module.parameters(recurse=False)) else None


def arguments(module: Module, inputs: tuple[Any, ...]) -> dict[str, Any]:
    """Return the arguments of a call of `module` by name, with the defaults of those that are left out."""
    parameters = signature(module.forward).parameters.values()
    return {p.name: inputs[i] if i < len(inputs) else p.default for i, p in enumerate(parameters)}


def attention_flops(query: Tensor, key: Tensor, value: Tensor) -> int:
    """Return how many operations `scaled_dot_product_attention` takes for all pairs of a query and a key.

    Scores and averages are 2 D and 2 Dv for each pair, the softmax 5 (largest, difference, exponential, sum, quotient).

    Args:
        query: (..., H, Tq, D).
        key: (..., H, Tk, D).
        value: (..., H, Tk, Dv).

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.attention_flops(dl.zeros(1, 2, 3, 8), dl.zeros(1, 2, 5, 8), dl.zeros(1, 2, 5, 4))
        870
    """
    pairs = math.prod(query.shape[:-1]) * key.shape[-2]
    return pairs * (2 * query.shape[-1] + 2 * value.shape[-1] + SOFTMAX)
