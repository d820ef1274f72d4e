"""Searches over a table, against all sequences there are, and over transformers, with caches and without."""

import itertools
import math

import dlcore as dl
import numpy as np
import pytest
from dlcore.models import CausalLanguageModel, Seq2SeqTransformer, WholeState, generate, sampling_logits

V, END = 4, 0


class Table:
    """A model that scores the next token by the last two, each of N sequences by a table of its own."""

    def __init__(self, seed, count, sharpness=1.5):
        self.scores = sharpness * np.random.default_rng(seed).standard_normal((count, V, V, V))

    def state(self):
        def score(tokens, rows):
            t = tokens.numpy()
            before = np.concatenate([np.zeros((len(t), 1), int), t[:, :-1]], 1)
            return dl.from_numpy(self.scores[rows.numpy()[:, None], before, t])

        return WholeState(score, len(self.scores))

    def log_p(self, row, prompt, tokens):
        """Return log p of tokens after a prompt."""
        text, total = [0, *prompt], 0.0
        for token in tokens:
            scores = self.scores[row, text[-2], text[-1]]
            total += scores[token] - np.log(np.exp(scores).sum())
            text.append(token)
        return total

    def everything(self, row, prompt, longest, penalty):
        """Return (score, tokens) of all sequences that end or are as long as may be, best first."""
        found = []
        for length in range(1, longest + 1):
            for tokens in itertools.product(range(V), repeat=length):
                ended = END not in tokens[:-1] and (tokens[-1] == END or length == longest)
                if ended:
                    found.append((self.log_p(row, prompt, tokens) / length**penalty, tokens))
        return sorted(found, reverse=True)


PROMPTS = np.array([[1], [3], [2]])


@pytest.mark.parametrize("penalty", [0.0, 1.0, 2.0, -0.5])
@pytest.mark.parametrize("seed", range(4))
def test_beam_search_with_room_for_all_finds_the_best_there_are(seed, penalty):
    table, longest, n = Table(seed, 3), 4, 5
    found = generate(
        table.state(), dl.tensor(PROMPTS), longest, end=END, num_beams=V ** (longest - 1), num_return_sequences=n,
        length_penalty=penalty, padding=9,
    )  # fmt: skip
    for row in range(3):
        best = table.everything(row, PROMPTS[row], longest, penalty)[:n]
        np.testing.assert_allclose(found.scores[row].numpy(), [score for score, _ in best], rtol=1e-10)
        for i, (_, tokens) in enumerate(best):
            assert found.lengths[row, i].item() == len(tokens)
            padded = [*tokens, *[9] * (found.tokens.shape[-1] - len(tokens))]
            assert found.tokens[row, i].tolist() == padded


def plain_beam_search(table, row, prompt, longest, beams, penalty):
    """Return the best hypothesis, following the best `beams` at a time."""
    alive, done = [(0.0, ())], []
    for length in range(1, longest + 1):
        extended = [(p + table.log_p(row, [*prompt, *text], (token,)), (*text, token))
                    for p, text in alive for token in range(V)]  # fmt: skip
        extended = sorted(extended, reverse=True)[: 2 * beams]
        done += [(p / length**penalty, text) for p, text in extended if text[-1] == END or length == longest]
        alive = [(p, text) for p, text in extended if text[-1] != END][:beams]
    return max(done)


@pytest.mark.parametrize("beams", [2, 3])
@pytest.mark.parametrize("penalty", [0.0, 1.0, -1.0])
@pytest.mark.parametrize("seed", range(5))
def test_beam_search_with_few_beams(seed, beams, penalty):
    table = Table(seed, 3)
    found = generate(table.state(), dl.tensor(PROMPTS), 7, end=END, num_beams=beams, length_penalty=penalty)
    for row in range(3):
        score, tokens = plain_beam_search(table, row, PROMPTS[row], 7, beams, penalty)
        assert found.scores[row].item() == pytest.approx(score, rel=1e-10)
        assert found.tokens[row].tolist()[: found.lengths[row].item()] == list(tokens)


