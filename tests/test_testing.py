"""The checks themselves: they pass what is right and fail what is wrong."""

import math
import re

import dlcore as dl
import numpy as np
import pytest
from dlcore.testing import GradcheckError, assert_close, gradcheck, gradgradcheck


def fails(message, *args, **kwargs):
    with pytest.raises(AssertionError) as error:
        assert_close(*args, **kwargs)
    assert message in str(error.value)


def test_close_values_pass():
    x = np.random.default_rng(0).standard_normal((3, 4))
    assert_close(dl.tensor(x), dl.tensor(x))
    assert_close(dl.tensor(x), x)
    assert_close(dl.tensor(x, dtype=dl.float32), dl.tensor(x * (1 + 1e-6), dtype=dl.float32))
    assert_close(dl.tensor([1.0, math.inf]), dl.tensor([1.0, math.inf]))
    assert_close(dl.tensor(2.0), 2.0)
    assert_close(dl.zeros(0, 3), dl.zeros(0, 3))
    assert_close(dl.ones(2, 3).T, dl.ones(3, 2))
    assert_close(dl.tensor([1.0]), dl.tensor([1.2]), rtol=0.0, atol=0.25)
    assert_close(dl.tensor([math.nan]), dl.tensor([math.nan]), equal_nan=True)
    assert_close({"a": [dl.ones(1)], "b": (1, 2.0)}, {"a": [dl.ones(1)], "b": (1, 2.0)})
    assert_close(dl.ones(1, requires_grad=True), dl.ones(1))


def test_the_message_counts_and_points():
    actual, expected = dl.tensor([[1.0, 2.0], [3.0, 0.5]]), dl.tensor([[1.0, 2.5], [3.0, 0.25]])
    with pytest.raises(AssertionError) as error:
        assert_close(actual, expected)
    assert str(error.value) == (
        "values are not close: 2 of 4 elements differ (50.0 %)\n"
        "greatest absolute difference: 0.5 at index (0, 1) (allowed: 1e-05)\n"
        "greatest relative difference: 1 at index (1, 1) (allowed: 1.3e-06)"
    )


def test_what_differs_fails():
    fails("shapes differ: expected (3,), got (1, 3)", dl.ones(1, 3), dl.ones(3))
    fails("dtypes differ: expected float64, got float32", dl.ones(1), dl.ones(1, dtype=dl.float64))
    assert_close(dl.ones(1), dl.ones(1, dtype=dl.float64), check_dtype=False)
    fails("1 of 1 elements differ", dl.tensor([math.nan]), dl.tensor([math.nan]))
    fails("1 of 1 elements differ", dl.tensor([math.nan]), dl.tensor([1.0]))
    fails("1 of 1 elements differ", dl.tensor([math.inf]), dl.tensor([-math.inf]))
    fails("1 of 1 elements differ", dl.tensor([1.0]), dl.tensor([math.inf]))
    fails("allowed: 0", dl.tensor([1]), dl.tensor([2]))
    fails("greatest absolute difference: 1 at", dl.tensor([2**62]), dl.tensor([2**62 + 1]))
    fails("1 of 2 elements differ", dl.tensor([True, False]), dl.tensor([True, True]))
    fails("keys differ: expected ['a'], got ['b']", {"b": 1}, {"a": 1})
    fails("lengths differ: expected 2, got 1", [1], [1, 2])
    fails("values of item ['a'][1] are not close", {"a": [1, 2]}, {"a": [1, 3]})
    fails("my own words", 1.0, 2.0, msg="my own words")
    with pytest.raises(ValueError, match="assert_close: rtol and atol expected both or neither, got one"):
        assert_close(1.0, 1.0, rtol=0.1)


def x64(*shape):
    return dl.tensor(np.random.default_rng(1).uniform(0.5, 2.0, shape)).requires_grad_()


@pytest.mark.parametrize("check", [gradcheck, gradgradcheck])
def test_right_gradients_pass(check):
    assert check(lambda x: x.exp() * x, x64(2, 3))
    assert check(lambda x, y: x * y.log(), [x64(3), x64(2, 3)])
    assert check(lambda x, y: (x * y, x.exp(), x.sum()), (x64(3), x64(3)))
    assert check(lambda x: (x * x).sum(), x64())
    assert check(lambda x: x.exp(), x64(0))
    assert check(lambda x, n: x**n, (x64(3), 3))
    assert check(lambda x: x.T.exp(), x64(2, 3))


class Wrong(dl.autograd.Function):
    """x^2, whose gradient is off by a factor for the second element."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, dy):
        (x,) = ctx.saved_tensors
        return dy * x * dl.tensor([2.0, 2.5], dtype=dl.float64)


def test_a_wrong_gradient_fails():
    x = dl.tensor([1.0, 2.0], dtype=dl.float64).requires_grad_()
    with pytest.raises(GradcheckError) as error:
        gradcheck(Wrong.apply, [x])
    assert re.match(
        r"gradcheck: 1 of 4 derivatives of output 0 by input 0 disagree; furthest off is that of "
        r"output\[1\] by input\[1\]: autograd 5, finite differences (4|3\.999\d+|4\.000\d+)$",
        str(error.value),
    )
    assert gradcheck(Wrong.apply, [x], raise_exception=False) is False
    assert gradcheck(Wrong.apply, [x], atol=2.0) is True


def test_a_wrong_second_gradient_fails():
    x = x64(3)

    def detached(x):
        return x * x.detach() + 0.5 * (x - x.detach()) ** 2 * 3

    with pytest.raises(GradcheckError):
        gradgradcheck(detached, [x])


def test_a_gradient_that_is_missing_fails():
    with pytest.raises(GradcheckError, match="autograd 0, finite differences"):
        gradcheck(lambda x, y: x + y.detach(), [x64(2), x64(2)])


def test_a_gradient_that_wavers_fails():
    class Wavering(dl.autograd.Function):
        calls = 0

        @staticmethod
        def forward(ctx, x):
            return x * 1.0

        @staticmethod
        def backward(ctx, dy):
            Wavering.calls += 1
            return dy * (1.0 + 1e-9 * Wavering.calls)

    with pytest.raises(GradcheckError, match="output 0, input 0: two evaluations of the gradient differ"):
        gradcheck(Wavering.apply, [x64(2)])
    assert gradcheck(Wavering.apply, [x64(2)], nondet_tol=1e-6)


def test_inputs_stay_as_they_are():
    x = x64(2, 2)
    before = x.detach().numpy().copy()
    gradcheck(lambda x: x.exp(), x)
    np.testing.assert_array_equal(x.detach().numpy(), before)
    assert x.grad is None


def test_inputs_that_cannot_be_checked():
    with pytest.raises(ValueError, match="gradcheck: inputs expected a tensor with requires_grad, got none"):
        gradcheck(lambda x: x, dl.ones(1))
    with pytest.warns(UserWarning, match="gradcheck: inputs that are not float64"):
        gradcheck(lambda x: x * 2, dl.ones(1).requires_grad_(), eps=1e-2)
    with pytest.raises(ValueError, match="gradgradcheck: func expected to return a tensor with a gradient, got none"):
        gradgradcheck(lambda x: x.detach(), x64(1))


def test_given_grad_outputs():
    assert gradgradcheck(lambda x: x.exp(), x64(2), dl.tensor([1.0, -1.0], dtype=dl.float64))
