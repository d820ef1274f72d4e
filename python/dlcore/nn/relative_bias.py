"""What attention adds to a score for how far apart query and key are."""

from __future__ import annotations

import math

import numpy as np

from .._core import Tensor, embedding, empty, float32, from_numpy, index_select
from .._core import dtype as DType
from . import init
from .module import Module
from .parameter import Parameter


class RelativePositionBias(Module):
    r"""Learn one number per head and distance, distances being clipped.

    .. math:: b_{h,i,j} = w_{h,\ \mathrm{clip}(j - i, -R, R) + R}

    Called without arguments it returns what `relative_bias` of `scaled_dot_product_attention` takes.
    Source: Shaw, Uszkoreit and Vaswani, Self-Attention with Relative Position Representations (2018), section 3.2;
    as numbers instead of vectors: Raffel et al. (2020), section 2.1.

    Args:
        num_heads: heads of the attention.
        max_distance: R; what is farther away counts as that far.
        dtype: float32 or float64.

    Example:
        >>> from dlcore import nn
        >>> nn.RelativePositionBias(4, max_distance=8)().shape == (4, 17)
        True
    """

    def __init__(self, num_heads: int, max_distance: int, *, dtype: DType = float32) -> None:
        super().__init__()
        if max_distance < 0:
            raise ValueError(f"RelativePositionBias: max_distance expected at least 0, got {max_distance}")
        self.num_heads, self.max_distance = num_heads, max_distance
        self.weight = Parameter(empty(num_heads, 2 * max_distance + 1, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the numbers anew, so small that attention starts by content."""
        init.normal_(self.weight, std=0.02)

    def forward(self) -> Tensor:
        """Return the numbers, (num_heads, 2 R + 1), by distance from -R to R."""
        return self.weight

    def extra_repr(self) -> str:
        """Return the sizes."""
        return f"{self.num_heads}, max_distance={self.max_distance}"


class BucketedPositionBias(Module):
    """Learn one number per head and bucket of distances, which grow like a logarithm beyond the near ones.

    `relative_attention_bias.weight` of T5 is this `weight`, of shape (num_buckets, num_heads).
    Source: Raffel et al., Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer (2020),
    section 2.1.

    Args:
        num_heads: heads of the attention.
        num_buckets: how many numbers a head learns.
        max_distance: from where on all distances share the last bucket.
        bidirectional: whether keys after the query have buckets of their own; if not they share that of distance 0.
        dtype: float32 or float64.

    Example:
        >>> from dlcore import nn
        >>> nn.BucketedPositionBias(4, num_buckets=8, max_distance=16)().shape == (4, 33)
        True
    """

    def __init__(
        self,
        num_heads: int,
        num_buckets: int = 32,
        max_distance: int = 128,
        bidirectional: bool = True,
        *,
        dtype: DType = float32,
    ) -> None:
        super().__init__()
        least = 4 if bidirectional else 2
        if num_buckets < least or num_buckets % (2 if bidirectional else 1):
            even = "an even number, " if bidirectional else ""
            raise ValueError(f"BucketedPositionBias: num_buckets expected {even}at least {least}, got {num_buckets}")
        if max_distance <= num_buckets // least:
            raise ValueError(
                f"BucketedPositionBias: max_distance expected to exceed the {num_buckets // least} exact distances, "
                f"got {max_distance}"
            )
        self.num_heads, self.num_buckets = num_heads, num_buckets
        self.max_distance, self.bidirectional = max_distance, bidirectional
        self.weight = Parameter(empty(num_buckets, num_heads, dtype=dtype))
        self._bucket = from_numpy(self._buckets())
        self.reset_parameters()

    def _buckets(self) -> np.ndarray:
        """Return the bucket of each distance from -max_distance to max_distance."""
        distance = np.arange(-self.max_distance, self.max_distance + 1)
        count = self.num_buckets // 2 if self.bidirectional else self.num_buckets
        first = np.where(distance > 0, count, 0) if self.bidirectional else 0
        far = np.abs(distance) if self.bidirectional else np.maximum(-distance, 0)
        exact = count // 2
        growth = np.log(np.maximum(far, 1) / exact) / math.log(self.max_distance / exact)
        coarse = np.minimum(exact + (growth * (count - exact)).astype(np.int64), count - 1)
        return np.asarray(first + np.where(far < exact, far, coarse), np.int64)

    def reset_parameters(self) -> None:
        """Draw the numbers anew, so small that attention starts by content."""
        init.normal_(self.weight, std=0.02)

    def forward(self) -> Tensor:
        """Return the numbers, (num_heads, 2 max_distance + 1), by distance from -max_distance to max_distance."""
        return embedding(self._bucket, self.weight).transpose(0, 1)

    def extra_repr(self) -> str:
        """Return the sizes."""
        return f"{self.num_heads}, num_buckets={self.num_buckets}, max_distance={self.max_distance}"


class RelativePositionBias2d(Module):
    r"""Learn one number per head and distance of two pixels, down and to the right.

    .. math:: b_{h,(y,x),(y',x')} = w_{h,\ y'-y+R_y,\ x'-x+R_x}

    Source: Cordonnier, Loukas and Jaggi, On the Relationship between Self-Attention and Convolutional Layers (2020),
    section 2; as a table: Liu et al., Swin Transformer (2021), section 3.2.

    Args:
        num_heads: heads of the attention.
        max_distance: (R_y, R_x), or both at once; what is farther away counts as that far.
        dtype: float32 or float64.

    Example:
        >>> from dlcore import nn
        >>> nn.RelativePositionBias2d(2, 3)(4, 5).shape == (2, 20, 20)
        True
    """

    def __init__(self, num_heads: int, max_distance: int | tuple[int, int], *, dtype: DType = float32) -> None:
        super().__init__()
        reach = (max_distance, max_distance) if isinstance(max_distance, int) else tuple(max_distance)
        if len(reach) != 2 or min(reach) < 0:
            raise ValueError(f"RelativePositionBias2d: max_distance expected two numbers >= 0, got {max_distance}")
        self.num_heads, self.max_distance = num_heads, reach
        self.weight = Parameter(empty(num_heads, 2 * reach[0] + 1, 2 * reach[1] + 1, dtype=dtype))
        self._index: dict[tuple[int, int], Tensor] = {}
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the numbers anew, so small that attention starts by content."""
        init.normal_(self.weight, std=0.02)

    def _positions(self, height: int, width: int) -> Tensor:
        """Return where in the flattened table each pair of pixels looks; kept, as images of a set are of one size."""
        if (height, width) not in self._index:
            parts = []
            for size, reach in zip((height, width), self.max_distance, strict=True):
                at = np.arange(size)
                parts.append(np.clip(at - at[:, None], -reach, reach) + reach)  # (query, key)
            rows, columns = parts
            pairs = rows[:, None, :, None] * (2 * self.max_distance[1] + 1) + columns[None, :, None, :]
            self._index = {(height, width): from_numpy(np.ascontiguousarray(pairs.reshape(-1), np.int64))}
        return self._index[height, width]

    def forward(self, height: int, width: int) -> Tensor:
        """Return the numbers of all pairs of pixels, (num_heads, height width, height width)."""
        table = self.weight.reshape(self.num_heads, -1)
        pixels = height * width
        return index_select(table, 1, self._positions(height, width)).reshape(self.num_heads, pixels, pixels)

    def extra_repr(self) -> str:
        """Return the sizes."""
        return f"{self.num_heads}, max_distance={self.max_distance}"
