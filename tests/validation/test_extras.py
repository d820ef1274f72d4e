"""What is missing is named, with what to install; and nothing is imported that is not asked for."""

import subprocess
import sys

import dlcore as dl
import numpy as np
import pytest
import situations
from dlcore import nn
from dlcore.validation import CrossValidation, Recipe, cross_validate, diagnose, train_val_test_split, two_sample_test

X = dl.zeros(8, 1)


@pytest.mark.parametrize(
    ("owner", "call"),
    [
        ("cross_validate", lambda: cross_validate({"a": Recipe(lambda: nn.Linear(1, 1), nn.MSELoss())}, (X, X))),
        ("train_val_test_split", lambda: train_val_test_split((X, X))),
        ("two_sample_test", lambda: two_sample_test(X, X)),
        ("diagnose", lambda: diagnose(**situations.done())),
    ],
)
def test_without_scikit_learn(owner, call, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ImportError) as error:
        call()
    assert str(error.value) == f"{owner}: expected the package scikit-learn; pip install 'dlcore[sklearn]'"


def test_without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    scores = {"a": np.array([1.0, 2.0])}
    with pytest.raises(ImportError) as error:
        CrossValidation("loss", "min", scores, scores).plot()
    assert str(error.value) == "CrossValidation: expected the package matplotlib; pip install 'dlcore[analysis]'"


def test_the_package_is_read_late_and_reads_no_other():
    code = (
        "import sys, dlcore; assert 'dlcore.validation' not in sys.modules; dlcore.validation.diagnose; "
        "print([name for name in ('sklearn', 'scipy', 'joblib', 'matplotlib') if name in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
