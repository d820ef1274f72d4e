"""Each verdict in a situation made for it, with its evidence."""

import math
import re

import dlcore as dl
import numpy as np
import pytest
import situations
from dlcore import nn
from dlcore.data import Dataset, TensorDataset
from dlcore.models import MLP
from dlcore.train import Callback
from dlcore.validation import Verdict
from dlcore.validation.diagnose import _compare_inputs
from situations import (
    BAD_HERE,
    BAD_THERE,
    BEYOND_CHANCE,
    GOOD_HERE,
    LARGER,
    MISMATCH,
    SMALLER,
    TRAINING,
    VALIDATION,
    blobs,
    diagnosed,
    questions,
    roles,
)


@pytest.mark.parametrize("seed", [0, 1])
def test_model_bias(seed):
    found = diagnosed(situations.model_bias(), seed=seed)
    assert found.verdict == Verdict.MODEL_BIAS
    assert questions(found) == [BAD_HERE, (TRAINING, False), (LARGER, True)]
    assert found.decisive.name == "curve (larger)"
    assert found.advice[0].startswith("Make the model larger: curve (larger) has a training loss of")


def test_model_bias_by_elimination():
    """Where nothing helps, the inputs do not tell enough: here the targets are noise."""
    x = dl.randn(100, 2)
    y = (dl.rand(100) > 0.5).long()
    found = diagnosed(
        {"family": lambda width: MLP(2, [width, 2]), "size": 4, "train": (x, y), "test": (x, y)},
        loss_fn=nn.CrossEntropyLoss(),
        target=0.01,
        epochs=3,
        optimizers={"SGD": lambda parameters: dl.optim.SGD(parameters, lr=0.1)},
    )
    assert found.verdict == Verdict.MODEL_BIAS
    assert questions(found) == [BAD_HERE, (SMALLER, False), (TRAINING, False), (LARGER, False)]
    assert found.decisive is None
    assert found.advice[0].startswith("More features")
    assert roles(found) == ["asked", "smaller", "optimizer", "optimizer", "larger"]


@pytest.mark.parametrize("seed", [0, 1])
def test_failed_optimization_as_a_smaller_one_trains_better(seed):
    found = diagnosed(situations.failed_optimization(), seed=seed)
    assert found.verdict == Verdict.FAILED_OPTIMIZATION
    assert questions(found) == [BAD_HERE, (SMALLER, True)]
    assert found.decisive.train.mean() < 0.9 * found.asked.train.mean()
    assert found.decisive.parameters < found.asked.parameters


@pytest.mark.parametrize("lr", [300.0, 1e6])
def test_failed_optimization_by_too_large_steps(lr):
    situation = situations.too_large_steps() | {"optimizer": lambda p: dl.optim.SGD(p, lr=lr)}
    found = diagnosed(situation)
    assert found.verdict == Verdict.FAILED_OPTIMIZATION
    assert found.measure.is_good(min(trial.train.mean() for trial in found.by_role("optimizer")))
    assert re.match(r"Adam, lr 0.01: the training loss is 0.\d+ instead of", found.advice[0])


def test_failed_optimization_as_it_is_too_short():
    found = diagnosed(situations.too_short())
    assert found.verdict == Verdict.FAILED_OPTIMIZATION
    assert questions(found) == [BAD_HERE, (SMALLER, False), (TRAINING, True)]
    assert found.decisive.name == "3 x 10 epochs"
    assert found.decisive.curves.shape == (2, 30)


@pytest.mark.parametrize("seed", [0, 1])
def test_overfitting(seed):
    found = diagnosed(situations.overfitting(), seed=seed)
    assert found.verdict == Verdict.OVERFITTING
    path = [GOOD_HERE, BAD_THERE, (VALIDATION, False), (MISMATCH, False), (BEYOND_CHANCE, True)]
    assert questions(found) == path
    assert roles(found) == ["asked", "smaller", "half"]
    assert found.advice[0].startswith("More training data")
    assert any(text.startswith("Stop early: ") for text in found.advice)


