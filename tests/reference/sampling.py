"""Grids, sampling at their points, and change of size, tap by tap."""

import itertools
import math

import numpy as np


def affine_grid(theta, size, align_corners=False):
    """Return theta [x, y, (z,) 1] at every pixel of an output (N, C, ..., H, W); pixel coordinates span -1 ... 1.

    With align_corners -1 and 1 are the centres of the outermost pixels, else their outer edges.
    """
    axes = []
    for n in size[2:]:
        middle = np.zeros(n) if n == 1 else np.linspace(-1, 1, n)
        axes.append(middle if align_corners else (2 * np.arange(n) + 1) / n - 1)
    points = np.meshgrid(*axes, indexing="ij")[::-1]
    return np.einsum("nij,...j->n...i", theta, np.stack([*points, np.ones_like(points[0])], -1))


def _reflect(x, n, align_corners):
    """Reflect positions at the centres (align_corners) or outer edges of the outermost pixels until they are inside."""
    low, span = (0, n - 1) if align_corners else (-0.5, n)
    if span == 0:
        return np.zeros_like(x)
    distance = np.abs(x - low)
    extra, odd = np.mod(distance, span), np.mod(np.floor(distance / span), 2) == 1
    return np.where(odd, span - extra, extra) + low


def _position(g, n, mode, padding_mode, align_corners):
    """Return where in pixels a coordinate -1 ... 1 lies; what is no number lies outside, or on the first pixel."""
    x = (g + 1) / 2 * (n - 1) if align_corners else ((g + 1) * n - 1) / 2
    if padding_mode == "zeros":
        return np.clip(np.where(np.isnan(x), -9, x), -9, n + 9)
    x = np.where(np.isnan(x), 0, x)
    if padding_mode == "reflection":
        x = _reflect(np.where(np.isinf(x), 0, x), n, align_corners)
        return x if mode == "bicubic" else np.clip(x, 0, n - 1)
    return np.clip(x, -9, n + 9) if mode == "bicubic" else np.clip(x, 0, n - 1)


def _cubic(t, a=-0.75):
    """Return the four weights of cubic convolution (Keys, 1981) at t of the way from the second tap to the third."""
    near, far = lambda d: ((a + 2) * d - (a + 3)) * d * d + 1, lambda d: ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
    return [far(1 + t), near(t), near(1 - t), far(2 - t)]


def _taps(x, mode):
    """Return (pixel, weight) for each tap of positions."""
    if mode == "nearest":
        return [(np.rint(x), np.ones_like(x))]
    i = np.floor(x)
    if mode == "bilinear":
        return [(i, 1 - (x - i)), (i + 1, x - i)]
    return [(i - 1 + k, w) for k, w in enumerate(_cubic(x - i))]


def grid_sample(input, grid, mode="bilinear", padding_mode="zeros", align_corners=False):
    """Return input (N, C, ..., H, W) at the points of grid (N, ..., 2 or 3), given as x, y, (z)."""
    sizes = input.shape[2:]
    taps = []
    for axis, n in enumerate(sizes):
        x = _position(grid[..., len(sizes) - 1 - axis], n, mode, padding_mode, align_corners)
        own = []
        for i, w in _taps(x, mode):
            if mode == "bicubic" and padding_mode != "zeros":
                i = np.clip(_reflect(i, n, align_corners) if padding_mode == "reflection" else i, 0, n - 1)
            inside = (i >= 0) & (i < n)
            own.append((np.clip(i, 0, n - 1).astype(int), w, inside))
        taps.append(own)
    image = np.arange(input.shape[0]).reshape(-1, *[1] * len(sizes))
    y = 0
    for chosen in itertools.product(*taps):
        value = np.moveaxis(input, 1, -1)[(image, *(i for i, _, _ in chosen))]
        weight = math.prod(w for _, w, _ in chosen)[..., None]
        y = y + np.where(np.logical_and.reduce([inside for *_, inside in chosen])[..., None], value, 0) * weight
    return np.moveaxis(y, -1, 1)


def _rows(n, m, mode, align_corners, scale, antialias):
    """Return the (m, n) matrix that makes m elements of n; scale: elements of n per one of m."""
    matrix = np.zeros((m, n))
    if (mode == "linear" or antialias) and m == n:
        scale = 1  # whatever the factor was, as in PyTorch
    for o in range(m):
        if mode == "area":
            first, last = o * n // m, -(-(o + 1) * n // m)
            matrix[o, first:last] = 1 / (last - first)
        elif mode in ("nearest", "nearest-exact"):
            # In float32, as in PyTorch: where a border between two elements is hit, rounding chooses.
            at = (np.float32(o) + np.float32(0.5 * (mode == "nearest-exact"))) * np.float32(scale)
            matrix[o, min(math.floor(at), n - 1)] = 1
        elif antialias:
            kernel = _cubic_of if mode == "bicubic" else lambda d: max(0, 1 - abs(d))
            wide, centre = max(scale, 1), scale * (o + 0.5)
            support = wide * (2 if mode == "bicubic" else 1)
            first, last = max(int(centre - support + 0.5), 0), min(int(centre + support + 0.5), n)
            w = np.array([kernel((i - centre + 0.5) / wide) for i in range(first, last)])
            matrix[o, first:last] = w / w.sum()
        else:
            x = o * scale if align_corners else (o + 0.5) * scale - 0.5
            x = x if mode == "bicubic" else max(x, 0)
            i = math.floor(x)
            weights = _cubic(x - i) if mode == "bicubic" else [1 - (x - i), x - i]
            for k, w in enumerate(weights):
                matrix[o, min(max(i + k - (mode == "bicubic"), 0), n - 1)] += w
    return matrix


def _cubic_of(d, a=-0.5):
    d = abs(d)
    if d < 1:
        return ((a + 2) * d - (a + 3)) * d * d + 1
    return ((d - 5) * d + 8) * d * a - 4 * a if d < 2 else 0.0


def interpolate(
    input,
    size=None,
    scale_factor=None,
    mode="nearest",
    align_corners=None,
    recompute_scale_factor=None,
    antialias=False,
):
    """Return input (N, C, ...) with its last dimensions resampled one after the other, each by a matrix."""
    sizes = input.shape[2:]
    factors = scale_factor if isinstance(scale_factor, (list, tuple)) else [scale_factor] * len(sizes)
    size = size if size is None or isinstance(size, (list, tuple)) else [size] * len(sizes)
    y = input
    for axis, n in enumerate(sizes):
        m = math.floor(n * factors[axis]) if size is None else size[axis]
        given = size is None and not recompute_scale_factor
        scale = 1 / factors[axis] if given else n / m
        if align_corners:
            scale = (n - 1) / (m - 1) if m > 1 else 0
        matrix = _rows(n, m, "linear" if mode in ("bilinear", "trilinear") else mode, align_corners, scale, antialias)
        y = np.moveaxis(np.tensordot(matrix, y, (1, axis + 2)), 0, axis + 2)
    return y
