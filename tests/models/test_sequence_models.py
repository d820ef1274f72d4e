"""Models of sequences: that they compute what their parts do, share what they share, and learn."""

import math

import dlcore as dl
import numpy as np
import pytest
from dlcore.models import (
    CausalLanguageModel,
    MaskPredictTransformer,
    Seq2SeqTransformer,
    TokenEmbedding,
    TransformerClassifier,
    sampling_schedule,
    scheduled_sampling,
)
from dlcore.nn import functional as F

SMALL = (16, 2, 1, 1, 32)


def tokens(*shape, high=9, seed=0):
    return dl.tensor(np.random.default_rng(seed).integers(3, high, shape))


def test_token_embedding():
    embedding = TokenEmbedding(50, 8, max_len=6, padding_idx=0, dtype=dl.float64)
    weight = embedding.embedding.weight.detach().numpy()
    assert weight[1:].std() == pytest.approx(8**-0.5, rel=0.15)
    assert (weight[0] == 0).all()
    t = tokens(2, 4)
    where = embedding.positions.encoding.numpy()
    expected = math.sqrt(8) * weight[t.numpy()] + where[1:5]
    np.testing.assert_allclose(embedding(t, offset=1).detach().numpy(), expected, rtol=1e-10)
    plain = TokenEmbedding(50, 8, positions="none", dtype=dl.float64)
    rows = plain.embedding.weight.detach().numpy()[t.numpy()]
    np.testing.assert_allclose(plain(t).detach().numpy(), math.sqrt(8) * rows)
    with pytest.raises(ValueError, match="TokenEmbedding: positions expected 'sinusoidal', 'learned' or 'none'"):
        TokenEmbedding(5, 4, positions="x")


@pytest.mark.parametrize("share", [False, True])
def test_tied_weights_are_one_parameter_under_two_names(share):
    model = Seq2SeqTransformer(12, 12, *SMALL, share_embeddings=share)
    assert model.output.weight is model.tgt_embedding.embedding.weight
    names = [name for name, _ in model.named_parameters()]
    state = model.state_dict()
    assert {"output.weight", "tgt_embedding.embedding.weight", "src_embedding.embedding.weight"} <= set(state)
    assert sum("embedding.weight" in name or name == "output.weight" for name in names) == 2 - share
    loss = model.loss(tokens(2, 3), tokens(2, 4, seed=1))
    loss.backward()
    before = model.output.weight.detach().numpy().copy()
    dl.optim.SGD(model.parameters(), lr=1.0).step()
    assert (model.tgt_embedding.embedding.weight.detach().numpy() != before).any()
    assert model.double().output.weight is model.tgt_embedding.embedding.weight
    other = Seq2SeqTransformer(12, 12, *SMALL, share_embeddings=share, dtype=dl.float64)
    other.load_state_dict(model.state_dict())
    np.testing.assert_array_equal(other.output.weight.detach().numpy(), model.output.weight.detach().numpy())
    untied = Seq2SeqTransformer(12, 12, *SMALL, tie_weights=False)
    assert untied.output.weight is not untied.tgt_embedding.embedding.weight
    with pytest.raises(ValueError, match="share_embeddings expected one size of vocabulary, got 3 and 4"):
        Seq2SeqTransformer(3, 4, *SMALL, share_embeddings=True)


def test_teacher_forcing_is_the_cross_entropy_of_every_next_token():
    model = Seq2SeqTransformer(9, 9, *SMALL, 0.0, padding_idx=0, dtype=dl.float64)
    src = dl.tensor([[3, 4, 5], [6, 0, 0]])
    tgt = dl.tensor([[1, 4, 5, 2], [1, 7, 2, 0]])
    total, count = 0.0, 0
    for row, length in ((0, 4), (1, 3)):
        for t in range(1, length):
            own = src[row : row + 1, : 3 if row == 0 else 1]
            scores = model(own, tgt[row : row + 1, :t])[0, -1].detach().numpy()
            p = np.exp(scores - scores.max())
            p /= p.sum()
            total -= 0.9 * np.log(p[tgt[row, t].item()]) + 0.1 * np.log(p).mean()
            count += 1
    assert model.loss(src, tgt, label_smoothing=0.1).item() == pytest.approx(total / count, rel=1e-9)


def test_the_first_layers_of_a_model_start_apart():
    for layers in (CausalLanguageModel(9, 16, 2, 2, 32).decoder.layers, TransformerClassifier(9, 2).encoder.layers,
                   Seq2SeqTransformer(9, 9, 16, 2, 2, 2, 32).transformer.encoder.layers):  # fmt: skip
        first, second = layers[0].state_dict(), layers[1].state_dict()
        for name in ("self_attn.in_proj_weight", "self_attn.out_proj.weight", "linear1.weight", "linear2.weight"):
            assert (first[name].numpy() != second[name].numpy()).any()
        assert (first["self_attn.out_proj.bias"].numpy() == 0).all()


