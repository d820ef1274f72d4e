"""SGD against its formula in NumPy."""

import re

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn

RNG = np.random.default_rng(0)


def reference(w, grads, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False, maximize=False):
    v = None
    for g in grads:
        g = (-g if maximize else g) + weight_decay * w
        if momentum:
            v = g if v is None else momentum * v + (1 - dampening) * g
            g = g + momentum * v if nesterov else v
        w = w - lr * g
    return w


OPTIONS = [
    {},
    {"weight_decay": 0.1},
    {"momentum": 0.9},
    {"momentum": 0.9, "dampening": 0.5, "weight_decay": 0.1},
    {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1},
    {"momentum": 0.9, "maximize": True},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("shape", [(), (0,), (1,), (7,), (3, 5), (257, 129)])
@pytest.mark.parametrize(("dtype", "rtol"), [(dl.float64, 1e-13), (dl.float32, 2e-5)])
def test_steps(options, shape, dtype, rtol):
    w = RNG.standard_normal(shape)
    grads = RNG.standard_normal((4, *shape))
    p = nn.Parameter(dl.tensor(w, dtype=dtype))
    optimizer = dl.optim.SGD([p], lr=0.1, **options)
    for g in grads:
        p.grad = dl.tensor(g, dtype=dtype)
        optimizer.step()
    np.testing.assert_allclose(p.detach().numpy(), reference(w, grads, 0.1, **options), rtol=rtol, atol=rtol)


def test_state():
    p = nn.Parameter(dl.ones(2))
    plain, heavy = dl.optim.SGD([p]), dl.optim.SGD([p], momentum=0.5)
    p.grad = dl.tensor([1.0, 2.0])
    plain.step()
    heavy.step()
    assert plain.state_dict()["state"] == {}
    buffer = heavy.state_dict()["state"][0]["momentum_buffer"]
    assert buffer.tolist() == [1.0, 2.0]
    assert p.grad.tolist() == [1.0, 2.0]
    p.grad = dl.tensor([0.0, 0.0])
    heavy.step()
    assert buffer.tolist() == [0.5, 1.0]


def test_errors():
    message = "SGD: nesterov expected momentum > 0 and dampening = 0, got momentum 0.0 and dampening 0.0"
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.optim.SGD([dl.ones(1)], nesterov=True)
    for option in ("momentum", "dampening"):
        with pytest.raises(ValueError, match=f"SGD: {option} expected a finite number >= 0, got -1"):
            dl.optim.SGD([dl.ones(1)], **{option: -1})
