"""Tell who is speaking, of nine men who say the same two vowels: from single frames, from windows, from all of it.

    python examples/speakers.py

The data is real: JapaneseVowels, 270 utterances to learn from and 370 to be tested on, of 7 to 29 vectors each. A fully
connected network that sees a window at a time, and networks that read an utterance from its beginning to its end, are
trained in the same way. Their accuracies, and who was taken for whom, go into a picture.
"""

import argparse
import sys
from pathlib import Path

import dlcore as dl
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from dlcore.models import RecurrentClassifier, WindowClassifier
from dlcore.nn import functional as F
from real_data import DataUnavailableError, japanese_vowels
from tqdm import tqdm

FEATURES, SPEAKERS = 12, 9
REQUIRED_ACCURACY = 0.95  # of the best

# Each is called with vectors (N, T, 12) and lengths (N,), and gives scores (N, 9).
MODELS = {
    "one frame": lambda: WindowClassifier(FEATURES, SPEAKERS, neighbors=0, dropout=0.5),
    "window of 7": lambda: WindowClassifier(FEATURES, SPEAKERS, neighbors=3, dropout=0.5),
    "RNN": lambda: RecurrentClassifier(FEATURES, SPEAKERS, kind="RNN", dropout=0.5),
    "GRU": lambda: RecurrentClassifier(FEATURES, SPEAKERS, kind="GRU", dropout=0.5),
    "LSTM": lambda: RecurrentClassifier(FEATURES, SPEAKERS, kind="LSTM", dropout=0.5),
    "LSTM, both ways": lambda: RecurrentClassifier(FEATURES, SPEAKERS, kind="LSTM", bidirectional=True, dropout=0.5),
}


def load_utterances():
    """Return training and test set, every coefficient with mean 0 and deviation 1 in the training set."""
    training, test = japanese_vowels("TRAIN"), japanese_vowels("TEST")
    frames = dl.nn.valid_steps(training.vectors, training.lengths)
    mean, deviation = frames.mean(0), frames.std(0)
    return [
        (
            (part.vectors - mean) / deviation,
            part.lengths,
            part.speakers,
        )
        for part in (training, test)
    ]


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


def draw(curves, name, answers, speakers, path):
    """Draw each model's accuracy over the epochs, and who was taken for whom by the best."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 5), layout="constrained")
    for label, accuracies in curves.items():
        left.plot(range(1, len(accuracies) + 1), accuracies, label=f"{label}: {accuracies[-1]:.1%}")
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
    """Train all models, draw; return 1 where data is missing or the best model is not good enough."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--epochs", type=int, default=30)
    arguments.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS), metavar="model")
    arguments.add_argument("--quick", action="store_true", help="two epochs, to see that it runs")
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--out", type=Path, default=Path(__file__).parent / "out", help="folder for the picture")
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    matplotlib.use("Agg")  # draws into files; no screen needed

    try:
        training_set, test_set = load_utterances()
    except DataUnavailableError as error:
        print(error, file=sys.stderr)
        return 1
    epochs = 2 if options.quick else options.epochs
    curves, models = {}, {}
    with tqdm(total=epochs * len(options.models), unit="epoch") as progress:
        for name in options.models:
            dl.manual_seed(options.seed)
            models[name] = MODELS[name]()
            curves[name] = train(models[name], training_set, test_set, epochs, progress)
            progress.set_postfix(model=name, test_accuracy=f"{curves[name][-1]:.3f}")

    for name, accuracies in curves.items():
        count = sum(p.numel() for p in models[name].parameters())
        print(f"{name:>16}: {accuracies[-1]:.1%} of {len(test_set[2])} utterances, {count} parameters")
    best = max(curves, key=lambda name: curves[name][-1])
    path = options.out / "speakers.png"
    draw(curves, best, guess(models[best], test_set).numpy(), test_set[2].numpy(), path)
    print(f"see {path}")
    if not options.quick and curves[best][-1] < REQUIRED_ACCURACY:
        print(f"the best accuracy is below {REQUIRED_ACCURACY:.0%}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
