"""Warps against their formulas, and spatial transformers against sampling by hand."""

import copy

import dlcore as dl
import numpy as np
import pytest
import reference
from check import check_error, check_op
from dlcore import nn
from samples import exactly

rng = np.random.default_rng(0)
CONTROL_POINTS = rng.uniform(-1, 1, (6, 2))
SPLINE = nn.ThinPlateSplineWarp(CONTROL_POINTS)
WARPS = [
    (nn.AffineWarp(), reference.affine_warp),
    (nn.AttentionWarp(), reference.attention_warp),
    (SPLINE, lambda theta, size: reference.thin_plate_spline_warp(theta, size, CONTROL_POINTS)),
]
NAMES = ["affine", "attention", "spline"]


def linear_localisation(shape, outputs, dtype=dl.float32):
    """Make the simplest localisation network."""
    return nn.Sequential(nn.Flatten(), nn.Linear(int(np.prod(shape)), outputs, dtype=dtype))


@pytest.mark.parametrize("size", [(4, 5), (1, 3)])
@pytest.mark.parametrize(("warp", "expected"), WARPS, ids=NAMES)
def test_warp(warp, expected, size):
    theta = exactly(warp.identity + rng.uniform(-0.5, 0.5, (3, warp.num_parameters)))
    check_op(lambda t: warp(t, size), lambda t: expected(t, size), theta)


@pytest.mark.parametrize("warp", [*(warp for warp, _ in WARPS), nn.ThinPlateSplineWarp((3, 5))])
def test_identity(warp):
    theta = dl.tensor(np.stack([warp.identity] * 2))
    points = warp(theta, (6, 4)).numpy()
    np.testing.assert_allclose(points, np.stack([reference.pixel_centres(6, 4)] * 2), atol=1e-12)


def test_a_spline_takes_its_control_points_where_theta_says():
    """Five points that are centres of pixels of a 3 x 3 image: there, the grid holds theta itself."""
    centres = reference.pixel_centres(3, 3).reshape(9, 2)
    at = [0, 2, 4, 5, 6]
    warp = nn.ThinPlateSplineWarp(centres[at])
    theta = rng.uniform(-1, 1, (2, 5, 2))
    points = warp(dl.tensor(theta.reshape(2, 10)), (3, 3)).numpy().reshape(2, 9, 2)
    np.testing.assert_allclose(points[:, at], theta, atol=1e-12)


def test_a_spline_of_an_affine_map_is_that_map():
    matrix, shift = rng.standard_normal((2, 2)), rng.standard_normal(2)
    theta = CONTROL_POINTS @ matrix.T + shift
    points = SPLINE(dl.tensor(theta.reshape(1, -1)), (5, 4)).numpy()[0]
    np.testing.assert_allclose(points, reference.pixel_centres(5, 4) @ matrix.T + shift, atol=1e-11)


def test_control_points_lie_from_edge_to_edge():
    expected = [[x, y] for y in (-1.0, 1.0) for x in (-1.0, 0.0, 1.0)]
    np.testing.assert_array_equal(nn.ThinPlateSplineWarp((2, 3)).control_points, expected)


@pytest.mark.parametrize("transform", ["affine", "attention", "tps"])
@pytest.mark.parametrize("warps", [1, 3])
def test_it_begins_as_the_identity(transform, warps):
    numbers = {"affine": 6, "attention": 3, "tps": 32}[transform]
    layer = nn.SpatialTransformer(linear_localisation((2, 7, 6), warps * numbers), transform, warps=warps)
    x = rng.standard_normal((4, 2, 7, 6)).astype(np.float32)
    y = layer(dl.tensor(x)).detach().numpy()
    np.testing.assert_allclose(y, np.concatenate([x] * warps, 1), atol=1e-5)


@pytest.mark.parametrize(("warp", "expected"), WARPS, ids=NAMES)
def test_layer(warp, expected):
    """Values, and gradients with respect to the image, through the sampler and through the localisation network."""
    shape, size, warps = (2, 5, 4), (3, 6), 2
    layer = nn.SpatialTransformer(
        linear_localisation(shape, warps * warp.num_parameters), warp, warps=warps, size=size, padding_mode="border"
    )
    linear = layer.localisation[1]

    def function(x, w, b):
        linear.__dict__.update(weight=w, bias=b)
        return layer(x)

    def by_hand(x, w, b):
        theta = (x.reshape(len(x), -1) @ w.T + b).reshape(len(x), warps, -1)
        results = [
            reference.grid_sample(x, expected(theta[:, k], size), padding_mode="border", align_corners=False)
            for k in range(warps)
        ]
        return np.concatenate(results, 1)

    w = rng.uniform(-0.02, 0.02, tuple(linear.weight.shape))
    b = linear.bias.detach().numpy() + rng.uniform(-0.2, 0.2, tuple(linear.bias.shape))
    check_op(function, by_hand, (3, *shape), exactly(w), exactly(b), dtypes=[np.float64], layouts=())


def test_a_chain_warps_what_was_warped():
    first = nn.SpatialTransformer(linear_localisation((1, 6, 6), 3, dl.float64), "attention")
    second = nn.SpatialTransformer(linear_localisation((1, 6, 6), 6, dl.float64), "affine")
    with dl.no_grad():
        first.localisation[1].bias.copy_(dl.tensor([0.5, 0.2, -0.1]))
        second.localisation[1].bias.copy_(dl.tensor([0.0, 1.0, 0.1, -1.0, 0.0, 0.0]))
    x = rng.standard_normal((2, 1, 6, 6))
    y = nn.Sequential(first, second)(dl.tensor(x)).detach().numpy()
    step = reference.grid_sample(x, reference.attention_warp(np.array([[0.5, 0.2, -0.1]] * 2), (6, 6)))
    expected = reference.grid_sample(step, reference.affine_warp(np.array([[0, 1, 0.1, -1, 0, 0]] * 2), (6, 6)))
    np.testing.assert_allclose(y, expected, atol=1e-6)


