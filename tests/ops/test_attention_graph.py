"""Attention on graphs, and dropout."""

import dlcore
import dlcore.nn.functional as F
import numpy as np
import pytest
import reference
from attention_cases import KINDS, NORMALIZATIONS, graph, on_graph, op_of, reference_of, weight_of
from check import check_op
from samples import boolean, normal


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
        *weight_of(kind, 4),
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
        return op_of(kind)(*args, dropout_p=0.4, generator=dlcore.Generator().manual_seed(3), **given)

    def expected(*args, **given):
        return reference_of(kind)(*args, dropout_p=0.4, dropped=dropped, **given)

    check_op(op, expected, (2, 9, 4), (2, Tk, 4), (2, Tk, 3), *weight_of(kind, 4), layouts=(), **options)


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
