"""What `diagnose` is asked for: targets, directions, and what makes no sense."""

import math
import re

import dlcore as dl
import pytest
import situations
from dlcore import nn
from dlcore.data import Dataset
from dlcore.models import MLP
from dlcore.train import Accuracy, Mean
from situations import FAST, blobs, diagnosed


def test_without_a_target_a_tenth_of_the_best_constant_answer_is_good():
    found = diagnosed(situations.done() | {"target": None})
    assert found.measure.target == pytest.approx(0.1 * found.constant_loss)
    assert found.constant_loss == pytest.approx(math.log(2), abs=0.03)
    assert f"a tenth of {found.constant_loss:.4g}, the loss of the best constant answer" in str(found)


def fine():
    """Return a situation in which nothing may be built, let alone trained."""

    def family(size):
        pytest.fail("a model was built before the arguments were checked")

    return situations.done() | {"family": family}


NAMED = {"family": {"a": nn.Identity, "b": nn.Identity}, "size": "a"}


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"size": 0}, ValueError, "size expected an integer >= 1, or sizes around it, got 0"),
        ({"family": {"a": nn.Identity}, "size": "b"}, ValueError, "size expected one of a, got 'b'"),
        ({"family": {}, "size": "b"}, ValueError, "family expected at least one model, got none"),
        (
            {"family": nn.Identity()},
            TypeError,
            "family expected a function of a size, or functions by name, got Identity",
        ),
        ({"family": 3}, TypeError, "family expected a function of a size, or functions by name, got int"),
        ({"family": {"a": nn.Identity()}, "size": "a"}, TypeError, "family['a'] expected a function, got Identity"),
        (NAMED | {"sizes": ("zz", None)}, ValueError, "sizes expected two of a, b or None, got 'zz'"),
        ({"sizes": 4}, ValueError, "sizes expected a smaller and a larger one, each may be None, got 4"),
        ({"sizes": (4,)}, ValueError, "sizes expected a smaller and a larger one, each may be None, got (4,)"),
        ({"sizes": "ab"}, ValueError, "sizes expected a smaller and a larger one, each may be None, got 'ab'"),
        ({"relaxed": [MLP]}, TypeError, "relaxed expected functions by name, got list"),
        ({"relaxed": {"a": 1}}, TypeError, "relaxed['a'] expected a function, got int"),
        ({"optimizers": [FAST]}, TypeError, "optimizers expected functions by name, got list"),
        ({"optimizers": {"Adam": 0.1}}, TypeError, "optimizers['Adam'] expected a function, got float"),
        ({"optimizer": 0.1}, TypeError, "optimizer expected a function, got float"),
        ({"loss_fn": "mse"}, TypeError, "loss_fn expected a function, got str"),
        ({"callbacks": [1]}, TypeError, "callbacks expected a function or None, got list"),
        ({"collate_fn": 1}, TypeError, "collate_fn expected a function or None, got int"),
        ({"metric": len}, TypeError, "metric expected a Metric, got builtin_function_or_method"),
        (
            {"metric": Accuracy(), "target": None},
            ValueError,
            "target expected a number where Accuracy decides, got None",
        ),
        ({"target": math.nan}, ValueError, "target expected a finite number, got nan"),
        ({"target": "x"}, ValueError, "target expected a finite number, got 'x'"),
        ({"mode": "least"}, ValueError, "mode expected 'min' or 'max', got 'least'"),
        ({"mode": "max"}, ValueError, "mode expected 'min' or None where the loss decides, got 'max'"),
        (
            {"metric": Mean()},
            ValueError,
            "mode expected 'min' or 'max' for Mean, which has no higher_is_better, got None",
        ),
        ({"validation": 1.0}, ValueError, "validation expected data or a share in (0, 1), got 1.0"),
        ({"epochs": 0}, ValueError, "epochs expected an integer >= 1, got 0"),
        ({"batch_size": 2.5}, ValueError, "batch_size expected an integer >= 1, got 2.5"),
        ({"seeds": 0}, ValueError, "seeds expected an integer >= 1, got 0"),
        ({"seed": -1}, ValueError, "seed expected an integer >= 0, got -1"),
        (
            {"test": dl.zeros(3, 2)},
            TypeError,
            "data expected a tuple of arrays or tensors, or a data set with a length, got Tensor",
        ),
    ],
)
def test_errors(options, error, message):
    with pytest.raises(error, match=f"^diagnose: {re.escape(message)}$"):
        diagnosed(fine(), **options)


def spoilt(number):
    x, y = blobs(1100)
    x[1050, 1] = number
    return x, y


class Rows(Dataset):
    """Samples as dictionaries, whose numbers are only known when they are read."""

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        return {"x": self.x[index]}, self.y[index]


@pytest.mark.parametrize("form", [lambda x, y: (x, y), Rows])
@pytest.mark.parametrize("number", [math.nan, math.inf])
@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_numbers_that_are_not_finite_are_found_before_training(part, number, form):
    parts = {name: form(*blobs(50, seed)) for seed, name in enumerate(("train", "validation", "test"))}
    parts[part] = form(*spoilt(number))
    message = f"diagnose: {part} expected finite numbers, got NaN or an infinite one among samples 1024 to 1099"
    with pytest.raises(ValueError, match=f"^{message}$"):
        diagnosed(fine(), **parts)


@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_each_part_has_samples(part):
    parts = {"train": blobs(50), "validation": blobs(50, 1), "test": blobs(50, 2)}
    parts[part] = blobs(0)
    with pytest.raises(ValueError, match=f"^diagnose: {part} expected at least one sample, got none$"):
        diagnosed(fine(), **parts)


def test_what_is_held_out_leaves_something_to_learn_from():
    message = r"diagnose: train expected more samples than the 0\.9 held out of it, got 5"
    with pytest.raises(ValueError, match=f"^{message}$"):
        diagnosed(fine(), train=blobs(5), validation=0.9)


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"size": 8}, "2 (smaller)"),
        ({"size": 16}, "64 (larger)"),
        ({"relaxed": {"a bound": lambda size: MLP(2, [-1, 2])}}, "no a bound"),
        ({"optimizers": {"SGD": lambda parameters: dl.optim.SGD(parameters, lr=-1.0)}}, "SGD"),
    ],
)
def test_what_cannot_be_made_is_known_before_training(options, name):
    def family(width):
        if not 3 <= width <= 63:
            raise ValueError("a width from 3 to 63")
        return MLP(2, [width, 2])

    def callbacks(optimizer, epochs):
        pytest.fail("a training began before all models were made")

    sizes = None if "size" in options else (None, None)
    situation = situations.done() | {"family": family, "size": 16, "sizes": sizes, "callbacks": callbacks}
    with pytest.raises((ValueError, RuntimeError)) as raised:
        diagnosed(situation, **options)
    expected = f"diagnose: {name!r} could not be made; sizes, relaxed and optimizers say what is tried"
    assert raised.value.__notes__ == [expected]


def test_callbacks_are_told_how_long_a_training_is():
    lengths = []

    def callbacks(optimizer, epochs):
        lengths.append((type(optimizer), epochs))
        return []

    found = diagnosed(
        situations.model_bias(),
        callbacks=callbacks,
        epochs=2,
        seeds=1,
        sizes=(None, None),
        optimizers={"SGD": dl.optim.SGD},
    )
    assert [trial.name for trial in found.trials.values()] == ["line (in question)", "SGD", "3 x 2 epochs"]
    assert lengths == [(dl.optim.Adam, 2), (dl.optim.SGD, 2), (dl.optim.Adam, 6)]


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