def test_theta_and_grid_for_pictures():
    layer = nn.SpatialTransformer(linear_localisation((1, 4, 4), 6), "attention", warps=2)
    x = dl.randn(3, 1, 4, 4)
    theta = layer.theta(x)
    np.testing.assert_array_equal(theta.detach().numpy(), [[[1, 0, 0]] * 2] * 3)
    grid = layer.grid(theta, (2, 5))
    assert grid.shape == (3, 2, 2, 5, 2)
    np.testing.assert_allclose(grid[2, 1].detach().numpy(), reference.pixel_centres(2, 5), atol=1e-6)


def test_it_learns_to_look_where_the_light_is():
    """From the picture alone: a spot anywhere is to be shown in the middle."""
    dl.manual_seed(0)
    places = np.random.default_rng(0).uniform(2, 6, (64, 2))
    i, j = np.mgrid[:9, :9]

    def spots(places):
        squares = (i - places[:, :1, None]) ** 2 + (j - places[:, 1:, None]) ** 2
        return dl.tensor(np.exp(-squares / 4)[:, None], dtype=dl.float32)

    x, target = spots(places), spots(np.array([[4.0, 4.0]]))
    localisation = nn.Sequential(nn.Flatten(), nn.Linear(81, 32), nn.Tanh(), nn.Linear(32, 3))
    layer = nn.SpatialTransformer(localisation, "attention")
    optimizer = dl.optim.Adam(layer.parameters(), lr=3e-3)
    losses = []
    for _ in range(300):
        loss = ((layer(x) - target) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 10


def test_copies_and_dtypes():
    layer = nn.SpatialTransformer(linear_localisation((1, 4, 4), 32), "tps")
    x = dl.randn(2, 1, 4, 4)
    layer(x)  # the spline keeps a matrix now
    other = copy.deepcopy(layer).double()
    assert other(x.double()).dtype == dl.float64
    assert layer(x).dtype == dl.float32
    assert list(layer.state_dict()) == ["localisation.1.weight", "localisation.1.bias"]


def test_batches_without_an_image():
    layer = nn.SpatialTransformer(linear_localisation((1, 4, 4), 64), "tps", warps=2, size=3)
    assert layer(dl.zeros(0, 1, 4, 4)).shape == (0, 2, 3, 3)


class Silent(nn.Module):
    """A network without parameters."""

    def forward(self, x):
        return x


ERRORS = [
    (
        lambda: nn.SpatialTransformer(linear_localisation((4,), 4)),
        "SpatialTransformer: localisation expected to end in a layer with a weight and a bias of shape (6,), "
        "got one of shape (4,)",
    ),
    (
        lambda: nn.SpatialTransformer(nn.Linear(3, 12, bias=False), warps=2),
        "SpatialTransformer: localisation expected to end in a layer with a weight and a bias of shape (12,), "
        "got one without",
    ),
    (
        lambda: nn.SpatialTransformer(Silent()),
        "SpatialTransformer: localisation expected to end in a layer with a weight and a bias of shape (6,), "
        "got one without",
    ),
    (
        lambda: nn.SpatialTransformer(nn.Linear(3, 6), "projective"),
        "SpatialTransformer: transform expected one of affine, attention, tps or a Warp, got 'projective'",
    ),
    (
        lambda: nn.SpatialTransformer(nn.Linear(3, 6), warps=0),
        "SpatialTransformer: warps expected to be positive, got 0",
    ),
    (
        lambda: nn.SpatialTransformer(nn.Linear(3, 6), size=(0, 3)),
        "SpatialTransformer: size expected one integer or 2 of at least 1, got (0, 3)",
    ),
    (
        lambda: nn.SpatialTransformer(nn.Linear(3, 6), padding_mode="edge"),
        "SpatialTransformer: padding_mode expected 'zeros', 'border' or 'reflection', got 'edge'",
    ),
    (
        lambda: nn.SpatialTransformer(nn.Linear(3, 6))(dl.zeros(2, 3)),
        "SpatialTransformer: input expected shape (N, C, H, W), got (2, 3)",
    ),
    (lambda: nn.AffineWarp()(dl.zeros(2, 5), (3, 3)), "AffineWarp: theta expected shape (N, 6), got (2, 5)"),
    (
        lambda: nn.ThinPlateSplineWarp(np.zeros((4, 3))),
        "ThinPlateSplineWarp: control_points expected shape (K, 2), got (4, 3)",
    ),
    (
        lambda: nn.ThinPlateSplineWarp(np.array([[0, 0], [1, 1], [2, 2.0]])),
        "ThinPlateSplineWarp: control_points expected to be different and not on one line",
    ),
    (
        lambda: nn.ThinPlateSplineWarp(np.array([[0, 0], [1, 0], [0, 1], [0, 0.0]])),
        "ThinPlateSplineWarp: control_points expected to be different and not on one line",
    ),
]


@pytest.mark.parametrize(("make", "message"), ERRORS, ids=[message for _, message in ERRORS])
def test_errors(make, message):
    check_error(ValueError, message, make)
