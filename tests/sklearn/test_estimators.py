"""Networks among the estimators of scikit-learn."""

import functools
import os
import pickle
import re
import signal

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn
from dlcore.sklearn import BernoulliClassifier, GaussianClassifier, NetClassifier, NetRegressor
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

BOTH = pytest.mark.parametrize("make", [NetClassifier, NetRegressor])
RNG = np.random.default_rng(0)
X = RNG.standard_normal((90, 3))
Y = (X[:, 0] > X[:, 1]).astype(int) + (X[:, 2] > 1)


@parametrize_with_checks(
    [
        NetClassifier(random_state=0),
        NetRegressor(random_state=0),
        NetClassifier((), epochs=200, lr=0.02, early_stopping=True),
        NetRegressor((16,), lr=0.01, optimizer=functools.partial(dl.optim.SGD, momentum=0.9), batch_size=8),
    ]
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
def test_checks_of_scikit_learn(estimator, check):
    check(estimator)


def test_iris():
    data = load_iris()
    scores = cross_val_score(
        make_pipeline(StandardScaler(), NetClassifier((16,), epochs=60, lr=0.01, random_state=0)),
        *load_iris(return_X_y=True),
    )
    assert len(data.target_names) == 3
    assert scores.mean() > 0.93


def test_diabetes_as_well_as_a_linear_model():
    x, y = load_diabetes(return_X_y=True)
    net = make_pipeline(StandardScaler(), NetRegressor((), epochs=60, lr=0.02, random_state=0))
    assert cross_val_score(net, x, (y - y.mean()) / y.std()).mean() > 0.45


def test_a_search_over_parameters_and_processes():
    search = GridSearchCV(
        NetClassifier(epochs=5, random_state=0), {"lr": [1e-5, 0.03], "hidden_sizes": [(4,), (8, 4)]}, cv=2
    ).fit(X, Y)
    assert search.best_params_["lr"] == 0.03


@BOTH
def test_the_same_seed_gives_the_same_bits(make):
    def predicted(seed):
        return make((8,), epochs=3, early_stopping=True, random_state=seed).fit(X, Y).predict(X)

    state = dl.get_rng_state().tolist()
    first = predicted(1)
    np.testing.assert_array_equal(predicted(1), first)
    np.testing.assert_array_equal(predicted(np.random.RandomState(1)), first)  # what scikit-learn takes
    assert (predicted(2) != first).any()
    assert dl.get_rng_state().tolist() == state, "the default generator is as it was"


def test_probabilities_are_the_softmax_of_the_network():
    net = NetClassifier(module=lambda inputs, classes: nn.Linear(inputs, classes), epochs=3, random_state=0).fit(X, Y)
    weight, bias = (p.detach().numpy() for p in net.module_.parameters())
    logits = X @ weight.T + bias
    expected = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    np.testing.assert_allclose(net.predict_proba(X), expected, rtol=1e-12)
    np.testing.assert_array_equal(net.predict(X), expected.argmax(1))


def test_labels_may_be_anything():
    labels = np.array(["b", "a", "c"])[Y]
    net = NetClassifier((8,), epochs=60, lr=0.02, random_state=0).fit(X, labels)
    assert net.classes_.tolist() == ["a", "b", "c"]
    assert (net.predict(X) == labels).mean() > 0.9
    other = NetClassifier((8,), epochs=60, lr=0.02, random_state=0).fit(X, labels.astype(object))
    np.testing.assert_array_equal(other.predict(X), net.predict(X))


@BOTH
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_dtype_of_x_is_that_of_the_network(make, dtype):
    net = make((4,), epochs=1).fit(X.astype(dtype), Y)
    assert str(next(net.module_.parameters()).dtype) == f"dlcore.{dtype}"
    outputs = net.predict_proba(X.astype(dtype)) if make is NetClassifier else net.predict(X.astype(dtype))
    assert outputs.dtype == dtype


@pytest.mark.parametrize("shape", [(90,), (90, 1), (90, 2)])
def test_targets_of_several_numbers(shape):
    y = np.resize(X @ [1.0, 2.0, 3.0], shape)
    net = NetRegressor((8,), epochs=2, random_state=0).fit(X, y)
    assert net.predict(X).shape == shape


def test_more_rows_than_are_computed_at_once():
    net = NetClassifier((4,), epochs=1, random_state=0).fit(X, Y)
    many = np.tile(X, (100, 1))
    np.testing.assert_allclose(net.predict_proba(many)[-90:], net.predict_proba(X), rtol=1e-12)


def test_early_stopping_keeps_the_best():
    noise = RNG.integers(0, 2, 90)
    net = NetClassifier((64,), epochs=500, lr=0.02, early_stopping=True, patience=3, random_state=0).fit(X, noise)
    assert net.n_iter_ < 500
    losses = [entry["val_loss"] for entry in net.history_]
    assert losses.index(min(losses)) == net.n_iter_ - 1 - 3


@BOTH
def test_a_fitted_one_goes_through_pickle_and_an_unfitted_one_through_clone(make):
    net = make((4,), epochs=1, random_state=0).fit(X, Y)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(net)).predict(X), net.predict(X))
    assert clone(net).get_params() == net.get_params()


