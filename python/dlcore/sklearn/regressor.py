"""A network that predicts numbers."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.validation import validate_data

from .. import nn
from .net import Net


class NetRegressor(RegressorMixin, Net):
    """Predict one number or several by a network trained by the mean squared error.

    Features and targets should be of about unit size: see `StandardScaler` and `TransformedTargetRegressor`.

    Args:
        hidden_sizes: as of NetClassifier, and all others too; `module` gets the numbers of features and of targets.
        module: see there.
        epochs: see there.
        batch_size: see there.
        optimizer: see there.
        lr: see there.
        early_stopping: see there.
        validation_fraction: see there.
        patience: see there.
        random_state: see there.

    Attributes:
        module_: the network.
        history_: what `dlcore.train.fit` wrote down of each epoch.
        n_iter_: how many epochs there were.

    Example:
        >>> import numpy as np
        >>> from dlcore.sklearn import NetRegressor
        >>> X = np.random.default_rng(0).uniform(-2, 2, (200, 1))
        >>> net = NetRegressor((32, 32), lr=0.01, random_state=0).fit(X, np.sin(X[:, 0]))
        >>> net.score(X, np.sin(X[:, 0])) > 0.99
        True
    """

    def fit(self, X: Any, y: Any) -> Self:
        """Train on rows of features X (samples, features) and targets y (samples,) or (samples, targets)."""
        with self._as_before_on_failure():
            X, y = validate_data(self, X, y, dtype=[np.float64, np.float32], multi_output=True, y_numeric=True)
            self._flat = y.ndim == 1
            targets = y.reshape(len(y), -1).astype(X.dtype)
            self._train(X, targets, targets.shape[1], nn.MSELoss())
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return the targets of each row, of the shape of y in `fit`."""
        outputs = self._outputs(X).numpy()
        return outputs[:, 0] if self._flat else outputs

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
