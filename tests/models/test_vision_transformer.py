"""The vision transformer against its definition."""

import math

import dlcore as dl
import numpy as np
import pytest
import reference
from dlcore import nn
from dlcore.models import PatchEmbedding, VisionTransformer
from dlcore.nn import functional as F


def norm(p, name, x):
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-6) * p[f"{name}.weight"] + p[f"{name}.bias"]


def plain_vision_transformer(p, x, layers, heads, patch):
    """Return scores as equations 1 to 4 of the paper say them."""
    N, _, size, _ = x.shape
    rows = range(0, size, patch)
    patches = np.stack([x[:, :, i : i + patch, j : j + patch].reshape(N, -1) for i in rows for j in rows], 1)
    weight = p["conv_proj.weight"]
    z = patches @ weight.reshape(len(weight), -1).T + p["conv_proj.bias"]
    z = np.concatenate([np.broadcast_to(p["class_token"], (N, 1, len(weight))), z], 1) + p["encoder.pos_embedding"]
    for i in range(layers):
        at = f"encoder.layers.encoder_layer_{i}."
        y = norm(p, f"{at}ln_1", z)
        z = z + reference.multihead_attention(p, y, y, y, heads, prefix=f"{at}self_attention.")
        y = norm(p, f"{at}ln_2", z)
        y = reference.gelu(y @ p[f"{at}mlp.0.weight"].T + p[f"{at}mlp.0.bias"])
        z = z + y @ p[f"{at}mlp.3.weight"].T + p[f"{at}mlp.3.bias"]
    return norm(p, "encoder.ln", z)[:, 0] @ p["heads.head.weight"].T + p["heads.head.bias"]


@pytest.mark.parametrize("channels", [1, 3])
def test_against_its_definition(channels):
    model = VisionTransformer(12, 4, 2, 2, 8, 16, num_classes=5, in_channels=channels, dtype=dl.float64)
    for parameter in model.parameters():
        nn.init.normal_(parameter, std=0.5)
    x = np.random.default_rng(0).standard_normal((3, channels, 12, 12))
    p = {name: value.numpy() for name, value in model.state_dict().items()}
    y = model(dl.tensor(x))
    np.testing.assert_allclose(y.detach().numpy(), plain_vision_transformer(p, x, 2, 2, 4), rtol=1e-8, atol=1e-9)
    y.sum().backward()
    assert all((parameter.grad.numpy() != 0).any() for parameter in model.parameters())


def test_patches_are_a_convolution():
    layer = PatchEmbedding(3, 6, 4, dtype=dl.float64)
    nn.init.normal_(layer.bias)
    x = dl.tensor(np.random.default_rng(0).standard_normal((2, 3, 8, 12)))
    convolved = F.conv2d(x, layer.weight, layer.bias, stride=4).flatten(2).transpose(1, 2)
    np.testing.assert_allclose(layer(x).detach().numpy(), convolved.detach().numpy(), rtol=1e-10, atol=1e-12)


def test_first_values():
    model = VisionTransformer(32, 8, 1, 4, 64, 128)
    assert model.conv_proj.weight.detach().numpy().std() == pytest.approx(math.sqrt(1 / 192), rel=0.05)
    assert (model.heads(dl.randn(2, 64)).detach().numpy() == 0).all()
    # vit_b_16 of torchvision has 86,567,656 parameters.
    D, mlp = 768, 3072
    block = 4 * D * D + 4 * D + 2 * D * mlp + mlp + D + 4 * D
    assert 12 * block + 768 * D + D + D + 197 * D + 2 * D + 1000 * D + 1000 == 86_567_656
    small = VisionTransformer(8, 4, 2, 2, 8, 16, num_classes=3)
    block = 4 * 64 + 4 * 8 + 2 * 8 * 16 + 16 + 8 + 4 * 8
    assert sum(p.numel() for p in small.parameters()) == 2 * block + 48 * 8 + 8 + 8 + 5 * 8 + 16 + 3 * 8 + 3


def test_errors():
    with pytest.raises(ValueError, match="VisionTransformer: patch_size expected to divide image_size 10, got 4"):
        VisionTransformer(10, 4, 1, 1, 4, 4)
    model = VisionTransformer(8, 4, 1, 1, 4, 4)
    with pytest.raises(ValueError, match=r"input expected shape \('N', 3, 8, 8\), got \(2, 3, 8, 9\)"):
        model(dl.zeros(2, 3, 8, 9))
