"""Let gradient descent with and without momentum cross a plateau and small hills.

    python examples/momentum.py

The plateau: three layers of sigmoids that read 500 digits begin where all digits look alike to them, and the loss is
flat around. The hills: where to put the threshold of a tumour's radius, above which it is taken for malignant, so that
it is right for 60 patients of Wisconsin; each patient makes a step in the loss. And a landscape with higher hills: how
many periods the sunspots of 309 years have. Both with and without momentum get the best of several learning rates.
"""

import sys

import dlcore as dl
import matplotlib.pyplot as plt
import numpy as np
from dlcore import nn
from dlcore.nn import functional as F
from experiments import Finding, clearly, conclude, load_digits, parse, percent, repeat, standard_error
from sklearn.datasets import load_breast_cancer
from statsmodels.datasets import sunspots

MOMENTUM = {"without momentum": 0.0, "momentum 0.9": 0.9}
PLATEAU_RATES = (0.1, 0.3, 1.0, 3.0, 10.0)
HILL_RATES = (0.1, 0.3, 1.0, 3.0, 10.0)
SHOWN_RATE = 0.3  # of the curves over the plateau
LEFT, READS = 2.0, 1.0  # losses: below log 10 = 2.30, which says nothing; and where most digits are read


def cross_plateau(rate, momentum, steps):
    """Return a function of the seed: the loss of each step of descent along the gradient of all digits."""

    def run(seed):
        (images, labels), _ = load_digits(500, seed)
        layers = [nn.Linear(784, 64), nn.Sigmoid(), nn.Linear(64, 64), nn.Sigmoid(), nn.Linear(64, 64), nn.Sigmoid()]
        network = nn.Sequential(*layers, nn.Linear(64, 10))
        optimizer = dl.optim.SGD(network.parameters(), lr=rate, momentum=momentum)
        losses = np.zeros(steps)  # and zero from where the digits are read, well below READS
        for step in range(steps):
            loss = F.cross_entropy(network(images), labels)
            losses[step] = loss.item()
            if losses[step] < READS / 2:
                break
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return losses

    return run


def steps_to(losses, level):
    """Return how many steps each seed needs to a level, at most all there are; `losses` is (seeds, steps)."""
    return np.where((losses < level).any(1), (losses < level).argmax(1), losses.shape[1])


def threshold_loss(seed, patients=60, width=0.1):
    """Return the loss over the threshold of the radius, a soft one of some width, and where to begin."""
    data = load_breast_cancer()
    rows = np.random.default_rng(seed).permutation(len(data.target))[:patients]
    radius, malignant = dl.tensor(data.data[rows, 0]), dl.tensor(1.0 - data.target[rows], dtype=dl.float64)

    def loss(threshold):
        return (((radius - threshold.unsqueeze(1)) / width).sigmoid() - malignant).square().mean(1)

    return loss, np.quantile(data.data[rows, 0], [0.05, 0.95])


def period_loss(_):
    """Return what a sine and a cosine leave unexplained of the sunspots, over their number of periods."""
    spots = sunspots.load_pandas().data["SUNACTIVITY"].to_numpy(copy=True)
    spots = dl.tensor((spots - spots.mean()) / spots.std())
    time = dl.tensor(2 * np.pi * (np.arange(len(spots)) / len(spots) - 0.5))

    def loss(periods):
        angle = periods.unsqueeze(1) * time
        c, s = angle.cos(), angle.sin()
        a, b, cc, ss, cs = (product.mean(1) for product in (c * spots, s * spots, c * c, s * s, c * s))
        return 1 - (a * a * ss - 2 * a * b * cs + b * b * cc) / (cc * ss - cs * cs)  # both amplitudes are the best ones

    return loss, np.array([22.0, 34.0])


def roll(loss, starts, rate, momentum, steps):
    """Return the places of many balls that roll side by side, each by its own gradient: (steps + 1, balls)."""
    place = dl.tensor(starts, requires_grad=True)
    optimizer = dl.optim.SGD([place], lr=rate, momentum=momentum)
    path = [starts]
    for _ in range(steps):
        optimizer.zero_grad()
        loss(place).sum().backward()
        optimizer.step()
        path.append(place.detach().numpy().copy())
    return np.array(path)


def over_hills(landscape, rate, momentum, steps):
    """Return a function of the seed: the share of 60 starts that end in the deepest valley."""

    def run(seed):
        loss, (low, high) = landscape(seed)
        lowest = loss(dl.linspace(low, high, 2000, dtype=dl.float64)).min().item()
        ends = roll(loss, np.linspace(low, high, 60), rate, momentum, steps)[-1]
        return np.mean(loss(dl.tensor(ends)).numpy() < lowest + 0.01)

    return run


def draw_plateau(axes, losses):
    """Draw the losses of each seed at the same rate."""
    for i, (name, momentum) in enumerate(MOMENTUM.items()):
        for seed, curve in enumerate(losses[SHOWN_RATE, momentum]):
            curve = curve[curve > 0]
            axes.plot(curve, color=f"C{i}", label=None if seed else name)
    axes.axhline(np.log(10), color="gray", linestyle=":", label="nothing learnt")
    axes.set(title=f"A plateau: three layers of sigmoids, rate {SHOWN_RATE}", xlabel="step", ylabel="training loss")
    axes.legend()


