"""Models against their definitions in NumPy."""

import dlcore as dl
import numpy as np
import pytest
import reference.models as reference
from check import check_error
from dlcore import nn
from dlcore.models import MLP, BasicBlock, Bottleneck, LeNet, ResNet

rng = np.random.default_rng(0)


def state_of(model):
    """Give a model numbers of which none is special, and return them by name."""
    with dl.no_grad():
        for name, tensor in model.state_dict().items():
            if tensor.dtype.is_floating_point:
                low = 0.5 if "running_var" in name else -0.4
                tensor.copy_(dl.tensor(rng.uniform(low, 1.0, tuple(tensor.shape))))
    return {name: tensor.numpy().copy() for name, tensor in model.state_dict().items()}


def check(model, definition, x):
    """Compare the answer, and the gradients of x and of all parameters along a random direction."""
    state = state_of(model)
    expected = definition(x, state)
    tensor = dl.tensor(x).requires_grad_()
    y = model(tensor)
    np.testing.assert_allclose(y.detach().numpy(), expected, rtol=1e-9, atol=1e-9)

    dy = rng.standard_normal(expected.shape)
    y.backward(dl.tensor(dy))
    step, slope = 1e-6, 0.0
    moved = {+1: (x.copy(), dict(state)), -1: (x.copy(), dict(state))}
    gradients = {"": tensor.grad} | {name: parameter.grad for name, parameter in model.named_parameters()}
    for name, gradient in gradients.items():
        d = rng.standard_normal(tuple(gradient.shape))
        slope += (gradient.numpy() * d).sum()
        for sign, (image, numbers) in moved.items():
            if name:
                numbers[name] = numbers[name] + sign * step * d
            else:
                image += sign * step * d
    difference = definition(*moved[+1]) - definition(*moved[-1])
    assert slope == pytest.approx((difference * dy).sum() / (2 * step), rel=1e-5)


@pytest.mark.parametrize("hidden", [[3], [8, 3], [8, 6, 5, 3]])
def test_mlp(hidden):
    model = MLP(7, hidden).double()
    count = len(hidden)

    def definition(x, state):
        values = list(state.values())
        return reference.mlp(x, values[0::2], values[1::2])

    check(model, definition, rng.standard_normal((4, 7)))
    assert len(list(model.parameters())) == 2 * count


def test_layers_of_an_mlp():
    model = MLP(4, [8, 2], norm_layer=nn.LayerNorm, activation_layer=nn.Tanh, bias=False, dropout=0.5)
    kinds = [type(layer).__name__ for layer in model]
    assert kinds == ["Linear", "LayerNorm", "Tanh", "Dropout", "Linear", "Dropout"]
    assert model[3].p == 0.5
    assert model[0].bias is None
    assert [type(layer).__name__ for layer in MLP(4, [8, 2], activation_layer=None)] == ["Linear", "Dropout"] * 2
    assert (
        repr(model[4:])
        == "Sequential(\n  (4): Linear(in_features=8, out_features=2, bias=False)\n  (5): Dropout(p=0.5)\n)"
    )


def test_lenet():
    check(LeNet().double(), reference.lenet, rng.uniform(0, 1, (2, 1, 28, 28)))
    assert sum(p.numel() for p in LeNet().parameters()) == 156 + 2416 + 48120 + 10164 + 850
    modern = LeNet(5, 3, size=32, activation=nn.ReLU, pool=nn.MaxPool2d)
    assert modern(dl.zeros(2, 3, 32, 32)).shape == (2, 5)


RESNETS = [
    (BasicBlock, [1, 2], "small", 1, (2, 3, 7, 6)),
    (BasicBlock, [2, 1, 1], "large", 1, (2, 3, 21, 24)),
    (Bottleneck, [1, 1], "small", 1, (2, 3, 6, 5)),
    (Bottleneck, [1, 2], "large", 2, (2, 3, 18, 17)),
]


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(("block", "layers", "stem", "groups", "shape"), RESNETS)
def test_resnet(block, layers, stem, groups, shape, training):
    model = ResNet(block, layers, 5, channels=4, stem=stem, groups=groups).double().train(training)

    def definition(x, state):
        return reference.resnet(x, state, layers, stem, training, groups)

    check(model, definition, rng.standard_normal(shape))


@pytest.mark.parametrize(
    ("block", "layers", "known"),
    [(BasicBlock, [2, 2, 2, 2], 11_689_512), (Bottleneck, [3, 4, 6, 3], 25_557_032)],  # as torchvision's docs say
)
def test_parameters_of_resnets(block, layers, known):
    count = sum(parameter.numel() for parameter in ResNet(block, layers).parameters())
    assert count == known
    assert count == reference.resnet_parameters(block is Bottleneck, layers, 1000, 3, 64, 7)


def test_first_values_of_resnet():
    model = ResNet(BasicBlock, [2, 1], 10, zero_init_residual=True, channels=32, stem="small")
    w = model.layer2[0].conv2.weight.detach().numpy()
    assert w.std() == pytest.approx(np.sqrt(2 / (64 * 9)), rel=0.05)
    assert [block.bn2.weight.abs().max().item() for block in (*model.layer1, *model.layer2)] == [0, 0, 0]
    x = dl.rand(2, 32, 8, 8)  # not negative, so that relu keeps it
    np.testing.assert_array_equal(model.layer1[1](x).detach().numpy(), x.numpy())


ERRORS = [
    (lambda: MLP(4, []), "MLP: hidden_channels expected at least one size, got none"),
    (lambda: LeNet(size=30), "LeNet: size expected to be a multiple of 4 and at least 12, got 30"),
    (lambda: BasicBlock(8, 8, groups=2), "BasicBlock: groups and base_width expected 1 and 64, got 2 and 64"),
    (lambda: ResNet(BasicBlock, []), "ResNet: layers expected positive numbers of blocks, got []"),
    (lambda: ResNet(BasicBlock, [2, 0]), "ResNet: layers expected positive numbers of blocks, got [2, 0]"),
    (lambda: ResNet(BasicBlock, [1], stem="tiny"), "ResNet: stem expected 'large' or 'small', got 'tiny'"),
]


@pytest.mark.parametrize(("make", "message"), ERRORS, ids=[message for _, message in ERRORS])
def test_errors(make, message):
    check_error(ValueError, message, make)
