"""Single steps of recurrent layers, for loops of one's own."""

from __future__ import annotations

import math
from typing import Any

from .._core import Tensor, empty, float32, recurrence, zeros
from .._core import dtype as DType
from . import init
from .module import Module
from .parameter import Parameter


class _Cell(Module):
    bias_ih: Parameter | None
    bias_hh: Parameter | None

    def __init__(self, mode: str, gates: int, input_size: int, hidden_size: int, bias: bool, dtype: DType) -> None:
        super().__init__()
        for what, value in (("input_size", input_size), ("hidden_size", hidden_size)):
            if value < 1:
                raise ValueError(f"{type(self).__name__}: {what} expected to be positive, got {value}")
        self.mode = mode
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.bias = bias
        self.weight_ih = Parameter(empty(gates * hidden_size, input_size, dtype=dtype))
        self.weight_hh = Parameter(empty(gates * hidden_size, hidden_size, dtype=dtype))
        self.bias_ih = Parameter(empty(gates * hidden_size, dtype=dtype)) if bias else None
        self.bias_hh = Parameter(empty(gates * hidden_size, dtype=dtype)) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all weights and biases anew."""
        bound = 1 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)

    def _step(self, x: Tensor, states: tuple[Tensor, ...] | None) -> tuple[Tensor, ...]:
        name = type(self).__name__
        if x.ndim not in (1, 2) or x.shape[-1] != self.input_size:
            expected = f"(N, {self.input_size}) or ({self.input_size},)"
            raise ValueError(f"{name}: input expected shape {expected}, got {tuple(x.shape)}")
        rows = x.reshape(-1, self.input_size)
        batch = rows.shape[0]
        if states is None:
            first = [zeros(batch, self.hidden_size, dtype=x.dtype)] * (2 if self.mode == "LSTM" else 1)
        else:
            expected = (*x.shape[:-1], self.hidden_size)
            for state in states:
                if tuple(state.shape) != expected:
                    raise ValueError(f"{name}: hx expected shape {expected}, got {tuple(state.shape)}")
            first = [state.reshape(batch, self.hidden_size) for state in states]
        c0 = first[1] if len(first) == 2 else None
        sizes = [batch] if batch else []
        weights = (self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh)
        _, h, c = recurrence(self.mode, rows, first[0], c0, *weights, sizes)
        last = (h,) if c is None else (h, c)
        return last if x.ndim == 2 else tuple(state.squeeze(0) for state in last)

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Any:
        """Return the next state (N, hidden_size) or (hidden_size,), from x and the state hx, zero if left out."""
        return self._step(input, None if hx is None else (hx,))[0]

    def extra_repr(self) -> str:
        """Return the sizes."""
        return f"{self.input_size}, {self.hidden_size}" + ("" if self.bias else ", bias=False")


class RNNCell(_Cell):
    """Make one step of an `RNN`; its parameters are named `weight_ih`, `weight_hh`, `bias_ih` and `bias_hh`.

    Args:
        input_size: features of x.
        hidden_size: features of h.
        bias: whether there are b_ih and b_hh.
        nonlinearity: "tanh" or "relu".
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.RNNCell(3, 5)(dl.randn(2, 3)).shape == (2, 5)
        True
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        *,
        dtype: DType = float32,
    ) -> None:
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"RNNCell: nonlinearity expected 'tanh' or 'relu', got {nonlinearity!r}")
        self.nonlinearity = nonlinearity
        super().__init__("RNN_" + nonlinearity.upper(), 1, input_size, hidden_size, bias, dtype)


class LSTMCell(_Cell):
    """Make one step of an `LSTM`: from x and (h, c) to the next (h, c). Arguments as in `RNNCell`.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> h, c = nn.LSTMCell(3, 5)(dl.randn(2, 3))
        >>> h.shape == c.shape == (2, 5)
        True
    """

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, *, dtype: DType = float32) -> None:
        super().__init__("LSTM", 4, input_size, hidden_size, bias, dtype)

    def forward(self, input: Tensor, hx: Any = None) -> Any:
        """Return the next (h, c), each (N, hidden_size) or (hidden_size,), from x and hx = (h, c), zero if left out."""
        if hx is not None and (isinstance(hx, Tensor) or len(hx) != 2):
            raise TypeError("LSTMCell: hx expected a tuple (h, c)")
        return self._step(input, None if hx is None else tuple(hx))


class GRUCell(_Cell):
    """Make one step of a `GRU`. Arguments as in `RNNCell`.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.GRUCell(3, 5)(dl.randn(2, 3)).shape == (2, 5)
        True
    """

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, *, dtype: DType = float32) -> None:
        super().__init__("GRU", 3, input_size, hidden_size, bias, dtype)
