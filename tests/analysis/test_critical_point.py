"""Verdicts at points whose kind is known, the way down from saddles, and Newton's steps."""

import re

import dlcore as dl
import numpy as np
import pytest
from dlcore import analysis, nn, optim
from dlcore.nn import functional as F
from small_models import Weights, classifier, quadratic, state, with_spectrum


class Product(nn.Module):
    """The notes' network y = w1 w2 ... x, without biases."""

    def __init__(self, *weights, dtype=dl.float64):
        super().__init__()
        self.w = nn.Parameter(dl.tensor(weights, dtype=dtype))

    def forward(self, x):
        return self.w.prod() * x


def notes(*weights, **options):
    model = Product(*weights, **options)
    return model, lambda: (1 - model(1.0)) ** 2


@pytest.mark.parametrize("dtype", [dl.float32, dl.float64])
def test_the_example_of_the_notes(dtype):
    model, loss = notes(0.0, 0.0, dtype=dtype)
    assert analysis.hessian(model, loss).tolist() == [[0, -2], [-2, 0]]
    point = analysis.critical_point(model, loss)
    assert point.verdict == "saddle"
    assert (point.loss, point.gradient_norm, point.positive_share) == (1, 0, 0.5)
    np.testing.assert_allclose(point.eigenvalues.numpy(), [-2, 2], rtol=1e-12)
    direction = point.escape_direction.numpy()
    np.testing.assert_allclose(abs(direction), np.sqrt([0.5, 0.5]), rtol=1e-12)
    assert direction[0] * direction[1] > 0  # (1, 1), up to length and sign
    assert str(point) == "saddle: loss 1, norm of the gradient 0, eigenvalues -2 to 2, 50.0% of them positive"

    result = analysis.escape(model, loss, point.escape_direction)
    assert result.before == 1
    assert result.after == pytest.approx((1 - result.step**2 / 2) ** 2, rel=1e-4)
    assert result.after == pytest.approx(loss().item(), rel=1e-6)
    assert result.after < 0.1


def test_the_minima_of_the_notes_are_a_curve():
    model, loss = notes(2.0, 0.5)
    point = analysis.critical_point(model, loss)
    assert point.verdict == "minimum"
    # At w1 w2 = 1 the Hessian is 2 (w2, w1)^T (w2, w1): along the curve it is flat.
    np.testing.assert_allclose(point.eigenvalues.numpy(), [0, 2 * (2**2 + 0.5**2)], atol=1e-14)
    assert point.positive_share == point.zero_share == 0.5
    assert point.escape_direction is None
    assert str(point).endswith("50.0% of them positive, 50.0% zero: along those, second order tells nothing")


def test_three_layers_of_zeros_are_a_plateau():
    model, loss = notes(0.0, 0.0, 0.0)
    point = analysis.critical_point(model, loss)
    assert point.verdict == "plateau"
    assert point.eigenvalues.tolist() == [0, 0, 0]
    assert (point.positive_share, point.zero_share) == (0, 1)
    assert str(point).endswith("0.0% of them positive, 100.0% zero: along those, second order tells nothing")
    with pytest.raises(ValueError, match=r"^escape: direction expected a negative curvature, got 0$"):
        analysis.escape(model, loss)
    assert model.w.tolist() == [0, 0, 0]


