"""L-BFGS and its line search."""

import math

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn
from line_search import searched
from reference import optim as reference
from small_losses import SIZE, Problem, Waves, sphere

LINE_SEARCH = pytest.mark.parametrize("line_search", [None, "strong_wolfe"])


@pytest.mark.parametrize("history_size", [1, 3, 100])
def test_steps_of_a_length(history_size):
    problem = Problem()
    optimizer = dl.optim.LBFGS(problem.params, lr=0.5, max_iter=1, history_size=history_size)
    path = reference.lbfgs(problem.w, problem.gradient, 15, 0.5, history_size)
    for expected in path:
        optimizer.step(problem.closure(optimizer))
        np.testing.assert_allclose(problem.weights(), expected, rtol=1e-9, atol=1e-10)


def test_many_iterations_in_one_call_are_those_of_many_calls():
    problem = Problem()
    optimizer = dl.optim.LBFGS(problem.params, lr=0.5, max_iter=9)
    optimizer.step(problem.closure(optimizer))
    expected = reference.lbfgs(problem.w, problem.gradient, 9, 0.5)[-1]
    np.testing.assert_allclose(problem.weights(), expected, rtol=1e-9, atol=1e-10)
    assert problem.calls == 9
    state = optimizer.state[problem.params[0]]
    assert (state["n_iter"], state["func_evals"]) == (9, 9)


