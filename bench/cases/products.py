"""Matrix products. Each gradient costs as much as the forward."""

from .case import Case, Input


def _matmul(name: str, a: tuple[int, ...], b: tuple[int, ...], flops: float, **more) -> Case:
    def call(lib):
        return lib.matmul

    def jax(jax):
        return jax.numpy.matmul

    return Case(f"matmul/{name}", (Input(a), Input(b)), call, jax, flops=flops, both_flops=3 * flops, **more)


def _transposed(name: str, a: tuple[int, int], b: tuple[int, int], which: str) -> Case:
    """Multiply views that are the other way round in memory."""

    def call(lib):
        if which == "a":
            return lambda a, b: lib.matmul(a.transpose(0, 1), b)
        return lambda a, b: lib.matmul(a, b.transpose(0, 1))

    def jax(jax):
        return (lambda a, b: a.T @ b) if which == "a" else (lambda a, b: a @ b.T)

    flops = 2.0 * a[0] * a[1] * (b[1] if which == "a" else b[0])
    return Case(f"matmul/{name}", (Input(a), Input(b)), call, jax, flops=flops, both_flops=3 * flops)


def _linear(name: str, rows: int, width: int, out: int, activation: str | None) -> Case:
    def call(lib):
        functional = lib.nn.functional
        linear = functional.linear
        if activation is None:
            return linear
        then = getattr(functional, activation)
        return lambda x, w, b: then(linear(x, w, b))

    def jax(jax):
        then = {None: lambda x: x, "relu": jax.nn.relu, "gelu": lambda x: jax.nn.gelu(x, approximate=False)}[activation]
        return lambda x, w, b: then(x @ w.T + b)

    flops = 2.0 * rows * width * out
    inputs = (Input((rows, width)), Input((out, width)), Input((out,)))
    return Case(f"linear/{name}", inputs, call, jax, flops=flops, both_flops=3 * flops)


CASES = [
    *(_matmul(f"square/{n}", (n, n), (n, n), 2.0 * n**3, quick=n == 512) for n in (64, 128, 256, 512, 1024, 2048)),
    _matmul("skinny/2048x2048x8", (2048, 2048), (2048, 8), 2.0 * 2048 * 2048 * 8),
    _matmul("skinny/16x2048x2048", (16, 2048), (2048, 2048), 2.0 * 16 * 2048 * 2048),
    _matmul("tall/65536x64x64", (65536, 64), (64, 64), 2.0 * 65536 * 64 * 64),
    _matmul("deep/64x65536x64", (64, 65536), (65536, 64), 2.0 * 65536 * 64 * 64),
    _matmul("odd/517x331x773", (517, 331), (331, 773), 2.0 * 517 * 331 * 773),
    _matmul("batched/64x128x128x128", (64, 128, 128), (64, 128, 128), 2.0 * 64 * 128**3),
    _matmul("batched/96x128x64x128", (8, 12, 128, 64), (8, 12, 64, 128), 2.0 * 96 * 128 * 64 * 128),
    _matmul("batched/1024x16x16x16", (1024, 16, 16), (1024, 16, 16), 2.0 * 1024 * 16**3),
    _matmul("broadcast/32x128x256x256", (32, 128, 256), (256, 256), 2.0 * 32 * 128 * 256 * 256),
    _transposed("transposed/a_1024", (1024, 1024), (1024, 1024), "a"),
    _transposed("transposed/b_1024", (1024, 1024), (1024, 1024), "b"),
    _linear("256x1024x4096", 256, 1024, 4096, None),
    _linear("32x784x256_relu", 32, 784, 256, "relu"),
    _linear("256x1024x4096_relu", 256, 1024, 4096, "relu"),
    _linear("256x1024x4096_gelu", 256, 1024, 4096, "gelu"),
]
