"""Classes of images, which are read as sequences of patches."""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import Any

from .. import nn
from .._core import Tensor, cat, empty, float32, linear, zeros
from .._core import dtype as DType


class PatchEmbedding(nn.Module):
    """Map every patch of an image to a vector: a convolution whose stride is its size, as one product.

    `weight` is that of the convolution, (hidden_dim, in_channels, patch_size, patch_size).

    Args:
        in_channels: channels of the image.
        hidden_dim: size of the vectors.
        patch_size: height and width of a patch.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.models import PatchEmbedding
        >>> PatchEmbedding(3, 8, 4)(dl.zeros(2, 3, 8, 12)).shape == (2, 6, 8)
        True
    """

    def __init__(self, in_channels: int, hidden_dim: int, patch_size: int, *, dtype: DType = float32) -> None:
        super().__init__()
        self.patch_size = patch_size
        self.weight = nn.Parameter(empty(hidden_dim, in_channels, patch_size, patch_size, dtype=dtype))
        self.bias = nn.Parameter(empty(hidden_dim, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weight anew, with variance 1 / fan_in; the bias is zero."""
        nn.init.trunc_normal_(self.weight, std=math.sqrt(1 / math.prod(self.weight.shape[1:])))
        nn.init.zeros_(self.bias)

    def forward(self, input: Tensor) -> Tensor:
        """Return vectors (N, patches, hidden_dim) of images (N, C, height, width), row by row."""
        N, C, height, width = input.shape
        p = self.patch_size
        patches = input.reshape(N, C, height // p, p, width // p, p).permute(0, 2, 4, 1, 3, 5)
        return linear(patches.reshape(N, -1, C * p * p), self.weight.flatten(1), self.bias)


class EncoderBlock(nn.Module):
    """Attend and transform, each after a norm and with a residual connection; the names are torchvision's.

    Args:
        num_heads: heads of the attention.
        hidden_dim: size of x's last axis.
        mlp_dim: size of the hidden layer.
        dropout: the probability with which results are dropped, while training.
        attention_dropout: that of attention weights.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.models import EncoderBlock
        >>> EncoderBlock(2, 8, 16)(dl.zeros(3, 5, 8)).shape == (3, 5, 8)
        True
    """

    def __init__(
        self,
        num_heads: int,
        hidden_dim: int,
        mlp_dim: int,
        dropout: float = 0.0,
        attention_dropout: float = 0.0,
        *,
        dtype: DType = float32,
    ) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(hidden_dim, eps=1e-6, dtype=dtype)
        self.self_attention = nn.MultiheadAttention(
            hidden_dim, num_heads, attention_dropout, batch_first=True, dtype=dtype
        )
        self.dropout = nn.Dropout(dropout)
        self.ln_2 = nn.LayerNorm(hidden_dim, eps=1e-6, dtype=dtype)
        self.mlp = nn.Sequential(
            nn.Linear(hidden_dim, mlp_dim, dtype=dtype),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(mlp_dim, hidden_dim, dtype=dtype),
            nn.Dropout(dropout),
        )
        for layer in (self.mlp[0], self.mlp[3]):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.normal_(layer.bias, std=1e-6)

    def forward(self, input: Tensor) -> Tensor:
        """Return y of x's shape (N, T, hidden_dim)."""
        x = self.ln_1(input)
        x = self.dropout(self.self_attention(x, x, x, need_weights=False)[0]) + input
        return x + self.mlp(self.ln_2(x))


class _Encoder(nn.Module):
    """Learnt positions, blocks, and a norm."""

    def __init__(self, length: int, num_layers: int, hidden_dim: int, dropout: float, dtype: DType) -> None:
        super().__init__()
        self.pos_embedding = nn.Parameter(empty(1, length, hidden_dim, dtype=dtype))
        nn.init.normal_(self.pos_embedding, std=0.02)
        self.dropout = nn.Dropout(dropout)
        self.layers: nn.Module = nn.Sequential()
        self.ln = nn.LayerNorm(hidden_dim, eps=1e-6, dtype=dtype)

    def forward(self, input: Tensor) -> Tensor:
        """Return y of x's shape (N, length, hidden_dim)."""
        return self.ln(self.layers(self.dropout(input + self.pos_embedding)))


class VisionTransformer(nn.Module):
    """Score the class of an image, from a class token that attends to vectors of its patches.

    Names and first values are torchvision's, so that its state can be loaded.
    Source: Dosovitskiy et al., An Image is Worth 16x16 Words (2021), section 3.1.

    Args:
        image_size: height and width of the images; patch_size divides it.
        patch_size: height and width of a patch.
        num_layers: number of blocks.
        num_heads: heads of each attention.
        hidden_dim: size of the vectors.
        mlp_dim: size of the blocks' hidden layers.
        dropout: the probability with which results are dropped, while training.
        attention_dropout: that of attention weights.
        num_classes: number of classes.
        in_channels: channels of the images.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.models import VisionTransformer
        >>> model = VisionTransformer(8, 4, num_layers=1, num_heads=2, hidden_dim=8, mlp_dim=16, num_classes=5)
        >>> model(dl.zeros(2, 3, 8, 8)).shape == (2, 5)
        True
    """

    def __init__(
        self,
        image_size: int,
        patch_size: int,
        num_layers: int,
        num_heads: int,
        hidden_dim: int,
        mlp_dim: int,
        dropout: float = 0.0,
        attention_dropout: float = 0.0,
        num_classes: int = 1000,
        *,
        in_channels: int = 3,
        dtype: DType = float32,
    ) -> None:
        super().__init__()
        if patch_size < 1 or image_size % patch_size:
            raise ValueError(
                f"VisionTransformer: patch_size expected to divide image_size {image_size}, got {patch_size}"
            )
        self.image_size, self.in_channels = image_size, in_channels
        self.class_token = nn.Parameter(zeros(1, 1, hidden_dim, dtype=dtype))
        self.conv_proj = PatchEmbedding(in_channels, hidden_dim, patch_size, dtype=dtype)
        length = (image_size // patch_size) ** 2 + 1
        self.encoder = _Encoder(length, num_layers, hidden_dim, dropout, dtype)
        blocks = [
            EncoderBlock(num_heads, hidden_dim, mlp_dim, dropout, attention_dropout, dtype=dtype)
            for _ in range(num_layers)
        ]
        self.encoder.layers = nn.Sequential(
            OrderedDict((f"encoder_layer_{i}", block) for i, block in enumerate(blocks))
        )
        head = nn.Linear(hidden_dim, num_classes, dtype=dtype)
        nn.init.zeros_(head.weight)
        nn.init.zeros_(head.bias)
        self.heads = nn.Sequential(OrderedDict(head=head))

    def forward(self, input: Tensor) -> Tensor:
        """Return scores (N, num_classes) of images (N, in_channels, image_size, image_size)."""
        expected = (self.in_channels, self.image_size, self.image_size)
        if tuple(input.shape[1:]) != expected:
            raise ValueError(f"VisionTransformer: input expected shape {('N', *expected)}, got {tuple(input.shape)}")
        patches = self.conv_proj(input)
        first = self.class_token.expand(patches.shape[0], 1, patches.shape[2])
        return self.heads(self.encoder(cat([first, patches], 1))[:, 0])


# The operations beside those of the modules that are called; see `nn.flops`.


@nn.flops.register
def _patch_flops(module: PatchEmbedding, inputs: tuple[Any, ...], output: Tensor) -> int:
    return 2 * output.numel() * math.prod(module.weight.shape[1:])


@nn.flops.register
def _block_flops(module: EncoderBlock, inputs: tuple[Any, ...], output: Tensor) -> int:
    return 2 * output.numel()  # both sums


@nn.flops.register
def _encoder_flops(module: _Encoder, inputs: tuple[Any, ...], output: Tensor) -> int:
    return output.numel()  # positions are added


@nn.flops.register
def _model_flops(module: VisionTransformer, inputs: tuple[Any, ...], output: Tensor) -> int:
    return 0
