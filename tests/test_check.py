"""Prove that the checks fail when they should: each operation here is wrong in one way."""

import dlcore
import numpy as np
import pytest
from check import check_error, check_op, check_threads
from samples import boolean, distinct, integers, normal, positive, spd


def square(input):
    """Return x^2, by an operation that is right."""
    return input * input


def product_and_sum(input, other):
    """Return two results."""
    return input * other, input + other


def square_with(backward):
    """Return the square with a gradient of its own."""

    class Square(dlcore.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx, dy):
            (x,) = ctx.saved_tensors
            return backward(x, dy)

    return Square.apply


def test_right_operations_pass():
    check_op(square, square, (3, 17))
    check_op(square, square, x=())
    check_op(square, square, x=(0, 3))
    check_op(square_with(lambda x, dy: 2 * x * dy), square, (3, 17))
    check_op(product_and_sum, product_and_sum, (2, 3), other=positive((3,)))
    check_op(lambda xs: xs[0] * xs[1], lambda xs: xs[0] * xs[1], [(2, 3), distinct((2, 3))])
    check_op(lambda x: x == x, lambda x: x == x, integers((5,), 3), grad=False)
    check_op(lambda a, mask: a * mask, lambda a, mask: a * mask, spd(3), boolean((3, 3)))


def test_wrong_value_fails():
    with pytest.raises(AssertionError, match="value 0 differs in 51 of 51 elements"):
        check_op(lambda x: x * x * 1.001, square, positive((3, 17)))


def test_wrong_value_of_one_element_fails():
    spoiled = np.zeros(35)
    spoiled[34] = 1e-3
    with pytest.raises(AssertionError, match=r"value 0 differs in 1 of 35 elements, most at \(34,\)"):
        check_op(lambda x, e: x * x + e, lambda x, e: square(x), (35,), spoiled)


def test_wrong_shape_fails():
    with pytest.raises(AssertionError, match=r"value 0 has shape \(1, 5\), expected \(5,\)"):
        check_op(lambda x: (x * x).reshape((1, 5)), square, (5,))


def test_wrong_dtype_fails():
    with pytest.raises(AssertionError, match="value 0 has dtype bool, expected int64"):
        check_op(lambda x: x == x, lambda x: (x == x).astype(np.int64), integers((5,), 3), grad=False)


def test_missing_result_fails():
    with pytest.raises(AssertionError, match="gave 1 results, expected 2"):
        check_op(square, lambda x: (x * x, x), (5,))


def test_wrong_gradient_fails():
    with pytest.raises(AssertionError, match=r"float32\[3, 17\]\): gradient along direction 0"):
        check_op(square_with(lambda x, dy: 2.01 * x * dy), square, (3, 17))


def test_gradient_wrong_in_float64_only_in_the_sixth_digit_fails():
    with pytest.raises(AssertionError, match=r"float64\[3, 17\]\): gradient along direction 0"):
        check_op(square_with(lambda x, dy: (2 + 1e-5) * x * dy), square, (3, 17))


def test_nan_gradient_fails():
    with pytest.raises(AssertionError, match="gradient along direction 0: got nan"):
        check_op(square_with(lambda x, dy: float("nan") * x * dy), square, (3, 17))


def test_result_without_gradient_fails():
    with pytest.raises(AssertionError, match="the result does not require grad"):
        check_op(lambda x: square(x.detach()), square, (3, 17))


def test_wrong_second_gradient_of_the_argument_fails():
    with pytest.raises(AssertionError, match="second gradient along direction 0"):
        check_op(square_with(lambda x, dy: 2 * x.detach() * dy), square, (3, 17))


def test_wrong_second_gradient_of_the_incoming_gradient_fails():
    with pytest.raises(AssertionError, match="second gradient along direction 0"):
        check_op(square_with(lambda x, dy: 2 * x * dy.detach()), square, (3, 17))


def test_second_gradient_is_not_asked_for_without_order2():
    check_op(square_with(lambda x, dy: 2 * x.detach() * dy), square, (3, 17), order2=False)


def test_nothing_to_differentiate_fails():
    with pytest.raises(AssertionError, match="pass grad=False"):
        check_op(lambda x: x == x, lambda x: x == x, (5,))


def value_by_threads(x):
    return x * (1 + 1e-7 * dlcore.get_num_threads())


def gradient_by_threads(x):
    return square_with(lambda x, dy: 2 * x * dy * (1 + 1e-7 * dlcore.get_num_threads()))(x)


def test_values_that_depend_on_threads_fail():
    with pytest.raises(AssertionError, match=r"value 0 on \d threads"):
        check_op(value_by_threads, lambda x: x, (3, 17))
    with pytest.raises(AssertionError, match=r"value 0 on \d threads"):
        check_threads(value_by_threads, (3, 17), order=0)


def test_gradients_that_depend_on_threads_fail():
    with pytest.raises(AssertionError, match=r"gradient 0 on \d threads"):
        check_op(gradient_by_threads, square, (3, 17))


def test_values_that_depend_on_the_tape_fail():
    with pytest.raises(AssertionError, match="value 0 under no_grad"):
        check_op(lambda x: x * (1 if (x * 1).requires_grad else 1 + 1e-6), lambda x: x, (3, 17))


def test_strides_that_are_ignored_fail():
    def in_storage_order(x):
        return x * 1 if x.is_contiguous() else x.T.reshape(x.shape)

    with pytest.raises(AssertionError, match="value 0 for transposed arguments differs"):
        check_op(in_storage_order, lambda x: x, normal((3, 17)))


def test_changed_argument_fails():
    def doubled_in_place(x):
        x.mul_(2)
        return x * 1

    with pytest.raises(AssertionError, match="argument 0 was changed"):
        check_op(doubled_in_place, lambda x: 2 * x, (3, 17), grad=False)


def raise_index_error():
    raise IndexError("softmax: axis 3 is out of range for shape (2, 5)")


def test_check_error_wants_class_and_text():
    check_error(IndexError, "softmax: axis 3 is out of range for shape (2, 5)", raise_index_error)
    with pytest.raises(IndexError) as raised:
        raise_index_error()
    for error, text in (ValueError, str(raised.value)), (IndexError, "softmax: axis 3"):
        with pytest.raises(AssertionError, match="raised   IndexError: softmax: axis 3"):
            check_error(error, text, raise_index_error)
    with pytest.raises(AssertionError, match="returned 1"):
        check_error(ValueError, "no", lambda: 1)
