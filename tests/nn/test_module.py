"""What a module owns, in which order, and what can be done to all of it."""

import copy
import pickle

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 3)
        self.scale = nn.Parameter(dl.ones(3))
        self.register_buffer("count", dl.zeros(1))
        self.register_buffer("scratch", dl.zeros(2), persistent=False)

    def forward(self, x, shift=0.0):
        return self.fc(x) * self.scale + shift


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Block()
        self.head = nn.Linear(3, 1, bias=False)

    def forward(self, x):
        return self.head(self.encoder(x))


def names(pairs):
    return [name for name, _ in pairs]


def test_own_parameters_come_before_those_of_children():
    assert names(Block().named_parameters()) == ["scale", "fc.weight", "fc.bias"]
    assert names(Net().named_parameters("net")) == [
        "net.encoder.scale",
        "net.encoder.fc.weight",
        "net.encoder.fc.bias",
        "net.head.weight",
    ]
    assert names(Block().named_parameters(recurse=False)) == ["scale"]


def test_buffers_modules_children():
    net = Net()
    assert names(net.named_buffers()) == ["encoder.count", "encoder.scratch"]
    assert names(net.named_buffers(recurse=False)) == []
    assert names(net.named_children()) == ["encoder", "head"]
    assert names(net.named_modules()) == ["", "encoder", "encoder.fc", "head"]
    assert list(net.modules()) == [net, net.encoder, net.encoder.fc, net.head]
    assert list(net.children()) == [net.encoder, net.head]


def test_what_is_shared_comes_once_unless_asked_for():
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    net[1].weight = net[0].weight
    assert names(net.named_parameters()) == ["0.weight", "0.bias", "1.bias"]
    assert names(net.named_parameters(remove_duplicate=False)) == ["0.weight", "0.bias", "1.weight", "1.bias"]
    layer = nn.Linear(2, 2)
    twice = nn.Sequential(layer, layer)
    assert names(twice.named_modules()) == ["", "0"]
    assert names(twice.named_children()) == ["0"]
    assert names(twice.named_modules(remove_duplicate=False)) == ["", "0", "1"]
    assert len(list(twice.parameters())) == 2


def test_a_parameter_is_an_ordinary_attribute():
    layer = nn.Linear(2, 3)
    assert layer.__dict__["weight"] is layer.weight
    assert not hasattr(type(layer), "__getattr__")


def test_super_init_is_not_needed():
    class Late(nn.Module):
        def __init__(self):
            self.fc = nn.Linear(1, 1)

    assert names(Late().named_parameters()) == ["fc.weight", "fc.bias"]
    assert Late().training


def test_missing_attribute():
    with pytest.raises(AttributeError, match="'Net' object has no attribute 'nothing'"):
        _ = Net().nothing


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("scale", dl.ones(3), "Block.scale: expected a Parameter or None, got Tensor"),
        ("fc", 3, "Block.fc: expected a Module or None, got int"),
        ("count", "text", "Block.count: expected a Tensor or None, got str"),
    ],
)
def test_what_is_registered_keeps_its_kind(name, value, message):
    block = Block()
    with pytest.raises(TypeError) as error:
        setattr(block, name, value)
    assert str(error.value) == message
    assert names(block.named_parameters()) == ["scale", "fc.weight", "fc.bias"]


def test_none_and_delete():
    block = Block()
    block.fc = None
    assert names(block.named_parameters()) == ["scale"]
    del block.scale
    assert names(block.named_parameters()) == []
    block.count = None
    assert names(block.named_buffers()) == ["scratch"]
    del block.count
    block.count = dl.zeros(1)
    assert names(block.named_buffers()) == ["scratch"]
    with pytest.raises(AttributeError):
        del block.scale


def test_a_parameter_takes_the_place_of_a_buffer():
    block = Block()
    block.count = nn.Parameter(dl.ones(1))
    assert "count" in names(block.named_parameters())
    assert names(block.named_buffers()) == ["scratch"]
    assert names(Block().named_buffers()) == ["count", "scratch"]


def test_register_parameter_with_none():
    module = nn.Module()
    module.register_parameter("bias", None)
    assert module.bias is None
    assert list(module.parameters()) == []
    module.bias = nn.Parameter(dl.ones(1))
    assert names(module.named_parameters()) == ["bias"]


@pytest.mark.parametrize(
    ("register", "name", "value", "error", "message"),
    [
        ("register_parameter", "a.b", None, KeyError, "name expected to be non-empty and without \".\", got 'a.b'"),
        ("register_buffer", "", None, KeyError, "name expected to be non-empty and without \".\", got ''"),
        ("register_module", 3, None, TypeError, "name expected a str, got int"),
        ("register_buffer", "forward", None, KeyError, "Module has an attribute 'forward' already"),
        ("register_parameter", "w", dl.ones(1), TypeError, "w expected a Parameter or None, got Tensor"),
        ("add_module", "m", 1, TypeError, "m expected a Module or None, got int"),
    ],
)
def test_registering_what_cannot_be(register, name, value, error, message):
    with pytest.raises(error) as raised:
        getattr(nn.Module(), register)(name, value)
    assert raised.value.args[0] == register.replace("add_module", "register_module") + ": " + message


