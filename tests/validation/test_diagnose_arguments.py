"""What `diagnose` is asked for: targets, directions, and what makes no sense."""

import math
import re

import dlcore as dl
import numpy as np
import pytest
import situations
from dlcore import nn
from dlcore.train import Accuracy
from dlcore.validation import Recipe
from dlcore.validation.constant_answer import constant_answer_loss
from dlcore.validation.samples import as_dataset
from situations import FAST, diagnosed

pytest.importorskip("sklearn")


def test_the_best_constant_answer():
    y = dl.tensor([0, 0, 0, 1, 1, 2])
    recipe = Recipe(lambda: nn.Linear(2, 3), nn.CrossEntropyLoss())
    p = np.array([3, 2, 1]) / 6
    data = as_dataset("test", (dl.zeros(6, 2), y))
    assert constant_answer_loss(recipe, data) == pytest.approx(-(p * np.log(p)).sum(), rel=1e-5)
    far = 1000 + 50 * dl.randn(40, 1)
    recipe = Recipe(lambda: nn.Linear(2, 1), nn.MSELoss())
    data = as_dataset("test", (dl.zeros(40, 2), far))
    assert constant_answer_loss(recipe, data) == pytest.approx(far.numpy().astype(float).var(), rel=1e-4)


def test_without_a_target_a_tenth_of_the_best_constant_answer_is_good():
    found = diagnosed(situations.done() | {"target": None})
    assert found.measure.target == pytest.approx(0.1 * found.constant_loss)
    assert found.constant_loss == pytest.approx(math.log(2), abs=0.03)
    assert f"a tenth of {found.constant_loss:.4g}, the loss of the best constant answer" in str(found)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"size": 0}, ValueError, "size expected an integer >= 1, or sizes around it, got 0"),
        ({"family": {"a": nn.Identity}, "size": "b"}, ValueError, "size expected one of a, got 'b'"),
        (
            {"metric": Accuracy(), "target": None},
            ValueError,
            "target expected a number where Accuracy decides, got None",
        ),
        ({"target": math.nan}, ValueError, "target expected a finite number, got nan"),
        ({"mode": "least"}, ValueError, "mode expected 'min' or 'max', got 'least'"),
        ({"validation": 1.0}, ValueError, "validation expected data or a share in (0, 1), got 1.0"),
        ({"epochs": 0}, ValueError, "epochs expected an integer >= 1, got 0"),
        ({"seeds": 0}, ValueError, "seeds expected an integer >= 1, got 0"),
        (
            {"test": dl.zeros(3, 2)},
            TypeError,
            "data expected a tuple of arrays or tensors, or a data set with a length, got Tensor",
        ),
    ],
)
def test_errors(options, error, message):
    with pytest.raises(error, match=f"^diagnose: {re.escape(message)}$"):
        diagnosed(situations.done(), **options)


def test_a_target_is_needed_where_losses_have_no_least_value():
    def gain(y, target):
        return y.square().mean() - 1

    with pytest.raises(ValueError, match=r"^diagnose: target expected a number, as a constant answer has loss -1\.0"):
        diagnosed(situations.done(), loss_fn=gain, target=None)


def test_a_target_is_needed_where_outputs_are_not_one_tensor():
    class Two(nn.Linear):
        def forward(self, x):
            return super().forward(x), x

    message = "diagnose: target expected a number for a model that gives tuple, got None"
    with pytest.raises(TypeError, match=f"^{message}$"):
        diagnosed(situations.done(), family=lambda size: Two(2, 2), target=None, optimizer=FAST)
