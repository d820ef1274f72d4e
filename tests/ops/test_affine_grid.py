import dlcore
import pytest
import reference
from check import check_error, check_op
from dlcore.nn import functional as F


@pytest.mark.parametrize("align_corners", [False, True])
@pytest.mark.parametrize(
    "size", [(2, 3, 4, 5), (1, 1, 1, 17), (2, 1, 3, 1), (2, 2, 2, 3, 4), (1, 1, 2, 2, 37), (0, 1, 2, 2)]
)
def test_affine_grid(size, align_corners):
    theta = (size[0], len(size) - 2, len(size) - 1)
    check_op(F.affine_grid, reference.affine_grid, theta, size=list(size), align_corners=align_corners)


def test_the_identity_samples_each_pixel_itself():
    x = dlcore.arange(24.0).reshape(2, 3, 2, 2)
    theta = dlcore.eye(2, 3).expand(2, 2, 3)
    for align_corners in (False, True):
        grid = F.affine_grid(theta, (2, 3, 2, 2), align_corners)
        assert F.grid_sample(x, grid, align_corners=align_corners).tolist() == x.tolist()


def test_errors():
    theta = dlcore.zeros(2, 2, 3)
    message = "affine_grid: size: expected (N, C, H, W) or (N, C, D, H, W), got (2, 3, 4)"
    check_error(ValueError, message, lambda: F.affine_grid(theta, (2, 3, 4)))
    message = "affine_grid: expected theta of shape (3, 2, 3) for a size of (3, 1, 4, 5), got (2, 2, 3)"
    check_error(ValueError, message, lambda: F.affine_grid(theta, (3, 1, 4, 5)))
    message = "affine_grid: size: expected at least one pixel, got (2, 1, 0, 5)"
    check_error(ValueError, message, lambda: F.affine_grid(theta, (2, 1, 0, 5)))
    message = "affine_grid: expected theta of a floating dtype, got int64"
    check_error(TypeError, message, lambda: F.affine_grid(theta.to(dlcore.int64), (2, 1, 4, 5)))
