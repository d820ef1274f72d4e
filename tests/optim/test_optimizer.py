"""What all optimizers share."""

import math
import re

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn

ALL = pytest.mark.parametrize(
    "optimizer",
    [
        dl.optim.SGD,
        dl.optim.Adagrad,
        dl.optim.RMSprop,
        dl.optim.Adadelta,
        dl.optim.Adam,
        dl.optim.AdamW,
        dl.optim.Adamax,
        dl.optim.RAdam,
        dl.optim.Lion,
    ],
)


def parameter(*values):
    return nn.Parameter(dl.tensor(values, dtype=dl.float64))


def descend(optimizer, params, steps):
    for _ in range(steps):
        optimizer.zero_grad()
        sum((p * p).sum() for p in params).backward()
        optimizer.step()
    return [p.detach().numpy().copy() for p in params]


@ALL
def test_groups_have_options_of_their_own(optimizer):
    a, b = parameter(1.0, 2.0), parameter(1.0, 2.0)
    opt = optimizer([{"params": [a]}, {"params": b, "lr": 0.0}], lr=0.1)
    assert [group["lr"] for group in opt.param_groups] == [0.1, 0.0]
    assert opt.param_groups[1]["params"] == [b]
    descend(opt, [a, b], 2)
    assert (a.detach().numpy() != [1.0, 2.0]).all()
    assert b.tolist() == [1.0, 2.0]
    opt.param_groups[1]["lr"] = 0.1
    descend(opt, [a, b], 1)
    assert (b.detach().numpy() != [1.0, 2.0]).all()


@ALL
def test_a_parameter_without_gradient_stays(optimizer):
    used, unused = parameter(1.0), parameter(1.0)
    opt = optimizer([used, unused], lr=0.1)
    (used * used).sum().backward()
    opt.step()
    assert unused.tolist() == [1.0]
    assert unused not in opt.state
    (used + unused).sum().backward()
    opt.step()
    assert unused.tolist() != [1.0]


@ALL
def test_closure(optimizer):
    p = parameter(3.0)
    opt = optimizer([p], lr=0.1)

    def closure():
        opt.zero_grad()
        loss = (p * p).sum()
        loss.backward()
        return loss

    with dl.no_grad():
        assert opt.step(closure).item() == 9.0
    assert p.item() < 3.0
    assert opt.step() is None


@ALL
def test_zero_grad(optimizer):
    p = parameter(1.0)
    opt = optimizer([p])
    (p * p).sum().backward()
    opt.zero_grad(set_to_none=False)
    assert p.grad.tolist() == [0.0]
    opt.zero_grad()
    assert p.grad is None


@ALL
def test_the_gradient_and_the_graph_stay_as_they_are(optimizer):
    p = parameter(1.0, -2.0)
    (p * p).sum().backward()
    grad = p.grad.numpy().copy()
    optimizer([p], lr=0.1, weight_decay=0.1).step()
    np.testing.assert_array_equal(p.grad.numpy(), grad)
    assert p.is_leaf
    assert p.requires_grad


@ALL
def test_a_step_between_forward_and_backward_is_noticed(optimizer):
    p = parameter(1.0, 2.0)
    (p * p).sum().backward()
    loss = (p * p).sum()
    optimizer([p]).step()
    with pytest.raises(RuntimeError):
        loss.backward()


@ALL
def test_maximize_climbs_as_descent_of_the_negative(optimizer):
    up, down = parameter(1.0, -2.0), parameter(1.0, -2.0)
    climb, descent = optimizer([up], lr=0.1, maximize=True), optimizer([down], lr=0.1)
    for _ in range(3):
        climb.zero_grad()
        descent.zero_grad()
        up.exp().sum().backward()
        (-down.exp()).sum().backward()
        climb.step()
        descent.step()
    np.testing.assert_allclose(up.detach().numpy(), down.detach().numpy(), rtol=1e-15)


@ALL
def test_strided_parameters_and_gradients(optimizer):
    dense = nn.Parameter(dl.tensor(np.arange(6.0).reshape(2, 3).T.copy()))
    strided = nn.Parameter(dl.tensor(np.arange(6.0).reshape(2, 3)).T)
    opts = [optimizer([p], lr=0.1) for p in (dense, strided)]
    factor = dl.tensor(np.arange(6.0).reshape(3, 2) + 1)
    for _ in range(2):
        for p, opt in zip((dense, strided), opts, strict=True):
            opt.zero_grad()
            (p * p * factor).sum().backward()
            opt.step()
    np.testing.assert_array_equal(strided.detach().numpy(), dense.detach().numpy())


