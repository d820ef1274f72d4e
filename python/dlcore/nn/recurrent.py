"""Recurrent layers: networks that read a sequence step by step and remember."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any

from .._core import Tensor, cat, dropout, empty, float32, index_select, linear, recurrence, stack, zeros
from .._core import dtype as DType
from . import init
from .module import Module
from .parameter import Parameter
from .utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

_GATES = {"RNN_TANH": 1, "RNN_RELU": 1, "LSTM": 4, "GRU": 3}


class _Recurrent(Module):
    def __init__(
        self,
        mode: str,
        input_size: int,
        hidden_size: int,
        num_layers: int,
        bias: bool,
        batch_first: bool,
        dropout: float,
        bidirectional: bool,
        dtype: DType,
        proj_size: int = 0,
    ) -> None:
        super().__init__()
        name = type(self).__name__
        for what, value in (("input_size", input_size), ("hidden_size", hidden_size), ("num_layers", num_layers)):
            if value < 1:
                raise ValueError(f"{name}: {what} expected to be positive, got {value}")
        if isinstance(dropout, bool) or not 0 <= dropout <= 1:
            raise ValueError(f"{name}: dropout expected a probability in [0, 1], got {dropout}")
        if not 0 <= proj_size < hidden_size:
            raise ValueError(
                f"{name}: proj_size expected from 0 to less than hidden_size {hidden_size}, got {proj_size}"
            )
        if dropout > 0 and num_layers == 1:
            warnings.warn(f"{name}: dropout acts between layers, of which there is one", stacklevel=3)
        self.mode = mode
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.batch_first = batch_first
        self.dropout = float(dropout)
        self.bidirectional = bidirectional
        self.proj_size = proj_size
        self._state_size = proj_size or hidden_size
        self._suffixes = ("", "_reverse") if bidirectional else ("",)
        width = _GATES[mode] * hidden_size
        for layer in range(num_layers):
            features = self._state_size * len(self._suffixes) if layer else input_size
            for suffix in self._suffixes:
                end = f"_l{layer}{suffix}"
                setattr(self, "weight_ih" + end, Parameter(empty(width, features, dtype=dtype)))
                setattr(self, "weight_hh" + end, Parameter(empty(width, self._state_size, dtype=dtype)))
                if bias:
                    setattr(self, "bias_ih" + end, Parameter(empty(width, dtype=dtype)))
                    setattr(self, "bias_hh" + end, Parameter(empty(width, dtype=dtype)))
                if proj_size:
                    setattr(self, "weight_hr" + end, Parameter(empty(proj_size, hidden_size, dtype=dtype)))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all weights and biases anew."""
        bound = 1 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)

    # ---- The states that a call begins with ----

    def _first_states(self, hx: Any, batch: int, single: bool, dtype: DType) -> list[Tensor]:
        """Return h0 and, of an LSTM, c0: (layers * directions, N, size) each."""
        sizes = [self._state_size] + ([self.hidden_size] if self.mode == "LSTM" else [])
        count = self.num_layers * len(self._suffixes)
        if hx is None:
            return [zeros(count, batch, size, dtype=dtype) for size in sizes]
        name = type(self).__name__
        states = hx if self.mode == "LSTM" else (hx,)
        if isinstance(states, Tensor) or len(states) != len(sizes) or not all(isinstance(s, Tensor) for s in states):
            raise TypeError(f"{name}: hx expected a {'tuple (h_0, c_0)' if len(sizes) == 2 else 'Tensor'}")
        for state, size in zip(states, sizes, strict=True):
            expected = (count, size) if single else (count, batch, size)
            if tuple(state.shape) != expected:
                raise ValueError(f"{name}: hx expected shape {expected}, got {tuple(state.shape)}")
        return [state.unsqueeze(1) if single else state for state in states]

    # ---- All layers, on the rows of packed sequences ----

    def _run(self, rows: Tensor, batch_sizes: list[int], states: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
        last: list[list[Tensor]] = [[] for _ in states]
        for layer in range(self.num_layers):
            if layer and self.training and self.dropout > 0:
                rows = dropout(rows, self.dropout)
            ys = []
            for suffix in self._suffixes:
                end = f"_l{layer}{suffix}"
                own = self.__dict__
                z = linear(rows, own["weight_ih" + end], own.get("bias_ih" + end))
                number = len(last[0])
                y, h, c = recurrence(
                    self.mode,
                    z,
                    states[0][number],
                    states[1][number] if len(states) == 2 else None,
                    own["weight_hh" + end],
                    own.get("bias_hh" + end),
                    batch_sizes,
                    suffix == "_reverse",
                    own.get("weight_hr" + end),
                )
                ys.append(y)
                last[0].append(h)
                if c is not None:
                    last[1].append(c)
            rows = cat(ys, 1) if len(ys) == 2 else ys[0]
        return rows, [stack(each) for each in last]

    def _packed(self, x: PackedSequence, hx: Any) -> tuple[PackedSequence, list[Tensor]]:
        sizes = x.batch_sizes.tolist()
        states = self._first_states(hx, sizes[0] if sizes else 0, False, x.data.dtype)
        self._check_features(x.data, 2)
        if hx is not None and x.sorted_indices is not None:
            states = [index_select(state, 1, x.sorted_indices) for state in states]
        rows, last = self._run(x.data, sizes, states)
        if x.unsorted_indices is not None:
            last = [index_select(state, 1, x.unsorted_indices) for state in last]
        return x._replace(data=rows), last

    def _padded(self, x: Tensor, hx: Any, lengths: Tensor | Sequence[int] | None) -> tuple[Tensor, list[Tensor]]:
        single = x.ndim == 2
        self._check_features(x, 2 if single else 3)
        if lengths is not None:
            if single:
                raise ValueError(f"{type(self).__name__}: lengths expected to come with a batch, got one sequence")
            packed = pack_padded_sequence(x, lengths, self.batch_first, enforce_sorted=False)
            y, last = self._packed(packed, hx)
            steps = x.shape[1 if self.batch_first else 0]
            return pad_packed_sequence(y, self.batch_first, total_length=steps)[0], last
        if single:
            x = x.unsqueeze(1)
        elif self.batch_first:
            x = x.transpose(0, 1)
        steps, batch, features = x.shape
        states = self._first_states(hx, batch, single, x.dtype)
        rows, last = self._run(x.reshape(steps * batch, features), [batch] * steps if batch else [], states)
        y = rows.reshape(steps, batch, rows.shape[1])
        if single:
            return y.squeeze(1), [state.squeeze(1) for state in last]
        return (y.transpose(0, 1) if self.batch_first else y), last

    def _check_features(self, x: Tensor, ndim: int) -> None:
        if x.ndim != ndim or x.shape[-1] != self.input_size:
            expected = f"({'..., ' * (ndim > 2)}T, {self.input_size})"
            if ndim > 2:
                expected = f"({'N, T' if self.batch_first else 'T, N'}, {self.input_size})"
            name = type(self).__name__
            raise ValueError(f"{name}: input expected shape {expected}, got {tuple(x.shape)}")

    def forward(self, input: Any, hx: Any = None, *, lengths: Tensor | Sequence[int] | None = None) -> Any:
        """Return the states of all steps, and the last ones.

        Args:
            input: x of shape (T, N, input_size), (N, T, input_size) with `batch_first`, or (T, input_size); or a
                PackedSequence.
            hx: the first states h_0 of shape (layers * directions, N, hidden_size), of an LSTM (h_0, c_0); by default
                zero.
            lengths: how many steps of each sequence count, from 1 to T; by default all. Behind them y is zero.

        Returns:
            y of shape (T, N, directions * hidden_size), or as the input was given, and h_n, of an LSTM (h_n, c_n), of
            hx's shape.
        """
        if isinstance(input, PackedSequence):
            if lengths is not None:
                raise ValueError(f"{type(self).__name__}: lengths expected None with a PackedSequence, which has them")
            y, last = self._packed(input, hx)
        else:
            y, last = self._padded(input, hx, lengths)
        return y, tuple(last) if self.mode == "LSTM" else last[0]

    def extra_repr(self) -> str:
        """Return the sizes, and what is not as by default."""
        text = f"{self.input_size}, {self.hidden_size}"
        if self.proj_size:
            text += f", proj_size={self.proj_size}"
        defaults = {"num_layers": 1, "bias": True, "batch_first": False, "dropout": 0.0, "bidirectional": False}
        changed = ((name, getattr(self, name)) for name, default in defaults.items() if getattr(self, name) != default)
        return text + "".join(f", {name}={value}" for name, value in changed)


class RNN(_Recurrent):
    r"""Read a sequence by :math:`h_t = \tanh(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh})`.

    Parameters are named as in `weight_ih_l0` and `weight_hh_l1_reverse`, and drawn from the uniform distribution over
    [-1/sqrt(hidden_size), 1/sqrt(hidden_size)]. Source: Elman, Finding structure in time (1990).

    Args:
        input_size: features of x.
        hidden_size: features of h.
        num_layers: how many layers there are, each reading what the one below gave.
        nonlinearity: "tanh" or "relu".
        bias: whether there are b_ih and b_hh.
        batch_first: whether x and y are (N, T, ...), not (T, N, ...).
        dropout: probability with which what a layer hands on to the next is set to zero in training.
        bidirectional: whether each layer also reads from the end, and y holds both states.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> y, h = nn.RNN(3, 5, batch_first=True)(dl.randn(2, 7, 3))
        >>> y.shape == (2, 7, 5) and h.shape == (1, 2, 5)
        True
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: DType = float32,
    ) -> None:
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"RNN: nonlinearity expected 'tanh' or 'relu', got {nonlinearity!r}")
        self.nonlinearity = nonlinearity
        mode = "RNN_" + nonlinearity.upper()
        super().__init__(mode, input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype)


class LSTM(_Recurrent):
    r"""Read a sequence with a memory that gates open and close.

    .. math::
        i, f, o = \sigma(W x_t + b + W' h_{t-1} + b'), \quad g = \tanh(\ldots), \quad
        c_t = f c_{t-1} + i g, \quad h_t = o \tanh(c_t)

    The blocks of `weight_ih_l0` and its like are in the order i, f, g, o. Source: Hochreiter and Schmidhuber, Long
    short-term memory (1997); Gers, Schmidhuber and Cummins, Learning to forget (2000).

    Args:
        input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype: as in `RNN`.
        proj_size: P > 0: h_t = W_hr (o tanh(c_t)) has P features (Sak, Senior and Beaufays, 2014). It is computed step
            by step, without the kernel for whole sequences.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> y, (h, c) = nn.LSTM(3, 5, bidirectional=True)(dl.randn(7, 2, 3))
        >>> y.shape == (7, 2, 10) and h.shape == c.shape == (2, 2, 5)
        True
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        *,
        dtype: DType = float32,
    ) -> None:
        super().__init__(
            "LSTM", input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype, proj_size
        )


class GRU(_Recurrent):
    r"""Read a sequence with a state that gates keep or replace.

    .. math::
        r, z = \sigma(W x_t + b + W' h_{t-1} + b'), \quad
        n = \tanh(W_n x_t + b_n + r (W'_n h_{t-1} + b'_n)), \quad h_t = (1 - z) n + z h_{t-1}

    The blocks of `weight_ih_l0` and its like are in the order r, z, n. Source: Cho et al., Learning phrase
    representations using RNN encoder-decoder (2014).

    Args:
        input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype: as in `RNN`.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> y, h = nn.GRU(3, 5, num_layers=2)(dl.randn(7, 2, 3))
        >>> y.shape == (7, 2, 5) and h.shape == (2, 2, 5)
        True
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: DType = float32,
    ) -> None:
        super().__init__("GRU", input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype)
