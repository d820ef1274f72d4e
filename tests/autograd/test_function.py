"""autograd.Function: gradients written in Python."""

import gc
import weakref

import dlcore
import numpy as np
import pytest
from dlcore.autograd import Function


class Exp(Function):
    """Saves its result."""

    @staticmethod
    def forward(ctx, x):
        y = x.exp()
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, dy):
        (y,) = ctx.saved_tensors
        return dy * y


class Polar(Function):
    """Two inputs, two outputs, a plain argument."""

    @staticmethod
    def forward(ctx, r, angle, scale):
        ctx.save_for_backward(r, angle)
        ctx.scale = scale
        return r * angle.cos() * scale, r * angle.sin() * scale

    @staticmethod
    def backward(ctx, dx, dy):
        r, angle = ctx.saved_tensors
        dr = (dx * angle.cos() + dy * angle.sin()) * ctx.scale
        dangle = r * (dy * angle.cos() - dx * angle.sin()) * ctx.scale
        return dr, dangle, None


def test_a_saved_result_has_gradients_of_any_order():
    x = dlcore.tensor([0.5, -1.0], dtype=dlcore.float64, requires_grad=True)
    y = Exp.apply(x)
    for _ in range(3):
        (y,) = dlcore.autograd.grad(y.sum(), x, create_graph=True)
        np.testing.assert_allclose(y.detach().numpy(), np.exp([0.5, -1.0]), rtol=1e-15)


def test_several_inputs_outputs_and_plain_arguments():
    r = dlcore.tensor([2.0], dtype=dlcore.float64, requires_grad=True)
    angle = dlcore.tensor([0.7], dtype=dlcore.float64, requires_grad=True)
    x, y = Polar.apply(r, angle, 3.0)
    dr, dangle = dlcore.autograd.grad((x * x + y * y).sum(), [r, angle], create_graph=True)
    assert dr.item() == pytest.approx(2 * 2 * 9)  # |scale r|^2 does not depend on the angle
    assert dangle.item() == pytest.approx(0, abs=1e-14)
    (second,) = dlcore.autograd.grad(dr, r)
    assert second.item() == pytest.approx(2 * 9)


def test_an_output_without_a_gradient_gives_zeros():
    r = dlcore.tensor([2.0], requires_grad=True)
    x, _ = Polar.apply(r, dlcore.tensor([0.0]), 1.0)
    x.sum().backward()
    assert r.grad.item() == 1


def test_name_and_needs_input_grad():
    seen = []

    class Probe(Function):
        @staticmethod
        def forward(ctx, a, n, b):
            seen.append(ctx.needs_input_grad)
            return a * n + b

        @staticmethod
        def backward(ctx, dy):
            return dy * 2, None, None

    y = Probe.apply(dlcore.ones(1, requires_grad=True), 2, dlcore.ones(1))
    assert seen == [(True, False, False)]
    assert y.grad_fn.name == "Probe"
    with dlcore.no_grad():
        assert not Probe.apply(dlcore.ones(1, requires_grad=True), 2, dlcore.ones(1)).requires_grad


def test_an_input_handed_through_keeps_its_own_history():
    class Reverse(Function):
        @staticmethod
        def forward(ctx, x):
            return x

        @staticmethod
        def backward(ctx, dy):
            return -dy

    x = dlcore.ones(1, requires_grad=True)
    y = Reverse.apply(x)
    assert x.is_leaf
    y.sum().backward()
    assert x.grad.item() == -1


def test_non_differentiable_outputs():
    class WithMask(Function):
        @staticmethod
        def forward(ctx, x):
            mask = x > 0
            doubled = x * 2
            ctx.mark_non_differentiable(mask)
            return doubled, mask

        @staticmethod
        def backward(ctx, dy, dmask):
            assert dmask is None
            return dy * 2

    x = dlcore.tensor([-1.0, 1.0], requires_grad=True)
    y, mask = WithMask.apply(x)
    assert not mask.requires_grad
    y.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [2, 2])


def test_a_saved_tensor_changed_in_place_is_an_error():
    x = dlcore.ones(1, requires_grad=True)
    middle = x * 2
    y = Polar.apply(middle, dlcore.zeros(1), 1.0)[0]
    middle += 1
    with pytest.raises(RuntimeError, match=r"^Polar: a tensor of shape"):
        y.sum().backward()


def test_a_wrong_number_of_gradients_is_an_error():
    class Short(Function):
        @staticmethod
        def forward(ctx, a, b):
            return a + b

        @staticmethod
        def backward(ctx, dy):
            return dy

    y = Short.apply(dlcore.ones(1, requires_grad=True), dlcore.ones(1))
    with pytest.raises(RuntimeError, match=r"^Short: backward returned 1 gradients for 2 arguments"):
        y.sum().backward()


def test_errors_in_backward_reach_the_caller():
    class Fails(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 1

        @staticmethod
        def backward(ctx, dy):
            raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        Fails.apply(dlcore.ones(1, requires_grad=True)).sum().backward()


def test_the_context_goes_with_the_graph():
    alive = []

    class Kept(Exp):
        @staticmethod
        def forward(ctx, x):
            alive.append(weakref.ref(ctx))
            return Exp.forward(ctx, x)

    y = Kept.apply(dlcore.ones(1, requires_grad=True))
    assert alive[0]() is not None
    del y
    gc.collect()
    assert alive[0]() is None