@pytest.mark.parametrize(
    ("optimizer", "options"),
    [
        (dl.optim.SGD, {"momentum": 0.9, "weight_decay": 0.1}),
        (dl.optim.SGD, {}),
        (dl.optim.Adagrad, {"lr_decay": 0.1, "initial_accumulator_value": 0.1}),
        (dl.optim.RMSprop, {"momentum": 0.5, "centered": True}),
        (dl.optim.Adadelta, {}),
        (dl.optim.Adam, {"amsgrad": True}),
        (dl.optim.Adam, {}),
        (dl.optim.AdamW, {}),
        (dl.optim.Adamax, {}),
        (dl.optim.RAdam, {"betas": (0.5, 0.75)}),
        (dl.optim.Lion, {}),
    ],
)
def test_training_goes_on_from_a_state_dict(optimizer, options):
    params = [parameter(1.0, 2.0), parameter(3.0)]
    opt = optimizer(params, lr=0.1, **options)
    descend(opt, params, 3)
    copies = [nn.Parameter(p.detach().clone()) for p in params]
    resumed = optimizer(copies, lr=7.0, **options)
    resumed.load_state_dict(opt.state_dict())
    for ours, theirs in zip(descend(resumed, copies, 3), descend(opt, params, 3), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@ALL
def test_state_dict_layout(optimizer):
    a, b, c = parameter(1.0), parameter(2.0), parameter(3.0)
    opt = optimizer([{"params": [a]}, {"params": [b, c], "lr": 0.5}])
    state = opt.state_dict()
    assert list(state) == ["state", "param_groups"]
    assert [group["params"] for group in state["param_groups"]] == [[0], [1, 2]]
    assert state["param_groups"][1]["lr"] == 0.5
    assert state["state"] == {}


@ALL
def test_a_group_added_while_training_goes_along(optimizer):
    a, b = parameter(1.0), parameter(2.0)
    opt = optimizer([a], lr=0.1)
    descend(opt, [a, b], 2)
    assert b.tolist() == [2.0]
    opt.add_param_group({"params": b, "lr": 0.2, "note": "of one's own"})
    descend(opt, [a, b], 2)
    assert b.tolist() != [2.0]

    copies = [nn.Parameter(p.detach().clone()) for p in (a, b)]
    resumed = optimizer([{"params": copies[:1]}, {"params": copies[1:]}])
    resumed.load_state_dict(opt.state_dict())
    assert [group["lr"] for group in resumed.param_groups] == [0.1, 0.2]
    assert resumed.param_groups[1]["note"] == "of one's own"
    for ours, theirs in zip(descend(resumed, copies, 3), descend(opt, [a, b], 3), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    with pytest.raises(ValueError, match=re.escape("state_dict expected groups of [2] parameters, got [1, 1]")):
        optimizer(copies).load_state_dict(opt.state_dict())


@ALL
def test_a_group_that_is_refused_is_not_added(optimizer):
    opt = optimizer([parameter(1.0)])
    with pytest.raises(ValueError, match="lr expected a finite number >= 0, got -1"):
        opt.add_param_group({"params": parameter(1.0), "lr": -1})
    with pytest.raises(ValueError, match="leaf tensors"):
        opt.add_param_group({"params": [parameter(1.0), parameter(1.0) * 2]})
    assert len(opt.param_groups) == 1


@ALL
def test_a_state_of_other_groups_is_refused(optimizer):
    state = optimizer([parameter(1.0), parameter(2.0)]).state_dict()
    opt = optimizer([parameter(1.0)], lr=0.5)
    message = f"{optimizer.__name__}: state_dict expected groups of [1] parameters, got [2]"
    with pytest.raises(ValueError, match=re.escape(message)):
        opt.load_state_dict(state)
    assert opt.param_groups[0]["lr"] == 0.5


def test_a_state_of_another_shape_is_refused():
    other, own = parameter(1.0, 2.0), parameter(1.0)
    source = dl.optim.Adam([other])
    descend(source, [other], 1)
    opt = dl.optim.Adam([own])
    with pytest.raises(ValueError, match=re.escape("Adam: state_dict's exp_avg expected shape (1,), got (2,)")):
        opt.load_state_dict(source.state_dict())
    assert not opt.state


@ALL
@pytest.mark.parametrize("value", [-0.1, math.nan, math.inf, "0.1", None])
@pytest.mark.parametrize("option", ["lr", "weight_decay"])
def test_a_number_that_makes_no_sense(optimizer, option, value):
    message = f"{optimizer.__name__}: {option} expected a finite number >= 0, got {value!r}"
    with pytest.raises(ValueError, match=re.escape(message)):
        optimizer([parameter(1.0)], **{option: value})
    with pytest.raises(ValueError, match=re.escape(message)):
        optimizer([{"params": [parameter(1.0)], option: value}])


@ALL
def test_an_option_spoilt_later_changes_nothing(optimizer):
    p = parameter(1.0)
    opt = optimizer([p])
    (p * p).sum().backward()
    opt.param_groups[0]["lr"] = math.nan
    step = "adam_step" if optimizer is dl.optim.AdamW else f"{optimizer.__name__.lower()}_step"
    with pytest.raises(ValueError, match=f"{step}: lr expected a finite number >= 0, got nan"):
        opt.step()
    assert p.tolist() == [1.0]


@ALL
def test_groups_are_all_checked_before_one_is_changed(optimizer):
    a, b = parameter(1.0), parameter(2.0)
    opt = optimizer([{"params": [a]}, {"params": [b]}], lr=0.1)
    ((a * a).sum() + (b * b).sum()).backward()
    opt.param_groups[1]["lr"] = math.nan
    with pytest.raises(ValueError, match="lr expected a finite number >= 0, got nan"):
        opt.step()
    assert (a.item(), b.item()) == (1.0, 2.0)
    assert not opt.state


@ALL
def test_a_state_that_does_not_fit_spoils_no_other_group(optimizer):
    a, b = parameter(1.0), parameter(2.0)
    opt = optimizer(
        [{"params": [a]}, {"params": [b]}], lr=0.1, **({"momentum": 0.9} if optimizer is dl.optim.SGD else {})
    )
    descend(opt, [a, b], 1)
    kept = a.item(), {key: value.tolist() for key, value in opt.state[a].items()}
    key = next(key for key in opt.state[b] if key != "step")
    opt.state[b][key] = dl.zeros(3)
    with pytest.raises(ValueError, match=f"{key} expected"):
        opt.step()
    assert (a.item(), {key: value.tolist() for key, value in opt.state[a].items()}) == kept


@ALL
def test_parameters_with_names(optimizer):
    model = nn.Linear(2, 1)
    opt = optimizer(model.named_parameters())
    assert opt.param_groups[0]["params"] == list(model.parameters())
    assert opt.param_groups[0]["param_names"] == ["weight", "bias"]
    unnamed = optimizer(model.parameters())
    unnamed.load_state_dict(opt.state_dict())
    assert "param_names" not in unnamed.param_groups[0]
    opt.load_state_dict(unnamed.state_dict())
    assert opt.param_groups[0]["param_names"] == ["weight", "bias"]


@ALL
def test_numbers_of_numpy(optimizer):
    p = parameter(1.0)
    opt = optimizer([p], lr=np.float32(0.5), weight_decay=np.int64(0))
    descend(opt, [p], 1)
    optimizer([p]).load_state_dict(opt.state_dict())


def test_arrays_as_a_state():
    p, q = parameter(1.0, 2.0), parameter(1.0, 2.0)
    opt, other = dl.optim.Adam([p]), dl.optim.Adam([q])
    descend(opt, [p], 3)
    state = opt.state_dict()
    q.data = p.detach().clone()
    other.load_state_dict(
        {**state, "state": {0: {key: value.numpy().copy() for key, value in state["state"][0].items()}}}
    )
    np.testing.assert_array_equal(descend(opt, [p], 3), descend(other, [q], 3))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda state: state.pop("param_groups"), "Adam: state_dict expected 'state' and 'param_groups', got state"),
        (
            lambda state: state["state"].update({"0": state["state"].pop(0)}),
            "Adam: state_dict's state expected keys among [0], got '0'",
        ),
        (
            lambda state: state["state"][0].update(step=dl.zeros(2)),
            "Adam: state_dict's step expected one number, got shape (2,)",
        ),
    ],
)
def test_a_state_that_is_none(change, message):
    p = parameter(1.0)
    opt = dl.optim.Adam([p])
    descend(opt, [p], 1)
    state = opt.state_dict()
    before = opt.state[p]["step"].item()
    change(state)
    with pytest.raises(ValueError, match=re.escape(message)):
        opt.load_state_dict(state)
    assert opt.state[p]["step"].item() == before


