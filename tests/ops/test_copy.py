"""Copies, conversions and fills."""

import itertools

import dlcore
import numpy as np
import pytest
from check import SIZES, check_error, check_op, check_threads

DTYPES = [np.dtype(t) for t in (bool, np.uint8, np.int32, np.int64, np.float32, np.float64)]
PAIRS = list(itertools.product(DTYPES, DTYPES))


def strided(dtype):
    """Return arrays of every layout that a copy treats in a way of its own."""
    rng = np.random.default_rng(0)
    a = rng.integers(0, 2 if np.dtype(dtype).kind == "b" else 100, (40, 70)).astype(dtype)
    yield from (a, a.T, a[:, ::2], a[::3].T, a[:0], a[:1, :1], np.broadcast_to(a[:1], (40, 70)))
    b = a[:24].reshape(2, 3, 4, 70)
    yield from (b.transpose(3, 1, 0, 2), b.transpose(0, 2, 1, 3), b[:, :, ::2, 1:], np.asarray(a[3, 4]))


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_conversions(source, target):
    for a in strided(source):
        x = dlcore.from_numpy(a.copy() if a.ndim == 0 else np.lib.stride_tricks.as_strided(a, a.shape, a.strides))
        y = x.to(getattr(dlcore, target.name))
        assert y.numpy().dtype == target
        np.testing.assert_array_equal(y.numpy(), a.astype(target))
        if source == target:
            assert y is x


def test_floats_convert_like_c():
    a = np.array([0.0, -0.0, 0.9, -0.9, 2.5, -2.5, 255, 256, 300, -1], np.float32)
    x = dlcore.from_numpy(np.tile(a, 4))
    np.testing.assert_array_equal(x.to(dlcore.int32).numpy(), np.tile(a, 4).astype(np.int32))
    np.testing.assert_array_equal(x.to(dlcore.int64).numpy(), np.tile(a, 4).astype(np.int64))
    np.testing.assert_array_equal(x.to(dlcore.uint8).numpy(), np.tile(a, 4).astype(np.int64).astype(np.uint8))
    np.testing.assert_array_equal(x.to(dlcore.bool).numpy(), np.tile(a, 4) != 0)
    special = dlcore.from_numpy(np.array([np.nan, np.inf, -np.inf]))
    assert special.to(dlcore.bool).tolist() == [True, True, True]
    np.testing.assert_array_equal(special.to(dlcore.float32).numpy(), [np.nan, np.inf, -np.inf])


def test_integers_convert_by_wrapping():
    a = np.array([-1, 255, 256, 2**31, 2**32 + 5, -(2**31) - 1])
    x = dlcore.from_numpy(a)
    np.testing.assert_array_equal(x.to(dlcore.int32).numpy(), a.astype(np.int32))
    np.testing.assert_array_equal(x.to(dlcore.uint8).numpy(), a.astype(np.uint8))


@pytest.mark.parametrize("n", SIZES)
def test_clone(n):
    check_op(dlcore.clone, lambda x: x, (n,))
    check_op(dlcore.clone, lambda x: x, (3, n))


def test_clone_is_fresh_and_contiguous():
    for a in strided(np.float32):
        x = dlcore.from_numpy(np.array(a))
        y = x.clone()
        assert y.is_contiguous()
        assert y.data_ptr() != x.data_ptr() or x.numel() == 0
        np.testing.assert_array_equal(y.numpy(), a)
    check_threads(dlcore.clone, (300, 400))
    check_threads(lambda x: x.t().clone(), (300, 400))
    check_threads(lambda x: x.permute(2, 0, 1).clone(), (40, 60, 50))


def test_contiguous():
    x = dlcore.zeros(2, 3)
    assert x.contiguous() is x
    check_op(lambda x: x.t().contiguous(), np.transpose, (3, 17))
    check_op(lambda x: x.expand(4, 3).contiguous(), lambda x: np.broadcast_to(x, (4, 3)), (1, 3))


def test_gradients_come_back_in_the_old_dtype():
    x = dlcore.ones(2, 3).requires_grad_()
    (x.double() * dlcore.ones(2, 3, dtype=dlcore.float64)).sum().backward()
    assert x.grad.dtype is dlcore.float32
    np.testing.assert_array_equal(x.grad.numpy(), np.ones((2, 3)))
    assert not x.to(dlcore.int64).requires_grad
    check_op(lambda x: (x * x).double(), lambda x: x * x, (3, 5), dtypes=[np.float64])


