from functools import partial

import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads
from dlcore.nn import functional as F
from samples import distinct, positive

SPATIAL = {1: (13,), 2: (7, 9), 3: (5, 4, 6)}


def both(name, n):
    """Return the op and its definition for n axes."""
    return getattr(F, f"{name}{n}d"), partial(getattr(reference, name), n)


WINDOWS = [
    {"kernel_size": 2},
    {"kernel_size": 3, "stride": 2, "padding": 1},
    {"kernel_size": 3, "stride": 1, "padding": 1},
    {"kernel_size": 3, "stride": 3, "ceil_mode": True},
    {"kernel_size": 2, "stride": 3, "padding": 1, "ceil_mode": True},
    {"kernel_size": 1, "stride": 2},
]


@pytest.mark.parametrize("windows", [*WINDOWS, {"kernel_size": 2, "stride": 1, "dilation": 2, "padding": 1}])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_max_pool(n, windows):
    for front in ((2, 3), (2,)):
        check_op(*both("max_pool", n), distinct((*front, *SPATIAL[n])), **windows)
    check_op(*both("max_pool", n), distinct((2, *SPATIAL[n])), **windows, return_indices=True, order2=False)


@pytest.mark.parametrize("windows", WINDOWS)
@pytest.mark.parametrize("n", [1, 2, 3])
def test_avg_pool(n, windows):
    for front in ((2, 3), (2,)):
        check_op(*both("avg_pool", n), (*front, *SPATIAL[n]), **windows)
    check_op(*both("avg_pool", n), (2, *SPATIAL[n]), **windows, count_include_pad=False)
    check_op(*both("avg_pool", n), (2, *SPATIAL[n]), **windows, divisor_override=-3)


@pytest.mark.parametrize("pool", ["max_pool", "avg_pool"])
def test_windows_that_differ_by_axis(pool):
    x = distinct((2, 3, 11, 12))
    check_op(*both(pool, 2), x, kernel_size=[2, 5], stride=[3, 2], padding=[1, 2])
    check_op(*both(pool, 2), x, kernel_size=[4, 1], stride=[1, 3])
    check_op(*both(pool, 3), distinct((2, 4, 5, 6)), kernel_size=[3, 1, 2], stride=[2, 1, 4], padding=[1, 0, 1])


def test_dilated_windows():
    check_op(*both("max_pool", 2), distinct((2, 9, 15)), kernel_size=[2, 3], stride=[3, 2], dilation=[3, 4], padding=1)
    check_op(*both("max_pool", 1), distinct((2, 40)), kernel_size=4, stride=5, dilation=7, padding=8)


@pytest.mark.parametrize("pool", ["max_pool", "avg_pool"])
def test_large_windows(pool):
    check_op(*both(pool, 2), distinct((2, 20, 21)), kernel_size=17, stride=2, padding=5)
    check_op(*both(pool, 2), distinct((2, 20, 21)), kernel_size=[20, 21])
    check_op(*both(pool, 2), distinct((2, 17, 33)), kernel_size=[4, 16], ceil_mode=True)
    check_op(*both(pool, 1), distinct((2, 700)), kernel_size=300, stride=7, order2=False)
    check_op(*both(pool, 3), distinct((1, 9, 8, 7)), kernel_size=7, stride=1, padding=3, order2=False)


@pytest.mark.parametrize("W", [n for n in SIZES if n > 1])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("pool", ["max_pool", "avg_pool"])
def test_sizes(pool, stride, W):
    check_op(*both(pool, 2), distinct((1, 5, W * stride)), kernel_size=3, stride=stride, padding=1, order2=False)


def _pooled_columns(pool, x, stride):
    """Pool windows of 3 x 3 with padding 1 as columns: for sizes that would take the reference minutes."""
    padded = F.pad(x, (1, 1, 1, 1), value=-float("inf") if pool == "max_pool" else 0)
    columns = F.unfold(padded, 3, stride=stride)
    return columns.amax(0) if pool == "max_pool" else columns.mean(0)


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("shape", [(1, 170, 300), (1, 3, 5000)])
@pytest.mark.parametrize("pool", ["max_pool", "avg_pool"])
def test_more_than_one_tile(pool, shape, stride):
    rng = np.random.default_rng(0)
    x = dlcore.from_numpy(rng.permuted(np.arange(np.prod(shape), dtype=float)).reshape(shape))
    same = x.clone().requires_grad_()
    y = getattr(F, f"{pool}2d")(x.requires_grad_(), 3, stride, 1)
    expected = _pooled_columns(pool, same, stride)
    np.testing.assert_allclose(y.detach().numpy().ravel(), expected.detach().numpy(), 1e-12)
    dy = rng.standard_normal(y.shape)
    y.backward(dlcore.from_numpy(dy))
    expected.backward(dlcore.from_numpy(dy.ravel()))
    np.testing.assert_allclose(x.grad.numpy(), same.grad.numpy(), 1e-12, 1e-12)


