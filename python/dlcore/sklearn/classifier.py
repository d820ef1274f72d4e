"""A network that tells classes apart."""

from __future__ import annotations

from typing import Any, Self

from .. import nn
from .module_estimator import ModuleClassifier
from .net import Net


class NetClassifier(ModuleClassifier, Net):
    """Tell classes apart by a network with one output for each, trained by cross entropy.

    Features should be of about unit size: put a `StandardScaler` before it. Everything is computed in the dtype that X
    has in `fit`, float32 or float64. While it trains, the default generator is that of `random_state`: use processes,
    not threads, to train several at once.

    Args:
        hidden_sizes: of the layers between inputs and outputs, which are linear, with ReLU after each.
        module: makes another network instead, of the numbers of features and of classes; its outputs are logits.
        epochs: how often all samples are read.
        batch_size: samples per step.
        optimizer: 'adam', 'sgd', or a callable that takes parameters and `lr`.
        lr: the step size.
        early_stopping: whether to hold out samples, stop where the loss on them gets no better, and keep the best.
        validation_fraction: the share of the samples that is held out then, in (0, 1).
        patience: how many epochs in a row may be no better then.
        random_state: an integer, or what else scikit-learn takes, for the same result again.

    Attributes:
        classes_: the labels.
        module_: the network.
        history_: what `dlcore.train.fit` wrote down of each epoch.
        n_iter_: how many epochs there were.

    Example:
        >>> import numpy as np
        >>> from dlcore.sklearn import NetClassifier
        >>> X = np.random.default_rng(0).standard_normal((200, 2))
        >>> y = np.where(X[:, 0] * X[:, 1] > 0, "same", "different")
        >>> net = NetClassifier((16,), epochs=60, lr=0.01, random_state=0).fit(X, y)
        >>> net.score(X, y) > 0.95
        True
        >>> net.predict([[1.0, 2.0]]).tolist()
        ['same']
    """

    def fit(self, X: Any, y: Any) -> Self:
        """Train on rows of features X (samples, features) and their labels y (samples,)."""
        with self._as_before_on_failure():
            X, numbers = self._samples(X, y)
            self._train(X, numbers, len(self.classes_), nn.CrossEntropyLoss())
        return self
