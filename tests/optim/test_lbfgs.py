"""L-BFGS and its line search."""

import copy
import math
import re

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn
from dlcore.optim.lbfgs_history import History
from dlcore.optim.wolfe import Point, strong_wolfe
from dlcore.train import load_checkpoint, save_checkpoint
from reference import optim as reference

RNG = np.random.default_rng(0)
SHAPES = [(2, 3), (4,), ()]
SIZE = 11


def bowl(rng):
    """Return a positive definite matrix whose curvatures differ by thirty."""
    q, _ = np.linalg.qr(rng.standard_normal((SIZE, SIZE)))
    return q * np.geomspace(0.1, 3, SIZE) @ q.T


class Problem:
    """Half of w A w plus the sum of log cosh(w - c), of parameters of several shapes."""

    def __init__(self, dtype=dl.float64):
        rng = np.random.default_rng(1)
        self.a, self.c, self.w = bowl(rng), rng.standard_normal(SIZE), rng.standard_normal(SIZE)
        parts = np.split(self.w, np.cumsum([int(np.prod(shape)) for shape in SHAPES])[:-1])
        self.params = [
            nn.Parameter(dl.tensor(part.reshape(shape), dtype=dtype)) for part, shape in zip(parts, SHAPES, strict=True)
        ]
        self.tensors = dl.tensor(self.a, dtype=dtype), dl.tensor(self.c, dtype=dtype)
        self.calls = 0

    def gradient(self, w):
        return self.a @ w + np.tanh(w - self.c)

    def loss(self):
        self.calls += 1
        a, c = self.tensors
        w = nn.utils.parameters_to_vector(self.params)
        return (w @ a @ w) / 2 + (nn.functional.softplus(2 * (w - c)) - w).sum()

    def weights(self):
        return nn.utils.parameters_to_vector(self.params).detach().numpy()

    def closure(self, optimizer):
        def closure():
            optimizer.zero_grad()
            loss = self.loss()
            loss.backward()
            return loss

        return closure


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


@pytest.mark.parametrize(
    ("pairs", "last_with_it"), [(0, False), (1, False), (1, True), (4, False), (5, True), (7, False), (7, True)]
)
@pytest.mark.parametrize("capacity", [4, 10])
def test_direction(pairs, last_with_it, capacity):
    a = bowl(RNG)
    steps = RNG.standard_normal((pairs, SIZE))
    changes, gradient = steps @ a, RNG.standard_normal(SIZE)
    expected = reference.two_loops(gradient, steps[-capacity:], changes[-capacity:], 0.3)
    known = pairs - 1 if last_with_it else pairs
    history = History(capacity, dl.zeros(SIZE, dtype=dl.float64), dl.tensor(steps[:known]), dl.tensor(changes[:known]))
    newest = (dl.tensor(steps[-1]), dl.tensor(changes[-1])) if last_with_it else None
    np.testing.assert_allclose(history.direction(dl.tensor(gradient), 0.3, newest).numpy(), expected, rtol=1e-9)
    curvatures = [1 / (s @ y) for s, y in zip(steps, changes, strict=True)]
    np.testing.assert_allclose(history.inverse_curvatures(), curvatures[-capacity:], rtol=1e-12)
    for ours, theirs in ((history.steps(), steps), (history.changes(), changes)):
        np.testing.assert_array_equal(np.reshape([x.tolist() for x in ours], (-1, SIZE)), theirs[-capacity:])


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
        (lambda t: (t - 2) ** 2, lambda t: 2 * (t - 2)),
        (lambda t: np.cosh(t - 1), lambda t: np.sinh(t - 1)),
        (lambda t: -t / (t * t + 2), lambda t: (t * t - 2) / (t * t + 2) ** 2),  # More and Thuente's first function
        (lambda t: np.cos(3 * t) - t / 9, lambda t: -3 * np.sin(3 * t) - 1 / 9),
    ],
)
def test_the_strong_wolfe_conditions_hold(loss, slope, first):
    def point(t):
        return Point(t, float(loss(t)), dl.zeros(1), float(slope(t)))

    calls = []
    found, count = strong_wolfe(lambda t: calls.append(t) or point(t), point(0.0), first, 1.0, evaluations=60)
    start = point(0.0)
    assert found.loss <= start.loss + 1e-4 * found.t * start.slope
    assert abs(found.slope) <= -0.9 * start.slope
    assert count == len(calls)


def test_a_search_without_evaluations_left_takes_the_better_end():
    start = Point(0.0, 1.0, dl.zeros(1), -1.0)
    better, worse = (Point(1.0, loss, dl.zeros(1), -0.99) for loss in (0.5, 2.0))
    assert strong_wolfe(lambda _: better, start, 1.0, 1.0, evaluations=0) == (better, 1)
    assert strong_wolfe(lambda _: worse, start, 1.0, 1.0, evaluations=0) == (start, 1)


