"""Functions of 16 MB: one pass forward, and backward one that reads the gradient and what was kept."""

from .case import Case, Input

ROWS, COLUMNS = 4096, 1024
SIZE = 4.0 * ROWS * COLUMNS


def _function(name: str, call, jax, quick: bool = False) -> Case:
    return Case(
        f"elementwise/{name}",
        (Input((ROWS, COLUMNS)),),
        call,
        jax,
        bytes=2 * SIZE,
        both_bytes=5 * SIZE,
        quick=quick,
    )


CASES = [
    _function("exp", lambda lib: lib.exp, lambda jax: jax.numpy.exp, quick=True),
    _function("tanh", lambda lib: lib.tanh, lambda jax: jax.numpy.tanh),
    _function("gelu", lambda lib: lib.nn.functional.gelu, lambda jax: lambda x: jax.nn.gelu(x, approximate=False)),
    _function(
        "gelu_tanh",
        lambda lib: lambda x: lib.nn.functional.gelu(x, approximate="tanh"),
        lambda jax: lambda x: jax.nn.gelu(x, approximate=True),
    ),
    _function("sigmoid", lambda lib: lib.sigmoid, lambda jax: jax.nn.sigmoid),
    _function("relu", lambda lib: lib.nn.functional.relu, lambda jax: jax.nn.relu),
    Case(
        "elementwise/mul",
        (Input((ROWS, COLUMNS)), Input((ROWS, COLUMNS))),
        lambda lib: lib.mul,
        lambda jax: jax.numpy.multiply,
        bytes=3 * SIZE,
        both_bytes=8 * SIZE,
    ),
]
