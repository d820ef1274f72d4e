"""What attends to what: collected from models that do not return it, which compute as before."""

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn
from dlcore.models import Seq2SeqLSTM, Seq2SeqTransformer, attention_maps

SRC, TGT = dl.tensor([[3, 4, 5], [6, 7, 0]]), dl.tensor([[1, 4, 5, 6], [1, 3, 2, 0]])


def test_maps_of_a_transformer_average_its_values():
    model = Seq2SeqTransformer(9, 9, 16, 4, 1, 2, 32, padding_idx=0, dtype=dl.float64).eval()
    expected = model(SRC, TGT).detach().numpy()
    inputs = []
    layer = model.transformer.decoder.layers[1].multihead_attn
    hook = layer.register_forward_hook(lambda module, args, output: inputs.append((args, output)))
    with hook, attention_maps(model) as maps:
        got = model(SRC, TGT)
    np.testing.assert_array_equal(got.detach().numpy(), expected)
    assert {name: tuple(weights.shape) for name, weights in maps.items()} == {
        "transformer.encoder.layers.0.self_attn": (2, 4, 3, 3),
        "transformer.decoder.layers.0.self_attn": (2, 4, 4, 4),
        "transformer.decoder.layers.0.multihead_attn": (2, 4, 4, 3),
        "transformer.decoder.layers.1.self_attn": (2, 4, 4, 4),
        "transformer.decoder.layers.1.multihead_attn": (2, 4, 4, 3),
    }
    weights = maps["transformer.decoder.layers.1.multihead_attn"].detach().numpy()
    np.testing.assert_allclose(weights.sum(-1), 1)
    assert (weights[1, :, :, 2] == 0).all()  # padding
    causal = maps["transformer.decoder.layers.0.self_attn"].detach().numpy()
    assert (causal[:, :, *np.triu_indices(4, 1)] == 0).all()

    (((_, memory, *_), (y, nothing)),) = inputs
    assert nothing is None
    _, values = layer.memory(memory)
    averaged = (weights @ values.detach().numpy()).swapaxes(1, 2).reshape(2, 4, 16)
    out = layer.out_proj
    expected = averaged @ out.weight.detach().numpy().T + out.bias.detach().numpy()
    np.testing.assert_allclose(y.detach().numpy(), expected, rtol=1e-9, atol=1e-12)


def test_callers_get_what_they_ask_for():
    attention = nn.MultiheadAttention(8, 2, batch_first=True)
    x = dl.randn(3, 5, 8)
    for options in ({}, {"need_weights": False}, {"average_attn_weights": False}):
        y, weights = attention(x, x, x, **options)
        with attention_maps(attention) as maps:
            z, others = attention(x, x, x, **options)
            single = attention(x[0], x[0], x[0], **options)[1]
        np.testing.assert_array_equal(z.detach().numpy(), y.detach().numpy())
        assert (weights is None) == (others is None) == (single is None)
        if weights is not None:
            np.testing.assert_allclose(others.detach().numpy(), weights.detach().numpy(), rtol=1e-6)
            np.testing.assert_allclose(single.detach().numpy(), weights[0].detach().numpy(), rtol=1e-5)
        assert maps[""].shape == (2, 5, 5)  # of the last call


def test_models_are_as_before_afterwards():
    model = Seq2SeqLSTM(9, 9, 8).eval()
    with pytest.raises(ZeroDivisionError), attention_maps(model):
        1 / 0  # noqa: B018
    assert "forward" not in vars(model.attention)
    with attention_maps(model) as outer:
        with attention_maps(model) as inner:
            model(SRC, TGT)
        assert list(inner) == list(outer) == ["attention"]
        outer.clear()
        model(SRC, TGT)
    assert list(outer) == ["attention"]
    assert "forward" not in vars(model.attention)
    inner.clear()
    model(SRC, TGT)
    assert not inner
