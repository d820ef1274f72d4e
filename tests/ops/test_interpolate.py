import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads
from dlcore.nn import functional as F

CORNERS = {1: ("linear",), 2: ("bilinear", "bicubic"), 3: ("trilinear",)}
INPUT = (2, 3, 5, 4, 6)
REQUESTS = (
    {"size": [7, 9, 3]},
    {"size": [2, 1, 6]},
    {"size": 4},
    {"scale_factor": 1.7},
    {"scale_factor": [0.6, 2.3, 1.0]},
    {"scale_factor": 1.7, "recompute_scale_factor": True},
)


def cut(request, dims):
    return {k: v[:dims] if isinstance(v, list) else v for k, v in request.items()}


@pytest.mark.parametrize("request_", REQUESTS)
@pytest.mark.parametrize("dims", [1, 2, 3])
def test_modes(dims, request_):
    options = cut(request_, dims)
    for mode in ("nearest", "nearest-exact", "area"):
        check_op(F.interpolate, reference.interpolate, INPUT[: dims + 2], mode=mode, **options)
    for mode in CORNERS[dims]:
        for align_corners in (False, True):
            options["align_corners"] = align_corners
            check_op(F.interpolate, reference.interpolate, INPUT[: dims + 2], mode=mode, **options)


@pytest.mark.parametrize("request_", REQUESTS)
@pytest.mark.parametrize("mode", ["bilinear", "bicubic"])
def test_antialias(mode, request_):
    for align_corners in (False, True):
        options = {"mode": mode, "align_corners": align_corners, "antialias": True, **cut(request_, 2)}
        check_op(F.interpolate, reference.interpolate, (2, 3, 9, 7), **options)


@pytest.mark.parametrize("n", [n for n in SIZES if n])
def test_sizes(n):
    for m in (1, n, 2 * n + 1):
        check_op(F.interpolate, reference.interpolate, (2, 1, n), size=m, mode="linear")
        check_op(F.interpolate, reference.interpolate, (1, 2, n, n), size=m, mode="bicubic", order2=False)


def test_the_same_size_is_a_copy():
    x = dlcore.zeros(1, 1, 3)
    assert F.interpolate(x, 3).data_ptr() != x.data_ptr()


@pytest.mark.parametrize("mode", ["nearest", "bilinear", "area"])
def test_threads(mode):
    check_threads(F.interpolate, (4, 5, 60, 70), size=[100, 130], mode=mode)
    check_threads(F.interpolate, (4, 5, 160, 170), size=[50, 30], mode=mode)


def test_infinity_reaches_what_it_has_a_weight_in():
    x = dlcore.tensor([[[1.0, np.inf, 2.0]]])
    assert F.interpolate(x, 3, mode="linear", align_corners=True).tolist() == [[[1, np.inf, 2]]]
    assert F.interpolate(x, 5, mode="linear", align_corners=True).tolist() == [[[1, np.inf, np.inf, np.inf, 2]]]


def test_empty():
    for shape in ((0, 2, 3), (2, 0, 3)):
        assert F.interpolate(dlcore.zeros(shape), 5).shape == (*shape[:2], 5)


def test_errors():
    x = dlcore.zeros(2, 3, 4, 5)
    message = "interpolate: expected either size or scale_factor, got neither"
    check_error(ValueError, message, lambda: F.interpolate(x))
    message = "interpolate: expected either size or scale_factor, got both"
    check_error(ValueError, message, lambda: F.interpolate(x, 3, 2.0))
    message = "interpolate: size: expected one number or 2, got 3"
    check_error(ValueError, message, lambda: F.interpolate(x, (1, 2, 3)))
    message = "interpolate: size: expected positive numbers, got (0, 2)"
    check_error(ValueError, message, lambda: F.interpolate(x, (0, 2)))
    message = "interpolate: mode 'linear' takes an input of 3 dimensions, got shape (2, 3, 4, 5)"
    check_error(ValueError, message, lambda: F.interpolate(x, 3, mode="linear"))
    message = "interpolate: align_corners: mode 'nearest' has no such option"
    check_error(ValueError, message, lambda: F.interpolate(x, 3, align_corners=True))
    message = "interpolate: antialias: expected mode 'bilinear' or 'bicubic', got 'area'"
    check_error(ValueError, message, lambda: F.interpolate(x, 3, mode="area", antialias=True))
    message = "interpolate: expected an input of a floating dtype, got int64"
    check_error(TypeError, message, lambda: F.interpolate(x.to(dlcore.int64), 3))
    message = "interpolate: expected sizes of 1 to 2147483647 to resample, got shape (1, 1, 0)"
    check_error(ValueError, message, lambda: F.interpolate(dlcore.zeros(1, 1, 0), 3))
    message = "interpolate: scale_factor: 0.1 leaves nothing of 4 elements"
    check_error(ValueError, message, lambda: F.interpolate(x, scale_factor=0.1))
    message = "interpolate: recompute_scale_factor: there is no scale_factor where size is given"
    check_error(ValueError, message, lambda: F.interpolate(x, 3, recompute_scale_factor=True))
    message = "interpolate: expected an input (N, C, W), (N, C, H, W) or (N, C, D, H, W), got shape (2, 3)"
    check_error(ValueError, message, lambda: F.interpolate(dlcore.zeros(2, 3), 3))
