"""Tensors from data, and tensors filled by rule."""

import dlcore
import numpy as np
import pytest
from check import check_error

DTYPES = ("bool", "uint8", "int32", "int64", "float32", "float64")


def equals(x, expected, dtype):
    expected = np.asarray(expected, dtype=dtype.name)
    array = x.numpy()
    return x.dtype == dtype and array.shape == expected.shape and np.array_equal(array, expected)


@pytest.mark.parametrize(
    ("data", "dtype"),
    [
        (3, "int64"),
        (2.5, "float32"),
        (True, "bool"),
        ([], "float32"),
        ([[], []], "float32"),
        ([1, 2.5], "float32"),
        ([True, 2], "int64"),
        ([[1, 2], (3, 4)], "int64"),
        (range(4), "int64"),
        ([[[0.5]]], "float32"),
        ([np.float32(1), 2], "float32"),
        ([np.float64(1), 2], "float64"),
        ([np.array([1, 2], np.int32), [3, 4]], "int64"),
        (np.bool_(True), "bool"),
    ],
)
def test_the_dtype_follows_the_data(data, dtype):
    assert equals(dlcore.tensor(data), data, getattr(dlcore, dtype))


@pytest.mark.parametrize("name", DTYPES)
def test_arrays_keep_their_dtype(name):
    array = np.arange(6).reshape(2, 3).astype(name)
    for data in (array, array.T, array[:, ::2], array[::-1], array[:0], array[1, 1]):
        x = dlcore.tensor(data)
        assert equals(x, data, getattr(dlcore, name))
        assert not np.shares_memory(x.numpy(), array)


@pytest.mark.parametrize("name", DTYPES)
def test_a_dtype_that_is_asked_for(name):
    dtype = getattr(dlcore, name)
    assert equals(dlcore.tensor([[0, 1], [2, 3]], dtype=dtype), [[0, 1], [2, 3]], dtype)
    assert equals(dlcore.tensor([0.5, 2.5], dtype=dtype), np.array([0.5, 2.5]).astype(name), dtype)
    assert equals(dlcore.tensor(np.arange(3), dtype=dtype), np.arange(3).astype(name), dtype)


def test_a_tensor_is_copied_without_history():
    x = dlcore.ones(3, requires_grad=True)
    y = dlcore.tensor(x * 2)
    assert y.is_leaf
    assert not y.requires_grad
    assert dlcore.tensor([x.sum(), 2.0]).tolist() == [3, 2]
    assert dlcore.tensor([[1.0, 2.0]], requires_grad=True).requires_grad


@pytest.mark.parametrize(
    ("error", "message", "data"),
    [
        (ValueError, "tensor: data is ragged: expected a sequence of length 2 at dim 1, got 1", [[1, 2], [3]]),
        (ValueError, "tensor: data is ragged: expected a number at dim 1, got a sequence", [1, [2]]),
        (ValueError, "tensor: data is ragged: expected a sequence of length 1 at dim 1, got a number", [[1], 2]),
        (
            ValueError,
            "tensor: data is ragged: expected a sequence of length 2 at dim 1, got 3",
            [np.ones(2), np.ones(3)],
        ),
        (ValueError, "tensor: 9223372036854775808 does not fit into int64", [2**63]),
        (TypeError, "tensor: expected numbers, got str", "1"),
        (TypeError, "tensor: expected numbers, got str", [["1"]]),
        (TypeError, "tensor: expected numbers, got NoneType", [None]),
        (TypeError, "tensor: expected numbers, got dict", {}),
        (
            TypeError,
            "tensor: expected an array of bool, uint8, int32, int64, float32 or float64, got dtype float16",
            np.ones(2, np.float16),
        ),
        (
            TypeError,
            "tensor: expected an array of bool, uint8, int32, int64, float32 or float64, got dtype complex64",
            np.ones(2, np.complex64),
        ),
    ],
)
def test_data_that_is_no_tensor(error, message, data):
    check_error(error, message, lambda: dlcore.tensor(data))