@pytest.mark.parametrize("size", [3, 5, 1001, 1203])
@pytest.mark.parametrize(
    ("low", "high", "verdict"), [(1, 4, "minimum"), (-4, -1, "maximum"), (-1, 4, "saddle"), (0, 0, "plateau")]
)
def test_verdicts(size, low, high, verdict):
    values = np.linspace(low, high, size)
    if size > 1000:  # the Hessian is not built
        model = Weights(np.zeros(size))
        diagonal = dl.tensor(values)
        loss = lambda: (diagonal * model.w.square()).sum() / 2 + 3  # noqa: E731
    else:
        model, bare = quadratic(with_spectrum(values))
        loss = lambda: bare() + 3  # noqa: E731
    point = analysis.critical_point(model, loss)
    assert point.verdict == verdict
    assert point.loss == 3
    # Of four probes in n dimensions the share has a standard error of at most sqrt(2 * 0.25 / 4 n) = 0.012.
    assert point.positive_share == pytest.approx((values > 0).mean(), abs=6 * 0.012 if size > 1000 else 1e-12)
    zeros = (values == 0).mean()  # all, or at a saddle of odd size the one in the middle
    assert point.zero_share == pytest.approx(zeros, abs=0.01 if size > 1000 else 1e-12)
    assert ("zero" in str(point)) == (verdict == "plateau")
    assert point.eigenvalues[0].item() == pytest.approx(low, abs=1e-3)
    assert point.eigenvalues[-1].item() == pytest.approx(high, abs=1e-3)
    assert (point.escape_direction is not None) == (verdict == "saddle")
    if verdict == "saddle":
        assert analysis.escape(model, loss, point.escape_direction).after < 3 - 1e-4


def test_tolerances():
    h = with_spectrum([-1e-3, 1, 10])
    model, loss = quadratic(h)
    assert analysis.critical_point(model, loss).verdict == "minimum"  # -1e-3 is up to 1e-4 times 10
    assert analysis.critical_point(model, loss, tolerance=9e-5).verdict == "saddle"
    assert analysis.critical_point(model, loss, flat=20).verdict == "plateau"
    point = analysis.critical_point(model, loss, flat=0.5)
    assert (point.positive_share, point.zero_share) == pytest.approx((2 / 3, 1 / 3))
    model, loss = quadratic(h, slope=[0, 0.6, 0.8])
    point = analysis.critical_point(model, loss)
    assert point.verdict == "not critical"
    assert point.gradient_norm == pytest.approx(1)
    assert point.escape_direction is None
    assert analysis.critical_point(model, loss, gradient_tolerance=1.001).verdict == "minimum"
    for slope, verdict in ((0.9e-3, "minimum"), (1.1e-3, "not critical")):
        model, loss = quadratic(h, slope=[0, 0, slope])
        assert analysis.critical_point(model, loss).verdict == verdict
    for name in ("gradient_tolerance", "tolerance", "flat"):
        with pytest.raises(ValueError, match=f"^critical_point: {name} expected a number >= 0, got -1$"):
            analysis.critical_point(model, loss, **{name: -1})


def test_looking_changes_nothing():
    model, loss = classifier()
    before = state(model)
    analysis.critical_point(model, loss)
    assert state(model) == before
    assert all(p.grad is None for p in model.parameters())


def test_alike_units_stay_alike_until_they_escape():
    """A deep network whose hidden units start alike is stuck where they are alike, at a saddle."""
    x = np.random.default_rng(0).standard_normal((60, 2))
    inputs, targets = dl.tensor(x), dl.tensor(np.tanh(2 * x[:, :1]) - np.tanh(2 * x[:, 1:] - 1))
    model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 1)).double()
    for parameter in model.parameters():
        nn.init.constant_(parameter, 0.5)

    def loss():
        return F.mse_loss(model(inputs), targets)

    def descend(lr, steps):
        optimizer = optim.SGD(model.parameters(), lr=lr, momentum=0.9)
        for _ in range(steps):
            value = loss()
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
        return loss().item()

    descend(0.1, 1500)
    stuck = descend(0.03, 3000)
    hidden = model[0].weight.detach().numpy()
    assert np.abs(hidden - hidden[0]).max() < 1e-9
    assert descend(0.1, 1500) > 0.99 * stuck  # more of the same does not help
    point = analysis.critical_point(model, loss)
    assert point.verdict == "saddle"
    result = analysis.escape(model, loss, point.escape_direction)
    assert result.after < result.before
    assert descend(0.1, 1500) < stuck / 10


def test_escape_leaves_where_it_is_lower():
    model, loss = quadratic(np.diag([-2.0, 1.0]), slope=[0.1, 0])
    result = analysis.escape(model, lambda: loss() + (model.w**4).sum(), dl.tensor([5.0, 0.0]))
    assert result.step < 0  # against the slope
    assert model.w[1].item() == 0
    assert model.w[0].item() == pytest.approx(result.step)
    assert result.before == 0
    assert result.after == pytest.approx(-(result.step**2) + 0.1 * result.step + result.step**4)


