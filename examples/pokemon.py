"""Tell Water from Normal Pokemon: by a cloud for each, and by a line alone.

    python examples/pokemon.py

As in the lecture, Pokemon up to number 399 are learnt from and the others are the test; the primary type counts. First
two statistics, defence and special defence, then all six, and all six with their total, which tells nothing new and
makes the covariance singular. Generative: a Gaussian for each type, with a covariance each, one for both, or a diagonal
one (naive Bayes); nothing is trained, the parameters are those of maximum likelihood. Discriminative: a line, by
gradient descent on the loss of logistic regression, of the perceptron, and of the support vector machine (hinge). The
data comes with poke-env. The picture shows clouds and lines on two statistics, and all accuracies.
"""

import argparse
import sys
import warnings
from pathlib import Path

import dlcore as dl
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from dlcore import nn
from dlcore.nn import functional as F
from dlcore.probabilistic import GaussianClassConditional, draw_contours
from real_data import STATISTICS, DataUnavailableError, pokemon

TYPES = ("Normal", "Water")
FIRST_OF_TEST = 400  # numbers from here on are the test
TWO = [list(STATISTICS).index(key) for key in ("def", "spd")]
GAUSSIANS = {
    "own covariances": {},
    "shared covariance": {"shared": True},
    "naive Bayes": {"covariance": "diagonal"},
}
# A score for each type, s_0 and s_1; with f = s_1 - s_0 and y = 1 or -1, losses of y f, but for a factor:
LINES = {
    "logistic regression": (F.cross_entropy, 0.0),  # log(1 + exp(-y f))
    "perceptron": (lambda scores, y: F.multi_margin_loss(scores, y, margin=0.0), 0.0),  # max(0, -y f)
    "linear SVM": (F.multi_margin_loss, 0.01),  # max(0, 1 - y f), and the squared length of the weights
}


def load():
    """Return statistics (N, 6) and types (N,) of the Pokemon of both types, for training and for test."""
    parts = []
    kinds = [kind for kind in pokemon() if kind.types[0] in TYPES]
    for chosen in (
        [kind for kind in kinds if kind.number < FIRST_OF_TEST],
        [kind for kind in kinds if kind.number >= FIRST_OF_TEST],
    ):
        types = [TYPES.index(kind.types[0]) for kind in chosen]
        parts.append((dl.tensor([kind.statistics for kind in chosen], dtype=dl.float64), dl.tensor(types)))
    return parts