def test_numbers_that_do_not_fit():
    for dtype, low, high in (("uint8", 0, 255), ("int32", -(2**31), 2**31 - 1), ("int64", -(2**63), 2**63 - 1)):
        dtype = getattr(dlcore, dtype)
        assert dlcore.tensor([low, high], dtype=dtype).tolist() == [low, high]
        for value in (low - 1, high + 1):
            text = f"tensor: {value} does not fit into {dtype.name}"
            check_error(ValueError, text, lambda value=value, dtype=dtype: dlcore.tensor([value], dtype=dtype))
    check_error(ValueError, "tensor: nan does not fit into int64", lambda: dlcore.tensor(np.nan, dtype=dlcore.int64))
    check_error(ValueError, "tensor: inf does not fit into uint8", lambda: dlcore.tensor([np.inf], dtype=dlcore.uint8))


def test_a_list_that_holds_itself():
    data = []
    data.append(data)
    check_error(ValueError, "a tensor has at most 8 dimensions", lambda: dlcore.tensor(data))


def test_a_list_that_changes_while_it_is_read():
    data = [1.0, 2.0]

    class Shrinking:
        calls = 0

        def __array__(self, dtype=None, copy=None):
            Shrinking.calls += 1
            if Shrinking.calls == 2:
                data.pop()
            return np.array(3.0)

    data.insert(0, Shrinking())
    check_error(ValueError, "tensor: data changed while it was read", lambda: dlcore.tensor(data))


def test_big_lists_are_read_fast_enough_for_data_sets():
    numbers = np.random.default_rng(0).standard_normal((300, 784))
    assert equals(dlcore.tensor(numbers.tolist(), dtype=dlcore.float64), numbers, dlcore.float64)


def test_as_tensor_copies_only_where_it_must():
    array = np.arange(4.0)
    x = dlcore.as_tensor(array)
    assert x.data_ptr() == array.ctypes.data
    assert dlcore.as_tensor(x) is x
    assert dlcore.as_tensor(x, dtype=dlcore.float64) is x
    assert dlcore.as_tensor(array, dtype=dlcore.float32).dtype == dlcore.float32
    assert dlcore.as_tensor([1, 2]).tolist() == [1, 2]
    assert dlcore.as_tensor(memoryview(array)).data_ptr() == array.ctypes.data


@pytest.mark.parametrize("name", ["zeros", "ones"])
def test_filled_tensors(name):
    make, expected = getattr(dlcore, name), getattr(np, name)
    assert equals(make(2, 3), expected((2, 3)), dlcore.float32)
    assert equals(make((2, 3)), expected((2, 3)), dlcore.float32)
    assert equals(make(()), expected(()), dlcore.float32)
    assert equals(make(0, 3), expected((0, 3)), dlcore.float32)
    for dtype in DTYPES:
        like = dlcore.empty(3, 2, dtype=getattr(dlcore, dtype))
        assert equals(getattr(dlcore, name + "_like")(like), expected((3, 2)), like.dtype)
        assert equals(getattr(like, "new_" + name)(5), expected(5), like.dtype)
        assert equals(make(4, dtype=like.dtype), expected(4), like.dtype)
    assert make(2, requires_grad=True).requires_grad
    assert make(2, device="cpu").device == "cpu"


def test_empty():
    assert dlcore.empty(2, 3).shape == (2, 3)
    assert dlcore.empty_like(dlcore.empty(4, dtype=dlcore.int32)).dtype == dlcore.int32
    assert dlcore.empty(4).new_empty((2, 2), dtype=dlcore.bool).dtype == dlcore.bool


