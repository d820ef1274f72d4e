"""Families of warps: where in an image each pixel of the result is taken from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .._core import Tensor, affine_grid, from_numpy
from .._core import dtype as DType
from .module import Module


class Warp(Module):
    """A family of warps: per sample it takes `num_parameters` numbers, theta, and gives a grid of points.

    Subclasses set `identity`, the theta that changes nothing, and write `forward`.
    """

    identity: np.ndarray  # of shape (num_parameters,), float64

    @property
    def num_parameters(self) -> int:
        """Return how many numbers a warp has."""
        return len(self.identity)

    def forward(self, theta: Tensor, size: Sequence[int]) -> Tensor:
        """Return the points (x, y), (N, H, W, 2), that the pixels of a result of size (H, W) are taken from.

        Args:
            theta: (N, num_parameters).
            size: H and W.
        """
        raise NotImplementedError(f"{type(self).__name__}: forward is not defined")

    def _check(self, theta: Tensor) -> None:
        if theta.ndim != 2 or theta.shape[1] != self.num_parameters:
            shape = tuple(theta.shape)
            raise ValueError(f"{type(self).__name__}: theta expected shape (N, {self.num_parameters}), got {shape}")

    def extra_repr(self) -> str:
        """Return how many numbers a warp has."""
        return f"num_parameters={self.num_parameters}"


class AffineWarp(Warp):
    r"""Scale, rotate, shear and shift: six numbers, the rows of A.

    .. math:: (x_s, y_s)^T = A\, (x_t, y_t, 1)^T

    with points (x_t, y_t) of the result and (x_s, y_s) of the input.
    Source: Jaderberg et al., Spatial Transformer Networks (2015), equation 1.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.AffineWarp()(dl.tensor([[1.0, 0.0, 0.5, 0.0, 1.0, 0.0]]), (1, 2)).tolist()
        [[[[0.0, 0.0], [1.0, 0.0]]]]
    """

    identity = np.array([1.0, 0.0, 0.0, 0.0, 1.0, 0.0])

    def forward(self, theta: Tensor, size: Sequence[int]) -> Tensor:
        """Return the points (N, H, W, 2) for theta (N, 6)."""
        self._check(theta)
        return affine_grid(theta.reshape(-1, 2, 3), (theta.shape[0], 1, *size), align_corners=False)


class AttentionWarp(Warp):
    r"""Look at a part: a scale and a shift, three numbers.

    .. math:: x_s = s\, x_t + t_x, \quad y_s = s\, y_t + t_y

    Source: Jaderberg et al., Spatial Transformer Networks (2015), equation 2.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.AttentionWarp()(dl.tensor([[0.5, 0.0, 0.25]]), (1, 2)).tolist()
        [[[[-0.25, 0.25], [0.25, 0.25]]]]
    """

    identity = np.array([1.0, 0.0, 0.0])
    _rows = np.array([[1.0, 0, 0, 0, 1, 0], [0, 0, 1, 0, 0, 0], [0, 0, 0, 0, 0, 1]])  # (s, tx, ty) to the rows of A

    def forward(self, theta: Tensor, size: Sequence[int]) -> Tensor:
        """Return the points (N, H, W, 2) for theta (N, 3)."""
        self._check(theta)
        matrices = (theta @ from_numpy(self._rows).to(theta.dtype)).reshape(-1, 2, 3)
        return affine_grid(matrices, (theta.shape[0], 1, *size), align_corners=False)


class ThinPlateSplineWarp(Warp):
    r"""Bend as a thin metal plate does that is held at some points: theta holds where they go, (x, y) by (x, y).

    Of all smooth maps f with f(c_k) = theta_k, the one of least bending energy is

    .. math:: f(p) = a_0 + a_1 p_x + a_2 p_y + \sum_k w_k U(|p - c_k|), \quad U(r) = r^2 \log r^2

    whose coefficients solve a linear system in theta. It is the same for all samples, so it is solved once, in float64;
    f is a matrix of numbers, one row per pixel, times theta.
    Source: Bookstein, Principal Warps: Thin-Plate Splines and the Decomposition of Deformations (1989), equations 3
    to 8; Jaderberg et al., Spatial Transformer Networks (2015), section 3.2.

    Args:
        control_points: how many points there are along y and x, spread evenly over the image from edge to edge; or
            the points c_k themselves, an array of shape (K, 2) of x, y in [-1, 1].

    Raises:
        ValueError: the points are fewer than three, lie on a line, or two are equal.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> warp = nn.ThinPlateSplineWarp((4, 4))
        >>> warp.num_parameters
        32
        >>> bent = dl.tensor(warp.identity + 0.5, dtype=dl.float32).reshape(1, 32)  # a shift of all points
        >>> grid, unbent = warp(bent, (5, 5)), nn.AffineWarp()(dl.tensor([[1.0, 0, 0, 0, 1, 0]]), (5, 5))
        >>> bool(((grid - unbent) - 0.5).abs().max() < 1e-6)
        True
    """

    def __init__(self, control_points: tuple[int, int] | np.ndarray = (4, 4)) -> None:
        super().__init__()
        if isinstance(control_points, np.ndarray):
            points = np.array(control_points, np.float64)
        else:
            rows, columns = (np.linspace(-1.0, 1.0, n) for n in control_points)
            points = np.stack(np.meshgrid(rows, columns, indexing="ij")[::-1], -1).reshape(-1, 2)
        if points.ndim != 2 or points.shape[1] != 2:
            raise ValueError(f"ThinPlateSplineWarp: control_points expected shape (K, 2), got {points.shape}")
        planes = np.column_stack([np.ones(len(points)), points])
        if np.linalg.matrix_rank(planes) < 3 or len(np.unique(points, axis=0)) < len(points):
            raise ValueError("ThinPlateSplineWarp: control_points expected to be different and not on one line")
        self.control_points = points
        self.identity = points.reshape(-1)
        system = np.block([[_bending(points, points), planes], [planes.T, np.zeros((3, 3))]])
        self._solution = np.linalg.inv(system)[:, : len(points)]  # theta to the coefficients w, a
        self._matrices: dict[tuple[int, int, DType], Tensor] = {}

    def _matrix(self, height: int, width: int, dtype: DType) -> Tensor:
        """Return the matrix (H W, K) that takes theta to the points of all pixels; kept, for the next batch."""
        key = (height, width, dtype)
        if key not in self._matrices:
            y, x = ((2 * np.arange(n) + 1) / n - 1 for n in (height, width))  # the centres of pixels
            pixels = np.stack(np.meshgrid(y, x, indexing="ij")[::-1], -1).reshape(-1, 2)
            basis = np.column_stack([_bending(pixels, self.control_points), np.ones(len(pixels)), pixels])
            self._matrices[key] = from_numpy(basis @ self._solution).to(dtype)
        return self._matrices[key]

    def forward(self, theta: Tensor, size: Sequence[int]) -> Tensor:
        """Return the points (N, H, W, 2) for theta (N, 2 K)."""
        self._check(theta)
        height, width = size
        points = self._matrix(height, width, theta.dtype) @ theta.reshape(-1, len(self.control_points), 2)
        return points.reshape(-1, height, width, 2)


def _bending(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Return U(|p - c|) for all points p and centres c."""
    squares = ((points[:, None] - centres) ** 2).sum(-1)
    return squares * np.log(squares, out=np.zeros_like(squares), where=squares > 0)
