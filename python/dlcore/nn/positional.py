"""Where in a sequence a vector stands."""

from __future__ import annotations

import numpy as np

from .._core import Tensor, empty, float32, from_numpy, stack
from .._core import dtype as DType
from . import init
from .dropout import Dropout
from .module import Module
from .parameter import Parameter


def _angles(length: int, dim: int, base: float) -> np.ndarray:
    """Return t / base^(2 i / dim) of each position t and pair i, (length, ceil(dim / 2))."""
    return np.arange(length)[:, None] / base ** (np.arange(0, dim, 2) / dim)


class _Encoding(Module):
    """Add a vector that belongs to the position, then drop out."""

    def __init__(self, d_model: int, max_len: int, dropout: float, batch_first: bool) -> None:
        super().__init__()
        self.d_model, self.max_len, self.batch_first = d_model, max_len, batch_first
        self.dropout = Dropout(dropout)

    def _add(self, input: Tensor, table: Tensor, offset: int) -> Tensor:
        time = 0 if input.ndim == 2 or not self.batch_first else 1
        name = type(self).__name__
        if input.ndim not in (2, 3) or input.shape[-1] != self.d_model:
            raise ValueError(f"{name}: input expected (N, T, {self.d_model}) or so, got shape {tuple(input.shape)}")
        end = offset + input.shape[time]
        if offset < 0 or end > self.max_len:
            raise ValueError(f"{name}: positions expected within max_len {self.max_len}, got {offset} to {end}")
        at = table[offset:end]
        return self.dropout(input + (at if input.ndim == 2 or self.batch_first else at.unsqueeze(1)))

    def extra_repr(self) -> str:
        """Return the sizes."""
        return f"{self.d_model}, max_len={self.max_len}, batch_first={self.batch_first}"


class SinusoidalPositionalEncoding(_Encoding):
    r"""Add sines and cosines of the position, of wavelengths from 2 pi to 10000 2 pi.

    .. math:: y_{t,2i} = x_{t,2i} + \sin(t / 10000^{2i/d}), \qquad y_{t,2i+1} = x_{t,2i+1} + \cos(t / 10000^{2i/d})

    Source: Vaswani et al., Attention Is All You Need (2017), section 3.5.

    Args:
        d_model: the size of x's last axis.
        max_len: the longest sequence.
        dropout: the probability with which an element of the sum is dropped.
        batch_first: whether x is (N, T, d_model) and not (T, N, d_model).
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.SinusoidalPositionalEncoding(4)(dl.zeros(1, 2, 4))[0, 0].tolist()
        [0.0, 1.0, 0.0, 1.0]
    """

    def __init__(
        self,
        d_model: int,
        max_len: int = 5000,
        dropout: float = 0.0,
        batch_first: bool = True,
        *,
        dtype: DType = float32,
    ) -> None:
        super().__init__(d_model, max_len, dropout, batch_first)
        angles = _angles(max_len, d_model, 10000.0)
        table = np.stack([np.sin(angles), np.cos(angles)], -1).reshape(max_len, -1)[:, :d_model]
        # Not in the state: it is known, and a loaded model may need a longer one.
        self.register_buffer("encoding", from_numpy(np.ascontiguousarray(table)).to(dtype), persistent=False)

    def forward(self, input: Tensor, offset: int = 0) -> Tensor:
        """Return y of x's shape; x's first vector stands at position `offset`."""
        return self._add(input, self.encoding, offset)


class LearnedPositionalEncoding(_Encoding):
    """Add a learnt vector for each position; the vectors start normally distributed with deviation 0.02.

    Source: Gehring et al., Convolutional Sequence to Sequence Learning (2017), section 3.1.

    Args:
        d_model: the size of x's last axis.
        max_len: the longest sequence.
        dropout: the probability with which an element of the sum is dropped.
        batch_first: whether x is (N, T, d_model) and not (T, N, d_model).
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.LearnedPositionalEncoding(8, max_len=16)(dl.zeros(2, 5, 8)).shape == (2, 5, 8)
        True
    """

    def __init__(
        self, d_model: int, max_len: int, dropout: float = 0.0, batch_first: bool = True, *, dtype: DType = float32
    ) -> None:
        super().__init__(d_model, max_len, dropout, batch_first)
        self.weight = Parameter(empty(max_len, d_model, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the vectors anew."""
        init.normal_(self.weight, std=0.02)

    def forward(self, input: Tensor, offset: int = 0) -> Tensor:
        """Return y of x's shape; x's first vector stands at position `offset`."""
        return self._add(input, self.weight, offset)


class RotaryEmbedding(Module):
    r"""Rotate each pair of features by an angle that grows with the position, so that products tell distances alone.

    .. math:: (y_{2i}, y_{2i+1}) = R(t\, b^{-2i/d}) (x_{2i}, x_{2i+1}), \qquad R(a) \text{ the rotation by } a

    Source: Su et al., RoFormer: Enhanced Transformer with Rotary Position Embedding (2021), section 3.2.2.

    Args:
        dim: the size of x's last axis, that of a head; even.
        base: b.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> y = nn.RotaryEmbedding(2)(dl.tensor([[1.0, 0.0], [1.0, 0.0]]))
        >>> [round(v, 4) for v in y[1].tolist()]  # cos 1, sin 1
        [0.5403, 0.8415]
    """

    def __init__(self, dim: int, base: float = 10000.0) -> None:
        super().__init__()
        if dim < 2 or dim % 2:
            raise ValueError(f"RotaryEmbedding: dim expected an even number above 0, got {dim}")
        self.dim, self.base = dim, base
        self._tables: dict[DType, tuple[Tensor, Tensor]] = {}

    def _table(self, length: int, dtype: DType) -> tuple[Tensor, Tensor]:
        """Return cosines and sines of the first positions; room doubles, so that decoding computes few tables."""
        cos_sin = self._tables.get(dtype)
        if cos_sin is None or cos_sin[0].shape[0] < length:
            angles = _angles(max(64, 2 * length), self.dim, self.base)
            cos_sin = from_numpy(np.cos(angles)).to(dtype), from_numpy(np.sin(angles)).to(dtype)
            self._tables[dtype] = cos_sin
        return cos_sin[0][:length], cos_sin[1][:length]

    def forward(self, input: Tensor, offset: int = 0) -> Tensor:
        """Return y of x's shape (..., T, dim); x's first vector stands at position `offset`."""
        if input.ndim < 2 or input.shape[-1] != self.dim:
            raise ValueError(f"RotaryEmbedding: input expected (..., T, {self.dim}), got shape {tuple(input.shape)}")
        cos, sin = (part[offset:] for part in self._table(offset + input.shape[-2], input.dtype))
        x, y = input.reshape(*input.shape[:-1], self.dim // 2, 2).unbind(-1)
        return stack([x * cos - y * sin, x * sin + y * cos], -1).reshape(input.shape)

    def extra_repr(self) -> str:
        """Return size and base."""
        return f"{self.dim}, base={self.base}"
