"""Tell who is speaking, of nine men who say the same two vowels: from single frames, from windows, from all of it.

    python examples/speakers.py
    python examples/speakers.py --cross-validate     # what settings were chosen by: the test utterances stay unseen

The data is real: JapaneseVowels, 270 utterances to learn from and 370 to be tested on, of 7 to 29 vectors each. A fully
connected network that sees a window at a time, networks that read an utterance from its beginning to its end, and one
whose vectors attend to each other are trained in the same way, several times. Their accuracies go into a table, and
with who was taken for whom into a picture.
"""

import argparse
import sys
from itertools import product
from pathlib import Path

import dlcore as dl
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from dlcore.models import RecurrentClassifier, SelfAttentionClassifier, WindowClassifier
from dlcore.nn import functional as F
from real_data import DataUnavailableError, japanese_vowels
from tqdm import tqdm

FEATURES, SPEAKERS = 12, 9
FOLDS = 5
REQUIRED_ACCURACY = 0.97  # of self-attention, the mean over seeds

# Each is called with vectors (N, T, 12) and lengths (N,), and gives scores (N, 9).
MODELS = {
    "one frame": lambda: WindowClassifier(FEATURES, SPEAKERS, neighbors=0, dropout=0.5),
    "window of 7": lambda: WindowClassifier(FEATURES, SPEAKERS, neighbors=3, dropout=0.5),
    "RNN": lambda: RecurrentClassifier(FEATURES, SPEAKERS, kind="RNN", dropout=0.5),
    "GRU": lambda: RecurrentClassifier(FEATURES, SPEAKERS, kind="GRU", dropout=0.5),
    "LSTM": lambda: RecurrentClassifier(FEATURES, SPEAKERS, kind="LSTM", dropout=0.5),
    "LSTM, both ways": lambda: RecurrentClassifier(FEATURES, SPEAKERS, kind="LSTM", bidirectional=True, dropout=0.5),
    "self-attention": lambda: SelfAttentionClassifier(FEATURES, SPEAKERS, dropout=0.2),
}


def load_utterances():
    """Return training and test set, every coefficient with mean 0 and deviation 1 in the training set."""
    training, test = japanese_vowels("TRAIN"), japanese_vowels("TEST")
    frames = dl.nn.valid_steps(training.vectors, training.lengths)
    mean, deviation = frames.mean(0), frames.std(0)
    return [((part.vectors - mean) / deviation, part.lengths, part.speakers) for part in (training, test)]


def train(model, training_set, test_set, epochs, progress):
    """Train, and return the test accuracy of each epoch."""
    vectors, lengths, speakers = training_set
    optimizer = dl.optim.Adam(model.parameters(), lr=3e-3)
    accuracies = []
    for epoch in range(epochs):
        model.train()
        for group in optimizer.param_groups:  # falls to zero, so that the last steps settle
            group["lr"] = 3e-3 * (1 - epoch / epochs)
        for batch in dl.randperm(len(speakers)).split(30):
            most = int(lengths[batch].max().item())
            loss = F.cross_entropy(model(vectors[batch, :most], lengths[batch]), speakers[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        accuracies.append(float((guess(model, test_set) == test_set[2]).numpy().mean()))
        progress.update()
    return accuracies


def guess(model, dataset):
    """Return who the model takes each utterance for."""
    model.eval()
    with dl.no_grad():
        return model(dataset[0], dataset[1]).argmax(1)


def folds(dataset):
    """Cut a set into parts, and yield for each what is left without it, and the part."""
    order = np.random.default_rng(0).permutation(len(dataset[2]))
    for part in np.array_split(order, FOLDS):
        rest = np.setdiff1d(order, part)
        yield [tuple(x[dl.tensor(rows)] for x in dataset) for rows in (rest, part)]


def draw(curves, name, answers, speakers, path):
    """Draw each model's accuracy over the epochs, mean and range, and who was taken for whom by the best."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 5), layout="constrained")
    for label, runs in curves.items():
        epochs = range(1, len(runs[0]) + 1)
        left.plot(epochs, np.mean(runs, 0), label=f"{label}: {np.mean(runs, 0)[-1]:.1%}")
        left.fill_between(epochs, np.min(runs, 0), np.max(runs, 0), alpha=0.15)
    left.set(title="Test accuracy", xlabel="epoch", ylim=(0.5, 1))
    left.legend(loc="lower right")
    table = np.zeros((SPEAKERS, SPEAKERS), int)
    np.add.at(table, (speakers, answers), 1)
    right.imshow(table, cmap="Blues")
    for (i, j), count in np.ndenumerate(table):
        if count:
            right.text(j, i, count, ha="center", va="center", color="white" if i == j else "black")
    right.set(title=f"{name}: who spoke (down), who was heard (across)", xticks=range(SPEAKERS), yticks=range(SPEAKERS))
    figure.savefig(path, dpi=100)
    plt.close(figure)


def main():
    """Train all models, draw; return 1 where data is missing or self-attention is not good enough."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--epochs", type=int, default=30)
    arguments.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS), metavar="model")
    arguments.add_argument("--quick", action="store_true", help="two epochs, to see that it runs")
    arguments.add_argument("--seeds", type=int, default=3, help="how often each model is trained")
    arguments.add_argument("--cross-validate", action="store_true", help=f"on {FOLDS} parts of the training set")
    arguments.add_argument("--out", type=Path, default=Path(__file__).parent / "out", help="folder for the picture")
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    matplotlib.use("Agg")  # draws into files; no screen needed

    try:
        training_set, test_set = load_utterances()
    except DataUnavailableError as error:
        print(error, file=sys.stderr)
        return 1
    epochs, seeds = (2, 1) if options.quick else (options.epochs, options.seeds)
    sets = list(folds(training_set)) if options.cross_validate else [(training_set, test_set)]
    curves, models = {}, {}
    with tqdm(total=epochs * seeds * len(sets) * len(options.models), unit="epoch") as progress:
        for name in options.models:
            curves[name] = []
            for seed, (learnt, tested) in product(range(seeds), sets):
                dl.manual_seed(seed)
                models[name] = MODELS[name]()
                curves[name].append(train(models[name], learnt, tested, epochs, progress))
            progress.set_postfix(model=name, accuracy=f"{curves[name][-1][-1]:.3f}")

    means = {name: float(np.mean([run[-1] for run in runs])) for name, runs in curves.items()}
    print(f"{'':16} accuracy   from     to  parameters")
    for name, runs in curves.items():
        ends = [run[-1] for run in runs]
        count = sum(p.numel() for p in models[name].parameters())
        print(f"{name:16} {means[name]:8.1%} {min(ends):6.1%} {max(ends):6.1%} {count:11,}")
    if options.cross_validate:
        return 0
    best = max(means, key=means.get)
    path = options.out / "speakers.png"
    draw(curves, best, guess(models[best], test_set).numpy(), test_set[2].numpy(), path)
    print(f"see {path}")
    if not options.quick and means.get("self-attention", 1.0) < REQUIRED_ACCURACY:
        print(f"the accuracy of self-attention is below {REQUIRED_ACCURACY:.0%}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
