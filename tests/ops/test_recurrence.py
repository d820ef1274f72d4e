"""A recurrent layer in one direction, whole sequences at a time, against its definition step by step."""

import dlcore
import numpy as np
import pytest
import reference
from check import check_error, check_op, check_threads
from samples import normal

GATES = {"RNN_TANH": 1, "RNN_RELU": 1, "LSTM": 4, "GRU": 3}
BATCHES = ([3, 3, 3], [4, 2, 2, 1], [1], [5, 5], [])


def op(mode, input, hx, cx, *rest, **options):
    y, h, c = dlcore.recurrence(mode, input, hx, cx, *rest, **options)
    assert (c is None) == (cx is None)
    return (y, h) if c is None else (y, h, c)


def operands(mode, batch_sizes, H, bias=True, P=None):
    P, G, N = P or H, GATES[mode], max([2, *batch_sizes])
    cx = (N, H) if mode == "LSTM" else None
    return [(sum(batch_sizes), G * H), (N, P), cx, normal((G * H, P), 0.3), (G * H,) if bias else None, batch_sizes]


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("batch_sizes", BATCHES, ids=str)
@pytest.mark.parametrize("mode", GATES)
def test_against_the_definition(mode, batch_sizes, reverse):
    for H in (3, 17):
        check_op(op, reference.recurrence, mode, *operands(mode, batch_sizes, H), reverse, order2=H == 3)


@pytest.mark.parametrize("H", [1, 15, 16, 33, 70])
@pytest.mark.parametrize("mode", GATES)
def test_sizes_about_a_vector(mode, H):
    check_op(op, reference.recurrence, mode, *operands(mode, [3, 2], H, bias=False), order2=False, layouts=())


@pytest.mark.parametrize("reverse", [False, True])
def test_projection(reverse):
    call = operands("LSTM", [3, 2, 2], 5, P=4)
    check_op(op, reference.recurrence, "LSTM", *call, reverse, projection=normal((4, 5)), layouts=())


@pytest.mark.parametrize("mode", GATES)
def test_many_sequences_on_any_number_of_threads(mode):
    sizes = [61] * 3 + [40, 17, 9]
    check_threads(op, mode, *operands(mode, sizes, 40), order=1)


@pytest.mark.parametrize("result", [0, 1, 2])
def test_gradient_of_one_result_alone(result):
    """The other results' gradients do not arrive, which is the same as zero."""
    shapes = [(5, 12), (2, 3), (2, 3), (12, 3), (12,)]
    rng = np.random.default_rng(0)
    arrays = [rng.standard_normal(s) for s in shapes]

    def gradients(weights):
        xs = [dlcore.tensor(a, requires_grad=True) for a in arrays]
        ys = dlcore.recurrence("LSTM", *xs, [2, 2, 1])
        sum(y.sum() * w for y, w in zip(ys, weights, strict=True) if w is not None).backward()
        return [np.zeros(x.shape) if x.grad is None else x.grad.numpy() for x in xs]

    alone = gradients([1.0 if i == result else None for i in range(3)])
    beside_zero = gradients([1.0 if i == result else 0.0 for i in range(3)])
    for a, b in zip(alone, beside_zero, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-15)
    assert any(a.any() for a in alone)


def test_third_derivative():
    """d^3/dz^3 of tanh(z) is -2 + 8 tanh^2 - 6 tanh^4."""
    z = dlcore.tensor([[0.4]], dtype=dlcore.float64, requires_grad=True)
    zero = dlcore.zeros(1, 1, dtype=dlcore.float64)
    y = dlcore.recurrence("RNN_TANH", z, zero, None, zero, None, [1])[0]
    for _ in range(3):
        (y,) = dlcore.autograd.grad(y.sum(), z, create_graph=True)
    t = np.tanh(0.4)
    np.testing.assert_allclose(y.item(), -2 + 8 * t**2 - 6 * t**4, rtol=1e-12)


def test_errors():
    z, h, w = dlcore.zeros(4, 8), dlcore.zeros(2, 2), dlcore.zeros(8, 2)

    def call(mode="LSTM", z=z, h=h, c=h, w=w, b=None, sizes=(2, 2), **options):
        return lambda: dlcore.recurrence(mode, z, h, c, w, b, list(sizes), **options)

    mode = "recurrence: mode expected 'RNN_TANH', 'RNN_RELU', 'LSTM' or 'GRU', got 'lstm'"
    check_error(ValueError, mode, call("lstm"))
    rows = "recurrence: expected input of shape (rows, 4 * H), got (4, 7)"
    check_error(ValueError, rows, call(z=dlcore.zeros(4, 7)))
    check_error(ValueError, "recurrence: expected hx of shape (N, H), got (2,)", call(h=dlcore.zeros(2)))
    check_error(ValueError, "recurrence: expected hx of shape (2, 2), got (2, 3)", call(h=dlcore.zeros(2, 3)))
    check_error(ValueError, "recurrence: expected cx of shape (2, 2), got (1, 2)", call(c=dlcore.zeros(1, 2)))
    check_error(ValueError, "recurrence: expected cx for an LSTM, and for an LSTM alone", call(c=None))
    check_error(ValueError, "recurrence: expected weight of shape (8, 2), got (2, 8)", call(w=dlcore.zeros(2, 8)))
    check_error(ValueError, "recurrence: expected bias of shape (8,), got (2,)", call(b=dlcore.zeros(2)))
    sizes = "recurrence: expected batch_sizes that fall from at most 2 to at least 1, got {}"
    check_error(ValueError, sizes.format("2 after 1"), call(sizes=(1, 2, 1)))
    check_error(ValueError, sizes.format("0 after 2"), call(sizes=(2, 0)))
    count = "recurrence: expected 3 rows of input for these batch_sizes, got 4"
    check_error(ValueError, count, call(sizes=(2, 1)))
    dtype = "recurrence: expected one floating dtype, got float32 and float64"
    check_error(TypeError, dtype, call(w=w.to(dlcore.float64)))
    projection = "recurrence: expected a projection of shape (P, 2) and an LSTM, got (2, 3)"
    check_error(ValueError, projection, call(projection=dlcore.zeros(2, 3)))
