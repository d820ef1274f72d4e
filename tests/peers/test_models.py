"""Residual networks beside PyTorch's modules, put together as torchvision does: its state loads as it is."""

import dlcore
import numpy as np
import pytest
from dlcore import nn
from dlcore.models import BasicBlock, Bottleneck, ResNet

torch = pytest.importorskip("torch", reason="compares with PyTorch, which is not installed")


def conv(inputs, outputs, kernel, stride=1, groups=1):
    return torch.nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)


def block(deep, inputs, planes, stride, groups, base_width):
    """Make a block of torchvision's names; what it computes is in `run`."""
    module = torch.nn.Module()
    outputs = planes * 4 if deep else planes
    width = planes * base_width // 64 * groups
    sizes = [(inputs, planes, 3, stride), (planes, planes, 3)]
    if deep:
        sizes = [(inputs, width, 1), (width, width, 3, stride, groups), (width, outputs, 1)]
    for i, size in enumerate(sizes, start=1):
        module.add_module(f"conv{i}", conv(*size))
        module.add_module(f"bn{i}", torch.nn.BatchNorm2d(size[1]))
    if stride != 1 or inputs != outputs:
        module.downsample = torch.nn.Sequential(conv(inputs, outputs, 1, stride), torch.nn.BatchNorm2d(outputs))
    return module


def run(module, x):
    parts = dict(module.named_children())
    y, count = x, sum(name.startswith("conv") for name in parts)
    for i in range(1, count + 1):
        y = parts[f"bn{i}"](parts[f"conv{i}"](y))
        y = y.relu() if i < count else y
    return (y + (parts["downsample"](x) if "downsample" in parts else x)).relu()


class Theirs(torch.nn.Module):
    def __init__(self, deep, layers, channels, groups, base_width):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(3, channels, 7, 2, 3, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(channels)
        self.stages, inputs = len(layers), channels
        for i, count in enumerate(layers):
            blocks = []
            for j in range(count):
                planes = channels * 2**i
                blocks.append(block(deep, inputs, planes, 2 if i > 0 and j == 0 else 1, groups, base_width))
                inputs = planes * 4 if deep else planes
            self.add_module(f"layer{i + 1}", torch.nn.ModuleList(blocks))
        self.fc = torch.nn.Linear(inputs, 7)

    def forward(self, x):
        x = torch.nn.functional.max_pool2d(self.bn1(self.conv1(x)).relu(), 3, 2, 1)
        for i in range(self.stages):
            for part in self.get_submodule(f"layer{i + 1}"):
                x = run(part, x)
        return self.fc(x.mean((2, 3)))


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(
    ("kind", "layers", "groups", "base_width"),
    [(BasicBlock, [2, 1, 2], 1, 64), (Bottleneck, [2, 2], 1, 64), (Bottleneck, [1, 2], 4, 8)],
)
def test_resnet(kind, layers, groups, base_width, training):
    theirs = Theirs(kind is Bottleneck, layers, 16, groups, base_width).double().train(training)
    ours = ResNet(kind, layers, 7, groups=groups, width_per_group=base_width, channels=16).double().train(training)
    with torch.no_grad():
        for name, tensor in theirs.state_dict().items():
            if "bn" in name and tensor.is_floating_point():
                tensor.uniform_(0.5, 1.5)
    state = {name: dlcore.from_numpy(tensor.numpy().copy()) for name, tensor in theirs.state_dict().items()}
    assert list(ours.state_dict()) == list(state)
    ours.load_state_dict(state)

    x = np.random.default_rng(0).standard_normal((4, 3, 40, 36))
    a, b = dlcore.tensor(x).requires_grad_(), torch.tensor(x, requires_grad=True)
    y, z = ours(a), theirs(b)
    np.testing.assert_allclose(y.detach().numpy(), z.detach().numpy(), rtol=1e-9, atol=1e-9)
    (y**2).sum().backward()
    (z**2).sum().backward()
    pairs = [(a.grad, b.grad)] + [(p.grad, q.grad) for p, q in zip(ours.parameters(), theirs.parameters(), strict=True)]
    for got, expected in pairs:
        scale = expected.abs().max().item() + 1e-3
        np.testing.assert_allclose(got.numpy(), expected.numpy(), rtol=0, atol=1e-9 * scale)
    for name, tensor in theirs.state_dict().items():
        np.testing.assert_allclose(ours.state_dict()[name].numpy(), tensor.numpy(), rtol=1e-9, err_msg=name)


@pytest.mark.parametrize("kind", [BasicBlock, Bottleneck])
def test_operations_of_products(kind):
    """PyTorch counts those of convolutions and linear layers, and no others."""
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        Theirs(kind is Bottleneck, [2, 1], 16, 1, 64)(torch.zeros(2, 3, 40, 36))
    summary = nn.summary(ResNet(kind, [2, 1], 7, channels=16), (2, 3, 40, 36))

    def innermost(call):
        return [leaf for inner in call.calls for leaf in innermost(inner)] or [call]

    products = sum(call.flops for call in innermost(summary.root) if call.module in ("Conv2d", "Linear"))
    assert products == counter.get_total_flops()
    assert products < summary.flops < 1.1 * products
