"""debug.check_finite names the path of the module."""

import re
import threading

import dlcore as dl
import pytest
from dlcore import nn


class Log(nn.Module):
    def forward(self, x):
        return x.log()


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Identity(), nn.ModuleDict({"fc": Log()})["fc"])

    def forward(self, x):
        return self.encoder(x)


def test_the_op_and_the_path():
    with dl.debug.check_finite(), pytest.raises(RuntimeError, match=re.escape("log (in module encoder.1)")):
        Net()(dl.zeros(2))


def test_a_module_called_past_its_parent():
    class Past(nn.Module):
        def __init__(self):
            super().__init__()
            self.parts = nn.ModuleList([nn.ModuleList([Log()])])

        def forward(self, x):
            return self.parts[0][0](x)

    with dl.debug.check_finite(), pytest.raises(RuntimeError, match=re.escape("log (in module parts.0.0)")):
        Past()(dl.zeros(2))


def test_backward():
    x = dl.zeros(2, requires_grad=True)
    net = nn.Sequential(nn.Sequential(Sqrt()))
    with dl.debug.check_finite(), pytest.raises(RuntimeError, match=re.escape("(in module 0.0)")):
        net(x).sum().backward()


class Sqrt(nn.Module):
    def forward(self, x):
        return x.sqrt()


def test_it_ends_with_the_block_and_after_an_error():
    with pytest.raises(RuntimeError), dl.debug.check_finite():
        Net()(dl.zeros(2))
    Net()(dl.zeros(2))
    assert not nn.Module._watched
    with dl.debug.check_finite():
        with dl.debug.check_finite():
            pass
        with pytest.raises(RuntimeError, match="log"):
            dl.zeros(1).log()


def test_threads_do_not_mix_their_paths():
    texts = []

    def run(net):
        with pytest.raises(RuntimeError) as error:
            net(dl.zeros(2))
        texts.append(str(error.value))

    with dl.debug.check_finite():
        threads = [threading.Thread(target=run, args=(Net(),)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(texts) == 4
    assert all(text.startswith("log (in module encoder.1):") for text in texts)