def test_beam_search_goes_on_while_a_long_sequence_may_still_win():
    """Ending at once has log p = -0.3; eight tokens have -1.7 together, which is -0.21 each."""
    table = Table(0, 1)
    p = np.full((V, V, V), 1e-6)
    p[:, 1, END], p[:, 1, 2], p[:, 2, 2] = 0.74, 0.2, 0.99
    table.scores[0] = np.log(p)
    for penalty, length in ((1.0, 8), (0.0, 1)):
        found = generate(table.state(), dl.tensor([[1]]), 8, end=END, num_beams=2, length_penalty=penalty)
        assert found.lengths.tolist() == [length]
        assert found.tokens[0].tolist() == ([2] * 8 if length == 8 else [END] + [END] * (found.tokens.shape[1] - 1))


def test_greedy_takes_the_most_likely_token_until_the_end():
    table = Table(1, 3)
    found = generate(table.state(), dl.tensor(PROMPTS), 6, end=END, padding=7)
    for row in range(3):
        text = [0, *PROMPTS[row]]
        while len(text) < 8 and (len(text) == 2 or text[-1] != END):
            text.append(int(table.scores[row, text[-2], text[-1]].argmax()))
        tokens = text[2:]
        assert found.lengths[row].item() == len(tokens)
        assert found.tokens[row].tolist() == [*tokens, *[7] * (found.tokens.shape[1] - len(tokens))]
        assert found.scores[row].item() == pytest.approx(table.log_p(row, PROMPTS[row], tokens))
    one_beam = generate(table.state(), dl.tensor(PROMPTS), 6, end=END, padding=7, num_beams=1)
    np.testing.assert_array_equal(one_beam.tokens.numpy(), found.tokens.numpy())


def test_a_search_stops_once_all_have_ended():
    table = Table(0, 3)
    table.scores[..., END] += 50
    calls = []

    class Counted(WholeState):
        def __call__(self, tokens):
            calls.append(tokens.shape)
            return super().__call__(tokens)

    for options in ({}, {"num_beams": 2}, {"do_sample": True}):
        calls.clear()
        state = table.state()
        counted = Counted(state._score, 3)
        assert generate(counted, dl.tensor(PROMPTS), 50, end=END, **options).lengths.tolist() == [1, 1, 1]
        assert len(calls) <= 2


def test_without_an_end_all_become_as_long_as_they_may():
    for options in ({}, {"num_beams": 3}, {"do_sample": True}):
        found = generate(Table(0, 3).state(), dl.tensor(PROMPTS), 5, **options)
        assert found.tokens.shape == (3, 5)
        assert found.lengths.tolist() == [5, 5, 5]


def probabilities(scores):
    e = np.exp(scores - scores.max())
    return e / e.sum()


@pytest.mark.parametrize(
    "options",
    [{}, {"temperature": 0.5}, {"temperature": 2.0}, {"top_k": 2}, {"top_p": 0.7}, {"top_k": 3, "top_p": 0.6}],
)
def test_sampling_draws_as_often_as_the_model_says(options):
    table, draws = Table(3, 1, sharpness=1.0), 20_000
    found = generate(
        table.state(), dl.tensor([[1]]), 2, do_sample=True, num_return_sequences=draws,
        generator=dl.Generator().manual_seed(0), **options,
    )  # fmt: skip
    assert found.tokens.shape == (1, draws, 2)
    counts = np.zeros((V, V))
    np.add.at(counts, tuple(found.tokens[0].numpy().T), 1)
    expected = np.zeros((V, V))
    for first in range(V):
        p = cut(table.scores[0, 0, 1], **options)[first]
        expected[first] = p * cut(table.scores[0, 1, first], **options)
    deviation = np.sqrt(expected * (1 - expected) * draws)
    assert (np.abs(counts - draws * expected) <= 5 * deviation).all()
    log_p = [table.log_p(0, [1], tokens) for tokens in found.tokens[0, :5].tolist()]
    np.testing.assert_allclose(found.scores[0, :5].numpy(), log_p)


def cut(scores, temperature=1.0, top_k=V, top_p=1.0):
    """Return the probabilities that are left, token by token."""
    kept = np.argsort(-scores)[:top_k]
    p = probabilities(scores[kept] / temperature)
    total, nucleus = 0.0, []
    for token, one in zip(kept, p, strict=True):
        if total >= top_p:
            break
        nucleus.append((token, one))
        total += one
    left = np.zeros(V)
    for token, one in nucleus:
        left[token] = one / total
    return left


def models(**options):
    dl.manual_seed(0)
    model = CausalLanguageModel(11, 16, 4, 2, 32, dtype=dl.float64, **options).eval()
    for parameter in model.parameters():
        parameter.data.mul_(3.0)  # far from even, so that beams differ
    return model


