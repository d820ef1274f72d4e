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


def operands(mode, batch_sizes, H, bias=True, P=None, features=5, scale=0.3):
    P, G, N = P or H, GATES[mode], max([2, *batch_sizes])
    cx = (N, H) if mode == "LSTM" else None
    weights = [normal((G * H, features), scale), normal((G * H, P), scale)]
    biases = [(G * H,), (G * H,)] if bias else [None, None]
    return [(sum(batch_sizes), features), (N, P), cx, *weights, *biases, batch_sizes]


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
    check_op(op, reference.recurrence, "LSTM", *call, reverse, weight_hr=normal((4, 5)), layouts=())


@pytest.mark.parametrize("mode", GATES)
def test_many_sequences_on_any_number_of_threads(mode):
    sizes = [61] * 3 + [40, 17, 9]
    check_threads(op, mode, *operands(mode, sizes, 40), order=1)
    check_threads(op, mode, *operands(mode, sizes, 40, features=8000), order=1)


@pytest.mark.parametrize("features", [33, 1400])
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("mode", ["RNN_TANH", "LSTM", "GRU"])  # among so many relus differences meet a kink
def test_more_steps_than_stay_in_the_cache(mode, reverse, features):
    """Gates are several times 256 KB, weights less than 1 MB or more; whole blocks of sequences end meanwhile."""
    sizes = [37] * 24 + [20] * 8 + [2] * 8
    call = operands(mode, sizes, 96, features=features, scale=0.02)
    check_op(op, reference.recurrence, mode, *call, reverse, order2=False, layouts=(), dtypes=("float64",))


@pytest.mark.parametrize("bias", [(True, False), (False, True)])
@pytest.mark.parametrize("mode", GATES)
def test_one_bias_of_two(mode, bias):
    call = operands(mode, [3, 2], 17)
    for i, given in enumerate(bias):
        call[5 + i] = call[5 + i] if given else None
    check_op(op, reference.recurrence, mode, *call, layouts=(), order2=False)


@pytest.mark.parametrize("mode", GATES)
def test_inputs_without_features(mode):
    check_op(op, reference.recurrence, mode, *operands(mode, [3, 2], 5, features=0), layouts=())


@pytest.mark.parametrize(("mode", "only"), [(m, i) for m in ("GRU", "LSTM") for i in range(7) if (m, i) != ("GRU", 2)])
def test_gradient_of_one_operand_alone(mode, only):
    """What is not asked for changes nothing. A GRU has no cells."""
    rng = np.random.default_rng(0)
    G = GATES[mode]
    shapes = [(5, 3), (2, 4), (2, 4), (G * 4, 3), (G * 4, 4), (G * 4,), (G * 4,)]
    arrays = [rng.standard_normal(s) for s in shapes]

    def gradients(which):
        xs = [dlcore.tensor(a, requires_grad=i in which) for i, a in enumerate(arrays)]
        given = [None if mode == "GRU" and i == 2 else x for i, x in enumerate(xs)]
        y, h, _ = dlcore.recurrence(mode, *given, [2, 2, 1])
        (y.sin().sum() + h.sum()).backward()
        return xs[only].grad.numpy()

    np.testing.assert_array_equal(gradients({only}), gradients(set(range(7))))


@pytest.mark.parametrize("result", [0, 1, 2])
def test_gradient_of_one_result_alone(result):
    """The other results' gradients do not arrive, which is the same as zero."""
    shapes = [(5, 2), (2, 3), (2, 3), (12, 2), (12, 3), (12,), (12,)]
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
    """d^3/dx^3 of tanh(x) is -2 + 8 tanh^2 - 6 tanh^4."""
    x = dlcore.tensor([[0.4]], dtype=dlcore.float64, requires_grad=True)
    zero, one = dlcore.zeros(1, 1, dtype=dlcore.float64), dlcore.ones(1, 1, dtype=dlcore.float64)
    y = dlcore.recurrence("RNN_TANH", x, zero, None, one, zero, None, None, [1])[0]
    for _ in range(3):
        (y,) = dlcore.autograd.grad(y.sum(), x, create_graph=True)
    t = np.tanh(0.4)
    np.testing.assert_allclose(y.item(), -2 + 8 * t**2 - 6 * t**4, rtol=1e-12)


def test_errors():
    x, h, w_ih, w_hh = dlcore.zeros(4, 3), dlcore.zeros(2, 2), dlcore.zeros(8, 3), dlcore.zeros(8, 2)

    def call(mode="LSTM", x=x, h=h, c=h, w_ih=w_ih, w_hh=w_hh, b_ih=None, b_hh=None, sizes=(2, 2), **options):
        return lambda: dlcore.recurrence(mode, x, h, c, w_ih, w_hh, b_ih, b_hh, list(sizes), **options)

    mode = "recurrence: mode expected 'RNN_TANH', 'RNN_RELU', 'LSTM' or 'GRU', got 'lstm'"
    check_error(ValueError, mode, call("lstm"))
    check_error(ValueError, "recurrence: expected input of shape (rows, I), got (4,)", call(x=dlcore.zeros(4)))
    input_weight = "recurrence: expected weight_ih of shape (4 * H, 3), got {}"
    check_error(ValueError, input_weight.format("(7, 3)"), call(w_ih=dlcore.zeros(7, 3)))
    check_error(ValueError, input_weight.format("(8, 2)"), call(w_ih=dlcore.zeros(8, 2)))
    check_error(ValueError, input_weight.format("(0, 3)"), call(w_ih=dlcore.zeros(0, 3)))
    check_error(ValueError, input_weight.format("(8,)"), call(w_ih=dlcore.zeros(8)))
    check_error(ValueError, "recurrence: expected hx of shape (N, H), got (2,)", call(h=dlcore.zeros(2)))
    check_error(ValueError, "recurrence: expected hx of shape (2, 2), got (2, 3)", call(h=dlcore.zeros(2, 3)))
    check_error(ValueError, "recurrence: expected cx of shape (2, 2), got (1, 2)", call(c=dlcore.zeros(1, 2)))
    check_error(ValueError, "recurrence: expected cx for an LSTM, and for an LSTM alone", call(c=None))
    state_weight = "recurrence: expected weight_hh of shape (8, 2), got (2, 8)"
    check_error(ValueError, state_weight, call(w_hh=dlcore.zeros(2, 8)))
    check_error(ValueError, "recurrence: expected bias_ih of shape (8,), got (2,)", call(b_ih=dlcore.zeros(2)))
    check_error(ValueError, "recurrence: expected bias_hh of shape (8,), got (2,)", call(b_hh=dlcore.zeros(2)))
    sizes = "recurrence: expected batch_sizes that fall from at most 2 to at least 1, got {}"
    check_error(ValueError, sizes.format("2 after 1"), call(sizes=(1, 2, 1)))
    check_error(ValueError, sizes.format("0 after 2"), call(sizes=(2, 0)))
    count = "recurrence: expected 3 rows of input for these batch_sizes, got 4"
    check_error(ValueError, count, call(sizes=(2, 1)))
    dtype = "recurrence: expected one floating dtype, got float32 and float64"
    check_error(TypeError, dtype, call(w_hh=w_hh.to(dlcore.float64)))
    projection = "recurrence: expected weight_hr of shape (P, 2) and an LSTM, got (2, 3)"
    check_error(ValueError, projection, call(weight_hr=dlcore.zeros(2, 3)))
