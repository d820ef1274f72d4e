"""Losses along lines and over planes, the directions they go in, and that nothing is left behind."""

import re

import dlcore as dl
import numpy as np
import pytest
from dlcore import analysis, nn
from dlcore.nn import functional as F
from small_models import classifier, quadratic, state, with_spectrum

H = with_spectrum([-1, 2, 5])
AT = np.array([1.0, -2.0, 0.5])
RNG = np.random.default_rng(0)


def value(w):
    return w @ H @ w / 2


def test_a_line():
    model, loss = quadratic(H, at=AT)
    d, at = RNG.standard_normal(3), np.linspace(-2, 3, 7)
    for places in (at.tolist(), dl.tensor(at), at):
        line = analysis.loss_line(model, loss, dl.tensor(d), places)
        np.testing.assert_allclose(line.losses.numpy(), [value(AT + t * d) for t in at], rtol=1e-12)
        np.testing.assert_array_equal(line.at.numpy(), at)
    assert model.w.tolist() == AT.tolist()


def test_a_plane():
    model, loss = quadratic(H, at=AT)
    d, x, y = RNG.standard_normal((2, 3)), [-1.0, 0.0, 2.0], [0.0, 0.5]
    plane = analysis.loss_plane(model, loss, dl.tensor(d), x, y)
    expected = [[value(AT + t * d[0] + s * d[1]) for t in x] for s in y]
    np.testing.assert_allclose(plane.losses.numpy(), expected, rtol=1e-12)
    np.testing.assert_array_equal(plane.origin.numpy(), AT)
    elsewhere = analysis.loss_plane(model, loss, (dl.tensor(d[0]), dl.tensor(d[1])), x, y, origin=dl.zeros(3))
    expected = [[value(t * d[0] + s * d[1]) for t in x] for s in y]
    np.testing.assert_allclose(elsewhere.losses.numpy(), expected, rtol=1e-12)
    assert model.w.tolist() == AT.tolist()


def test_projection():
    model, loss = quadratic(H, at=AT)
    d = RNG.standard_normal((2, 3))  # neither orthogonal nor of length one
    plane = analysis.loss_plane(model, loss, dl.tensor(d), [0.0], [0.0])
    inside = AT + np.array([[0.3, -1.0], [2.0, 0.0]]) @ d
    np.testing.assert_allclose(plane.project(dl.tensor(inside)).numpy(), [[0.3, -1], [2, 0]], rtol=1e-10, atol=1e-12)
    upright = np.cross(*d)
    np.testing.assert_allclose(plane.project(dl.tensor(inside + upright)).numpy(), [[0.3, -1], [2, 0]], atol=1e-10)
    with pytest.raises(ValueError, match=r"^LossPlane: points expected shape \(T, 3\), got \(2, 2\)$"):
        plane.project(dl.zeros(2, 2))


def test_filters():
    model = nn.Sequential(nn.Conv2d(2, 3, 2), nn.BatchNorm2d(3), nn.Flatten(), nn.Linear(12, 4)).double()
    direction = RNG.standard_normal(analysis.weights(model).numel())
    result = analysis.filter_normalized(model, dl.tensor(direction)).numpy()
    place = 0
    for parameter in model.parameters():
        w = parameter.detach().numpy()
        size = w.size
        got, before = (v[place : place + size].reshape(w.shape) for v in (result, direction))
        if w.ndim == 1:
            assert (got == 0).all()
        for row in range(len(w) if w.ndim > 1 else 0):
            np.testing.assert_allclose(got[row], before[row] * np.linalg.norm(w[row]) / np.linalg.norm(before[row]))
        place += size
    assert place == len(direction)


def test_filters_of_zeros():
    model = nn.Linear(2, 2, bias=False)
    analysis.set_weights(model, dl.tensor([0.0, 0.0, 3.0, 4.0]))
    assert analysis.filter_normalized(model, dl.tensor([1.0, 1.0, 0.0, 0.0])).tolist() == [0, 0, 0, 0]


def test_random_directions():
    model = nn.Linear(50, 40)
    plain = analysis.random_direction(model, normalize=False).numpy()
    assert plain.shape == (2040,)
    assert plain.std() == pytest.approx(1, abs=6 / np.sqrt(2 * 2040))
    scaled = analysis.random_direction(model).numpy()[:2000].reshape(40, 50)
    lengths = np.linalg.norm(model.weight.detach().numpy(), axis=1)
    np.testing.assert_allclose(np.linalg.norm(scaled, axis=1), lengths, rtol=1e-5)
    again = [analysis.random_direction(model, generator=dl.Generator().manual_seed(s)).numpy() for s in (3, 3, 4)]
    np.testing.assert_array_equal(again[0], again[1])
    assert (again[0] != again[2]).any()


