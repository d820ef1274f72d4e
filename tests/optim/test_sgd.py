"""SGD's state and options."""

import re

import dlcore as dl
import pytest
from dlcore import nn


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
