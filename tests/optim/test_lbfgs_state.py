"""What L-BFGS remembers: taken over, gone back to, and after errors."""

import copy
import math
import re

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn
from dlcore.train import load_checkpoint, save_checkpoint
from small_losses import SIZE, Problem, Waves, bowl, sphere

LINE_SEARCH = pytest.mark.parametrize("line_search", [None, "strong_wolfe"])


@LINE_SEARCH
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
