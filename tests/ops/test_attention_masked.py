"""What attention does with keys that are ruled out, what it allocates, and what it refuses."""

import subprocess
import sys

import dlcore
import dlcore.nn.functional as F
import numpy as np
import pytest
from attention_cases import KINDS, NORMALIZATIONS, op_of
from check import check_error


def gradients(op, *tensors, **options):
    tensors = [t.clone().requires_grad_() for t in tensors]
    y = op(*tensors, **options)
    y.sum().backward()
    return [y.detach().numpy(), *(t.grad.numpy() for t in tensors)]


MASKS = {
    "bool": lambda on: {"attn_mask": dlcore.from_numpy(on)},
    "added": lambda on: {"attn_mask": dlcore.from_numpy(np.where(on, 0, -np.inf).astype(np.float32))},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("normalization", NORMALIZATIONS)
@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("shape", [(5, 6), (70, 300)])
def test_a_query_without_keys_gives_zero(kind, normalization, mask, shape):
    Tq, Tk = shape
    on = np.random.default_rng(0).random(shape) < 0.5
    on[3] = False
    w = [dlcore.ones(4)] if kind == "additive" else []
    y, dq, *_ = gradients(
        op_of(kind),
        dlcore.randn(Tq, 4),
        dlcore.randn(Tk, 4),
        dlcore.randn(Tk, 3),
        *w,
        normalization=normalization,
        **MASKS[mask](on),
    )
    assert (y[3] == 0).all()
    assert (dq[3] == 0).all()
    assert np.isfinite(y).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("normalization", NORMALIZATIONS)
@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("how", ["bool", "added", "lengths", "window", "graph"])
@pytest.mark.parametrize("shape", [(4, 6), (70, 300)])
def test_nan_behind_a_mask_does_not_leak(kind, normalization, bad, how, shape):
    Tq, Tk = shape
    rng = np.random.default_rng(1)
    q, k, v = (rng.standard_normal(s).astype(np.float32) for s in ((Tq, 4), (Tk, 4), (Tk, 3)))
    hidden = np.zeros(Tk, bool)
    hidden[-2:] = True
    on = np.broadcast_to(~hidden, shape)
    options = (
        MASKS[how](on.copy())
        if how in MASKS
        else {
            "lengths": {"key_lengths": dlcore.tensor(Tk - 2)},
            "window": {"window": (None, Tk - 2 - Tq)},
            "graph": {
                "neighbors": (
                    dlcore.arange(0, Tq * (Tk - 2) + 1, Tk - 2),
                    dlcore.from_numpy(np.tile(np.arange(Tk - 2), Tq)),
                )
            },
        }[how]
    )
    w = [dlcore.ones(4)] if kind == "additive" else []

    def run(k, v):
        return gradients(
            op_of(kind), *(dlcore.from_numpy(a) for a in (q, k, v)), *w, normalization=normalization, **options
        )

    expected = run(k, v)
    k, v = k.copy(), v.copy()
    k[hidden] = v[hidden] = bad
    for a, b in zip(run(k, v), expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_nan_reaches_only_those_who_attend_to_it():
    x = np.random.default_rng(2).standard_normal((3, 200, 8)).astype(np.float32)
    x[1:, 100] = np.nan
    y = F.scaled_dot_product_attention(*(dlcore.from_numpy(a) for a in x), is_causal=True).numpy()
    assert np.isfinite(y[:100]).all()
    assert np.isnan(y[100:]).all()


# ---- Memory ----


def test_memory_grows_with_the_sequence_not_its_square():
    # In a process of its own, whose peak is that of this alone. A window saves time; what is allocated is the same.
    program = """
import dlcore
from dlcore.nn.functional import scaled_dot_product_attention
x = [dlcore.randn(1, 16384, 64, requires_grad=True) for _ in range(3)]
dy = dlcore.randn(1, 16384, 64)
scaled_dot_product_attention(*x, window=(100, 60)).backward(dy)
print(dlcore.memory_stats()["peak_bytes"])
"""
    peak = int(subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout)
    inputs_output_and_gradients = (3 + 1 + 1 + 3) * 16384 * 64 * 4
    assert peak <= inputs_output_and_gradients + 64 * 2**20


# ---- Errors ----


def test_errors():
    q, k = dlcore.zeros(2, 3, 4, 8), dlcore.zeros(2, 3, 5, 8)
    name = "scaled_dot_product_attention: "

    def check(error, message, *args, op=F.scaled_dot_product_attention, **options):
        check_error(error, name + message, lambda: op(*args, **options))

    wide = dlcore.zeros(2, 3, 5, 8, dtype=dlcore.float64)
    check(TypeError, "key: expected the query's dtype float32, got float64", q, wide, k)
    check(TypeError, "value: expected the query's dtype float32, got float64", q, k, wide)
    check(TypeError, "query: expected a floating dtype, got int64", dlcore.tensor([[1]]), k, k)
    check(ValueError, "query: expected at least 2 dimensions, got shape (3,)", dlcore.zeros(3), k, k)
    check(ValueError, "key: expected the query's last size 8, got shape (5, 7)", q, dlcore.zeros(5, 7), k)
    check(ValueError, "value: expected one row per key, 5, got shape (4, 8)", q, k, dlcore.zeros(4, 8))
    message = "attn_mask: expected a shape that broadcasts to (2, 3, 4, 5), got (4, 6)"
    check(ValueError, message, q, k, k, attn_mask=dlcore.zeros(4, 6))
    message = "attn_mask: expected bool or the query's dtype float32, got int64"
    check(TypeError, message, q, k, k, attn_mask=dlcore.tensor([1]))
    check(ValueError, "attn_mask: expected None with is_causal=True", q, k, k, dlcore.zeros(4, 5), is_causal=True)
    check(ValueError, "dropout_p: expected a probability in [0, 1], got 1.5", q, k, k, dropout_p=1.5)
    check(ValueError, "window: expected a number of keys or None to the left, got -1", q, k, k, window=(-1, 0))
    check(ValueError, "window: expected a number of keys or None to the right, got -2", q, k, k, window=(None, -2))
    check(ValueError, "normalization: expected 'softmax' or 'relu', got 'sum'", q, k, k, normalization="sum")
    lengths = dlcore.tensor([3, 6])
    check(ValueError, "key_lengths: expected numbers of 0 ... 5, got 6", q, k, k, key_lengths=lengths)
    message = "key_lengths: expected the first sizes of the leading shape (2, 3), got shape (3,)"
    check(ValueError, message, q, k, k, key_lengths=dlcore.tensor([1, 2, 3]))
    message = "key_lengths: expected int64 or int32, got float32"
    check(TypeError, message, q, k, k, key_lengths=dlcore.ones(2))
    message = "relative_bias: expected an odd last size 2 R + 1, got shape (3, 4)"
    check(ValueError, message, q, k, k, relative_bias=dlcore.zeros(3, 4))
    message = "relative_bias: expected a shape that broadcasts to (2, 3, 5), got (2, 5)"
    check(ValueError, message, q, k, k, relative_bias=dlcore.zeros(2, 5))
    message = "enable_gqa: 2 heads of key and value do not divide 3 heads of query"
    check(ValueError, message, q, k[:, :2], k[:, :2], enable_gqa=True)
    message = "key: expected at least 3 dimensions with enable_gqa, got shape (5, 8)"
    check(ValueError, message, q, k[0, 0], k, enable_gqa=True)
    message = "shapes (2, 3) and (2,) do not broadcast"
    with pytest.raises(ValueError, match="scaled_dot_product_attention"):
        F.scaled_dot_product_attention(q, dlcore.zeros(2, 5, 8), dlcore.zeros(2, 5, 8))

    def neighbors(indptr, indices):
        return {"neighbors": (dlcore.tensor(indptr), dlcore.tensor(indices))}

    message = "neighbors: indptr: expected 5 elements for 4 queries, got 3"
    check(ValueError, message, q, k, k, **neighbors([0, 1, 2], [0, 1]))
    message = "neighbors: indptr: expected numbers that begin at 0 and never fall, got 1 at 2"
    check(ValueError, message, q, k, k, **neighbors([0, 2, 1, 2, 2], [0, 1]))
    message = "neighbors: indptr: expected to end at the number of indices 2, got 3"
    check(ValueError, message, q, k, k, **neighbors([0, 0, 1, 2, 3], [0, 1]))
    check(IndexError, "neighbors: indices: 5 is out of range for 5 keys", q, k, k, **neighbors([0, 0, 1, 2, 2], [0, 5]))
    message = "neighbors: indptr: expected int64 or int32, got float32"
    check(TypeError, message, q, k, k, **neighbors([0.0], [0]))

    name = "additive_attention: "
    message = "score_weight: expected shape (8,), got (7,)"
    check(ValueError, message, q, k, k, dlcore.zeros(7), op=F.additive_attention)
