"""Each verdict in a situation made for it, with its evidence."""

import math
import re

import dlcore as dl
import numpy as np
import pytest
import situations
from dlcore import nn
from dlcore.models import MLP
from dlcore.train import Accuracy, Callback
from dlcore.validation import Diagnosis, Measure, Step, Trial, Verdict, diagnose
from dlcore.validation.alternatives import Alternatives
from dlcore.validation.constant_answer import constant_answer_loss
from dlcore.validation.constraints import without_constraints
from dlcore.validation.reasons import explain_training
from dlcore.validation.recipe import Recipe
from dlcore.validation.samples import as_dataset
from dlcore.validation.trials import Trials
from situations import FAST, blobs

pytest.importorskip("sklearn")


def diagnosed(situation, **options):
    return diagnose(**{"seeds": 2, **situation, **options})


def questions(found):
    return [(step.question, step.answer) for step in found.path]


def roles(found):
    return [trial.role for trial in found.trials.values()]


BAD_HERE = ("Good on training data?", False)
GOOD_HERE = ("Good on training data?", True)
BAD_THERE = ("Good on test data?", False)
SMALLER = "Does a smaller one train better?"
CONSTRAINT = "Better without a constraint?"
TRAINING = "Does another training do better?"
LARGER = "Does a larger one train better?"
MISMATCH = "Worse on test than on validation?"


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
    assert questions(found) == [GOOD_HERE, BAD_THERE, (MISMATCH, False)]
    assert roles(found) == ["asked", "smaller", "half"]
    assert found.advice[0].startswith("More training data")
    assert any(text.startswith("Stop early: ") for text in found.advice)


