"""Gaussian classes against their formulas, SciPy's density and the conditions of a maximum."""

import warnings
from itertools import pairwise

import dlcore as dl
import numpy as np
import pytest
from check import check_error, check_op
from dlcore import nn
from dlcore.nn import functional as F
from dlcore.probabilistic import GaussianClassConditional
from layers import as_function
from reference import class_conditional as reference
from samples import positive, regular
from scipy.stats import multivariate_normal

KINDS = [(covariance, shared) for covariance in ("full", "diagonal") for shared in (False, True)]
OF_EACH_KIND = pytest.mark.parametrize(("covariance", "shared"), KINDS)
N, D, C = 90, 4, 3


def samples(seed=0, shift=0.0):
    """Return clouds of three shapes and numbers of samples, far from zero if asked for."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.repeat(np.arange(C), [20, 30, 40]))
    mixing, centres = rng.standard_normal((C, D, D)), rng.standard_normal((C, D))
    x = np.einsum("nij,nj->ni", mixing[y], rng.standard_normal((N, D))) + centres[y] + shift
    return x, y


def expected_joint(x, y, at, covariance, shared):
    means = np.stack([x[y == number].mean(0) for number in range(C)])
    covariances = reference.class_covariances(x, y, shared)
    if covariance == "diagonal":
        covariances = covariances * np.eye(D)
    log_prior = np.log(np.bincount(y) / len(y))
    return reference.joint(reference.gaussian_log_likelihood(at, means, covariances), log_prior)


@OF_EACH_KIND
@pytest.mark.parametrize(("features", "classes"), [(1, 2), (3, 2), (2, 4)])
def test_values_and_gradients_of_every_order(covariance, shared, features, classes):
    layer = GaussianClassConditional(features, classes, covariance, shared=shared)
    estimates = 1 if shared else classes

    def expected(x, mean, scale, log_prior):
        if covariance == "full":
            covariances = np.tril(scale) @ np.swapaxes(np.tril(scale), 1, 2)
        else:
            covariances = np.stack([np.diag(row**2) for row in scale])
        return reference.joint(reference.gaussian_log_likelihood(x, mean, covariances), log_prior)

    if covariance == "full":
        name, scale = "scale_tril", regular(features, (estimates,))
    else:
        name, scale = "scale", positive((estimates, features))
    function = as_function(layer, "mean", name, "log_prior")
    check_op(function, expected, (5, features), (classes, features), scale, (classes,))


@OF_EACH_KIND
@pytest.mark.parametrize("shift", [0.0, 1e5])
def test_fit_gives_the_formulas(covariance, shared, shift):
    x, y = samples(shift=shift)
    at = samples(seed=1, shift=shift)[0]
    model = GaussianClassConditional(D, C, covariance, shared=shared, dtype=dl.float64).fit(x, y)
    expected = expected_joint(x, y, at, covariance, shared)
    points = dl.tensor(at)
    rtol = 1e-9 if shift == 0 else 1e-6
    with dl.no_grad():
        np.testing.assert_allclose(model(points).numpy(), expected, rtol=rtol)
        posterior = reference.posterior(expected)
        np.testing.assert_allclose(model.posterior(points).numpy(), posterior, rtol=1e-6, atol=1e-10)
        np.testing.assert_allclose(model.log_posterior(points).exp().numpy(), posterior, rtol=1e-6, atol=1e-10)
        evidence = np.log(np.exp(expected).sum(-1))
        np.testing.assert_allclose(model.log_evidence(points).numpy(), evidence, rtol=rtol)
        np.testing.assert_array_equal(model.predict(points).numpy(), expected.argmax(-1))
        assert model.predict(points).dtype == dl.int64
    assert model.floored == (0,) * (1 if shared else C)


@OF_EACH_KIND
def test_density_is_that_of_scipy(covariance, shared):
    x, y = samples()
    model = GaussianClassConditional(D, C, covariance, shared=shared, dtype=dl.float64).fit(x, y)
    got = model.log_likelihood(dl.tensor(x)).detach().numpy()
    covariances = np.broadcast_to(model.covariance.detach().numpy(), (C, D, D))
    for number in range(C):
        density = multivariate_normal(model.mean[number].detach().numpy(), covariances[number])
        np.testing.assert_allclose(got[:, number], density.logpdf(x), rtol=1e-10)


@OF_EACH_KIND
def test_fit_is_where_the_gradient_of_the_likelihood_is_zero(covariance, shared):
    x, y = map(dl.tensor, samples())
    model = GaussianClassConditional(D, C, covariance, shared=shared, dtype=dl.float64)
    F.nll_loss(model(x), y).backward()
    before = [np.abs(parameter.grad.numpy()).max() for parameter in model.parameters()]
    assert min(before) > 1e-2
    model.zero_grad()
    loss = F.nll_loss(model.fit(x, y)(x), y)
    loss.backward()
    for parameter in model.parameters():
        np.testing.assert_allclose(parameter.grad.numpy(), 0, atol=1e-12)


def test_the_same_parameters_learn_to_tell_apart():
    x, y = map(dl.tensor, samples())
    model = GaussianClassConditional(D, C, shared=True, dtype=dl.float64).fit(x, y)
    optimizer = dl.optim.SGD(model.parameters(), lr=0.05)
    losses = []
    for _ in range(20):
        loss = F.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert all(after < before for before, after in pairwise(losses))


@pytest.mark.parametrize("covariance", ["full", "diagonal"])
@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("dtype", [dl.float32, dl.float64])
def test_shared_covariance_is_a_linear_layer(covariance, classes, dtype):
    x, y = samples(shift=100.0)
    x, y = x[y < classes], y[y < classes]
    prior = [0.2, 0.8] if classes == 2 else [0.2, 0.5, 0.3]
    model = GaussianClassConditional(D, classes, covariance, shared=True, dtype=dtype).fit(x, y, prior)
    layer = model.to_linear()
    assert isinstance(layer, nn.Linear)
    assert tuple(layer.weight.shape) == (1 if classes == 2 else classes, D)
    assert layer.weight.dtype == dtype
    assert all(parameter.requires_grad and parameter.is_leaf for parameter in layer.parameters())
    points = dl.tensor(x, dtype=dtype)
    scores = layer(points).detach()
    got = scores.sigmoid()[:, 0] if classes == 2 else scores.softmax(1)
    expected = model.posterior(points).detach()
    tolerance = 1e-3 if dtype == dl.float32 else 1e-10  # float32: sums of w x about 1e3 before they cancel
    np.testing.assert_allclose(got.numpy(), (expected[:, 1] if classes == 2 else expected).numpy(), atol=tolerance)

    if classes == 2 and dtype == dl.float64:  # as the textbook has them
        means, precision = model.mean.detach().numpy(), np.linalg.inv(model.covariance.detach().numpy()[0])
        w = precision @ (means[1] - means[0])
        b = -means[1] @ precision @ means[1] / 2 + means[0] @ precision @ means[0] / 2 + np.log(prior[1] / prior[0])
        np.testing.assert_allclose(layer.weight.detach().numpy()[0], w, rtol=1e-8)
        np.testing.assert_allclose(layer.bias.item(), b, rtol=1e-8)


@pytest.mark.parametrize("covariance", ["full", "diagonal"])
def test_the_linear_layer_of_an_ill_conditioned_covariance(covariance):
    x, y = samples()
    x[:, 3] = x[:, 0] + 1e-3 * x[:, 3]
    model = GaussianClassConditional(D, C, covariance, shared=True).fit(x, y)
    weight = model.to_linear().weight.detach().numpy()
    factor = model.scale_tril if covariance == "full" else model.scale.diag_embed()
    inverse = np.linalg.inv(factor[0].detach().numpy().astype(float))
    means = model.mean.detach().numpy().astype(float)
    expected = (means - means.mean(0)) @ inverse.T @ inverse
    np.testing.assert_allclose(weight, expected, rtol=1e-6, atol=1e-6 * abs(expected).max())


def constrained(x, y, shared, eps):
    """Return covariances with eigenvalues raised to eps, in units of all samples' standard deviations."""
    units = x.std(0)
    result = []
    for matrix in reference.class_covariances(x / units, y, shared):
        values, vectors = np.linalg.eigh(matrix)
        result.append(np.diag(units) @ vectors @ np.diag(np.maximum(values, eps)) @ vectors.T @ np.diag(units))
    return np.stack(result)


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("eps", [1e-6, 0.05])
def test_floor_of_the_covariance(shared, eps):
    x, y = samples()
    x[:, 3] = x[:, 0] + 2 * x[:, 1]  # tells nothing new
    x *= [1.0, 1e6, 1e-6, 10.0]
    with pytest.warns(RuntimeWarning, match="ill-conditioned") as caught:
        model = GaussianClassConditional(D, C, shared=shared, eps=eps, dtype=dl.float64).fit(x, y)
    expected = constrained(x, y, shared, eps)
    units = x.std(0)
    got = model.covariance.detach().numpy() / np.outer(units, units)
    np.testing.assert_allclose(got, expected / np.outer(units, units), rtol=1e-9, atol=1e-12)
    raised = [(np.linalg.eigvalsh(m) < eps).sum() for m in reference.class_covariances(x / units, y, shared)]
    assert model.floored == tuple(raised)
    assert min(model.floored) >= 1
    assert str(caught[0].message) == (
        "GaussianClassConditional.fit: ill-conditioned covariances: "
        f"variances along {sum(raised)} directions raised to eps = {eps:g} of the features' own"
    )


