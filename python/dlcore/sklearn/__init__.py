"""Networks as estimators of scikit-learn: in pipelines, cross-validation and searches for parameters.

Needs the package scikit-learn: `pip install 'dlcore[sklearn]'`.
"""

try:
    import sklearn as _sklearn  # noqa: F401
except ImportError:
    raise ImportError("dlcore.sklearn: expected the package scikit-learn; pip install 'dlcore[sklearn]'") from None

from .classifier import NetClassifier
from .regressor import NetRegressor

__all__ = ["NetClassifier", "NetRegressor"]