def test_the_wider_gap_decides_between_overfitting_and_mismatch():
    """Test points a little farther out are read worse, beyond chance; but most was lost before."""
    x, y = situations.first_of_twenty(3000, 1)
    situation = situations.overfitting() | {"validation": situations.first_of_twenty(3000, 2), "test": (1.3 * x, y)}
    found = diagnosed(situation)
    gaps = [step.evidence for step in found.path if step.question in (MISMATCH, BEYOND_CHANCE)]
    (gap, error), (lost, _) = (map(float, re.findall(r"\d\S*\d", text)) for text in gaps)
    assert 3 * error < gap < lost
    assert found.verdict == Verdict.OVERFITTING


def test_where_validation_is_good_the_narrower_gap_is_what_is_wrong():
    """The same points, where what is lost before is allowed."""
    x, y = situations.first_of_twenty(3000, 1)
    held_out = situations.first_of_twenty(3000, 2)
    found = diagnosed(situations.overfitting() | {"validation": held_out, "test": (1.3 * x, y)})
    lost = found.asked.validation.mean()
    assert found.asked.test.mean() - lost < lost - found.asked.train.mean()
    between = (lost + found.asked.test.mean()) / 2
    found = diagnosed(situations.overfitting() | {"validation": held_out, "test": (1.3 * x, y), "target": between})
    assert questions(found) == [GOOD_HERE, BAD_THERE, (VALIDATION, True), (MISMATCH, True)]
    assert found.verdict == Verdict.MISMATCH


class Steps(Callback):
    """Write down how many steps each training took."""

    def __init__(self, steps):
        self.steps = steps

    def on_fit_end(self, run):
        self.steps.append(run.step)


@pytest.mark.parametrize("situation", [situations.overfitting, situations.mismatch])
def test_half_of_the_data(situation):
    steps = []
    found = diagnosed(
        situation(),
        callbacks=lambda optimizer, epochs: [Steps(steps)],
        batch_size=5,
        epochs=20,
        validation=blobs(100, 9) if situation is situations.mismatch else situations.first_of_twenty(100, 9),
    )
    by_role = dict(zip(roles(found), np.array(steps).reshape(-1, 2).tolist(), strict=True))
    assert by_role["half"] == [steps[0] // 2] * 2


def test_a_training_may_end_earlier_than_another():
    lengths = iter([3, 5, 4, 4, 4, 4])

    def ending(optimizer, epochs):
        class End(Callback):
            last = next(lengths)

            def on_epoch_end(self, run):
                run.stop = run.epoch == self.last

        return [End()]

    found = diagnosed(situations.overfitting(), callbacks=ending, target=0.69)
    assert found.asked.curves.shape == found.asked.validation_curves.shape == (2, 5)
    assert len(set(found.asked.curves[0, 2:])) == 1
    assert len(set(found.asked.curves[1])) == 5


def test_what_is_held_out_is_not_learnt_from():
    seen = {True: set(), False: set()}

    class Recorder(nn.Linear):
        def forward(self, x):
            seen[self.training] |= set(x[:, 0].tolist())
            return super().forward(x)

    x = dl.arange(50).float().unsqueeze(1)
    options = {"target": 1e9, "validation": 0.3, "epochs": 1, "family": lambda size: Recorder(1, 1)}
    found = diagnosed({"size": 1, "train": (x, x), "test": (x + 100, x)}, loss_fn=nn.MSELoss(), **options)
    assert found.verdict == Verdict.DONE
    assert len(seen[True]) == 35
    assert {number for number in seen[False] if number < 100} == set(range(50))
    validated = seen[False] - seen[True]
    assert len([number for number in validated if number < 100]) == 15


@pytest.mark.parametrize("seed", [0, 1])
def test_mismatch(seed):
    found = diagnosed(situations.mismatch(), seed=seed)
    assert found.verdict == Verdict.MISMATCH
    assert questions(found) == [GOOD_HERE, BAD_THERE, (VALIDATION, True), (MISMATCH, True)]
    assert found.two_sample.p_value < 1e-6
    assert found.advice[0].startswith("Look at the inputs")
    assert roles(found) == ["asked", "half"]


def test_a_mismatch_of_targets():
    found = diagnosed(situations.other_meaning())
    assert found.verdict == Verdict.MISMATCH
    assert found.two_sample.p_value > 0.01
    assert found.advice[0].startswith("Look at the targets")


class Points:
    """Points in a form of their own."""

    def __init__(self, rows):
        self.x = dl.stack([x for x, _ in rows])


def as_points(rows):
    return Points(rows), dl.stack([y for _, y in rows])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"test": blobs(3, 1, shift=6.0)}, "two_sample_test: a and b expected at least 4 samples"),
        ({"collate_fn": as_points}, "they are no tensors"),
    ],
)
def test_a_diagnosis_is_not_lost_where_inputs_cannot_be_compared(change, reason):
    class Reader(MLP):
        def forward(self, x):
            return super().forward(x.x if isinstance(x, Points) else x)

    found = diagnosed(situations.mismatch() | {"family": lambda width: Reader(2, [width, 2])} | change)
    assert found.verdict == Verdict.MISMATCH
    assert found.two_sample is None
    assert found.not_compared.startswith(reason)
    assert f"they were not compared, as {found.not_compared}" in found.advice[0]


