"""An epoch of two examples: digits read by a CNN and, turned and scaled in clutter, behind a spatial transformer.

Networks and batches are those of the examples. Pixels are drawn: their values take no part in the time.
"""

import math

from .case import Step

IMAGES, BATCH, CLUTTER = 4000, 50, 4


def _placed(lib, images, size, angle, scale, x, y):
    zoom = size / images.shape[-1] / scale
    cos, sin = angle.cos() * zoom, angle.sin() * zoom
    rows = lib.stack([cos, sin, -(cos * x + sin * y), -sin, cos, sin * x - cos * y], 1)
    grid = lib.nn.functional.affine_grid(rows.reshape(-1, 2, 3), (len(images), 1, size, size), align_corners=False)
    return lib.nn.functional.grid_sample(images, grid, align_corners=False)


def _between(lib, low, high, n):
    return low + (high - low) * lib.rand(n)


def _moved_a_little(lib, images):
    n = len(images)
    x, y = (_between(lib, -1 / 7, 1 / 7, n) for _ in range(2))
    angle = _between(lib, -math.pi / 12, math.pi / 12, n)
    return _placed(lib, images, images.shape[-1], angle, _between(lib, 0.9, 1.1, n), x, y)


def _in_clutter(lib, images, canvas=42, piece=6):
    n, places = len(images), lambda n: [_between(lib, -0.8, 0.8, n) for _ in range(2)]
    angle = _between(lib, -math.pi / 4, math.pi / 4, n)
    digits = _placed(lib, images, canvas, angle, _between(lib, 0.7, 1.2, n), *places(n))
    straight, same, n = lib.zeros(n * CLUTTER), lib.ones(n * CLUTTER), n * CLUTTER
    pieces = _placed(lib, images[lib.randint(0, len(images), (n,))], piece, straight, same, *places(n))
    clutter = _placed(lib, pieces, canvas, straight, same, *places(n))
    return lib.maximum(digits, clutter.reshape(-1, CLUTTER, canvas, canvas).amax(1, keepdim=True))


def _epoch(lib, compiled, network, first, each):
    """Draw the images of an epoch by `first`, those of a batch by `each`, and learn from all once."""
    images, labels = lib.rand(IMAGES, 1, 28, 28), lib.randint(0, 10, (IMAGES,))
    fused = {} if lib.__name__ == "dlcore" else {"fused": True}  # as dlcore's is, and PyTorch's faster one
    optimizer = lib.optim.Adam(network.parameters(), lr=1e-3, **fused)
    call = compiled(network)

    def work():
        drawn = first(lib, images)
        for chosen in lib.randperm(IMAGES).split(BATCH):
            loss = lib.nn.functional.cross_entropy(call(each(lib, drawn[chosen])), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return loss.item()

    return work


def _as_it_is(_, images):
    return images


def cnn(lib, compiled):
    """The CNN of examples/side_by_side.py."""
    nn = lib.nn
    layers, channels = [], 1
    for wider in (24, 48, 96):
        layers += [nn.Conv2d(channels, wider, 3, padding=1, bias=False), nn.BatchNorm2d(wider), nn.ReLU()]
        layers += [nn.MaxPool2d(2)]
        channels = wider
    network = nn.Sequential(*layers, nn.Flatten(), nn.Dropout(0.3), nn.Linear(96 * 3 * 3, 10))
    return _epoch(lib, compiled, network, _as_it_is, _moved_a_little)


def _two_convolutions(nn, kernel, sides, outputs):
    layers = []
    for channels, wider, size in ((1, 16, 5), (16, 32, kernel)):
        layers += [nn.Conv2d(channels, wider, size, padding=size // 2), nn.ReLU(), nn.MaxPool2d(2)]
    return [*layers, nn.Flatten(), nn.Linear(32 * sides * sides, 64), nn.ReLU(), nn.Linear(64, outputs)]


def spatial_transformer(lib, compiled):
    """The classifier of examples/spatial_transformer.py with its transformer in front."""
    nn = lib.nn
    localisation = nn.Sequential(nn.AvgPool2d(2), *_two_convolutions(nn, 5, 5, 6))

    class Transformer(nn.Module):
        """What a user of PyTorch writes: it has no such layer."""

        def __init__(self):
            super().__init__()
            self.localisation = localisation
            nn.init.zeros_(localisation[-1].weight)
            with lib.no_grad():
                localisation[-1].bias.copy_(lib.tensor([1.0, 0, 0, 0, 1, 0]))

        def forward(self, x):
            grid = nn.functional.affine_grid(self.localisation(x).reshape(-1, 2, 3), x.shape, align_corners=False)
            return nn.functional.grid_sample(x, grid, align_corners=False)

    first = nn.SpatialTransformer(localisation, "affine") if lib.__name__ == "dlcore" else Transformer()
    return _epoch(lib, compiled, nn.Sequential(first, *_two_convolutions(nn, 3, 10, 10)), _in_clutter, _as_it_is)


CASES = [Step("epoch/cnn", cnn, compiles=True), Step("epoch/spatial_transformer", spatial_transformer, compiles=True)]