SEARCHES = [
    {},
    {"num_beams": 3, "num_return_sequences": 2},
    {"do_sample": True, "num_return_sequences": 3, "top_k": 5},
]


def both_ways(call, options):
    found = []
    for use_cache in (True, False):
        chance = {"generator": dl.Generator().manual_seed(1)} if "do_sample" in options else {}
        found.append(call(use_cache=use_cache, **options, **chance))
    cached, whole = found
    np.testing.assert_array_equal(cached.tokens.numpy(), whole.tokens.numpy())
    np.testing.assert_array_equal(cached.lengths.numpy(), whole.lengths.numpy())
    np.testing.assert_allclose(cached.scores.numpy(), whole.scores.numpy(), rtol=1e-9)
    return cached


@pytest.mark.parametrize("options", SEARCHES, ids=str)
@pytest.mark.parametrize(
    "layer",
    [{}, {"positions": "none", "attention": {"rotary": True}}, {"positions": "none", "attention": {"relative_bias": 4}},
     {"positions": "sinusoidal", "norm_first": False, "attention": {"window": (3, 0)}}],
    ids=str,
)  # fmt: skip
def test_caches_change_nothing_for_a_language_model(options, layer):
    model = models(**layer)
    prompt = dl.tensor(np.random.default_rng(0).integers(0, 11, (3, 4)))
    found = both_ways(lambda **given: model.generate(prompt, 12, end=2, **given), options)
    tokens = found.tokens.reshape(-1, found.tokens.shape[-1])
    assert len({tuple(row) for row in tokens.tolist()}) > 1


@pytest.mark.parametrize("options", SEARCHES, ids=str)
@pytest.mark.parametrize("padding", [None, 0])
def test_caches_change_nothing_for_a_translation(options, padding):
    dl.manual_seed(3)
    model = Seq2SeqTransformer(9, 11, 16, 4, 2, 2, 32, padding_idx=padding, dtype=dl.float64).eval()
    for parameter in model.parameters():
        parameter.data.mul_(2.0)
    src = dl.tensor([[3, 4, 5, 6], [7, 8, 0, 0], [1, 0, 0, 0]])
    found = both_ways(lambda **given: model.generate(src, 1, 2, 10, **given), options)
    if padding == 0:  # what pads a source changes nothing
        alone = model.generate(src[1:2, :2], 1, 2, 10, num_beams=1)
        with_others = model.generate(src, 1, 2, 10, num_beams=1)
        length = alone.lengths[0].item()
        assert with_others.tokens[1].tolist()[:length] == alone.tokens[0].tolist()
    assert found.tokens.shape[0] == 3


def test_sampling_logits():
    logits = dl.tensor([[0.0, 2.0, 1.0, -1.0]])
    p = probabilities(logits.numpy()[0])
    assert sampling_logits(logits, top_p=p[1] - 1e-6).tolist() == [[-math.inf, 2.0, -math.inf, -math.inf]]
    assert sampling_logits(logits, top_p=p[1] + 1e-3).tolist() == [[-math.inf, 2.0, 1.0, -math.inf]]
    assert sampling_logits(logits, temperature=0.5, top_k=9).tolist() == [[0.0, 4.0, 2.0, -2.0]]


ERRORS = [
    ({"temperature": 0.0, "do_sample": True}, "generate: temperature expected above 0, got 0.0"),
    ({"top_k": 0, "do_sample": True}, "generate: top_k expected at least 1, got 0"),
    ({"top_p": 1.5, "do_sample": True}, r"generate: top_p expected within \(0, 1\], got 1.5"),
    ({"num_beams": 2, "do_sample": True}, "generate: num_beams expected at least 1, and 1 with do_sample, got 2"),
    ({"num_return_sequences": 2}, "generate: num_return_sequences expected 1 to 1 without do_sample, got 2"),
    ({"max_new_tokens": 0}, "generate: max_new_tokens expected at least 1, got 0"),
    ({"prompt": dl.zeros(3, 0, dtype=dl.int64)},
     r"generate: prompt expected int64 \(N, t > 0\), got dlcore.int64 \(3, 0\)"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "text"), ERRORS, ids=[text for _, text in ERRORS])
def test_errors(options, text):
    given = {"prompt": dl.tensor(PROMPTS), "max_new_tokens": 3, **options}
    with pytest.raises(ValueError, match=text):
        generate(Table(0, 3).state(), **given)