@pytest.mark.parametrize("line_search", [None, "strong_wolfe"])
def test_training_goes_on_from_a_state_dict(line_search, tmp_path):
    runs = []
    for resumes in (False, True):
        problem = Problem()
        options = {"lr": 0.5, "max_iter": 2, "history_size": 3, "line_search_fn": line_search}
        optimizer = dl.optim.LBFGS(problem.params, **options)
        for step in range(6):
            if resumes and step == 3:
                save_checkpoint(optimizer.state_dict(), tmp_path / "state.safetensors")
                optimizer = dl.optim.LBFGS(problem.params)
                optimizer.load_state_dict(load_checkpoint(tmp_path / "state.safetensors"))
            optimizer.step(problem.closure(optimizer))
        runs.append(problem.weights())
    np.testing.assert_allclose(*runs, rtol=1e-12)


def test_going_back_to_an_earlier_state():
    problem = Problem()
    optimizer = dl.optim.LBFGS(problem.params, lr=0.5, max_iter=2)
    closure = problem.closure(optimizer)
    optimizer.step(closure)
    kept, weights = copy.deepcopy(optimizer.state_dict()), problem.weights().copy()
    ends = []
    for _ in range(2):
        with dl.no_grad():
            nn.utils.vector_to_parameters(dl.tensor(weights), problem.params)
        optimizer.load_state_dict(kept)
        for _ in range(3):
            optimizer.step(closure)
        ends.append(problem.weights().copy())
    np.testing.assert_allclose(*ends, rtol=1e-12)


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


LINE_SEARCH = pytest.mark.parametrize("line_search", [None, "strong_wolfe"])


def sphere(optimizer, p, scale=1.0, offset=0.0):
    def closure():
        optimizer.zero_grad()
        loss = (p * p).sum() * scale + offset
        loss.backward()
        return loss

    return closure


@LINE_SEARCH
def test_a_rate_of_zero_moves_nothing(line_search):
    p = nn.Parameter(dl.tensor([1.0, 2.0]))
    optimizer = dl.optim.LBFGS([p], lr=0.0, line_search_fn=line_search)
    assert optimizer.step(sphere(optimizer, p)).item() == 5.0
    assert p.tolist() == [1.0, 2.0]


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


def test_without_its_state_it_is_as_new():
    ends = []
    for clears in (True, False):
        problem = Problem()
        optimizer = dl.optim.LBFGS(problem.params, lr=0.5, max_iter=3)
        optimizer.step(problem.closure(optimizer))
        if clears:
            optimizer.state.clear()
        else:
            optimizer = dl.optim.LBFGS(problem.params, lr=0.5, max_iter=3)
        optimizer.step(problem.closure(optimizer))
        ends.append(problem.weights().copy())
    np.testing.assert_array_equal(*ends)


def test_options_that_change_between_steps():
    problem = Problem()
    optimizer = dl.optim.LBFGS(problem.params, lr=0.5, max_iter=5)
    optimizer.step(problem.closure(optimizer))
    optimizer.param_groups[0]["history_size"] = 2
    optimizer.step(problem.closure(optimizer))
    (state,) = optimizer.state.values()
    assert len(state["old_dirs"]) == len(state["old_stps"]) == 2
    before = problem.weights().copy()
    optimizer.param_groups[0]["lr"] = math.nan
    with pytest.raises(ValueError, match="LBFGS: lr expected a finite number >= 0, got nan"):
        optimizer.step(problem.closure(optimizer))
    np.testing.assert_array_equal(problem.weights(), before)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: {"max_iter": 0}, ValueError, "LBFGS: max_iter expected an integer >= 1, got 0"),
        (lambda: {"history_size": 1.5}, ValueError, "LBFGS: history_size expected an integer >= 1, got 1.5"),
        (lambda: {"max_eval": 0}, ValueError, "LBFGS: max_eval expected an integer >= 1, got 0"),
        (lambda: {"lr": -1}, ValueError, "LBFGS: lr expected a finite number >= 0, got -1"),
        (
            lambda: {"line_search_fn": "armijo"},
            ValueError,
            "LBFGS: line_search_fn expected 'strong_wolfe' or None, got 'armijo'",
        ),
    ],
)
def test_options_that_make_no_sense(make, error, message):
    with pytest.raises(error, match=re.escape(message)):
        dl.optim.LBFGS([dl.ones(1)], **make())


def test_what_cannot_be():
    p, q = nn.Parameter(dl.ones(1)), nn.Parameter(dl.ones(1))
    with pytest.raises(ValueError, match="LBFGS: params expected one group, got another one"):
        dl.optim.LBFGS([{"params": [p]}, {"params": [q]}])
    with pytest.raises(ValueError, match="LBFGS: params expected one dtype, got"):
        dl.optim.LBFGS([p, dl.ones(1, dtype=dl.float64)])
    with pytest.raises(TypeError, match="LBFGS: step expected a closure, got None"):
        dl.optim.LBFGS([p]).step()
    optimizer = dl.optim.LBFGS([p])
    state = {"state": {0: {"d": dl.ones(2)}}, "param_groups": optimizer.state_dict()["param_groups"]}
    with pytest.raises(ValueError, match=re.escape("LBFGS: state_dict's d expected shape (1,), got (2,)")):
        optimizer.load_state_dict(state)
