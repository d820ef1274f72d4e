import functools
import itertools
import subprocess
import sys

import dlcore
import dlcore.nn.functional as F
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads
from samples import Sample, boolean, constant, normal, uniform

KINDS = ("dot", "additive")
NORMALIZATIONS = ("softmax", "relu")


def _op(kind):
    return F.additive_attention if kind == "additive" else F.scaled_dot_product_attention


def _reference(kind):
    return reference.additive_attention if kind == "additive" else reference.scaled_dot_product_attention


def _weight(kind, D):
    return [normal((D,))] if kind == "additive" else []


def on_graph(kind, neighbors):
    """Return operation and reference on a graph given as arrays."""
    tensors = tuple(dlcore.from_numpy(a) for a in neighbors)
    op = functools.partial(_op(kind), neighbors=tensors)
    return op, functools.partial(reference.graph_attention, _reference(kind), neighbors=neighbors)


def graph(rng, Tq, Tk, degree):
    """Draw a graph in CSR form, with queries that have no neighbours and neighbours that come twice."""
    counts = rng.integers(0, 2 * degree + 1, Tq)
    return np.concatenate([[0], np.cumsum(counts)]), rng.integers(0, Tk, counts.sum())


def bias(shape, hidden=0.3):
    """Draw an additive mask with some elements -inf."""

    def draw(rng):
        return np.where(rng.random(shape) < hidden, -np.inf, rng.standard_normal(shape))

    return constant(Sample(draw))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("normalization", NORMALIZATIONS)
@pytest.mark.parametrize("lead", [(), (3,), (2, 3), (2, 1, 2)])
def test_leading_dimensions(kind, normalization, lead):
    shapes = [(*lead, 5, 4), (*lead, 7, 4), (*lead, 7, 6)]
    check_op(_op(kind), _reference(kind), *shapes, *_weight(kind, 4), normalization=normalization)


@pytest.mark.parametrize("kind", KINDS)
def test_broadcast_leading_dimensions(kind):
    check_op(_op(kind), _reference(kind), (2, 1, 3, 4), (3, 5, 4), (2, 3, 5, 2), *_weight(kind, 4), layouts=())