def test_between_two_states():
    model, loss = classifier()
    there = {name: x.clone() for name, x in model.state_dict().items()}
    analysis.set_weights(model, analysis.weights(model) * 2 + 1)
    here = loss().item()
    line = analysis.loss_line(model, loss, analysis.direction_to(model, there), [0.0, 1.0])
    model.load_state_dict(there)
    np.testing.assert_allclose(line.losses.numpy(), [here, loss().item()], rtol=1e-12)
    del there["0.bias"]
    with pytest.raises(ValueError, match=r"^direction_to: state_dict expected '0.bias', got none of that name$"):
        analysis.direction_to(model, there)
    there["0.bias"] = dl.zeros(7)
    with pytest.raises(ValueError, match=r"^direction_to: '0.bias' expected shape \(8,\), got \(7,\)$"):
        analysis.direction_to(model, there)


def test_directions_of_a_path():
    q, _ = np.linalg.qr(RNG.standard_normal((6, 6)))
    along = np.linspace(0, 1, 30)
    path = 5 + np.outer(10 * (1 - along), q[0]) + np.outer(np.sin(6 * (1 - along)), q[1])
    path += 1e-9 * RNG.standard_normal(path.shape)
    found = analysis.path_directions(dl.tensor(path)).numpy()
    np.testing.assert_allclose(found @ found.T, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(found.T @ found @ q[:2].T, q[:2].T, atol=1e-7)  # the same plane
    with pytest.raises(ValueError, match=r"^path_directions: path expected shape \(T >= 3, n >= 2\), got \(2, 6\)$"):
        analysis.path_directions(dl.tensor(path[:2]))


@pytest.mark.parametrize("mode", [True, False])
def test_weights_and_buffers_come_back(mode):
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2)).train(mode)
    x, y = dl.randn(8, 3), dl.tensor(RNG.integers(0, 2, 8))
    model(x)

    def loss():
        return F.cross_entropy(model(x), y)

    before = state(model)
    d = dl.stack([analysis.random_direction(model), analysis.random_direction(model)])
    line = analysis.loss_line(model, loss, d[0], [-1, 0, 1])
    assert len(set(line.losses.tolist())) == 3
    assert state(model) == before
    analysis.loss_plane(model, loss, d, [-1, 1], [0, 1])
    assert state(model) == before
    assert line.losses[1].item() == loss().item()


def test_they_come_back_after_an_error():
    model, loss = classifier()
    before, calls = state(model), []

    def failing():
        calls.append(1)
        if len(calls) == 2:
            raise KeyError("spoilt")
        return loss()

    with pytest.raises(KeyError, match="spoilt"):
        analysis.loss_line(model, failing, analysis.random_direction(model), [1, 2, 3])
    assert state(model) == before
    with pytest.raises(ValueError, match=r"^analysis: loss expected to return"):
        analysis.loss_line(model, lambda: 1.0, analysis.random_direction(model), [1])
    assert state(model) == before


def test_losses_may_be_infinite():
    model, _ = quadratic(np.eye(1), at=[1.0])
    line = analysis.loss_line(model, lambda: 1 / model.w.sum(), dl.ones(1), [-1.0, 0.0])
    assert line.losses.tolist() == [np.inf, 1]


def test_errors():
    model, loss = quadratic(np.eye(3))
    e = dl.eye(3)
    cases = [
        (
            "analysis: direction expected floating numbers of shape (3,), got dlcore.float32 of shape (2,)",
            lambda: analysis.loss_line(model, loss, dl.ones(2), [0]),
        ),
        (
            "loss_line: at expected one or more numbers, got shape (0,)",
            lambda: analysis.loss_line(model, loss, e[0], []),
        ),
        ("loss_plane: directions expected two, got 3", lambda: analysis.loss_plane(model, loss, e, [0], [0])),
        (
            "loss_plane: directions expected two that are not parallel",
            lambda: analysis.loss_plane(model, loss, (e[0], -2 * e[0]), [0], [0]),
        ),
        (
            "loss_plane: y expected one or more numbers, got shape (1, 1)",
            lambda: analysis.loss_plane(model, loss, e[:2], [0], [[0]]),
        ),
        (
            "analysis: origin expected floating numbers of shape (3,), got dlcore.float32 of shape (4,)",
            lambda: analysis.loss_plane(model, loss, e[:2], [0], [0], origin=dl.ones(4)),
        ),
    ]
    for message, function in cases:
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            function()


def test_vectors_have_no_filters():
    model, loss = quadratic(H, at=AT)
    message = (
        r"^filter_normalized: model expected a weight of two dimensions or more, got vectors only, .*normalize=False$"
    )
    for function in (
        lambda: analysis.random_direction(model),
        lambda: analysis.filter_normalized(model, dl.ones(3)),
        lambda: analysis.perturbed_losses(model, loss, 0.1),
    ):
        with pytest.raises(ValueError, match=message):
            function()
    direction = analysis.random_direction(model, normalize=False, generator=dl.Generator().manual_seed(0)).numpy()
    found = analysis.perturbed_losses(
        model, loss, 0.1, probes=1, normalize=False, generator=dl.Generator().manual_seed(0)
    )
    assert found.item() == pytest.approx(value(AT + 0.1 * direction), rel=1e-12)
