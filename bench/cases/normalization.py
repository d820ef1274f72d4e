"""Normalisation of 16 MB, and the lookup of an embedding: one pass forward, two backward."""

import numpy as np

from .case import Case, Input

SIZE = 4.0 * 4096 * 1024
IMAGES = (8, 128, 64, 64)


def _rows(name: str, call, jax, bias: bool = True, quick: bool = False) -> Case:
    inputs = (Input((4096, 1024)), *[Input((1024,))] * (1 + bias))
    return Case(f"norm/{name}", inputs, call, jax, bytes=2 * SIZE, both_bytes=5 * SIZE, quick=quick)


def _images(name: str, call, jax) -> Case:
    inputs = (Input(IMAGES), Input((IMAGES[1],)), Input((IMAGES[1],)))
    return Case(f"norm/{name}", inputs, call, jax, bytes=2 * SIZE, both_bytes=5 * SIZE)


def _layer_norm(jax):
    def norm(x, w, b):
        centred = x - x.mean(-1, keepdims=True)
        return centred * jax.lax.rsqrt((centred**2).mean(-1, keepdims=True) + 1e-5) * w + b

    return norm


def _rms_norm(jax):
    return lambda x, w: x * jax.lax.rsqrt((x**2).mean(-1, keepdims=True) + 1e-5) * w


def _batch_norm(jax):
    def norm(x, w, b):
        centred = x - x.mean((0, 2, 3), keepdims=True)
        scale = jax.lax.rsqrt((centred**2).mean((0, 2, 3), keepdims=True) + 1e-5)
        return centred * scale * w[:, None, None] + b[:, None, None]

    return norm


def _group_norm(jax):
    def norm(x, w, b):
        grouped = x.reshape(x.shape[0], 32, -1)
        centred = grouped - grouped.mean(-1, keepdims=True)
        y = centred * jax.lax.rsqrt((centred**2).mean(-1, keepdims=True) + 1e-5)
        return y.reshape(x.shape) * w[:, None, None] + b[:, None, None]

    return norm


def _words(generator, shape):
    return generator.integers(0, 30000, shape, dtype=np.int64)


def _embedding() -> Case:
    rows, width = 8192, 512
    inputs = (Input((rows,), grad=False, fill=_words), Input((30000, width)))
    size = 4.0 * rows * width
    return Case(
        "embedding/8192_of_30000",
        inputs,
        lambda lib: lib.nn.functional.embedding,
        lambda jax: lambda index, w: w[index],
        bytes=2 * size,
        both_bytes=4 * size + 4.0 * 30000 * width,
    )


CASES = [
    _rows(
        "layer_norm",
        lambda lib: lambda x, w, b: lib.nn.functional.layer_norm(x, (1024,), w, b),
        _layer_norm,
        quick=True,
    ),
    _rows("rms_norm", lambda lib: lambda x, w: lib.nn.functional.rms_norm(x, (1024,), w, 1e-5), _rms_norm, bias=False),
    _images(
        "batch_norm",
        lambda lib: lambda x, w, b: lib.nn.functional.batch_norm(x, None, None, w, b, training=True),
        _batch_norm,
    ),
    _images("group_norm", lambda lib: lambda x, w, b: lib.nn.functional.group_norm(x, 32, w, b), _group_norm),
    _embedding(),
]
