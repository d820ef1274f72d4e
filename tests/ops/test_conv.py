from itertools import product

import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads

F = dlcore.nn.functional


def both(name):
    return getattr(F, name), getattr(reference, name)


def check_conv(name, *shapes, layouts=(), **options):
    check_op(*both(name), *shapes, layouts=layouts, **options)


@pytest.mark.parametrize(
    ("stride", "padding", "dilation", "groups"), list(product([1, 2], [0, 1, "same"], [1, 2], [1, 2]))
)
def test_options(stride, padding, dilation, groups):
    if padding == "same" and stride == 2:
        padding = "valid"
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    check_conv("conv1d", (2, 4, 11), (6, 4 // groups, 3), (6,), **options)
    check_conv("conv2d", (2, 4, 7, 6), (4, 4 // groups, 3, 2), (4,), **options)
    check_conv("conv3d", (1, 2, 5, 4, 6), (2, 2 // groups, 2, 1, 3), (2,), **options)


@pytest.mark.parametrize(("kernel", "padding", "multiplier"), list(product([3, 5], [0, 1, 2], [1, 2, 4])))
def test_depthwise(kernel, padding, multiplier):
    shape, weight = (2, 2, 6, 19), (2 * multiplier, 1, kernel, kernel)
    check_conv("conv2d", shape, weight, (2 * multiplier,), padding=padding, groups=2)


@pytest.mark.parametrize(("stride", "padding", "dilation", "groups"), list(product([1, 3], [0, 1], [1, 2], [1, 2])))
def test_transpose_options(stride, padding, dilation, groups):
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    options["output_padding"] = max(stride, dilation) - 1
    check_conv("conv_transpose1d", (2, 4, 5), (4, 3, 3), (3 * groups,), **options)
    check_conv("conv_transpose2d", (2, 4, 3, 4), (4, 2, 3, 2), (2 * groups,), **options)
    check_conv("conv_transpose3d", (1, 2, 2, 3, 2), (2, 1, 2, 3, 2), (groups,), **options)


def test_options_per_axis():
    options = {"stride": (2, 1, 3), "padding": (0, 2, 1), "dilation": (1, 3, 2)}
    check_conv("conv3d", (2, 3, 4, 6, 9), (2, 3, 2, 3, 2), **options)
    check_conv("conv_transpose3d", (2, 3, 2, 4, 3), (3, 2, 2, 3, 2), output_padding=(1, 2, 0), **options)


def test_without_a_batch_and_without_a_bias():
    for bias in ((), ((4,),)):
        check_conv("conv2d", (3, 6, 5), (4, 3, 3, 3), *bias, padding=1)
        check_conv("conv_transpose1d", (3, 6), (3, 4, 3), *bias, stride=2)


def test_the_steps_of_stride_and_dilation_share_a_factor():
    for stride, dilation in product([2, 3, 4, 6], [2, 3, 4, 6]):
        check_conv("conv1d", (1, 2, 31), (2, 2, 4), stride=stride, dilation=dilation, padding=5, order2=False)


def test_same_for_an_even_kernel_has_more_zeros_behind():
    x = dlcore.tensor([[1.0, 2.0, 3.0]])
    assert F.conv1d(x, dlcore.ones(1, 1, 2), padding="same").tolist() == [[3.0, 5.0, 3.0]]


@pytest.mark.parametrize(
    ("channels", "outputs", "groups"),
    [(2, 20, 1), (20, 2, 1), (6, 6, 3), (180, 2, 1), (2, 210, 1)],  # either side packed; either in several blocks
)
def test_bias_gradient_comes_with_that_of_the_weight(channels, outputs, groups):
    x, w = (3, channels * groups, 18), (outputs * groups, channels, 3)
    check_conv("conv1d", x, w, (outputs * groups,), padding=1, groups=groups, order2=channels + outputs < 100)


@pytest.mark.parametrize("n", [n for n in SIZES if n])
def test_sizes(n):
    check_conv("conv1d", (2, 3, n), (5, 3, 3), (5,), padding=1)
    check_conv("conv1d", (2, n, 9), (5, n, 3), (5,), padding=1, order2=False)
    check_conv("conv1d", (2, 3, 9), (n, 3, 3), (n,), padding=1, order2=False)
    check_conv("conv2d", (n, 2, 3, 3), (3, 2, 2, 2), order2=False)


LARGE = {
    "many boxes": ("conv2d", (2, 3, 70, 90), (9, 3, 3, 3), {"stride": 2, "padding": 1}),
    "many images": ("conv2d", (40, 5, 7, 7), (33, 5, 3, 3), {"padding": 1}),
    "deep": ("conv2d", (2, 130, 6, 7), (40, 130, 3, 3), {"padding": 1}),
    "wide": ("conv2d", (1, 20, 9, 9), (600, 20, 1, 1), {}),
    "one tap": ("conv2d", (2, 300, 10, 11), (70, 300, 1, 1), {}),
    "one tap, stride": ("conv2d", (2, 40, 20, 21), (50, 40, 1, 1), {"stride": 2}),
    "long": ("conv1d", (1, 3, 9000), (4, 3, 5), {"padding": 8, "dilation": 4}),
    "large kernel": ("conv2d", (1, 2, 40, 50), (3, 2, 19, 21), {"padding": 10}),
    "grouped": ("conv2d", (2, 48, 13, 12), (72, 4, 3, 3), {"padding": 1, "groups": 12}),
    "three axes": ("conv3d", (2, 6, 9, 14, 15), (20, 6, 3, 3, 3), {"stride": (1, 2, 2), "padding": 1}),
    "transposed": ("conv_transpose2d", (2, 35, 17, 20), (35, 20, 4, 4), {"stride": 2, "padding": 1}),
    "transposed, three axes": ("conv_transpose3d", (1, 20, 5, 9, 8), (20, 12, 3, 3, 3), {"stride": 2}),
}


@pytest.mark.parametrize("case", LARGE)
def test_more_than_one_block(case):
    name, x, w, options = LARGE[case]
    check_conv(name, x, w, order2=False, **options)


@pytest.mark.parametrize("case", ["many boxes", "many images", "deep", "grouped", "transposed"])
def test_threads(case):
    name, x, w, options = LARGE[case]
    check_threads(both(name)[0], x, w, **options)


def test_strides():
    layouts = ("transposed", "stepped", "mixed", "expanded")
    check_conv("conv2d", (2, 4, 5, 6), (3, 4, 2, 3), (3,), layouts=layouts, padding=1)
    check_conv("conv_transpose2d", (2, 4, 5, 6), (4, 3, 2, 3), (3,), layouts=layouts, stride=2)


def test_third_order():
    x, w = (dlcore.randn(*s, dtype=dlcore.float64).requires_grad_() for s in ((1, 2, 5), (2, 2, 3)))
    y = (F.conv1d(x, w, padding=1) ** 3).sum()
    for _ in range(3):
        (dx,) = dlcore.autograd.grad(y, [x], create_graph=True)
        y = dx.sum()
    # y = sum of (w * x)^3: its third derivative along a = 1 is 6 sum (w * a)^3
    expected = 6 * (F.conv1d(dlcore.ones_like(x), w, padding=1) ** 3).sum()
    np.testing.assert_allclose(y.item(), expected.item(), rtol=1e-12)


def test_only_the_gradients_that_are_needed():
    x, w = dlcore.randn(1, 2, 5), dlcore.randn(3, 2, 3).requires_grad_()
    F.conv1d(x, w).sum().backward()
    assert x.grad is None
    assert w.grad.shape == w.shape


def test_empty():
    w = dlcore.ones(4, 3, 2, 2).requires_grad_()
    assert F.conv2d(dlcore.zeros(0, 3, 5, 5), w).shape == (0, 4, 4, 4)
    F.conv2d(dlcore.zeros(0, 3, 5, 5), w).sum().backward()
    assert w.grad.numpy().sum() == 0
    assert F.conv_transpose2d(dlcore.zeros(0, 4, 5, 5), w).shape == (0, 3, 6, 6)
    bias = dlcore.tensor([1.0, 2.0])
    assert F.conv1d(dlcore.zeros(1, 0, 3), dlcore.zeros(2, 0, 3), bias).tolist() == [[[1.0], [2.0]]]
    assert F.conv1d(dlcore.zeros(1, 2, 0), dlcore.zeros(2, 2, 1), bias, padding=1).tolist() == [[[1.0] * 2, [2.0] * 2]]
    assert F.conv1d(dlcore.zeros(1, 2, 3), dlcore.zeros(0, 2, 3)).shape == (1, 0, 1)


def test_nothing_outside_the_image_is_read():
    # Zeros about the image are none of its elements: infinities next to it stay where they are.
    x = np.full((1, 1, 6, 40), np.inf)
    inside = x[:, :, 2:4, 10:30]
    inside[...] = 1
    y = F.conv2d(dlcore.from_numpy(inside), dlcore.ones(1, 1, 3, 3, dtype=dlcore.float64), padding=1)
    assert np.isfinite(y.numpy()).all()


def test_winograd_is_a_choice():
    assert dlcore.is_winograd_enabled()
    x, w = dlcore.randn(2, 40, 30, 30), dlcore.randn(50, 40, 3, 3)
    fast = F.conv2d(x, w, padding=1)
    dlcore.set_winograd_enabled(False)
    try:
        assert not dlcore.is_winograd_enabled()
        direct = F.conv2d(x, w, padding=1)
    finally:
        dlcore.set_winograd_enabled(True)
    error = (fast - direct).numpy()
    assert np.linalg.norm(error) <= 5e-6 * np.linalg.norm(direct.numpy())


def test_errors_of_shapes():
    x, w = dlcore.zeros(1, 4, 5, 5), dlcore.zeros(6, 4, 3, 3)
    for message, call in [
        (
            "input: expected shape (N, C, H, W) or the same without N, got (5, 5)",
            lambda: F.conv2d(dlcore.zeros(5, 5), w),
        ),
        (
            "weight: expected shape (C_out, C_in / groups, H, W), got (6, 4, 3)",
            lambda: F.conv2d(x, dlcore.zeros(6, 4, 3)),
        ),
        (
            "weight: expected 4 channels, for input of shape (1, 4, 5, 5) and groups 1, got shape (6, 3, 3, 3)",
            lambda: F.conv2d(x, dlcore.zeros(6, 3, 3, 3)),
        ),
        ("bias: expected shape (6,), got (5,)", lambda: F.conv2d(x, w, dlcore.zeros(5))),
        ("groups 3 does not divide the 4 channels of the input", lambda: F.conv2d(x, w, groups=3)),
        ("groups 4 does not divide the 6 rows of the weight", lambda: F.conv2d(x, dlcore.zeros(6, 1, 3, 3), groups=4)),
        ("groups: expected a positive number, got 0", lambda: F.conv2d(x, w, groups=0)),
        (
            "weight: expected a kernel with elements, got shape (6, 4, 0, 3)",
            lambda: F.conv2d(x, dlcore.zeros(6, 4, 0, 3)),
        ),
        (
            "a kernel that spans (7, 5) is larger than the padded input (5, 7)",
            lambda: F.conv2d(x, w, padding=(0, 1), dilation=(3, 2)),
        ),
    ]:
        check_error(ValueError, f"conv2d: {message}", call)
    w = dlcore.zeros(5, 4, 3)
    for message, call in [
        (
            "weight: expected shape (C_in, C_out / groups, L), got (4, 3)",
            lambda: F.conv_transpose1d(x[0], dlcore.zeros(4, 3)),
        ),
        (
            "weight: expected 4 rows, as many as the input of shape (1, 4, 5) has channels, got shape (5, 4, 3)",
            lambda: F.conv_transpose1d(dlcore.zeros(1, 4, 5), w),
        ),
        ("bias: expected shape (4,), got (5,)", lambda: F.conv_transpose1d(dlcore.zeros(1, 5, 5), w, dlcore.zeros(5))),
        ("padding (4,) leaves a result of size (-3,)", lambda: F.conv_transpose1d(dlcore.zeros(1, 5, 3), w, padding=4)),
    ]:
        check_error(ValueError, f"conv_transpose1d: {message}", call)


def test_errors_of_numbers():
    x, w = dlcore.zeros(1, 4, 5, 5), dlcore.zeros(6, 4, 3, 3)
    for message, options in [
        ("stride: expected at least 1, got 0", {"stride": 0}),
        ("stride: expected one number or 2, got (1, 1, 1)", {"stride": (1, 1, 1)}),
        ("padding: expected at least 0, got -1", {"padding": (1, -1)}),
        ("dilation: expected at least 1, got 0", {"dilation": (1, 0)}),
        ("padding 'same' needs stride 1, got 2", {"padding": "same", "stride": 2}),
        ("padding: expected numbers, 'same' or 'valid', got 'full'", {"padding": "full"}),
        ("padding: expected at most 2147483648, got 1000000000000", {"padding": 10**12}),
    ]:
        check_error(ValueError, f"conv2d: {message}", lambda options=options: F.conv2d(x, w, **options))
    message = "conv_transpose2d: output_padding: expected less than the stride or the dilation, 2, got 2"
    w = dlcore.zeros(4, 6, 3, 3)
    check_error(ValueError, message, lambda: F.conv_transpose2d(x, w, stride=2, output_padding=2))


def test_errors_of_dtypes():
    x, w = dlcore.zeros(1, 4, 5), dlcore.zeros(6, 4, 3)
    for message, call in [
        ("input: expected a floating dtype, got int64", lambda: F.conv1d(x.to(dlcore.int64), w)),
        ("weight: expected the input's dtype float32, got float64", lambda: F.conv1d(x, w.to(dlcore.float64))),
        (
            "bias: expected the input's dtype float32, got float64",
            lambda: F.conv1d(x, w, dlcore.zeros(6, dtype=dlcore.float64)),
        ),
    ]:
        check_error(TypeError, f"conv1d: {message}", call)


def test_a_result_too_large_to_count():
    with pytest.raises(MemoryError):
        F.conv3d(dlcore.zeros(1, 1, 1, 1, 1), dlcore.zeros(1, 1, 1, 1, 1), padding=2**31)
