"""Sums, products, quotients and their operators."""

import operator

import dlcore
import numpy as np
import pytest
import reference as ref
from check import SIZES, check_error, check_op, check_threads
from samples import distinct, integers, normal, positive

INTS = [np.uint8, np.int32, np.int64]


@pytest.mark.parametrize("name", ["add", "sub", "mul", "div"])
def test_values_and_gradients(name):
    op, reference = getattr(dlcore, name), getattr(ref, name)
    for shapes in [((3, 17), (3, 17)), ((3, 1), (17,)), ((), (2, 3)), ((2, 1, 3), (4, 1)), ((), ()), ((0, 3), (3,))]:
        check_op(op, reference, shapes[0], positive(shapes[1]))
    check_threads(op, (300, 400), positive((400,)))


@pytest.mark.parametrize("n", SIZES)
def test_sizes(n):
    for other in ((n,), ()):
        check_op(dlcore.mul, ref.mul, (n,), other, layouts=("stepped",))
        check_op(dlcore.add, ref.add, other, (n,), layouts=("stepped",))
    check_op(dlcore.neg, ref.neg, (n,), layouts=("stepped",))


def test_eight_dimensions():
    check_op(dlcore.add, ref.add, (1, 2, 1, 2, 1, 2, 1, 2), (2, 1, 2, 1, 2, 1, 2, 1))


@pytest.mark.parametrize("alpha", [1, 0, -2, 0.5])
def test_alpha(alpha):
    check_op(dlcore.add, ref.add, (3, 5), (5,), alpha=alpha)
    check_op(dlcore.sub, ref.sub, (3, 5), (5,), alpha=alpha)
    x, y = np.ones(3, np.float32), np.arange(3, dtype=np.float32)
    a = dlcore.from_numpy(x.copy())
    assert a.add_(dlcore.from_numpy(y), alpha=alpha) is a
    np.testing.assert_allclose(a.numpy(), x + alpha * y)
    a.sub_(dlcore.from_numpy(y), alpha=alpha)
    np.testing.assert_allclose(a.numpy(), x)
    np.testing.assert_allclose(dlcore.rsub(a, 5, alpha=alpha).numpy(), 5 - alpha * x)


def test_alpha_of_integers():
    x = dlcore.tensor([1, 2])
    assert dlcore.add(x, x, alpha=3).tolist() == [4, 8]
    check_error(
        TypeError,
        "add: alpha: expected a number that fits a result of dtype int64, got float64",
        lambda: dlcore.add(x, x, alpha=0.5),
    )
    check_error(
        ValueError, "sub: alpha: expected one number, got shape (2,)", lambda: dlcore.sub(x, x, alpha=dlcore.ones(2))
    )


@pytest.mark.parametrize("mode", ["floor", "trunc"])
def test_rounded_quotients(mode):
    check_op(
        dlcore.div, ref.div, distinct((3, 7)), positive((3, 7)), rounding_mode=mode, order2=False, dtypes=[np.float64]
    )
    for dtype in (np.float32, np.float64):
        x = np.random.default_rng(0).integers(-50, 50, 4000).astype(dtype) / 8
        y = np.random.default_rng(1).choice([-2.5, -1, -0.125, 0.125, 0.5, 1, 3, 7], 4000).astype(dtype)
        got = dlcore.div(dlcore.from_numpy(x), dlcore.from_numpy(y), rounding_mode=mode)
        np.testing.assert_array_equal(got.numpy(), getattr(np, mode)(x.astype(np.float64) / y))
    for dtype in INTS:
        low = 0 if dtype == np.uint8 else -40
        check_op(
            dlcore.div,
            _int_div,
            integers((70,), 40, low, dtype),
            integers((70,), 9, 1, dtype),
            rounding_mode=mode,
            grad=False,
        )


