"""Batch, instance and group normalization: one kernel, three ways of saying what is normalized together."""

import dlcore
import numpy as np
import pytest
import reference
from check import SIZES, check_error, check_op, check_threads
from samples import constant, normal, positive

# (N, C, ...): short and long runs, more than one sum in float32, and few units that are shared out.
SHAPES = [(4, 3), (5, 70), (300, 3), (3, 4, 5), (2, 3, 17), (2, 2, 3, 7), (2, 1, 1100)]


def batch_norm(input, *parameters, **options):
    return dlcore.batch_norm(input, None, None, *parameters, training=True, **options)


def expected_batch_norm(input, *parameters, **options):
    return reference.batch_norm(input, None, None, *parameters, training=True, **options)


@pytest.mark.parametrize("shape", SHAPES)
def test_batch_norm(shape):
    C = (shape[1],)
    for parameters in ([C, C], [C], [None, C], []):
        check_op(batch_norm, expected_batch_norm, shape, *parameters, eps=0.1)


@pytest.mark.parametrize("shape", SHAPES)
def test_batch_norm_in_evaluation(shape):
    C = (shape[1],)
    statistics = constant(normal(C)), constant(positive(C))
    for parameters in ([C, C], [C], [None, C], []):
        check_op(dlcore.batch_norm, reference.batch_norm, shape, *statistics, *parameters)


@pytest.mark.parametrize("shape", [s for s in SHAPES if len(s) > 2])
def test_instance_norm(shape):
    C = (shape[1],)

    def instance_norm(input, *parameters, **options):
        return dlcore.instance_norm(input, None, None, *parameters, **options)

    for parameters in ([C, C], []):
        check_op(instance_norm, reference.instance_norm, shape, *parameters, eps=0.1)


@pytest.mark.parametrize(
    ("shape", "groups"), [((4, 6), 2), ((3, 4), 1), ((2, 6, 5), 3), ((2, 4, 3, 7), 2), ((1, 2, 1100), 1)]
)
def test_group_norm(shape, groups):
    C = (shape[1],)

    def group_norm(input, *parameters, num_groups, **options):
        return dlcore.group_norm(input, num_groups, *parameters, **options)

    def expected(input, *parameters, num_groups, **options):
        return reference.group_norm(input, num_groups, *parameters, **options)

    for parameters in ([C, C], [C], [None, C], []):
        check_op(group_norm, expected, shape, *parameters, num_groups=groups, eps=0.1)


@pytest.mark.parametrize("size", [n for n in SIZES if n > 1])
def test_sizes(size):
    check_op(batch_norm, expected_batch_norm, (2, 2, size), (2,), (2,), eps=0.1)
    check_op(batch_norm, expected_batch_norm, (size, 2), (2,), (2,), eps=0.1)


@pytest.mark.parametrize("shape", [(2, 3, 70_000), (40, 20, 300), (200, 100)])
def test_more_than_one_piece(shape):
    C = (shape[1],)
    check_op(batch_norm, expected_batch_norm, shape, C, C, eps=0.1, order2=False, layouts=())
    if len(shape) > 2:
        check_op(
            lambda x, w: dlcore.group_norm(x, 1, w),
            lambda x, w: reference.group_norm(x, 1, w),
            shape,
            C,
            order2=False,
            layouts=(),
        )


@pytest.mark.parametrize("shape", [(2, 3, 70_000), (40, 20, 300), (3000, 100)])
def test_threads(shape):
    check_threads(batch_norm, shape, (shape[1],), (shape[1],))
    statistics = constant(normal((shape[1],))), constant(positive((shape[1],)))
    check_threads(dlcore.batch_norm, shape, *statistics, (shape[1],), (shape[1],))


def test_running_statistics():
    rng = np.random.default_rng(0)
    for shape in ((8, 5), (4, 5, 20)):
        x, mean, var = rng.standard_normal(shape), rng.standard_normal(5), rng.uniform(1, 2, 5)
        for momentum in (0.1, 0.7, 0.0, 1.0):
            for op, each_sample in ((dlcore.batch_norm, False), (dlcore.instance_norm, True)):
                if each_sample and len(shape) == 2:
                    continue
                running = [dlcore.tensor(mean), dlcore.tensor(var)]
                flag = {"use_input_stats": True} if each_sample else {"training": True}
                op(dlcore.tensor(x), *running, momentum=momentum, **flag)
                expected = reference.running_statistics(x, mean, var, momentum, each_sample)
                for got, wanted in zip(running, expected, strict=True):
                    np.testing.assert_allclose(got.numpy(), wanted, rtol=1e-12)


