"""Shapes and options drawn by hypothesis, which looks for the smallest case that fails, for the four kernels."""

import dlcore
import numpy as np
import reference
from dlcore.nn import functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

# The same cases in every run, and no time limit, which a busy machine would break.
drawn = settings(max_examples=80, deadline=None, derandomize=True, database=None)
size = st.integers(1, 9)


def _array(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


def _check(ours, definition, *arrays, **options):
    """Values, and the derivative along a random direction against a central difference of the definition."""
    x = [dlcore.from_numpy(a).requires_grad_() for a in arrays]
    y = ours(*x, **options)
    expected = definition(*arrays, **options)
    np.testing.assert_allclose(y.detach().numpy(), expected, 1e-9, 1e-9)
    dy = _array(1, *expected.shape)
    y.backward(dlcore.from_numpy(dy))
    along = [_array(2 + i, *a.shape) for i, a in enumerate(arrays)]
    step = 1e-6
    up, down = (definition(*(a + s * v for a, v in zip(arrays, along, strict=True)), **options) for s in (step, -step))
    slope = sum((a.grad.numpy() * v).sum() for a, v in zip(x, along, strict=True))
    np.testing.assert_allclose(slope, ((up - down) * dy).sum() / (2 * step), 1e-5, 1e-5)


@drawn
@given(m=st.integers(0, 70), k=st.integers(0, 70), n=st.integers(0, 70), batch=st.integers(1, 3))
def test_matmul(m, k, n, batch):
    _check(dlcore.matmul, reference.matmul, _array(0, batch, m, k), _array(1, k, n))


@drawn
@given(data=st.data(), dims=st.integers(1, 3), groups=st.integers(1, 3), batch=st.integers(1, 3))
def test_convolution(data, dims, groups, batch):
    kernel = [data.draw(st.integers(1, 4)) for _ in range(dims)]
    dilation = data.draw(st.integers(1, 3))
    padding = data.draw(st.integers(0, 3))
    # At least as large as the kernel spans.
    spatial = [max(1, (k - 1) * dilation + 1 - 2 * padding) + data.draw(size) for k in kernel]
    c_in, c_out = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 5))
    options = {"stride": data.draw(st.integers(1, 3)), "padding": padding, "dilation": dilation, "groups": groups}
    x, w = _array(0, batch, groups * c_in, *spatial), _array(1, groups * c_out, c_in, *kernel)
    _check(getattr(F, f"conv{dims}d"), getattr(reference, f"conv{dims}d"), x, w, _array(2, groups * c_out), **options)


@drawn
@given(
    t=st.integers(1, 40),
    s=st.integers(1, 40),
    d=size,
    dv=size,
    heads=st.integers(1, 3),
    causal=st.booleans(),
    window=st.none() | st.tuples(st.integers(0, 9), st.integers(0, 9)),
)
def test_attention(t, s, d, dv, heads, causal, window):
    q, k, v = _array(0, 2, heads, t, d), _array(1, 2, heads, s, d), _array(2, 2, heads, s, dv)
    options = {"is_causal": causal, "window": window}
    _check(F.scaled_dot_product_attention, reference.scaled_dot_product_attention, q, k, v, **options)


@drawn
@given(
    sizes=st.lists(size, min_size=2, max_size=3),
    points=st.lists(size, min_size=3, max_size=3),
    channels=st.integers(1, 20),
    padding_mode=st.sampled_from(["zeros", "border", "reflection"]),
    align_corners=st.booleans(),
)
def test_grid_sample(sizes, points, channels, padding_mode, align_corners):
    dims = len(sizes)
    x, grid = _array(0, 2, channels, *sizes), _array(1, 2, *points[:dims], dims) * 0.8
    _check(F.grid_sample, reference.grid_sample, x, grid, padding_mode=padding_mode, align_corners=align_corners)
