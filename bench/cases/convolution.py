"""Convolutions, with the operations of the direct formula; each gradient costs as much as the forward."""

from .case import Case, Input

Sizes = tuple[int, ...]


def _convolution(
    name: str,
    x: Sizes,
    w: Sizes,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    groups: int = 1,
    bias: bool = False,
    image: bool = False,
    quick: bool = False,
) -> Case:
    """Build a case of conv1d, conv2d or conv3d; an `image` needs no gradient."""
    dims = len(x) - 2

    def call(lib):
        convolve = getattr(lib.nn.functional, f"conv{dims}d")
        return lambda x, w, b=None: convolve(x, w, b, stride, padding, dilation, groups)

    def jax(jax):
        def convolve(x, w, *b):
            y = jax.lax.conv_general_dilated(
                x,
                w,
                (stride,) * dims,
                ((padding, padding),) * dims,
                rhs_dilation=(dilation,) * dims,
                feature_group_count=groups,
            )
            return y + b[0].reshape(-1, *(1,) * dims) if b else y

        return convolve

    outputs = x[0] * w[0]
    for size, kernel in zip(x[2:], w[2:], strict=True):
        outputs *= (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
        outputs *= kernel
    flops = 2.0 * outputs * w[1]
    inputs = (Input(x, grad=not image), Input(w), *([Input((w[0],))] if bias else []))
    return Case(f"conv/{name}", inputs, call, jax, flops=flops, both_flops=(2 if image else 3) * flops, quick=quick)


def _transposed(name: str, x: Sizes, w: Sizes, stride: int, padding: int) -> Case:
    def call(lib):
        convolve = getattr(lib.nn.functional, f"conv_transpose{len(x) - 2}d")
        return lambda x, w: convolve(x, w, None, stride, padding)

    def jax(jax):
        # As PyTorch pads: the gradient of a convolution with the same weight, stride and padding.
        around = w[2] - 1 - padding
        return lambda x, w: jax.lax.conv_general_dilated(
            x, jax.numpy.flip(w, (2, 3)).swapaxes(0, 1), (1, 1), ((around, around),) * 2, lhs_dilation=(stride,) * 2
        )

    flops = 2.0 * x[0] * x[1] * x[2] * x[3] * w[1] * w[2] * w[3]
    return Case(f"conv/{name}", (Input(x), Input(w)), call, jax, flops=flops, both_flops=3 * flops)


CASES = [
    # The stages of a ResNet.
    *(
        _convolution(
            f"3x3/{c}_at_{size}_batch_{n}",
            (n, c, size, size),
            (c, c, 3, 3),
            padding=1,
            quick=(n, c) == (1, 128),
        )
        for n in (1, 8)
        for c, size in ((64, 56), (128, 28), (256, 14), (512, 7))
    ),
    _convolution("3x3/32_at_112_batch_4", (4, 32, 112, 112), (32, 32, 3, 3), padding=1),
    _convolution("3x3/96_to_160_at_35_batch_4", (4, 96, 35, 35), (160, 96, 3, 3), padding=1),
    _convolution("1x1/64_to_256_at_56_batch_8", (8, 64, 56, 56), (256, 64, 1, 1)),
    _convolution("1x1/256_to_64_at_56_batch_8", (8, 256, 56, 56), (64, 256, 1, 1)),
    _convolution("1x1/1024_to_256_at_14_batch_8", (8, 1024, 14, 14), (256, 1024, 1, 1)),
    _convolution("1x1/512_to_2048_at_7_batch_1", (1, 512, 7, 7), (2048, 512, 1, 1)),
    # First layers: with the gradient to the image, as where it is learned or attacked, and without, as in training.
    _convolution("first/3x3_to_64_at_32_batch_32", (32, 3, 32, 32), (64, 3, 3, 3), padding=1, bias=True),
    _convolution("first/3x3_to_64_at_32_image", (32, 3, 32, 32), (64, 3, 3, 3), padding=1, bias=True, image=True),
    _convolution("first/7x7_stride_2_batch_4", (4, 3, 224, 224), (64, 3, 7, 7), stride=2, padding=3),
    _convolution("first/7x7_stride_2_image", (4, 3, 224, 224), (64, 3, 7, 7), stride=2, padding=3, image=True),
    _convolution("one_channel/5x5_to_32_at_28", (64, 1, 28, 28), (32, 1, 5, 5), padding=2, bias=True),
    _convolution("one_channel/5x5_to_6_at_28_image", (64, 1, 28, 28), (6, 1, 5, 5), padding=2, bias=True, image=True),
    _convolution("depthwise/3x3_128_at_56", (8, 128, 56, 56), (128, 1, 3, 3), padding=1, groups=128),
    _convolution("depthwise/3x3_512_at_14", (8, 512, 14, 14), (512, 1, 3, 3), padding=1, groups=512),
    # No bar names these.
    _convolution("other/3x3_stride_2", (8, 128, 56, 56), (256, 128, 3, 3), stride=2, padding=1),
    _convolution("other/depthwise_stride_2", (8, 96, 112, 112), (96, 1, 3, 3), stride=2, padding=1, groups=96),
    _convolution("other/3x3_dilation_2", (4, 64, 56, 56), (64, 64, 3, 3), padding=2, dilation=2),
    _convolution("other/3x3_groups_32", (8, 256, 28, 28), (256, 8, 3, 3), padding=1, groups=32),
    _convolution("other/5x5_48_at_28", (8, 48, 28, 28), (64, 48, 5, 5), padding=2),
    _convolution("other/conv1d_9", (8, 128, 1024), (128, 128, 9), padding=4),
    _convolution("other/conv3d_3", (2, 32, 16, 28, 28), (32, 32, 3, 3, 3), padding=1),
    _transposed("other/transposed_4x4_stride_2", (8, 128, 14, 14), (128, 64, 4, 4), 2, 1),
]
