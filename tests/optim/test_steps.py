"""Every optimizer that steps element by element, against its paper's algorithm in NumPy."""

import math
import re

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn
from reference import optim as reference

RNG = np.random.default_rng(0)
CASES = [
    ("SGD", {}),
    ("SGD", {"weight_decay": 0.1}),
    ("SGD", {"momentum": 0.9}),
    ("SGD", {"momentum": 0.9, "dampening": 0.5, "weight_decay": 0.1}),
    ("SGD", {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    ("SGD", {"momentum": 0.9, "maximize": True}),
    ("Adagrad", {}),
    ("Adagrad", {"lr_decay": 0.1, "initial_accumulator_value": 0.5, "weight_decay": 0.1}),
    ("Adagrad", {"eps": 1e-2, "maximize": True}),
    ("RMSprop", {}),
    ("RMSprop", {"centered": True, "alpha": 0.75}),
    ("RMSprop", {"momentum": 0.9, "alpha": 0.5, "weight_decay": 0.1}),
    ("RMSprop", {"momentum": 0.9, "alpha": 0.5, "centered": True, "eps": 1e-2, "maximize": True}),
    ("Adadelta", {}),
    ("Adadelta", {"rho": 0.5, "eps": 1e-2, "weight_decay": 0.1, "maximize": True}),
    ("Adam", {}),
    ("Adam", {"betas": (0.5, 0.75), "eps": 1e-2}),
    ("Adam", {"betas": (0.0, 0.0)}),
    ("Adam", {"weight_decay": 0.1}),
    ("Adam", {"amsgrad": True, "betas": (0.5, 0.5)}),
    ("Adam", {"maximize": True, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("AdamW", {}),
    ("AdamW", {"weight_decay": 0.5, "betas": (0.5, 0.75), "amsgrad": True}),
    ("Adamax", {}),
    ("Adamax", {"betas": (0.5, 0.5), "eps": 1e-2, "weight_decay": 0.1, "maximize": True}),
    ("RAdam", {}),
    ("RAdam", {"betas": (0.5, 0.875), "eps": 1e-2, "weight_decay": 0.1}),
    ("RAdam", {"decoupled_weight_decay": True, "weight_decay": 0.5, "maximize": True}),
    ("Lion", {}),
    ("Lion", {"betas": (0.5, 0.25), "weight_decay": 0.1, "maximize": True}),
]
NAMES = sorted({name for name, _ in CASES})


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
@pytest.mark.parametrize("shape", [(), (0,), (1,), (7,), (3, 5), (257, 129)])
@pytest.mark.parametrize(("dtype", "tolerance"), [(dl.float64, 1e-12), (dl.float32, 2e-5)])
def test_steps(name, options, shape, dtype, tolerance):
    w = RNG.standard_normal(shape)
    sizes = np.array([1, 10, 0.1, 0.1, 0.1, 1, 2]).reshape(-1, *[1] * len(shape))  # seven: RAdam waits for five
    grads = RNG.standard_normal((7, *shape)) * sizes
    p = nn.Parameter(dl.tensor(w, dtype=dtype))
    optimizer = getattr(dl.optim, name)([p], lr=0.1, **options)
    for g in grads:
        p.grad = dl.tensor(g, dtype=dtype)
        optimizer.step()
    expected = getattr(reference, name.lower())(w, grads, lr=0.1, **options)
    np.testing.assert_allclose(p.detach().numpy(), expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_threads_and_cuts(name, options):
    """One long parameter or its pieces, which the kernel cuts elsewhere; the threads change no bit."""
    w = RNG.standard_normal(20_000).astype("f")
    grads = RNG.standard_normal((3, w.size)).astype("f")

    def trained(cuts, threads):
        dl.set_num_threads(threads)
        params = [nn.Parameter(dl.tensor(part)) for part in np.split(w, cuts)]
        optimizer = getattr(dl.optim, name)(params, lr=0.1, **options)
        for g in grads:
            for p, part in zip(params, np.split(g, cuts), strict=True):
                p.grad = dl.tensor(part)
            optimizer.step()
        return np.concatenate([p.detach().numpy() for p in params])

    whole = trained([], 1)
    for cuts in ([], [1, 17, 4096, 9001], [8191, 8193]):
        one = trained(cuts, 1)
        for threads in (2, 3):
            np.testing.assert_array_equal(trained(cuts, threads), one)
        np.testing.assert_allclose(one, whole, rtol=1e-6, atol=1e-6)  # where vectors end, products fuse otherwise


@pytest.mark.parametrize("name", NAMES)
def test_a_gradient_that_is_nan_spoils_its_own_weight_alone(name):
    p = nn.Parameter(dl.ones(600))
    optimizer = getattr(dl.optim, name)([p], lr=0.1)
    grad = np.ones(600, "f")
    grad[3] = np.nan
    p.grad = dl.tensor(grad)
    optimizer.step()
    np.testing.assert_array_equal(np.isnan(p.detach().numpy()), np.isnan(grad))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [3, 600])
def test_a_weight_that_is_infinite_stays(name, size):
    """A mask that is kept among the parameters, say."""
    p = nn.Parameter(dl.zeros(size))
    p.data[1] = -math.inf
    optimizer = getattr(dl.optim, name)([p], lr=0.1)
    for _ in range(7):
        p.grad = dl.zeros(size)
        optimizer.step()
    np.testing.assert_array_equal(p.detach().numpy(), [0, -np.inf, *[0] * (size - 2)])


@pytest.mark.parametrize("options", [{}, {"momentum": 0.9}], ids=str)
def test_a_gradient_that_is_infinite(options):
    p = nn.Parameter(dl.zeros(3))
    optimizer = dl.optim.SGD([p], lr=0.1, **options)
    p.grad = dl.tensor([math.inf, -math.inf, 1.0])
    optimizer.step()
    np.testing.assert_array_equal(p.detach().numpy(), np.float32([-np.inf, np.inf, -0.1]))


def test_squares_beyond_the_largest_number_do_not_spoil_what_has_no_use_for_them():
    p = nn.Parameter(dl.zeros(70))
    optimizer = dl.optim.RAdam([p], lr=1e-21)
    p.grad = dl.full((70,), 1e20)
    optimizer.step()  # the first ones are without the root of the mean of the squares
    np.testing.assert_allclose(p.detach().numpy(), -0.1, rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("Adagrad", {"lr_decay": -1}, "Adagrad: lr_decay expected a finite number >= 0, got -1"),
        ("RMSprop", {"alpha": 1.5}, "RMSprop: alpha expected a number in [0, 1], got 1.5"),
        ("RMSprop", {"momentum": -1}, "RMSprop: momentum expected a finite number >= 0, got -1"),
        ("Adadelta", {"rho": -0.5}, "Adadelta: rho expected a number in [0, 1], got -0.5"),
        ("AdamW", {"betas": (1.0, 0.5)}, "AdamW: betas expected two numbers in [0, 1), got (1.0, 0.5)"),
        ("Adamax", {"eps": -1}, "Adamax: eps expected a finite number >= 0, got -1"),
        ("RAdam", {"betas": (0.5,)}, "RAdam: betas expected two numbers in [0, 1), got (0.5,)"),
        ("Lion", {"weight_decay": -1}, "Lion: weight_decay expected a finite number >= 0, got -1"),
    ],
)
def test_options_that_make_no_sense(name, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        getattr(dl.optim, name)([dl.ones(1)], **options)


@pytest.mark.parametrize(
    ("name", "option", "value", "error", "message"),
    [
        ("RMSprop", "alpha", 2.0, ValueError, "rmsprop_step: alpha expected a number <= 1, got 2"),
        ("Lion", "betas", (0.5, 1.0), ValueError, "lion_step: betas expected two numbers in [0, 1), got 1"),
        ("Adamax", "betas", 0.5, TypeError, "step: betas expected two numbers, got float"),
        ("Adam", "betas", (0.5, "b"), TypeError, "step: betas expected two numbers, got str"),
        ("SGD", "lr", "fast", TypeError, "step: lr expected a number, got str"),
        ("Adam", "amsgrad", np.ones(2), TypeError, "step: amsgrad expected a boolean, got numpy.ndarray"),
        ("SGD", "params", (), TypeError, "step: params expected a list, got tuple"),
    ],
)
def test_an_option_spoilt_later_changes_nothing(name, option, value, error, message):
    p = nn.Parameter(dl.ones(2))
    optimizer = getattr(dl.optim, name)([p])
    p.grad = dl.ones(2)
    optimizer.param_groups[0][option] = value
    with pytest.raises(error, match=re.escape(message)):
        optimizer.step()
    assert p.tolist() == [1.0, 1.0]
    del optimizer.param_groups[0][option]
    with pytest.raises(TypeError, match=f"step: {option} expected .*, got nothing"):
        optimizer.step()


def test_options_switched_on_while_training_begin_their_state():
    p = nn.Parameter(dl.ones(2))
    optimizer = dl.optim.RMSprop([p], lr=0.1)
    p.grad = dl.ones(2)
    optimizer.step()
    assert optimizer.state[p].keys() == {"step", "square_avg"}
    optimizer.param_groups[0].update(momentum=0.5, centered=True)
    optimizer.step()
    assert optimizer.state[p].keys() == {"step", "square_avg", "momentum_buffer", "grad_avg"}


def test_adamw_keeps_its_decay_apart_whatever_it_loads():
    p = nn.Parameter(dl.ones(2))
    state = dl.optim.Adam([p]).state_dict()
    optimizer = dl.optim.AdamW([p])
    optimizer.load_state_dict(state)
    assert optimizer.param_groups[0]["decoupled_weight_decay"] is True
