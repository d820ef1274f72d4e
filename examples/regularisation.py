"""Set six remedies against overfitting beside the same network without them, on few data.

    python examples/regularisation.py

A network with two hidden layers learns 300 digits by heart. Beside it: early stopping, for which it gives away a fifth
of the digits; weight decay; dropout; augmentation, which turns, scales and moves each digit a little, anew each time;
fewer parameters; and shared parameters, as convolutions have them. Four of these are tried on 200 diabetes patients
too, whose disease a year later is predicted from ten measurements. Counted is the loss on what was not learnt from,
which is what the lecture looks at, and of the digits also how many are read wrongly.
"""

import functools
import sys

import dlcore as dl
import matplotlib.pyplot as plt
import numpy as np
from dlcore import nn
from dlcore.nn import functional as F
from dlcore.train import EarlyStopping
from experiments import (
    Finding,
    clearly,
    conclude,
    dense,
    judge,
    load_digits,
    parameters_of,
    parse,
    repeat,
    standard_error,
    train,
)
from side_by_side import distorted
from sklearn.datasets import load_diabetes

ALONE = "none"  # of the remedies
EPOCHS = 100
LEARNT = {"digits": 300, "patients": 200}
WEIGHT_DECAY = {"digits": 3e-3, "patients": 3e-2}

IMAGES_ONLY = ("augmentation", "shared parameters")

# What is counted in the test: of which data, and where `losses_with` has it.
COUNTED = {("digits", 1): "digits' loss", ("digits", 2): "digits' share of errors", ("patients", 1): "patients' loss"}
DID_NOT_HELP = {  # when the table in README.md was written
    ("digits' share of errors", "early stopping"),  # it has fewer digits to learn from
    ("digits' share of errors", "weight decay"),
    ("digits' share of errors", "dropout"),
    ("digits' loss", "dropout"),
    ("digits' share of errors", "fewer parameters"),
    ("digits' loss", "shared parameters"),
}


class Distort(nn.Module):
    """Turn, scale and move each digit a little while training."""

    def forward(self, x):
        """Return images of the same shape."""
        return distorted(x.reshape(-1, 1, 28, 28)).flatten(1) if self.training else x


def with_dropout(inputs, outputs):
    """Return the same network with half of what its hidden layers say left out."""
    layers = [nn.Linear(inputs, 256), nn.ReLU(), nn.Dropout(0.5)]
    return nn.Sequential(*layers, nn.Linear(256, 256), nn.ReLU(), nn.Dropout(0.5), nn.Linear(256, outputs))


def convolutions(_, outputs):
    """Return two convolutions, whose weights serve all places of the picture, and one layer on top."""
    return nn.Sequential(
        nn.Unflatten(1, (1, 28, 28)),
        nn.Conv2d(1, 16, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(32 * 49, outputs),
    )


def alone(inputs, outputs):
    """Return the network that all remedies are set beside."""
    return dense(inputs, 256, 256, outputs)


REMEDIES = {
    ALONE: alone,
    "early stopping": alone,
    "weight decay": alone,
    "dropout": with_dropout,
    "fewer parameters": lambda inputs, outputs: dense(inputs, 16, outputs),
    "augmentation": lambda *sizes: nn.Sequential(Distort(), alone(*sizes)),
    "shared parameters": convolutions,
}


@functools.cache
def patients(seed):
    """Return 200 patients that the seed chooses, and the others: ten measurements, and the disease a year later."""
    data = load_diabetes()
    order = np.random.default_rng(seed).permutation(len(data.target))
    inputs = data.data / data.data.std()
    targets = (data.target - data.target.mean()) / data.target.std()
    inputs, targets = dl.tensor(inputs, dtype=dl.float32), dl.tensor(targets, dtype=dl.float32).unsqueeze(1)
    return [(inputs[rows], targets[rows]) for rows in (order[: LEARNT["patients"]], order[LEARNT["patients"] :])]


def losses_with(remedy, data, epochs):
    """Return a function of the seed: the loss in training and in the test, and the digits' share of errors."""
    digits = data == "digits"
    loss_fn = F.cross_entropy if digits else F.mse_loss

    def run(seed):
        training, test = load_digits(LEARNT["digits"], seed) if digits else patients(seed)
        network = REMEDIES[remedy](784 if digits else 10, 10 if digits else 1)
        decay = WEIGHT_DECAY[data] if remedy == "weight decay" else 0.0
        optimizer = dl.optim.Adam(network.parameters(), lr=1e-3, weight_decay=decay)
        learnt, options = training, {}
        if remedy == "early stopping":
            kept = len(training[0]) * 4 // 5
            learnt = [part[:kept] for part in training]
            options["validation"] = [[part[kept:] for part in training]]
            options["callbacks"] = [EarlyStopping(patience=10, restore_best=True)]
        train(network, learnt, epochs, 50, optimizer, loss_fn, **options)
        if digits:
            return judge(network, training)[0], *judge(network, test)
        network.eval()
        with dl.no_grad():
            return *(loss_fn(network(x), y).item() for x, y in (training, test)), np.nan

    return run


def draw(results, path):
    """Draw what is counted of each remedy."""
    figure, axes = plt.subplots(1, 3, figsize=(12, 4.5), layout="constrained", sharey=True)
    names = list(REMEDIES)[::-1]
    for ax, ((data, column), what) in zip(axes, COUNTED.items(), strict=True):
        shown = {name: results[data, name][:, column] for name in names if (data, name) in results}
        places = [names.index(name) for name in shown]
        means, errors = zip(*((values.mean(), standard_error(values)) for values in shown.values()), strict=True)
        ax.barh(places, means, xerr=errors, color=["gray" if name == ALONE else "C0" for name in shown])
        ax.axvline(means[-1], color="gray", linestyle=":")
        ax.set(title=f"Test: {what}", yticks=range(len(names)), yticklabels=names)
        ax.tick_params(labelsize=12)
    figure.savefig(path, dpi=100)
    plt.close(figure)


def findings_of(results):
    """Return what each remedy did to each number that is counted."""
    findings = []
    for remedy in list(REMEDIES)[1:]:
        for (data, column), what in COUNTED.items():
            if (data, remedy) in results:
                without, with_it = (results[data, name][:, column] for name in (ALONE, remedy))
                findings.append(
                    Finding(
                        f"{remedy} helps",
                        f"{what}: {_mean(without)} without, {_mean(with_it)} with it",
                        clearly(without - with_it),
                        expected=(what, remedy) not in DID_NOT_HELP,
                    )
                )
    return findings


def main():
    """Train with each remedy, draw; return 1 where one does not help that did."""
    options = parse(__doc__, seeds=5)
    epochs = 2 if options.quick else EPOCHS
    settings = [("digits", name) for name in REMEDIES] + [
        ("patients", name) for name in list(REMEDIES) if name not in IMAGES_ONLY
    ]
    results = repeat({(data, name): losses_with(name, data, epochs) for data, name in settings}, options.seeds)
    path = options.out / "regularisation.png"
    draw(results, path)
    print(", ".join(f"{name}: {parameters_of(build(784, 10)):,} parameters" for name, build in REMEDIES.items()))
    return conclude(findings_of(results), path, options.quick)


def _mean(values):
    return f"{values.mean():.3f} ± {standard_error(values):.3f}"


if __name__ == "__main__":
    sys.exit(main())
