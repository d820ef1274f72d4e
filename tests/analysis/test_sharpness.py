"""Sharpness of minima whose shape is known."""

import re

import dlcore as dl
import numpy as np
import pytest
from dlcore import analysis, nn
from small_models import Weights, classifier, quadratic, state


def test_a_bowl():
    h = np.array([1.0, 4.0, 9.0])
    model, loss = quadratic(np.diag(h))
    result = analysis.sharpness(model, lambda: loss() + 2, epsilon=0.1)
    assert result.loss == 2
    assert result.largest_eigenvalue == pytest.approx(9, rel=1e-6)
    worst = 2 + (h * 0.1**2).sum() / 2  # in a corner of the box
    assert result.worst_loss == pytest.approx(worst, rel=1e-9)
    assert result.epsilon_sharpness == pytest.approx(100 * (worst - 2) / (1 + 2), rel=1e-9)


def test_the_box_grows_with_the_weights():
    at = np.array([3.0, -1.0])
    model = Weights(at)
    result = analysis.sharpness(model, lambda: (model.w - dl.tensor(at)).square().sum(), epsilon=0.01)
    assert result.worst_loss == pytest.approx(((0.01 * (np.abs(at) + 1)) ** 2).sum(), rel=1e-9)
    assert model.w.tolist() == at.tolist()


def test_a_network_is_no_sharper_than_its_worst_corner():
    model, loss = classifier()
    before = state(model)
    result = analysis.sharpness(model, loss, epsilon=1e-2)
    assert state(model) == before
    assert result.loss == pytest.approx(loss().item())
    center = analysis.weights(model).numpy()
    rng = np.random.default_rng(0)
    corners = [center + 1e-2 * (np.abs(center) + 1) * rng.choice([-1, 1], center.shape) for _ in range(50)]
    losses = []
    for corner in corners:
        analysis.set_weights(model, dl.tensor(corner))
        losses.append(loss().item())
    assert result.worst_loss > max(losses)
    analysis.set_weights(model, dl.tensor(center))
    slight = analysis.sharpness(model, loss, epsilon=1e-6, iterations=100)
    # The loss is no minimum here: in a tiny box it rises by its slope times the box.
    slope = (np.abs(analysis.Curvature(model, loss).gradient.numpy()) * 1e-6 * (np.abs(center) + 1)).sum()
    assert slight.worst_loss - slight.loss == pytest.approx(slope, rel=1e-3)


def test_where_nothing_is_higher():
    model, loss = quadratic(-np.eye(2))
    result = analysis.sharpness(model, loss, epsilon=0.1)
    assert (result.worst_loss, result.epsilon_sharpness) == (0, 0)


@pytest.mark.parametrize("shift", [1.0, 2.0])
def test_a_loss_that_is_too_small_for_the_definition(shift):
    model, loss = quadratic(np.eye(2))
    with pytest.raises(ValueError, match=rf"^sharpness: loss expected a number > -1, .*, got {-shift:g}$"):
        analysis.sharpness(model, lambda: loss() - shift)
    assert analysis.sharpness(model, lambda: loss() - 0.5).epsilon_sharpness > 0


def test_weights_come_back_after_an_error():
    model, loss = classifier()
    before, calls = state(model), []

    def failing():
        calls.append(1)
        if len(calls) == 3:
            raise ZeroDivisionError
        return loss()

    for function in (
        lambda: analysis.sharpness(model, failing),
        lambda: analysis.perturbed_losses(model, failing, 0.1),
    ):
        calls.clear()
        with pytest.raises(ZeroDivisionError):
            function()
        assert state(model) == before


def test_perturbed_losses():
    model = nn.Linear(4, 3, dtype=dl.float64)
    center = model.weight.detach().numpy().copy()
    losses = analysis.perturbed_losses(model, lambda: _distance(model, center), 0.5, probes=7)
    # Every row moves by half its length, biases stay: the squared distance is the same for all directions.
    np.testing.assert_allclose(losses.numpy(), 0.25 * (center**2).sum(), rtol=1e-12)
    bias = model.bias.detach().clone()
    moved = analysis.perturbed_losses(model, lambda: (model.bias - bias).square().sum(), 0.5)
    assert moved.tolist() == [0] * 20
    still = analysis.perturbed_losses(model, lambda: model.weight.sum(), 0.0, probes=2).numpy()
    np.testing.assert_allclose(still, center.sum(), rtol=1e-12)
    rising = [
        analysis.perturbed_losses(model, lambda: model.weight.sum(), 0.5, generator=dl.Generator().manual_seed(s))
        for s in (0, 0, 1)
    ]
    assert rising[0].tolist() == rising[1].tolist() != rising[2].tolist()


def _distance(model, center):
    return (model.weight - dl.tensor(center)).square().sum()


def test_errors():
    model, loss = quadratic(np.eye(2))
    cases = [
        ("sharpness: epsilon expected a finite number > 0, got 0", lambda: analysis.sharpness(model, loss, 0)),
        (
            "sharpness: iterations expected an integer >= 1, got 0",
            lambda: analysis.sharpness(model, loss, iterations=0),
        ),
        (
            "perturbed_losses: radius expected a finite number >= 0, got -1",
            lambda: analysis.perturbed_losses(model, loss, -1),
        ),
        (
            "perturbed_losses: probes expected an integer >= 1, got 0",
            lambda: analysis.perturbed_losses(model, loss, 1, probes=0),
        ),
    ]
    for message, function in cases:
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            function()