def draw_rates(axes, losses):
    """Draw how many steps the plateau takes, over the rate; apart, rates with which not all seeds come down."""
    most = len(losses[SHOWN_RATE, 0.0][0])
    for i, (name, momentum) in enumerate(MOMENTUM.items()):
        steps = {rate: steps_to(losses[rate, momentum], READS) for rate in PLATEAU_RATES}
        down = {rate: values for rate, values in steps.items() if (values < most).all()}
        means, errors = [np.mean(v) for v in down.values()], [standard_error(v) for v in down.values()]
        axes.errorbar(list(down), means, errors, fmt="o-", color=f"C{i}", label=name)
        beyond = [rate for rate in PLATEAU_RATES if rate not in down]
        # One above the other where both fail; nothing was measured there but that it takes longer.
        axes.plot(beyond, [most * (1.06 + 0.06 * i)] * len(beyond), "^", color=f"C{i}", markerfacecolor="none")
    axes.axhline(most, color="gray", linestyle=":")
    axes.plot([], [], "^", color="gray", markerfacecolor="none", label=f"not with each seed within {most:,}")
    axes.set(title=f"Steps to a loss of {READS:g}", xlabel="learning rate", ylabel="steps", xscale="log")
    axes.set_ylim(0, 1.2 * most)
    axes.legend(loc="center right", fontsize="small")


def draw_hills(axes, landscape, start, rates, title, label):
    """Draw a landscape and two balls that begin at the same place."""
    loss, (low, high) = landscape(0)
    grid = dl.linspace(low, high, 1000, dtype=dl.float64)
    axes.plot(grid.numpy(), loss(grid).numpy(), color="lightgray", linewidth=3)
    for i, ((name, momentum), rate) in enumerate(zip(MOMENTUM.items(), rates, strict=True)):
        path = roll(loss, np.array([start]), rate, momentum, 1000)[:, 0]
        height = loss(dl.tensor(path)).numpy()
        axes.plot(path[:60], height[:60], ".-", color=f"C{i}", linewidth=0.8, label=f"{name}, rate {rate:g}")
        axes.plot(path[-1], height[-1], "o", color=f"C{i}", markersize=10)
    lowest, highest = axes.get_ylim()
    axes.set(title=title, xlabel=label, ylabel="loss", xlim=(low, high))
    axes.set_ylim(lowest, highest + 0.4 * (highest - lowest))  # with room for the legend
    axes.legend(loc="upper right")


def best(results, momentum, rates, better):
    """Return the rate whose results are best on average."""
    return better(rates, key=lambda rate: results[rate, momentum].mean())


def main():
    """Descend everywhere, draw; return 1 where a statement comes out otherwise."""
    options = parse(__doc__, seeds=5)
    steps = 20 if options.quick else 1000
    without, with_it = MOMENTUM.values()

    def sweep(run, rates):
        settings = {(rate, momentum): run(rate, momentum) for momentum in MOMENTUM.values() for rate in rates}
        return repeat(settings, options.seeds)

    losses = sweep(lambda *how: cross_plateau(*how, steps), PLATEAU_RATES)
    read = {how: steps_to(curves, READS) for how, curves in losses.items()}
    left = {momentum: steps_to(losses[SHOWN_RATE, momentum], LEFT) for momentum in MOMENTUM.values()}
    hills = {}
    for landscape in (threshold_loss, period_loss):
        shares = sweep(lambda *how, landscape=landscape: over_hills(landscape, *how, steps), HILL_RATES)
        rates = [best(shares, momentum, HILL_RATES, max) for momentum in MOMENTUM.values()]
        hills[landscape] = rates, [shares[how] for how in zip(rates, MOMENTUM.values(), strict=True)]

    figure, ((a, b), (c, d)) = plt.subplots(2, 2, figsize=(10, 8), layout="constrained")
    draw_plateau(a, losses)
    draw_rates(b, losses)
    draw_hills(c, threshold_loss, 11.0, hills[threshold_loss][0], "Small hills: one threshold for 60 patients",
               "threshold of the radius in mm")  # fmt: skip
    draw_hills(d, period_loss, 30.0, hills[period_loss][0], "High hills: the sunspots' period", "periods in 309 years")
    path = options.out / "momentum.png"
    figure.savefig(path, dpi=100)
    plt.close(figure)

    fast = [read[best(read, momentum, PLATEAU_RATES, min), momentum] for momentum in MOMENTUM.values()]
    findings = [
        Finding(
            "momentum carries over a plateau where plain descent nearly stands still",
            f"steps until the loss is below {LEFT:g} at rate {SHOWN_RATE}: {_steps(left[without], steps)} without, "
            f"{_steps(left[with_it], steps)} with momentum; to loss {READS:g} at the best rate of each: "
            f"{_steps(fast[0], steps)} and {_steps(fast[1], steps)}",
            clearly(left[without] - left[with_it]) and clearly(fast[0] - fast[1]),
        ),
        Finding(
            "momentum carries over small hills",
            "share of 60 starts that reach the deepest valley: {} without, {} with momentum".format(
                *map(percent, hills[threshold_loss][1])
            ),
            clearly(hills[threshold_loss][1][1] - hills[threshold_loss][1][0]),
        ),
        Finding(
            "momentum carries out of local minima",
            "sunspots, share of 60 starts: {:.0%} without, {:.0%} with momentum".format(
                *(shares.mean() for shares in hills[period_loss][1])
            ),
            bool(hills[period_loss][1][1].mean() > hills[period_loss][1][0].mean() + 0.1),
            expected=False,  # those walls are hardly lower than where a ball begins; one landscape has no spread
        ),
    ]
    return conclude(findings, path, options.quick)


def _steps(values, most):
    text = f"{values.mean():.0f} ± {standard_error(values):.0f}"
    return f"more than {most}" if (values == most).all() else text


if __name__ == "__main__":
    sys.exit(main())
