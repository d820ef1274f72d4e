"""Attention between the pixels of an image."""

from __future__ import annotations

from .._core import Tensor, empty, float32, scaled_dot_product_attention
from .._core import dtype as DType
from .linear import Linear
from .module import Module
from .relative_bias import RelativePositionBias2d


class ImageAttention(Module):
    r"""Let every pixel of an image attend to all, by content and by how far down and to the right they are.

    .. math:: y_p = b + \sum_h W_h \sum_{p'} \mathrm{softmax}_{p'}(q_{h,p} \cdot k_{h,p'} / \sqrt{D} + r_{h,p'-p})
        \, v_{h,p'}

    With positions alone, one head for each of a kernel's K^2 shifts, it is the convolution with that kernel.
    The scores of positions are held for all pairs of pixels.
    Source: Cordonnier, Loukas and Jaggi, On the Relationship between Self-Attention and Convolutional Layers (2020),
    sections 2 and 3.

    Args:
        in_channels: channels of x.
        out_channels: channels of y.
        num_heads: h counts them.
        head_dim: D, the size of a head's queries, keys and values; in_channels / num_heads if left out.
        max_distance: distances, of both axes or of each, beyond which all count as one; see `RelativePositionBias2d`.
        content: whether scores depend on what the pixels hold; if not there are no queries and keys.
        dropout: the probability with which a weight is dropped, while training.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.ImageAttention(8, 16, num_heads=2)(dl.randn(3, 8, 5, 6)).shape == (3, 16, 5, 6)
        True
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        num_heads: int,
        head_dim: int | None = None,
        max_distance: int | tuple[int, int] = 7,
        content: bool = True,
        dropout: float = 0.0,
        *,
        dtype: DType = float32,
    ) -> None:
        super().__init__()
        if head_dim is None and (num_heads < 1 or in_channels % num_heads):
            raise ValueError(f"ImageAttention: num_heads expected to divide in_channels {in_channels}, got {num_heads}")
        self.in_channels, self.out_channels, self.num_heads = in_channels, out_channels, num_heads
        self.head_dim = in_channels // num_heads if head_dim is None else head_dim
        self.content, self.dropout = content, dropout
        parts = 3 if content else 1
        self.in_proj = Linear(in_channels, parts * num_heads * self.head_dim, bias=False, dtype=dtype)
        self.relative_bias = RelativePositionBias2d(num_heads, max_distance, dtype=dtype)
        self.out_proj = Linear(num_heads * self.head_dim, out_channels, dtype=dtype)

    def forward(self, input: Tensor) -> Tensor:
        """Return y of shape (N, out_channels, height, width) for x of shape (N, in_channels, height, width)."""
        if input.ndim != 4 or input.shape[1] != self.in_channels:
            raise ValueError(
                f"ImageAttention: input expected (N, {self.in_channels}, height, width), got {tuple(input.shape)}"
            )
        N, _, height, width = input.shape
        pixels = height * width
        projected = self.in_proj(input.flatten(2).transpose(1, 2))
        heads = projected.reshape(N, pixels, -1, self.num_heads, self.head_dim).permute(2, 0, 3, 1, 4).unbind(0)
        # Without content, vectors of no element: all their products are zero.
        nothing = empty(N, self.num_heads, pixels, 0, dtype=projected.dtype)
        query, key, value = heads if self.content else (nothing, nothing, heads[0])
        averaged = scaled_dot_product_attention(
            query, key, value, self.relative_bias(height, width), self.dropout if self.training else 0.0
        )
        y = self.out_proj(averaged.transpose(1, 2).reshape(N, pixels, -1))
        return y.transpose(1, 2).reshape(N, self.out_channels, height, width)

    def extra_repr(self) -> str:
        """Return the sizes."""
        return f"{self.in_channels}, {self.out_channels}, num_heads={self.num_heads}, head_dim={self.head_dim}"
