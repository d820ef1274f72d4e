"""L-BFGS and its line search."""

import copy
import math
import re

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn
from dlcore.train import load_checkpoint, save_checkpoint
from line_search import searched
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


class Waves:
    """Half the sum of c w w, and waves over it that bend it downwards in places, whose gradient is told."""

    def __init__(self, size, dtype=dl.float64, parts=(0.3, 0.0, 0.7), height=0.0):
        rng = np.random.default_rng(size)
        self.c, self.w, self.height = rng.uniform(0.2, 2, size), rng.standard_normal(size), height
        ends = [round(size * part) for part in np.cumsum(parts)[:-1]]
        self.params = [nn.Parameter(dl.tensor(part, dtype=dtype)) for part in np.split(self.w, ends)]
        self.ends, self.dtype = ends, dtype

    def gradient(self, w):
        return self.c * w + self.height * np.sin(3 * w)

    def weights(self):
        return nn.utils.parameters_to_vector(self.params).detach().numpy()

    def closure(self):
        w = self.weights().astype(float)
        for p, part in zip(self.params, np.split(self.gradient(w), self.ends), strict=True):
            p.grad = dl.tensor(part, dtype=self.dtype)
        return float((self.c * w * w).sum() / 2 - self.height / 3 * np.cos(3 * w).sum())


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


@pytest.mark.parametrize("line_search", [None, "strong_wolfe"])
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


class Stop(Exception):
    pass


@LINE_SEARCH
@pytest.mark.parametrize("calls", range(1, 8))
def test_training_goes_on_after_an_error_of_the_closure(line_search, calls):
    """A step's change of the gradient is A times the step, whichever call did not return."""
    a = bowl(np.random.default_rng(0))
    w = nn.Parameter(dl.tensor(np.random.default_rng(1).standard_normal(SIZE)))
    options = {"tolerance_grad": 0, "tolerance_change": 0, "line_search_fn": line_search}
    optimizer = dl.optim.LBFGS([w], 0.3, max_iter=8, max_eval=50, **options)
    left = [calls]

    def closure():
        left[0] -= 1
        if left[0] == 0:
            raise Stop
        w.grad = dl.tensor(a) @ w.detach()
        return float(w.detach() @ w.grad) / 2

    with pytest.raises(Stop):
        optimizer.step(closure)
    state = optimizer.state[w]
    assert state["func_evals"] == calls
    optimizer.step(closure)
    assert state["n_iter"] > 1
    for s, y in zip(state["old_stps"], state["old_dirs"], strict=True):
        np.testing.assert_allclose(y.numpy(), a @ s.numpy(), rtol=1e-6, atol=1e-9)


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


def test_products_that_a_state_came_without_are_computed():
    ends = []
    for forgets in (False, True):
        waves = Waves(SIZE)
        optimizer = dl.optim.LBFGS(waves.params, 0.5, max_iter=4)
        optimizer.step(waves.closure)
        (state,) = optimizer.state.values()
        if forgets:
            del state["products"], state["ro"]
        optimizer.step(waves.closure)
        assert set(state) >= {"products", "ro"}
        ends.append(waves.weights())
    np.testing.assert_array_equal(*ends)


@pytest.mark.parametrize(
    ("key", "value", "error", "message"),
    [
        ("d", None, ValueError, "lbfgs_step: a state with n_iter expected d too, got none"),
        ("d", 1.0, TypeError, "step: d of the state expected a Tensor, got float"),
        ("n_iter", "two", TypeError, "step: n_iter of the state expected an integer, got str"),
        ("t", [], TypeError, "step: t of the state expected a number, got list"),
        ("old_stps", [1], TypeError, "step: old_stps of the state expected a list of Tensors, got list"),
        ("old_dirs", [], ValueError, "lbfgs_step: old_dirs expected 1 tensors, as old_stps, got 0"),
        (
            "prev_flat_grad",
            dl.zeros(3),
            ValueError,
            "lbfgs_step: prev_flat_grad expected contiguous float32 of shape (2,), got float32 of shape (3,)",
        ),
        (
            "products",
            dl.zeros(2, 1, 1),
            ValueError,
            "lbfgs_step: products expected float64 of shape (2, 1, 1), got float32 of shape (2, 1, 1)",
        ),
    ],
)
def test_a_state_that_does_not_fit(key, value, error, message):
    p = nn.Parameter(dl.tensor([1.0, 2.0]))
    optimizer = dl.optim.LBFGS([p], lr=0.1, max_iter=3)
    optimizer.step(sphere(optimizer, p))
    before = p.tolist()
    optimizer.state[p][key] = value
    with pytest.raises(error, match=re.escape(message)):
        optimizer.step(sphere(optimizer, p))
    assert p.tolist() == before


def test_an_error_before_products_are_computed():
    p = nn.Parameter(dl.tensor([1.0, 2.0]))
    optimizer = dl.optim.LBFGS([p], lr=0.1, max_iter=3)
    optimizer.step(sphere(optimizer, p))
    state = optimizer.state[p]
    del state["products"]
    kept = state.pop("d")
    with pytest.raises(ValueError, match="expected d too"):
        optimizer.step(sphere(optimizer, p))
    state["d"] = kept
    with pytest.raises(ZeroDivisionError):
        optimizer.step(lambda: 1 / 0)
    optimizer.step(sphere(optimizer, p))
    assert state["products"].shape == (2, 3, 3)  # one pair before, two since


def test_a_closure_that_returns_no_number():
    p = nn.Parameter(dl.ones(2))
    with pytest.raises(ValueError, match="item: expected a tensor with one element"):
        dl.optim.LBFGS([p]).step(lambda: dl.ones(2))
    with pytest.raises(TypeError, match="LBFGS: closure expected to return the loss, a number, got NoneType"):
        dl.optim.LBFGS([p]).step(lambda: None)


def test_what_cannot_be():
    p, q = nn.Parameter(dl.ones(1)), nn.Parameter(dl.ones(1))
    with pytest.raises(ValueError, match="LBFGS: params expected one group, got another one"):
        dl.optim.LBFGS([{"params": [p]}, {"params": [q]}])
    with pytest.raises(ValueError, match="LBFGS: params expected one dtype, got"):
        dl.optim.LBFGS([p, dl.ones(1, dtype=dl.float64)])
    with pytest.raises(ValueError, match="LBFGS: params expected at least one parameter, got none"):
        dl.optim.LBFGS([{"params": []}])
    with pytest.raises(TypeError, match="LBFGS: step expected a closure, got None"):
        dl.optim.LBFGS([p]).step()
    optimizer = dl.optim.LBFGS([p])
    state = {"state": {0: {"d": dl.ones(2)}}, "param_groups": optimizer.state_dict()["param_groups"]}
    with pytest.raises(ValueError, match=re.escape("LBFGS: state_dict's d expected shape (1,), got (2,)")):
        optimizer.load_state_dict(state)
