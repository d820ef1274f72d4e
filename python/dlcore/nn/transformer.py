"""Stacks of transformer layers."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np

from .._core import Tensor, float32, from_numpy
from .._core import dtype as DType
from . import functional as F
from . import init
from .containers import ModuleList
from .module import Module
from .normalization import LayerNorm
from .transformer_layer import Activation, DecoderCache, TransformerDecoderLayer, TransformerEncoderLayer


def _is_causal(mask: Tensor | None, is_causal: bool | None) -> bool:
    """Return whether attention is causal: as told or, for None, whether the mask is the causal one."""
    if is_causal is not None:
        return is_causal
    if mask is None or mask.ndim != 2 or mask.shape[0] != mask.shape[1] or mask.requires_grad:
        return False
    size = mask.shape[0]
    later = np.triu(np.ones((size, size), bool), 1)
    values = mask.numpy()
    return bool(np.array_equal(values, later if values.dtype == bool else np.where(later, -np.inf, 0)))


class TransformerEncoder(Module):
    """Apply copies of an encoder layer one after the other, and a norm if there is one.

    Args:
        encoder_layer: what is copied, with its parameters' values.
        num_layers: how many copies.
        norm: what follows the last.
        enable_nested_tensor, mask_check: accepted for PyTorch's sake; padding is skipped by the kernel in any case.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, batch_first=True), num_layers=2)
        >>> encoder(dl.randn(3, 5, 8)).shape == (3, 5, 8)
        True
    """

    def __init__(
        self,
        encoder_layer: TransformerEncoderLayer,
        num_layers: int,
        norm: Module | None = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:
        super().__init__()
        self.layers = ModuleList([copy.deepcopy(encoder_layer) for _ in range(num_layers)])
        self.num_layers = num_layers
        self.norm = norm

    def forward(
        self,
        src: Tensor,
        mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool | None = None,
    ) -> Tensor:
        """Return y of src's shape; is_causal=None looks whether the mask is the causal one."""
        causal = _is_causal(mask, is_causal)
        for layer in self.layers:
            src = layer(src, mask, src_key_padding_mask, causal)
        return src if self.norm is None else self.norm(src)

    def extend(self, input: Tensor, caches: list[Any]) -> Tensor:
        """Return y of new tokens that follow those of the caches, one of each layer."""
        for layer, cache in zip(self.layers, caches, strict=True):
            input = layer.extend(input, cache)
        return input if self.norm is None else self.norm(input)


class TransformerDecoder(Module):
    """Apply copies of a decoder layer one after the other, and a norm if there is one.

    Args:
        decoder_layer: what is copied, with its parameters' values.
        num_layers: how many copies.
        norm: what follows the last.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, batch_first=True), num_layers=2)
        >>> decoder(dl.randn(3, 4, 8), dl.randn(3, 5, 8), tgt_is_causal=True).shape == (3, 4, 8)
        True
    """

    def __init__(self, decoder_layer: TransformerDecoderLayer, num_layers: int, norm: Module | None = None) -> None:
        super().__init__()
        self.layers = ModuleList([copy.deepcopy(decoder_layer) for _ in range(num_layers)])
        self.num_layers = num_layers
        self.norm = norm

    def forward(
        self,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """Return y of tgt's shape; tgt_is_causal=None looks whether the mask is the causal one."""
        causal = _is_causal(tgt_mask, tgt_is_causal)
        masks = (tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask)
        for layer in self.layers:
            tgt = layer(tgt, memory, *masks, causal, memory_is_causal)
        return tgt if self.norm is None else self.norm(tgt)

    def start(self, memory: Tensor, memory_key_padding_mask: Tensor | None = None) -> list[DecoderCache]:
        """Return the caches with which to decode, from the encoder's result."""
        return [layer.start(memory, memory_key_padding_mask) for layer in self.layers]

    def extend(self, input: Tensor, caches: list[DecoderCache]) -> Tensor:
        """Return y of new tokens that follow those of the caches, one of each layer."""
        for layer, cache in zip(self.layers, caches, strict=True):
            input = layer.extend(input, cache)
        return input if self.norm is None else self.norm(input)


class Transformer(Module):
    """Encode a source sequence, and decode a target sequence that attends to it.

    Source: Vaswani et al., Attention Is All You Need (2017), section 3.

    Args:
        d_model: size of the last axes.
        nhead: heads of each attention.
        num_encoder_layers, num_decoder_layers: how many layers.
        dim_feedforward, dropout, activation: as in `TransformerEncoderLayer`.
        custom_encoder, custom_decoder: take the place of encoder or decoder.
        layer_norm_eps, batch_first, norm_first, bias, dtype: as in `TransformerEncoderLayer`.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> model = nn.Transformer(8, 2, 1, 1, dim_feedforward=16, batch_first=True)
        >>> model(dl.randn(3, 5, 8), dl.randn(3, 4, 8), tgt_is_causal=True).shape == (3, 4, 8)
        True
    """

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = F.relu,
        custom_encoder: Module | None = None,
        custom_decoder: Module | None = None,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        dtype: DType = float32,
    ) -> None:
        super().__init__()
        layer = (d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias)

        def norm() -> LayerNorm:
            return LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)

        self.encoder = custom_encoder or TransformerEncoder(
            TransformerEncoderLayer(*layer, dtype=dtype), num_encoder_layers, norm()
        )
        self.decoder = custom_decoder or TransformerDecoder(
            TransformerDecoderLayer(*layer, dtype=dtype), num_decoder_layers, norm()
        )
        self.d_model, self.nhead, self.batch_first = d_model, nhead, batch_first
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all matrices anew by `init.xavier_uniform_`."""
        for parameter in self.parameters():
            if parameter.ndim > 1:
                init.xavier_uniform_(parameter)

    def forward(
        self,
        src: Tensor,
        tgt: Tensor,
        src_mask: Tensor | None = None,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        src_is_causal: bool | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """Return the decoder's result, of tgt's shape.

        Args:
            src: (N, S, d_model), or (S, N, d_model) without batch_first.
            tgt: (N, T, d_model) or (T, N, d_model).
            src_mask: attn_mask of the attention within src.
            tgt_mask: attn_mask of the attention within tgt.
            memory_mask: attn_mask of the attention from tgt to the encoder's result.
            src_key_padding_mask: (N, S).
            tgt_key_padding_mask: (N, T).
            memory_key_padding_mask: (N, S).
            src_is_causal: whether attention within src is causal; None looks at the mask.
            tgt_is_causal: the same of tgt.
            memory_is_causal: whether attention to the encoder's result is causal.
        """
        memory = self.encoder(src, src_mask, src_key_padding_mask, src_is_causal)
        masks = (tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask)
        return self.decoder(tgt, memory, *masks, tgt_is_causal, memory_is_causal)

    @staticmethod
    def generate_square_subsequent_mask(sz: int, *, dtype: DType = float32) -> Tensor:
        """Return the mask (sz, sz) that is -inf above the diagonal: each position attends to itself and those before.

        Example:
            >>> from dlcore import nn
            >>> nn.Transformer.generate_square_subsequent_mask(2).tolist()
            [[0.0, -inf], [0.0, 0.0]]
        """
        return from_numpy(np.triu(np.full((sz, sz), -math.inf), 1)).to(dtype)
