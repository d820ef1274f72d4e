"""Modules behind the interface of scikit-learn: what all estimators share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from .. import nn
from .._core import Tensor, cat, softmax, tensor
from ..autograd import no_grad

_ROWS_AT_ONCE = 4096  # in prediction, so that memory does not grow with the data


class ModuleEstimator(BaseEstimator):
    """Compute outputs by `module_`, which `fit` sets, in the dtype `_dtype` that X had there."""

    module_: nn.Module
    _dtype: np.dtype

    @contextmanager
    def _as_before_on_failure(self) -> Iterator[None]:
        """Take back all that was set where the block fails: attributes of two fits would answer wrongly together."""
        before = dict(vars(self))
        try:
            yield
        except BaseException:
            vars(self).clear()
            vars(self).update(before)
            raise

    def _outputs(self, X: Any) -> Tensor:
        """Return the module's outputs for rows of features."""
        check_is_fitted(self)
        x = tensor(self._features(validate_data(self, X, dtype=self._dtype, reset=False)))
        with no_grad():
            return cat([self.module_(rows) for rows in x.split(_ROWS_AT_ONCE)])

    def _features(self, X: np.ndarray) -> np.ndarray:
        """Return what the module takes for rows X."""
        return X


class ModuleClassifier(ClassifierMixin, ModuleEstimator):
    """Tell classes apart by outputs whose softmax are the probabilities."""

    classes_: np.ndarray

    def _samples(self, X: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
        """Check samples, keep their labels in `classes_`, and return X and the numbers of the labels, int64."""
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32])
        y = column_or_1d(y, warn=True)
        check_classification_targets(y)
        self.classes_, numbers = np.unique(y, return_inverse=True)
        return X, numbers.astype(np.int64)

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class, in the order of `classes_`, of shape (samples, classes)."""
        return softmax(self._outputs(X), 1).numpy()

    def predict(self, X: Any) -> np.ndarray:
        """Return the most probable label of each row."""
        numbers = self._outputs(X).argmax(1).numpy()
        return self.classes_[numbers]
