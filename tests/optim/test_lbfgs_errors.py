"""What L-BFGS refuses."""

import re

import dlcore as dl
import pytest
from dlcore import nn


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


def test_a_closure_that_returns_no_number():
    p = nn.Parameter(dl.ones(2))
    with pytest.raises(ValueError, match="item: expected a tensor with one element"):
        dl.optim.LBFGS([p]).step(lambda: dl.ones(2))
    with pytest.raises(TypeError, match="LBFGS: closure expected to return the loss, a number, got NoneType"):
        dl.optim.LBFGS([p]).step(lambda: None)


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (dl.ones(3), ValueError, "lbfgs_step: the closure expected to leave parameters of 2 elements, got 3"),
        (
            dl.ones(2, dtype=dl.float64),
            TypeError,
            "lbfgs_step: params expected one floating dtype, got float32 and float64",
        ),
    ],
)
def test_a_closure_that_exchanges_a_parameter(value, error, message):
    p = nn.Parameter(dl.ones(2))

    def closure():
        p.data = value
        return 1.0

    with pytest.raises(error, match=re.escape(message)):
        dl.optim.LBFGS([p]).step(closure)


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