def test_the_floor_is_the_likeliest_covariance_that_varies_that_much():
    x, y = samples()
    x[:, 3] = x[:, 0]
    eps = 0.01
    with pytest.warns(RuntimeWarning, match="ill-conditioned"):
        model = GaussianClassConditional(D, C, shared=True, eps=eps, dtype=dl.float64).fit(x, y)
    units = x.std(0)
    best = model.covariance.detach().numpy()[0] / np.outer(units, units)
    scatter = reference.class_covariances(x / units, y, True)[0]

    def cost(covariance):  # the negative log-likelihood of a sample, but for constants
        return np.linalg.slogdet(covariance).logabsdet / 2 + np.trace(np.linalg.solve(covariance, scatter)) / 2

    rng = np.random.default_rng(0)
    for size in (1e-4, 1e-2, 1.0):
        for _ in range(20):
            step = rng.standard_normal((D, D)) * size
            other = best + (step + step.T) / 2
            values, vectors = np.linalg.eigh(other)
            other = vectors @ np.diag(np.maximum(values, eps)) @ vectors.T
            assert cost(other) > cost(best)


def test_units_do_not_matter():
    x, y = samples()
    x[:, 3] = x[:, 0]
    units = np.array([1e-8, 1.0, 1e8, 1e3])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        model = GaussianClassConditional(D, C, dtype=dl.float64).fit(x, y)
        other = GaussianClassConditional(D, C, dtype=dl.float64).fit(x * units, y)
    assert model.floored == other.floored == (1, 1, 1)
    at = x + np.random.default_rng(1).standard_normal(x.shape) * [1, 1, 1, 0]
    at[:, 3] = at[:, 0]
    expected = model.posterior(dl.tensor(at)).detach().numpy()
    np.testing.assert_allclose(other.posterior(dl.tensor(at * units)).detach().numpy(), expected, atol=1e-6)


