"""Hooks around forward."""

import dlcore as dl
import pytest
from dlcore import nn


class Affine(nn.Module):
    def forward(self, x, scale=1.0):
        return x * scale + 1.0


def test_a_pre_hook_sees_and_replaces_the_arguments():
    module = Affine()
    seen = []
    module.register_forward_pre_hook(lambda m, args: seen.append((m, args)))
    x = dl.ones(1)
    assert module(x).item() == 2.0
    assert seen == [(module, (x,))]
    module.register_forward_pre_hook(lambda m, args: args[0] * 10)
    assert module(x).item() == 11.0
    module.register_forward_pre_hook(lambda m, args: (args[0] * 10, 2.0))
    assert module(x).item() == 201.0


def test_a_pre_hook_with_keywords():
    module = Affine()
    module.register_forward_pre_hook(lambda m, args, kwargs: (args, {"scale": 5.0}), with_kwargs=True)
    assert module(dl.ones(1), scale=3.0).item() == 6.0


def test_a_forward_hook_sees_and_replaces_the_output():
    module = Affine()
    seen = []
    module.register_forward_hook(lambda m, args, output: seen.append((args, output)))
    x = dl.ones(1)
    y = module(x)
    assert seen == [((x,), y)]
    module.register_forward_hook(lambda m, args, kwargs, output: output * kwargs["scale"], with_kwargs=True)
    assert module(x, scale=3.0).item() == 12.0


def test_removal_and_context():
    module = Affine()
    calls = []
    with module.register_forward_hook(lambda *args: calls.append(1)):
        module(dl.ones(1))
    module(dl.ones(1))
    assert calls == [1]
    handle = module.register_forward_hook(lambda *args: calls.append(2))
    other = module.register_forward_hook(lambda *args: calls.append(3))
    handle.remove()
    handle.remove()
    module(dl.ones(1))
    assert calls == [1, 3]
    other.remove()
    assert not module._watched


def test_hooks_belong_to_one_module():
    a, b = Affine(), Affine()
    a.register_forward_hook(lambda *args: pytest.fail("the hook of another module was called"))
    assert b(dl.ones(1)).item() == 2.0
