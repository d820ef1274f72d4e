"""Operations of linear layers, convolutions, pooling, normalizations, activations and warps."""

from __future__ import annotations

import math
from typing import Any

from ..._core import Tensor
from .. import (
    activation,
    activation_variants,
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
from ..containers import Identity
from ..linear import Linear
from ..module import Module
from .dispatch import SOFTMAX, arguments, flops


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


_OF_ONE_NUMBER = (
    (activation, "ELU GELU Hardsigmoid LeakyReLU ReLU Sigmoid SiLU Softplus Tanh"),
    (activation_variants, "CELU Hardswish Hardtanh LogSigmoid Mish PReLU ReLU6 SELU Softsign"),
)
for _file, _names in _OF_ONE_NUMBER:
    for _name in _names.split():
        flops.register(getattr(_file, _name))(_one_each)


@flops.register
def _glu(module: activation_variants.GLU, inputs: tuple[Any, ...], output: Tensor) -> int:
    return 2 * output.numel()  # the gate, and the product with it


@flops.register(activation.Softmax)
@flops.register(activation.LogSoftmax)
def _softmax(module: Module, inputs: tuple[Any, ...], output: Tensor) -> int:
    return SOFTMAX * output.numel()


@flops.register
def _dropout(module: dropout.Dropout, inputs: tuple[Any, ...], output: Tensor) -> int:
    return output.numel() if module.training else 0


@flops.register
def _linear(module: Linear, inputs: tuple[Any, ...], output: Tensor) -> int:
    activated = arguments(module, inputs).get("activation") is not None
    return (2 * module.in_features + activated) * output.numel()


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
