import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads
from samples import integers

matmul = dlcore.matmul


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((5,), (5,)),
        ((3, 5), (5,)),
        ((5,), (5, 4)),
        ((3, 5), (5, 4)),
        ((2, 3, 5), (5, 4)),
        ((3, 5), (2, 5, 4)),
        ((2, 3, 5), (2, 5, 4)),
        ((2, 3, 5), (5,)),
        ((5,), (2, 5, 4)),
        ((2, 1, 3, 5), (3, 5, 4)),
        ((3, 1, 5), (2, 1, 5, 4)),
        ((1, 3, 5), (2, 5, 4)),
        ((2, 1, 2, 1, 2, 1, 3, 4), (1, 2, 1, 2, 1, 2, 4, 2)),
    ],
)
def test_shapes(a, b):
    check_op(matmul, reference.matmul, a, b)


@pytest.mark.parametrize("n", SIZES)
def test_sizes(n):
    for a, b in (((n, 5), (5, 7)), ((5, n), (n, 7)), ((5, 7), (7, n)), ((n, n), (n, n)), ((2, 3, n), (2, n, 5))):
        check_op(matmul, reference.matmul, a, b, layouts=("transposed",))
    for a, b in (((n,), (n,)), ((n, 5), (5,)), ((5,), (5, n)), ((5, n), (n,)), ((n,), (n, 5)), ((n, 1), (1, n))):
        check_op(matmul, reference.matmul, a, b)


@pytest.mark.parametrize(
    ("m", "k", "n"), [(300, 20, 270), (300, 200, 270), (257, 600, 3), (3, 600, 257), (1, 700, 300), (300, 700, 1)]
)
def test_more_than_one_tile(m, k, n):
    check_op(matmul, reference.matmul, (m, k), (k, n), order2=False, layouts=("transposed", "mixed"))


@pytest.mark.parametrize(("a", "b"), [((5, 200_000), (200_000, 3)), ((200_000,), (200_000,)), ((64, 5000), (5000, 70))])
def test_a_long_sum(a, b):
    check_op(matmul, reference.matmul, a, b, order2=False, layouts=("transposed",), rtol=1e-5, atol=2e-3)
    check_threads(matmul, a, b)


@pytest.mark.parametrize("rows", [3, 14, 31, 100])
def test_a_second_operand_that_no_cache_holds(rows):
    rng = np.random.default_rng(rows)
    a, b = rng.standard_normal((rows, 1029), np.float32), rng.standard_normal((1029, 5219), np.float32)
    y = matmul(dlcore.tensor(a), dlcore.tensor(b)).numpy()
    np.testing.assert_allclose(y, a.astype(float) @ b.astype(float), rtol=0, atol=2e-4)


def test_a_long_sum_of_integers():
    check_op(matmul, reference.matmul, integers((3, 140_000), 9), integers((140_000, 2), 9), grad=False)


def test_every_stride_of_a_batch():
    a = np.random.default_rng(0).standard_normal((2, 3, 4, 5))
    b = np.random.default_rng(1).standard_normal((2, 3, 5, 6))
    for axes in ((0, 1, 2, 3), (1, 0, 2, 3), (0, 1, 3, 2), (3, 2, 1, 0), (2, 3, 0, 1), (0, 3, 1, 2)):
        back = tuple(np.argsort(axes))
        x = dlcore.from_numpy(a.transpose(axes).copy().transpose(back))
        y = dlcore.from_numpy(b.transpose(axes).copy().transpose(back))
        np.testing.assert_allclose(matmul(x, y).numpy(), a @ b, rtol=0, atol=1e-13)
    x, y = dlcore.from_numpy(a[:, ::2, ::3, ::2]), dlcore.from_numpy(b[:, ::2, ::2, 1::2])
    np.testing.assert_allclose(matmul(x, y).numpy(), a[:, ::2, ::3, ::2] @ b[:, ::2, ::2, 1::2], rtol=0, atol=1e-13)


def test_nothing_to_sum_gives_zeros():
    assert matmul(dlcore.zeros(2, 0), dlcore.zeros(0, 3)).tolist() == [[0, 0, 0], [0, 0, 0]]
    assert matmul(dlcore.zeros(0), dlcore.zeros(0)).item() == 0
    assert matmul(dlcore.zeros(4, 2, 0), dlcore.zeros(0, 3)).shape == (4, 2, 3)


def test_no_rows_no_columns_no_batch():
    for a, b in (((0, 3), (3, 4)), ((2, 3), (3, 0)), ((0, 2, 3), (3, 4)), ((0, 2, 3), (0, 3, 4)), ((2, 0, 3), (3, 4))):
        check_op(matmul, reference.matmul, a, b)


@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.uint8])
def test_integers_wrap_as_they_do_in_numpy(dtype):
    a, b = integers((2, 17, 5), 100, dtype=dtype), integers((5, 9), 100, dtype=dtype)
    check_op(matmul, reference.matmul, a, b, grad=False)


@pytest.mark.parametrize(("a", "b"), [((600, 90), (90, 500)), ((40, 50, 60), (40, 60, 30)), ((5000, 300), (300,))])
def test_threads(a, b):
    check_threads(matmul, a, b)


def test_nan_and_infinity_stay_in_their_rows_and_columns():
    a, b = np.ones((20, 30)), np.ones((30, 40))
    a[3, 4], b[5, 6] = np.nan, np.inf
    with np.errstate(invalid="ignore"):
        expected = a @ b
    np.testing.assert_array_equal(matmul(dlcore.from_numpy(a), dlcore.from_numpy(b)).numpy(), expected)


def test_operator():
    a, b = np.arange(6.0).reshape(2, 3), np.arange(3.0)
    x, y = dlcore.from_numpy(a), dlcore.from_numpy(b)
    for product in (x @ y, x @ b, x.matmul(y)):
        assert isinstance(product, dlcore.Tensor)
        np.testing.assert_array_equal(product.numpy(), a @ b)
    product = a @ y
    assert isinstance(product, dlcore.Tensor)
    np.testing.assert_array_equal(product.numpy(), a @ b)


def test_errors():
    x = dlcore.zeros(2, 3)
    check_error(
        ValueError,
        "matmul: shapes (2, 3) and (2, 3) do not fit: 3 columns meet 2 rows",
        lambda: matmul(x, x),
    )
    check_error(
        ValueError, "matmul: expected at least 1 dimension, got shapes (2, 3) and ()", lambda: matmul(x, dlcore.zeros())
    )
    check_error(
        TypeError,
        "matmul: expected operands of one dtype, got float32 and float64",
        lambda: matmul(x, dlcore.zeros(3, dtype=dlcore.float64)),
    )
    check_error(
        TypeError,
        "matmul: expected numbers, got dtype bool",
        lambda: matmul(dlcore.zeros(3, dtype=dlcore.bool), dlcore.zeros(3, dtype=dlcore.bool)),
    )
    check_error(
        ValueError,
        "matmul: shapes (2,) and (3,) do not broadcast",
        lambda: matmul(dlcore.zeros(2, 5, 3), dlcore.zeros(3, 3, 4)),
    )
