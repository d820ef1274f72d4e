"""Operations, parameters and memory against counts by hand."""

import math
import re

import dlcore as dl
import numpy as np
import pytest
from check import check_error
from dlcore import nn
from dlcore.models import BasicBlock, LeNet, ResNet


def count(layer, *shape, **tensors):
    x = dl.rand(*shape)
    return nn.flops(layer, (x,), layer(x))


def window_elements(size, windows):
    """Count the elements of all adaptive windows along an axis, one by one."""
    return sum(len(range(i * size // windows, math.ceil((i + 1) * size / windows))) for i in range(windows))


COUNTS = [
    # Rows times outputs, each a product and a sum for every input.
    (nn.Linear(5, 3), (4, 2, 5), 4 * 2 * 3 * (5 + 5)),
    # Outputs 2 x 6 x 4 x 3, each from 2 channels of its group under 3 x 3.
    (nn.Conv2d(4, 6, 3, stride=2, padding=1, groups=2), (2, 4, 7, 6), 2 * (2 * 6 * 4 * 3) * (2 * 9)),
    (nn.Conv1d(1, 8, 5, padding="same", bias=False), (1, 1, 11), 2 * (8 * 11) * 5),
    (nn.Conv3d(2, 3, (1, 2, 3)), (1, 2, 4, 4, 4), 2 * (3 * 4 * 3 * 2) * (2 * 6)),
    # Each of the 4 x 5 x 5 inputs meets 6 kernels of 2 x 2.
    (nn.ConvTranspose2d(4, 6, 2, stride=2), (1, 4, 5, 5), 2 * (4 * 25) * (6 * 4)),
    (nn.MaxPool2d((2, 3)), (2, 3, 4, 6), 2 * 3 * 2 * 2 * 6),
    (nn.MaxPool2d(2, return_indices=True), (2, 3, 4, 6), 2 * 3 * 2 * 3 * 4),
    (nn.AvgPool1d(3, stride=1), (2, 5, 8), 2 * 5 * 6 * 3),
    (nn.AdaptiveAvgPool2d((3, 2)), (2, 4, 7, 5), 2 * 4 * window_elements(7, 3) * window_elements(5, 2)),
    (nn.AdaptiveMaxPool1d(1, return_indices=True), (2, 4, 9), 2 * 4 * 9),
    (nn.ReLU(), (3, 4), 12),
    (nn.GELU(), (3, 4), 12),
    (nn.Softmax(-1), (3, 4), 5 * 12),
    (nn.Dropout(0.5), (3, 4), 12),
    (nn.Dropout(0.5).eval(), (3, 4), 0),
    (nn.Flatten(), (3, 4, 5), 0),
    (nn.Identity(), (3, 4, 5), 0),
    # Sum for the mean, difference, square and sum, quotient; times w, plus b.
    (nn.LayerNorm(4), (3, 4), 12 * (1 + 1 + 2 + 1 + 2)),
    (nn.LayerNorm(4, bias=False), (3, 4), 12 * (1 + 1 + 2 + 1 + 1)),
    (nn.GroupNorm(2, 4, affine=False), (3, 4, 5), 60 * 5),
    (nn.RMSNorm(4), (3, 4), 12 * (2 + 1 + 1)),
    (nn.BatchNorm2d(3), (2, 3, 4, 4), 96 * (5 + 2)),
    (nn.BatchNorm2d(3).eval(), (2, 3, 4, 4), 96 * (2 + 2)),
    (nn.InstanceNorm1d(3).eval(), (2, 3, 4), 24 * 5),
    (nn.LocalResponseNorm(3), (2, 3, 4), 24 * (1 + 3 + 2 + 1 + 1)),
    (nn.Upsample(scale_factor=2), (1, 2, 3, 3), 0),
    (nn.Upsample(scale_factor=2, mode="bilinear"), (1, 2, 3, 3), 2 * 4 * 2 * 36),
    (nn.PixelShuffle(2), (1, 4, 3, 3), 0),
]


@pytest.mark.parametrize(("layer", "shape", "expected"), COUNTS, ids=[str(layer) for layer, _, _ in COUNTS])
def test_operations(layer, shape, expected):
    assert count(layer, *shape) == expected


def test_operations_of_an_embedding_and_of_attention():
    assert nn.flops(nn.Embedding(5, 3), (dl.tensor([1, 2]),), dl.zeros(2, 3)) == 0
    q, k, v = dl.zeros(2, 4, 3, 8), dl.zeros(2, 4, 5, 8), dl.zeros(2, 4, 5, 6)
    scores, softmax, means = 2 * (8 * 15) * 8, 5 * (8 * 15), 2 * (8 * 15) * 6
    assert nn.attention_flops(q, k, v) == scores + softmax + means


def test_operations_of_a_spatial_transformer():
    localisation = nn.Sequential(nn.Flatten(), nn.Linear(36, 12))
    layer = nn.SpatialTransformer(localisation, "affine", warps=2, size=(3, 4))
    linear, points, pixels = 2 * 2 * 36 * 12, 4 * (2 * 2 * 12 * 2), 8 * (2 * 2 * 12)
    assert nn.summary(layer, (2, 1, 6, 6)).flops == linear + points + pixels


class Twice(nn.Module):
    """Calls one layer twice, another never, and one that gives two results by name."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 4)
        self.spare = nn.Linear(4, 4)
        self.pool = nn.MaxPool1d(2, return_indices=True)

    def forward(self, x, *, scale):
        x = self.layer(self.layer(x) * scale)
        values, places = self.pool(x)
        return {"values": values, "places": [places]}


def test_a_module_called_twice_counts_its_parameters_once():
    result = nn.summary(Twice(), (3, 2, 4), scale=dl.ones(1))
    names = [(call.name, call.module, call.parameters, call.flops) for call in result.root.calls]
    assert names == [
        ("layer", "Linear", 20, 2 * 24 * 4),
        ("layer", "Linear", 0, 2 * 24 * 4),
        ("pool", "MaxPool1d", 0, 24),
    ]
    assert result.root.shapes == [(3, 2, 2), (3, 2, 2)]
    assert result.parameters == 40
    assert result.parameter_bytes == 160
    assert result.uncalled == ["spare"]
    # Twice 24 floats, then 12 floats and 12 int64.
    assert result.activation_bytes == 24 * 4 * 2 + 12 * 4 + 12 * 8
    assert "not called   spare" in repr(result)


def test_totals_of_a_network():
    model = LeNet()
    model.fc3.requires_grad_(False)
    result = nn.summary(model, (2, 1, 28, 28))
    convolutions = 2 * 25 * (2 * 6 * 28 * 28) + 2 * 6 * 25 * (2 * 16 * 10 * 10)
    linear = 2 * 2 * (400 * 120 + 120 * 84 + 84 * 10)
    tanh = 2 * (6 * 784 + 16 * 100 + 120 + 84)
    assert result.flops == convolutions + linear + tanh + 2 * (6 * 784 + 16 * 100)  # pooling sees each pixel once
    assert result.parameters == 61706
    assert result.trainable_parameters == 61706 - 850
    # Convolution and tanh, then pooling to a quarter; linear layers and tanh, the last one without.
    numbers = 2 * 6 * 784 + 6 * 196 + 2 * 16 * 100 + 16 * 25 + 2 * 120 + 2 * 84 + 10
    assert result.activation_bytes == 2 * numbers * 4
    assert "61,706, of which 850 are fixed" in repr(result)


class LastRow(nn.Module):
    """Return a view that does not begin where its input does."""

    def forward(self, x):
        return x[-1:]


def test_views_take_no_memory():
    model = nn.Sequential(
        nn.Flatten(), nn.Identity(), nn.Dropout(0.5), LastRow(), nn.Linear(12, 5), nn.ReLU(inplace=True)
    )
    result = nn.summary(model, (2, 3, 4))
    assert [call.activation_bytes for call in result.root.calls] == [0, 0, 0, 0, 20, 0]
    assert result.activation_bytes == 20


def test_a_residual_block_adds():
    block = nn.summary(BasicBlock(4, 4), (1, 4, 3, 3))
    assert block.flops == 2 * (2 * 36 * 36) + 2 * (4 * 36) + 2 * 36 + 36


def test_the_model_is_left_as_it_was():
    model = ResNet(BasicBlock, [1, 1], 3, channels=4, stem="small").train()
    model.layer1.eval()
    before = {name: tensor.numpy().copy() for name, tensor in model.state_dict().items()}
    generator = dl.get_rng_state().numpy().copy()
    result = nn.summary(model, (2, 3, 8, 8))
    assert result.buffer_bytes == sum(b.numel() * b.dtype.itemsize for b in model.buffers())
    for name, tensor in model.state_dict().items():
        np.testing.assert_array_equal(tensor.numpy(), before[name])
    assert model.training
    assert not model.layer1[0].training
    assert model.layer2[0].training
    np.testing.assert_array_equal(dl.get_rng_state().numpy(), generator)
    assert not any(module._hooks for module in model.modules())
    with pytest.raises(ValueError, match="conv2d"):
        nn.summary(model, (2, 5, 8, 8))
    assert not any(module._hooks for module in model.modules())
    assert model.training


class Unknown(nn.Module):
    """Does something that nobody told `flops` about."""

    def forward(self, x):
        return x.cos()


class Scaled(nn.Module):
    """Has a parameter of its own, and calls a layer by keyword."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(dl.ones(1))
        self.up = nn.ConvTranspose1d(2, 3, 2, stride=2)

    def forward(self, x):
        return self.up(input=x) * self.scale


def test_what_is_not_known_is_said():
    result = nn.summary(nn.Sequential(nn.Sequential(Unknown(), nn.ReLU()), Unknown(), Scaled()), (2, 2, 3))
    up = 2 * 12 * 6
    assert result.flops == 12 + up
    assert result.uncounted == ["Scaled", "Unknown"]
    lines = repr(result).splitlines()
    assert "FLOPs        156, without those of Scaled, Unknown" in lines
    assert [re.split(" {2,}", line)[-2] for line in lines[1:8]] == [
        "156 + ?",
        "12 + ?",
        "?",
        "12",
        "?",
        "144 + ?",
        "144",
    ]
    assert nn.summary(nn.Sequential(nn.ReLU()), (2, 2)).uncounted == []


def test_depth_and_dtype():
    model = nn.Sequential(nn.Sequential(nn.Linear(2, 2), nn.ReLU()), nn.ReLU()).double()
    result = nn.summary(model, (3, 2))
    assert result.activation_bytes == 3 * 6 * 8
    lines = result.table(depth=1).splitlines()
    assert [line.split()[:3] for line in lines[1:4]] == [
        ["Sequential", "(3,", "2)"],
        ["├─", "0:", "Sequential"],
        ["└─", "1:", "ReLU"],
    ]
    assert "Linear" in result.table(2)
    assert len(result.table(0).splitlines()) == 2 + 4


def test_errors():
    check_error(TypeError, "summary: model expected a Module, got int", lambda: nn.summary(3, (2, 2)))
