import itertools

import dlcore
import numpy as np
import pytest
import reference
from check import check_error, check_op, check_threads
from dlcore.nn import functional as F
from samples import constant, uniform

MODES = ("nearest", "bilinear", "bicubic")
PADDINGS = ("zeros", "border", "reflection")


def points(shape, reach=1.6):
    """Draw a grid of which a part lies outside."""
    return uniform(shape, -reach, reach)


@pytest.mark.parametrize("align_corners", [False, True])
@pytest.mark.parametrize("padding_mode", PADDINGS)
@pytest.mark.parametrize("mode", MODES)
def test_images(mode, padding_mode, align_corners):
    options = {"mode": mode, "padding_mode": padding_mode, "align_corners": align_corners}
    check_op(F.grid_sample, reference.grid_sample, (2, 3, 5, 4), points((2, 4, 6, 2)), **options)
    check_op(F.grid_sample, reference.grid_sample, (2, 1, 1, 2), points((2, 2, 2, 2)), **options)


@pytest.mark.parametrize("align_corners", [False, True])
@pytest.mark.parametrize("padding_mode", PADDINGS)
@pytest.mark.parametrize("mode", MODES[:2])
def test_volumes(mode, padding_mode, align_corners):
    options = {"mode": mode, "padding_mode": padding_mode, "align_corners": align_corners}
    check_op(F.grid_sample, reference.grid_sample, (2, 3, 3, 4, 2), points((2, 2, 3, 5, 3)), **options)


# Few points of a large image, and many of a small one, by one channel, a few, a vector and more: every way to do it.
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("C", [1, 2, 3, 4, 5, 15, 16, 17, 35])
def test_channels(C, mode):
    for padding_mode in PADDINGS:
        options = {"mode": mode, "padding_mode": padding_mode, "order2": False, "layouts": ()}
        check_op(F.grid_sample, reference.grid_sample, (2, C, 5, 6), points((2, 9, 8, 2)), **options)
        check_op(F.grid_sample, reference.grid_sample, (1, C, 30, 20), points((1, 2, 3, 2)), **options)


@pytest.mark.parametrize("C", [1, 4, 17])
def test_channels_of_volumes(C):
    check = {"order2": False, "layouts": ()}
    check_op(F.grid_sample, reference.grid_sample, (1, C, 4, 5, 6), points((1, 6, 5, 8, 3)), **check)


@pytest.mark.parametrize("P", [1, 15, 16, 17, 63, 64, 65, 131])
def test_numbers_of_points(P):
    for mode in MODES:
        check = {"mode": mode, "order2": False, "layouts": ()}
        check_op(F.grid_sample, reference.grid_sample, (1, 3, 5, 6), points((1, 1, P, 2)), **check)


@pytest.mark.parametrize("mode", MODES)
def test_second_order_of_many_points(mode):
    check = {"mode": mode, "padding_mode": "reflection", "dtypes": (np.float64,), "layouts": ()}
    check_op(F.grid_sample, reference.grid_sample, (1, 5, 4, 5), points((1, 8, 9, 2)), **check)


@pytest.mark.parametrize("mode", MODES)
def test_one_gradient_is_needed(mode):
    for padding_mode in PADDINGS:
        options = {"mode": mode, "padding_mode": padding_mode}
        check_op(F.grid_sample, reference.grid_sample, constant((2, 3, 4, 4)), points((2, 5, 5, 2)), **options)
        check_op(F.grid_sample, reference.grid_sample, (2, 3, 4, 4), constant(points((2, 5, 5, 2))), **options)


def test_third_order():
    rng = np.random.default_rng(0)
    x = dlcore.from_numpy(rng.standard_normal((1, 2, 4, 5))).requires_grad_()
    grid = dlcore.from_numpy(rng.uniform(-0.9, 0.9, (1, 2, 3, 2))).requires_grad_()

    def slope(x, grid):
        y = F.grid_sample(x, grid, mode="bicubic")
        (dgrid,) = dlcore.autograd.grad([(y * y).sum()], [grid], create_graph=True)
        return dlcore.autograd.grad([(dgrid * dgrid).sum()], [grid], create_graph=True)[0]

    assert dlcore.testing.gradcheck(slope, (x, grid))


@pytest.mark.parametrize("shape", [(9, 3, 40, 50), (2, 40, 60, 40), (1, 2, 90, 90), (2, 5, 9, 20, 30)])
def test_threads(shape):
    for mode in MODES[: 3 if len(shape) == 4 else 2]:
        check_threads(F.grid_sample, shape, points((shape[0], *shape[2:], len(shape) - 2)), mode=mode, order=1)


