"""repeat, tile, repeat_interleave and meshgrid."""

import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads
from samples import exactly, integers

DTYPES = (np.bool_, np.uint8, np.int32, np.int64)


@pytest.mark.parametrize("repeats", [(1, 1), (2, 3), (1, 4), (3, 1), (2, 1, 3), (0, 2), (2, 2, 1, 1)])
def test_repeat(repeats):
    check_op(lambda x: x.repeat(*repeats), lambda x: reference.repeat(x, *repeats), (2, 3))
    check_op(lambda x: x.repeat(repeats), lambda x: reference.repeat(x, *repeats), (1, 3))


@pytest.mark.parametrize("dims", [(2,), (2, 3), (2, 1, 2), ()])
def test_tile(dims):
    check_op(lambda x: dlcore.tile(x, dims), lambda x: np.tile(x, dims), (2, 3))
    check_op(lambda x: x.tile(dims), lambda x: np.tile(x, dims), ())


@pytest.mark.parametrize("dim", [0, 1, -1, None])
def test_repeat_interleave(dim):
    check_op(dlcore.repeat_interleave, reference.repeat_interleave, (2, 3, 4), 3, dim)
    check_op(dlcore.repeat_interleave, reference.repeat_interleave, (2, 3, 4), 0, dim)
    n = 24 if dim is None else (2, 3, 4)[dim]
    check_op(dlcore.repeat_interleave, reference.repeat_interleave, (2, 3, 4), integers((n,), 4), dim)
    check_op(dlcore.repeat_interleave, reference.repeat_interleave, (2, 3, 4), exactly(np.array([2])), dim)


@pytest.mark.parametrize("n", SIZES)
def test_sizes(n):
    check_op(lambda x: x.repeat(3), lambda x: reference.repeat(x, 3), (n,))
    check_op(dlcore.repeat_interleave, reference.repeat_interleave, (n,), 2)
    check_op(dlcore.repeat_interleave, reference.repeat_interleave, (n, 2), integers((n,), 3), 0)


@pytest.mark.parametrize("dtype", DTYPES)
def test_dtypes(dtype):
    x = integers((2, 3), 2, dtype=dtype)
    check_op(lambda x: x.repeat(2, 2), lambda x: reference.repeat(x, 2, 2), x, grad=False)
    check_op(dlcore.repeat_interleave, reference.repeat_interleave, x, 2, 1, grad=False)


def test_eight_dimensions():
    repeats = (2, 1, 2, 1, 2, 1, 2, 1)
    shape = (1, 2, 2, 1, 2, 1, 1, 3)
    check_op(lambda x: x.repeat(*repeats), lambda x: reference.repeat(x, *repeats), shape, order2=False)


def test_a_result_is_a_copy():
    x = dlcore.zeros(1, 3)
    for y in (x.repeat(1, 1), x.tile(1), x.repeat(2, 1), x.repeat_interleave(1), x.repeat_interleave(2, 0)):
        assert y.is_contiguous()
        assert y.data_ptr() != x.data_ptr()


@pytest.mark.parametrize("indexing", ["ij", "xy"])
@pytest.mark.parametrize("sizes", [(3,), (3, 2), (3, 2, 4), (3, 0)])
def test_meshgrid(sizes, indexing):
    def expected(*xs, indexing):
        return tuple(np.meshgrid(*xs, indexing=indexing))

    check_op(dlcore.meshgrid, expected, *[(n,) for n in sizes], indexing=indexing)


def test_meshgrid_of_a_list_with_a_number():
    x, y = dlcore.meshgrid([dlcore.tensor([1, 2]), dlcore.tensor(3)])
    assert (x.tolist(), y.tolist()) == ([[1], [2]], [[3], [3]])


def test_threads():
    check_threads(lambda x: x.repeat(3, 2), (100, 300))
    check_threads(dlcore.repeat_interleave, (100, 300), 3, 1)
    check_threads(dlcore.repeat_interleave, (300, 100), integers((300,), 5), 0)


def test_errors():
    x = dlcore.zeros(2, 3)
    text = "repeat: expected a number for each axis of shape (2, 3), got (2,)"
    check_error(ValueError, text, lambda: x.repeat(2))
    check_error(ValueError, "repeat: expected repeats >= 0, got (2, -1)", lambda: x.repeat(2, -1))
    check_error(ValueError, "tile: expected repeats >= 0, got (-1,)", lambda: x.tile(-1))
    text = "repeat_interleave: repeats: expected dtype int64 or int32, got float32"
    check_error(TypeError, text, lambda: x.repeat_interleave(dlcore.ones(2), 0))
    text = "repeat_interleave: expected one number of repeats or 3, got shape (2,)"
    check_error(ValueError, text, lambda: x.repeat_interleave(dlcore.tensor([1, 2]), 1))
    check_error(ValueError, "repeat_interleave: expected repeats >= 0", lambda: x.repeat_interleave(-1))
    text = "meshgrid: indexing: expected 'ij' or 'xy', got 'ji'"
    check_error(ValueError, text, lambda: dlcore.meshgrid(x[0], indexing="ji"))
    check_error(ValueError, "meshgrid: expected vectors, got shape (2, 3)", lambda: dlcore.meshgrid(x))
    check_error(ValueError, "meshgrid: expected at least one tensor", lambda: dlcore.meshgrid())
