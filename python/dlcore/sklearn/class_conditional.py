"""Models of each class as classifiers: discriminant analysis and naive Bayes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from .._core import dtype as DType
from .._core import float32, float64, log_softmax
from ..probabilistic import BernoulliClassConditional, ClassConditional, GaussianClassConditional
from ..probabilistic.class_conditional import as_chances
from .module_estimator import ModuleClassifier


class _ClassConditionalClassifier(ModuleClassifier):
    """Fit a model of each class; a subclass builds it."""

    priors: Sequence[float] | None

    def fit(self, X: Any, y: Any) -> Self:
        """Fit rows of features X (samples, features) and their labels y (samples,)."""
        name = type(self).__name__
        with self._as_before_on_failure():
            X, numbers = self._samples(X, y)
            classes = len(self.classes_)
            if classes < 2:
                raise ValueError(f"{name}: y expected two classes or more, got {classes} class")
            priors = None if self.priors is None else as_chances(f"{name}: priors", self.priors, classes).tolist()
            self._dtype = X.dtype
            module = self._build(X.shape[1], classes, float32 if X.dtype == np.float32 else float64)
            self.module_ = module.fit(self._features(X), numbers, priors).eval()
        return self

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Return the logarithms of `predict_proba`, which do not underflow."""
        return log_softmax(self._outputs(X), 1).numpy()

    def _build(self, features: int, classes: int, dtype: DType) -> ClassConditional:
        raise NotImplementedError


class GaussianClassifier(_ClassConditionalClassifier):
    """Tell classes apart by a Gaussian for each, by maximum likelihood.

    Everything is computed in the dtype that X has in `fit`, float32 or float64; the fit itself in float64.

    Args:
        covariance: "full" or "diagonal" (naive Bayes).
        shared: whether all classes have the same, which makes boundaries linear.
        priors: probability of each class, in the order of sorted labels; how often they occur, if left out.
        eps: the least variance, see `dlcore.probabilistic.GaussianClassConditional`.

    Attributes:
        classes_: the labels.
        module_: the model, a GaussianClassConditional.

    Example:
        >>> import numpy as np
        >>> from dlcore.sklearn import GaussianClassifier
        >>> X = np.random.default_rng(0).standard_normal((200, 2))
        >>> y = np.where(X[:, 0] > X[:, 1], "below", "above")
        >>> GaussianClassifier(shared=True).fit(X, y).predict([[2.0, 1.0]]).tolist()
        ['below']
    """

    def __init__(
        self,
        covariance: str = "full",
        *,
        shared: bool = False,
        priors: Sequence[float] | None = None,
        eps: float = 1e-8,
    ) -> None:
        self.covariance = covariance
        self.shared = shared
        self.priors = priors
        self.eps = eps

    def _build(self, features: int, classes: int, dtype: DType) -> GaussianClassConditional:
        return GaussianClassConditional(
            features, classes, self.covariance, shared=self.shared, eps=self.eps, dtype=dtype
        )


class BernoulliClassifier(_ClassConditionalClassifier):
    """Tell classes apart by how often each has a feature (naive Bayes).

    Args:
        alpha: the pseudo-count, see `dlcore.probabilistic.BernoulliClassConditional`.
        binarize: a feature counts as there where it is above this; None where X is zeros and ones already.
        priors: as of GaussianClassifier.
        eps: the least probability.

    Attributes:
        classes_: the labels.
        module_: the model, a BernoulliClassConditional.

    Example:
        >>> from dlcore.sklearn import BernoulliClassifier
        >>> X, y = [[1, 1, 0], [1, 0, 0], [0, 1, 1], [0, 0, 1]], ["ham", "ham", "spam", "spam"]
        >>> BernoulliClassifier().fit(X, y).predict([[0, 1, 1]]).tolist()
        ['spam']
    """

    def __init__(
        self,
        alpha: float = 1.0,
        *,
        binarize: float | None = 0.0,
        priors: Sequence[float] | None = None,
        eps: float = 1e-6,
    ) -> None:
        self.alpha = alpha
        self.binarize = binarize
        self.priors = priors
        self.eps = eps

    def _build(self, features: int, classes: int, dtype: DType) -> BernoulliClassConditional:
        return BernoulliClassConditional(features, classes, self.alpha, eps=self.eps, dtype=dtype)

    def _features(self, X: np.ndarray) -> np.ndarray:
        return X if self.binarize is None else np.greater(X, self.binarize).astype(X.dtype)
