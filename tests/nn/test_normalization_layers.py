"""Normalizations as layers: values, gradients, running statistics, errors."""

import copy

import dlcore as dl
import numpy as np
import pytest
import reference
from check import check_error, check_op
from dlcore import nn
from layers import as_function, check_layer

SHAPES = {"1d": (4, 3, 5), "2d": (3, 4, 2, 5), "3d": (2, 3, 2, 3, 2)}
rng = np.random.default_rng(0)


def batches(count, shape):
    return [rng.standard_normal(shape) * 2 + 1 for _ in range(count)]


@pytest.mark.parametrize("dims", SHAPES)
def test_batch_norm_of_a_batch(dims):
    shape = SHAPES[dims]
    layer = getattr(nn, f"BatchNorm{dims}")(shape[1], track_running_stats=False)
    assert list(layer.buffers()) == []

    def expected(x, w, b):
        return reference.batch_norm(x, None, None, w, b, training=True)

    check_layer(layer, expected, shape, layouts=())
    check_layer(layer.eval(), expected, shape, layouts=())  # without running statistics, nothing else is there


def test_batch_norm_of_features_alone():
    layer = nn.BatchNorm1d(3, affine=False, track_running_stats=False)
    check_op(layer, lambda x: reference.batch_norm(x, None, None, training=True), (5, 3), layouts=())


@pytest.mark.parametrize("momentum", [0.1, 0.7, None])
def test_batch_norm_runs_along(momentum):
    layer = nn.BatchNorm2d(3, eps=1e-3, momentum=momentum, dtype=dl.float64)
    mean, var = np.zeros(3), np.ones(3)
    for count, x in enumerate(batches(4, (5, 3, 2, 4)), start=1):
        y = layer(dl.tensor(x))
        np.testing.assert_allclose(
            y.detach().numpy(), reference.batch_norm(x, None, None, training=True, eps=1e-3), rtol=1e-10, atol=1e-12
        )
        weight = 1 / count if momentum is None else momentum
        mean, var = reference.running_statistics(x, mean, var, weight)
        assert layer.num_batches_tracked.item() == count
        np.testing.assert_allclose(layer.running_mean.numpy(), mean, rtol=1e-12)
        np.testing.assert_allclose(layer.running_var.numpy(), var, rtol=1e-12)

    layer.eval()
    check_layer(
        layer,
        lambda x, w, b: reference.batch_norm(x, mean, var, w, b, eps=1e-3),
        (2, 3, 2, 4),
        dtypes=[np.float64],
        layouts=(),
    )
    np.testing.assert_allclose(layer.running_mean.numpy(), mean, rtol=1e-12)
    assert layer.num_batches_tracked.item() == 4
    layer.reset_parameters()
    assert layer.running_mean.numpy().tolist() == [0, 0, 0]
    assert layer.running_var.numpy().tolist() == [1, 1, 1]
    assert layer.num_batches_tracked.item() == 0


def test_a_refused_batch_changes_nothing():
    layer = nn.BatchNorm2d(3)
    for bad in (dl.zeros(1, 3, 1, 1), dl.zeros(2, 4, 5, 5)):
        with pytest.raises(ValueError, match=r"^batch_norm: "):
            layer(bad)
    assert layer.num_batches_tracked.item() == 0
    assert layer.running_var.numpy().tolist() == [1, 1, 1]


def test_state_and_copies_of_batch_norm():
    layer = nn.BatchNorm1d(2)
    names = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
    assert list(layer.state_dict()) == names
    assert layer.num_batches_tracked.dtype == dl.int64
    assert list(nn.BatchNorm1d(2, bias=False).state_dict()) == ["weight", *names[2:]]
    layer(dl.randn(8, 2))
    for other in (copy.deepcopy(layer), nn.BatchNorm1d(2)):
        other.load_state_dict(layer.state_dict())
        other(dl.randn(8, 2))
        assert other.num_batches_tracked.item() == 2
        assert layer.num_batches_tracked.item() == 1
    doubled = layer.double()
    assert doubled.running_mean.dtype == dl.float64
    assert doubled.num_batches_tracked.dtype == dl.int64


@pytest.mark.parametrize("dims", SHAPES)
def test_instance_norm(dims):
    shape = SHAPES[dims]
    layer = getattr(nn, f"InstanceNorm{dims}")(shape[1], affine=True)
    check_layer(layer, reference.instance_norm, shape, layouts=())
    plain = getattr(nn, f"InstanceNorm{dims}")(shape[1])
    assert list(plain.state_dict()) == []
    check_op(plain.eval(), reference.instance_norm, shape, layouts=())
    check_op(plain, lambda x: reference.instance_norm(x[None])[0], shape[1:], layouts=())


def test_instance_norm_runs_along():
    layer = nn.InstanceNorm1d(3, momentum=0.3, track_running_stats=True, dtype=dl.float64)
    mean, var = np.zeros(3), np.ones(3)
    for x in batches(3, (4, 3, 6)):
        layer(dl.tensor(x))
        mean, var = reference.running_statistics(x, mean, var, 0.3, each_sample=True)
    np.testing.assert_allclose(layer.running_mean.numpy(), mean, rtol=1e-12)
    np.testing.assert_allclose(layer.running_var.numpy(), var, rtol=1e-12)
    y = layer.eval()(dl.tensor(x)).numpy()
    np.testing.assert_allclose(y, reference.batch_norm(x, mean, var), rtol=1e-10)


