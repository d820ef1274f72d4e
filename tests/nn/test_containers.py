"""Sequential, ModuleList, ModuleDict, Identity."""

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn


def three():
    return [nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)]


def test_sequential_calls_one_after_another():
    layers = three()
    net = nn.Sequential(*layers)
    x = dl.randn(4, 2)
    expected = layers[2](layers[1](layers[0](x)))
    np.testing.assert_array_equal(net(x).detach().numpy(), expected.detach().numpy())
    assert nn.Sequential()(x) is x


def test_sequential_with_names():
    layers = three()
    net = nn.Sequential({"hidden": layers[0], "relu": layers[1], "out": layers[2]})
    assert net.hidden is layers[0]
    assert list(net.state_dict()) == ["hidden.weight", "hidden.bias", "out.weight", "out.bias"]
    assert [name for name, _ in net[1:].named_children()] == ["relu", "out"]
    assert [name for name, _ in nn.Sequential(*layers)[1:].named_children()] == ["1", "2"]
    assert [name for name, _ in nn.ModuleList(layers)[1:].named_children()] == ["0", "1"]


@pytest.mark.parametrize("container", [lambda modules: nn.Sequential(*modules), nn.ModuleList])
def test_numbered_children(container):
    layers = three()
    box = container(layers)
    assert len(box) == 3
    assert list(box) == layers
    assert box[0] is layers[0]
    assert box[-1] is layers[2]
    assert type(box[1:]) is type(box)
    assert list(box[1:]) == layers[1:]
    extra = nn.Tanh()
    assert box.append(extra) is box
    assert [name for name, _ in box.named_children()] == ["0", "1", "2", "3"]
    box[1] = nn.Sigmoid()
    assert isinstance(box[1], nn.Sigmoid)
    box.insert(0, nn.Identity())
    assert [type(child).__name__ for child in box] == ["Identity", "Linear", "Sigmoid", "Linear", "Tanh"]
    assert box.pop() is extra
    del box[0]
    assert [name for name, _ in box.named_children()] == ["0", "1", "2"]
    del box[1:]
    assert list(box) == layers[:1]
    box.extend(layers[1:])
    assert list(box.state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    with pytest.raises(IndexError, match=f"{type(box).__name__}: index 3 is out of range for 3 modules"):
        box[3]
    with pytest.raises(IndexError, match=f"{type(box).__name__}: index 7 is out of range for 3 modules"):
        box.insert(7, extra)
    with pytest.raises(TypeError, match="register_module: 3 expected a Module or None, got int"):
        box.append(5)


def test_a_module_may_stand_twice_in_a_list():
    layer = nn.Linear(2, 2)
    assert len(nn.ModuleList([layer, layer])) == 2
    x = dl.ones(1, 2)
    twice = layer(layer(x))
    np.testing.assert_array_equal(nn.Sequential(layer, layer)(x).detach().numpy(), twice.detach().numpy())


def test_module_list():
    layers = nn.ModuleList([nn.ReLU()]) + nn.ModuleList([nn.ReLU(), nn.Tanh()])
    assert repr(layers) == "ModuleList(\n  (0-1): 2 x ReLU()\n  (2): Tanh()\n)"
    assert repr(nn.ModuleList()) == "ModuleList()"
    with pytest.raises(NotImplementedError):
        layers(dl.ones(1))


def test_module_dict():
    first = nn.Linear(1, 1)
    box = nn.ModuleDict({"a": first, "b": nn.ReLU()})
    assert box["a"] is first
    assert list(box) == box.keys() == ["a", "b"]
    assert "a" in box
    assert "training" not in box
    assert len(box) == 2
    assert dict(box.items()) == dict(zip(box.keys(), box.values(), strict=True))
    box["c"] = nn.Tanh()
    box["b"] = nn.Sigmoid()
    box.update([("d", nn.Identity())])
    assert [type(module).__name__ for module in box.values()] == ["Linear", "Sigmoid", "Tanh", "Identity"]
    assert list(box.state_dict()) == ["a.weight", "a.bias"]
    assert box.pop("a") is first
    del box["b"]
    assert box.keys() == ["c", "d"]
    box.clear()
    assert len(box) == 0
    with pytest.raises(KeyError):
        box["a"]
    with pytest.raises(KeyError, match="ModuleDict has an attribute 'keys' already"):
        box["keys"] = first


def test_identity():
    x = dl.ones(1)
    assert nn.Identity(3, unused=True)(x) is x
