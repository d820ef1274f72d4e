"""Comparisons: results are bool and have no gradient."""

import operator

import dlcore
import numpy as np
import pytest
import reference as ref
from check import SIZES, check_error, check_op, check_threads
from samples import boolean, integers

NAMES = ["eq", "ne", "lt", "le", "gt", "ge"]
SPECIAL = np.array([0.0, -0.0, 1, -1, np.inf, -np.inf, np.nan], np.float32)


@pytest.mark.parametrize("name", NAMES)
def test_values(name):
    op, reference = getattr(dlcore, name), getattr(ref, name)
    for n in SIZES:
        check_op(op, reference, integers((n,), 3), integers((n,), 3), grad=False, dtypes=[np.float32])
    check_op(op, reference, (3, 17), (17,), grad=False)
    check_op(op, reference, (3, 1), (), grad=False)
    check_op(op, reference, boolean((9,)), boolean((9,)), grad=False, dtypes=[np.float32])
    check_threads(op, (300, 400), (400,), order=0)
    a, b = (m.ravel() for m in np.meshgrid(SPECIAL, SPECIAL))
    np.testing.assert_array_equal(op(dlcore.from_numpy(a), dlcore.from_numpy(b)).numpy(), reference(a, b))


@pytest.mark.parametrize("name", NAMES)
def test_operators(name):
    op = getattr(operator, name)
    a = np.array([1.0, 2, 3], np.float32)
    x = dlcore.from_numpy(a)
    for other in (dlcore.from_numpy(a[::-1].copy()), 2, 2.5, np.float32(2), np.array([2.0, 2, 2], np.float32)):
        plain = other.numpy() if isinstance(other, dlcore.Tensor) else other
        for y, expected in ((op(x, other), op(a, plain)), (op(other, x), op(plain, a))):
            assert isinstance(y, dlcore.Tensor)
            assert y.dtype is dlcore.bool
            np.testing.assert_array_equal(y.numpy(), expected)


def test_a_comparison_has_no_history():
    x = dlcore.ones(3).requires_grad_()
    assert not (x > 0).requires_grad


def test_mixed_dtypes_meet_in_their_common_one():
    x = dlcore.tensor([2**24 + 1])
    assert (x == dlcore.tensor([2.0**24], dtype=dlcore.float32)).tolist() == [True]  # in float32 they are the same
    assert (dlcore.tensor([1, 2]) < 1.5).tolist() == [True, False]
    assert (dlcore.tensor([200], dtype=dlcore.uint8) == dlcore.tensor([-56], dtype=dlcore.int32)).tolist() == [False]


def test_a_stranger_is_not_equal():
    assert (dlcore.ones(2) == "text") is False
    assert (dlcore.ones(2) != None) is True  # noqa: E711 -- the operator is what is tested
    with pytest.raises(TypeError, match="not supported between"):
        _ = dlcore.ones(2) < "text"


@pytest.mark.parametrize("name", ["isnan", "isinf", "isfinite"])
def test_classes(name):
    op, reference = getattr(dlcore, name), getattr(ref, name)
    for dtype in (np.float32, np.float64):
        x = np.tile(SPECIAL, 7).astype(dtype)
        np.testing.assert_array_equal(op(dlcore.from_numpy(x)).numpy(), reference(x))
        np.testing.assert_array_equal(getattr(dlcore.from_numpy(x[::3]), name)().numpy(), reference(x[::3]))
    for dtype in (np.int64, np.uint8, bool):
        np.testing.assert_array_equal(op(dlcore.from_numpy(np.ones(3, dtype))).numpy(), reference(np.ones(3, dtype)))


def test_isclose():
    a, b = (m.ravel() for m in np.meshgrid([*SPECIAL, 1 + 1e-6, 1e-9, 2], [*SPECIAL, 1 + 1e-4, 1e-7]))
    for dtype in (np.float32, np.float64):
        x, y = a.astype(dtype), b.astype(dtype)
        for options in ({}, {"rtol": 1e-3}, {"atol": 1.0, "rtol": 0.0}, {"equal_nan": True}):
            got = dlcore.isclose(dlcore.from_numpy(x), dlcore.from_numpy(y), **options)
            np.testing.assert_array_equal(got.numpy(), ref.isclose(x, y, **options))
    assert dlcore.isclose(dlcore.tensor([100, 5]), dlcore.tensor([101, 5]), rtol=0.02).tolist() == [True, True]
    text = "isclose: expected rtol and atol >= 0, got -1 and 0"
    check_error(ValueError, text, lambda: dlcore.isclose(dlcore.ones(1), dlcore.ones(1), -1.0, 0.0))


def test_allclose_and_equal():
    x = dlcore.from_numpy(np.arange(100_000, dtype=np.float32))
    y = x.clone()
    assert dlcore.allclose(x, y) is True
    assert dlcore.equal(x, y) is True
    y.narrow(0, 99_999, 1).fill_(-1)
    assert x.allclose(y) is False
    assert x.equal(y) is False
    assert not dlcore.equal(x, x.narrow(0, 0, 5))
    assert not dlcore.equal(dlcore.tensor([np.nan]), dlcore.tensor([np.nan]))
    assert dlcore.allclose(dlcore.tensor([np.nan]), dlcore.tensor([np.nan]), equal_nan=True)
    assert dlcore.equal(dlcore.zeros(0), dlcore.zeros(0))


def test_errors():
    x, y = dlcore.zeros(2, 3), dlcore.zeros(4)
    for name in (*NAMES, "isclose"):
        text = f"{name}: shapes (2, 3) and (4,) do not broadcast"
        check_error(ValueError, text, lambda name=name: getattr(dlcore, name)(x, y))
    text = "bool: a tensor with several elements is neither true nor false; use any() or all()"
    check_error(ValueError, text, lambda: bool(x == x))
