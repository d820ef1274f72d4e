"""Give a network more and more digits to learn from, and see it learn less by heart.

    python examples/overfitting.py

A network with two hidden layers learns 50 to 4,000 digits, for the same number of steps each, until it reads nearly all
of them rightly. How well it reads others is another matter: the gap between both is the overfitting. Beside it: a
curve of degree 9 through the weeks of carbon dioxide over Mauna Loa of one year, from 10 of its 52 weeks and from 30.
"""

import functools
import sys

import matplotlib.pyplot as plt
import numpy as np
from experiments import (
    Finding,
    clearly,
    conclude,
    dense,
    draw_curve,
    judge,
    load_digits,
    parse,
    percent,
    repeat,
    standard_error,
    train,
)
from numpy.polynomial import Legendre
from statsmodels.datasets import co2

SIZES = (50, 100, 200, 500, 1000, 2000, 4000)
STEPS = 1600
DEGREE, WEEKS, YEAR = 9, (10, 30), "1998"  # all 52 weeks of that year were measured


def learnt(size, steps):
    """Return a function of the seed: loss and errors on the digits that were learnt, and on others."""

    def run(seed):
        training, test = load_digits(size, seed)
        network = dense(784, 256, 256, 10)
        train(network, training, max(1, steps * 50 // size))
        return *judge(network, training), *judge(network, test)

    return run


def fit_weeks(weeks):
    """Return a function of the seed: the root mean square error at the weeks that were chosen, and at the others."""

    def run(seed):
        x, y, chosen = year_of_weeks(weeks, seed)
        errors = Legendre.fit(x[chosen], y[chosen], DEGREE, domain=[0, 1])(x) - y
        return [np.mean(errors[part] ** 2) ** 0.5 for part in (chosen, ~chosen)]

    return run


def year_of_weeks(weeks, seed):
    """Return the time of each week of the year, carbon dioxide in ppm, and which weeks are chosen."""
    series = _ppm_of_weeks()
    rng = np.random.default_rng(seed)
    inner = rng.permutation(np.arange(1, len(series) - 1))[: weeks - 2]
    chosen = np.zeros(len(series), bool)
    chosen[[0, *inner, -1]] = True  # the ends too, so that nothing is asked outside of what is known
    return np.linspace(0, 1, len(series)), series, chosen


@functools.cache
def _ppm_of_weeks():
    return co2.load_pandas().data["co2"].loc[YEAR].to_numpy()


def draw(results, path):
    """Draw errors and loss over the number of digits, and two curves through carbon dioxide."""
    figure, (errors, loss, curves) = plt.subplots(1, 3, figsize=(13, 4.5), layout="constrained")
    for axes, column, name in ((errors, 1, "errors"), (loss, 0, "loss")):
        values = np.stack([results[size] for size in SIZES], 1)
        draw_curve(axes, SIZES, values[:, :, column], "learnt from")
        draw_curve(axes, SIZES, values[:, :, column + 2], "others", "s--")
        axes.set(title=f"Digits: {name}", xlabel="digits to learn from", xscale="log", ylim=(0, None))
        axes.set_ylabel("share of digits read wrongly" if column else "cross-entropy")
        axes.legend()
    x, y, _ = year_of_weeks(WEEKS[0], 0)
    curves.plot(x, y, ".", color="gray", label="all weeks")
    for i, weeks in enumerate(WEEKS):
        chosen = year_of_weeks(weeks, 0)[2]
        fine = np.linspace(0, 1, 500)
        curve = Legendre.fit(x[chosen], y[chosen], DEGREE, domain=[0, 1])
        curves.plot(fine, curve(fine), color=f"C{i}", label=f"degree {DEGREE} from {weeks} weeks")
        curves.plot(x[chosen], y[chosen], "os"[i], color=f"C{i}", markerfacecolor="none", markersize=5 + 4 * (1 - i))
    curves.set(title=f"Carbon dioxide in {YEAR}", xlabel="January to December", ylabel="ppm", xticks=[],
               ylim=(y.min() - 4, y.max() + 6))  # fmt: skip
    curves.legend(loc="upper left")
    figure.savefig(path, dpi=100)
    plt.close(figure)


def main():
    """Learn from more and more, draw; return 1 where a statement comes out otherwise."""
    options = parse(__doc__, seeds=5)
    settings = {size: learnt(size, 50 if options.quick else STEPS) for size in SIZES}
    results = repeat(settings, options.seeds)
    weeks = repeat({many: fit_weeks(many) for many in WEEKS}, 200)
    path = options.out / "overfitting.png"
    draw(results, path)

    gaps = [results[size][:, 3] - results[size][:, 1] for size in SIZES]
    typical = [[np.median(weeks[many][:, part]) for part in (0, 1)] for many in WEEKS]
    findings = [
        Finding(
            "with more data the test's errors come nearer to those of training",
            "; ".join(
                f"{size} digits: {percent(results[size][:, 1])} in training, {percent(results[size][:, 3])} in the test"
                for size in SIZES
            ),
            all(clearly(before - after) for before, after in zip(gaps[:-2:2], gaps[2::2], strict=True)),
        ),
        Finding(
            "and its loss falls",
            ", ".join(
                f"{results[size][:, 2].mean():.2f} ± {standard_error(results[size][:, 2]):.2f} with {size}"
                for size in SIZES
            ),
            clearly(results[SIZES[0]][:, 2] - results[SIZES[-1]][:, 2]),
        ),
        Finding(
            "a flexible curve through few points is free between them",
            "; ".join(
                f"{many} weeks: median error {fitted:.2f} ppm at these, {between:.2f} ppm at the others"
                for many, (fitted, between) in zip(WEEKS, typical, strict=True)
            ),
            clearly(np.log(weeks[WEEKS[0]][:, 1] / weeks[WEEKS[1]][:, 1]) - np.log(2)),  # more than twice as much
        ),
    ]
    return conclude(findings, path, options.quick)


if __name__ == "__main__":
    sys.exit(main())