SIZES = {"float32": [1e-30, 1e-20, 1e20, 1e29], "float64": [1e-290, 1e-200, 1e160, 1e290]}


@OF_EACH_KIND
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_units_as_far_as_the_dtype_holds_them(covariance, shared, dtype):
    x, y = samples()
    kind = getattr(dl, dtype)
    expected = GaussianClassConditional(D, C, covariance, shared=shared, dtype=kind).fit(x, y)
    expected = expected.posterior(x).detach().numpy()
    units = 2.0 ** np.round(np.log2(SIZES[dtype]))  # by which nothing is rounded
    for columns in (units, *np.repeat(units, D).reshape(-1, D)):
        model = GaussianClassConditional(D, C, covariance, shared=shared, dtype=kind).fit(x * columns, y)
        assert model.floored == (0,) * (1 if shared else C)
        np.testing.assert_allclose(model.posterior(x * columns).detach().numpy(), expected, atol=1e-4)
        if shared:
            logits = model.to_linear()(dl.tensor(x * columns, dtype=kind))
            np.testing.assert_allclose(logits.softmax(1).detach().numpy(), expected, atol=1e-4)


@OF_EACH_KIND
def test_units_that_the_dtype_does_not_hold_are_refused_before_any_change(covariance, shared):
    x, y = samples()
    name = "scale_tril" if covariance == "full" else "scale"
    model = GaussianClassConditional(D, C, covariance, shared=shared).fit(x, y)
    state = {key: value.numpy().copy() for key, value in model.state_dict().items()}
    for size in (1e39, 1e-39, 1e300, 1e-300):
        with pytest.raises(ValueError, match=rf"fit: {name} expected standard deviations from 9.9e-32 to 1e\+31"):
            model.fit(x * size, y)
    with pytest.raises(ValueError, match=r"fit: mean expected finite numbers in dlcore.float32, got up to 1e\+39"):
        model.fit(np.column_stack([x[:, :3], 1e39 + 1e30 * x[:, 3]]), y)
    with pytest.raises(ValueError, match=r"fit: x expected features that reach 1.18e-38 in dlcore.float32, or all"):
        model.fit(dl.tensor((x * 1e-41).astype(np.float32)), y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(RuntimeWarning, match="ill-conditioned"):
            model.fit(x * [1, 1, 1, 0], y)
    for key, value in model.state_dict().items():
        np.testing.assert_array_equal(value.numpy(), state[key])


@OF_EACH_KIND
def test_arrays_and_lists_are_read_in_the_dtype_of_the_model(covariance, shared):
    x, y = samples()
    model = GaussianClassConditional(D, C, covariance, shared=shared).fit(x, y)
    expected = model(dl.tensor(x, dtype=dl.float32)).detach().numpy()
    for given in (x, x.astype(np.float32), x.tolist()):
        np.testing.assert_array_equal(model(given).detach().numpy(), expected)
        np.testing.assert_array_equal(model.predict(given).numpy(), expected.argmax(1))
    whole = np.round(x).astype(np.int64)
    np.testing.assert_array_equal(model(whole).detach().numpy(), model(whole.astype(float)).detach().numpy())


def test_a_linear_layer_draws_nothing():
    model = GaussianClassConditional(D, C, shared=True)
    before = dl.get_rng_state().tolist()
    layer = model.to_linear()
    assert dl.get_rng_state().tolist() == before
    assert repr(layer) == "Linear(in_features=4, out_features=3, bias=True)"
    assert all(parameter.requires_grad for parameter in layer.parameters())


@OF_EACH_KIND
def test_features_that_are_constant_tell_nothing(covariance, shared):
    x, y = samples()
    model = GaussianClassConditional(D, C, covariance, shared=shared, dtype=dl.float64).fit(x, y)
    wide = np.column_stack([x, np.zeros(N), np.full(N, 0.1)])  # sums of 0.1 are rounded: as if there was a spread
    other = GaussianClassConditional(D + 2, C, covariance, shared=shared, dtype=dl.float64)
    with pytest.warns(RuntimeWarning, match="ill-conditioned"):
        other.fit(wide, y)
    assert other.floored == (2,) * (1 if shared else C)
    got, expected = (m.posterior(dl.tensor(rows)).detach().numpy() for m, rows in ((other, wide), (model, x)))
    np.testing.assert_allclose(got, expected, atol=1e-9)


@pytest.mark.parametrize("covariance", ["full", "diagonal"])
def test_single_samples(covariance):
    x = np.array([[1.0, 0.1, 2.0], [3.0, 0.1, 1.0], [2.0, 0.1, 5.0]])
    with pytest.warns(RuntimeWarning, match="ill-conditioned"):
        model = GaussianClassConditional(3, 3, covariance).fit(x, [0, 1, 2])
    assert model.floored == (3, 3, 3)
    posterior = model.posterior(dl.tensor(x, dtype=dl.float32)).detach().numpy()
    np.testing.assert_allclose(posterior, np.eye(3), atol=1e-6)


def test_starts_as_the_standard_normal_distribution():
    x = dl.randn(5, 2)
    for covariance, shared in KINDS:
        model = GaussianClassConditional(2, 3, covariance, shared=shared)
        expected = -np.log(2 * np.pi) - x.square().sum(1).numpy() / 2
        np.testing.assert_allclose(model.log_likelihood(x).detach().numpy(), np.stack([expected] * 3, 1), rtol=1e-5)
        np.testing.assert_allclose(model.posterior(x).detach().numpy(), 1 / 3, rtol=1e-6)
    assert repr(model) == "GaussianClassConditional(in_features=2, classes=3, covariance='diagonal', shared=True)"


def test_leading_dimensions_integers_and_state():
    x, y = samples()
    model = GaussianClassConditional(D, C).fit(dl.tensor(x), dl.tensor(y))
    points = dl.tensor(x[:24], dtype=dl.float32)
    flat = model(points).detach().numpy()
    np.testing.assert_array_equal(model(points.reshape(2, 3, 4, D)).detach().numpy(), flat.reshape(2, 3, 4, C))
    np.testing.assert_array_equal(model(points[0]).detach().numpy().shape, (C,))
    assert tuple(model(dl.zeros(0, D)).shape) == (0, C)
    assert list(model.state_dict()) == ["log_prior", "mean", "scale_tril"]
    again = GaussianClassConditional(D, C)
    again.load_state_dict(model.state_dict())
    np.testing.assert_array_equal(again(points).detach().numpy(), flat)
    whole = np.round(10 * x).astype(np.int64)
    integers, floats = (GaussianClassConditional(D, C).fit(values, y) for values in (whole, whole.astype(float)))
    np.testing.assert_array_equal(integers.mean.detach().numpy(), floats.mean.detach().numpy())


def test_operations_are_counted():
    for covariance, shared in KINDS:
        summary = nn.summary(GaussianClassConditional(D, C, covariance, shared=shared), dl.zeros(7, D))
        row = D * (1 + (2 * D if covariance == "full" else 1) + 2)
        assert summary.uncounted == []
        # Shared: samples and means are whitened once, and compared by a product.
        assert summary.flops == ((7 + C) * row + 2 * 7 * C * D if shared else 7 * C * row)


def test_errors_of_construction():
    name = "GaussianClassConditional"
    for arguments, options, message in (
        ((0, 2), {}, "in_features expected at least 1, got 0"),
        ((3, 1), {}, "classes expected at least 2, got 1"),
        ((3, 2, "tied"), {}, "covariance expected 'full' or 'diagonal', got 'tied'"),
        ((3, 2), {"eps": 0.0}, "eps expected from 1e-12 to 1, got 0.0"),
        ((3, 2), {"eps": 1.5}, "eps expected from 1e-12 to 1, got 1.5"),
        ((3, 2), {"eps": float("nan")}, "eps expected from 1e-12 to 1, got nan"),
    ):
        check_error(ValueError, f"{name}: {message}", lambda a=arguments, o=options: GaussianClassConditional(*a, **o))


X, Y = np.arange(8.0).reshape(4, 2), np.array([0, 1, 0, 1])


@pytest.mark.parametrize(
    ("x", "y", "prior", "message"),
    [
        (X[:, :1], Y, None, "x expected shape (N, 2) with N > 0, got (4, 1)"),
        (X[:0], Y[:0], None, "x expected shape (N, 2) with N > 0, got (0, 2)"),
        (X[0], Y, None, "x expected shape (N, 2) with N > 0, got (2,)"),
        (X, Y[:3], None, "y expected shape (4,), got (3,)"),
        (X, Y.astype(float), None, "y expected integers, got dlcore.float64"),
        (X, Y + 1, None, "y expected classes from 0 to 1, got 1 to 2"),
        (X, Y - 1, None, "y expected classes from 0 to 1, got -1 to 0"),
        (X, 0 * Y, None, "y expected each class at least once, got none of class 1"),
        (X * np.nan, Y, None, "x expected to be finite"),
        (X, Y, [0.5, 0.6], "prior expected 2 positive numbers of sum 1, got [0.5, 0.6]"),
        (X, Y, [0.0, 1.0], "prior expected 2 positive numbers of sum 1, got [0.0, 1.0]"),
        (X, Y, "uniform", "prior expected 2 positive numbers of sum 1, got 'uniform'"),
        (X, Y, [0.2, 0.3, 0.5], "prior expected 2 positive numbers of sum 1, got [0.2, 0.3, 0.5]"),
    ],
)
def test_errors_of_fit_come_before_any_change(x, y, prior, message):
    model = GaussianClassConditional(2, 2)
    before = [parameter.detach().numpy().copy() for parameter in model.parameters()]
    check_error(ValueError, f"GaussianClassConditional.fit: {message}", lambda: model.fit(x, y, prior))
    for parameter, values in zip(model.parameters(), before, strict=True):
        np.testing.assert_array_equal(parameter.detach().numpy(), values)


def test_errors_of_use():
    model = GaussianClassConditional(2, 2)
    message = "GaussianClassConditional: input expected shape (..., 2), got (4, 3)"
    check_error(ValueError, message, lambda: model(dl.zeros(4, 3)))
    message = "expected shared=True; boundaries of own covariances are quadratic"
    check_error(ValueError, f"GaussianClassConditional.to_linear: {message}", model.to_linear)
