"""Positions: encodings that are added, rotations, and attention on images that is a convolution."""

import dlcore as dl
import numpy as np
import pytest
import reference
from dlcore import nn
from dlcore.nn import functional as F
from dlcore.testing import gradcheck


def normal(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


@pytest.mark.parametrize("size", [1, 4, 7])
def test_sinusoidal(size):
    encoding = nn.SinusoidalPositionalEncoding(size, max_len=9, dtype=dl.float64)
    x = normal(2, 6, size)
    t, i = np.arange(9)[:, None], np.arange(size)
    angle = t / 10000 ** (i // 2 * 2 / size)
    table = np.where(i % 2 == 0, np.sin(angle), np.cos(angle))
    np.testing.assert_allclose(encoding(dl.tensor(x)).numpy(), x + table[:6], rtol=1e-12)
    np.testing.assert_allclose(encoding(dl.tensor(x), offset=3).numpy(), x + table[3:], rtol=1e-12)
    time_first = nn.SinusoidalPositionalEncoding(size, max_len=9, batch_first=False, dtype=dl.float64)
    np.testing.assert_allclose(time_first(dl.tensor(x)).numpy(), x + table[:2, None], rtol=1e-12)
    np.testing.assert_allclose(time_first(dl.tensor(x[0])).numpy(), x[0] + table[:6], rtol=1e-12)
    assert not encoding.state_dict()


def test_learned():
    encoding = nn.LearnedPositionalEncoding(3, max_len=500, dropout=0.5, dtype=dl.float64).eval()
    table = encoding.weight.detach().numpy()
    assert table.std() == pytest.approx(0.02, rel=0.1)
    x = normal(2, 4, 3)
    y = encoding(dl.tensor(x), offset=1)
    np.testing.assert_allclose(y.detach().numpy(), x + table[1:5], rtol=1e-12)
    y.sum().backward()
    np.testing.assert_array_equal(encoding.weight.grad.numpy()[:7, 0], [0, 2, 2, 2, 2, 0, 0])
    assert (encoding.train()(dl.ones(1, 400, 3, dtype=dl.float64)) == 0).any()


@pytest.mark.parametrize("T", [1, 5, 130])
def test_rotary(T):
    rotary = nn.RotaryEmbedding(6)
    x = normal(2, 3, T, 6)
    np.testing.assert_allclose(rotary(dl.tensor(x)).numpy(), reference.rotary(x), rtol=1e-10, atol=1e-12)
    late = reference.rotary(np.concatenate([np.zeros((2, 3, 7, 6)), x], 2))[:, :, 7:]
    np.testing.assert_allclose(rotary(dl.tensor(x), offset=7).numpy(), late, rtol=1e-10, atol=1e-12)
    assert gradcheck(rotary, [dl.tensor(x[:1, :1, :4]).requires_grad_()])


def test_rotated_products_depend_on_distances_alone():
    rotary, q, k = nn.RotaryEmbedding(8), dl.tensor(normal(1, 8)), dl.tensor(normal(1, 8, seed=1))
    products = [(rotary(q, t + 5) * rotary(k, t)).sum().item() for t in (0, 3, 40)]
    np.testing.assert_allclose(products, products[0], rtol=1e-10)


def plain_image_attention(layer, x):
    """Return the layer's result, pixel by pixel and head by head."""
    N, C, h, w = x.shape
    H, D = layer.num_heads, layer.head_dim
    p = {name: value.numpy() for name, value in layer.state_dict().items()}
    reach = np.array(layer.relative_bias.max_distance)
    at = np.stack(np.meshgrid(np.arange(h), np.arange(w), indexing="ij"), -1).reshape(-1, 2)
    apart = np.clip(at[None] - at[:, None], -reach, reach) + reach
    bias = p["relative_bias.weight"][:, apart[..., 0], apart[..., 1]]
    projected = x.reshape(N, C, h * w).swapaxes(1, 2) @ p["in_proj.weight"].T
    parts = projected.reshape(N, h * w, -1, H, D).transpose(2, 0, 3, 1, 4)
    scores = parts[0] @ parts[1].swapaxes(-1, -2) / np.sqrt(D) if layer.content else 0
    y = reference.softmax(scores + bias, -1) @ parts[-1]
    y = y.swapaxes(1, 2).reshape(N, h * w, -1) @ p["out_proj.weight"].T + p["out_proj.bias"]
    return y.swapaxes(1, 2).reshape(N, -1, h, w)


@pytest.mark.parametrize("content", [True, False])
@pytest.mark.parametrize("max_distance", [7, (1, 2), 0])
@pytest.mark.parametrize("size", [(1, 1), (3, 5), (6, 4)])
def test_image_attention(content, max_distance, size):
    layer = nn.ImageAttention(4, 3, 2, max_distance=max_distance, content=content, dtype=dl.float64)
    nn.init.normal_(layer.relative_bias.weight)
    x = normal(2, 4, *size)
    y = layer(dl.tensor(x))
    np.testing.assert_allclose(y.detach().numpy(), plain_image_attention(layer, x), rtol=1e-10, atol=1e-12)
    if size == (3, 5):
        assert gradcheck(layer, [dl.tensor(x[:1]).requires_grad_()])
        y.sum().backward()
        assert all(parameter.grad is not None for parameter in layer.parameters())


def as_convolution(weight, bias):
    """Return the attention that equals a convolution: theorem 1 of Cordonnier, Loukas and Jaggi (2020).

    Head h looks at the pixel that is shift_h away, by the quadratic encoding -alpha |distance - shift_h|^2 of positions
    (section 3); its values are the whole pixel, of which the result takes what the kernel has at that place.
    """
    out_channels, in_channels, height, width = weight.shape
    heads, reach = height * width, (height // 2, width // 2)
    # Distances beyond the kernel count as one farther, where no head looks.
    layer = nn.ImageAttention(
        in_channels, out_channels, heads, in_channels, (reach[0] + 1, reach[1] + 1), content=False
    )
    shifts = np.stack(np.meshgrid(*(np.arange(-r, r + 1) for r in reach), indexing="ij"), -1).reshape(heads, 1, 1, 2)
    distances = np.stack(np.meshgrid(*(np.arange(-r - 1, r + 2) for r in reach), indexing="ij"), -1)
    alpha = 40.0  # e^-40 is nothing beside a rounding error, even a thousand times
    state = {
        "in_proj.weight": np.tile(np.eye(in_channels), (heads, 1)),
        "relative_bias.weight": -alpha * ((distances - shifts) ** 2).sum(-1),
        "out_proj.weight": weight.transpose(0, 2, 3, 1).reshape(out_channels, -1),
        "out_proj.bias": bias,
    }
    layer.load_state_dict({name: dl.tensor(value, dtype=dl.float32) for name, value in state.items()})
    return layer


@pytest.mark.parametrize("kernel", [(1, 1), (3, 3), (3, 5)])
def test_attention_that_is_a_convolution(kernel):
    weight, bias = normal(4, 3, *kernel, seed=1) / 3, normal(4, seed=2)
    around = (kernel[0] // 2, kernel[1] // 2)
    x = dl.tensor(normal(2, 3, 9, 8), dtype=dl.float32)
    convolved = F.conv2d(x, dl.tensor(weight, dtype=dl.float32), dl.tensor(bias, dtype=dl.float32), padding=around)
    padded = F.pad(x, (around[1], around[1], around[0], around[0]))  # what is beside the image, are zeros here too
    y = as_convolution(weight, bias)(padded)[:, :, around[0] : around[0] + 9, around[1] : around[1] + 8]
    np.testing.assert_allclose(y.detach().numpy(), convolved.numpy(), rtol=1e-5, atol=1e-5)
    assert np.abs(convolved.numpy()).mean() > 0.3


ERRORS = [
    (lambda: nn.RotaryEmbedding(5), "RotaryEmbedding: dim expected an even number above 0, got 5"),
    (lambda: nn.RotaryEmbedding(4)(dl.zeros(3, 2)),
     r"RotaryEmbedding: input expected \(..., T, 4\), got shape \(3, 2\)"),
    (lambda: nn.SinusoidalPositionalEncoding(4, 5)(dl.zeros(1, 4, 4), offset=2),
     "SinusoidalPositionalEncoding: positions expected within max_len 5, got 2 to 6"),
    (lambda: nn.LearnedPositionalEncoding(4, 5)(dl.zeros(1, 4, 3)),
     r"LearnedPositionalEncoding: input expected \(N, T, 4\) or so, got shape \(1, 4, 3\)"),
    (lambda: nn.ImageAttention(4, 4, 3), "ImageAttention: num_heads expected to divide in_channels 4, got 3"),
    (lambda: nn.ImageAttention(4, 4, 2)(dl.zeros(4, 5, 5)),
     r"ImageAttention: input expected \(N, 4, height, width\), got \(4, 5, 5\)"),
    (lambda: nn.RelativePositionBias2d(2, (1, -1)),
     r"RelativePositionBias2d: max_distance expected two numbers >= 0, got \(1, -1\)"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "text"), ERRORS, ids=[text[:60] for _, text in ERRORS])
def test_errors(call, text):
    with pytest.raises(ValueError, match=text):
        call()
