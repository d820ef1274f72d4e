"""Sorting and selecting: sort, argsort, topk."""

import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads
from samples import boolean, distinct, exactly, integers

DTYPES = (np.int64, np.int32, np.uint8)
LENGTHS = (*SIZES, 255, 256, 257, 1000)  # 256: where sorting by comparisons ends


@pytest.mark.parametrize("dim", [0, 1, 2, -1])
@pytest.mark.parametrize("descending", [False, True])
def test_dimensions(dim, descending):
    check_op(dlcore.sort, reference.sort, distinct((3, 5, 7)), dim=dim, descending=descending)
    check_op(dlcore.argsort, reference.argsort, distinct((3, 5, 7)), dim=dim, descending=descending, grad=False)


@pytest.mark.parametrize("n", LENGTHS)
@pytest.mark.parametrize("descending", [False, True])
def test_sizes(n, descending):
    for shape, dim in (((3, n), 1), ((n, 2), 0)):
        check_op(dlcore.sort, reference.sort, distinct(shape), dim=dim, descending=descending)


@pytest.mark.parametrize("descending", [False, True])
def test_equal_elements_keep_their_order(descending):
    for n in (50, 3000):
        for dtype in DTYPES:
            check_op(dlcore.sort, reference.sort, integers((2, n), 7, dtype=dtype), descending=descending, grad=False)
        check_op(dlcore.sort, reference.sort, boolean((2, n)), descending=descending, grad=False)
        zeros = np.random.default_rng(0).choice([0.0, -0.0, 1.0], (2, n))
        check_op(dlcore.argsort, reference.argsort, exactly(zeros), descending=descending, grad=False)


@pytest.mark.parametrize("descending", [False, True])
def test_all_numbers(descending):
    rng = np.random.default_rng(0)
    for n in (40, 3000):
        for dtype in DTYPES:
            limits = np.iinfo(dtype)
            x = rng.integers(limits.min, limits.max, (2, n), dtype, endpoint=True)
            check_op(dlcore.sort, reference.sort, exactly(x), descending=descending, grad=False)
        x = rng.standard_normal((2, n)) * 10.0 ** rng.integers(-30, 30, (2, n))
        x[:, ::7] = rng.choice([np.inf, -np.inf, np.nan, -np.nan, 0.0], x[:, ::7].shape)
        check_op(dlcore.sort, reference.sort, exactly(x), descending=descending, grad=False)


@pytest.mark.parametrize("largest", [False, True])
@pytest.mark.parametrize("k", [0, 1, 3, 7])
def test_topk(k, largest):
    for shape, dim in (((4, 7), 1), ((7, 4), 0), ((2, 7, 3), -2), ((7,), -1)):
        check_op(dlcore.topk, reference.topk, distinct(shape), k, dim, largest)


@pytest.mark.parametrize("largest", [False, True])
@pytest.mark.parametrize("k", [1, 5, 300, 2000, 5000])
def test_topk_of_long_rows(k, largest):
    rng = np.random.default_rng(0)
    check_op(dlcore.topk, reference.topk, integers((3, 5000), 90), k, -1, largest, grad=False)
    for x in (np.arange(5000.0), -np.arange(5000.0), rng.choice([np.nan, 1.0, np.inf], 5000)):
        check_op(dlcore.topk, reference.topk, exactly(x), k, -1, largest, grad=False)


def test_topk_of_parts():
    x = integers((200_000,), 1000)
    for k in (1, 40, 4096, 4097):
        check_op(dlcore.topk, reference.topk, x, k, grad=False)


@pytest.mark.parametrize(("shape", "dim"), [((300_000,), 0), ((4000, 50), 1), ((3, 50_000), 1), ((50, 4000), 0)])
def test_threads(shape, dim):
    check_threads(dlcore.sort, shape, dim=dim)
    check_threads(dlcore.topk, shape, 17, dim=dim)


def test_a_long_row():
    check_op(dlcore.sort, reference.sort, integers((200_000,), 1 << 40), grad=False, layouts=())


def test_scalar():
    check_op(dlcore.sort, reference.sort, ())
    check_op(dlcore.argsort, reference.argsort, (), grad=False)
    y = dlcore.topk(dlcore.tensor(3.0), 1)
    assert (y.values.item(), y.indices.item()) == (3, 0)


def test_fields_and_arguments():
    x = dlcore.tensor([3.0, 1.0, 2.0])
    assert x.sort(stable=True).values.tolist() == [1, 2, 3]
    assert x.sort(descending=True).indices.tolist() == [0, 2, 1]
    assert x.topk(2, sorted=False).values.tolist() == [3, 2]
    assert x.argsort().dtype == dlcore.int64


def test_errors():
    x = dlcore.zeros(2, 5)
    for name in ("sort", "argsort"):
        text = f"{name}: axis 3 is out of range for shape (2, 5)"
        check_error(IndexError, text, lambda name=name: getattr(x, name)(3))
    check_error(IndexError, "topk: axis -3 is out of range for shape (2, 5)", lambda: x.topk(1, -3))
    check_error(IndexError, "topk: k 6 is out of range for axis 1 of shape (2, 5)", lambda: x.topk(6))
    check_error(IndexError, "topk: k -1 is out of range for axis 0 of shape (2, 5)", lambda: x.topk(-1, 0))
    check_error(IndexError, "topk: k 2 is out of range for axis 0 of shape ()", lambda: dlcore.tensor(1.0).topk(2))