def test_group_norm():
    check_layer(nn.GroupNorm(2, 6, eps=1e-3), lambda x, w, b: reference.group_norm(x, 2, w, b, 1e-3), (3, 6, 2, 5))
    check_op(nn.GroupNorm(3, 6, affine=False), lambda x: reference.group_norm(x, 3), (2, 6, 4))
    assert [name for name, _ in nn.GroupNorm(2, 4, bias=False).named_parameters()] == ["weight"]


def test_rms_norm():
    check_layer(nn.RMSNorm(7, 1e-3), lambda x, w: reference.rms_norm(x, (7,), w, 1e-3), (3, 7), ["weight"])
    plain = nn.RMSNorm((2, 5), 1e-5, elementwise_affine=False)
    check_op(plain, lambda x: reference.rms_norm(x, (2, 5), eps=1e-5), (3, 2, 5))
    assert repr(plain) == "RMSNorm((2, 5), eps=1e-05, elementwise_affine=False)"
    x = rng.standard_normal(4).astype(np.float32) * 1e-4  # so small that the default eps decides
    np.testing.assert_allclose(nn.RMSNorm(4)(dl.tensor(x)).detach().numpy(), reference.rms_norm(x, (4,)), rtol=1e-5)


def test_local_response_norm():
    layer = nn.LocalResponseNorm(3, alpha=0.5, beta=0.6, k=1.5)
    check_op(layer, lambda x: reference.local_response_norm(x, 3, 0.5, 0.6, 1.5), (2, 5, 3, 4), layouts=())


def test_dropout_of_channels():
    for layer, shape in (
        (nn.Dropout1d(0.25), (50, 80, 3)),
        (nn.Dropout1d(0.25), (4000, 3)),
        (nn.Dropout2d(0.25), (50, 80, 2, 3)),
        (nn.Dropout3d(0.25), (50, 80, 1, 2, 2)),
        (nn.Dropout3d(0.25), (4000, 1, 2, 2)),
    ):
        x = dl.tensor(rng.uniform(0.5, 1, shape)).requires_grad_()
        y = layer(x)
        factor = (y / x).detach().numpy()
        channels = factor.reshape(4000, -1)
        assert (channels == channels[:, :1]).all() or np.allclose(channels, channels[:, :1], atol=1e-12)
        assert sorted(np.unique(channels.round(9))) == [0, np.round(4 / 3, 9)]
        assert (channels[:, 0] == 0).mean() == pytest.approx(0.25, abs=0.04)
        y.sum().backward()
        np.testing.assert_allclose(x.grad.numpy(), factor, atol=1e-12)
        assert layer.eval()(x) is x
    x = dl.ones(2, 3, 4, 4)
    assert nn.Dropout2d(0.5, inplace=True)(x) is x


ERRORS = [
    (
        lambda: nn.BatchNorm1d(3)(dl.zeros(2, 3, 4, 4)),
        "BatchNorm1d: input expected 2 or 3 dimensions, got shape (2, 3, 4, 4)",
    ),
    (lambda: nn.BatchNorm2d(3)(dl.zeros(2, 3)), "BatchNorm2d: input expected 4 dimensions, got shape (2, 3)"),
    (
        lambda: nn.InstanceNorm3d(3)(dl.zeros(2, 3)),
        "InstanceNorm3d: input expected 4 or 5 dimensions, got shape (2, 3)",
    ),
    (lambda: nn.BatchNorm2d(-1), "BatchNorm2d: num_features expected not to be negative, got -1"),
    (lambda: nn.GroupNorm(3, 4), "GroupNorm: num_groups expected to divide num_channels 4, got 3"),
    (lambda: nn.LocalResponseNorm(0), "LocalResponseNorm: size expected to be positive, got 0"),
    (lambda: nn.Dropout2d()(dl.zeros(2, 3, 4)), "Dropout2d: input expected 4 dimensions, got shape (2, 3, 4)"),
    (lambda: nn.Dropout1d()(dl.zeros(2)), "Dropout1d: input expected 2 or 3 dimensions, got shape (2,)"),
    (lambda: nn.Dropout3d(1.5), "Dropout3d: p expected a probability in [0, 1], got 1.5"),
]


@pytest.mark.parametrize(("make", "message"), ERRORS, ids=[message for _, message in ERRORS])
def test_errors(make, message):
    check_error(ValueError, message, make)


def test_parameters_given_to_a_function_get_gradients_of_their_own():
    """as_function, by which the tests above take gradients, passes on what it is given."""
    layer = nn.GroupNorm(1, 2)
    weight = dl.ones(2).requires_grad_()
    as_function(layer, "weight")(dl.randn(3, 2, 4), weight).sum().backward()
    assert weight.grad is not None