def test_running_statistics_are_used_and_left_alone_in_evaluation():
    mean, var = dlcore.tensor([1.0, 2.0]), dlcore.tensor([4.0, 9.0])
    for op in (dlcore.batch_norm, dlcore.instance_norm):
        y = op(dlcore.ones(1, 2, 3), mean, var, None, None, False, eps=0.0)
        np.testing.assert_allclose(y[0, :, 0].numpy(), [0, -1 / 3], rtol=1e-6)
    assert (mean.tolist(), var.tolist()) == ([1, 2], [4, 9])


def test_statistics_may_move_before_the_gradient_is_taken():
    mean, var = dlcore.zeros(2), dlcore.ones(2)
    x = dlcore.ones(3, 2, 20, requires_grad=True)
    y = dlcore.batch_norm(x, mean, var, eps=0.0)
    var.mul_(100)
    y.sum().backward()
    assert x.grad.tolist() == dlcore.ones(3, 2, 20).tolist()


def test_a_large_mean_leaves_the_digits_of_the_variance():
    x = np.random.default_rng(0).standard_normal((4, 3, 3000)).astype(np.float32) + np.float32(1000)
    got = batch_norm(dlcore.from_numpy(x)).numpy()
    np.testing.assert_allclose(got, expected_batch_norm(x.astype(np.float64)), atol=2e-4)


def test_empty():
    running = [dlcore.zeros(3), dlcore.ones(3)]
    assert dlcore.batch_norm(dlcore.zeros(0, 3), *running, training=True).shape == (0, 3)
    assert running[1].tolist() == [1, 1, 1], "nothing was seen"
    assert dlcore.batch_norm(dlcore.zeros(2, 3, 0), *running).shape == (2, 3, 0)
    assert dlcore.group_norm(dlcore.zeros(0, 4, 5), 2).shape == (0, 4, 5)
    w = dlcore.ones(3, requires_grad=True)
    dlcore.batch_norm(dlcore.zeros(0, 3, 5), None, None, w, training=True).sum().backward()
    assert w.grad.tolist() == [0, 0, 0]


def test_errors():
    x = dlcore.zeros(2, 3, 5)
    message = "batch_norm: expected an input (N, C, ...) of at least 2 dimensions, got shape (3,)"
    check_error(ValueError, message, lambda: dlcore.batch_norm(dlcore.zeros(3), None, None, training=True))
    message = "batch_norm: expected an input of a floating dtype, got int64"
    check_error(TypeError, message, lambda: dlcore.batch_norm(dlcore.tensor([[1], [2]]), None, None, training=True))
    message = "batch_norm: weight: expected shape (3,), got (5,)"
    check_error(ValueError, message, lambda: dlcore.batch_norm(x, None, None, dlcore.ones(5), training=True))
    message = "batch_norm: running_var: expected the input's dtype float32, got float64"
    var = dlcore.ones(3, dtype=dlcore.float64)
    check_error(TypeError, message, lambda: dlcore.batch_norm(x, dlcore.ones(3), var))
    message = "batch_norm: expected running_mean and running_var with training=False"
    check_error(ValueError, message, lambda: dlcore.batch_norm(x, None, dlcore.ones(3)))
    message = "batch_norm: expected more than one value per channel in training, got shape (1, 3)"
    check_error(ValueError, message, lambda: dlcore.batch_norm(dlcore.zeros(1, 3), None, None, training=True))
    message = "instance_norm: expected more than one value per channel of a sample, got shape (2, 3, 1)"
    check_error(ValueError, message, lambda: dlcore.instance_norm(dlcore.zeros(2, 3, 1)))
    message = "instance_norm: expected running_mean and running_var with use_input_stats=False"
    check_error(ValueError, message, lambda: dlcore.instance_norm(x, use_input_stats=False))
    message = "group_norm: num_groups 2 does not divide the 3 channels of shape (2, 3, 5)"
    check_error(ValueError, message, lambda: dlcore.group_norm(x, 2))
    message = "group_norm: num_groups: expected a positive number, got 0"
    check_error(ValueError, message, lambda: dlcore.group_norm(x, 0))