@pytest.mark.parametrize("mode", MODES)
def test_what_is_no_number(mode):
    """NaN and what is far away lie outside; with other paddings NaN is the first pixel, and far away the outermost."""
    x = dlcore.from_numpy(np.arange(1.0, 1 + 4 * 20 * 3).reshape(1, 4, 20, 3))
    first, last = x[0, :, 0, 0].tolist(), x[0, :, -1, -1].tolist()
    for dtype, many in itertools.product((dlcore.float32, dlcore.float64), (1, 100)):
        for value in (np.nan, np.inf, -np.inf, 1e30, -1e30, 3e9, -3e9):
            for padding_mode in PADDINGS:
                grid = dlcore.full((1, 1, many, 2), value).to(dtype).requires_grad_()
                image = x.to(dtype).requires_grad_()
                y = F.grid_sample(image, grid, mode=mode, padding_mode=padding_mode)
                (dx, dgrid) = dlcore.autograd.grad([y.sum()], [image, grid])
                got = y[0, :, 0, many - 1]
                if padding_mode == "zeros":
                    assert got.tolist() == [0] * 4
                    assert dx.abs().sum().item() == 0
                elif padding_mode == "border":
                    np.testing.assert_allclose(got.tolist(), last if value > 0 else first, rtol=1e-5)
                elif not np.isfinite(value):
                    np.testing.assert_allclose(got.tolist(), first, rtol=1e-5)
                else:
                    assert first[0] - 60 < got[0].item() < last[0] + 60
                if not np.isfinite(value):
                    np.testing.assert_allclose(dgrid.tolist(), np.zeros(grid.shape), atol=1e-2)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("C", [1, 3, 20])
def test_what_lies_outside_does_not_leak(mode, C):
    x = np.full((1, C, 3, 3), np.nan)
    x[..., 1, 1] = 1
    for n in (1, 100):
        grid = dlcore.full((1, 1, n, 2), 5.0, dtype=dlcore.float64)
        assert F.grid_sample(dlcore.from_numpy(x), grid, mode=mode).abs().sum().item() == 0


def test_empty():
    for shape, grid in (((0, 3, 4, 4), (0, 2, 2, 2)), ((2, 0, 4, 4), (2, 2, 2, 2)), ((2, 3, 4, 4), (2, 0, 2, 2))):
        for mode in MODES:
            x, points = dlcore.ones(shape, requires_grad=True), dlcore.zeros(grid, requires_grad=True)
            y = F.grid_sample(x, points, mode=mode)
            assert y.shape == (*shape[:2], *grid[1:3])
            y.sum().backward()
            assert x.grad.abs().sum().item() == 0
            assert points.grad.abs().sum().item() == 0


def test_errors():
    x, grid = dlcore.zeros(2, 3, 4, 5), dlcore.zeros(2, 6, 7, 2)
    message = "grid_sample: mode: expected 'bilinear', 'nearest' or 'bicubic', got 'cubic'"
    check_error(ValueError, message, lambda: F.grid_sample(x, grid, mode="cubic"))
    message = "grid_sample: padding_mode: expected 'zeros', 'border' or 'reflection', got 'reflect'"
    check_error(ValueError, message, lambda: F.grid_sample(x, grid, padding_mode="reflect"))
    message = "grid_sample: expected an input (N, C, H, W) or (N, C, D, H, W), got shape (2, 3, 4)"
    check_error(ValueError, message, lambda: F.grid_sample(dlcore.zeros(2, 3, 4), grid))
    for shape in ((2, 6, 7, 3), (3, 6, 7, 2), (2, 6, 2)):
        given = dlcore.zeros(shape)
        message = f"grid_sample: grid: expected shape (2, H, W, 2) for an input of shape (2, 3, 4, 5), got {shape}"
        check_error(ValueError, message, lambda given=given: F.grid_sample(x, given))
    message = "grid_sample: grid: expected the input's dtype float32, got float64"
    check_error(TypeError, message, lambda: F.grid_sample(x, grid.to(dlcore.float64)))
    message = "grid_sample: expected an input of a floating dtype, got int64"
    check_error(TypeError, message, lambda: F.grid_sample(x.to(dlcore.int64), grid))
    message = "grid_sample: mode 'bicubic' takes an input (N, C, H, W), got shape (1, 1, 2, 2, 2)"
    volume = dlcore.zeros(1, 1, 2, 2, 2)
    check_error(ValueError, message, lambda: F.grid_sample(volume, dlcore.zeros(1, 1, 1, 1, 3), mode="bicubic"))
    message = "grid_sample: expected sizes of 1 to 2147483631 to sample from, got shape (2, 3, 0, 5)"
    check_error(ValueError, message, lambda: F.grid_sample(dlcore.zeros(2, 3, 0, 5), grid))
