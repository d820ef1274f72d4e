"""Models of classes as estimators, and beside scikit-learn's own."""

import pickle

import dlcore as dl
import numpy as np
import pytest
from check import check_error
from dlcore.sklearn import BernoulliClassifier, GaussianClassifier
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.model_selection import cross_val_score
from sklearn.naive_bayes import BernoulliNB, GaussianNB
from sklearn.utils.estimator_checks import parametrize_with_checks

SETS = pytest.mark.parametrize("load", [load_iris, load_wine])


@parametrize_with_checks(
    [
        GaussianClassifier(),
        GaussianClassifier(shared=True),
        GaussianClassifier("diagonal"),
        GaussianClassifier("diagonal", shared=True, eps=1e-3),
        BernoulliClassifier(),
        BernoulliClassifier(alpha=0, eps=1e-3),
    ]
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@pytest.mark.filterwarnings("ignore:(Gaussian|Bernoulli)ClassConditional.fit:RuntimeWarning")  # checks fit few samples
def test_checks_of_scikit_learn(estimator, check):
    check(estimator)


@SETS
@pytest.mark.parametrize("solver", ["lsqr", "eigen"])
def test_shared_covariance_is_linear_discriminant_analysis(load, solver):
    x, y = load(return_X_y=True)
    expected = LinearDiscriminantAnalysis(solver=solver).fit(x, y).predict_proba(x)
    np.testing.assert_allclose(GaussianClassifier(shared=True).fit(x, y).predict_proba(x), expected, atol=1e-6)


def same_divisor(ours, theirs, counts):
    """Give our covariances the divisor of theirs: n since scikit-learn 1.9, n - 1 before."""
    variances = np.stack([np.diag(matrix) for matrix in theirs.covariance_])
    ratios = (variances / ours.module_.covariance.diagonal(dim1=1, dim2=2).detach().numpy()).mean(1)
    assert np.allclose(ratios, 1) or np.allclose(ratios, counts / (counts - 1))
    with dl.no_grad():
        ours.module_.scale_tril.mul_(dl.tensor(ratios.reshape(-1, 1, 1)).sqrt())
    return ours


@SETS
@pytest.mark.parametrize("priors", [None, [0.6, 0.3, 0.1]])
def test_own_covariances_are_quadratic_discriminant_analysis(load, priors):
    x, y = load(return_X_y=True)
    theirs = QuadraticDiscriminantAnalysis(priors=priors, store_covariance=True).fit(x, y)
    ours = same_divisor(GaussianClassifier(priors=priors).fit(x, y), theirs, np.bincount(y))
    np.testing.assert_allclose(ours.predict_proba(x), theirs.predict_proba(x), atol=1e-6)
    np.testing.assert_array_equal(ours.predict(x), theirs.predict(x))


@SETS
@pytest.mark.parametrize("priors", [None, [0.6, 0.3, 0.1]])
def test_diagonal_covariances_are_gaussian_naive_bayes(load, priors):
    x, y = load(return_X_y=True)
    theirs = GaussianNB(priors=priors, var_smoothing=0).fit(x, y)
    ours = GaussianClassifier("diagonal", priors=priors).fit(x, y)
    np.testing.assert_allclose(ours.predict_proba(x), theirs.predict_proba(x), atol=1e-6)
    np.testing.assert_allclose(ours.predict_log_proba(x), theirs.predict_log_proba(x), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("alpha", [0.5, 1.0, 10.0])
def test_bernoulli_naive_bayes(alpha):
    x, y = load_breast_cancer(return_X_y=True)
    x = x - np.median(x, 0)
    theirs = BernoulliNB(alpha=alpha).fit(x, y)
    ours = BernoulliClassifier(alpha).fit(x, y)
    np.testing.assert_allclose(ours.predict_log_proba(x), theirs.predict_log_proba(x), rtol=1e-9, atol=1e-9)


def test_labels_scores_and_pickles():
    data = load_iris()
    labels = data.target_names[data.target]
    model = GaussianClassifier(shared=True)
    assert cross_val_score(model, data.data, labels).mean() > 0.97
    assert list(model.fit(data.data, labels).classes_) == sorted(set(labels))
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(data.data), model.predict_proba(data.data))
    narrow = GaussianClassifier(shared=True).fit(data.data.astype(np.float32), labels)
    assert narrow.predict_proba(data.data).dtype == np.float32
    np.testing.assert_allclose(narrow.predict_proba(data.data), model.predict_proba(data.data), atol=1e-3)


def test_one_class_is_refused():
    for model in (GaussianClassifier(), BernoulliClassifier()):
        message = f"{type(model).__name__}: y expected two classes or more, got 1 class"
        check_error(ValueError, message, lambda m=model: m.fit(np.eye(4), ["same"] * 4))
