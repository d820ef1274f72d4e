"""Models of classes as estimators, and beside scikit-learn's own."""

import pickle

import dlcore as dl
import numpy as np
import pytest
import sklearn
from check import check_error
from dlcore.sklearn import BernoulliClassifier, GaussianClassifier
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.model_selection import cross_val_score
from sklearn.naive_bayes import BernoulliNB, GaussianNB
from sklearn.utils.estimator_checks import parametrize_with_checks
from sklearn.utils.fixes import parse_version

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


PRIORS = pytest.mark.parametrize("priors", [None, [0.6, 0.3, 0.1]])
OLD = parse_version(sklearn.__version__) < parse_version("1.9")  # estimated covariances without bias


def with_covariances(model, covariances):
    """Give a fitted classifier other covariances (C or 1, D, D)."""
    with dl.no_grad():
        model.module_.scale_tril.copy_(dl.linalg.cholesky(dl.tensor(covariances)))
    return model


def covariances_of(model):
    return model.module_.covariance.detach().numpy()


@SETS
@PRIORS
def test_shared_covariance_is_linear_discriminant_analysis(load, priors):
    x, y = load(return_X_y=True)
    theirs = LinearDiscriminantAnalysis(priors=priors).fit(x, y)
    ours = GaussianClassifier(shared=True, priors=priors).fit(x, y)
    if OLD:
        with_covariances(ours, covariances_of(ours) * len(y) / (len(y) - 3))
    np.testing.assert_allclose(ours.predict_proba(x), theirs.predict_proba(x), atol=1e-6)


@SETS
@PRIORS
@pytest.mark.parametrize("solver", ["lsqr", "eigen"])
def test_other_solvers_weigh_the_covariances_of_classes_by_priors(load, priors, solver):
    x, y = load(return_X_y=True)
    theirs = LinearDiscriminantAnalysis(solver=solver, priors=priors).fit(x, y).predict_proba(x)
    ours = GaussianClassifier(shared=True, priors=priors).fit(x, y)
    own = covariances_of(GaussianClassifier().fit(x, y))
    if priors is not None:
        assert abs(ours.predict_proba(x) - theirs).max() > 0.1  # it matters
        with_covariances(ours, np.einsum("c,cij->ij", priors, own)[None])
    np.testing.assert_allclose(ours.predict_proba(x), theirs, atol=1e-6)


@SETS
@PRIORS
def test_own_covariances_are_quadratic_discriminant_analysis(load, priors):
    x, y = load(return_X_y=True)
    theirs = QuadraticDiscriminantAnalysis(priors=priors).fit(x, y)
    ours = GaussianClassifier(priors=priors).fit(x, y)
    if OLD:
        counts = np.bincount(y).reshape(-1, 1, 1)
        with_covariances(ours, covariances_of(ours) * counts / (counts - 1))
    np.testing.assert_allclose(ours.predict_proba(x), theirs.predict_proba(x), atol=1e-6)
    np.testing.assert_array_equal(ours.predict(x), theirs.predict(x))


@SETS
@PRIORS
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


def test_without_a_threshold_features_are_zeros_and_ones():
    x, y = load_breast_cancer(return_X_y=True)
    x = (x > np.median(x, 0)).astype(float)
    theirs = BernoulliNB(binarize=None).fit(x, y).predict_log_proba(x)
    ours = BernoulliClassifier(binarize=None).fit(x, y)
    np.testing.assert_allclose(ours.predict_log_proba(x), theirs, rtol=1e-9, atol=1e-9)
    message = "BernoulliClassConditional.fit: x expected zeros and ones"
    check_error(ValueError, message, lambda: ours.fit(x + 0.5, y))


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


@pytest.mark.parametrize("priors", ["uniform", [0.5, 0.5], [0.2, 0.3, 0.6], {"a": 1}, [0.0, 0.5, 0.5]])
def test_priors_that_are_none(priors):
    x, y = load_iris(return_X_y=True)
    message = f"GaussianClassifier: priors expected 3 positive numbers of sum 1, got {priors!r}"
    check_error(ValueError, message, lambda: GaussianClassifier(priors=priors).fit(x, y))
