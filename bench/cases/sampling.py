"""Spatial transformers: grids, sampling, resizing. Held against the bandwidth: all tensors once."""

import numpy as np

from .case import Case, Input


def _grid(generator, shape):
    """Turn by 17 degrees, shrink a little, and let every point be a little elsewhere; some fall outside."""
    n, height, width, _ = shape
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    cos, sin = 1.05 * np.cos(0.3), 1.05 * np.sin(0.3)
    turned = np.stack([cos * x - sin * y, sin * x + cos * y], axis=-1)
    return (turned + 0.01 * generator.standard_normal((n, height, width, 2))).astype(np.float32)


def _grid_sample(name: str, mode: str, shape: tuple[int, int, int, int], quick: bool = False) -> Case:
    n, c, height, width = shape

    def call(lib):
        sample = lib.nn.functional.grid_sample
        return lambda x, grid: sample(x, grid, mode=mode, padding_mode="zeros", align_corners=False)

    def jax(jax):
        def sample(x, grid):  # map_coordinates knows no bicubic
            rows = ((grid[..., 1] + 1) * height - 1) / 2
            columns = ((grid[..., 0] + 1) * width - 1) / 2
            take = jax.scipy.ndimage.map_coordinates
            order = {"nearest": 0, "bilinear": 1}[mode]
            plane = jax.vmap(lambda p, r, s: take(p, [r, s], order, "constant"), (0, None, None))
            return jax.vmap(plane)(x, rows, columns)

        return sample

    numbers = n * height * width
    inputs = (Input(shape), Input((n, height, width, 2), grad=mode != "nearest", fill=_grid))
    forward, grids = numbers * (2 * c + 2), numbers * 2 * (mode != "nearest")
    return Case(
        f"grid_sample/{name}",
        inputs,
        call,
        None if mode == "bicubic" else jax,
        bytes=4.0 * forward,
        both_bytes=4.0 * (forward + numbers * (3 * c + 2) + grids),
        quick=quick,
    )


def _affine_grid() -> Case:
    size = (32, 3, 64, 64)

    def call(lib):
        return lambda theta: lib.nn.functional.affine_grid(theta, size, align_corners=False)

    grid = 4.0 * 32 * 64 * 64 * 2
    return Case("affine_grid/32x64x64", (Input((32, 2, 3)),), call, bytes=grid, both_bytes=2 * grid)


def _interpolate(name: str, mode: str, shape: tuple[int, int, int, int], scale: int) -> Case:
    n, c, height, width = shape

    def call(lib):
        resize = lib.nn.functional.interpolate
        return lambda x: resize(x, scale_factor=scale, mode=mode)

    def jax(jax):
        return lambda x: jax.image.resize(x, (n, c, height * scale, width * scale), mode)

    numbers = 4.0 * n * c * height * width * (1 + scale**2)
    return Case(
        f"interpolate/{name}",
        (Input(shape),),
        call,
        None if mode == "bicubic" else jax,  # JAX's cubic is another one (a = -0.5)
        bytes=numbers,
        both_bytes=2 * numbers,
    )


CASES = [
    *(
        _grid_sample(f"{mode}/{name}", mode, shape, quick=(mode, shape[1]) == ("bilinear", 3))
        for mode in ("bilinear", "bicubic", "nearest")
        for name, shape in (("3_at_64_batch_32", (32, 3, 64, 64)), ("32_at_56_batch_8", (8, 32, 56, 56)))
    ),
    _affine_grid(),
    _interpolate("bilinear_2", "bilinear", (8, 32, 56, 56), 2),
    _interpolate("nearest_2", "nearest", (8, 32, 56, 56), 2),
    _interpolate("bicubic_2", "bicubic", (8, 32, 56, 56), 2),
]
