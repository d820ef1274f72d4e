import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads

linear = dlcore.linear


@pytest.mark.parametrize("lead", [(), (7,), (2, 3), (2, 1, 2, 1, 2, 1, 2), (0,), (2, 0)])
def test_shapes(lead):
    check_op(linear, reference.linear, (*lead, 5), (4, 5))
    check_op(linear, reference.linear, (*lead, 5), (4, 5), (4,))


@pytest.mark.parametrize("n", SIZES)
def test_sizes(n):
    for x, w in (((n, 5), (7, 5)), ((3, n), (7, n)), ((3, 5), (n, 5))):
        check_op(linear, reference.linear, x, w, (w[0],), layouts=("transposed", "stepped"))


@pytest.mark.parametrize("name", ["relu", "sigmoid", "tanh", "gelu", "silu"])
def test_activation(name):
    def definition(x, w, b=None, *, activation):
        return getattr(reference, activation)(reference.linear(x, w, b))

    for x, w in (
        ((3, 5), (4, 5)),
        ((2, 40, 30), (70, 30)),
        ((1, 300), (33, 300)),
        ((300, 1), (1, 1)),
        ((3, 0), (2, 0)),
    ):
        check_op(linear, definition, x, w, (w[0],), activation=name, order2=w[0] < 10)
        check_op(linear, definition, x, w, activation=name, order2=w[0] < 10)


def test_threads():
    check_threads(linear, (3000, 64), (70, 64), (70,))


def test_a_bias_with_strides():
    b = np.arange(8.0)
    y = linear(
        dlcore.zeros(3, 5, dtype=dlcore.float64), dlcore.zeros(4, 5, dtype=dlcore.float64), dlcore.from_numpy(b[::2])
    )
    np.testing.assert_array_equal(y.numpy(), np.tile(b[::2], (3, 1)))


def test_nothing_to_sum_gives_the_bias():
    b = dlcore.tensor([1.0, 2.0])
    assert linear(dlcore.zeros(3, 0), dlcore.zeros(2, 0), b).tolist() == [[1.0, 2.0]] * 3


def test_errors():
    x, w = dlcore.zeros(2, 3), dlcore.zeros(4, 3)
    check_error(
        ValueError,
        "linear: expected activation None, 'relu', 'sigmoid', 'tanh', 'gelu' or 'silu', got 'softmax'",
        lambda: linear(x, w, activation="softmax"),
    )
    check_error(
        TypeError,
        "linear: expected floating numbers for an activation, got int64",
        lambda: linear(x.long(), w.long(), activation="relu"),
    )
    check_error(
        ValueError,
        "linear: expected input of shape (..., 3) for weight (4, 3), got (2, 4)",
        lambda: linear(dlcore.zeros(2, 4), w),
    )
    check_error(ValueError, "linear: expected weight (out, in), got shape (3,)", lambda: linear(x, dlcore.zeros(3)))
    check_error(ValueError, "linear: expected bias of shape (4,), got (3,)", lambda: linear(x, w, bias=dlcore.zeros(3)))
    check_error(
        TypeError,
        "linear: expected one dtype, got input float32, weight float64, bias float64",
        lambda: linear(x, w.to(dlcore.float64), dlcore.zeros(4, dtype=dlcore.float64)),
    )