@BOTH
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": -1}, "epochs expected an integer >= 0, got -1"),
        ({"batch_size": 0}, "batch_size expected an integer >= 1, got 0"),
        ({"batch_size": 1.5}, "batch_size expected an integer >= 1, got 1.5"),
        ({"patience": True}, "patience expected an integer >= 1, got True"),
        ({"validation_fraction": 1.0}, r"validation_fraction expected a number in (0, 1), got 1.0"),
        ({"optimizer": "newton"}, "optimizer expected 'adam', 'sgd' or a callable, got 'newton'"),
        ({"lr": -1.0}, None),
    ],
)
def test_options_that_cannot_be(make, options, message):
    message = "Adam: lr expected a finite number >= 0, got -1.0" if message is None else f"{make.__name__}: {message}"
    with pytest.raises(ValueError, match=re.escape(message)):
        make(**options).fit(X, Y)


@pytest.mark.parametrize(
    ("estimator", "bad"),
    [
        (NetClassifier((4,), epochs=2, random_state=0), {"lr": -1.0}),
        (NetRegressor((4,), epochs=2, random_state=0), {"lr": -1.0}),
        (GaussianClassifier(), {"priors": [0.1, 0.1]}),
        (BernoulliClassifier(), {"eps": 1.0}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_fit_that_fails_leaves_the_last_one_whole(estimator, bad):
    words = Y if isinstance(estimator, NetRegressor) else np.array(["a", "b", "c"])[Y]
    other = np.stack([Y, Y], 1) if isinstance(estimator, NetRegressor) else np.array(["c", "b", "a"])[Y]
    state = pickle.dumps(estimator.fit(X, words))
    with pytest.raises(ValueError, match=next(iter(bad))):
        clone(estimator).set_params(**bad).fit(X[:, :2], other)  # it is a failure
    with pytest.raises(ValueError, match=next(iter(bad))):
        estimator.set_params(**bad).fit(X[:, :2], other)
    np.testing.assert_array_equal(estimator.predict(X), pickle.loads(state).predict(X))
    assert set(vars(estimator)) == set(vars(pickle.loads(state)))


def test_ctrl_c_is_not_taken_for_an_end():
    class Interrupting(nn.Linear):
        def forward(self, x):
            os.kill(os.getpid(), signal.SIGINT)
            return super().forward(x)

    state = dl.get_rng_state().tolist()
    net = NetClassifier(module=Interrupting, epochs=3)
    with pytest.raises(KeyboardInterrupt):
        net.fit(X, Y)
    assert [name for name in vars(net) if name.endswith("_")] == []
    assert dl.get_rng_state().tolist() == state