SIZES = [1, 7, 8, 9, 35, 2047, 2048, 2049, 10_001]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("dtype", [dl.float64, dl.float32])
def test_parameters_of_every_size(size, dtype):
    # the first step is as short as there are parameters many, and the difference of its ends loses as many digits
    tolerance = 1e-12 * size + 1e-9 if dtype == dl.float64 else 3e-7 * size + 1e-4
    waves = Waves(size, dtype)
    optimizer = dl.optim.LBFGS(waves.params, lr=0.5, max_iter=1, history_size=4, tolerance_grad=0, tolerance_change=0)
    for expected in reference.lbfgs(waves.w, waves.gradient, 8, 0.5, 4):
        optimizer.step(waves.closure)
        np.testing.assert_allclose(waves.weights(), expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("history_size", [2, 100])
def test_steps_along_which_the_loss_does_not_curve_upwards_are_not_remembered(history_size):
    waves = Waves(SIZE, height=2.0)
    optimizer = dl.optim.LBFGS(waves.params, 0.2, 1, None, 0, 0, history_size)
    path = reference.lbfgs(waves.w, waves.gradient, 12, 0.2, history_size)
    for expected in path:
        optimizer.step(waves.closure)
        np.testing.assert_allclose(waves.weights(), expected, rtol=1e-8, atol=1e-9)
    points = [waves.w, *path]
    s, y = np.diff(points, axis=0)[:-1], np.diff([waves.gradient(w) for w in points], axis=0)[:-1]
    kept = (s * y).sum(1) > 0
    assert 2 < kept.sum() < len(kept)
    (state,) = optimizer.state.values()
    last = slice(-history_size, None)
    np.testing.assert_allclose(np.array([x.tolist() for x in state["old_stps"]]), s[kept][last], rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(np.array([x.tolist() for x in state["old_dirs"]]), y[kept][last], rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(state["ro"], 1 / (s * y).sum(1)[kept][last], rtol=1e-6)


@LINE_SEARCH
def test_the_same_bits_on_every_number_of_threads(line_search):
    ends = []
    for threads in (1, 2, 3):
        dl.set_num_threads(threads)
        waves = Waves(100_003, dl.float32, height=0.3)
        optimizer = dl.optim.LBFGS(waves.params, 0.5, max_iter=6, history_size=3, line_search_fn=line_search)
        optimizer.step(waves.closure)
        ends.append(waves.weights().tobytes())
    assert ends[0] == ends[1] == ends[2]


def test_parameters_and_gradients_in_any_order_of_memory():
    ends = []
    for transposed in (False, True):
        values = dl.tensor(np.random.default_rng(2).standard_normal((5, 9)))
        p = nn.Parameter(values.T.contiguous().T if transposed else values.clone())
        assert p.is_contiguous() != transposed
        optimizer = dl.optim.LBFGS([p], 0.5, max_iter=5, line_search_fn="strong_wolfe")

        def closure(p=p, transposed=transposed):
            gradient = p.detach() ** 3
            p.grad = gradient.T.contiguous().T if transposed else gradient.contiguous()
            return float((p.detach() ** 4).sum()) / 4

        optimizer.step(closure)
        ends.append(p.detach().numpy())
    np.testing.assert_array_equal(*ends)


@pytest.mark.parametrize("dtype", [dl.float64, dl.float32])
def test_a_line_search_comes_to_the_bottom(dtype):
    problem = Problem(dtype)
    optimizer = dl.optim.LBFGS(problem.params, max_iter=60, tolerance_change=0, line_search_fn="strong_wolfe")
    first = optimizer.step(problem.closure(optimizer))
    assert first.item() > problem.loss().item()
    gradient = problem.gradient(problem.weights().astype(float))
    assert abs(gradient).max() < (1e-6 if dtype == dl.float64 else 2e-3)


@pytest.mark.parametrize("first", [1e-3, 0.5, 3.0, 100.0])
@pytest.mark.parametrize(
    ("loss", "slope"),
    [
        (lambda t: (t - 2) ** 2 / 4, lambda t: (t - 2) / 2),
        (lambda t: np.cosh(t - 1) / np.sinh(1), lambda t: np.sinh(t - 1) / np.sinh(1)),
        (lambda t: -2 * t / (t * t + 2), lambda t: 2 * (t * t - 2) / (t * t + 2) ** 2),  # More and Thuente's first
        (lambda t: 9 * np.cos(3 * t) - t, lambda t: -27 * np.sin(3 * t) - 1),
    ],
)
def test_the_strong_wolfe_conditions_hold(loss, slope, first):
    *tried, found = searched(dl, loss, slope, first, evaluations=60)
    assert slope(0.0) == -1.0
    assert loss(found) <= loss(0.0) - 1e-4 * found
    assert abs(slope(found)) <= 0.9
    assert found == tried[-1]
    assert len(tried) < 20


def test_a_search_without_evaluations_left_takes_the_better_end():
    for height, found in ((0.5, 1.0), (2.0, 0.0)):
        tried = searched(dl, lambda t, height=height: 1.0 if t == 0 else height, lambda _: -1.0, 1.0, evaluations=1)
        assert tried == [0.0, 1.0, found]


def test_a_parameter_without_gradient_stays():
    used, unused = nn.Parameter(dl.ones(2)), nn.Parameter(dl.ones(3))
    optimizer = dl.optim.LBFGS([used, unused])

    def closure():
        optimizer.zero_grad()
        loss = (used * used).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    assert unused.tolist() == [1.0, 1.0, 1.0]
    assert abs(used.detach().numpy()).max() < 1e-3


def test_nothing_moves_where_the_gradient_vanishes():
    p = nn.Parameter(dl.zeros(2))
    optimizer = dl.optim.LBFGS([p])

    def closure():
        optimizer.zero_grad()
        loss = (p * p).sum()
        loss.backward()
        return loss

    assert optimizer.step(closure).item() == 0.0
    assert optimizer.state[p]["n_iter"] == 0


@LINE_SEARCH
def test_a_rate_of_zero_moves_nothing(line_search):
    p = nn.Parameter(dl.tensor([1.0, 2.0]))
    optimizer = dl.optim.LBFGS([p], lr=0.0, line_search_fn=line_search)
    assert optimizer.step(sphere(optimizer, p)).item() == 5.0
    assert p.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("at", [0, 3000, 4999])
def test_the_largest_component_of_many_decides(at):
    """Of the gradient, whether there is a step; of the step, whether there is another one."""
    slope = np.zeros(5000)
    slope[at] = 1.0
    p = nn.Parameter(dl.zeros(5000))

    def closure():
        p.grad = dl.tensor(slope, dtype=dl.float32)
        return 1e6 * float(p.detach() @ p.grad)

    for tolerances, iterations in (((2.0, 0), 0), ((0.5, 1e-3), 3), ((0.5, 0.05), 1)):
        optimizer = dl.optim.LBFGS([p], 1e-2, 3, 10, *tolerances)
        optimizer.step(closure)
        assert optimizer.state[p]["n_iter"] == iterations


@LINE_SEARCH
@pytest.mark.parametrize(("scale", "offset"), [(math.inf, 0), (math.nan, 0), (1e38, 0), (1, math.inf), (1, math.nan)])
def test_a_loss_that_is_not_finite_moves_nothing(line_search, scale, offset):
    p = nn.Parameter(dl.tensor([1.0, 2.0]))
    optimizer = dl.optim.LBFGS([p], line_search_fn=line_search)
    optimizer.step(sphere(optimizer, p, scale, offset))
    assert p.tolist() == [1.0, 2.0]


def test_a_search_turns_back_from_where_the_loss_is_no_number():
    p = nn.Parameter(dl.tensor([4.0]))
    optimizer = dl.optim.LBFGS([p], lr=100.0, line_search_fn="strong_wolfe")

    def closure():  # least at 1, and nothing below 0
        optimizer.zero_grad()
        loss = (p - p.log()).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    np.testing.assert_allclose(p.item(), 1.0, rtol=1e-3)


def test_parameters_without_elements():
    p = nn.Parameter(dl.zeros(0))
    optimizer = dl.optim.LBFGS([p])
    assert optimizer.step(sphere(optimizer, p)).item() == 0.0


def test_iterations_end_where_the_loss_is_no_longer_a_number():
    p = nn.Parameter(dl.tensor([1.0]))
    optimizer = dl.optim.LBFGS([p], lr=3.0)

    def closure():  # falls down to 0, and is nothing below
        optimizer.zero_grad()
        loss = (p.log() + p).sum()
        loss.backward()
        return loss

    for _ in range(3):
        optimizer.step(closure)
    assert optimizer.state[p]["n_iter"] == 1
    assert math.isfinite(p.item())
    assert p.item() < 0
