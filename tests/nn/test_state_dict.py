"""state_dict and load_state_dict."""

import re

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn


def model():
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    net.register_buffer("count", dl.zeros(1))
    net.register_buffer("scratch", dl.zeros(1), persistent=False)
    return net


def values(module):
    return {name: tensor.detach().numpy().copy() for name, tensor in module.state_dict().items()}


def assert_equal(a, b):
    assert a.keys() == b.keys()
    for name in a:
        np.testing.assert_array_equal(a[name], b[name], err_msg=name)


def test_names_and_order():
    assert list(model().state_dict()) == ["count", "0.weight", "0.bias", "2.weight", "2.bias"]
    assert list(nn.Linear(1, 1).state_dict(prefix="fc.")) == ["fc.weight", "fc.bias"]


def test_tensors_are_detached_and_share_storage():
    net = model()
    state = net.state_dict()
    assert not any(tensor.requires_grad for tensor in state.values())
    nn.init.zeros_(net[0].weight)
    assert (state["0.weight"].numpy() == 0).all()
    assert net.state_dict(keep_vars=True)["0.weight"] is net[0].weight


def test_destination_is_added_to():
    destination = {"x": dl.ones(1)}
    assert nn.Linear(1, 1).state_dict(destination=destination, prefix="a.") is destination
    assert list(destination) == ["x", "a.weight", "a.bias"]


def test_round_trip():
    source, target = model(), model()
    source.count[0] = 4.0
    ours = list(target.parameters())
    keys = target.load_state_dict(source.state_dict())
    assert keys == ([], [])
    assert_equal(values(target), values(source))
    assert all(new is old for new, old in zip(target.parameters(), ours, strict=True))
    nn.init.zeros_(source[0].weight)
    assert (target[0].weight.detach().numpy() != 0).any()


def test_all_differences_are_listed_and_nothing_changes():
    net = model()
    before = values(net)
    state = {name: tensor * 0 for name, tensor in net.state_dict().items()}
    del state["0.weight"]
    state["0.bias"] = dl.zeros(4)
    state["2.bias"] = dl.zeros(1, dtype=dl.float64)
    state["2.weight"] = [1.0]
    state["3.weight"] = dl.zeros(2, 2)
    with pytest.raises(RuntimeError) as error:
        net.load_state_dict(state)
    assert str(error.value) == (
        "load_state_dict: the state does not fit Sequential:\n"
        "  0.weight: missing, expected float32 of shape (3, 2)\n"
        "  0.bias: expected shape (3,), got (4,)\n"
        "  2.weight: expected a Tensor, got list\n"
        "  2.bias: expected dtype float32, got float64\n"
        "  3.weight: unexpected, got float32 of shape (2, 2)"
    )
    assert_equal(values(net), before)


def test_not_strict_takes_what_both_have():
    net = model()
    before = values(net)
    weight = dl.ones(3, 2, dtype=dl.float64)
    keys = net.load_state_dict({"0.weight": weight, "other": weight}, strict=False)
    assert keys.missing_keys == ["count", "0.bias", "2.weight", "2.bias"]
    assert keys.unexpected_keys == ["other"]
    assert_equal(values(net), {**before, "0.weight": np.ones((3, 2), np.float32)})
    with pytest.raises(RuntimeError, match=re.escape("\n  0.weight: expected shape (3, 2), got (1, 1)")):
        net.load_state_dict({"0.weight": dl.ones(1, 1)}, strict=False)


def test_a_tied_parameter_is_saved_under_both_names():
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    net[1].weight = net[0].weight
    assert list(net.state_dict()) == ["0.weight", "0.bias", "1.weight", "1.bias"]
    assert net.load_state_dict(net.state_dict()) == ([], [])


def test_not_a_mapping():
    with pytest.raises(TypeError, match="load_state_dict: state_dict expected a mapping, got list"):
        model().load_state_dict([])


def test_state_dict_hooks():
    net = nn.Sequential(nn.Linear(1, 1))
    calls = []
    net[0].register_state_dict_pre_hook(lambda *args: calls.append(args))
    handle = net[0].register_state_dict_post_hook(
        lambda module, state, prefix, metadata: state.update({prefix + "extra": dl.ones(1)})
    )
    assert list(net.state_dict()) == ["0.weight", "0.bias", "0.extra"]
    assert calls == [(net[0], "0.", False)]
    handle.remove()
    assert list(net.state_dict()) == ["0.weight", "0.bias"]


def test_load_hooks():
    net = nn.Sequential(nn.Linear(1, 1))
    state = {"0.w": dl.ones(1, 1), "0.bias": dl.ones(1)}

    def rename(module, state, prefix, metadata, strict, missing, unexpected, errors):
        state[prefix + "weight"] = state.pop(prefix + "w")

    seen = []
    net[0].register_load_state_dict_pre_hook(rename)
    net[0].register_load_state_dict_post_hook(lambda module, keys: seen.append((module, keys)))
    net.load_state_dict(state)
    assert net[0].weight.item() == 1.0
    assert list(state) == ["0.w", "0.bias"]
    assert seen == [(net[0], ([], []))]

    net[0].register_load_state_dict_pre_hook(lambda *args: args[-1].append("no such version"))
    with pytest.raises(RuntimeError, match="\n  no such version"):
        net.load_state_dict(state)
