"""Classifiers of sequences: padding does not matter, and each is what its parts make."""

import dlcore as dl
import numpy as np
import pytest
import reference
from dlcore.models import RecurrentClassifier, SelfAttentionClassifier, WindowClassifier

LENGTHS = [5, 2, 7]
MAKERS = {
    "windows": lambda pool: WindowClassifier(3, 4, neighbors=2, pool=pool, dtype=dl.float64),
    "RNN": lambda pool: RecurrentClassifier(3, 4, 6, kind="RNN", pool=pool, dtype=dl.float64),
    "GRU": lambda pool: RecurrentClassifier(3, 4, 6, "GRU", 2, True, pool, dtype=dl.float64),
    "LSTM": lambda pool: RecurrentClassifier(3, 4, 6, "LSTM", 1, True, pool, dtype=dl.float64),
    "self-attention": lambda pool: SelfAttentionClassifier(3, 4, 6, 2, 2, pool, dtype=dl.float64),
}


@pytest.mark.parametrize("pool", ["mean", "max", "last", None])
@pytest.mark.parametrize("kind", MAKERS)
def test_padding_does_not_matter(kind, pool):
    model = MAKERS[kind](pool)
    x = np.random.default_rng(0).standard_normal((3, 7, 3))
    scores = model(dl.tensor(x), lengths=LENGTHS).detach().numpy()
    for i, length in enumerate(LENGTHS):
        alone = model(dl.tensor(x[i : i + 1, :length])).detach().numpy()[0]
        got = scores[i, :length] if pool is None else scores[i]
        np.testing.assert_allclose(got, alone, rtol=1e-10, atol=1e-12)
    x[np.arange(7) >= np.array(LENGTHS)[:, None]] = np.nan
    with_nan = model(dl.tensor(x), lengths=LENGTHS).detach().numpy()
    for i, length in enumerate(LENGTHS):
        got, expected = (with_nan[i, :length], scores[i, :length]) if pool is None else (with_nan[i], scores[i])
        np.testing.assert_allclose(got, expected, rtol=1e-12)


def test_last_takes_the_last_state_of_each_direction():
    model = RecurrentClassifier(3, 4, 6, "LSTM", 2, True, dtype=dl.float64)
    x = dl.randn(2, 5, 3).to(dl.float64)
    _, (h, _) = model.recurrent(x)
    both = np.concatenate([h.detach().numpy()[-2], h.detach().numpy()[-1]], 1)
    expected = both @ model.output.weight.detach().numpy().T + model.output.bias.detach().numpy()
    np.testing.assert_allclose(model(x).detach().numpy(), expected, rtol=1e-12)


def test_self_attention_knows_the_order_by_positions_alone():
    x = dl.randn(2, 5, 3).to(dl.float64)
    backwards = x.flip(1)
    for positions in (True, False):
        model = SelfAttentionClassifier(3, 4, 6, 2, positions=positions, dtype=dl.float64)
        difference = (model(x) - model(backwards)).abs().max().item()
        assert (difference > 1e-6) == positions


def test_self_attention_is_what_its_parts_make():
    model = SelfAttentionClassifier(3, 4, 6, 2, dtype=dl.float64).eval()
    x = np.random.default_rng(0).standard_normal((2, 5, 3))
    p = {name: value.numpy() for name, value in model.state_dict().items()}
    z = x @ p["input.weight"].T + p["input.bias"]
    time, wave = np.arange(5)[:, None], 10000.0 ** (-np.arange(0, 6, 2) / 6)
    z = z + np.stack([np.sin(time * wave), np.cos(time * wave)], -1).reshape(5, 6)
    layer = {name.removeprefix("encoder.layers.0."): value for name, value in p.items()}
    z = reference.transformer_encoder_layer(layer, z, 2, True)
    z = reference.layer_norm(z, (6,), p["encoder.norm.weight"], p["encoder.norm.bias"])
    expected = z.mean(1) @ p["output.weight"].T + p["output.bias"]
    np.testing.assert_allclose(model(dl.tensor(x)).detach().numpy(), expected, rtol=1e-9)


def test_errors():
    with pytest.raises(ValueError, match=r"^RecurrentClassifier: kind expected 'RNN', 'LSTM' or 'GRU', got 'TCN'$"):
        RecurrentClassifier(3, 4, kind="TCN")
    for make in (WindowClassifier, RecurrentClassifier, SelfAttentionClassifier):
        with pytest.raises(ValueError, match=r"^SequencePool: how expected 'mean', 'max' or 'last', got 'sum'$"):
            make(3, 4, pool="sum")