def fit_gaussians(x, y, options):
    """Return the Gaussians of maximum likelihood, without a warning: that a covariance was singular is told below."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return GaussianClassConditional(x.shape[1], len(TYPES), dtype=dl.float64, **options).fit(x, y)


def train_line(x, y, loss_fn, weight_decay, steps):
    """Return a linear layer of two scores, trained by gradient descent on all samples at once.

    It learns on features of mean 0 and variance 1, and is given back as a layer for x as it is.
    """
    centre, scale = x.mean(0), x.std(0)
    standard = (x - centre) / scale
    line = nn.Linear(x.shape[1], len(TYPES), dtype=x.dtype)
    groups = [{"params": [line.weight], "weight_decay": weight_decay}, {"params": [line.bias]}]
    optimizer = dl.optim.SGD(groups, lr=0.2)
    falling = dl.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, steps)  # hinges have no slope of zero to settle in
    for _ in range(steps):
        loss = loss_fn(line(standard), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        falling.step()
    with dl.no_grad():
        line.weight.div_(scale)
        line.bias.sub_(line.weight @ centre)
    return line


def accuracy(model, x, y):
    """Return how many of all are told right."""
    with dl.no_grad():
        return (model(x).argmax(1) == y).float().mean().item()


def with_total(x):
    """Return statistics with their sum as one more."""
    return dl.cat([x, x.sum(1, keepdim=True)], 1)


def draw(models, results, training, test_y, path):
    """Draw clouds and lines on two statistics, and the accuracies on the test."""
    figure, axes = plt.subplots(2, 2, figsize=(11, 10), layout="constrained")
    x, y = training[0][:, TWO], training[1]
    for ax, name in zip(axes[0], ("own covariances", "shared covariance"), strict=True):
        draw_contours(models[name], x, y, names=TYPES, ax=ax)
        ax.set(title=name)
    lines = axes[1, 0]
    for number in range(len(TYPES)):
        lines.plot(*x[y == number].T.numpy(), "o", color=f"C{number}", markersize=4, alpha=0.5)
    ends = dl.tensor(axes[0, 0].get_xlim(), dtype=x.dtype)
    shared = models["shared covariance"].to_linear()
    boundaries = {name: models[name] for name in LINES}
    for style, (name, line) in zip(
        ("-", "--", ":", "-."), {**boundaries, "shared covariance": shared}.items(), strict=True
    ):
        w, b = (p.detach() for p in (line.weight, line.bias))
        w, b = (w[1] - w[0], b[1] - b[0]) if len(w) == 2 else (w[0], b[0])
        lines.plot(ends.numpy(), (-(w[0] * ends + b) / w[1]).numpy(), style, linewidth=2, label=name, color="black")
    lines.set(title="lines", xlim=axes[0, 0].get_xlim(), ylim=axes[0, 0].get_ylim())
    lines.legend()
    for ax in axes.flat[:3]:
        names = list(STATISTICS.values())
        ax.set(xlabel=names[TWO[0]], ylabel=names[TWO[1]])
    bars = axes[1, 1]
    names = list(results)
    for number, (title, column) in enumerate((("two statistics", 0), ("all six", 1))):
        at = np.arange(len(names)) - 0.2 + 0.4 * number
        right = [100 * results[name][column][1] for name in names]
        drawn = bars.barh(at, right, 0.4, label=title, color=("0.75", "C2")[number])
        bars.bar_label(drawn, fmt="%.1f", label_type="center")
    always = 100 * max((test_y == number).float().mean().item() for number in range(len(TYPES)))
    bars.axvline(always, color="black", linestyle=":", label="always the same")
    bars.set(title="right on the test, %", yticks=range(len(names)), yticklabels=names, xlim=(0, 100))
    bars.set_ylim(len(names) - 0.5, -0.5)  # from above
    bars.legend(loc="upper center", bbox_to_anchor=(0.5, -0.06), ncols=3, frameon=False)
    figure.savefig(path, dpi=100)
    plt.close(figure)


def main():
    """Fit all models, draw; return 1 where all statistics are no better than two, with a shared covariance."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--steps", type=int, default=5000, help="of gradient descent, for each line")
    arguments.add_argument("--quick", action="store_true", help="50 steps, to see that it runs")
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--out", type=Path, default=Path(__file__).parent / "out", help="folder for the picture")
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    matplotlib.use("Agg")  # draws into files; no screen needed
    steps = 50 if options.quick else options.steps
    dl.manual_seed(options.seed)
    try:
        training, test = load()
    except DataUnavailableError as error:
        print(error, file=sys.stderr)
        return 1

    results = {name: [] for name in (*GAUSSIANS, *LINES)}
    models = {}  # of two statistics
    for columns in (TWO, list(range(len(STATISTICS)))):
        (x, y), (test_x, test_y) = ((x[:, columns], y) for x, y in (training, test))
        fitted = {name: fit_gaussians(x, y, kind) for name, kind in GAUSSIANS.items()}
        fitted |= {name: train_line(x, y, *loss, steps) for name, loss in LINES.items()}
        for name, model in fitted.items():
            results[name].append((accuracy(model, x, y), accuracy(model, test_x, test_y)))
        models = models or fitted

    draw(models, results, training, test[1], options.out / "pokemon.png")
    for part, (_, y) in (("training", training), ("test", test)):
        print(f"{part}: " + ", ".join(f"{(y == n).sum().item()} {name}" for n, name in enumerate(TYPES)))
    print(f"{'right in training, test':24}{'two statistics':>20}{'all six':>20}")
    for name, rows in results.items():
        print(f"{name:24}" + "".join(f"{f'{100 * a:.1f} %, {100 * b:.1f} %':>20}" for a, b in rows))
    x, y = with_total(training[0]), training[1]
    for name in ("own covariances", "shared covariance"):
        model = fit_gaussians(x, y, GAUSSIANS[name])
        right = 100 * accuracy(model, with_total(test[0]), test[1])
        print(f"with the total, {name}: {right:.1f} % on the test; directions without spread: {list(model.floored)}")
    print(f"see {options.out / 'pokemon.png'}")

    (_, two), (_, six) = results["shared covariance"]
    if not six > two:
        print("with a shared covariance, all statistics are expected to tell more than two", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