def test_a_language_model_sees_no_later_token():
    model = CausalLanguageModel(9, *SMALL[:2], 2, 32, 0.0, dtype=dl.float64)
    assert model.output.weight is model.embedding.embedding.weight
    t = tokens(2, 6)
    y = model(t).detach().numpy()
    np.testing.assert_allclose(model(t[:, :4]).detach().numpy(), y[:, :4], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(
        model.loss(t).item(), F.cross_entropy(dl.tensor(y[:, :-1].reshape(10, -1)), t[:, 1:].reshape(-1)).item()
    )


def test_scheduled_sampling_replaces_some_tokens_by_the_models_own():
    N, T = 200, 12
    given = tokens(N, T)
    given[:, -2:] = 0
    scores = np.full((N, T, 30), -np.inf)
    scores[np.arange(N)[:, None], np.arange(T), 10 + np.arange(T)] = 0  # after position t the model writes 10 + t
    mixed = scheduled_sampling(given, dl.tensor(scores), 0.3, 0, dl.Generator().manual_seed(0)).numpy()
    own = mixed >= 10
    assert (mixed[own] == (9 + np.arange(T))[None].repeat(N, 0)[own]).all()
    assert (mixed[~own] == given.numpy()[~own]).all()
    assert not own[:, 0].any()
    assert not own[:, -2:].any()
    assert own[:, 1:-2].mean() == pytest.approx(0.3, abs=0.054)  # five deviations of 1,800 draws
    for probability, share in ((0.0, 0.0), (1.0, 1.0)):
        own = scheduled_sampling(given, dl.tensor(scores), probability, 0).numpy() >= 10
        assert own[:, 1:-2].mean() == share
    with pytest.raises(ValueError, match=r"scheduled_sampling: probability expected within \[0, 1\], got 2"):
        scheduled_sampling(given, dl.tensor(scores), 2)


def test_sampling_schedules_rise():
    for kind, k in (("linear", 50), ("exponential", 0.9), ("inverse_sigmoid", 10)):
        p = [sampling_schedule(step, kind, k) for step in range(0, 200, 10)]
        assert p[0] <= 1 / 11 + 1e-9
        assert p == sorted(p)
        assert p[-1] > 0.99
    assert sampling_schedule(10, "inverse_sigmoid", 10) == pytest.approx(1 - 10 / (10 + math.e))
    with pytest.raises(ValueError, match=r"sampling_schedule: k expected within \(0, 1\) for 'exponential', got 2"):
        sampling_schedule(1, "exponential", 2)


def reversal(count, generator):
    """Draw sequences 3 ... 7 of lengths 2 to 5, padded by 0, and the same backwards between start 1 and end 2."""
    src, tgt = np.zeros((count, 5), int), np.zeros((count, 7), int)
    for row in range(count):
        text = generator.integers(3, 8, generator.integers(2, 6))
        src[row, : len(text)] = text
        tgt[row, : len(text) + 2] = [1, *text[::-1], 2]
    return dl.tensor(src), dl.tensor(tgt)


def trained(model, loss_of, steps):
    optimizer = dl.optim.Adam(model.parameters(), lr=3e-3)
    rng = np.random.default_rng(0)
    for step in range(steps):
        loss = loss_of(*reversal(64, rng), step)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model.eval(), reversal(200, np.random.default_rng(1))


@pytest.mark.parametrize("sampling", [0.0, 0.3])
def test_a_translator_learns_to_reverse_and_when_to_stop(sampling):
    dl.manual_seed(0)
    model = Seq2SeqTransformer(8, 8, 32, 4, 1, 1, 64, 0.0, padding_idx=0)
    model, (src, tgt) = trained(model, lambda src, tgt, step: model.loss(src, tgt, 0.05, sampling * (step > 100)), 400)
    for options in ({}, {"num_beams": 3}):
        found = model.generate(src, 1, 2, 10, **options)
        wanted = tgt[:, 1 : 1 + found.tokens.shape[1]].numpy()
        assert (found.tokens.numpy() == wanted).all(1).mean() > 0.9


def test_tokens_are_written_at_once_after_their_number():
    dl.manual_seed(0)
    model = MaskPredictTransformer(8, 8, 32, 4, 1, 1, 64, 0.0, max_len=8)

    def substituted(src):
        """Write the next token in place of each, the first after the last."""
        src = src.numpy()
        return dl.tensor(np.where(src > 0, (src - 2) % 5 + 3, 0))

    model, (src, _) = trained(model, lambda src, _, step: model.loss(src, substituted(src), 0.0), 300)
    wanted = substituted(src).numpy()
    for iterations in (1, 3):
        found = model.generate(src, iterations)
        assert (found.lengths.numpy() == (wanted > 0).sum(1)).mean() > 0.95
        given = model.generate(src, iterations, lengths=dl.tensor((wanted > 0).sum(1)))
        assert (given.tokens.numpy() == wanted).all(1).mean() > 0.9
        assert (given.scores.numpy() <= 0).all()
    padded = model.generate(src[:3], lengths=dl.tensor([1, 5, 3])).tokens.numpy()
    np.testing.assert_array_equal(padded == 0, np.arange(5) >= np.array([[1], [5], [3]]))
    with pytest.raises(ValueError, match="generate: iterations expected at least 1, got 0"):
        model.generate(src, 0)


def test_a_classifier_does_not_see_padding():
    model = TransformerClassifier(9, 3, 16, 2, 2, 32, 0.0, padding_idx=0, dtype=dl.float64)
    t = tokens(1, 4)
    padded = dl.cat([t, dl.zeros(1, 3, dtype=dl.int64)], 1)
    y = model(t).detach().numpy()
    np.testing.assert_allclose(model(padded).detach().numpy(), y, rtol=1e-9)
    plain = TransformerClassifier(9, 3, 16, 2, 2, 32, 0.0, dtype=dl.float64)
    plain.load_state_dict(model.state_dict())
    np.testing.assert_allclose(plain(t).detach().numpy(), y, rtol=1e-9)
    hidden = model.encoder(model.embedding(t)).detach().numpy().mean(1)
    state = {name: value.numpy() for name, value in model.output.state_dict().items()}
    np.testing.assert_allclose(y, hidden @ state["weight"].T + state["bias"], rtol=1e-9)