@pytest.mark.parametrize("W", SIZES)
@pytest.mark.parametrize("pool", ["max_pool", "avg_pool"])
def test_pairs_of_columns(pool, W):
    for columns in (2 * W, 2 * W + 1):
        if columns > 1:
            check_op(*both(pool, 2), distinct((2, 5, columns)), kernel_size=2, order2=False)


@pytest.mark.parametrize("height", [{"kernel_size": 3, "stride": 1}, {"kernel_size": 2, "stride": 3, "padding": 1}])
@pytest.mark.parametrize("pool", ["max_pool", "avg_pool"])
def test_pairs_of_columns_with_any_rows(pool, height):
    kernel, stride, padding = height["kernel_size"], height["stride"], height.get("padding", 0)
    x = distinct((2, 3, 7, 9))
    check_op(*both(pool, 2), x, kernel_size=[kernel, 2], stride=[stride, 2], padding=[padding, 0])
    windows = {"kernel_size": [kernel, 1, 2], "stride": [stride, 1, 2], "padding": [padding, 0, 0]}
    check_op(*both(pool, 3), distinct((2, 4, 3, 9)), **windows)
    if pool == "avg_pool":
        check_op(*both(pool, 3), distinct((2, 4, 3, 9)), **windows, count_include_pad=False)


