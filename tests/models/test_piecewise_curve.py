"""Curves as sums of pieces."""

import sys
from itertools import pairwise

import dlcore as dl
import matplotlib
import numpy as np
import pytest
from dlcore.models import PiecewiseCurve
from dlcore.nn import functional as F

KINDS = ("sigmoid", "hard_sigmoid", "relu")
FUNCTIONS = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "hard_sigmoid": lambda z: np.clip(z + 3, 0, 6) / 6,
    "relu": lambda z: np.maximum(z, 0),
}


@pytest.mark.parametrize("features", [1, 3])
@pytest.mark.parametrize("kind", KINDS)
def test_is_the_sum_of_its_pieces(kind, features):
    curve = PiecewiseCurve(4, features, kind, dtype=dl.float64)
    w, b, c = (p.detach().numpy() for p in (curve.weight, curve.bias, curve.coefficient))
    assert len(w) == (8 if kind == "relu" else 4)
    x = np.random.default_rng(0).standard_normal((5, 2, features)) * 4
    units = c[0] * FUNCTIONS[kind](x @ w.T + b)
    expected = curve.offset.item() + units.sum(-1)
    np.testing.assert_allclose(curve(dl.tensor(x)).detach().numpy(), expected, rtol=1e-12)
    parts = curve.parts(dl.tensor(x)).detach().numpy()
    assert parts.shape == (5, 2, 5)
    np.testing.assert_allclose(parts.sum(-1), expected, rtol=1e-12)
    np.testing.assert_allclose(parts[..., 0], curve.offset.item())
    pieces = units.reshape(5, 2, 4, 2).sum(-1) if kind == "relu" else units
    np.testing.assert_allclose(parts[..., 1:], pieces, rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_gradients(kind):
    curve = PiecewiseCurve(3, 2, kind, dtype=dl.float64)
    names = [name for name, _ in curve.named_parameters()]
    x = dl.tensor(np.random.default_rng(1).standard_normal((4, 2)), requires_grad=True)

    def run(x, *parameters):
        curve.__dict__.update(zip(names, parameters, strict=True))
        return curve(x)

    inputs = [x, *(p.detach().requires_grad_() for p in curve.parameters())]
    assert dl.testing.gradcheck(run, inputs)
    assert dl.testing.gradgradcheck(run, inputs)


@pytest.mark.parametrize("kind", ["hard_sigmoid", "relu"])
def test_through_knots_whose_arithmetic_is_exact(kind):
    """Knots at multiples of 3 / 2, powers of two apart: no operation rounds, so the curve is that curve exactly."""
    x, y = [-6.0, -3.0, 0.0, 6.0, 18.0], [4.0, -8.0, 10.0, 10.0, -2.0]
    if kind == "relu":
        x, y = [-4.0, -2.0, 0.0, 1.0, 9.0], [4.0, -8.0, 10.0, 10.0, -6.0]
    curve = PiecewiseCurve.through(x, y, kind, dtype=dl.float64)
    between = [(a + b) / 2 for a, b in pairwise(x)]
    at = np.array([x[0] - 100, *x, *between, x[-1] + 1])
    np.testing.assert_allclose(curve(dl.tensor(at[:, None])).detach().numpy(), np.interp(at, x, y), atol=1e-13)
    if kind == "relu":
        np.testing.assert_array_equal(curve(dl.tensor(at[:, None])).detach().numpy(), np.interp(at, x, y))


@pytest.mark.parametrize("kind", ["hard_sigmoid", "relu"])
@pytest.mark.parametrize("seed", range(5))
def test_through_any_knots(kind, seed):
    rng = np.random.default_rng(seed)
    x, y = np.sort(rng.uniform(-5, 5, 9)), rng.uniform(-3, 3, 9)
    curve = PiecewiseCurve.through(x.tolist(), y.tolist(), kind, dtype=dl.float64)
    at = np.concatenate([x, rng.uniform(-7, 7, 200)])
    steepest = 1 / np.diff(x).min()
    got = curve(dl.tensor(at[:, None])).detach().numpy()
    np.testing.assert_allclose(got, np.interp(at, x, y), atol=1e-14 * (1 + steepest))
    assert curve.count == 8


def test_training_comes_close_to_a_curve():
    dl.manual_seed(0)
    x = dl.linspace(-3, 3, 64).unsqueeze(1)
    target = (2 * x[:, 0]).sin()
    curve = PiecewiseCurve(8, pieces="sigmoid")
    optimizer = dl.optim.Adam(curve.parameters(), lr=0.05)
    before = F.mse_loss(curve(x), target).item()
    for _ in range(800):
        loss = F.mse_loss(curve(x), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.02 * before


def test_draw(monkeypatch):
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    curve = PiecewiseCurve.through([0.0, 1.0, 2.0], [0.0, 2.0, 1.0])
    x = dl.linspace(-1, 3, 9)
    axes = curve.draw(x)
    lines = [line.get_ydata() for line in axes.get_lines()]
    assert len(lines) == 4  # the offset, two pieces, and their sum
    np.testing.assert_allclose(sum(lines[:3]), lines[3], atol=1e-6)
    np.testing.assert_allclose(lines[3], np.interp(x.numpy(), [0, 1, 2], [0, 2, 1]), atol=1e-6)
    assert curve.draw(x, axes) is axes
    plt.close("all")
    with pytest.raises(ValueError, match=r"^PiecewiseCurve: draw expected one feature, got 2$"):
        PiecewiseCurve(2, 2).draw(x)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(
        ImportError, match=r"^PiecewiseCurve.draw: expected the package matplotlib; pip install 'dlcore\[analysis\]'$"
    ):
        curve.draw(x)


def test_errors():
    def error(text):
        return pytest.raises(ValueError, match=f"^PiecewiseCurve: {text}$")

    with error("pieces expected 'sigmoid', 'hard_sigmoid' or 'relu', got 'tanh'"):
        PiecewiseCurve(3, pieces="tanh")
    with error("count expected to be positive, got 0"):
        PiecewiseCurve(0)
    with error(r"input expected shape \(..., 2\), got \(4, 3\)"):
        PiecewiseCurve(3, 2)(dl.zeros(4, 3))
    with error("x and y expected the same two or more knots, got 2 and 3"):
        PiecewiseCurve.through([0, 1], [0, 1, 2])
    with error(r"x expected to rise, got \[0.0, 0.0\]"):
        PiecewiseCurve.through([0, 0], [0, 1])
    with error("pieces expected 'hard_sigmoid' or 'relu' for exact corners, got 'sigmoid'"):
        PiecewiseCurve.through([0, 1], [0, 1], "sigmoid")
    assert repr(PiecewiseCurve(3)) == "PiecewiseCurve(3, in_features=1, pieces='sigmoid')"
