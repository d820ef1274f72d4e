"""Adam's state and options."""

import re

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn
from reference import optim

RNG = np.random.default_rng(0)


def test_each_parameter_counts_its_own_steps():
    w = RNG.standard_normal(3)
    often, seldom = (nn.Parameter(dl.tensor(w)) for _ in range(2))
    optimizer = dl.optim.Adam([often, seldom], lr=0.1)
    grads = RNG.standard_normal((3, 3))
    for i, g in enumerate(grads):
        often.grad = dl.tensor(g)
        seldom.grad = dl.tensor(g) if i == 1 else None
        optimizer.step()
    np.testing.assert_allclose(often.detach().numpy(), optim.adam(w, grads, 0.1), rtol=1e-12)
    np.testing.assert_allclose(seldom.detach().numpy(), optim.adam(w, grads[1:2], 0.1), rtol=1e-12)
    assert [optimizer.state[p]["step"].item() for p in (often, seldom)] == [3.0, 1.0]


def test_dtypes_may_differ_between_parameters():
    params = [nn.Parameter(dl.ones(3, dtype=dtype)) for dtype in (dl.float32, dl.float64)]
    optimizer = dl.optim.Adam(params, lr=0.1)
    for p in params:
        p.grad = dl.ones(3, dtype=p.dtype)
    optimizer.step()
    for p in params:
        np.testing.assert_allclose(p.detach().numpy(), np.full(3, 0.9), rtol=1e-6)
        assert optimizer.state[p]["exp_avg"].dtype == p.dtype


def test_state():
    p = nn.Parameter(dl.ones(2))
    optimizer = dl.optim.Adam([p], betas=(0.5, 0.75))
    p.grad = dl.tensor([2.0, 4.0])
    optimizer.step()
    state = optimizer.state_dict()["state"][0]
    assert list(state) == ["step", "exp_avg", "exp_avg_sq"]
    assert state["step"].item() == 1.0
    assert state["exp_avg"].tolist() == [1.0, 2.0]
    assert state["exp_avg_sq"].tolist() == [1.0, 4.0]
    optimizer.state.clear()  # a fresh start
    optimizer.step()
    assert optimizer.state[p]["step"].item() == 1.0


def test_a_state_of_the_same_layout_from_elsewhere_loads():
    p = nn.Parameter(dl.ones(2))
    optimizer = dl.optim.Adam([p], betas=(0.5, 0.75))
    group = {**optimizer.state_dict()["param_groups"][0], "foreach": None, "params": [5]}
    moments = {"exp_avg": dl.ones(2, dtype=dl.float64), "exp_avg_sq": dl.ones(2, dtype=dl.float64)}
    optimizer.load_state_dict({"state": {5: {"step": 4, **moments}}, "param_groups": [group]})
    p.grad = dl.ones(2)
    optimizer.step()
    assert optimizer.state[p]["step"].item() == 5.0
    assert optimizer.state[p]["exp_avg"].dtype == dl.float32
    assert moments["exp_avg"].tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("state", "error", "message"),
    [
        ({"step": 3}, TypeError, "step: step of the state expected a Tensor, got int"),
        ([], TypeError, "step: an entry of the state expected a dictionary, got list"),
        ({"step": dl.zeros(1)}, ValueError, "adam_step: a state with step expected exp_avg too, got none"),
        (
            {"step": dl.zeros(1), "exp_avg": dl.zeros(3), "exp_avg_sq": dl.zeros(2)},
            ValueError,
            "adam_step: exp_avg expected float32 of shape (2,), got float32 of shape (3,)",
        ),
    ],
)
def test_a_spoilt_state_changes_nothing(state, error, message):
    p = nn.Parameter(dl.ones(2))
    optimizer = dl.optim.Adam([p])
    optimizer.state[p] = state
    p.grad = dl.ones(2)
    with pytest.raises(error, match=re.escape(message)):
        optimizer.step()
    assert p.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("betas", [(1.0, 0.5), (0.5, -0.1), (float("nan"), 0.5), (0.9,)])
def test_betas(betas):
    with pytest.raises(ValueError, match=re.escape(f"Adam: betas expected two numbers in [0, 1), got {betas!r}")):
        dl.optim.Adam([dl.ones(1)], betas=betas)


def test_eps():
    with pytest.raises(ValueError, match="Adam: eps expected a finite number >= 0, got -1"):
        dl.optim.Adam([dl.ones(1)], eps=-1)