def test_params_that_cannot_be():
    p = parameter(1.0)
    with pytest.raises(ValueError, match="SGD: params expected at least one parameter, got none"):
        dl.optim.SGD([])
    with pytest.raises(TypeError, match="SGD: params expected an iterable of Tensors or of dictionaries, got a Tensor"):
        dl.optim.SGD(p)
    with pytest.raises(TypeError, match="SGD: params expected an order that stays, got a set"):
        dl.optim.SGD({p})
    with pytest.raises(TypeError, match="SGD: params expected an order that stays, got a set"):
        dl.optim.SGD([{"params": {p}}])
    with pytest.raises(ValueError, match=re.escape("Adam: betas expected two numbers in [0, 1), got 0.9")):
        dl.optim.Adam([p], betas=0.9)
    with pytest.raises(TypeError, match="SGD: params expected Tensors, got int"):
        dl.optim.SGD([1])
    with pytest.raises(ValueError, match="SGD: params expected leaf tensors, got the result of an op"):
        dl.optim.SGD([p * 2])
    with pytest.raises(ValueError, match=re.escape("SGD: params expected each parameter once, got one of shape (1,)")):
        dl.optim.SGD([p, p])
    opt = dl.optim.SGD([p])
    with pytest.raises(ValueError, match="expected each parameter once"):
        opt.add_param_group({"params": [p]})
    with pytest.raises(TypeError, match='SGD: a group expected a dictionary with "params"'):
        opt.add_param_group([p])
    assert len(opt.param_groups) == 1


def test_repr():
    assert repr(dl.optim.SGD([parameter(1.0)], lr=0.5)) == (
        "SGD (\nParameter Group 0\n    dampening: 0.0\n    lr: 0.5\n    maximize: False\n    momentum: 0.0\n"
        "    nesterov: False\n    weight_decay: 0.0\n)"
    )
