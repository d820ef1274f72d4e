"""Convolutions and their transposes as layers: values, gradients, first values, errors."""

import math

import dlcore as dl
import numpy as np
import pytest
import reference
from check import check_error
from dlcore import nn
from layers import check_layer

# dims: sizes of an odd image, of an even kernel on one axis.
SIZES = {1: (9,), 2: (7, 6), 3: (4, 5, 3)}
KERNELS = {1: (4,), 2: (3, 2), 3: (2, 3, 1)}
NUMPY_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def padded(x, widths, mode):
    """Pad all axes but the first two."""
    return np.pad(x, [(0, 0), (0, 0), *widths], NUMPY_MODES[mode])


@pytest.mark.parametrize("mode", NUMPY_MODES)
@pytest.mark.parametrize("padding", [1, "same", "valid"])
@pytest.mark.parametrize("dims", [1, 2, 3])
def test_conv(dims, padding, mode):
    kernel, stride = KERNELS[dims], 1 if padding == "same" else 2
    layer = getattr(nn, f"Conv{dims}d")(4, 6, kernel, stride, padding, groups=2, padding_mode=mode)
    widths = {"valid": [(0, 0)] * dims, 1: [(1, 1)] * dims, "same": [((k - 1) // 2, k // 2) for k in kernel]}[padding]
    conv = getattr(reference, f"conv{dims}d")

    def expected(x, w, b):
        return conv(padded(x, widths, mode), w, b, stride=stride, groups=2)

    check_layer(layer, expected, (2, 4, *SIZES[dims]), layouts=())


def test_conv_with_dilation_and_a_padding_per_axis():
    layer = nn.Conv2d(3, 2, 3, padding=(2, 1), dilation=(2, 1), padding_mode="reflect", bias=False)

    def expected(x, w):
        return reference.conv2d(padded(x, [(2, 2), (1, 1)], "reflect"), w, dilation=(2, 1))

    check_layer(layer, expected, (2, 3, 6, 5), ["weight"], layouts=())


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_conv_transpose(dims):
    layer = getattr(nn, f"ConvTranspose{dims}d")(4, 6, KERNELS[dims], 2, 0, 1, groups=2, dilation=2)
    conv_transpose = getattr(reference, f"conv_transpose{dims}d")

    def expected(x, w, b):
        return conv_transpose(x, w, b, stride=2, output_padding=1, groups=2, dilation=2)

    check_layer(layer, expected, (2, 4, *SIZES[dims]), layouts=())


def test_output_size_takes_the_place_of_output_padding():
    layer = nn.ConvTranspose2d(2, 3, 3, stride=(3, 2), padding=1, dtype=dl.float64)
    x = np.random.default_rng(0).standard_normal((2, 2, 4, 5))
    for more in [(0, 0), (1, 0), (2, 1)]:
        size = (10 + more[0], 9 + more[1])
        w, b = (p.detach().numpy() for p in layer.parameters())
        expected = reference.conv_transpose2d(x, w, b, (3, 2), 1, more)
        for asked in (size, (2, 3, *size)):
            np.testing.assert_allclose(layer(dl.tensor(x), asked).detach().numpy(), expected, rtol=1e-12, atol=1e-12)
    message = "ConvTranspose2d: output_size expected from (10, 9) to (12, 10), got (13, 9)"
    check_error(ValueError, message, lambda: layer(dl.tensor(x), (13, 9)))
    message = "ConvTranspose2d: output_size expected 2 or 4 numbers, got (10, 9, 1)"
    check_error(ValueError, message, lambda: layer(dl.tensor(x), (10, 9, 1)))


@pytest.mark.parametrize(
    ("layer", "fan_in"),
    [(nn.Conv2d(32, 64, 3, groups=2), 16 * 9), (nn.ConvTranspose2d(64, 32, 3, groups=2), 16 * 9)],
)
def test_first_values_fill_their_bounds(layer, fan_in):
    for parameter in layer.parameters():
        values = parameter.detach().numpy()
        assert 0.5 / math.sqrt(fan_in) < abs(values).max() <= 1 / math.sqrt(fan_in)
    assert layer.weight.detach().numpy().std() == pytest.approx(1 / math.sqrt(3 * fan_in), rel=0.05)
    before = layer.weight.detach().numpy().copy()
    layer.reset_parameters()
    assert (layer.weight.detach().numpy() != before).mean() > 0.99


def test_text():
    assert repr(nn.Conv1d(2, 4, 3)) == "Conv1d(2, 4, kernel_size=(3,), stride=(1,))"
    text = "Conv2d(2, 4, kernel_size=(3, 3), stride=(1, 1), padding=same, groups=2, bias=False, padding_mode=circular)"
    assert repr(nn.Conv2d(2, 4, 3, 1, "same", groups=2, bias=False, padding_mode="circular")) == text


ERRORS = [
    (lambda: nn.Conv2d(6, 8, 3, groups=4), "Conv2d: groups expected to divide in_channels 6, got 4"),
    (lambda: nn.ConvTranspose1d(8, 6, 3, groups=4), "ConvTranspose1d: groups expected to divide out_channels 6, got 4"),
    (lambda: nn.Conv1d(6, 8, 3, groups=0), "Conv1d: groups expected to be positive, got 0"),
    (
        lambda: nn.Conv2d(1, 1, (3, 3, 3)),
        "Conv2d: kernel_size expected one integer or 2 of at least 1, got (3, 3, 3)",
    ),
    (lambda: nn.Conv1d(1, 1, 0), "Conv1d: kernel_size expected one integer of at least 1, got 0"),
    (lambda: nn.Conv2d(1, 1, 3, stride=0), "Conv2d: stride expected one integer or 2 of at least 1, got 0"),
    (lambda: nn.Conv2d(1, 1, 3, padding=-1), "Conv2d: padding expected one integer or 2 of at least 0, got -1"),
    (lambda: nn.Conv2d(1, 1, 3, padding="full"), "Conv2d: padding expected 'same', 'valid' or numbers, got 'full'"),
    (lambda: nn.Conv2d(1, 1, 3, 2, "same"), "Conv2d: padding 'same' expected stride 1, got (2, 2)"),
    (
        lambda: nn.Conv2d(1, 1, 3, padding_mode="edge"),
        "Conv2d: padding_mode expected one of zeros, reflect, replicate, circular, got 'edge'",
    ),
    (
        lambda: nn.ConvTranspose2d(1, 1, 3, padding_mode="reflect"),
        "ConvTranspose2d: padding_mode expected 'zeros', got 'reflect'",
    ),
    (
        lambda: nn.ConvTranspose1d(1, 1, 3, stride=2, output_padding=2),
        "ConvTranspose1d: output_padding expected to be less than stride (2,) or dilation (1,), got 2",
    ),
]


@pytest.mark.parametrize(("make", "message"), ERRORS, ids=[message for _, message in ERRORS])
def test_errors(make, message):
    check_error(ValueError, message, make)
