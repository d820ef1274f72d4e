"""What RNN, LSTM and GRU share: parameters by layer and direction, first states, padded and packed sequences."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any

from .._core import Tensor, cat, dropout, empty, index_select, recurrence, stack, zeros
from .._core import dtype as DType
from . import init
from .module import Module
from .parameter import Parameter
from .utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

GATES = {"RNN_TANH": 1, "RNN_RELU": 1, "LSTM": 4, "GRU": 3}


class RecurrentLayer(Module):
    """Layers above one another, each in one or both directions; see `RNN`, `LSTM` and `GRU`."""

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
        width = GATES[mode] * hidden_size
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
                number = len(last[0])
                y, h, c = recurrence(
                    self.mode,
                    rows,
                    states[0][number],
                    states[1][number] if len(states) == 2 else None,
                    own["weight_ih" + end],
                    own["weight_hh" + end],
                    own.get("bias_ih" + end),
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
