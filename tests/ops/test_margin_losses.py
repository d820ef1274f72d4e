"""Losses of scores and margins, and of numbers beside numbers."""

import dlcore
import numpy as np
import pytest
import reference
from check import check_error, check_op
from samples import Sample, constant, distinct, exactly, integers, normal, positive

REDUCTIONS = ("none", "mean", "sum")


def signs(shape):
    return Sample(lambda rng: rng.choice([-1.0, 1.0], shape), differentiable=False)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("beta", [0.0, 0.33, 1.0, 2.02])
def test_smooth_l1_loss(beta, reduction):
    target = exactly(np.zeros((3, 17)) + 0.02)
    check_op(dlcore.smooth_l1_loss, reference.smooth_l1_loss, distinct((3, 17)), target, reduction=reduction, beta=beta)


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_of_signs(reduction):
    options = {"reduction": reduction, "layouts": ("transposed", "stepped")}
    check_op(dlcore.soft_margin_loss, reference.soft_margin_loss, normal((3, 7), 3), signs((3, 7)), **options)
    for margin in (1.0, 0.37):
        call = (distinct((3, 7)), signs((3, 7)), margin)
        check_op(dlcore.hinge_embedding_loss, reference.hinge_embedding_loss, *call, **options)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("p", [1, 2])
def test_multi_margin_loss(p, reduction):
    for weight in (None, constant(positive((5,)))):
        call = (distinct((4, 5)), integers((4,), 5), p, 0.77, weight, reduction)
        check_op(dlcore.multi_margin_loss, reference.multi_margin_loss, *call, layouts=("transposed",))
    single = (distinct((5,)), np.array(3), p, 1.03, None, reduction)
    check_op(dlcore.multi_margin_loss, reference.multi_margin_loss, *single, layouts=())


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("var", [(4, 5), (4, 1), (4,)])
def test_gaussian_nll_loss(var, reduction):
    for full in (False, True):
        call = (normal((4, 5)), normal((4, 5)), positive(var), full, 1e-3, reduction)
        check_op(dlcore.gaussian_nll_loss, reference.gaussian_nll_loss, *call, layouts=("transposed",))


def test_a_small_variance_counts_as_eps_and_has_the_gradient_there():
    var = dlcore.tensor([[1e-9]], dtype=dlcore.float64, requires_grad=True)
    x, target = dlcore.tensor([[0.3]], dtype=dlcore.float64), dlcore.zeros(1, 1, dtype=dlcore.float64)
    loss = dlcore.gaussian_nll_loss(x, target, var, eps=0.01)
    loss.backward()
    np.testing.assert_allclose(loss.item(), (np.log(0.01) + 0.09 / 0.01) / 2)
    np.testing.assert_allclose(var.grad.item(), (1 / 0.01 - 0.09 / 0.01**2) / 2)


def test_errors():
    x, t = dlcore.zeros(2, 3), dlcore.tensor([0, 2])
    for name in ("smooth_l1_loss", "soft_margin_loss", "hinge_embedding_loss"):
        text = f"{name}: expected a target of the input's shape (2, 3), got (3,)"
        check_error(ValueError, text, lambda name=name: getattr(dlcore, name)(x, x[0]))
    check_error(ValueError, "smooth_l1_loss: expected beta >= 0, got -1", lambda: dlcore.smooth_l1_loss(x, x, beta=-1))
    name = "multi_margin_loss"
    check_error(ValueError, f"{name}: expected p to be 1 or 2, got 3", lambda: dlcore.multi_margin_loss(x, t, 3))
    shape = f"{name}: for an input of shape (2, 3) expected a target of shape (2,), got (1,)"
    check_error(ValueError, shape, lambda: dlcore.multi_margin_loss(x, t[:1]))
    dtype = f"{name}: expected a target of class indices (int64), got dtype float32"
    check_error(TypeError, dtype, lambda: dlcore.multi_margin_loss(x, t.to(dlcore.float32)))
    weight = f"{name}: expected weight of shape (3,), got (2,)"
    check_error(ValueError, weight, lambda: dlcore.multi_margin_loss(x, t, weight=dlcore.ones(2)))
    target = f"{name}: target 3 at position 1 is out of range for 3 classes"
    check_error(IndexError, target, lambda: dlcore.multi_margin_loss(x, t + dlcore.tensor([0, 1])))
    axes = f"{name}: expected an input of shape (N, C) or (C,), got (1, 2, 3)"
    check_error(ValueError, axes, lambda: dlcore.multi_margin_loss(x.unsqueeze(0), t))
    name = "gaussian_nll_loss"
    var = f"{name}: expected var of shape (2, 3), (2, 1) or (2,), got (3,)"
    check_error(ValueError, var, lambda: dlcore.gaussian_nll_loss(x, x, x[0]))
    negative = f"{name}: expected no negative variance"
    check_error(ValueError, negative, lambda: dlcore.gaussian_nll_loss(x, x, x - 1))
    check_error(ValueError, f"{name}: expected eps > 0, got 0", lambda: dlcore.gaussian_nll_loss(x, x, x, eps=0))
