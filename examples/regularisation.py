"""Set six remedies against overfitting beside the same network without them, on few data.

    python examples/regularisation.py

A network with two hidden layers learns 300 digits by heart. Beside it: early stopping, for which it gives away a fifth
of the digits; weight decay; dropout; augmentation, which turns, scales and moves each digit a little, anew each time;
fewer parameters, in narrower layers; and shared parameters, as convolutions have them. Four of these are tried on 200
diabetes patients too, whose disease a year later is predicted from ten measurements. Counted is the loss on what was
not learnt from, which is what the lecture looks at, and of the digits also how many are read wrongly.

How strong weight decay and dropout are, and how narrow the layers, each seed chooses by the loss of a fifth of its
samples after it has learnt from the others; then it learns from all of them. The test has no say in it.
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
    CLOSE,
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
LOSSES = {"digits": F.cross_entropy, "patients": F.mse_loss}
LOSS_NAMES = {"digits": "cross-entropy", "patients": "mean squared error over the variance"}
STRENGTHS = {  # among which each seed chooses
    "weight decay": (3e-3, 1e-2, 3e-2, 1e-1, 3e-1),
    "dropout": ((0.0, 0.5), (0.2, 0.5), (0.5, 0.5), (0.7, 0.5), (0.8, 0.5)),  # of inputs, of hidden units
    "fewer parameters": (4, 8, 16, 32, 64, 128),  # units of a layer
}
IMAGES_ONLY = ("augmentation", "shared parameters")

# What is counted in the test: of which data, and where `losses_with` has it.
COUNTED = {("digits", 1): "digits' loss", ("digits", 2): "digits' share of errors", ("patients", 1): "patients' loss"}
DID_NOT_HELP = {  # as the table in README.md says
    ("digits' share of errors", "early stopping"),  # it has fewer digits to learn from
    ("digits' share of errors", "weight decay"),
    ("digits' share of errors", "fewer parameters"),
    ("digits' loss", "fewer parameters"),
    ("digits' loss", "shared parameters"),
}
CLOSE_CALLS = {("digits' share of errors", "dropout"), ("digits' loss", "shared parameters")}


class Distort(nn.Module):
    """Turn, scale and move each digit a little while training."""

    def forward(self, x):
        """Return images of the same shape."""
        return distorted(x.reshape(-1, 1, 28, 28)).flatten(1) if self.training else x


def with_dropout(inputs, outputs, shares):
    """Return the same network with shares of its inputs and of what its hidden layers say left out."""
    of_inputs, of_units = shares
    first, *others = alone(inputs, outputs)[1:]
    layers = [nn.Dropout(of_inputs), first]
    for layer in others:
        layers += [layer, nn.Dropout(of_units)] if isinstance(layer, nn.ReLU) else [layer]
    return nn.Sequential(*layers)


def convolutions(_, outputs, __):
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


def alone(inputs, outputs, _=None):
    """Return the network that all remedies are set beside."""
    return dense(inputs, 256, 256, outputs)


REMEDIES = {
    ALONE: alone,
    "early stopping": alone,
    "weight decay": alone,
    "dropout": with_dropout,
    "fewer parameters": lambda inputs, outputs, units: dense(inputs, units, units, outputs),
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


def split(samples):
    """Return four fifths of the samples, and the last fifth."""
    kept = len(samples[0]) * 4 // 5
    return [[part[:kept] for part in samples], [part[kept:] for part in samples]]


def learn(remedy, strength, data, samples, epochs):
    """Return a network that has learnt from samples with a remedy of a strength."""
    inputs, outputs = samples[0].shape[1], 10 if data == "digits" else 1
    network = REMEDIES[remedy](inputs, outputs, strength)
    decay = strength if remedy == "weight decay" else 0.0
    optimizer = dl.optim.Adam(network.parameters(), lr=1e-3, weight_decay=decay)
    options = {}
    if remedy == "early stopping":
        samples, held_out = split(samples)
        options = {"validation": [held_out], "callbacks": [EarlyStopping(patience=10, restore_best=True)]}
    train(network, samples, epochs, 50, optimizer, LOSSES[data], **options)
    return network.eval()


def loss_of(network, data, samples):
    """Return the loss of a network on samples."""
    with dl.no_grad():
        return LOSSES[data](network(samples[0]), samples[1]).item()


def choose(remedy, data, samples, epochs, seed):
    """Return the place of the strength whose network is best on a fifth of the samples, learnt from the others."""
    learnt, held_out = split(samples)
    losses = []
    for strength in STRENGTHS[remedy]:
        dl.manual_seed(seed)
        losses.append(loss_of(learn(remedy, strength, data, learnt, epochs), data, held_out))
    return int(np.argmin(losses))


def losses_with(remedy, data, epochs):
    """Return a function of the seed: the loss in training and in the test, the digits' errors, which strength."""

    def run(seed):
        training, test = load_digits(LEARNT["digits"], seed) if data == "digits" else patients(seed)
        place, strength = np.nan, None
        if remedy in STRENGTHS:
            place = choose(remedy, data, training, epochs, seed)
            strength = STRENGTHS[remedy][place]
        dl.manual_seed(seed)  # the same first weights as without the remedy
        network = learn(remedy, strength, data, training, epochs)
        errors = judge(network, test)[1] if data == "digits" else np.nan
        return loss_of(network, data, training), loss_of(network, data, test), errors, place

    return run


