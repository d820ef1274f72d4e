"""Layers call the op of their name with their own parameters and settings."""

import math

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn
from dlcore.nn import functional as F

X = np.random.default_rng(0).standard_normal((4, 6))


def x64():
    return dl.tensor(X)


def test_linear():
    layer = nn.Linear(6, 3, dtype=dl.float64)
    expected = X @ layer.weight.detach().numpy().T + layer.bias.detach().numpy()
    np.testing.assert_allclose(layer(x64()).detach().numpy(), expected, rtol=1e-12)
    plain = nn.Linear(6, 3, bias=False, dtype=dl.float64)
    assert plain.bias is None
    assert list(plain.state_dict()) == ["weight"]
    np.testing.assert_allclose(plain(x64()).detach().numpy(), X @ plain.weight.detach().numpy().T, rtol=1e-12)
    assert repr(plain) == "Linear(in_features=6, out_features=3, bias=False)"


def test_linear_starts_within_its_bounds_and_fills_them():
    layer = nn.Linear(100, 200)
    for parameter in layer.parameters():
        values = parameter.detach().numpy()
        assert abs(values).max() <= 1 / math.sqrt(100)
        assert values.std() == pytest.approx(1 / math.sqrt(300), rel=0.15)
    assert nn.Linear(0, 2)(dl.zeros(3, 0)).detach().numpy().tolist() == [[0.0, 0.0]] * 3


def test_embedding():
    layer = nn.Embedding(5, 3, padding_idx=-1)
    weight = layer.weight.detach().numpy()
    assert layer.padding_idx == 4
    assert (weight[4] == 0).all()
    assert (weight[:4] != 0).all()
    index = np.array([[0, 4], [2, 2]])
    y = layer(dl.tensor(index))
    np.testing.assert_array_equal(y.detach().numpy(), weight[index])
    y.sum().backward()
    np.testing.assert_array_equal(layer.weight.grad.numpy()[:, 0], [1, 0, 2, 0, 0])
    assert repr(layer) == "Embedding(5, 3, padding_idx=4)"
    with pytest.raises(ValueError, match="Embedding: padding_idx expected to lie within 5 embeddings, got 5"):
        nn.Embedding(5, 3, padding_idx=5)


def test_layer_norm():
    layer = nn.LayerNorm(6, eps=1e-3, dtype=dl.float64)
    nn.init.normal_(layer.weight)
    nn.init.normal_(layer.bias)
    centred = X - X.mean(-1, keepdims=True)
    scaled = centred / np.sqrt(X.var(-1, keepdims=True) + 1e-3)
    expected = scaled * layer.weight.detach().numpy() + layer.bias.detach().numpy()
    np.testing.assert_allclose(layer(x64()).detach().numpy(), expected, rtol=1e-10)
    plain = nn.LayerNorm((4, 6), elementwise_affine=False)
    assert list(plain.parameters()) == []
    assert tuple(plain(dl.randn(2, 4, 6)).shape) == (2, 4, 6)
    assert [name for name, _ in nn.LayerNorm(6, bias=False).named_parameters()] == ["weight"]
    assert repr(plain) == "LayerNorm((4, 6), eps=1e-05, elementwise_affine=False)"


def test_dropout():
    layer = nn.Dropout(0.25)
    x = dl.ones(10_000)
    y = layer(x).numpy()
    assert set(np.unique(y)) == {np.float32(0), np.float32(1 / 0.75)}
    assert (y == 0).mean() == pytest.approx(0.25, abs=0.03)
    np.testing.assert_array_equal(layer.eval()(x).numpy(), x.numpy())
    assert repr(layer) == "Dropout(p=0.25)"
    for p in (-0.1, 1.5, math.nan):
        with pytest.raises(ValueError, match=rf"Dropout: p expected a probability in \[0, 1\], got {p}"):
            nn.Dropout(p)


def test_layers_in_place():
    for layer in (nn.Dropout(0.5, inplace=True), nn.ReLU(inplace=True)):
        x = dl.tensor(X)
        assert layer(x) is x
        assert "inplace=True" in repr(layer)
    np.testing.assert_array_equal(x.numpy(), np.maximum(X, 0))


def test_flatten():
    x = dl.arange(24).reshape(2, 3, 4)
    assert tuple(nn.Flatten()(x).shape) == (2, 12)
    assert tuple(nn.Flatten(0, 1)(x).shape) == (6, 4)
    assert tuple(nn.Unflatten(1, (3, -1))(dl.zeros(2, 6, 5)).shape) == (2, 3, 2, 5)
    assert tuple(nn.Unflatten(-1, [2, 2])(dl.zeros(3, 4)).shape) == (3, 2, 2)
    with pytest.raises(IndexError, match=r"Unflatten: axis 2 is out of range for shape \(3, 4\)"):
        nn.Unflatten(2, (2, 2))(dl.zeros(3, 4))
    assert repr(nn.Flatten()) == "Flatten(start_dim=1, end_dim=-1)"
    assert repr(nn.Unflatten(1, (2, 3))) == "Unflatten(dim=1, unflattened_size=(2, 3))"


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def normal_cdf(x):
    return 0.5 * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))


ACTIVATIONS = [
    (nn.ReLU(), lambda x: np.maximum(x, 0), "ReLU()"),
    (nn.LeakyReLU(0.2), lambda x: np.where(x > 0, x, 0.2 * x), "LeakyReLU(negative_slope=0.2)"),
    (nn.ELU(0.5), lambda x: np.where(x > 0, x, 0.5 * np.expm1(x)), "ELU(alpha=0.5)"),
    (nn.Softplus(2.0), lambda x: np.log1p(np.exp(2 * x)) / 2, "Softplus(beta=2.0, threshold=20.0)"),
    (nn.SiLU(), lambda x: x * sigmoid(x), "SiLU()"),
    (nn.GELU(), lambda x: x * normal_cdf(x), "GELU(approximate='none')"),
    (
        nn.GELU("tanh"),
        lambda x: 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
        "GELU(approximate='tanh')",
    ),
    (nn.Sigmoid(), sigmoid, "Sigmoid()"),
    (nn.Hardsigmoid(), lambda x: np.clip(x + 3, 0, 6) / 6, "Hardsigmoid()"),
    (nn.Tanh(), np.tanh, "Tanh()"),
    (nn.Softmax(dim=1), lambda x: np.exp(x) / np.exp(x).sum(1, keepdims=True), "Softmax(dim=1)"),
    (nn.LogSoftmax(dim=0), lambda x: x - np.log(np.exp(x).sum(0, keepdims=True)), "LogSoftmax(dim=0)"),
]


@pytest.mark.parametrize(("module", "reference", "text"), ACTIVATIONS, ids=[text for _, _, text in ACTIVATIONS])
def test_activation(module, reference, text):
    np.testing.assert_allclose(module(x64()).numpy(), reference(X), rtol=1e-10, atol=1e-12)
    assert repr(module) == text


def test_functions_are_those_of_the_core():
    renamed = {"fold": "col2im", "unfold": "im2col"}  # Tensor.unfold is another function
    for name in F.__all__:
        assert getattr(F, name) is getattr(dl._core, renamed.get(name, name))