def test_methods_named_after_dtypes():
    x = dlcore.from_numpy(np.array([0.0, 1.7]))
    names = {"float": "float32", "double": "float64", "int": "int32", "long": "int64", "byte": "uint8", "bool": "bool"}
    for method, dtype in names.items():
        assert getattr(x, method)().dtype is getattr(dlcore, dtype)


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_copy_(source, target):
    a = np.array([[0], [1], [3]]).astype(source)
    memory = np.zeros((3, 4), target)
    x = dlcore.from_numpy(memory)
    assert x.copy_(dlcore.from_numpy(a)) is x
    np.testing.assert_array_equal(memory, np.broadcast_to(a.astype(target), (3, 4)))
    x.t().copy_(x.t().narrow(1, 0, 1))
    np.testing.assert_array_equal(memory, np.broadcast_to(a[:1].astype(target), (3, 4)))


def test_copy_within_the_same_memory():
    x = dlcore.from_numpy(np.arange(6, dtype=np.float32))
    x.narrow(0, 1, 5).copy_(x.narrow(0, 0, 5))
    assert x.tolist() == [0, 0, 1, 2, 3, 4]
    y = dlcore.from_numpy(np.arange(4, dtype=np.float32).reshape(2, 2))
    y.copy_(y.t())
    assert y.tolist() == [[0, 2], [1, 3]]


def test_copy_has_the_history_of_its_source():
    source = dlcore.tensor([1.0, 2.0], requires_grad=True)
    x = dlcore.zeros(3, 2, dtype=dlcore.float64)
    x.copy_(source)
    x.sum().backward()
    assert source.grad.dtype is dlcore.float32
    np.testing.assert_array_equal(source.grad.numpy(), [3, 3])
    w = dlcore.ones(2).requires_grad_()
    y = w * 2
    y.copy_(dlcore.zeros(2))
    y.sum().backward()
    assert w.grad is None or w.grad.tolist() == [0, 0]


@pytest.mark.parametrize("dtype", DTYPES)
def test_fill_and_zero(dtype):
    for a in strided(dtype):
        if 0 in a.strides and a.ndim:
            continue  # memory that repeats is not written element by element
        memory = np.array(a)
        x = dlcore.from_numpy(memory)
        assert x.fill_(1) is x
        np.testing.assert_array_equal(memory, np.ones_like(memory))
        x.fill_(dlcore.tensor(0.0))
        np.testing.assert_array_equal(memory, np.zeros_like(memory))
        x.fill_(1)
        assert x.zero_() is x
        np.testing.assert_array_equal(memory, np.zeros_like(memory))
    x = dlcore.zeros(3, 4, dtype=getattr(dlcore, dtype.name))
    x.t().narrow(0, 1, 2).fill_(1)
    assert x.tolist() == [[0, 1, 1, 0]] * 3


def test_fill_of_a_part_cuts_the_gradient_there():
    w = dlcore.ones(3).requires_grad_()
    x = w * 2
    x.narrow(0, 1, 1).zero_()
    x.sum().backward()
    np.testing.assert_array_equal(w.grad.numpy(), [2, 0, 2])


def test_errors():
    x = dlcore.zeros(2, 3)
    check_error(ValueError, "copy_: shapes (2, 3) and (2,) do not broadcast", lambda: x.copy_(dlcore.zeros(2)))
    text = "copy_: a source of shape (4, 2, 3) does not broadcast to (2, 3)"
    check_error(ValueError, text, lambda: x.copy_(dlcore.zeros(4, 2, 3)))
    check_error(ValueError, "fill_: expected one value, got shape (3,)", lambda: x.fill_(dlcore.zeros(3)))
    leaf = dlcore.zeros(2).requires_grad_()
    for name, args in (("fill_", (1.0,)), ("zero_", ()), ("copy_", (1.0,))):
        with pytest.raises(RuntimeError, match=f"^{name}: a leaf that requires a gradient cannot be changed in place"):
            getattr(leaf, name)(*args)
