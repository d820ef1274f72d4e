"""Nothing is left behind: a step gives back every tensor and every byte that it took."""

import gc

import dlcore
import pytest
from dlcore import nn


def living():
    gc.collect()
    stats = dlcore.memory_stats()
    return stats["live_tensors"], stats["live_bytes"]


def test_training_steps_leave_nothing_behind():
    dlcore.manual_seed(0)
    model = nn.Sequential(nn.Linear(8, 16), nn.LayerNorm(16), nn.ReLU(), nn.Dropout(0.1), nn.Linear(16, 3))
    optimizer = dlcore.optim.Adam(model.parameters(), lr=1e-3)
    x, t = dlcore.randn(4, 8), dlcore.tensor([0, 1, 2, 0])

    def step():
        optimizer.zero_grad(set_to_none=False)
        nn.functional.cross_entropy(model(x), t).backward()
        optimizer.step()

    for _ in range(3):
        step()
    before = living()
    for _ in range(1000):
        step()
    assert living() == before


def test_a_graph_of_second_order_is_given_back():
    x = dlcore.ones(4, requires_grad=True)
    before = living()
    for _ in range(100):
        (slope,) = dlcore.autograd.grad((x * x).sigmoid().sum(), x, create_graph=True)
        slope.square().sum().backward()
        x.grad = None
        del slope
    assert living() == before


def test_an_abandoned_graph_is_given_back():
    x = dlcore.ones(4, requires_grad=True)
    before = living()
    y = x
    for _ in range(1000):
        y = y * 1.5
    assert living()[0] > before[0]
    del y
    assert living() == before


def test_hooks_and_functions_in_cycles_are_given_back():
    class Double(dlcore.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * 2

        @staticmethod
        def backward(ctx, dy):
            return dy * 2

    x = dlcore.ones(4, requires_grad=True)
    before = living()
    for _ in range(100):
        y = Double.apply(x)
        y.register_hook(lambda grad: grad * 1)
        y.sum().backward()
        x.grad = None
    del y
    assert living() == before


def test_an_error_half_way_gives_everything_back():
    x = dlcore.ones(4, requires_grad=True)

    def fail(grad):
        raise KeyError("half way")

    def work():
        y = x * 2
        y.register_hook(fail)
        with pytest.raises(KeyError, match="half way"):
            (y * y).sum().backward()

    work()
    before = living()
    for _ in range(100):
        work()
    assert living() == before
    assert x.grad is None
