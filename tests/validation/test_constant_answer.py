"""The loss of the best constant answer against its formulas, in any unit."""

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn
from dlcore.validation.constant_answer import constant_answer_loss
from dlcore.validation.recipe import Recipe
from dlcore.validation.samples import as_dataset

RNG = np.random.default_rng(0)


def best_constant_loss(loss_fn, targets, outputs=1, dtype=dl.float32):
    recipe = Recipe(lambda: nn.Linear(2, outputs, dtype=dtype), loss_fn)
    return constant_answer_loss(recipe, as_dataset("test", (dl.zeros(len(targets), 2, dtype=dtype), targets)))


@pytest.mark.parametrize(
    ("mean", "std"), [(4e-6, 1e-6), (1e-12, 1e-13), (0, 1), (0.01, 10), (1e3, 50), (1e5, 100), (0, 1e-15), (1e12, 1e10)]
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_variance_in_any_unit(mean, std, dtype):
    y = (mean + std * RNG.standard_normal((200, 1))).astype(dtype)
    got = best_constant_loss(nn.MSELoss(), y, dtype=getattr(dl, dtype))
    assert got == pytest.approx(y.astype(float).var(), rel=1e-5, abs=0)


def test_targets_far_from_zero():
    y = 1e9 * np.arange(1, 4) + RNG.standard_normal((200, 3))
    expected = np.abs(y - np.median(y, 0)).mean()  # a billionth of the loss at zero
    assert best_constant_loss(nn.L1Loss(), y, 3, dl.float64) == pytest.approx(expected, rel=1e-6, abs=0)


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e3])
@pytest.mark.parametrize("outputs", [1, 3])
def test_absolute_deviations_from_the_median(size, outputs):
    y = (size * (np.arange(outputs) * 4 + RNG.standard_normal((200, outputs)))).astype(np.float32)
    expected = np.abs(y - np.median(y, 0)).mean()
    assert best_constant_loss(nn.L1Loss(), y, outputs) == pytest.approx(expected, rel=1e-5, abs=0)


@pytest.mark.parametrize("counts", [(3, 2, 1), (10000, 10000, 3), (7,) * 5])
def test_entropy(counts):
    p = np.array(counts) / sum(counts)
    y = np.repeat(np.arange(len(counts)), counts)
    got = best_constant_loss(nn.CrossEntropyLoss(), y, len(counts))
    assert got == pytest.approx(-(p * np.log(p)).sum(), rel=1e-4)


def test_nothing_is_lost_where_all_targets_are_the_same():
    assert best_constant_loss(nn.MSELoss(), np.zeros((5, 1), np.float32)) == 0
    assert best_constant_loss(nn.CrossEntropyLoss(), np.zeros(5, np.int64), 3) < 1e-6


def test_another_output_than_a_tensor():
    class Pair(nn.Module):
        def forward(self, x):
            return x, x

    with pytest.raises(TypeError, match="target expected a number for a model that gives tuple, got None"):
        constant_answer_loss(Recipe(Pair, nn.MSELoss()), as_dataset("test", (dl.zeros(3, 2), dl.zeros(3, 2))))
