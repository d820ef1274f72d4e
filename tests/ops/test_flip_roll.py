import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads
from samples import integers

DTYPES = (np.bool_, np.uint8, np.int32, np.int64)


@pytest.mark.parametrize("dims", [0, 1, -1, (0, 2), (2, 1, 0), ()])
def test_flip(dims):
    check_op(dlcore.flip, reference.flip, (2, 3, 4), dims=dims)


def test_reversed_flips_the_rows():
    check_op(reversed, lambda x: x[::-1], (3, 4, 2))
    check_op(reversed, lambda x: x, ())  # as PyTorch has it


@pytest.mark.parametrize(
    ("shifts", "dims"),
    [(1, 0), (-2, 2), (7, 1), (0, 1), ((1, -1), (0, 2)), ((1, 2, 3), (0, 1, 2)), ((1, 1), (1, 1)), (5, None)],
)
def test_roll(shifts, dims):
    check_op(dlcore.roll, reference.roll, (2, 3, 4), shifts=shifts, dims=dims)


@pytest.mark.parametrize("n", SIZES)
def test_sizes(n):
    for dim in (0, 1):
        shape = (n, 3) if dim == 0 else (3, n)
        check_op(dlcore.flip, reference.flip, shape, dim)
        check_op(dlcore.roll, reference.roll, shape, 2, dim)


@pytest.mark.parametrize("dtype", DTYPES)
def test_dtypes(dtype):
    x = integers((3, 4), 2, dtype=dtype)
    check_op(dlcore.flip, reference.flip, x, dims=(0, 1), grad=False)
    check_op(dlcore.roll, reference.roll, x, 1, 1, grad=False)


def test_scalars():
    check_op(dlcore.flip, lambda x, dims: x, (), 0)
    check_op(dlcore.roll, lambda x, shifts, dims: x, (), 3, 0)
    check_op(dlcore.roll, lambda x, shifts: x, (), 3)


def test_threads():
    check_threads(dlcore.flip, (300, 401), dims=(0, 1))
    check_threads(dlcore.roll, (300, 401), shifts=(7, -9), dims=(0, 1))


def test_a_result_is_a_copy():
    x = dlcore.zeros(3)
    for y in (x.flip(()), x.roll(0, 0), x.roll(0)):
        assert y.data_ptr() != x.data_ptr()


def test_errors():
    x = dlcore.zeros(2, 3)
    check_error(IndexError, "flip: axis 2 is out of range for shape (2, 3)", lambda: x.flip(2))
    check_error(ValueError, "flip: axis -2 appears twice in (0, -2)", lambda: x.flip((0, -2)))
    text = "roll: expected as many shifts as dims, got (1, 2) and (0,)"
    check_error(ValueError, text, lambda: x.roll((1, 2), 0))
    text = "roll: expected one shift for the flattened input, got (1, 2); pass dims"
    check_error(ValueError, text, lambda: x.roll((1, 2)))
    check_error(IndexError, "roll: axis -3 is out of range for shape (2, 3)", lambda: x.roll(1, -3))
