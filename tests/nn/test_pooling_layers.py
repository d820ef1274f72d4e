"""Pooling, its undoing, and resampling as layers."""

import dlcore as dl
import numpy as np
import pytest
import reference
from check import check_error, check_op
from dlcore import nn
from samples import distinct

SIZES = {1: (11,), 2: (7, 9), 3: (4, 5, 6)}


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_max_pool(dims):
    layer = getattr(nn, f"MaxPool{dims}d")(3, 2, 1, ceil_mode=True)
    x = distinct((2, 3, *SIZES[dims]))
    check_op(layer, lambda x: reference.max_pool(dims, x, 3, 2, 1, ceil_mode=True), x, layouts=())
    with_places = getattr(nn, f"MaxPool{dims}d")(2, dilation=2, return_indices=True)

    def expected(x):
        return reference.max_pool(dims, x, 2, 2, dilation=2, return_indices=True)

    check_op(with_places, expected, x, layouts=())


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_avg_pool(dims):
    x = (2, 3, *SIZES[dims])
    layer = getattr(nn, f"AvgPool{dims}d")(3, 2, 1, ceil_mode=True, count_include_pad=False)
    check_op(layer, lambda x: reference.avg_pool(dims, x, 3, 2, 1, True, False), x, layouts=())
    if dims > 1:
        layer = getattr(nn, f"AvgPool{dims}d")(2, divisor_override=3)
        check_op(layer, lambda x: reference.avg_pool(dims, x, 2, divisor_override=3), x, layouts=())


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_adaptive_pools(dims):
    x = distinct((2, 3, *SIZES[dims]))
    size = (3, None, 2)[:dims] if dims > 1 else 3
    layer = getattr(nn, f"AdaptiveAvgPool{dims}d")(size)
    check_op(layer, lambda x: reference.adaptive_avg_pool(dims, x, size), x, layouts=())
    layer = getattr(nn, f"AdaptiveMaxPool{dims}d")(size, return_indices=True)
    check_op(layer, lambda x: reference.adaptive_max_pool(dims, x, size, True), x, layouts=())


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_max_unpool(dims):
    sizes = tuple(n - n % 2 + 1 for n in SIZES[dims])
    x = dl.tensor(np.random.default_rng(0).permutation(6 * np.prod(sizes)).astype(float).reshape(2, 3, *sizes))
    y, places = getattr(nn, f"MaxPool{dims}d")(2, return_indices=True)(x)
    undone = getattr(nn, f"MaxUnpool{dims}d")(2)(y, places, sizes)
    assert undone.shape == x.shape
    kept = undone != 0
    assert kept.sum().item() == (y != 0).sum().item()
    np.testing.assert_array_equal(undone[kept].numpy(), x[kept].numpy())
    np.testing.assert_array_equal(
        getattr(nn, f"MaxPool{dims}d")(2)(undone).numpy(), y.numpy()
    )  # the largest are where they were


def test_upsample():
    for options in (
        {"scale_factor": 2.5},
        {"size": (7, 5), "mode": "bilinear"},
        {"size": (7, 5), "mode": "bicubic", "align_corners": True},
        {"scale_factor": (1.5, 2), "mode": "bilinear", "recompute_scale_factor": True},
    ):
        check_op(nn.Upsample(**options), lambda x, o=options: reference.interpolate(x, **o), (2, 3, 4, 3), layouts=())
    assert repr(nn.Upsample(scale_factor=2)) == "Upsample(scale_factor=2.0, mode='nearest')"


def test_pixel_shuffle():
    def expected(x):
        y = np.empty((*x.shape[:-3], x.shape[-3] // 6**2, x.shape[-2] * 6, x.shape[-1] * 6))
        for i in range(6):
            for j in range(6):
                y[..., i::6, j::6] = x[..., i * 6 + j :: 36, :, :]
        return y

    check_op(nn.PixelShuffle(6), expected, (2, 72, 2, 3))
    check_op(nn.PixelShuffle(6), expected, (36, 3, 1))
    assert nn.PixelShuffle(2)(dl.zeros(3, 0, 2, 2)).shape == (3, 0, 4, 4)


ERRORS = [
    (
        lambda: nn.MaxPool2d(3, padding=2),
        "MaxPool2d: padding expected at most half of kernel_size (3, 3), got 2",
    ),
    (lambda: nn.AvgPool1d((2, 2)), "AvgPool1d: kernel_size expected one integer of at least 1, got (2, 2)"),
    (lambda: nn.MaxPool3d(2, 0), "MaxPool3d: stride expected one integer or 3 of at least 1, got 0"),
    (lambda: nn.MaxPool2d(2, dilation=0), "MaxPool2d: dilation expected one integer or 2 of at least 1, got 0"),
    (lambda: nn.AvgPool2d(2, divisor_override=0), "AvgPool2d: divisor_override expected not to be 0, got 0"),
    (
        lambda: nn.MaxUnpool2d((1, 2, 3)),
        "MaxUnpool2d: kernel_size expected one integer or 2 of at least 1, got (1, 2, 3)",
    ),
    (lambda: nn.AdaptiveAvgPool2d((1, 2, 3)), "AdaptiveAvgPool2d: output_size expected one size or 2, got (1, 2, 3)"),
    (lambda: nn.AdaptiveMaxPool1d(-1), "AdaptiveMaxPool1d: output_size expected one size, got -1"),
    (lambda: nn.Upsample(), "Upsample: expected either size or scale_factor, got None and None"),
    (
        lambda: nn.Upsample(2, mode="cubic"),
        "Upsample: mode expected one of nearest, nearest-exact, linear, bilinear, bicubic, trilinear, area, "
        "got 'cubic'",
    ),
    (lambda: nn.PixelShuffle(0), "PixelShuffle: upscale_factor expected to be positive, got 0"),
    (
        lambda: nn.PixelShuffle(2)(dl.zeros(1, 6, 2, 2)),
        "PixelShuffle: input expected (..., C * 2^2, H, W), got shape (1, 6, 2, 2)",
    ),
]


@pytest.mark.parametrize(("make", "message"), ERRORS, ids=[message for _, message in ERRORS])
def test_errors(make, message):
    check_error(ValueError, message, make)
