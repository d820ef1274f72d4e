"""Classifiers of sequences: padding does not matter, and each is what its parts make."""

import dlcore as dl
import numpy as np
import pytest
from dlcore.models import RecurrentClassifier, WindowClassifier

LENGTHS = [5, 2, 7]
MAKERS = {
    "windows": lambda pool: WindowClassifier(3, 4, neighbors=2, pool=pool, dtype=dl.float64),
    "RNN": lambda pool: RecurrentClassifier(3, 4, 6, kind="RNN", pool=pool, dtype=dl.float64),
    "GRU": lambda pool: RecurrentClassifier(3, 4, 6, "GRU", 2, True, pool, dtype=dl.float64),
    "LSTM": lambda pool: RecurrentClassifier(3, 4, 6, "LSTM", 1, True, pool, dtype=dl.float64),
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


def test_errors():
    with pytest.raises(ValueError, match=r"^RecurrentClassifier: kind expected 'RNN', 'LSTM' or 'GRU', got 'TCN'$"):
        RecurrentClassifier(3, 4, kind="TCN")
    with pytest.raises(ValueError, match=r"^pool_sequences: how expected 'mean', 'max' or 'last', got 'sum'$"):
        WindowClassifier(3, 4, pool="sum")(dl.zeros(1, 2, 3))
