"""Transformers against their definition."""

import dlcore as dl
import numpy as np
import pytest
import reference
from dlcore import nn
from dlcore.testing import gradcheck


def normal(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def drawn(module):
    """Draw norms and biases as well, which start at one and zero."""
    for parameter in module.parameters():
        if parameter.ndim == 1:
            nn.init.normal_(parameter)
    return module


def parameters(module, prefix=""):
    state = module.state_dict()
    return {name.removeprefix(prefix): value.numpy() for name, value in state.items() if name.startswith(prefix)}


def close(actual, expected):
    np.testing.assert_allclose(actual.detach().numpy(), expected, 1e-9, 1e-9)


@pytest.mark.parametrize("norm_first", [False, True])
@pytest.mark.parametrize("T", [1, 6])
def test_encoder_layer(norm_first, T):
    layer = drawn(nn.TransformerEncoderLayer(6, 3, 10, 0.0, norm_first=norm_first, batch_first=True, dtype=dl.float64))
    x = normal(2, T, 6)
    close(layer(dl.tensor(x)), reference.transformer_encoder_layer(parameters(layer), x, 3, norm_first))
    causal = reference.transformer_encoder_layer(parameters(layer), x, 3, norm_first, is_causal=True)
    close(layer(dl.tensor(x), is_causal=True), causal)
    lengths = np.array([T, (T + 1) // 2])
    padding = dl.tensor(np.arange(T) >= lengths[:, None])
    padded = reference.transformer_encoder_layer(parameters(layer), x, 3, norm_first, key_lengths=lengths)
    close(layer(dl.tensor(x), src_key_padding_mask=padding), padded)
    assert gradcheck(layer, [dl.tensor(x[:1]).requires_grad_()])


@pytest.mark.parametrize("norm_first", [False, True])
def test_decoder_layer(norm_first):
    layer = drawn(nn.TransformerDecoderLayer(6, 3, 10, 0.0, norm_first=norm_first, batch_first=True, dtype=dl.float64))
    x, memory, lengths = normal(2, 4, 6), normal(2, 5, 6, seed=1), np.array([5, 2])
    padding = dl.tensor(np.arange(5) >= lengths[:, None])
    y = layer(dl.tensor(x), dl.tensor(memory), tgt_is_causal=True, memory_key_padding_mask=padding)
    close(y, reference.transformer_decoder_layer(parameters(layer), x, memory, 3, norm_first, lengths))
    inputs = [dl.tensor(x[:1]).requires_grad_(), dl.tensor(memory[:1]).requires_grad_()]
    assert gradcheck(lambda x, memory: layer(x, memory, tgt_is_causal=True), inputs)


def test_transformer():
    model = drawn(nn.Transformer(6, 3, 2, 2, 10, 0.0, batch_first=True, dtype=dl.float64))
    src, tgt = normal(2, 5, 6), normal(2, 4, 6, seed=1)

    def norm(name, x):
        p = parameters(model, f"{name}.norm.")
        scaled = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)
        return scaled * p["weight"] + p["bias"]

    memory = src
    for i in range(2):
        memory = reference.transformer_encoder_layer(parameters(model, f"encoder.layers.{i}."), memory, 3)
    memory, y = norm("encoder", memory), tgt
    for i in range(2):
        y = reference.transformer_decoder_layer(parameters(model, f"decoder.layers.{i}."), y, memory, 3)
    mask = nn.Transformer.generate_square_subsequent_mask(4, dtype=dl.float64)
    close(model(dl.tensor(src), dl.tensor(tgt), tgt_mask=mask), norm("decoder", y))
    close(model(dl.tensor(src), dl.tensor(tgt), tgt_is_causal=True), norm("decoder", y))


def test_layers_of_a_stack_start_alike_and_learn_apart():
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8), 3)
    first, second = (layer.linear1.weight for layer in list(encoder.layers)[:2])
    np.testing.assert_array_equal(first.detach().numpy(), second.detach().numpy())
    assert len(list(encoder.parameters())) == 3 * 12
    with dl.no_grad():
        first.zero_()
    assert (second.detach().numpy() != 0).any()


def test_only_a_mask_that_is_causal_is_taken_for_one():
    layer = nn.TransformerEncoderLayer(4, 2, 8, 0.0, batch_first=True, dtype=dl.float64)
    encoder, x = nn.TransformerEncoder(layer, 1), dl.tensor(normal(2, 5, 4))
    mask = np.triu(np.ones((5, 5), bool), 1)
    causal = encoder(x, is_causal=True).detach().numpy()
    close(encoder(x, dl.tensor(mask)), causal)
    mask[4, 0] = True
    assert np.abs(encoder(x, dl.tensor(mask)).detach().numpy() - causal)[:, 4].max() > 1e-3


@pytest.mark.parametrize("attention", [{}, {"rotary": True}, {"relative_bias": 3}, {"window": (3, 0)}])
@pytest.mark.parametrize("norm_first", [False, True])
def test_extending_gives_what_the_whole_sequence_gives(attention, norm_first):
    options = {"norm_first": norm_first, "batch_first": True, "attention": attention, "dtype": dl.float64}
    x, memory = dl.tensor(normal(2, 7, 8)), dl.tensor(normal(2, 3, 8))
    padding = dl.tensor([[False] * 3, [False, True, True]])
    encoder = nn.TransformerEncoder(
        nn.TransformerEncoderLayer(8, 2, 16, **options), 2, nn.LayerNorm(8, dtype=dl.float64)
    )
    decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, 16, **options), 2)
    encoder.eval(), decoder.eval()
    with dl.no_grad():
        caches = [nn.KeyValueCache() for _ in range(2)]
        close(dl.cat([encoder.extend(part, caches) for part in x.split([3, 1, 3], 1)], 1),
              encoder(x, is_causal=True).numpy())  # fmt: skip
        caches = decoder.start(memory, padding)
        whole = decoder(x, memory, tgt_is_causal=True, memory_key_padding_mask=padding)
        close(dl.cat([decoder.extend(part, caches) for part in x.split([1, 1, 5], 1)], 1), whole.numpy())


def test_errors():
    with pytest.raises(ValueError, match="TransformerEncoderLayer: activation expected 'relu', 'gelu' or a function"):
        nn.TransformerEncoderLayer(4, 2, activation="step")
