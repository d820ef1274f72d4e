"""Averages of weights over time."""

import re

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn
from dlcore.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn, get_swa_multi_avg_fn

RNG = np.random.default_rng(0)
WEIGHTS = RNG.standard_normal((5, 3, 2))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(dl.zeros(3, 2, dtype=dl.float64))
        self.register_buffer("b", dl.zeros(3, 2, dtype=dl.float64))
        self.register_buffer("count", dl.tensor(0))

    def forward(self, x):
        return x @ self.w


def averaged(**options):
    net = Net()
    average = AveragedModel(net, **options)
    for i, w in enumerate(WEIGHTS):
        with dl.no_grad():
            net.w.copy_(dl.tensor(w))
            net.b.copy_(dl.tensor(-w))
            net.count.fill_(i + 1)
        average.update_parameters(net)
    return average


def ema(decay):
    mean = WEIGHTS[0]
    for w in WEIGHTS[1:]:
        mean = decay * mean + (1 - decay) * w
    return mean


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, WEIGHTS.mean(0)),
        ({"multi_avg_fn": get_swa_multi_avg_fn()}, WEIGHTS.mean(0)),
        ({"multi_avg_fn": get_ema_multi_avg_fn(0.9)}, ema(0.9)),
        ({"multi_avg_fn": get_ema_multi_avg_fn()}, ema(0.999)),
        ({"multi_avg_fn": get_ema_multi_avg_fn(0.0)}, WEIGHTS[-1]),
        ({"avg_fn": lambda mean, w, seen: mean * 0.5 + w * 0.5}, ema(0.5)),
        ({"avg_fn": lambda mean, w, seen: mean + (w - mean) / (seen + 1)}, WEIGHTS.mean(0)),
    ],
)
def test_averages(options, expected):
    average = averaged(**options)
    np.testing.assert_allclose(average.module.w.detach().numpy(), expected, rtol=1e-13)
    assert average.n_averaged.item() == len(WEIGHTS)
    assert (average.module.b.numpy() == 0).all()
    x = dl.tensor(RNG.standard_normal((2, 3)))
    np.testing.assert_allclose(average(x).detach().numpy(), x.numpy() @ expected, rtol=1e-12)


@pytest.mark.parametrize("function", [get_ema_multi_avg_fn(0.9), None])
def test_buffers_on_request(function):
    average = averaged(multi_avg_fn=function, use_buffers=True)
    np.testing.assert_allclose(average.module.b.numpy(), -average.module.w.detach().numpy(), rtol=1e-14)
    assert average.module.count.item() == len(WEIGHTS), "integers are copied"


def test_the_state_goes_on():
    names = ["n_averaged", "module.w", "module.b", "module.count"]
    source = averaged()
    assert list(source.state_dict()) == names
    target = AveragedModel(Net())
    target.load_state_dict(source.state_dict())
    net = Net()
    source.update_parameters(net)
    target.update_parameters(net)
    np.testing.assert_array_equal(target.module.w.detach().numpy(), source.module.w.detach().numpy())


def test_the_model_itself_is_not_touched():
    net = nn.Linear(2, 2)
    average = AveragedModel(net)
    before = net.weight.detach().numpy().copy()
    with dl.no_grad():
        average.module.weight.fill_(7.0)
    np.testing.assert_array_equal(net.weight.detach().numpy(), before)


def test_what_cannot_be():
    with pytest.raises(ValueError, match="AveragedModel: expected avg_fn or multi_avg_fn, got both"):
        AveragedModel(Net(), avg_fn=max, multi_avg_fn=max)
    with pytest.raises(TypeError, match="AveragedModel: model expected a Module, got str"):
        AveragedModel("net")
    for decay in (-0.1, 1.1, float("nan")):
        message = f"get_ema_multi_avg_fn: decay expected a number in [0, 1], got {decay}"
        with pytest.raises(ValueError, match=re.escape(message)):
            get_ema_multi_avg_fn(decay)
    message = "AveragedModel: model expected weights of shapes [(3, 2)], got [(2, 3), (2,)]"
    with pytest.raises(ValueError, match=re.escape(message)):
        AveragedModel(Net()).update_parameters(nn.Linear(3, 2))
