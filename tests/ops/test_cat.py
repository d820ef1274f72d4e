"""Joining tensors."""

import dlcore
import numpy as np
import reference as ref
from check import SIZES, check_error, check_op, check_threads


def test_cat():
    for n in SIZES:
        check_op(dlcore.cat, ref.cat, [(n, 3), (2, 3), (1, 3)])
        check_op(dlcore.cat, ref.cat, [(2, n), (2, 1), (2, 3)], dim=1)
    check_op(dlcore.cat, ref.cat, [(2, 3, 4), (2, 1, 4)], dim=-2)
    check_op(dlcore.concat, ref.cat, [(2,), (3,)])
    check_threads(dlcore.cat, [(300, 200), (300, 40)], dim=1)


def test_an_empty_vector_joins_anything():
    x = dlcore.from_numpy(np.ones((2, 3), np.float32))
    assert dlcore.cat([dlcore.zeros(0), x]).shape == (2, 3)
    assert dlcore.cat([dlcore.zeros(0), dlcore.zeros(0)]).shape == (0,)


def test_cat_promotes():
    ints = dlcore.from_numpy(np.array([1, 2]))
    halves = dlcore.from_numpy(np.array([0.5], np.float64)).requires_grad_()
    singles = dlcore.from_numpy(np.array([0.25], np.float32)).requires_grad_()
    y = dlcore.cat([ints, halves, singles])
    np.testing.assert_array_equal(y.detach().numpy(), [1, 2, 0.5, 0.25])
    assert y.dtype is dlcore.float64
    y.sum().backward()
    assert singles.grad.dtype is dlcore.float32


def test_stack():
    for dim in (0, 1, 2, -1, -3):
        check_op(dlcore.stack, ref.stack, [(2, 3), (2, 3), (2, 3)], dim=dim)
    check_op(dlcore.stack, ref.stack, [(), ()])
    check_op(dlcore.stack, ref.stack, [(0, 3), (0, 3)], dim=1)


def test_hstack_and_vstack():
    for shapes in ([(2, 3), (2, 1)], [(2,), (3,)], [(), (3,)]):
        check_op(dlcore.hstack, np.hstack, shapes)
    for shapes in ([(2, 3), (1, 3)], [(3,), (3,)], [(3,), (2, 3)], [(), ()]):
        check_op(dlcore.vstack, np.vstack, shapes)


def test_errors():
    a, b = dlcore.zeros(2, 3), dlcore.zeros(3, 2)
    check_error(ValueError, "cat: shapes (2, 3) and (3, 2) differ in more than axis 0", lambda: dlcore.cat([a, b]))
    check_error(IndexError, "cat: axis 2 is out of range for shape (2, 3)", lambda: dlcore.cat([a, a], 2))
    check_error(ValueError, "cat: expected at least one tensor", lambda: dlcore.cat([]))
    text = "cat: a 0-d tensor cannot be joined; use stack"
    check_error(ValueError, text, lambda: dlcore.cat([dlcore.zeros(()), dlcore.zeros(())]))
    check_error(ValueError, "stack: shapes (2, 3) and (3, 2) differ", lambda: dlcore.stack([a, b]))
    check_error(ValueError, "stack: expected at least one tensor", lambda: dlcore.stack([]))
    text = "stack: axis 3 is out of range for a new axis in shape (2, 3)"
    check_error(IndexError, text, lambda: dlcore.stack([a, a], 3))
