"""Networks and models of classes as estimators of scikit-learn: in pipelines, cross-validation and searches.

Needs the package scikit-learn: `pip install 'dlcore[sklearn]'`.
"""

try:
    import sklearn as _sklearn  # noqa: F401
except ImportError:
    raise ImportError("dlcore.sklearn: expected the package scikit-learn; pip install 'dlcore[sklearn]'") from None

from .class_conditional import BernoulliClassifier, GaussianClassifier
from .classifier import NetClassifier
from .regressor import NetRegressor

__all__ = ["BernoulliClassifier", "GaussianClassifier", "NetClassifier", "NetRegressor"]
