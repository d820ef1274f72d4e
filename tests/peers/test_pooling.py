"""Pooling beside PyTorch, on random shapes and options."""

import dlcore
import numpy as np
import pytest
from dlcore.nn import functional as F

torch = pytest.importorskip("torch", reason="PyTorch is the other side of every comparison here")


def _windows(rng, n, padded=True):
    kernel = rng.integers(1, 6, n)
    options = {"kernel_size": tuple(kernel.tolist()), "ceil_mode": bool(rng.random() < 0.4)}
    if rng.random() < 0.8:
        options["stride"] = tuple(rng.integers(1, 5, n).tolist())
    if padded and rng.random() < 0.6:
        options["padding"] = tuple(int(rng.integers(0, k // 2 + 1)) for k in kernel)
    return options


def _shape(rng, n):
    sizes = rng.integers(6, (80, 24, 12)[n - 1], n)
    front = (2, 3) if rng.random() < 0.5 else (3,)
    return (*front, *sizes.tolist())


def _compare(name, x, args=(), **options):
    """Compare results and gradients; of indices, all."""
    a, b = dlcore.from_numpy(x).requires_grad_(), torch.from_numpy(x).requires_grad_()
    ours = getattr(F, name)(a, *[dlcore.from_numpy(i) for i in args], **options)
    theirs = getattr(torch.nn.functional, name)(b, *[torch.from_numpy(i) for i in args], **options)
    ours, theirs = (y if isinstance(y, tuple) else (y,) for y in (ours, theirs))
    what = f"{name}{x.shape} {options}"
    for y, z in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(y.detach().numpy(), z.detach().numpy(), 2e-5, 2e-5, err_msg=what)
    dy = np.random.default_rng(0).standard_normal(tuple(ours[0].shape)).astype(x.dtype)
    ours[0].backward(dlcore.from_numpy(dy))
    theirs[0].backward(torch.from_numpy(dy))
    np.testing.assert_allclose(a.grad.numpy(), b.grad.numpy(), 2e-5, 2e-5, err_msg=f"gradient of {what}")


def _draw(rng, shape):
    return rng.standard_normal(shape).astype(rng.choice([np.float32, np.float64]))


@pytest.mark.parametrize("n", [1, 2, 3])
def test_max_pool(n):
    rng = np.random.default_rng(n)
    for _ in range(1000):
        x, options = _draw(rng, _shape(rng, n)), _windows(rng, n)
        if rng.random() < 0.3:
            options["dilation"] = 2
            options["kernel_size"] = tuple(min(k, 3) for k in options["kernel_size"])
            options["padding"] = tuple(k // 2 for k in options["kernel_size"])
        _compare(f"max_pool{n}d", x, **options, return_indices=True)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_avg_pool(n):
    rng = np.random.default_rng(10 + n)
    for _ in range(1000):
        options = _windows(rng, n)
        options["count_include_pad"] = bool(rng.random() < 0.5)
        if n > 1 and rng.random() < 0.2:
            options["divisor_override"] = int(rng.integers(1, 9))
        _compare(f"avg_pool{n}d", _draw(rng, _shape(rng, n)), **options)


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("kind", ["avg", "max"])
def test_adaptive_pool(kind, n):
    rng = np.random.default_rng(20 + n)
    for _ in range(500):
        size = tuple(rng.integers(1, 12, n).tolist())
        _compare(f"adaptive_{kind}_pool{n}d", _draw(rng, _shape(rng, n)), output_size=size if n > 1 else size[0])


@pytest.mark.parametrize("n", [1, 2])
def test_lp_pool(n):
    rng = np.random.default_rng(30 + n)
    for _ in range(300):
        options = _windows(rng, n, padded=False)
        options = {k: v[0] if n == 1 and isinstance(v, tuple) else v for k, v in options.items()}
        x = np.abs(_draw(rng, _shape(rng, n))) + 0.1
        _compare(f"lp_pool{n}d", x, norm_type=float(rng.uniform(1, 4)), **options)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_max_unpool(n):
    rng = np.random.default_rng(40 + n)
    for _ in range(300):
        x, options = torch.from_numpy(_draw(rng, _shape(rng, n))), _windows(rng, n)
        options["stride"] = options["kernel_size"]  # no index twice
        options.pop("ceil_mode")
        y, indices = getattr(torch.nn.functional, f"max_pool{n}d")(x, **options, return_indices=True)
        _compare(f"max_unpool{n}d", y.numpy(), [indices.numpy()], **options, output_size=tuple(x.shape[-n:]))


def test_fold_and_unfold():
    rng = np.random.default_rng(50)
    for _ in range(1000):
        size = tuple(rng.integers(8, 16, 2).tolist())
        folding = {
            "kernel_size": tuple(rng.integers(1, 4, 2).tolist()),
            "dilation": tuple(rng.integers(1, 3, 2).tolist()),
            "padding": tuple(rng.integers(0, 3, 2).tolist()),
            "stride": tuple(rng.integers(1, 4, 2).tolist()),
        }
        x = _draw(rng, (2, 3, *size))
        _compare("unfold", x, **folding)
        columns = torch.nn.functional.unfold(torch.from_numpy(x), **folding).numpy()
        _compare("fold", columns, output_size=size, **folding)