def test_inputs_are_compared_by_as_many_samples_as_it_takes():
    """And no others are read for it."""

    class Counted(Dataset):
        def __init__(self, x, y):
            self.x, self.y, self.read = x, y, 0

        def __len__(self):
            return len(self.x)

        def __getitem__(self, index):
            self.read += 1
            return self.x[index], self.y[index]

    sides = [Counted(*blobs(3000, seed)) for seed in (0, 1)]
    test, reason = _compare_inputs(*sides, None, 0)
    assert (test.samples, reason) == (1000, None)
    assert [side.read for side in sides] == [1000, 1000]
    wide = TensorDataset(dl.zeros(9, 3), dl.zeros(9))
    assert _compare_inputs(sides[0], wide, None, 0) == (None, "a training sample has 2 numbers and a test sample 3")


def test_done():
    found = diagnosed(situations.done())
    assert found.verdict == Verdict.DONE
    assert questions(found) == [GOOD_HERE, ("Good on test data?", True)]
    assert roles(found) == ["asked"]


@pytest.mark.parametrize(
    ("situation", "verdict"),
    [
        (situations.failed_optimization, Verdict.FAILED_OPTIMIZATION),
        (situations.overfitting, Verdict.OVERFITTING),
        (situations.weight_decay, Verdict.RIGID_CONSTRAINT),
        (situations.mismatch, Verdict.MISMATCH),
        (situations.done, Verdict.DONE),
    ],
)
def test_accuracy_may_decide(situation, verdict):
    found = diagnosed(situations.by_accuracy(situation()))
    assert found.verdict == verdict
    assert str(found).splitlines()[2] == "Good: accuracy at least 0.9"
    assert 0 <= found.asked.train.mean() <= 1


def test_the_numbers_are_those_of_training_by_hand():
    situation = situations.done()
    found = diagnosed(situation, validation=blobs(100, 5), epochs=2)
    asked = found.asked
    assert asked.parameters == 2 * 32 + 32 + 32 * 2 + 2
    for index, model in enumerate(asked.models):
        model.eval()
        for part, (x, y) in (("train", situation["train"]), ("validation", blobs(100, 5)), ("test", blobs(300, 1))):
            scores = model(x).detach().numpy().astype(float)
            losses = np.log(np.exp(scores).sum(1)) - scores[np.arange(len(y)), y.numpy()]
            assert getattr(asked, part)[index] == pytest.approx(losses.mean(), rel=1e-5)
        assert asked.validation_curves[index, -1] == pytest.approx(asked.validation[index], rel=1e-6)
    assert asked.standard_error("test") == pytest.approx(asked.test.std(ddof=1) / math.sqrt(2))
    assert asked.curves.shape == asked.validation_curves.shape == (2, 2)


def test_the_same_seed_gives_the_same_diagnosis_and_no_other_chance_matters():
    before = dl.get_rng_state().tolist()
    first = diagnosed(situations.mismatch())
    assert dl.get_rng_state().tolist() == before
    dl.rand(5)
    assert str(diagnosed(situations.mismatch())) == str(first)
    assert str(diagnosed(situations.mismatch(), seed=3)) != str(first)


def test_sizes_of_any_kind():
    found = diagnosed(situations.done(), family=lambda sizes: MLP(2, [*sizes, 2]), size=(16, 16), sizes=(None, None))
    assert found.asked.name == "(16, 16) (in question)"
