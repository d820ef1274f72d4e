"""LSTMs with attention between them: that they compute what the paper says, whatever pads the batch."""

import dlcore as dl
import numpy as np
import pytest
import reference.models as reference
from dlcore.models import EncoderDecoder, Seq2SeqLSTM

SRC = np.array([[3, 4, 5, 6], [7, 8, 0, 0], [1, 0, 0, 0]])
LENGTHS = (4, 2, 1)
TGT = np.array([[1, 5, 4], [1, 2, 0], [1, 9, 9]])


def build(num_layers=2, nhead=2, seed=0, **options):
    model = Seq2SeqLSTM(9, 11, 8, nhead, num_layers, 0.0, padding_idx=0, dtype=dl.float64, **options).eval()
    rng = np.random.default_rng(seed)
    with dl.no_grad():
        for tensor in model.state_dict().values():
            tensor.copy_(dl.tensor(rng.uniform(-1, 1, tuple(tensor.shape))))
    return model, {name: tensor.numpy().copy() for name, tensor in model.state_dict().items()}


def definition(state, heads):
    rows = [reference.seq2seq_lstm(SRC[i, :length], TGT[i], state, heads) for i, length in enumerate(LENGTHS)]
    return np.stack(rows)


@pytest.mark.parametrize("num_layers", [1, 2])
@pytest.mark.parametrize(("nhead", "score"), [(1, "dot"), (2, "dot"), (2, "additive")])
def test_scores_and_gradients(num_layers, nhead, score):
    model, state = build(num_layers, nhead, score=score)
    scores = model(dl.tensor(SRC), dl.tensor(TGT))
    np.testing.assert_allclose(scores.detach().numpy(), definition(state, nhead), rtol=1e-9, atol=1e-9)

    rng = np.random.default_rng(1)
    dy = rng.standard_normal(scores.shape)
    scores.backward(dl.tensor(dy))
    step, slope, moved = 1e-6, 0.0, {+1: dict(state), -1: dict(state)}
    for name, parameter in model.named_parameters():
        d = rng.standard_normal(tuple(parameter.shape))
        if "embedding" in name:
            d[0] = 0  # the vector of padding has no gradient
        slope += (parameter.grad.numpy() * d).sum()
        for sign, numbers in moved.items():
            numbers[name] = numbers[name] + sign * step * d
    difference = definition(moved[+1], nhead) - definition(moved[-1], nhead)
    assert slope == pytest.approx((difference * dy).sum() / (2 * step), rel=1e-5)


@pytest.mark.parametrize(
    "options",
    [{}, {"num_beams": 3, "num_return_sequences": 2}, {"do_sample": True, "num_return_sequences": 3, "top_k": 5}],
    ids=str,
)
def test_what_is_remembered_changes_nothing(options):
    model, _ = build(seed=3)
    found = []
    for use_cache in (True, False):
        chance = {"generator": dl.Generator().manual_seed(1)} if "do_sample" in options else {}
        found.append(model.generate(dl.tensor(SRC), 1, 2, 10, use_cache=use_cache, **options, **chance))
    cached, whole = found
    np.testing.assert_array_equal(cached.tokens.numpy(), whole.tokens.numpy())
    np.testing.assert_array_equal(cached.lengths.numpy(), whole.lengths.numpy())
    np.testing.assert_allclose(cached.scores.numpy(), whole.scores.numpy(), rtol=1e-9)
    assert len({tuple(row) for row in cached.tokens.reshape(-1, cached.tokens.shape[-1]).tolist()}) > 1


def test_without_padding_all_tokens_count():
    padded, state = build()
    plain = Seq2SeqLSTM(9, 11, 8, 2, 2, 0.0, dtype=dl.float64)
    plain.load_state_dict(padded.state_dict())
    src = dl.tensor(SRC[:1])
    np.testing.assert_allclose(plain(src, dl.tensor(TGT[:1])).detach().numpy(), definition(state, 2)[:1], rtol=1e-9)
    found = plain.eval().generate(src, 1, None, 4)
    assert found.tokens.shape == (1, 4)


def test_it_learns_to_reverse_and_when_to_stop():
    dl.manual_seed(0)
    model = Seq2SeqLSTM(8, 8, 64, padding_idx=0, dropout=0.0)
    optimizer = dl.optim.Adam(model.parameters(), lr=5e-3)
    rng = np.random.default_rng(0)

    def reversal(count):
        src, tgt = np.zeros((count, 5), int), np.zeros((count, 7), int)
        for row in range(count):
            text = rng.integers(3, 8, rng.integers(2, 6))
            src[row, : len(text)] = text
            tgt[row, : len(text) + 2] = [1, *text[::-1], 2]
        return dl.tensor(src), dl.tensor(tgt)

    for _ in range(300):
        loss = model.loss(*reversal(64))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    src, tgt = reversal(200)
    found = model.eval().generate(src, 1, 2, 10, num_beams=3)
    assert (found.tokens.numpy() == tgt[:, 1 : 1 + found.tokens.shape[1]].numpy()).all(1).mean() > 0.9


def test_errors():
    with pytest.raises(ValueError, match=r"^Seq2SeqLSTM: d_model expected an even number > 0, got 7$"):
        Seq2SeqLSTM(9, 11, 7)
    model = EncoderDecoder()
    for call in (model.encode, model.decode, model.remember):
        with pytest.raises(NotImplementedError, match=rf"^EncoderDecoder: {call.__name__} is not defined$"):
            call(*[dl.zeros(1)] * (call.__name__ != "remember"))
