"""Vectors by number."""

from __future__ import annotations

from .._core import Tensor, embedding, empty, float32
from .._core import dtype as DType
from ..autograd import no_grad
from . import init
from .module import Module
from .parameter import Parameter


class Embedding(Module):
    """Look up a learnt vector for each integer of x.

    `weight` of shape (num_embeddings, embedding_dim) is drawn from the standard normal distribution.

    Args:
        num_embeddings: how many vectors there are; x holds 0 to num_embeddings - 1.
        embedding_dim: the length of each.
        padding_idx: the number whose vector starts at zero and receives no gradient.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.Embedding(10, 3)(dl.tensor([[1, 2], [4, 9]])).shape == (2, 2, 3)
        True
    """

    def __init__(
        self, num_embeddings: int, embedding_dim: int, padding_idx: int | None = None, *, dtype: DType = float32
    ) -> None:
        super().__init__()
        if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
            raise ValueError(
                f"Embedding: padding_idx expected to lie within {num_embeddings} embeddings, got {padding_idx}"
            )
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.padding_idx = None if padding_idx is None else padding_idx % num_embeddings
        self.weight = Parameter(empty(num_embeddings, embedding_dim, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the vectors anew."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            with no_grad():
                self.weight[self.padding_idx] = 0.0

    def forward(self, input: Tensor) -> Tensor:
        """Return y of shape (..., embedding_dim) for integers x of shape (...)."""
        return embedding(input, self.weight, self.padding_idx)

    def extra_repr(self) -> str:
        """Return the sizes."""
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"
