"""Logistic regression, the perceptron and the linear support vector machine: one layer, three losses.

With two scores, f = s_1 - s_0 and y = 1 or -1, `cross_entropy` is log(1 + exp(-y f)), and `multi_margin_loss` half of
max(0, margin - y f): the perceptron's loss with margin 0, the hinge with margin 1.
"""

import dlcore as dl
import numpy as np
import pytest
from check import check_op
from dlcore import nn
from dlcore.nn import functional as F
from samples import distinct
from sklearn import linear_model, svm

N, D = 60, 3


def samples(gap):
    """Return rows and classes that a plane tells apart with room `gap` on either side, or not at all if negative."""
    rng = np.random.default_rng(0)
    y = rng.permutation(np.repeat([0, 1], N // 2))
    x = rng.standard_normal((N, D))
    normal = np.array([2.0, -1.0, 2.0]) / 3
    along = x @ normal
    return x + np.outer((2 * y - 1) * (np.abs(along) + gap) - along, normal), y


@pytest.mark.parametrize(
    ("loss", "of_margin"),
    [
        (F.cross_entropy, lambda m: np.log1p(np.exp(-m))),
        (lambda s, y: 2 * F.multi_margin_loss(s, y, margin=0.0), lambda m: np.maximum(0, -m)),
        (lambda s, y: 2 * F.multi_margin_loss(s, y), lambda m: np.maximum(0, 1 - m)),
    ],
    ids=["logistic", "perceptron", "hinge"],
)
def test_losses_are_functions_of_the_margin(loss, of_margin):
    y = np.arange(10) % 2

    def expected(f):
        return of_margin((2 * y - 1) * f).mean()

    check_op(lambda f: loss(dl.stack([f * 0, f], 1), dl.tensor(y)), expected, distinct((10,)), layouts=())


def descend(x, y, loss, weight_decay=0.0, steps=4000, lr=0.5):
    """Train a layer of two scores by gradient descent from zero; return the layer's w and b of f."""
    layer = nn.Linear(D, 2, dtype=dl.float64)
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)
    groups = [{"params": [layer.weight], "weight_decay": weight_decay}, {"params": [layer.bias]}]
    optimizer = dl.optim.SGD(groups, lr=lr)
    falling = dl.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, steps)
    x, y = dl.tensor(x), dl.tensor(y)
    for _ in range(steps):
        value = loss(layer(x), y)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        falling.step()
    weight, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()
    return weight[1] - weight[0], bias[1] - bias[0]


def test_logistic_regression_by_descent_is_that_of_scikit_learn():
    x, y = samples(gap=-0.6)
    w, b = descend(x, y, F.cross_entropy)
    expected = linear_model.LogisticRegression(C=np.inf, tol=1e-10).fit(x, y)
    np.testing.assert_allclose(w, expected.coef_[0], rtol=1e-4)
    np.testing.assert_allclose(b, expected.intercept_[0], rtol=1e-4, atol=1e-4)


def test_the_hinge_with_weight_decay_is_the_linear_support_vector_machine():
    x, y = samples(gap=-0.3)
    decay = 0.02
    w, b = descend(x, y, F.multi_margin_loss, decay)

    # Two rows of weights w/2 and -w/2 are decayed: the mean of hinges / 2 + decay |w|^2 / 4, or sums and |w|^2 / 2
    # with C = 1 / (N decay).
    expected = svm.SVC(C=1 / (N * decay), kernel="linear", tol=1e-8).fit(x, y)

    def objective(w, b):
        return np.maximum(0, 1 - (2 * y - 1) * (x @ w + b)).mean() / 2 + decay * w @ w / 4

    best = objective(expected.coef_[0], expected.intercept_[0])
    assert best - 1e-9 <= objective(w, b) <= 1.001 * best
    np.testing.assert_allclose(w, expected.coef_[0], atol=0.02)


def test_the_perceptron_learns_from_its_mistakes_alone_and_stops():
    x, y = samples(gap=0.3)
    layer = nn.Linear(D, 2, dtype=dl.float64)
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)
    optimizer = dl.optim.SGD(layer.parameters(), lr=1.0)
    w, b, mistakes = np.zeros(D), 0.0, 0
    for _ in range(50):
        wrong = 0
        for row, kind in zip(x, y, strict=True):
            loss = F.multi_margin_loss(layer(dl.tensor(row)), dl.tensor(kind), margin=1e-12)  # a tie is a mistake
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            sign = 2 * kind - 1
            if sign * (w @ row + b) <= 0:  # Rosenblatt's rule
                w, b, wrong = w + sign * row, b + sign, wrong + 1
        weight, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()
        np.testing.assert_allclose(weight[1] - weight[0], w, atol=1e-9)
        np.testing.assert_allclose(bias[1] - bias[0], b, atol=1e-9)
        mistakes += wrong
        if not wrong:
            break
    assert wrong == 0
    # Novikoff's bound: (R / gap)^2 of rows with a one for the bias.
    assert mistakes <= (np.square(x).sum(1).max() + 1) / 0.3**2