def draw(results, path):
    """Draw what is counted of each remedy."""
    figure, axes = plt.subplots(1, 3, figsize=(13, 4.5), layout="constrained", sharey=True)
    names = list(REMEDIES)[::-1]
    for ax, ((data, column), what) in zip(axes, COUNTED.items(), strict=True):
        shown = {name: results[data, name][:, column] for name in names if (data, name) in results}
        places = [names.index(name) for name in shown]
        means, errors = zip(*((values.mean(), standard_error(values)) for values in shown.values()), strict=True)
        ax.barh(places, means, xerr=errors, color=["gray" if name == ALONE else "C0" for name in shown])
        ax.axvline(means[-1], color="gray", linestyle=":")
        for name in names:
            if name not in shown:
                place = 0.02, names.index(name)
                ax.text(*place, "not tried: for images", va="center", transform=ax.get_yaxis_transform())
        ax.set(title=f"Test: {what}", yticks=range(len(names)), yticklabels=names)
        ax.set_xlabel("share of digits read wrongly" if column == 2 else LOSS_NAMES[data])
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
                        loose=CLOSE if (what, remedy) in CLOSE_CALLS else "",
                    )
                )
    return findings


def main():
    """Train with each remedy, draw; return 1 where one helps or not otherwise than in the table."""
    options = parse(__doc__, seeds=8)
    epochs = 2 if options.quick else EPOCHS
    settings = [("digits", name) for name in REMEDIES] + [
        ("patients", name) for name in list(REMEDIES) if name not in IMAGES_ONLY
    ]
    results = repeat({(data, name): losses_with(name, data, epochs) for data, name in settings}, options.seeds)
    path = options.out / "regularisation.png"
    draw(results, path)
    for data, name in settings:
        if name in STRENGTHS:
            chosen = [STRENGTHS[name][int(place)] for place in results[data, name][:, 3]]
            print(f"{data}, {name}: chosen " + ", ".join(map(str, chosen)))
    without, shared = (parameters_of(REMEDIES[name](784, 10, None)) for name in (ALONE, "shared parameters"))
    print(f"parameters: {without:,}, in convolutions {shared:,}")
    return conclude(findings_of(results), path, options.quick)


def _mean(values):
    return f"{values.mean():.3f} ± {standard_error(values):.3f}"


if __name__ == "__main__":
    sys.exit(main())
