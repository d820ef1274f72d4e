"""Descend into a ravine with one learning rate for all directions, and with steps that adapt to each.

    python examples/ravine.py

Linear regression of diabetes, a year later, on measurements in their own units: blood pressure varies by 14 mm Hg from
patient to patient, the logarithm of triglycerides by 0.5. So the loss is hundreds of times more curved along one weight
than along the other. Plain gradient descent, Adagrad, RMSprop and Adam begin at the same places. Counted is after how
many steps 99 % of the loss that can be taken away is gone for the first time, and after how many it is gone for good,
that is up to step 3,000; each method gets the best of many rates for the one and for the other. With these two
measurements, and with all ten.
"""

import sys

import dlcore as dl
import matplotlib.pyplot as plt
import numpy as np
from experiments import Finding, clearly, conclude, parse, repeat, standard_error
from sklearn.datasets import load_diabetes

STEPS = 3000
LEFT = 0.01  # of the loss that can be taken away
STABLE = (0.5, 0.75, 0.9, 0.95, 0.99, 1.01)  # of the rate at which plain descent no longer comes down
RATES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
COUNTED = ("for the first time", "for good")
PLAIN = "gradient descent"
NOT_ADAPTED = {0.95: "C0", 0.02: "C4"}  # shares of the rate at which it no longer comes down, as drawn
DRAWN_RATES = {"RMSprop": 0.3, "Adagrad": 10.0, "Adam": 10.0}  # of which the first step stays on the map
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
        """Return a place that the seed chooses, wrong by half to one and a half of its scale for each measurement."""
        rng = np.random.default_rng(seed)
        wrong = rng.choice([-1, 1], len(self.lowest)) * rng.uniform(0.5, 1.5, len(self.lowest))
        return self.lowest + self.scales * wrong

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


def steps_down(left):
    """Return after how many steps the loss is down for the first time, and for good; if never, one more than all."""
    down = left <= LEFT  # and a loss that is not a number is not
    first = np.argmax(down) if down.any() else len(down)
    return first, len(down) - np.argmin(down[::-1]) if not down.all() else 0


def descent(regression, name, rate, steps):
    """Return a function of the seed: the steps until the loss is down for the first time, and for good."""

    def run(seed):
        return steps_down(regression.descend(name, rate, regression.start(seed), steps)[1])

    return run


def draw_paths(axes, regression, runs, start, title, low, high):
    """Draw the loss over both weights from low to high, in the scale of each, and ways down."""
    low, high = (regression.lowest + regression.scales * corner for corner in (low, high))
    grids = np.meshgrid(*(np.linspace(a, b, 200) for a, b in zip(low, high, strict=True)))
    offsets = np.stack(grids, -1) - regression.lowest
    height = np.einsum("yxi,ij,yxj->yx", offsets, regression.inputs.T @ regression.inputs, offsets)
    axes.contour(*grids, height**0.5, levels=12, colors="lightgray", linewidths=0.8)
    axes.plot(*regression.lowest, "k*", markersize=14)
    for i, (label, name, rate, color) in enumerate(runs):
        path = regression.descend(name, rate, start, 100)[0]
        axes.plot(*path.T, ".-", color=color, linewidth=1, markersize=4 + 2 * i, label=label, zorder=3 - i / 10)
    axes.set(title=title, xlabel="weight of blood pressure (stretched)", ylabel="weight of log triglycerides")
    axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    axes.legend(loc="upper right")


def draw(regression, rates, steps, path):
    """Draw ways down and how the loss falls."""
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(15, 5.2), layout="constrained")
    start = regression.lowest + regression.scales * np.array([1.0, -1.0])
    stable = 2 / regression.curvatures[-1]
    plain = [(f"{share:g} of the largest rate", PLAIN, share * stable, color) for share, color in NOT_ADAPTED.items()]
    draw_paths(left, regression, plain, start, "Gradient descent, 100 steps: close up", (-0.9, -1.1), (1.8, -0.6))
    left.text(0.03, 0.03, "the minimum is far above", transform=left.transAxes)
    colors = dict(zip(rates, ("C0", "C1", "C2", "C3"), strict=True))
    adaptive = [(f"{name}, rate {rate:g}", name, rate, colors[name]) for name, rate in DRAWN_RATES.items()]
    draw_paths(middle, regression, adaptive, start, "With adaptive steps, 100 steps", (-2.2, -1.4), (2.2, 1.4))
    for name, rate in rates.items():
        right.plot(regression.descend(name, rate, start, steps)[1], color=colors[name], label=f"{name}, {rate:.3g}",
                   linewidth=1)  # fmt: skip
    right.axhline(LEFT, color="gray", linestyle=":")
    right.set(title="Loss that is left, rates that are down first", xlabel="step", xscale="log", xlim=(1, steps))
    right.set(ylabel="share of the loss that can be taken away", yscale="log", ylim=(1e-4, 1e5))
    right.legend(loc="upper right")
    figure.savefig(path, dpi=100)
    plt.close(figure)


def main():
    """Descend everywhere, draw; return 1 where a statement comes out otherwise than in the table."""
    options = parse(__doc__, seeds=8)
    steps = 50 if options.quick else STEPS
    path = options.out / "ravine.png"
    findings = []
    for columns in (("bp", "s5"), None):
        regression = Regression(columns)
        names = [PLAIN, *ADAPTIVE]
        tried = {name: regression.rates(name) for name in names}
        ways = {(name, rate): descent(regression, name, rate, steps) for name in names for rate in tried[name]}
        counts = repeat(ways, options.seeds)
        rates = {
            (name, i): min(tried[name], key=lambda rate, name=name, i=i: counts[name, rate][:, i].mean())
            for name in names
            for i in range(len(COUNTED))
        }
        best = {(name, i): counts[name, rate][:, i] for (name, i), rate in rates.items()}
        print(f"rates: {', '.join(f'{name}, {COUNTED[i]}: {rate:.3g}' for (name, i), rate in rates.items())}")
        if columns:
            draw(regression, {name: rates[name, 0] for name in names}, steps, path)
        condition = regression.curvatures[-1] / regression.curvatures[0]
        ravine = f"{'two' if columns else 'ten'} measurements, curvatures {condition:,.0f} to 1"
        findings += [
            Finding(
                f"in a ravine {name} is down {counted} in fewer steps than plain descent",
                f"{ravine}: {_steps(best[PLAIN, i], steps)} without, {_steps(best[name, i], steps)} with it",
                clearly(best[PLAIN, i] - best[name, i]),
            )
            for i, counted in enumerate(COUNTED)
            for name in ADAPTIVE
        ]
    return conclude(findings, path, options.quick)


def _steps(values, most):
    if (values > most).all():
        return f"more than {most}"
    beyond = "at least " if (values > most).any() else ""
    return f"{beyond}{values.mean():.0f} ± {standard_error(values):.0f} steps"


if __name__ == "__main__":
    sys.exit(main())
