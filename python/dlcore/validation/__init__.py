"""How good a model is on samples it has not seen, which model to choose, and what is wrong where it is bad."""

from .array_dataset import ArrayDataset
from .cross_validation import cross_validate
from .cross_validation_result import CrossValidation
from .diagnose import diagnose
from .diagnosis import Diagnosis, Step, Verdict
from .gaps import Gap, Part
from .measure import Measure
from .recipe import Recipe
from .splits import Split, train_val_test_split
from .trials import Trial
from .two_sample import TwoSampleTest, two_sample_test

__all__ = [
    "ArrayDataset",
    "CrossValidation",
    "Diagnosis",
    "Gap",
    "Measure",
    "Part",
    "Recipe",
    "Split",
    "Step",
    "Trial",
    "TwoSampleTest",
    "Verdict",
    "cross_validate",
    "diagnose",
    "train_val_test_split",
    "two_sample_test",
]
