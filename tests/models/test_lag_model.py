"""The linear model of the last days."""

import dlcore as dl
import numpy as np
import pytest
from dlcore.models import LagModel, lagged


def series(n=60):
    rng = np.random.default_rng(0)
    return np.cumsum(rng.standard_normal(n)) + np.sin(np.arange(n))


@pytest.mark.parametrize("lags", [1, 2, 7])
def test_lagged_is_a_view_of_the_last_numbers(lags):
    x = series(9)
    given = dl.from_numpy(x)
    rows = lagged(given, lags)
    np.testing.assert_array_equal(rows.numpy(), [x[t : t + lags] for t in range(9 - lags)])
    assert np.shares_memory(rows.numpy(), x)
    both = lagged(dl.tensor([x, 2 * x]), lags)
    np.testing.assert_array_equal(both.numpy()[1], 2 * rows.numpy())


@pytest.mark.parametrize("lags", [1, 3, 8])
def test_fit_is_least_squares(lags):
    x = series()
    design = np.column_stack([*(x[j : len(x) - lags + j] for j in range(lags)), np.ones(len(x) - lags)])
    expected, *_ = np.linalg.lstsq(design, x[lags:], rcond=None)
    model = LagModel(lags, dtype=dl.float64).fit(dl.tensor(x))
    np.testing.assert_allclose(model.weight.detach().numpy()[0], expected[:-1], rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(model.bias.item(), expected[-1], rtol=1e-8, atol=1e-10)
    predictions = model(dl.tensor(x)).detach().numpy()
    np.testing.assert_allclose(predictions[:-1], design @ expected, rtol=1e-8, atol=1e-10)
    assert len(predictions) == len(x) - lags + 1


def test_ridge():
    x, lags, ridge = series(), 3, 0.7
    design = np.array([x[t : t + lags] for t in range(len(x) - lags)])
    target = x[lags:]
    centred = design - design.mean(0)
    gram = centred.T @ centred / len(target) + ridge * np.eye(lags)
    expected = np.linalg.solve(gram, centred.T @ (target - target.mean()) / len(target))
    model = LagModel(lags, dtype=dl.float64).fit(dl.tensor(x), ridge=ridge)
    np.testing.assert_allclose(model.weight.detach().numpy()[0], expected, rtol=1e-9)
    constant = dl.ones(20)
    with pytest.raises(dl.linalg.LinAlgError):
        LagModel(2).fit(constant)
    assert LagModel(2).fit(constant, ridge=1e-3)(constant)[-1].item() == pytest.approx(1)


def test_starts_as_the_same_as_the_last_number():
    x = dl.tensor(series(), dtype=dl.float32)
    np.testing.assert_array_equal(LagModel(4)(x).detach().numpy(), x.numpy()[3:])


def test_gradients():
    x = dl.tensor(series(8), requires_grad=True)
    model = LagModel(3, dtype=dl.float64)

    def predict(x, weight, bias):
        model.__dict__.update(weight=weight, bias=bias)
        return model(x)

    inputs = [x, dl.randn(1, 3).to(dl.float64).requires_grad_(), dl.zeros(1, dtype=dl.float64).requires_grad_()]
    assert dl.testing.gradcheck(predict, inputs)


def test_errors():
    for lags in (0, 5):
        with pytest.raises(ValueError, match=rf"^lagged: lags expected from 1 to 4 for a .* length 5, got {lags}$"):
            lagged(dl.zeros(5), lags)
    with pytest.raises(ValueError, match=r"^LagModel: lags expected to be positive, got 0$"):
        LagModel(0)
    with pytest.raises(ValueError, match=r"^LagModel: input expected at least 3 numbers, got 2$"):
        LagModel(3)(dl.zeros(2))
    with pytest.raises(ValueError, match=r"^LagModel.fit: x expected shape \(T,\), got \(2, 5\)$"):
        LagModel(3).fit(dl.zeros(2, 5))
