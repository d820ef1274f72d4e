"""Descend into a ravine with one learning rate for all directions, and with steps that adapt to each.

    python examples/ravine.py

Linear regression of diabetes, a year later, on measurements in their own units: blood pressure varies by 14 mm Hg from
patient to patient, the logarithm of triglycerides by 0.5. So the loss is hundreds of times more curved along one weight
than along the other. Plain gradient descent, Adagrad, RMSprop and Adam begin at the same places; each gets the best of
several rates. Counted is how many steps take away 99 % of the loss that can be taken away: with these two measurements,
and with all ten.
"""

import sys

import dlcore as dl
import matplotlib.pyplot as plt
import numpy as np
from experiments import Finding, clearly, conclude, parse, repeat, standard_error
from sklearn.datasets import load_diabetes

STEPS = 3000
LEFT = 0.01  # of the loss that can be taken away
STABLE = (0.1, 0.25, 0.5, 0.75, 0.95)  # of the rate at which plain descent no longer comes down
RATES = (0.3, 1.0, 3.0, 10.0, 30.0)
PLAIN = "gradient descent"
ADAPTIVE = {"Adagrad": dl.optim.Adagrad, "RMSprop": dl.optim.RMSprop, "Adam": dl.optim.Adam}


class Regression:
    """A loss over the weights of some measurements, and where it is lowest."""

    def __init__(self, columns):
        data = load_diabetes(scaled=False)
        names = list(data.feature_names)
        inputs = data.data[:, [names.index(name) for name in columns or names]]
        self.inputs, self.targets = inputs - inputs.mean(0), data.target - data.target.mean()
        self.scales = self.targets.std() / self.inputs.std(0)  # a weight that says as much as there is to say
        self.lowest = np.linalg.lstsq(self.inputs, self.targets, rcond=None)[0]
        self.curvatures = np.linalg.eigvalsh(2 * self.inputs.T @ self.inputs / len(inputs))
        self._x, self._y = dl.tensor(self.inputs), dl.tensor(self.targets)

    def loss(self, weights):
        """Return the mean squared error."""
        return (self._x @ weights - self._y).square().mean()

    def start(self, seed):
        """Return a place that the seed chooses, wrong by as much for each measurement."""
        return self.lowest + self.scales * np.random.default_rng(seed).choice([-1, 1], len(self.lowest))

    def rates(self, name):
        """Return the rates among which a method has the choice."""
        return [2 * share / float(self.curvatures[-1]) for share in STABLE] if name == PLAIN else RATES

    def descend(self, name, rate, start, steps):
        """Return the places on the way, (steps + 1, D), and the share of the loss that is left at each."""
        weights = dl.tensor(start, requires_grad=True)
        optimizer = ADAPTIVE.get(name, dl.optim.SGD)([weights], lr=rate)
        path, losses = [], []
        lowest = self.loss(dl.tensor(self.lowest)).item()
        for _ in range(steps + 1):
            loss = self.loss(weights)
            path.append(weights.detach().numpy().copy())
            losses.append(loss.item() - lowest)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return np.array(path), np.array(losses) / losses[0]


def steps_down(regression, name, rate, steps):
    """Return a function of the seed: the steps after which the loss stays down."""

    def run(seed):
        above = np.flatnonzero(regression.descend(name, rate, regression.start(seed), steps)[1] > LEFT)
        return above[-1] + 1

    return run


def draw_paths(axes, regression, runs, start, title):
    """Draw the loss over both weights, and ways down."""
    margin = regression.scales * np.array([6, 1.5])  # more across the ravine than along it, to see that it is one
    low, high = regression.lowest - margin, regression.lowest + margin
    grids = np.meshgrid(*(np.linspace(a, b, 200) for a, b in zip(low, high, strict=True)))
    offsets = np.stack(grids, -1) - regression.lowest
    height = np.einsum("yxi,ij,yxj->yx", offsets, regression.inputs.T @ regression.inputs, offsets)
    axes.contour(*grids, height**0.5, levels=10, colors="lightgray", linewidths=0.8)
    axes.plot(*regression.lowest, "k*", markersize=12)
    for i, (label, name, rate, color) in enumerate(runs):
        path = regression.descend(name, rate, start, 100)[0]
        axes.plot(*path.T, ".-", color=color, linewidth=0.8, markersize=4, label=label, zorder=3 - i / 10)
    axes.set(title=title, xlabel="weight of blood pressure", ylabel="weight of log triglycerides",
             xlim=(low[0], high[0]), ylim=(low[1], high[1]))  # fmt: skip
    axes.legend(loc="upper right")


def draw(regression, rates, steps, path):
    """Draw ways down and how the loss falls."""
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(14, 4.8), layout="constrained")
    start = regression.lowest + regression.scales * np.array([1.0, -1.0])
    stable = 2 / regression.curvatures[-1]
    plain = [("rate too small", PLAIN, 0.02 * stable, "C4"), ("rate almost too large", PLAIN, 0.95 * stable, "C0")]
    draw_paths(left, regression, plain, start, "Gradient descent, 100 steps")
    colors = dict(zip(rates, ("C0", "C1", "C2", "C3"), strict=True))
    adaptive = [(f"{name}, rate {rates[name]:g}", name, rates[name], colors[name]) for name in ADAPTIVE]
    draw_paths(middle, regression, adaptive, start, "With adaptive steps, 100 steps")
    for name, rate in rates.items():
        right.plot(regression.descend(name, rate, start, steps)[1], color=colors[name], label=f"{name}, {rate:.2g}")
    right.axhline(LEFT, color="gray", linestyle=":")
    right.set(
        title="Loss that is left, best rates",
        xlabel="step",
        xscale="log",
        xlim=(1, steps),
        yscale="log",
        ylim=(1e-4, 100),
    )
    right.legend(loc="upper right")
    figure.savefig(path, dpi=100)
    plt.close(figure)


def main():
    """Descend everywhere, draw; return 1 where a statement does not hold that should."""
    options = parse(__doc__, seeds=4)
    steps = 50 if options.quick else STEPS
    path = options.out / "ravine.png"
    findings = []
    for columns in (("bp", "s5"), None):
        regression = Regression(columns)
        names = [PLAIN, *ADAPTIVE]
        tried = {name: regression.rates(name) for name in names}
        ways = {(name, rate): steps_down(regression, name, rate, steps) for name in names for rate in tried[name]}
        counts = repeat(ways, options.seeds)
        rates = {name: min(tried[name], key=lambda rate: counts[name, rate].mean()) for name in names}
        best = {name: counts[name, rates[name]] for name in names}
        if columns:
            draw(regression, rates, steps, path)
        condition = regression.curvatures[-1] / regression.curvatures[0]
        findings += [
            Finding(
                f"in a ravine {name} comes down in fewer steps than plain descent",
                f"{'two' if columns else 'ten'} measurements, curvatures {condition:,.0f} to 1: "
                f"{_steps(best[PLAIN], steps)} without, {_steps(best[name], steps)} with it",
                clearly(best[PLAIN] - best[name]),
            )
            for name in ADAPTIVE
        ]
    return conclude(findings, path, options.quick)


def _steps(values, most):
    return f"more than {most}" if (values > most).all() else f"{values.mean():.0f} ± {standard_error(values):.0f} steps"


if __name__ == "__main__":
    sys.exit(main())
