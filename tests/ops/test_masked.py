"""masked_fill, masked_select, nonzero and where of one argument."""

import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads
from samples import boolean, exactly, integers

DTYPES = (np.bool_, np.uint8, np.int32, np.int64)


@pytest.mark.parametrize(
    ("shape", "mask"), [((3, 5), (3, 5)), ((3, 5), (5,)), ((3, 5), (3, 1)), ((3, 1), (2, 1, 4)), ((), ())]
)
def test_masked_fill(shape, mask):
    check_op(dlcore.masked_fill, reference.masked_fill, shape, boolean(mask), -2.5)
    check_op(dlcore.masked_fill, reference.masked_fill, shape, boolean(mask), ())


@pytest.mark.parametrize("n", SIZES)
def test_sizes(n):
    check_op(dlcore.masked_fill, reference.masked_fill, (n,), boolean((n,)), 1)
    check_op(dlcore.masked_select, reference.masked_select, (n,), boolean((n,)))
    check_op(dlcore.nonzero, lambda x: np.argwhere(x), boolean((n, 3)), grad=False)


@pytest.mark.parametrize("dtype", DTYPES)
def test_dtypes(dtype):
    x, mask = integers((3, 5), 2, dtype=dtype), boolean((3, 5))
    check_op(dlcore.masked_fill, reference.masked_fill, x, mask, True, grad=False)
    check_op(dlcore.masked_select, reference.masked_select, x, mask, grad=False)
    check_op(dlcore.nonzero, lambda x: np.argwhere(x), x, grad=False)


@pytest.mark.parametrize(
    ("shape", "mask"), [((3, 5), (5,)), ((3, 1), (2, 1, 4)), ((2, 3, 4), (2, 3, 4)), ((), ()), ((), (3,))]
)
def test_masked_select(shape, mask):
    mask = exactly(np.random.default_rng(0).random(mask) < 0.5)
    check_op(dlcore.masked_select, reference.masked_select, shape, mask)


@pytest.mark.parametrize("shape", [(7,), (3, 5), (2, 3, 4), (2, 0, 3), (1, 2, 1, 2, 1, 2, 1, 2)])
def test_nonzero(shape):
    sample = boolean(shape)
    check_op(dlcore.nonzero, lambda x: np.argwhere(x), sample, grad=False)
    check_op(lambda x: dlcore.nonzero(x, as_tuple=True), lambda x: np.nonzero(x), sample, grad=False)
    check_op(dlcore.where, lambda x: np.nonzero(x), sample, grad=False)


def test_nonzero_of_floats_and_scalars():
    x = dlcore.tensor([0.0, -0.0, 1e-30, float("nan"), -2])
    assert x.nonzero().tolist() == [[2], [3], [4]]
    assert dlcore.tensor(3).nonzero().shape == (1, 0)
    assert dlcore.tensor(0).nonzero().shape == (0, 0)
    assert [i.tolist() for i in dlcore.tensor(3).nonzero(as_tuple=True)] == [[0]]
    assert not dlcore.ones(2, requires_grad=True).nonzero().requires_grad


def test_threads():
    mask = exactly(np.random.default_rng(0).random((300, 400)) < 0.3)
    check_threads(dlcore.nonzero, mask, order=0)
    check_threads(dlcore.masked_fill, (300, 400), mask, ())
    check_threads(dlcore.masked_select, (300, 400), mask)
    check_op(dlcore.nonzero, lambda x: np.argwhere(x), mask, grad=False)


@pytest.mark.parametrize("on_view", [False, True])
def test_masked_fill_in_place(on_view):
    def op(x, mask, value):
        y = x * 2
        part = y[:, ::2] if on_view else y
        assert part.masked_fill_(mask, value) is part
        return y

    def expected(x, mask, value):
        y = x * 2
        (y[:, ::2] if on_view else y)[np.broadcast_to(mask, (3, 4))] = value
        return y

    check_op(op, expected, (3, 8) if on_view else (3, 4), boolean((4,)), ())


def test_a_change_of_the_mask_is_noticed():
    x, mask = dlcore.ones(3, requires_grad=True), dlcore.tensor([True, False, True])
    y = x.masked_fill(mask, 0)
    mask[0] = False
    with pytest.raises(RuntimeError, match="masked_fill"):
        y.sum().backward()


def test_errors():
    x, mask = dlcore.zeros(2, 3), dlcore.zeros(2, 3) > 0
    text = "masked_fill: mask: expected dtype bool, got float32"
    check_error(TypeError, text, lambda: x.masked_fill(x, 1))
    text = "masked_fill: expected a value with no dimensions, got shape (1,)"
    check_error(ValueError, text, lambda: x.masked_fill(mask, dlcore.ones(1)))
    text = "masked_fill: a result of dtype float64 cannot be kept in a tensor of dtype int64"
    check_error(TypeError, text, lambda: x.long().masked_fill(mask, 0.5))
    text = "masked_fill: shapes (2, 3) and (2,) do not broadcast"
    check_error(ValueError, text, lambda: x.masked_fill(mask[:, 0], 1))
    text = "masked_fill_: a mask of shape (2, 3) does not broadcast to (3,)"
    check_error(ValueError, text, lambda: x[0].masked_fill_(mask, 1))
    text = "masked_select: mask: expected dtype bool, got float32"
    check_error(TypeError, text, lambda: x.masked_select(x))
