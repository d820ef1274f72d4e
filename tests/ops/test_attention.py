import itertools

import dlcore
import dlcore.nn.functional as F
import numpy as np
import pytest
import reference
from attention_cases import KINDS, NORMALIZATIONS, bias, op_of, reference_of, weight_of
from check import SIZES, check_op, check_threads
from samples import Sample, boolean, normal, uniform


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("normalization", NORMALIZATIONS)
@pytest.mark.parametrize("lead", [(), (3,), (2, 3), (2, 1, 2)])
def test_leading_dimensions(kind, normalization, lead):
    shapes = [(*lead, 5, 4), (*lead, 7, 4), (*lead, 7, 6)]
    check_op(op_of(kind), reference_of(kind), *shapes, *weight_of(kind, 4), normalization=normalization)


@pytest.mark.parametrize("kind", KINDS)
def test_broadcast_leading_dimensions(kind):
    check_op(op_of(kind), reference_of(kind), (2, 1, 3, 4), (3, 5, 4), (2, 3, 5, 2), *weight_of(kind, 4), layouts=())


def options_of(T):
    """Return options for T queries and 7 keys."""
    return {
        "none": {},
        "causal": {"is_causal": True},
        "bool": {"attn_mask": boolean((2, 3, T, 7))},
        "bool of keys": {"attn_mask": boolean((2, 1, 1, 7))},
        "bool of queries": {"attn_mask": boolean((T, 1))},
        "added": {"attn_mask": normal((2, 3, T, 7))},
        "added, one": {"attn_mask": normal((T, 7))},
        "added to keys": {"attn_mask": normal((3, 1, 7))},
        "added to queries": {"attn_mask": normal((2, 1, T, 1))},
        "added, hidden": {"attn_mask": bias((2, 3, T, 7))},
        "window": {"window": (2, 1)},
        "window, left": {"window": (1, None)},
        "window of itself": {"window": (0, 0)},
        "causal window": {"window": (2, 5), "is_causal": True},
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("normalization", NORMALIZATIONS)
@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("relative", [None, (3, 5)])
@pytest.mark.parametrize("options", options_of(9))
@pytest.mark.parametrize("queries", [3, 9])  # one by one, and in a tile
def test_options(kind, normalization, padded, relative, options, queries):
    given = dict(options_of(queries)[options], normalization=normalization)
    if padded:
        given["key_lengths"] = np.array([4, 7])
    if relative:
        given["relative_bias"] = normal(relative)
    # Two dtypes, three thread counts and the second order: the layouts have a test of their own.
    shapes = [(2, 3, queries, 4), (2, 3, 7, 4), (2, 3, 7, 5)]
    check_op(op_of(kind), reference_of(kind), *shapes, *weight_of(kind, 4), layouts=(), **given)


@pytest.mark.parametrize(("Tq", "Tk", "D", "Dv"), [(1, 1, 16, 64), (1, 37, 33, 81), (6, 5, 70, 17), (7, 6, 16, 16)])
@pytest.mark.parametrize("normalization", NORMALIZATIONS)
def test_few_queries(Tq, Tk, D, Dv, normalization):
    shapes = [(2, 4, Tq, D), (2, 2, Tk, D), (2, 2, Tk, Dv)]
    given = {"attn_mask": bias((4, Tq, Tk)), "relative_bias": normal((4, 5)), "normalization": normalization}
    check_op(
        F.scaled_dot_product_attention,
        reference.scaled_dot_product_attention,
        *shapes,
        enable_gqa=True,
        layouts=(),
        **given,
    )
    check_op(
        F.scaled_dot_product_attention,
        reference.scaled_dot_product_attention,
        *shapes,
        enable_gqa=True,
        normalization=normalization,
    )


@pytest.mark.parametrize("queries", [3, 9])
def test_layouts(queries):
    shapes = [(2, 3, queries, 4), (2, 3, 7, 4), (2, 3, 7, 5)]
    mask, relative = normal((2, 3, queries, 7)), normal((3, 5))
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
        op_of(kind),
        reference_of(kind),
        *shapes,
        *weight_of(kind, 4),
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
            op_of(kind),
            reference_of(kind),
            *shapes,
            *weight_of(kind, shapes[0][-1]),
            normalization=normalization,
            layouts=(),
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
