"""Classes of sequences of tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import nn
from .._core import Tensor, float32
from .._core import dtype as DType
from ..nn.sequences import mean_of_kept
from .encoder_stack import encoder_stack
from .token_embedding import TokenEmbedding


class TransformerClassifier(nn.Module):
    """Read a sequence of tokens and score its class: a transformer's encoder, the mean over tokens, a linear layer.

    Source: Vaswani et al., Attention Is All You Need (2017), section 3.1, for the encoder.

    Args:
        vocab_size: number of tokens.
        num_classes: number of classes.
        d_model, nhead, num_layers, dim_feedforward, dropout, activation, norm_first: as in
            `nn.TransformerEncoderLayer`.
        max_len: the longest sequence.
        padding_idx: the token that stands for nothing; attention and mean pass it over.
        positions: `"sinusoidal"`, `"learned"` or `"none"`.
        attention: further arguments of `nn.MultiheadAttention`, as in `{"window": (8, 8)}`.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.models import TransformerClassifier
        >>> TransformerClassifier(10, 3, 8, 2, 1, 16)(dl.tensor([[1, 2, 3], [4, 5, 6]])).shape == (2, 3)
        True
    """

    def __init__(
        self,
        vocab_size: int,
        num_classes: int,
        d_model: int = 128,
        nhead: int = 4,
        num_layers: int = 2,
        dim_feedforward: int = 512,
        dropout: float = 0.1,
        activation: str = "relu",
        norm_first: bool = False,
        max_len: int = 512,
        padding_idx: int | None = None,
        positions: str = "sinusoidal",
        *,
        attention: Mapping[str, Any] | None = None,
        dtype: DType = float32,
    ) -> None:
        super().__init__()
        self.padding_idx = padding_idx
        self.embedding = TokenEmbedding(vocab_size, d_model, max_len, dropout, padding_idx, positions, dtype=dtype)
        self.encoder = encoder_stack(
            d_model, nhead, num_layers, dim_feedforward, dropout, activation, norm_first, attention, dtype
        )
        self.output = nn.Linear(d_model, num_classes, dtype=dtype)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return scores (N, num_classes) for tokens (N, T)."""
        if self.padding_idx is None:
            return self.output(self.encoder(self.embedding(tokens)).mean(1))
        padding = tokens == self.padding_idx
        return self.output(mean_of_kept(self.encoder(self.embedding(tokens), None, padding), ~padding))