@pytest.mark.parametrize("shape", [(70, 2, 4100), (1, 4, 9001), (500, 40, 42)])
@pytest.mark.parametrize("pool", ["max_pool", "avg_pool"])
def test_many_pairs_of_columns(pool, shape):
    rng = np.random.default_rng(0)
    array = rng.permuted(np.arange(np.prod(shape), dtype=float)).reshape(shape)
    pairs = array[:, : shape[1] // 2 * 2, : shape[2] // 2 * 2].reshape(shape[0], shape[1] // 2, 2, shape[2] // 2, 2)
    x = dlcore.from_numpy(array).requires_grad_()
    y = getattr(F, f"{pool}2d")(x, 2)
    dy = rng.standard_normal(y.shape)
    y.backward(dlcore.from_numpy(dy))
    wide = dy[:, :, None, :, None]
    if pool == "max_pool":
        expected = pairs.max((2, 4))
        slopes = np.where(pairs == expected[:, :, None, :, None], wide, 0)
    else:
        expected, slopes = pairs.mean((2, 4)), np.broadcast_to(wide / 4, pairs.shape)
    np.testing.assert_allclose(y.detach().numpy(), expected, 1e-12)
    gradient = np.zeros(shape)
    gradient[:, : 2 * y.shape[1], : 2 * y.shape[2]] = slopes.reshape(shape[0], 2 * y.shape[1], 2 * y.shape[2])
    np.testing.assert_allclose(x.grad.numpy(), gradient, 1e-12)
    check_threads(getattr(F, f"{pool}2d"), array, kernel_size=2)


@pytest.mark.parametrize("output_size", [1, 3, 7, 9, [2, None], [None, 1]])
@pytest.mark.parametrize("pool", ["adaptive_avg_pool", "adaptive_max_pool"])
def test_adaptive_pool(pool, output_size):
    check_op(*both(pool, 2), distinct((2, 3, 7, 9)), output_size=output_size)
    if not isinstance(output_size, list):
        check_op(*both(pool, 1), distinct((2, 3, 10)), output_size=output_size)
        check_op(*both(pool, 3), distinct((2, 5, 4, 6)), output_size=output_size)
    if pool == "adaptive_max_pool":
        options = {"output_size": output_size, "return_indices": True, "order2": False}
        check_op(*both(pool, 2), distinct((3, 7, 9)), **options)


@pytest.mark.parametrize("shape", [(2, 3, 100, 130), (1, 1, 300, 500)])
def test_adaptive_pool_of_many(shape):
    for output_size in (1, [7, 9]):
        check_op(*both("adaptive_avg_pool", 2), shape, output_size=output_size, order2=False, layouts=())
        check_op(*both("adaptive_max_pool", 2), distinct(shape), output_size=output_size, order2=False, layouts=())


@pytest.mark.parametrize("n", [1, 2, 3])
def test_lp_pool(n):
    for options in ({"kernel_size": 2}, {"kernel_size": 3, "stride": 2, "ceil_mode": True}):
        check_op(*both("lp_pool", n), positive((2, *SPATIAL[n])), norm_type=2, **options)
        check_op(*both("lp_pool", n), positive((2, 3, *SPATIAL[n])), norm_type=3.5, **options)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_max_unpool(n):
    x = np.random.default_rng(0).permutation(2 * 6**n).reshape(2, *[6] * n).astype(float)
    for windows in ({"kernel_size": 2}, {"kernel_size": 3, "padding": 1}):
        indices = reference.max_pool(n, x, **windows, return_indices=True)[1]
        check_op(*both("max_unpool", n), indices.shape, indices, output_size=[6] * n, **windows)
    indices = reference.max_pool(n, x, 2, return_indices=True)[1]
    check_op(*both("max_unpool", n), indices.shape, indices, kernel_size=2)
    check_op(*both("max_unpool", n), (3, *indices.shape), np.stack([indices] * 3), kernel_size=2)


FOLDINGS = [
    {"kernel_size": 3},
    {"kernel_size": [2, 3], "stride": 2, "padding": [0, 1]},
    {"kernel_size": 2, "dilation": [2, 1], "stride": [1, 3]},
    {"kernel_size": 1, "padding": 2},
    {"kernel_size": 4, "padding": 9, "stride": 5},
]


@pytest.mark.parametrize("folding", FOLDINGS)
def test_fold_and_unfold(folding):
    for front in ((2, 3), (2,)):
        shape = (*front, 6, 7)
        check_op(F.unfold, reference.im2col, shape, **folding)
        columns = reference.im2col(np.zeros(shape), **folding).shape
        check_op(F.fold, reference.col2im, columns, output_size=[6, 7], **folding)


def test_nan_is_the_largest():
    nan = float("nan")
    y, indices = F.max_pool1d(dlcore.tensor([[1.0, nan, 3.0, 0.0, 2.0, nan]]), 3, return_indices=True)
    assert np.isnan(y.numpy()).all()
    assert indices.tolist() == [[1, 5]]
    y, indices = F.adaptive_max_pool1d(dlcore.tensor([[1.0, nan, 3.0, 0.0, 2.0, nan]]), 2, return_indices=True)
    assert np.isnan(y.numpy()).all()
    assert indices.tolist() == [[1, 5]]


def test_of_equals_the_first_is_taken():
    x = dlcore.zeros(1, 4, 6, requires_grad=True)
    y, indices = F.max_pool2d(x, 2, return_indices=True)
    assert indices.tolist() == [[[0, 2, 4], [12, 14, 16]]]
    y.sum().backward()
    assert x.grad[0, 1].tolist() == [0] * 6
    assert F.adaptive_max_pool2d(x, 1, return_indices=True)[1].tolist() == [[[0]]]
    low = dlcore.full((1, 3, 3), -float("inf"))
    assert F.max_pool2d(low, 3, 2, 1, return_indices=True)[1].tolist() == [[[0, 1], [3, 4]]]


def test_empty_batches():
    for shape in ((0, 3, 8, 8), (2, 0, 8, 8)):
        x = dlcore.zeros(*shape, requires_grad=True)
        results = [F.max_pool2d(x, 2), F.avg_pool2d(x, 2), F.adaptive_avg_pool2d(x, 4), F.adaptive_max_pool2d(x, 4)]
        for y in results:
            assert y.shape == (*shape[:2], 4, 4)
            y.sum().backward()
        assert F.max_pool2d(x, 2, return_indices=True)[1].shape == (*shape[:2], 4, 4)
        assert F.unfold(x, 2).shape == (shape[0], 4 * shape[1], 49)
        assert F.fold(F.unfold(x, 2), 8, 2).shape == shape
    assert F.adaptive_avg_pool2d(dlcore.zeros(2, 8, 8), (0, 3)).shape == (2, 0, 3)
    assert F.adaptive_max_pool2d(dlcore.zeros(2, 8, 8), (0, 3)).shape == (2, 0, 3)


@pytest.mark.parametrize("pool", ["max_pool2d", "avg_pool2d"])
def test_threads(pool):
    check_threads(getattr(F, pool), distinct((4, 8, 60, 61)), kernel_size=3, stride=2, padding=1)
    check_threads(getattr(F, f"adaptive_{pool}"), distinct((4, 8, 60, 61)), output_size=7)


def test_errors():
    x, images = dlcore.zeros(2, 3, 8, 9), dlcore.zeros(3, 8, 9)
    message = "max_pool2d: kernel_size: expected numbers of 1 to 2147483647, got (0,)"
    check_error(ValueError, message, lambda: F.max_pool2d(x, 0))
    message = "avg_pool2d: stride: expected numbers of 1 to 2147483647, got (1, 0)"
    check_error(ValueError, message, lambda: F.avg_pool2d(x, 2, (1, 0)))
    message = "max_pool2d: padding: expected numbers of 0 to 2147483647, got (-1,)"
    check_error(ValueError, message, lambda: F.max_pool2d(x, 2, 1, -1))
    message = "max_pool2d: padding: expected at most half of a window of 3, got (2,)"
    check_error(ValueError, message, lambda: F.max_pool2d(x, 3, 1, 2))
    message = "max_pool2d: dilation: expected numbers of 1 to 2147483647, got (0,)"
    check_error(ValueError, message, lambda: F.max_pool2d(x, 3, dilation=0))
    message = "max_pool2d: kernel_size: expected one number or 2, got (1, 2, 3)"
    check_error(ValueError, message, lambda: F.max_pool2d(x, (1, 2, 3)))
    message = "max_pool2d: a window of 9 does not fit into 8 elements with 0 of padding on each side"
    check_error(ValueError, message, lambda: F.max_pool2d(x, 9))
    message = "max_pool1d: window 0 of 2 elements, 3 apart, with padding 2, has none of the 1 elements"
    check_error(ValueError, message, lambda: F.max_pool1d(dlcore.zeros(1, 1), 2, 1, 2, 3))
    message = "avg_pool3d: expected an input of 4 or 5 dimensions, (C, ...) or (N, C, ...), got shape (3, 8, 9)"
    check_error(ValueError, message, lambda: F.avg_pool3d(images, 2))
    message = "avg_pool2d: expected sizes > 0 behind the channels, got shape (3, 0, 9)"
    check_error(ValueError, message, lambda: F.avg_pool2d(dlcore.zeros(3, 0, 9), 1))
    message = "avg_pool2d: divisor_override: expected a number that is not 0, got 0"
    check_error(ValueError, message, lambda: F.avg_pool2d(x, 2, divisor_override=0))
    message = "max_pool2d: expected an input of a floating dtype, got int64"
    check_error(TypeError, message, lambda: F.max_pool2d(dlcore.ones(3, 4, 4, dtype=dlcore.int64), 2))
    message = "adaptive_avg_pool2d: output_size: expected numbers of 0 to 2147483647, got -1"
    check_error(ValueError, message, lambda: F.adaptive_avg_pool2d(x, (-1, 2)))
    message = "adaptive_max_pool2d: output_size: expected one number or 2, got 3"
    check_error(ValueError, message, lambda: F.adaptive_max_pool2d(x, (1, 2, 3)))


def test_errors_of_unpooling():
    x, indices = dlcore.zeros(1, 2, 2), dlcore.tensor([[[0, 3], [8, 11]]])
    message = "max_unpool2d: indices: expected the input's shape (1, 2, 2), got (2, 2)"
    check_error(ValueError, message, lambda: F.max_unpool2d(x, indices[0], 2))
    message = "max_unpool2d: indices: expected int64, got int32"
    check_error(TypeError, message, lambda: F.max_unpool2d(x, indices.to(dlcore.int32), 2))
    message = "max_unpool2d: indices: 16 is out of range for planes of 16 elements, of an output of shape (1, 4, 4)"
    check_error(IndexError, message, lambda: F.max_unpool2d(x, indices + 5, 2))
    message = "max_unpool2d: output_size: expected sizes less than (2, 2) away from those of (1, 4, 4), got (6, 4)"
    check_error(ValueError, message, lambda: F.max_unpool2d(x, indices, 2, output_size=(6, 4)))
    message = "max_unpool2d: output_size: expected 2 sizes, got (4,)"
    check_error(ValueError, message, lambda: F.max_unpool2d(x, indices, 2, output_size=(4,)))


def test_errors_of_folding():
    message = "unfold: a window of 5 does not fit into 4 elements with 0 of padding on each side"
    check_error(ValueError, message, lambda: F.unfold(dlcore.zeros(1, 4, 4), 5))
    message = "fold: expected rows of the input, 6, in multiples of a window's 4 elements"
    check_error(ValueError, message, lambda: F.fold(dlcore.zeros(6, 9), 4, 2))
    message = "fold: expected an input of shape (8, 9) for an output of (4, 4), got (8, 10)"
    check_error(ValueError, message, lambda: F.fold(dlcore.zeros(8, 10), 4, 2))
    message = "fold: expected an input (C taps, L) or (N, C taps, L), got shape (8,)"
    check_error(ValueError, message, lambda: F.fold(dlcore.zeros(8), 4, 2))