def _int_div(a, b, rounding_mode):
    q = np.abs(a.astype(np.int64)) // np.abs(b.astype(np.int64)) * np.sign(a) * np.sign(b)
    return (a // b if rounding_mode == "floor" else q).astype(a.dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_floor_divide_and_remainder(dtype):
    rng = np.random.default_rng(0)
    a = rng.integers(-1000, 1000, 5000).astype(dtype) / 16
    b = (rng.integers(1, 60, 5000) * rng.choice([-1, 1], 5000)).astype(dtype) / 16
    q = dlcore.floor_divide(dlcore.from_numpy(a), dlcore.from_numpy(b)).numpy()
    r = dlcore.remainder(dlcore.from_numpy(a), dlcore.from_numpy(b)).numpy()
    np.testing.assert_array_equal(q, np.floor_divide(a, b))
    np.testing.assert_array_equal(r, np.remainder(a, b))
    check_op(dlcore.remainder, ref.remainder, distinct((3, 5)), positive((5,)), order2=False, layouts=("transposed",))


def test_rounded_quotients_at_special_values():
    a = np.array([1, -1, 0, np.inf, -np.inf, np.nan, 1, -1, 1], np.float32)
    b = np.array([0, 0, 0, 2, 2, 1, np.inf, np.inf, np.nan], np.float32)
    with np.errstate(all="ignore"):
        x, y = dlcore.from_numpy(a), dlcore.from_numpy(b)
        np.testing.assert_array_equal(dlcore.remainder(x, y).numpy(), np.remainder(a, b))
        np.testing.assert_array_equal(dlcore.div(x, y).numpy(), a / b)
        np.testing.assert_array_equal(
            (x // y).numpy(), [np.inf, -np.inf, np.nan, np.nan, np.nan, np.nan, 0, -1, np.nan]
        )


@pytest.mark.parametrize("dtype", INTS)
def test_integers_divide_like_numpy(dtype):
    info = np.iinfo(dtype)
    rng = np.random.default_rng(0)
    a = np.concatenate([rng.integers(info.min, info.max, 3000, dtype), [info.min, info.max, info.min, 0]]).astype(dtype)
    b = np.concatenate([rng.integers(-9 if info.min else 0, 9, 3000), [info.max, 1, 1, info.max]]).astype(dtype)
    b[b == 0] = 3
    big = rng.integers(info.max // 2, info.max, a.size, dtype)
    for divisor in (b, big):
        x, y = dlcore.from_numpy(a), dlcore.from_numpy(divisor)
        np.testing.assert_array_equal((x // y).numpy(), _floor_divide(a, divisor))
        np.testing.assert_array_equal((x % y).numpy(), _remainder(a, divisor))


def _floor_divide(a, b):
    return np.array([int(i) // int(j) for i, j in zip(a, b, strict=True)], object).astype(np.int64).astype(a.dtype)


def _remainder(a, b):
    return np.array([int(i) % int(j) for i, j in zip(a, b, strict=True)], object).astype(a.dtype)


def test_the_smallest_integer_divided_by_minus_one_wraps():
    for dtype in (np.int32, np.int64):
        low = np.iinfo(dtype).min
        x = dlcore.from_numpy(np.array([low] * 9, dtype))
        minus = dlcore.from_numpy(np.full(9, -1, dtype))
        assert (x // minus).tolist() == [low] * 9
        assert dlcore.div(x, minus, rounding_mode="trunc").tolist() == [low] * 9
        assert (x % minus).tolist() == [0] * 9


@pytest.mark.parametrize("dtype", INTS)
def test_integer_overflow_wraps(dtype):
    rng = np.random.default_rng(0)
    info = np.iinfo(dtype)
    a, b = (rng.integers(info.min, info.max, 67, dtype, endpoint=True) for _ in range(2))
    x, y = dlcore.from_numpy(a), dlcore.from_numpy(b)
    for op in (operator.add, operator.sub, operator.mul):
        result = op(x, y)
        assert result.dtype == x.dtype
        np.testing.assert_array_equal(result.numpy(), op(a, b))
    np.testing.assert_array_equal((-x).numpy(), -a)


def test_bool():
    a, b = np.array([0, 0, 1, 1], bool), np.array([0, 1, 0, 1], bool)
    x, y = dlcore.from_numpy(a), dlcore.from_numpy(b)
    np.testing.assert_array_equal((x + y).numpy(), a | b)
    np.testing.assert_array_equal((x * y).numpy(), a & b)
    np.testing.assert_array_equal(dlcore.add(x, y).numpy(), a | b)
    np.testing.assert_array_equal(x.clone().add_(y).numpy(), a | b)
    assert (x / (y + 1)).dtype is dlcore.float32
    for name, call in [("sub", lambda: x - y), ("neg", lambda: -x)]:
        check_error(TypeError, f"{name}: expected numbers, got dtype bool; use logical ops for bool", call)
    check_error(TypeError, "floor_divide: expected numbers, got dtype bool", lambda: x // y)
    check_error(TypeError, "remainder: expected numbers, got dtype bool", lambda: x % y)
    check_error(TypeError, "pow: expected numbers, got dtype bool", lambda: x**y)


OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, operator.pow]


@pytest.mark.parametrize("op", OPERATORS)
def test_operators_take_tensors_numbers_and_arrays_on_either_side(op):
    a = np.array([[1.5, 2.0, 0.25]], np.float32)
    b = np.array([[2.0], [3.0]], np.float32)
    x = dlcore.from_numpy(a)
    for other in (dlcore.from_numpy(b), 2, 2.5, np.float32(2.5), np.float64(2.5), np.int64(2), b):
        plain = b if isinstance(other, dlcore.Tensor) else other
        weak = plain if isinstance(plain, np.ndarray) else np.float32(plain)
        for got, expected in ((op(x, other), op(a, weak)), (op(other, x), op(weak, a))):
            assert isinstance(got, dlcore.Tensor), f"{op.__name__} with {type(other)}"
            np.testing.assert_allclose(got.numpy(), expected, rtol=1e-6)


INPLACE = [
    (operator.iadd, operator.add),
    (operator.isub, operator.sub),
    (operator.imul, operator.mul),
    (operator.itruediv, operator.truediv),
    (operator.ifloordiv, operator.floordiv),
    (operator.imod, operator.mod),
    (operator.ipow, operator.pow),
]


@pytest.mark.parametrize(("in_place", "op"), INPLACE)
def test_operators_in_place(in_place, op):
    for other in (np.array([2.0, 3, 0.5], np.float32), 2, 2.5):
        a = np.array([[1.5, 2.0, 0.25], [4.0, 5.0, 6.0]], np.float32)
        memory = a.copy()
        x = dlcore.from_numpy(memory)
        y = in_place(x, dlcore.from_numpy(other) if isinstance(other, np.ndarray) else other)
        assert y is x
        np.testing.assert_allclose(memory, op(a, other), rtol=1e-6)


def test_strangers_are_left_to_others():
    class Stranger:
        def __radd__(self, other):
            return "mine"

    x = dlcore.ones(2)
    assert x + Stranger() == "mine"
    for op in OPERATORS:
        with pytest.raises(TypeError, match="unsupported operand"):
            op(x, object())
    with pytest.raises(TypeError):
        x += None
    assert +x is x


@pytest.mark.parametrize("exponent", [0, 1, 2, 3, -1, -2, 0.5, -0.5, 2.5, -1.5])
def test_pow_of_a_number(exponent):
    check_op(dlcore.pow, ref.pow, positive((3, 17)), float(exponent), layouts=("transposed",))


def test_pow_of_tensors():
    check_op(dlcore.pow, ref.pow, positive((3, 7)), normal((7,)))
    check_op(dlcore.pow, ref.pow, positive((3, 1)), normal(()))
    check_op(lambda exponent: dlcore.pow(2.5, exponent), lambda exponent: 2.5**exponent, normal((3, 5)))


def test_pow_at_special_values():
    values = np.array([0.0, -0.0, 1, -1, 2, -2, 0.5, 3, -3, np.inf, -np.inf, np.nan])
    for dtype in (np.float32, np.float64):
        a, b = (m.ravel().astype(dtype) for m in np.meshgrid(values, values))
        with np.errstate(all="ignore"):
            got, expected = (dlcore.from_numpy(a) ** dlcore.from_numpy(b)).numpy(), np.power(a, b)
        np.testing.assert_allclose(got, expected, rtol=4 * np.finfo(dtype).eps)
        np.testing.assert_array_equal(np.signbit(got[expected == 0]), np.signbit(expected[expected == 0]))
    x = dlcore.tensor([0.0, 2.0], dtype=dlcore.float64, requires_grad=True)
    for exponent, slopes in ((0, [0, 0]), (1, [1, 1]), (2, [0, 4])):
        (dx,) = dlcore.autograd.grad((x**exponent).sum(), x)
        assert dx.tolist() == slopes
    b = dlcore.tensor([0.0, 2.0], dtype=dlcore.float64, requires_grad=True)
    (db,) = dlcore.autograd.grad((dlcore.tensor([0.0, 0.0], dtype=dlcore.float64) ** b).sum(), b)
    assert db.tolist() == [0, 0]


@pytest.mark.parametrize("dtype", INTS)
def test_integer_powers(dtype):
    a = np.arange(-4 if dtype != np.uint8 else 0, 5).astype(dtype)
    x = dlcore.from_numpy(a)
    for exponent in (0, 1, 2, 3, 5):
        np.testing.assert_array_equal((x**exponent).numpy(), a ** np.array(exponent, dtype))
        np.testing.assert_array_equal((x ** dlcore.full_like(x, exponent)).numpy(), a ** np.array(exponent, dtype))
    text = "pow: integers have no negative integer powers, got exponent -1"
    check_error(ValueError, text, lambda: x**-1)
    assert (x**2.0).dtype is dlcore.float32


def test_integer_division_by_zero():
    x, zero = dlcore.tensor([1, 2]), dlcore.tensor([1, 0])
    check_error(ValueError, "floor_divide: integer division by zero", lambda: x // zero)
    check_error(ValueError, "remainder: integer division by zero", lambda: x % 0)
    check_error(ValueError, "div: integer division by zero", lambda: dlcore.div(x, zero, rounding_mode="trunc"))
    assert (x / zero).tolist() == [1, np.inf]
    assert (x // 0.0).tolist() == [np.inf, np.inf]


def test_errors():
    x, y = dlcore.zeros(2, 3), dlcore.zeros(4)
    for name in ("add", "sub", "mul", "div", "floor_divide", "remainder", "pow"):
        text = f"{name}: shapes (2, 3) and (4,) do not broadcast"
        check_error(ValueError, text, lambda name=name: getattr(dlcore, name)(x, y))
    check_error(
        ValueError,
        "div: rounding_mode: expected None, 'trunc' or 'floor', got 'up'",
        lambda: dlcore.div(x, x, rounding_mode="up"),
    )


@pytest.mark.parametrize("name", ["add", "sub", "mul", "div"])
def test_gradients_keep_the_dtype_and_shape_of_their_input(name):
    a = dlcore.ones(2, 3).requires_grad_()
    b = dlcore.ones(3, dtype=dlcore.float64).requires_grad_()
    getattr(dlcore, name)(a, b).sum().backward()
    assert (a.grad.dtype, a.grad.shape) == (dlcore.float32, (2, 3))
    assert (b.grad.dtype, b.grad.shape) == (dlcore.float64, (3,))
