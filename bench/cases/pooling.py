"""Pooling, held against the bandwidth: all tensors once."""

from .case import Case, Input

SHAPE = (8, 64, 112, 112)
SIZE = 4.0 * 8 * 64 * 112 * 112


def _windows(jax, kind: str, kernel: int, stride: int, padding: int):
    import numpy as np

    window, strides = (1, 1, kernel, kernel), (1, 1, stride, stride)
    around = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    if kind == "max":
        return lambda x: jax.lax.reduce_window(x, -np.inf, jax.lax.max, window, strides, around)
    return lambda x: jax.lax.reduce_window(x, 0.0, jax.lax.add, window, strides, around) / kernel**2


def _pool(name: str, kind: str, kernel: int, stride: int, padding: int) -> Case:
    def call(lib):
        pool = getattr(lib.nn.functional, f"{kind}_pool2d")
        return lambda x: pool(x, kernel, stride, padding)

    results = SIZE / stride**2
    return Case(
        f"pool/{name}",
        (Input(SHAPE),),
        call,
        lambda jax: _windows(jax, kind, kernel, stride, padding),
        bytes=SIZE + results,
        both_bytes=2 * (SIZE + results),
    )


CASES = [
    _pool("max_2x2", "max", 2, 2, 0),
    _pool("max_3x3_stride_2", "max", 3, 2, 1),
    _pool("avg_2x2", "avg", 2, 2, 0),
    Case(
        "pool/adaptive_avg_1",
        (Input(SHAPE),),
        lambda lib: lambda x: lib.nn.functional.adaptive_avg_pool2d(x, 1),
        lambda jax: lambda x: x.mean((2, 3), keepdims=True),
        bytes=SIZE,
        both_bytes=2 * SIZE,
    ),
]
