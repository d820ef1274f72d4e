"""From tokens to vectors that know their places."""

from __future__ import annotations

import math
from typing import Any

from .. import nn
from .._core import Tensor, float32
from .._core import dtype as DType


class TokenEmbedding(nn.Module):
    """Look up a vector for each token, scale it by sqrt(d_model), and add one for its position.

    The vectors start with deviation 1/sqrt(d_model), so that they serve as the weight of an output layer too.
    Source: Vaswani et al., Attention Is All You Need (2017), sections 3.4 and 3.5.

    Args:
        num_embeddings: how many tokens there are.
        d_model: the size of a vector.
        max_len: the longest sequence.
        dropout: the probability with which an element is dropped.
        padding_idx: the token that stands for nothing.
        positions: `"sinusoidal"`, `"learned"` or `"none"`, where attention itself knows distances.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.models import TokenEmbedding
        >>> TokenEmbedding(10, 8)(dl.tensor([[1, 2, 3]])).shape == (1, 3, 8)
        True
    """

    def __init__(
        self,
        num_embeddings: int,
        d_model: int,
        max_len: int = 512,
        dropout: float = 0.0,
        padding_idx: int | None = None,
        positions: str = "sinusoidal",
        *,
        dtype: DType = float32,
    ) -> None:
        super().__init__()
        kinds = {"sinusoidal": nn.SinusoidalPositionalEncoding, "learned": nn.LearnedPositionalEncoding}
        if positions != "none" and positions not in kinds:
            raise ValueError(f"TokenEmbedding: positions expected 'sinusoidal', 'learned' or 'none', got {positions!r}")
        self.scale = math.sqrt(d_model)
        self.embedding = nn.Embedding(num_embeddings, d_model, padding_idx, dtype=dtype)
        self.positions = kinds[positions](d_model, max_len, dropout, dtype=dtype) if positions in kinds else None
        self.dropout = nn.Dropout(dropout) if self.positions is None else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the vectors anew; that of padding is zero."""
        self.embedding.reset_parameters()
        self.embedding.weight.data.mul_(1 / self.scale)

    def forward(self, tokens: Tensor, offset: int = 0) -> Tensor:
        """Return vectors (N, T, d_model) for tokens (N, T), of which the first stands at position `offset`."""
        vectors = self.embedding(tokens) * self.scale
        if self.positions is not None:
            return self.positions(vectors, offset)
        assert self.dropout is not None
        return self.dropout(vectors)


@nn.flops.register
def _flops(module: TokenEmbedding, inputs: tuple[Any, ...], output: Tensor) -> int:
    return output.numel()  # times the scale
