"""One answer for a sequence of vectors, or one for each vector: by windows, or by a network that remembers."""

from __future__ import annotations

from collections.abc import Sequence

from .._core import Tensor, float32
from .._core import dtype as DType
from ..nn.activation import ReLU
from ..nn.containers import Sequential
from ..nn.dropout import Dropout
from ..nn.linear import Linear
from ..nn.module import Module
from ..nn.recurrent import GRU, LSTM, RNN
from ..nn.sequences import ContextWindows, pool_sequences

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
        self.pool = pool
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
        return self.output(hidden if self.pool is None else pool_sequences(hidden, lengths, self.pool))


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
        self.pool = pool
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
        if self.pool == "last":
            h = last[0] if self.kind == "LSTM" else last
            directions = 2 if self.recurrent.bidirectional else 1
            pooled = h[-directions:].transpose(0, 1).reshape(input.shape[0], -1)
        else:
            pooled = states if self.pool is None else pool_sequences(states, lengths, self.pool)
        return self.output(self.dropout(pooled))