def test_forward_takes_any_arguments():
    block = Block()
    x = dl.ones(4, 2)
    np.testing.assert_array_equal(block(x, shift=2.0).detach().numpy(), (block(x) + 2.0).detach().numpy())
    with pytest.raises(NotImplementedError, match="Module: forward is not defined"):
        nn.Module()(x)


def test_train_and_eval_reach_every_module():
    net = Net()
    assert net.eval() is net
    assert [module.training for module in net.modules()] == [False] * 4
    net.encoder.train()
    assert [module.training for module in net.modules()] == [False, True, True, False]
    with pytest.raises(ValueError, match="train: mode expected a bool, got 'yes'"):
        net.train("yes")


def test_requires_grad_and_zero_grad():
    net = Net()
    net(dl.ones(1, 2)).sum().backward()
    grads = [parameter.grad for parameter in net.parameters()]
    assert all(grad is not None for grad in grads)
    net.zero_grad(set_to_none=False)
    assert all((parameter.grad.numpy() == 0).all() for parameter in net.parameters())
    net.zero_grad()
    assert all(parameter.grad is None for parameter in net.parameters())
    assert net.requires_grad_(False) is net
    assert not any(parameter.requires_grad for parameter in net.parameters())


def test_apply_goes_from_the_leaves_up():
    order = []
    net = Net()
    assert net.apply(order.append) is net
    assert order == [net.encoder.fc, net.encoder, net.head, net]


def test_get_by_path():
    net = Net()
    assert net.get_submodule("encoder.fc") is net.encoder.fc
    assert net.get_submodule("") is net
    assert net.get_parameter("encoder.fc.bias") is net.encoder.fc.bias
    assert net.get_buffer("encoder.count") is net.encoder.count
    with pytest.raises(AttributeError, match=r"get_submodule: Net has no Module 'encoder.scale'"):
        net.get_submodule("encoder.scale")
    with pytest.raises(AttributeError, match=r"get_parameter: Net has no Parameter 'encoder.nothing.weight'"):
        net.get_parameter("encoder.nothing.weight")


def test_to_converts_floating_point_alone_and_in_place():
    net = Net()
    net.register_buffer("steps", dl.tensor([3]))
    before = list(net.parameters())
    values = [parameter.detach().numpy().copy() for parameter in before]
    net(dl.ones(1, 2)).sum().backward()
    assert net.double() is net
    assert all(new is old for new, old in zip(net.parameters(), before, strict=True))
    assert {parameter.dtype for parameter in net.parameters()} == {dl.float64}
    assert {parameter.grad.dtype for parameter in net.parameters()} == {dl.float64}
    assert net.encoder.count.dtype == dl.float64
    assert net.steps.dtype == dl.int64
    for parameter, value in zip(net.parameters(), values, strict=True):
        np.testing.assert_array_equal(parameter.detach().numpy(), value.astype(np.float64))
    assert net(dl.ones(1, 2, dtype=dl.float64)).dtype == dl.float64
    assert {parameter.dtype for parameter in net.float().parameters()} == {dl.float32}
    assert {parameter.dtype for parameter in net.to(dl.zeros(1, dtype=dl.float64)).parameters()} == {dl.float64}


def test_to_takes_devices_as_well():
    net = Net()
    assert net.to("cpu") is net.to(dl.device("cpu")) is net.to(device="cpu") is net
    assert {parameter.dtype for parameter in net.to("cpu", dl.float64).parameters()} == {dl.float64}
    assert {parameter.dtype for parameter in net.to(dtype=dl.float32).parameters()} == {dl.float32}
    with pytest.raises(ValueError, match="device: expected 'cpu', got 'cuda'"):
        net.to("cuda")
    with pytest.raises(TypeError, match="to: expected a dtype, a device or a Tensor, got int"):
        net.to(3)
    with pytest.raises(TypeError, match=r"to: expected a floating dtype, got dlcore\.int64"):
        net.to(dl.int64)


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda module: pickle.loads(pickle.dumps(module))])
def test_a_copy_shares_nothing_and_keeps_ties(duplicate):
    net = Net().eval()
    net.head.requires_grad_(False)
    net.again = net.head
    other = duplicate(net)
    assert other.again is other.head
    assert not other.training
    assert [p.requires_grad for p in other.parameters()] == [True, True, True, False]
    assert names(other.named_buffers()) == names(net.named_buffers())
    assert all(type(parameter) is nn.Parameter for parameter in other.parameters())
    x = dl.ones(5, 2)
    np.testing.assert_array_equal(other(x).detach().numpy(), net(x).detach().numpy())
    nn.init.zeros_(other.head.weight)
    assert (net.head.weight.detach().numpy() != 0).any()


def test_repr():
    assert repr(Net()) == (
        "Net(\n"
        "  (encoder): Block(\n"
        "    (fc): Linear(in_features=2, out_features=3, bias=True)\n"
        "  )\n"
        "  (head): Linear(in_features=3, out_features=1, bias=False)\n"
        ")"
    )
    assert repr(nn.ReLU()) == "ReLU()"