def test_full_takes_the_dtype_of_its_value():
    for value, dtype in ((7, dlcore.int64), (0.5, dlcore.float32), (True, dlcore.bool)):
        assert equals(dlcore.full((2, 3), value), np.full((2, 3), value), dtype)
    assert equals(dlcore.full((2,), dlcore.tensor(3.0, dtype=dlcore.float64)), [3, 3], dlcore.float64)
    assert equals(dlcore.full_like(dlcore.zeros(2), 7), [7, 7], dlcore.float32)
    assert equals(dlcore.zeros(2).new_full((3,), 7), [7, 7, 7], dlcore.float32)
    assert equals(dlcore.full((2,), 7, dtype=dlcore.uint8), [7, 7], dlcore.uint8)
    message = "full: expected one value, got shape (2,)"
    check_error(ValueError, message, lambda: dlcore.full((2,), dlcore.ones(2)))


@pytest.mark.parametrize(
    "args",
    [(5,), (0,), (2, 9), (2, 9, 3), (9, 2, -3), (-(2**63), 2**63 - 1, 2**62), (0, 1, 0.3), (1.0, -1, -0.25), (3.0,)],
)
def test_arange(args):
    integers = all(isinstance(a, int) for a in args)
    dtype = dlcore.int64 if integers else dlcore.float32
    assert equals(dlcore.arange(*args), np.arange(*args).astype(dtype.name), dtype)
    if max(args) < 100:
        assert equals(dlcore.arange(*args, dtype=dlcore.float64), np.arange(*args, dtype=np.float64), dlcore.float64)


def test_arange_errors():
    for args, message in (
        ((0, 1, 0), "arange: step must not be 0"),
        ((3, 1), "arange: the sign of step leads away from end"),
        ((1, 3, -1.0), "arange: the sign of step leads away from end"),
        ((0.0, np.nan), "arange: expected finite numbers"),
        ((0.0, np.inf), "arange: expected finite numbers"),
    ):
        check_error(ValueError, message, lambda args=args: dlcore.arange(*args))
    with pytest.raises(MemoryError):
        dlcore.arange(-(2**63), 2**63 - 1)


def test_linspace():
    for n in (0, 1, 2, 7, 100):
        expected = np.linspace(-1, 3, n)
        assert np.allclose(dlcore.linspace(-1, 3, n, dtype=dlcore.float64).numpy(), expected, rtol=1e-15, atol=1e-15)
    y = dlcore.linspace(0.1, 0.7, 1000, dtype=dlcore.float64).numpy()
    assert (y[0], y[-1]) == (0.1, 0.7)
    check_error(ValueError, "linspace: steps must not be negative, got -1", lambda: dlcore.linspace(0, 1, -1))


def test_eye():
    for n, m in ((3, 3), (2, 4), (4, 2), (0, 2), (1, 1)):
        assert equals(dlcore.eye(n, m, dtype=dlcore.int32), np.eye(n, m), dlcore.int32)
    assert equals(dlcore.eye(3), np.eye(3), dlcore.float32)


@pytest.mark.parametrize("name", ["zeros", "ones", "empty"])
def test_sizes_that_cannot_be(name):
    make = getattr(dlcore, name)
    check_error(ValueError, f"{name}: sizes must not be negative, got shape (2, -1)", lambda: make(2, -1))
    check_error(TypeError, "expected integers or a tuple of integers, got 2.0", lambda: make(2.0))
    check_error(ValueError, "a tensor has at most 8 dimensions", lambda: make((1,) * 9))
    with pytest.raises(MemoryError):
        make(2**31, 2**31, 2**31)
    with pytest.raises(MemoryError):
        make(2**50)
    with pytest.raises(OverflowError):
        make(2**64)


def test_only_floating_tensors_have_gradients():
    message = "requires_grad_: only floating tensors can have gradients, got int64"
    check_error(TypeError, message, lambda: dlcore.tensor([1], requires_grad=True))


def test_device():
    assert str(dlcore.device("cpu")) == "cpu"
    assert dlcore.zeros(1).device == dlcore.device("cpu")
    assert dlcore.zeros(1, device=dlcore.device()).device.type == "cpu"
    check_error(ValueError, "device: expected 'cpu', got 'cuda'", lambda: dlcore.zeros(1, device="cuda"))