def test_escape_halves_a_step_that_is_too_long():
    model, loss = quadratic(-np.eye(1))
    result = analysis.escape(model, lambda: loss() + 1e6 * (model.w**4).sum(), step=10.0)
    assert result.after < 0
    assert abs(result.step) < 1e-3


@pytest.mark.parametrize("dtype", [dl.float32, dl.float64])
def test_escape_from_a_loss_that_falls_for_ever(dtype):
    model = Product(0.0, 0.0, dtype=dtype)
    result = analysis.escape(model, lambda: model.w[0] ** 2 - model.w[1] ** 2)
    assert abs(result.step) == pytest.approx(0.01 * 2**10)
    assert result.after == pytest.approx(-(result.step**2), rel=1e-6)
    np.testing.assert_allclose(np.abs(model.w.detach().numpy()), [0, 0.01 * 2**10], rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("nowhere", [-np.inf, np.inf, np.nan])
@pytest.mark.parametrize("side", [1, -1])
def test_escape_stays_where_the_loss_is_finite(nowhere, side):
    model = Weights([0.0])

    def loss():
        """Fall to both sides, and end on one of them at once, on the other after a while."""
        at = side * model.w.item()
        return -model.w.square().sum() + (nowhere if at > 0 or at < -1 else 0.0)

    result = analysis.escape(model, loss, dl.ones(1))
    assert result.step == pytest.approx(-side * 0.64)
    assert result.after == loss().item() == pytest.approx(-(0.64**2))


def test_escape_that_fails_changes_nothing():
    model, loss = quadratic(np.diag([1.0, 2.0]), at=[0.5, 0.25])
    with pytest.raises(ValueError, match=r"^escape: direction expected a negative curvature, got 1$"):
        analysis.escape(model, loss, dl.tensor([1.0, 0.0]))
    with pytest.raises(ValueError, match=r"^escape: step expected a finite number > 0, got 0$"):
        analysis.escape(model, loss, step=0)
    for direction, length in (([0.0, 0.0], "0"), ([np.inf, 0.0], "inf"), ([np.nan, 0.0], "nan")):
        with pytest.raises(
            ValueError, match=f"^escape: direction expected a finite .* zero, got one of length {length}$"
        ):
            analysis.escape(model, loss, dl.tensor(direction))
    with pytest.raises(ValueError, match=r"^analysis: direction expected floating numbers of shape \(2,\), got"):
        analysis.escape(model, loss, dl.ones(3))
    # A curvature that is bent downwards at the point alone: nothing nearby is lower.
    calls = []

    def kinked():
        calls.append(1)
        return loss() + (1.0 if len(calls) > 1 else -5 * model.w.square().sum())

    with pytest.raises(RuntimeError, match=r"^escape: no step along the direction lowers the loss of "):
        analysis.escape(model, kinked)
    assert model.w.tolist() == [0.5, 0.25]


def test_newton_solves_a_quadratic_in_one_step():
    h = with_spectrum([-1, 2, 5])
    slope = np.array([1.0, -2.0, 0.5])
    model, loss = quadratic(h, at=[3, 2, 1], slope=slope)
    before = loss().item()
    assert analysis.newton_step(model, loss) == before
    np.testing.assert_allclose(model.w.detach().numpy(), np.linalg.solve(h, -slope), rtol=1e-10)


@pytest.mark.parametrize(("lr", "damping"), [(1.0, 0.0), (0.5, 0.0), (1.0, 0.3), (0.1, 4.0)])
def test_steps_against_their_formulas(lr, damping):
    h = with_spectrum([-3, 0.5, 2])
    at, slope = np.array([1.0, 2.0, 3.0]), np.array([1.0, -2.0, 0.5])
    g = h @ at + slope
    values, vectors = np.linalg.eigh(h)
    absolute = (vectors * np.abs(values)) @ vectors.T
    for function, matrix in ((analysis.newton_step, h), (analysis.saddle_free_newton_step, absolute)):
        model, loss = quadratic(h, at=at, slope=slope)
        function(model, loss, lr, damping)
        expected = at - lr * np.linalg.solve(matrix + damping * np.eye(3), g)
        np.testing.assert_allclose(model.w.detach().numpy(), expected, rtol=1e-10)


def test_newton_runs_into_the_saddle_and_the_other_away_from_it():
    start = (0.1, 0.12)  # near the saddle of the notes
    model, loss = notes(*start)
    for _ in range(6):
        analysis.newton_step(model, loss)
    assert np.abs(model.w.detach().numpy()).max() < 1e-6
    assert loss().item() == pytest.approx(1)

    model, loss = notes(*start)
    losses = [analysis.saddle_free_newton_step(model, loss, damping=0.5) for _ in range(40)]
    assert losses == sorted(losses, reverse=True)
    assert loss().item() < 1e-6


def test_newton_fits_logistic_regression():
    rng = np.random.default_rng(0)
    x = dl.tensor(rng.standard_normal((50, 3)))
    y = dl.tensor((rng.random(50) < 0.5).astype(float))
    model = nn.Linear(3, 1, dtype=dl.float64)
    loss = lambda: F.binary_cross_entropy_with_logits(model(x).squeeze(-1), y)  # noqa: E731
    for _ in range(6):
        analysis.newton_step(model, loss)
    assert analysis.Curvature(model, loss).gradient.norm().item() < 1e-12
    assert analysis.critical_point(model, loss).verdict == "minimum"


def test_errors_of_steps():
    singular = "the Hessian plus damping 0.0 expected to be regular, got eigenvalues from 0 to 1 in magnitude"
    for function in (analysis.newton_step, analysis.saddle_free_newton_step):
        name = function.__name__
        model, loss = quadratic(np.diag([0.0, 1.0]), at=[1, 1])
        with pytest.raises(ValueError, match=f"^{name}: {re.escape(singular)}$"):
            function(model, loss)
        for argument in ("lr", "damping"):
            with pytest.raises(ValueError, match=f"^{name}: {argument} expected a number >= 0, got -1$"):
                function(model, loss, **{argument: -1})
        assert model.w.tolist() == [1, 1]
        function(model, loss, damping=0.5)
        np.testing.assert_allclose(model.w.detach().numpy(), [1, 1 - 1 / 1.5])


@pytest.mark.parametrize("size", [2, 70, 1200])
def test_a_loss_without_a_second_derivative(size, capfd):
    model = Weights(np.zeros(size))

    def loss():
        return (model.w.abs() ** 1.5).sum() + model.w[0] ** 2

    for function in (
        analysis.critical_point,
        analysis.trace,
        analysis.spectral_density,
        analysis.extreme_eigenvalues,
        analysis.escape,
        analysis.sharpness,
        analysis.newton_step,
        lambda *args: analysis.hvp(*args, dl.ones(size)),
    ):
        with pytest.raises(
            ValueError, match=r"^analysis: the Hessian expected to be finite, got a product with it that"
        ):
            function(model, loss)
    assert model.w.tolist() == [0] * size
    assert capfd.readouterr() == ("", "")  # LAPACK prints, where it is let


def test_a_vector_that_is_not_finite_is_the_callers():
    model, loss = quadratic(np.diag([2.0, 3.0]))
    assert np.isnan(analysis.hvp(model, loss, dl.tensor([np.nan, 1.0])).numpy()).any()


@pytest.mark.parametrize("power", [3, 4])
def test_a_minimum_is_one_as_far_as_second_order_tells(power):
    model = Weights([0.0, 0.0])
    point = analysis.critical_point(model, lambda: model.w[0] ** 2 - model.w[1] ** power)
    assert (point.verdict, point.zero_share) == ("minimum", 0.5)
    assert "50.0% zero: along those, second order tells nothing" in str(point)


def test_tolerances_are_in_units_of_the_loss():
    model = Weights([0.0, 0.0])
    loss = lambda: 1e-8 * (model.w[0] ** 2 - model.w[1] ** 2)  # noqa: E731
    assert analysis.critical_point(model, loss).verdict == "plateau"
    assert analysis.critical_point(model, loss, flat=1e-14).verdict == "saddle"
