"""Operations of attention, of the layers of transformers, and of positions.

Only pairs of a query and a key that the kernel looks at count: not those outside of a window, after the query where
attention is causal, or of a key in the padding. A mask of another kind is looked at pair by pair.
"""

from __future__ import annotations

from typing import Any

from ..._core import Tensor
from .. import image_attention, positional, relative_bias, transformer_layer
from ..attention import MultiheadAttention
from ..attention_weights import attended
from ..module import Module
from .dispatch import SOFTMAX, arguments, flops


@flops.register
def _multihead(module: MultiheadAttention, inputs: tuple[Any, ...], output: Any) -> int:
    given = arguments(module, inputs)
    query, key, value, padding = (given[name] for name in ("query", "key", "value", "key_padding_mask"))
    H, D = module.num_heads, module.head_dim
    time = 0 if query.ndim == 2 or not module.batch_first else 1
    N = 1 if query.ndim == 2 else query.shape[1 - time]
    T, S = query.shape[time], key.shape[time]
    padding = padding.unsqueeze(0) if padding is not None and query.ndim == 2 else padding
    masks = module.masks((N, H, T, S), padding, given["attn_mask"], given["is_causal"])

    extra_keys = (module.bias_k is not None) + module.add_zero_attn
    on = attended((N, H, T, S), masks.get("window"), masks.get("key_lengths"))
    looked_at = N * H * T * S if on is None else int(on.sum().item()) * (N * H * T * S // on.numel())
    pairs = looked_at + N * H * T * extra_keys
    added = module.relative_bias is not None
    added += "attn_mask" in masks and masks["attn_mask"].dtype.is_floating_point
    score = (2 * D if module.score_weight is None else 4 * D) + added  # additive: sum, tanh, product with a vector
    weight = score + (SOFTMAX if module.normalization == "softmax" else 2)  # relu, quotient
    count = 2 * module.embed_dim * (query.numel() + key.numel() + value.numel()) + pairs * (weight + 2 * D)
    if given["need_weights"]:  # all of them, once more
        count += N * H * T * (S + extra_keys) * (weight + given["average_attn_weights"])
    return count


def _sums_and_activation(module: Any, sums: int, output: Tensor) -> int:
    hidden = output.numel() // module.linear2.out_features * module.linear1.out_features
    by_itself = module.fused_activation is not None or isinstance(module.activation, Module)
    return sums * output.numel() + (0 if by_itself else hidden)


@flops.register
def _encoder_layer(module: transformer_layer.TransformerEncoderLayer, inputs: tuple[Any, ...], output: Tensor) -> int:
    return _sums_and_activation(module, 2, output)


@flops.register
def _decoder_layer(module: transformer_layer.TransformerDecoderLayer, inputs: tuple[Any, ...], output: Tensor) -> int:
    return _sums_and_activation(module, 3, output)


@flops.register
def _image_attention(module: image_attention.ImageAttention, inputs: tuple[Any, ...], output: Tensor) -> int:
    N, _, height, width = output.shape
    pairs = N * module.num_heads * (height * width) ** 2
    score = 2 * module.head_dim + 1 if module.content else 0  # without content it is what is learnt of the distance
    return pairs * (score + SOFTMAX + 2 * module.head_dim)


@flops.register(positional.SinusoidalPositionalEncoding)
@flops.register(positional.LearnedPositionalEncoding)
def _positions(module: Module, inputs: tuple[Any, ...], output: Tensor) -> int:
    return output.numel()


@flops.register
def _rotary(module: positional.RotaryEmbedding, inputs: tuple[Any, ...], output: Tensor) -> int:
    return 3 * output.numel()  # two products and their sum


@flops.register(relative_bias.RelativePositionBias)
@flops.register(relative_bias.BucketedPositionBias)
@flops.register(relative_bias.RelativePositionBias2d)
def _table(module: Module, inputs: tuple[Any, ...], output: Tensor) -> int:
    return 0
