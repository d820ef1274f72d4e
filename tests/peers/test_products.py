"""matmul and linear beside PyTorch, on random shapes, strides and options."""

import dlcore
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is the other side of every comparison here")


def _draw(rng, shape, dtype):
    """Numbers in a random layout: contiguous, transposed, or every other one."""
    layout = rng.integers(3)
    if layout == 1 and len(shape) > 1:
        return rng.standard_normal((*shape[:-2], shape[-1], shape[-2])).astype(dtype).swapaxes(-1, -2)
    if layout == 2:
        return rng.standard_normal((*shape[:-1], 2 * shape[-1])).astype(dtype)[..., ::2]
    return rng.standard_normal(shape).astype(dtype)


def _compare(ours, theirs, arrays, what):
    a = [dlcore.from_numpy(x).requires_grad_() for x in arrays]
    b = [torch.from_numpy(x).requires_grad_() for x in arrays]
    y, z = ours(*a), theirs(*b)
    tolerance = 1e-4 if arrays[0].dtype == np.float32 else 1e-11
    np.testing.assert_allclose(y.detach().numpy(), z.detach().numpy(), tolerance, tolerance, err_msg=what)
    dy = np.random.default_rng(0).standard_normal(tuple(y.shape)).astype(arrays[0].dtype)
    y.backward(dlcore.from_numpy(dy))
    z.backward(torch.from_numpy(dy))
    for i, (p, q) in enumerate(zip(a, b, strict=True)):
        np.testing.assert_allclose(p.grad.numpy(), q.grad.numpy(), tolerance, tolerance, err_msg=f"{what}, {i}")


def _sizes(rng, n):
    """Mostly small, with some beyond a tile, a block and a slab."""
    return [int(rng.integers(0, 20) if rng.random() < 0.7 else rng.choice([33, 65, 100, 170, 257])) for _ in range(n)]


@pytest.mark.parametrize("seed", range(6))
def test_matmul(seed):
    rng = np.random.default_rng(seed)
    for _ in range(500):
        m, k, n = _sizes(rng, 3)
        lead = [int(rng.integers(1, 4)) for _ in range(rng.integers(0, 3))]
        left = [s if rng.random() < 0.7 else 1 for s in lead][rng.integers(0, len(lead) + 1) :]
        dtype = rng.choice([np.float32, np.float64])
        a, b = _draw(rng, (*left, m, k), dtype), _draw(rng, (*lead, k, n), dtype)
        if rng.random() < 0.5:
            a, b = b.swapaxes(-1, -2), a.swapaxes(-1, -2)
        _compare(dlcore.matmul, torch.matmul, (a, b), f"matmul {a.shape} {a.strides} {b.shape} {b.strides}")


@pytest.mark.parametrize("name", [None, "relu", "sigmoid", "tanh", "gelu", "silu"])
def test_linear(name):
    rng = np.random.default_rng(0)
    f = torch.nn.functional
    after = getattr(f, name) if name else lambda x: x
    for _ in range(400):
        m, k, n = _sizes(rng, 3)
        dtype = rng.choice([np.float32, np.float64])
        arrays = [_draw(rng, (m, k), dtype), _draw(rng, (n, k), dtype), _draw(rng, (n,), dtype)][: rng.integers(2, 4)]
        _compare(
            lambda *x: dlcore.linear(*x, activation=name),
            lambda *x: after(f.linear(*x)),
            arrays,
            f"linear {[x.shape for x in arrays]} {name}",
        )
