"""Limits, extremes and choices: clamp, maximum, minimum, where."""

import dlcore
import numpy as np
import pytest
import reference as ref
from check import SIZES, check_error, check_op, check_threads
from samples import boolean, distinct, exactly, integers, uniform


@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_extremes(name):
    op, reference = getattr(dlcore, name), getattr(ref, name)
    for n in SIZES:
        check_op(op, reference, distinct((n,)), exactly(np.full((n,), 0.1)), layouts=("stepped",))
    check_op(op, reference, distinct((3, 17)), exactly(np.linspace(-1, 1, 17)), layouts=("transposed",))
    check_op(op, reference, distinct((3, 1)), exactly(np.array(0.1)))
    check_threads(op, (300, 400), (400,))
    for dtype in (np.uint8, np.int32, np.int64):
        check_op(op, reference, integers((3, 17), 9, 0, dtype), integers((17,), 9, 0, dtype), grad=False)
    check_op(op, reference, boolean((9,)), boolean((9,)), grad=False)
    check_error(
        ValueError,
        f"{name}: shapes (2,) and (3,) do not broadcast",
        lambda: op(dlcore.ones(2), dlcore.ones(3)),
    )


@pytest.mark.parametrize(("name", "slopes"), [("maximum", [0.5, 0, 1, 0.5]), ("minimum", [0.5, 1, 0, 0.5])])
def test_extremes_share_the_gradient_at_a_tie(name, slopes):
    a = dlcore.tensor([1.0, 1.0, 3.0, 0.0], requires_grad=True)
    b = dlcore.tensor([1.0, 2.0, 2.0, -0.0], requires_grad=True)
    getattr(dlcore, name)(a, b).sum().backward()
    np.testing.assert_array_equal(a.grad.numpy(), slopes)
    np.testing.assert_array_equal(b.grad.numpy(), 1 - np.array(slopes))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extremes_pass_nan_on(dtype):
    values = np.array([0, 1, -1, np.inf, -np.inf, np.nan], dtype)
    a, b = (np.tile(m.ravel(), 2) for m in np.meshgrid(values, values))
    for name in ("maximum", "minimum"):
        got = getattr(dlcore, name)(dlcore.from_numpy(a), dlcore.from_numpy(b))
        np.testing.assert_array_equal(got.numpy(), getattr(np, name)(a, b))
    for limits in ((-0.5, 0.5), (None, 0.5), (-0.5, None), (2, -2), (np.nan, 1), (0, np.nan), (-np.inf, np.inf)):
        got = dlcore.clamp(dlcore.from_numpy(a), *limits)
        np.testing.assert_array_equal(got.numpy(), ref.clamp(a, *limits))


@pytest.mark.parametrize("limits", [(-0.52, 0.52), (None, 0.52), (-0.52, None), (0.5, -0.5)])
def test_clamp_to_numbers(limits):
    for n in SIZES:
        check_op(dlcore.clamp, ref.clamp, distinct((n,)), *limits, layouts=("stepped",))
    check_op(dlcore.clamp, ref.clamp, distinct((3, 17)), *limits)
    check_threads(dlcore.clamp, (300, 400), *limits)


def test_clamp_to_tensors():
    low, high = uniform((7,), -0.42, -0.38), uniform((3, 1), 0.31, 0.34)
    check_op(dlcore.clamp, ref.clamp, distinct((3, 7)), low, high, layouts=("transposed", "mixed"))
    check_op(dlcore.clamp, ref.clamp, distinct((3, 7)), low, None, layouts=("transposed",))
    check_op(dlcore.clamp, ref.clamp, distinct((3, 7)), None, high, layouts=("transposed",))
    check_op(dlcore.clamp, ref.clamp, distinct((3, 7)), high, low, layouts=("transposed",))  # min > max: max
    check_op(dlcore.clamp, ref.clamp, distinct((7,)), low, 0.02, layouts=("stepped",))


def test_the_gradient_of_clamp_includes_its_limits():
    x = dlcore.tensor([-1.0, -0.5, 0.0, 0.5, 1.0], requires_grad=True)
    x.clamp(-0.5, 0.5).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [0, 1, 1, 1, 0])


def test_clamp_of_integers():
    for dtype in (np.uint8, np.int32, np.int64):
        check_op(dlcore.clamp, ref.clamp, integers((40,), 9, 0, dtype), 2, 5, grad=False)
    x = dlcore.tensor([0, 5, 9])
    y = x.clamp(min=2.5)
    assert y.dtype is dlcore.float32
    assert y.tolist() == [2.5, 5, 9]
    assert x.clamp(dlcore.tensor([1, 6, 2]), 8).tolist() == [1, 6, 8]
    assert x.clamp_(max=7) is x
    assert x.tolist() == [0, 5, 7]


def test_clamp_errors():
    x = dlcore.ones(2)
    check_error(ValueError, "clamp: expected min, max or both", x.clamp)
    check_error(TypeError, "clamp: expected numbers, got dtype bool", lambda: (x > 0).clamp(False, True))
    text = "clamp: shapes (2,) and (3,) do not broadcast"
    check_error(ValueError, text, lambda: x.clamp(dlcore.ones(3)))


def test_where():
    for n in SIZES:
        check_op(dlcore.where, ref.where, boolean((n,)), (n,), (n,), layouts=("stepped",))
    check_op(dlcore.where, ref.where, boolean((3, 1)), (17,), (3, 17))
    check_op(dlcore.where, ref.where, boolean(()), (3,), ())
    check_op(dlcore.where, ref.where, boolean((3, 5)), (3, 5), 0.0)
    check_op(dlcore.where, ref.where, boolean((3, 5)), 2.0, (5,))
    check_threads(dlcore.where, boolean((300, 400)), (300, 400), (400,))
    for dtype in (np.uint8, np.int32, np.int64, bool):
        high = 2 if dtype is bool else 9
        check_op(
            dlcore.where,
            ref.where,
            boolean((40,)),
            integers((40,), high, 0, dtype),
            integers((), high, 0, dtype),
            grad=False,
        )
    c, x = dlcore.from_numpy(np.array([True, False])), dlcore.tensor([1.0, 2.0])
    assert x.where(c, -1).tolist() == [1, -1]
    assert dlcore.where(c, dlcore.tensor([1, 2]), 0.5).dtype is dlcore.float32


def test_what_where_leaves_out_does_not_spoil_the_gradient():
    x = dlcore.tensor([0.0, 2.0], requires_grad=True)
    dlcore.where(x > 0, x * x, dlcore.full_like(x, np.nan)).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [0, 4])


def test_where_errors():
    x = dlcore.ones(2)
    text = "where: condition: expected dtype bool, got float32"
    check_error(TypeError, text, lambda: dlcore.where(x, x, x))
    text = "where: shapes (3,) and (2,) do not broadcast"
    check_error(ValueError, text, lambda: dlcore.where(dlcore.ones(3) > 0, x, x))
