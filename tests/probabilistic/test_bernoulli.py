"""Classes of coins against their formulas."""

import dlcore as dl
import numpy as np
import pytest
from check import check_error
from dlcore import nn
from dlcore.nn import functional as F
from dlcore.probabilistic import BernoulliClassConditional, ClassConditional
from layers import check_layer
from reference import class_conditional as reference

N, D, C = 80, 5, 3
RNG = np.random.default_rng(0)
Y = RNG.permutation(np.repeat(np.arange(C), [20, 25, 35]))
X = (RNG.random((N, D)) < RNG.uniform(0.2, 0.8, (C, D))[Y]).astype(float)


@pytest.mark.parametrize(("features", "classes"), [(1, 2), (17, 4)])
def test_values_and_gradients_of_every_order(features, classes):
    def expected(x, log_odds, log_prior):
        log_likelihood = reference.bernoulli_log_likelihood(x, 1 / (1 + np.exp(-log_odds)))
        return reference.joint(log_likelihood, log_prior)

    layer = BernoulliClassConditional(features, classes)
    check_layer(layer, expected, (5, features), ("log_odds", "log_prior"))


@pytest.mark.parametrize("alpha", [0, 0.5, 1, 20])
def test_fit_gives_the_formulas(alpha):
    model = BernoulliClassConditional(D, C, alpha, dtype=dl.float64).fit(dl.tensor(X), dl.tensor(Y))
    ones, counts = np.stack([X[c == Y].sum(0) for c in range(C)]), np.bincount(Y)
    chances = (ones + alpha) / (counts[:, None] + 2 * alpha)
    np.testing.assert_allclose(model.log_odds.sigmoid().detach().numpy(), chances, rtol=1e-12)
    expected = reference.joint(reference.bernoulli_log_likelihood(X, chances), np.log(counts / N))
    points = dl.tensor(X)
    np.testing.assert_allclose(model(points).detach().numpy(), expected, rtol=1e-12)
    np.testing.assert_allclose(model.posterior(points).detach().numpy(), reference.posterior(expected), atol=1e-12)
    assert model.floored == (0,) * C
    layer = model.to_linear()
    assert isinstance(layer, nn.Linear)
    np.testing.assert_allclose(layer(points).softmax(1).detach().numpy(), reference.posterior(expected), atol=1e-12)


def test_without_pseudo_counts_the_gradient_of_the_likelihood_is_zero():
    model = BernoulliClassConditional(D, C, alpha=0, dtype=dl.float64)
    x, y = dl.tensor(X), dl.tensor(Y)
    F.nll_loss(model(x), y).backward()
    assert min(np.abs(parameter.grad.numpy()).max() for parameter in model.parameters()) > 1e-2
    model.fit(x, y).zero_grad()
    F.nll_loss(model(x), y).backward()
    for parameter in model.parameters():
        np.testing.assert_allclose(parameter.grad.numpy(), 0, atol=1e-12)


def test_two_classes_make_one_sigmoid():
    x, y = X[Y < 2], Y[Y < 2]
    model = BernoulliClassConditional(D, 2, dtype=dl.float64).fit(x, y, prior=[0.9, 0.1])
    layer = model.to_linear()
    assert tuple(layer.weight.shape) == (1, D)
    posterior = model.posterior(dl.tensor(x)).detach().numpy()
    np.testing.assert_allclose(layer(dl.tensor(x)).sigmoid().detach().numpy()[:, 0], posterior[:, 1], atol=1e-12)


def test_certainty_has_a_bound():
    x = np.array([[1, 0, 1], [1, 0, 0], [0, 0, 1], [0, 0, 1]])
    y = np.array([0, 0, 1, 1])
    model = BernoulliClassConditional(3, 2, alpha=0, eps=1e-3, dtype=dl.float64)
    with pytest.warns(RuntimeWarning, match="probabilities") as caught:
        model.fit(x, y)
    assert str(caught[0].message) == (
        "BernoulliClassConditional.fit: 5 probabilities were nearer to 0 or 1 than eps = 0.001, "
        "and kept that far away; a larger alpha does so by a prior"
    )
    assert model.floored == (2, 3)
    chances = model.log_odds.sigmoid().detach().numpy()
    np.testing.assert_allclose(chances, [[0.999, 0.001, 0.5], [0.001, 0.001, 0.999]], rtol=1e-12)
    # What both classes were sure of not to see says nothing, rather than 0 / 0.
    posterior = model.posterior(dl.tensor([0.0, 1.0, 1.0]).double()).detach().numpy()
    np.testing.assert_allclose(posterior, reference.posterior(np.log([0.001 * 0.5, 0.999 * 0.999])), rtol=1e-12)


def test_starts_as_fair_coins():
    model = BernoulliClassConditional(D, C, 0.5)
    np.testing.assert_allclose(model.log_likelihood(dl.ones(2, D)).detach().numpy(), D * np.log(0.5), rtol=1e-6)
    assert repr(model) == "BernoulliClassConditional(in_features=5, classes=3, alpha=0.5)"
    assert list(model.state_dict()) == ["log_prior", "log_odds"]
    assert nn.summary(model, dl.zeros(7, D)).flops == 2 * 7 * C * D


def test_errors():
    name = "BernoulliClassConditional"
    for arguments, options, message in (
        ((3, 2, -1), {}, "alpha expected a number >= 0, got -1"),
        ((3, 2, float("inf")), {}, "alpha expected a number >= 0, got inf"),
        ((3, 2), {"eps": 0.6}, "eps expected from 1e-12 to 0.5, got 0.6"),
    ):
        check_error(ValueError, f"{name}: {message}", lambda a=arguments, o=options: BernoulliClassConditional(*a, **o))
    model = BernoulliClassConditional(2, 2)
    message = f"{name}.fit: x expected zeros and ones"
    check_error(ValueError, message, lambda: model.fit([[0.0, 0.5], [1.0, 0.0]], [0, 1]))
    message = f"{name}: input expected shape (..., 2), got (4, 3)"
    check_error(ValueError, message, lambda: model(dl.zeros(4, 3)))


def test_the_base_says_what_is_missing():
    class Nothing(ClassConditional):
        eps = 0.1

    model = Nothing(2, 2)
    check_error(NotImplementedError, "Nothing: log_likelihood is not defined", lambda: model(dl.zeros(2)))
    check_error(NotImplementedError, "Nothing: fit is not defined", lambda: model.fit([[0, 1], [1, 0]], [0, 1]))
    check_error(NotImplementedError, "Nothing: to_linear is not defined", model.to_linear)
