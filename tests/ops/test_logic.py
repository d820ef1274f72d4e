"""Logical and bitwise operations."""

import operator

import dlcore
import numpy as np
import pytest
import reference as ref
from check import SIZES, check_error, check_op, check_threads
from samples import boolean, integers

DTYPES = [bool, np.uint8, np.int32, np.int64]


@pytest.mark.parametrize("name", ["logical_and", "logical_or", "logical_xor"])
def test_logical(name):
    op, reference = getattr(dlcore, name), getattr(ref, name)
    for n in SIZES:
        check_op(op, reference, boolean((n,)), integers((n,), 2), grad=False, dtypes=[np.float32])
    check_op(op, reference, (3, 17), boolean((17,)), grad=False)
    check_op(op, reference, boolean((300, 200)), boolean((200,)), grad=False, dtypes=[np.float32])
    check_threads(op, boolean((300, 400)), boolean((400,)), order=0)
    special = np.array([0.0, -0.0, np.nan, np.inf, 256.0], np.float32)
    a, b = (m.ravel() for m in np.meshgrid(special, special))
    np.testing.assert_array_equal(op(dlcore.from_numpy(a), dlcore.from_numpy(b)).numpy(), reference(a, b))


def test_logical_not():
    for n in SIZES:
        check_op(dlcore.logical_not, ref.logical_not, boolean((n,)), grad=False, dtypes=[np.float32])
    for dtype in (*DTYPES, np.float32, np.float64):
        x = np.array([0, 1, 2, 0] * 9).astype(dtype)
        y = dlcore.logical_not(dlcore.from_numpy(x))
        assert y.dtype is dlcore.bool
        np.testing.assert_array_equal(y.numpy(), np.logical_not(x))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("name", "op"), [("bitwise_and", operator.and_), ("bitwise_or", operator.or_), ("bitwise_xor", operator.xor)]
)
def test_bitwise(name, op, dtype):
    function, reference = getattr(dlcore, name), getattr(ref, name)
    a, b = integers((3, 17), 2 if dtype is bool else 200, 0, dtype), integers((17,), 2, 0, dtype)
    check_op(function, reference, a, b, grad=False, dtypes=[np.float32])
    x = np.array([0, 1, 1, 0], dtype)
    for other in (x[::-1].copy(), dtype(1)):
        t = dlcore.from_numpy(x)
        np.testing.assert_array_equal(op(t, other).numpy(), op(x, other))
        np.testing.assert_array_equal(op(other, t).numpy(), op(other, x))


@pytest.mark.parametrize("dtype", DTYPES)
def test_bitwise_not(dtype):
    for n in SIZES:
        high = 2 if dtype is bool else 200
        check_op(dlcore.bitwise_not, ref.bitwise_not, integers((n,), high, 0, dtype), grad=False, dtypes=[np.float32])
    x = np.array([[0, 1], [1, 1]], dtype)
    np.testing.assert_array_equal((~dlcore.from_numpy(x).t()).numpy(), ~x.T)


def test_masks_combine_as_bool():
    x = dlcore.from_numpy(np.arange(6.0))
    assert ((x > 1) & ~(x > 3)).tolist() == [False, False, True, True, False, False]
    mask = x > 4
    mask |= x < 1
    mask ^= x == 0
    assert mask.tolist() == [False] * 5 + [True]
    mask &= x < 0
    assert not any(mask.tolist())


def test_errors():
    x = dlcore.ones(2)
    for name, call in [("bitwise_and", lambda: x & 1), ("bitwise_or", lambda: x | x), ("bitwise_xor", lambda: 1 ^ x)]:
        check_error(TypeError, f"{name}: expected bool or integers, got dtype float32", call)
    check_error(TypeError, "bitwise_not: expected bool or integers, got dtype float32", lambda: ~x)
    text = "logical_and: shapes (2,) and (3,) do not broadcast"
    check_error(ValueError, text, lambda: dlcore.logical_and(x, dlcore.ones(3)))
