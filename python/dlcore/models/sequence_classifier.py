"""One answer for a sequence of vectors, or one for each: by windows, by a network that remembers, by self-attention."""

from __future__ import annotations

from collections.abc import Sequence

from .._core import Tensor, float32
from .._core import dtype as DType
from ..nn import (
    GRU,
    LSTM,
    RNN,
    ContextWindows,
    Dropout,
    Linear,
    Module,
    ReLU,
    SequencePool,
    Sequential,
    SinusoidalPositionalEncoding,
    padding_mask,
)
from .encoder_stack import encoder_stack

_RECURRENT = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}


class WindowClassifier(Module):
    """Classify each vector by a fully connected network on a window about it, or the sequence by the mean of that.

    The network has no idea of order beyond its window: the baseline that models of whole sequences have to beat.

    Args:
        in_features: D, features of a vector.
        classes: how many scores there are.
        neighbors: how many vectors on each side are seen.
        hidden: features of the two hidden layers.
        pool: "mean", "max" or "last", to give one answer for a sequence; None: one for each vector.
        dropout: probability with which hidden features are set to zero in training.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.models import WindowClassifier
        >>> WindowClassifier(12, 9, neighbors=3)(dl.zeros(4, 20, 12), lengths=[20, 7, 9, 15]).shape == (4, 9)
        True
    """

    def __init__(
        self,
        in_features: int,
        classes: int,
        neighbors: int = 0,
        hidden: int = 64,
        pool: str | None = "mean",
        dropout: float = 0.0,
        *,
        dtype: DType = float32,
    ) -> None:
        super().__init__()
        self.pool = None if pool is None else SequencePool(pool)
        self.windows = ContextWindows(neighbors)
        self.network = Sequential(
            Linear((2 * neighbors + 1) * in_features, hidden, dtype=dtype),
            ReLU(),
            Dropout(dropout),
            Linear(hidden, hidden, dtype=dtype),
            ReLU(),
            Dropout(dropout),
        )
        self.output = Linear(hidden, classes, dtype=dtype)

    def forward(self, input: Tensor, lengths: Tensor | Sequence[int] | None = None) -> Tensor:
        """Return scores (N, classes), or (N, T, classes) without a pool, for x (N, T, D)."""
        hidden = self.network(self.windows(input, lengths))
        return self.output(hidden if self.pool is None else self.pool(hidden, lengths))


class RecurrentClassifier(Module):
    """Classify a sequence, or each of its vectors, by what a recurrent network remembers.

    Args:
        in_features: D, features of a vector.
        classes: how many scores there are.
        hidden: features of the state, in each direction.
        kind: "RNN", "LSTM" or "GRU".
        num_layers: how many recurrent layers there are.
        bidirectional: whether the sequence is read from its end, too.
        pool: "mean" or "max" of the states of all steps; "last", the last state of each direction; None: one answer for
            each vector.
        dropout: probability with which what is handed on, between layers and to the scores, is set to zero in training.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.models import RecurrentClassifier
        >>> RecurrentClassifier(12, 9, kind="LSTM")(dl.zeros(4, 20, 12), lengths=[20, 7, 9, 15]).shape == (4, 9)
        True
    """

    def __init__(
        self,
        in_features: int,
        classes: int,
        hidden: int = 64,
        kind: str = "LSTM",
        num_layers: int = 1,
        bidirectional: bool = False,
        pool: str | None = "last",
        dropout: float = 0.0,
        *,
        dtype: DType = float32,
    ) -> None:
        super().__init__()
        if kind not in _RECURRENT:
            raise ValueError(f"RecurrentClassifier: kind expected 'RNN', 'LSTM' or 'GRU', got {kind!r}")
        self.kind = kind
        # "last" are the last states, of which that of the way back is not at the last step.
        self.takes_last = pool == "last"
        self.pool = None if pool in ("last", None) else SequencePool(pool)
        self.recurrent = _RECURRENT[kind](
            in_features,
            hidden,
            num_layers,
            batch_first=True,
            dropout=dropout if num_layers > 1 else 0.0,
            bidirectional=bidirectional,
            dtype=dtype,
        )
        self.dropout = Dropout(dropout)
        self.output = Linear(hidden * (2 if bidirectional else 1), classes, dtype=dtype)

    def forward(self, input: Tensor, lengths: Tensor | Sequence[int] | None = None) -> Tensor:
        """Return scores (N, classes), or (N, T, classes) without a pool, for x (N, T, D)."""
        states, last = self.recurrent(input, lengths=lengths)
        if self.takes_last:
            h = last[0] if self.kind == "LSTM" else last
            directions = 2 if self.recurrent.bidirectional else 1
            pooled = h[-directions:].transpose(0, 1).reshape(input.shape[0], -1)
        else:
            pooled = states if self.pool is None else self.pool(states, lengths)
        return self.output(self.dropout(pooled))


class SelfAttentionClassifier(Module):
    """Classify a sequence, or each of its vectors, by what they say to one another: a transformer's encoder.

    Every vector attends to all others at once, however far away; nothing is handed on step by step. Attention has no
    idea of order, so positions are added, which `positions=False` leaves out.
    Source: Vaswani et al., Attention Is All You Need (2017), section 3.1, for the encoder.

    Args:
        in_features: D, features of a vector.
        classes: how many scores there are.
        hidden: features inside.
        num_heads: heads of each attention.
        num_layers: how many layers there are.
        pool: "mean", "max" or "last", to give one answer for a sequence; None: one for each vector.
        dropout: probability with which hidden features and weights of attention are set to zero in training.
        positions: whether sines and cosines of the position are added.
        max_len: the longest sequence, where they are.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.models import SelfAttentionClassifier
        >>> SelfAttentionClassifier(12, 9)(dl.zeros(4, 20, 12), lengths=[20, 7, 9, 15]).shape == (4, 9)
        True
    """

    def __init__(
        self,
        in_features: int,
        classes: int,
        hidden: int = 64,
        num_heads: int = 4,
        num_layers: int = 1,
        pool: str | None = "mean",
        dropout: float = 0.0,
        positions: bool = True,
        max_len: int = 512,
        *,
        dtype: DType = float32,
    ) -> None:
        super().__init__()
        self.input = Linear(in_features, hidden, dtype=dtype)
        self.positions = SinusoidalPositionalEncoding(hidden, max_len, dropout, dtype=dtype) if positions else None
        self.encoder = encoder_stack(
            hidden, num_heads, num_layers, 2 * hidden, dropout, "relu", norm_first=True, attention=None, dtype=dtype
        )
        self.pool = None if pool is None else SequencePool(pool)
        self.output = Linear(hidden, classes, dtype=dtype)

    def forward(self, input: Tensor, lengths: Tensor | Sequence[int] | None = None) -> Tensor:
        """Return scores (N, classes), or (N, T, classes) without a pool, for x (N, T, D)."""
        x = self.input(input)
        if self.positions is not None:
            x = self.positions(x)
        padding = None if lengths is None else padding_mask(lengths, input.shape[1])
        states = self.encoder(x, None, padding)
        return self.output(states if self.pool is None else self.pool(states, lengths))
