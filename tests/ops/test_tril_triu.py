"""tril, triu, diag and diag_embed."""

import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads
from samples import integers

OPS = [(dlcore.tril, reference.tril), (dlcore.triu, reference.triu)]


@pytest.mark.parametrize("diagonal", [0, 1, -1, 2, -3, 10, -10])
@pytest.mark.parametrize(("op", "ref"), OPS)
def test_diagonals(op, ref, diagonal):
    for shape in ((3, 5), (5, 3), (2, 3, 4), (2, 1, 3, 3)):
        check_op(op, ref, shape, diagonal)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize(("op", "ref"), OPS)
def test_sizes(op, ref, n):
    check_op(op, ref, (n, 5))
    check_op(op, ref, (5, n))
    check_op(op, ref, (2, n, n))


@pytest.mark.parametrize("dtype", [np.bool_, np.uint8, np.int32, np.int64])
@pytest.mark.parametrize(("op", "ref"), OPS)
def test_dtypes(op, ref, dtype):
    check_op(op, ref, integers((3, 4), 2, dtype=dtype), grad=False)


def test_in_place():
    x = dlcore.ones(2, 2)
    assert x.tril_() is x
    assert x.tolist() == [[1, 0], [1, 1]]
    assert x.triu_(1).tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize(("op", "ref"), OPS)
def test_threads(op, ref):
    check_threads(op, (3, 300, 200))


@pytest.mark.parametrize("diagonal", [0, 2, -1])
def test_diag(diagonal):
    check_op(dlcore.diag, np.diag, (4,), diagonal)
    check_op(dlcore.diag, np.diag, (3, 5), diagonal)
    check_op(dlcore.diag, np.diag, (0,), diagonal)
    x = dlcore.zeros(3, 3)
    assert x.diag().data_ptr() != x.data_ptr()


@pytest.mark.parametrize(("offset", "dim1", "dim2"), [(0, -2, -1), (1, -2, -1), (-2, -1, -2), (1, 0, 2), (0, 1, 0)])
def test_diag_embed(offset, dim1, dim2):
    check_op(dlcore.diag_embed, reference.diag_embed, (2, 3), offset, dim1, dim2)


def test_errors():
    x = dlcore.zeros(3)
    check_error(ValueError, "tril: expected at least 2 dimensions, got shape (3,)", lambda: x.tril())
    check_error(ValueError, "triu: expected at least 2 dimensions, got shape (3,)", lambda: x.triu())
    text = "diag: expected 1 or 2 dimensions, got shape (1, 1, 1)"
    check_error(ValueError, text, lambda: dlcore.zeros(1, 1, 1).diag())
    text = "diag_embed: expected at least 1 dimension, got shape ()"
    check_error(ValueError, text, lambda: dlcore.zeros(()).diag_embed())
    text = "diag_embed: expected two different axes, got 0 and -2"
    check_error(ValueError, text, lambda: x.diag_embed(0, 0, -2))
    check_error(IndexError, "diag_embed: axis 2 is out of range for shape (3, 1)", lambda: x.diag_embed(0, 0, 2))