OPTIONS = {
    "none": {},
    "causal": {"is_causal": True},
    "bool": {"attn_mask": boolean((2, 3, 9, 7))},
    "bool of keys": {"attn_mask": boolean((2, 1, 1, 7))},
    "bool of queries": {"attn_mask": boolean((9, 1))},
    "added": {"attn_mask": normal((2, 3, 9, 7))},
    "added, one": {"attn_mask": normal((9, 7))},
    "added to keys": {"attn_mask": normal((3, 1, 7))},
    "added to queries": {"attn_mask": normal((2, 1, 9, 1))},
    "added, hidden": {"attn_mask": bias((2, 3, 9, 7))},
    "window": {"window": (2, 1)},
    "window, left": {"window": (1, None)},
    "window of itself": {"window": (0, 0)},
    "causal window": {"window": (2, 5), "is_causal": True},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("normalization", NORMALIZATIONS)
@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("relative", [None, (3, 5)])
@pytest.mark.parametrize("options", OPTIONS)
def test_options(kind, normalization, padded, relative, options):
    given = dict(OPTIONS[options], normalization=normalization)
    if padded:
        given["key_lengths"] = np.array([4, 7])
    if relative:
        given["relative_bias"] = normal(relative)
    # Two dtypes, three thread counts and the second order: the layouts have a test of their own.
    shapes = [(2, 3, 9, 4), (2, 3, 7, 4), (2, 3, 7, 5)]
    check_op(_op(kind), _reference(kind), *shapes, *_weight(kind, 4), layouts=(), **given)


def test_layouts():
    shapes = [(2, 3, 9, 4), (2, 3, 7, 4), (2, 3, 7, 5)]
    mask, relative = normal((2, 3, 9, 7)), normal((3, 5))
    check_op(
        F.scaled_dot_product_attention,
        reference.scaled_dot_product_attention,
        *shapes,
        attn_mask=mask,
        relative_bias=relative,
    )
    check_op(F.additive_attention, reference.additive_attention, *shapes, (4,), attn_mask=mask, relative_bias=relative)


def test_heads_side_by_side_are_read_where_they_lie():
    x = [dlcore.randn(2, 30, 4, 8).transpose(1, 2) for _ in range(3)]
    live = dlcore.memory_stats()["live_bytes"]
    y = F.scaled_dot_product_attention(*(a.requires_grad_() for a in x))
    # What stays for the gradient: the result, and a number for each query.
    assert dlcore.memory_stats()["live_bytes"] - live <= 1.25 * (y.numel() + 2 * 4 * 30) * 4
    again = F.scaled_dot_product_attention(*(a.detach().contiguous() for a in x))
    np.testing.assert_array_equal(y.detach().numpy(), again.numpy())


@pytest.mark.parametrize("relative", [(1, 1), (5,), (2, 1, 41)])
def test_shapes_of_relative_bias(relative):
    check_op(
        F.scaled_dot_product_attention,
        reference.scaled_dot_product_attention,
        (2, 3, 9, 4),
        (2, 3, 7, 4),
        (2, 3, 7, 5),
        relative_bias=normal(relative),
        layouts=(),
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("heads", "shared"), [(4, 2), (6, 2), (3, 1), (2, 2)])
def test_grouped_queries(kind, heads, shared):
    shapes = [(2, heads, 5, 4), (2, shared, 7, 4), (2, shared, 7, 3)]
    check_op(
        _op(kind),
        _reference(kind),
        *shapes,
        *_weight(kind, 4),
        enable_gqa=True,
        layouts=(),
        attn_mask=normal((heads, 5, 7)),
        relative_bias=normal((heads, 3)),
    )


@pytest.mark.parametrize("scale", [0.3, 1.0, -2.0, 0.0])
def test_scale(scale):
    check_op(
        F.scaled_dot_product_attention,
        reference.scaled_dot_product_attention,
        (3, 4),
        (5, 4),
        (5, 2),
        scale=scale,
        layouts=(),
    )


@pytest.mark.parametrize("n", [n for n in SIZES if n] + [100, 130, 260])
def test_sizes(n):
    for shapes in (
        ((n, 4), (5, 4), (5, 3)),
        ((5, 4), (n, 4), (n, 3)),
        ((5, n), (4, n), (4, 3)),
        ((5, 3), (4, 3), (4, n)),
    ):
        check_op(
            F.scaled_dot_product_attention, reference.scaled_dot_product_attention, *shapes, layouts=(), order2=n < 50
        )


LARGE_OPTIONS = {
    "none": {},
    "causal": {"is_causal": True},
    "window": {"window": (40, 3)},
    "window, right": {"window": (0, 150)},
    "bool": {"attn_mask": boolean((2, 300, 290))},
    "added": {"attn_mask": uniform((300, 290), -0.5, 0.5)},
    "added to keys": {"attn_mask": uniform((2, 1, 290), -0.5, 0.5)},
    "lengths": {"key_lengths": np.array([131, 290])},
    "relative": {"relative_bias": uniform((2, 101), -0.5, 0.5)},
    "relative, causal": {"relative_bias": uniform((2, 3), -0.5, 0.5), "is_causal": True},
}


@pytest.mark.parametrize("normalization", NORMALIZATIONS)
@pytest.mark.parametrize("options", LARGE_OPTIONS)
def test_more_than_one_tile(normalization, options):
    def query(rng):  # of one sign a row, far from zero, as the kink of relu is no place for differences
        return rng.uniform(0.5, 1.0, (2, 300, 20)) * rng.choice([-1, 1, 1], (2, 300, 1))

    positive = uniform((2, 290, 20), 0.5, 1.0), uniform((2, 290, 40), 0.5, 1.0)
    check_op(
        F.scaled_dot_product_attention,
        reference.scaled_dot_product_attention,
        Sample(query),
        *positive,
        layouts=(),
        order2=False,
        normalization=normalization,
        **LARGE_OPTIONS[options],
    )


def test_more_than_one_tile_in_additive_form():
    check_op(
        F.additive_attention,
        reference.additive_attention,
        (2, 70, 5),
        (2, 290, 5),
        (2, 290, 4),
        (5,),
        layouts=(),
        order2=False,
        window=(100, 150),
    )


@pytest.mark.parametrize("options", ["none", "causal", "added", "dropout"])
def test_threads(options):
    def op(*args, **given):
        return F.scaled_dot_product_attention(*args, generator=dlcore.Generator().manual_seed(1), **given)

    given = {
        "none": {},
        "causal": {"is_causal": True},
        "added": {"attn_mask": normal((300, 600))},
        "dropout": {"dropout_p": 0.3},
    }[options]
    for items in (1, 3, 10):
        check_threads(op, (items, 300, 16), (items, 600, 16), (items, 600, 16), order=1, **given)


# ---- Graphs ----


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("normalization", NORMALIZATIONS)
@pytest.mark.parametrize("options", ["none", "bool", "added", "added, one", "relative", "causal", "window", "padded"])
def test_graph(kind, normalization, options):
    neighbors = graph(np.random.default_rng(3), 9, 7, 3)
    E = len(neighbors[1])
    given = {
        "none": {}, "bool": {"attn_mask": boolean((2, 3, E))}, "added": {"attn_mask": normal((3, E))},
        "added, one": {"attn_mask": normal((2, 1, 1))}, "relative": {"relative_bias": normal((3, 5))},
        "causal": {"is_causal": True}, "window": {"window": (3, 1)}, "padded": {"key_lengths": np.array([3, 6])},
    }[options]  # fmt: skip
    op, expected = on_graph(kind, neighbors)
    check_op(
        op,
        expected,
        (2, 3, 9, 4),
        (2, 3, 7, 4),
        (2, 3, 7, 5),
        *_weight(kind, 4),
        layouts=(),
        normalization=normalization,
        **given,
    )


def test_graph_with_grouped_queries():
    op, expected = on_graph("dot", graph(np.random.default_rng(4), 5, 7, 3))
    check_op(op, expected, (4, 5, 4), (2, 7, 4), (2, 7, 5), enable_gqa=True)


def test_large_graph():
    rng = np.random.default_rng(5)
    counts = rng.integers(0, 9, 150)
    counts[70] = 300  # more neighbours than a tile has keys
    neighbors = np.concatenate([[0], np.cumsum(counts)]), rng.integers(0, 90, counts.sum())
    op, expected = on_graph("dot", neighbors)
    check_op(
        op,
        expected,
        (2, 150, 20),
        (2, 90, 20),
        (2, 90, 20),
        layouts=(),
        order2=False,
        attn_mask=normal((2, counts.sum())),
    )


def test_a_full_graph_is_attention():
    x = [dlcore.randn(2, 9, 4), dlcore.randn(2, 7, 4), dlcore.randn(2, 7, 3)]
    neighbors = dlcore.arange(0, 64, 7), dlcore.from_numpy(np.tile(np.arange(7), 9))
    got = F.scaled_dot_product_attention(*x, neighbors=neighbors)
    np.testing.assert_allclose(got.numpy(), F.scaled_dot_product_attention(*x).numpy(), atol=1e-6)


# ---- Dropout ----


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("options", [{}, {"is_causal": True}, {"window": (3, 2)}, {"normalization": "relu"}], ids=str)
@pytest.mark.parametrize("Tk", [7, 8, 21])
def test_dropout(kind, options, Tk):
    dropped = reference.attention_dropped(3, 0, (2, 9, Tk), 0.4)

    def op(*args, **given):
        return _op(kind)(*args, dropout_p=0.4, generator=dlcore.Generator().manual_seed(3), **given)

    def expected(*args, **given):
        return _reference(kind)(*args, dropout_p=0.4, dropped=dropped, **given)

    check_op(op, expected, (2, 9, 4), (2, Tk, 4), (2, Tk, 3), *_weight(kind, 4), layouts=(), **options)


def test_dropout_on_a_graph():
    neighbors = graph(np.random.default_rng(3), 9, 7, 3)
    E = len(neighbors[1])
    dropped = reference.attention_dropped(3, 0, (2, E), 0.4)
    op, expected = on_graph("dot", neighbors)

    def seeded(*args):
        return op(*args, dropout_p=0.4, generator=dlcore.Generator().manual_seed(3))

    check_op(
        seeded,
        lambda *args: expected(*args, dropout_p=0.4, dropped=dropped),
        (2, 9, 4),
        (2, 7, 4),
        (2, 7, 3),
        layouts=(),
    )


def test_dropout_of_everything_and_of_nothing():
    x = dlcore.randn(3, 4, requires_grad=True)
    y = F.scaled_dot_product_attention(x, x, x, dropout_p=1.0)
    y.sum().backward()
    assert y.tolist() == [[0.0] * 4] * 3
    assert x.grad.tolist() == [[0.0] * 4] * 3
    state = dlcore.get_rng_state().tolist()
    F.scaled_dot_product_attention(x, x, x)
    assert dlcore.get_rng_state().tolist() == state


def test_dropout_draws_on_and_backward_draws_nothing():
    dlcore.manual_seed(0)
    x = dlcore.randn(40, 8, requires_grad=True)
    first = F.scaled_dot_product_attention(x, x, x, dropout_p=0.5)
    state = dlcore.get_rng_state().tolist()
    first.sum().backward()
    assert dlcore.get_rng_state().tolist() == state
    assert not dlcore.equal(first, F.scaled_dot_product_attention(x, x, x, dropout_p=0.5))


# ---- What is ruled out ----


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
        _op(kind),
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
            _op(kind), *(dlcore.from_numpy(a) for a in (q, k, v)), *w, normalization=normalization, **options
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


@pytest.mark.parametrize(
    "shapes",
    [
        ((0, 3, 4), (0, 5, 4), (0, 5, 2)),
        ((2, 0, 4), (2, 5, 4), (2, 5, 2)),
        ((2, 3, 4), (2, 0, 4), (2, 0, 2)),
        ((2, 3, 0), (2, 5, 0), (2, 5, 2)),
        ((2, 3, 4), (2, 5, 4), (2, 5, 0)),
    ],
    ids=str,
)
@pytest.mark.parametrize("normalization", NORMALIZATIONS)
def test_empty(shapes, normalization):
    for kind in KINDS:
        check_op(
            _op(kind), _reference(kind), *shapes, *_weight(kind, shapes[0][-1]), normalization=normalization, layouts=()
        )


def test_gradients_only_where_needed():
    for needed in itertools.product([False, True], repeat=3):
        x = [dlcore.randn(3, 4).requires_grad_(n) for n in needed]
        y = F.scaled_dot_product_attention(*x)
        assert y.requires_grad == any(needed)
        if any(needed):
            y.sum().backward()
        assert [a.grad is not None for a in x] == list(needed)


def test_one_tensor_for_all():
    check_op(
        lambda x: F.scaled_dot_product_attention(x, x, x),
        lambda x: reference.scaled_dot_product_attention(x, x, x),
        (5, 4),
    )
