"""nn.utils: clipping, vectors of parameters."""

import re

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn
from dlcore.nn.utils import (
    clip_grad_norm_,
    clip_grad_value_,
    clip_grads_with_norm_,
    get_total_norm,
    parameters_to_vector,
    vector_to_parameters,
)

RNG = np.random.default_rng(0)
GRADS = [RNG.standard_normal(shape) for shape in [(3, 5), (), (7,), (0, 2)]]
ORDERS = pytest.mark.parametrize("order", [1, 2, 2.5, 3, np.inf])


def parameters(grads=GRADS, dtype=dl.float64):
    made = [nn.Parameter(dl.zeros(grad.shape, dtype=dtype)) for grad in grads]
    for parameter, grad in zip(made, grads, strict=True):
        parameter.grad = dl.tensor(grad, dtype=dtype)
    return made


def vector_norm(order, grads=GRADS):
    return np.linalg.norm(np.concatenate([grad.reshape(-1) for grad in grads]), order)


@ORDERS
def test_the_norm_is_that_of_one_vector(order):
    tensors = [dl.tensor(grad) for grad in GRADS]
    np.testing.assert_allclose(get_total_norm(tensors, order).item(), vector_norm(order), rtol=1e-14)
    assert get_total_norm([]).item() == 0.0


@ORDERS
@pytest.mark.parametrize("factor", [0.25, 4.0])
def test_clipping_scales_all_gradients_where_they_are_too_large(order, factor):
    params = parameters()
    total = vector_norm(order)
    before = clip_grad_norm_(params, total * factor, order)
    np.testing.assert_allclose(before.item(), total, rtol=1e-14)
    scale = min(1.0, factor * total / (total + 1e-6))
    for parameter, grad in zip(params, GRADS, strict=True):
        np.testing.assert_allclose(parameter.grad.numpy(), grad * scale, rtol=1e-14)


def test_a_norm_within_bounds_leaves_every_bit():
    params = parameters(dtype=dl.float32)
    bits = [parameter.grad.numpy().copy() for parameter in params]
    clip_grad_norm_(params, 1e3)
    for parameter, grad in zip(params, bits, strict=True):
        np.testing.assert_array_equal(parameter.grad.numpy(), grad)


def test_what_may_be_given():
    (one,) = parameters([np.array([3.0, 4.0])])
    assert clip_grad_norm_(one, 10.0).item() == 5.0
    assert clip_grad_norm_((p for p in [one]), 1.0).item() == 5.0
    assert clip_grad_norm_([nn.Parameter(dl.ones(2))], 1.0).item() == 0.0, "none has a gradient"
    mixed = [*parameters([np.array([3.0])]), *parameters([np.array([4.0])], dl.float32)]
    assert clip_grad_norm_(mixed, 1.0).item() == 5.0
    assert [p.grad.dtype for p in mixed] == [dl.float64, dl.float32]
    np.testing.assert_allclose([p.grad.item() for p in mixed], [0.6, 0.8], rtol=1e-6)


@pytest.mark.parametrize("spoilt", [np.nan, np.inf])
def test_a_norm_that_is_not_finite(spoilt):
    params = parameters([np.array([1.0]), np.array([spoilt])])
    message = f"get_total_norm: the norm of order 2.0 is {spoilt}, so the gradients cannot be clipped; "
    with pytest.raises(RuntimeError, match=re.escape(message)):
        clip_grad_norm_(params, 1.0, error_if_nonfinite=True)
    assert params[0].grad.item() == 1.0
    clip_grad_norm_(params, 1.0)
    assert params[0].grad.item() != 1.0


def test_clipping_by_a_norm_that_is_known():
    (parameter,) = parameters([np.array([1.0, 2.0])])
    clip_grads_with_norm_(parameter, 1.0, dl.tensor(4.0, dtype=dl.float64))
    np.testing.assert_allclose(parameter.grad.numpy(), np.array([1.0, 2.0]) / (4 + 1e-6), rtol=1e-15)


def test_clipping_values():
    params = parameters()
    clip_grad_value_(params, 0.5)
    for parameter, grad in zip(params, GRADS, strict=True):
        np.testing.assert_array_equal(parameter.grad.numpy(), grad.clip(-0.5, 0.5))


@pytest.mark.parametrize("bound", [-1.0, float("nan")])
def test_bounds_that_cannot_be(bound):
    params = parameters([np.array([3.0])])
    with pytest.raises(ValueError, match=f"clip_grad_norm_: max_norm expected a number >= 0, got {bound}"):
        clip_grad_norm_(params, bound)
    with pytest.raises(ValueError, match=f"clip_grads_with_norm_: max_norm expected a number >= 0, got {bound}"):
        clip_grads_with_norm_(params, bound, dl.tensor(1.0))
    with pytest.raises(ValueError, match=f"clip_grad_value_: clip_value expected a number >= 0, got {bound}"):
        clip_grad_value_(params, bound)
    assert params[0].grad.item() == 3.0


def test_a_vector_of_parameters_there_and_back():
    source, target = (nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4)) for _ in range(2))
    vector = parameters_to_vector(source.parameters())
    expected = np.concatenate([p.detach().numpy().reshape(-1) for p in source.parameters()])
    np.testing.assert_array_equal(vector.detach().numpy(), expected)
    (vector * vector).sum().backward()
    np.testing.assert_array_equal(source[0].weight.grad.numpy(), 2 * source[0].weight.detach().numpy())

    vector_to_parameters(vector, target.parameters())
    np.testing.assert_array_equal(parameters_to_vector(target.parameters()).detach().numpy(), expected)
    assert all(p.is_leaf and p.requires_grad for p in target.parameters())


def test_a_vector_that_does_not_fit_changes_nothing():
    model = nn.Linear(2, 1)
    before = parameters_to_vector(model.parameters()).detach().numpy()
    for shape in [(2,), (4,), (3, 1)]:
        with pytest.raises(ValueError, match=re.escape(f"vector_to_parameters: vec expected shape (3,), got {shape}")):
            vector_to_parameters(dl.zeros(shape), model.parameters())
    with pytest.raises(TypeError, match="vector_to_parameters: vec expected a Tensor, got list"):
        vector_to_parameters([0.0] * 3, model.parameters())
    np.testing.assert_array_equal(parameters_to_vector(model.parameters()).detach().numpy(), before)
    with pytest.raises(ValueError, match="parameters_to_vector: parameters expected at least one, got none"):
        parameters_to_vector([])
