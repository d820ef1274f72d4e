"""How good a model is on samples it has not seen, which model to choose, and what is wrong where it is bad."""

from .cross_validation import cross_validate
from .cross_validation_result import CrossValidation
from .recipe import Recipe
from .splits import Split, train_val_test_split

__all__ = ["CrossValidation", "Recipe", "Split", "cross_validate", "train_val_test_split"]