def test_the_wider_gap_decides_between_overfitting_and_mismatch():
    """Test points a little farther out are read worse, beyond chance; but most was lost before."""
    x, y = situations.first_of_twenty(3000, 1)
    situation = situations.overfitting() | {"validation": situations.first_of_twenty(3000, 2), "test": (1.3 * x, y)}
    found = diagnosed(situation)
    gap, error, lost = map(float, re.findall(r"\d\S*\d", found.path[-1].evidence))
    assert 3 * error < gap < lost
    assert found.verdict == Verdict.OVERFITTING


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
        callbacks=lambda optimizer: [Steps(steps)],
        batch_size=5,
        epochs=20,
        validation=blobs(100, 9) if situation is situations.mismatch else situations.first_of_twenty(100, 9),
    )
    by_role = dict(zip(roles(found), np.array(steps).reshape(-1, 2).tolist(), strict=True))
    assert by_role["half"] == [steps[0] // 2] * 2


def test_a_training_may_end_earlier_than_another():
    lengths = iter([3, 5, 4, 4, 4, 4])

    def ending(optimizer):
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


def trial(*train):
    values = np.array(train)
    return Trial("a", "asked", 1, values, values, values, values[:, None], values[:, None], [])


def test_what_helps():
    trials = Trials(None, None, None, Measure("loss", "min", 0.0), 3, 0)
    assert trials.helps(trial(1.0, 1.0), trial(0.5, 0.5), 0.5)
    assert not trials.helps(trial(1.0, 1.0), trial(0.51, 0.51), 0.5)
    assert not trials.helps(trial(1.0, 1.0), trial(0.9, 0.1), 0.5)  # 0.5 closed, by chance: the error is 0.4
    assert trials.helps(trial(1.0), trial(0.4), 0.5)
    assert trials.helps(trial(math.nan, 1.0), trial(0.0, 0.0), 0.5)
    assert not trials.helps(trial(1.0, 1.0), trial(math.nan, 0.0), 0.5)


class Prepared(Trials):
    """Trains nothing: the training loss is the recipe."""

    def run(self, name, role, recipe, train=None):
        values = np.array([recipe, recipe])
        self.done[name] = Trial(name, role, 1, values, values, values, values[:, None], values[:, None], [])
        return self.done[name]


@pytest.mark.parametrize(
    ("smaller", "relaxed", "optimizer", "larger", "verdict", "decisive"),
    [
        (0.89, 0.0, 0.0, 0.0, Verdict.FAILED_OPTIMIZATION, "smaller"),
        (0.91, 0.5, 0.0, 0.0, Verdict.RIGID_CONSTRAINT, "relaxed"),
        (0.91, 0.51, 0.5, 0.0, Verdict.FAILED_OPTIMIZATION, "optimizer"),
        (0.91, 0.51, 0.51, 0.5, Verdict.MODEL_BIAS, "larger"),
        (0.91, 0.51, 0.51, 0.51, Verdict.MODEL_BIAS, None),
        (1.5, 1.5, math.nan, math.inf, Verdict.MODEL_BIAS, None),
    ],
)
def test_the_order_of_the_tree_and_how_much_has_to_help(smaller, relaxed, optimizer, larger, verdict, decisive):
    trials = Prepared(None, None, None, Measure("loss", "min", 0.0), 2, 0)
    asked = trials.run("asked", "asked", 1.0)
    found = Diagnosis(Verdict.DONE, trials.measure, trials.done)
    others = ({"smaller": smaller}, {"relaxed": relaxed}, {"optimizer": optimizer}, {"larger": larger})
    got, by = explain_training(found, trials, asked, Alternatives(*others))
    assert (got, by and by.name) == (verdict, decisive)
    needed = {"smaller": ["optimizer"], None: []}.get(decisive, [])  # after a smaller one, an optimizer to advise
    names = ["smaller", "relaxed", "optimizer", "larger"]
    assert list(trials.done)[1:] == names[: names.index(decisive) + 1 if decisive else 4] + needed


@pytest.mark.parametrize(
    ("situation", "name"),
    [(situations.weight_decay, "no weight decay (0.5)"), (situations.shared_weights, "no shared weights")],
)
def test_too_rigid_a_constraint(situation, name):
    found = diagnosed(situation())
    assert found.verdict == Verdict.RIGID_CONSTRAINT
    assert questions(found) == [BAD_HERE, (SMALLER, False), (CONSTRAINT, True)]
    assert found.decisive.name == name
    assert found.advice[0].startswith(f"Relax it. With {name} the training loss is")
    assert found.decisive.validation.mean() < found.asked.validation.mean()


def test_a_constraint_without_which_unseen_samples_are_worse_is_not_too_rigid():
    """Weight decay, for thirty points in twenty dimensions: without it they are learnt by heart."""
    situation = situations.overfitting() | {"optimizer": lambda p: dl.optim.Adam(p, lr=0.01, weight_decay=0.2)}
    found = diagnosed(situation, optimizers={}, sizes=(None, None))
    assert (CONSTRAINT, False) in questions(found)
    (relaxed,) = found.by_role("relaxed")
    assert relaxed.train.mean() < found.asked.train.mean()
    assert relaxed.validation.mean() > found.asked.validation.mean()
    assert found.verdict != Verdict.RIGID_CONSTRAINT


@pytest.mark.parametrize("seed", [0, 1])
def test_mismatch(seed):
    found = diagnosed(situations.mismatch(), seed=seed)
    assert found.verdict == Verdict.MISMATCH
    assert questions(found) == [GOOD_HERE, BAD_THERE, (MISMATCH, True)]
    assert found.two_sample.p_value < 1e-6
    assert found.advice[0].startswith("Look at the inputs")
    assert roles(found) == ["asked", "half"]


def test_a_mismatch_of_targets():
    found = diagnosed(situations.other_meaning())
    assert found.verdict == Verdict.MISMATCH
    assert found.two_sample.p_value > 0.01
    assert found.advice[0].startswith("Look at the targets")


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


def test_constraints_are_found_and_taken_away():
    def model():
        return MLP(2, [8, 8, 2], dropout=0.4)

    recipe = Recipe(model, nn.CrossEntropyLoss(), lambda p: dl.optim.Adam(p, lr=0.5, weight_decay=0.1))
    found = without_constraints(recipe)
    assert list(found) == ["no weight decay (0.1)", "no dropout (0.4)"]
    free = found["no weight decay (0.1)"].optimizer(model().parameters()).param_groups[0]
    assert (free["weight_decay"], free["lr"]) == (0.0, 0.5)
    assert all(layer.p == 0 for layer in found["no dropout (0.4)"].model() if isinstance(layer, nn.Dropout))
    assert without_constraints(Recipe(lambda: nn.Linear(2, 2), nn.CrossEntropyLoss())) == {}


@pytest.mark.parametrize(
    ("mode", "before", "after", "share"),
    [
        ("min", 1.0, 0.6, 0.5),
        ("max", -1.0, -0.6, 0.5),
        ("min", 1.0, 0.2, 1.0),
        ("min", 1.0, 1.4, -0.5),
        ("min", math.nan, 0.6, 0.0),
        ("min", math.nan, 0.1, 1.0),
        ("min", 1.0, math.inf, 0.0),
    ],
)
def test_what_lacks(mode, before, after, share):
    assert Measure("loss", mode, 0.2 if mode == "min" else -0.2).share_closed(before, after) == pytest.approx(share)


def test_the_report():
    found = diagnosed(situations.model_bias())
    lines = str(found).splitlines()
    assert lines[0] == "Verdict: model bias"
    assert lines[2] == "Good: loss at most 0.05"
    assert lines[3] == f"- Good on training data? No: loss {found.asked.train.mean():.4g}"
    assert [line.split("  ")[0] for line in lines[lines.index("") :] if "+-" in line][1:] == list(found.trials)
    assert lines[-2:] == [f"{number}. {text}" for number, text in enumerate(found.advice, 1)]


@pytest.mark.parametrize("situation", [situations.model_bias, situations.mismatch, situations.too_large_steps])
def test_picture(situation):
    pytest.importorskip("matplotlib")
    found = diagnosed(situation())
    ax = found.plot()
    curves, path = ax.child_axes
    names = [text.get_text() for text in curves.get_legend().get_texts()]
    assert set(found.trials) <= set(names)
    texts = [text.get_text() for text in path.texts]
    assert texts[-1].replace("\n", " ") == found.verdict
    for step in found.path:
        assert any(text.startswith(step.question) for text in texts)
    ax.figure.draw_without_rendering()
    assert found.plot(ax) is ax


def test_a_question_is_written_down():
    found = Diagnosis(Verdict.DONE, Measure("loss", "min", 0.1), {})
    assert found.ask("Well?", True, "0.1")
    assert not found.ask("Really?", False, "0.2")
    assert found.path == [Step("Well?", True, "0.1"), Step("Really?", False, "0.2")]


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


def test_sizes_of_any_kind():
    found = diagnosed(situations.done(), family=lambda sizes: MLP(2, [*sizes, 2]), size=(16, 16), sizes=(None, None))
    assert found.asked.name == "(16, 16) (in question)"


def test_a_target_is_needed_where_outputs_are_not_one_tensor():
    class Two(nn.Linear):
        def forward(self, x):
            return super().forward(x), x

    message = "diagnose: target expected a number for a model that gives tuple, got None"
    with pytest.raises(TypeError, match=f"^{message}$"):
        diagnosed(situations.done(), family=lambda size: Two(2, 2), target=None, optimizer=FAST)
