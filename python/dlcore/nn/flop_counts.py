"""How many floating-point operations a module takes.

A multiplication and an addition are one operation each, and so is a function of one number, be it a square root or
tanh. A sum of K products counts 2 K, with its bias or without.
"""

from __future__ import annotations

import math
from functools import singledispatch
from typing import Any

from .._core import Tensor
from . import (
    activation,
    adaptive_pooling,
    batch_norm,
    conv,
    conv_transpose,
    dropout,
    embedding,
    flatten,
    normalization,
    pooling,
    spatial_transformer,
    unpooling,
    upsampling,
    warps,
)
from .containers import Identity
from .linear import Linear
from .module import Module


@singledispatch
def flops(module: Module, inputs: tuple[Any, ...], output: Any) -> int | None:
    """Return how many operations one forward call of `module` took, without those of the modules it called.

    A module without parameters of its own that has others inside is taken to do nothing else that counts; of any other
    whose class is not known, None is returned. `flops.register(Class)` teaches it another class.

    Args:
        module: what was called.
        inputs: the arguments of its `forward`, in their order.
        output: what it returned.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> layer, x = nn.Linear(4, 8), dl.zeros(3, 4)
        >>> nn.flops(layer, (x,), layer(x))
        192
        >>> class Square(nn.Module):
        ...     def forward(self, x):
        ...         return x * x
        >>> _ = nn.flops.register(Square)(lambda module, inputs, output: output.numel())
        >>> nn.flops(Square(), (x,), x)
        12
    """
    calls_others = any(True for _ in module.children())
    return 0 if calls_others and not any(True for _ in module.parameters(recurse=False)) else None


def attention_flops(query: Tensor, key: Tensor, value: Tensor) -> int:
    """Return how many operations `scaled_dot_product_attention` takes for all pairs of a query and a key.

    Scores and averages are 2 D and 2 Dv for each pair, the softmax 5 (largest, difference, exponential, sum, quotient).

    Args:
        query: (..., H, Tq, D).
        key: (..., H, Tk, D).
        value: (..., H, Tk, Dv).

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.attention_flops(dl.zeros(1, 2, 3, 8), dl.zeros(1, 2, 5, 8), dl.zeros(1, 2, 5, 4))
        870
    """
    pairs = math.prod(query.shape[:-1]) * key.shape[-2]
    return pairs * (2 * query.shape[-1] + 2 * value.shape[-1] + 5)


def _nothing(module: Module, inputs: tuple[Any, ...], output: Any) -> int:
    return 0


for _kind in (
    Identity,
    embedding.Embedding,
    flatten.Flatten,
    flatten.Unflatten,
    unpooling._MaxUnpool,
    upsampling.PixelShuffle,
):
    flops.register(_kind)(_nothing)


def _one_each(module: Module, inputs: tuple[Any, ...], output: Tensor) -> int:
    return output.numel()


_OF_ONE_NUMBER = "ELU GELU Hardsigmoid LeakyReLU ReLU Sigmoid SiLU Softplus Tanh"
for _name in _OF_ONE_NUMBER.split():
    flops.register(getattr(activation, _name))(_one_each)


@flops.register(activation.Softmax)
@flops.register(activation.LogSoftmax)
def _softmax(module: Module, inputs: tuple[Any, ...], output: Tensor) -> int:
    return 5 * output.numel()  # largest, difference, exponential, sum, quotient


@flops.register
def _dropout(module: dropout.Dropout, inputs: tuple[Any, ...], output: Tensor) -> int:
    return output.numel() if module.training else 0


@flops.register
def _linear(module: Linear, inputs: tuple[Any, ...], output: Tensor) -> int:
    return 2 * output.numel() * module.in_features


@flops.register
def _conv(module: conv._Conv, inputs: tuple[Any, ...], output: Tensor) -> int:
    return 2 * output.numel() * math.prod(module.weight.shape[1:])


@flops.register
def _conv_transpose(module: conv_transpose._ConvTranspose, inputs: tuple[Any, ...], output: Tensor) -> int:
    return 2 * inputs[0].numel() * math.prod(module.weight.shape[1:])  # each element of x meets a whole kernel


def _affine(module: Any) -> int:
    return (module.weight is not None) + (getattr(module, "bias", None) is not None)


# Mean 1, difference 1, variance 2, quotient 1.
_NORMALIZATION = 5


@flops.register(normalization.LayerNorm)
@flops.register(normalization.GroupNorm)
def _normalization(module: Any, inputs: tuple[Any, ...], output: Tensor) -> int:
    return (_NORMALIZATION + _affine(module)) * output.numel()


@flops.register
def _channel_norm(module: batch_norm._ChannelNorm, inputs: tuple[Any, ...], output: Tensor) -> int:
    known = not module.training and module.track_running_stats  # mean and variance: difference and quotient are left
    return ((2 if known else _NORMALIZATION) + _affine(module)) * output.numel()


@flops.register
def _rms_norm(module: normalization.RMSNorm, inputs: tuple[Any, ...], output: Tensor) -> int:
    return (3 + _affine(module)) * output.numel()  # squares and their sum, quotient


@flops.register
def _local_response_norm(module: normalization.LocalResponseNorm, inputs: tuple[Any, ...], output: Tensor) -> int:
    return (module.size + 5) * output.numel()  # square, sum of `size`, times alpha, plus k, power, quotient


@flops.register(pooling._MaxPool)
@flops.register(pooling._AvgPool)
def _pool(module: Any, inputs: tuple[Any, ...], output: Any) -> int:
    y = output[0] if isinstance(output, tuple) else output
    kernel = module.kernel_size
    window = kernel**module._dims if isinstance(kernel, int) else math.prod(kernel)
    return y.numel() * window


@flops.register
def _adaptive_pool(module: adaptive_pooling._Adaptive, inputs: tuple[Any, ...], output: Any) -> int:
    y = output[0] if isinstance(output, tuple) else output
    dims = module._dims
    planes = math.prod(y.shape[:-dims])
    axes = zip(inputs[0].shape[-dims:], y.shape[-dims:], strict=True)
    return planes * math.prod(sum(-(-(i + 1) * size // n) - i * size // n for i in range(n)) for size, n in axes)


@flops.register
def _upsample(module: upsampling.Upsample, inputs: tuple[Any, ...], output: Tensor) -> int:
    if module.mode == "area":
        return inputs[0].numel()
    taps = {"linear": 2, "bilinear": 4, "trilinear": 8, "bicubic": 16}.get(module.mode, 0)
    return 2 * taps * output.numel()


@flops.register(warps.AffineWarp)
@flops.register(warps.AttentionWarp)
def _affine_warp(module: warps.Warp, inputs: tuple[Any, ...], output: Tensor) -> int:
    return 4 * output.numel()  # of x and y, and a shift


@flops.register
def _spline_warp(module: warps.ThinPlateSplineWarp, inputs: tuple[Any, ...], output: Tensor) -> int:
    return 2 * len(module.control_points) * output.numel()


@flops.register
def _spatial_transformer(module: spatial_transformer.SpatialTransformer, inputs: tuple[Any, ...], output: Any) -> int:
    return 8 * output.numel()  # four pixels with their weights; what the warp takes is its own
