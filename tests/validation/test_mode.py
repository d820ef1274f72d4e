"""Whether more or less of a number is better: the loss, metrics that say so, and others."""

from functools import partial

import dlcore as dl
import pytest
from dlcore import nn
from dlcore.models import MLP
from dlcore.train import Accuracy, Mean, Metric
from dlcore.validation import Recipe, Verdict, cross_validate
from dlcore.validation.measure import mode_of
from situations import diagnosed


class AbsoluteError(Metric):
    """The mean absolute error, which does not say that less of it is better."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.total, self.count = 0.0, 0

    def update(self, outputs, targets):
        self.total += (outputs.detach() - targets).abs().sum().item()
        self.count += targets.numel()

    def compute(self):
        return self.total / self.count


class KnownError(AbsoluteError):
    """The same, which says so."""

    higher_is_better = False


class Opposite(AbsoluteError):
    """The same with its sign turned."""

    higher_is_better = True

    def compute(self):
        return -super().compute()


def curve():
    x = dl.linspace(-3, 3, 60).unsqueeze(1)
    return x, 10 * x.sin()


def measured_by(metric, other=None):
    """Return a recipe that learns and one that does not, with a metric each."""
    return {
        name: Recipe(partial(nn.Linear, 1, 1), nn.MSELoss(), partial(dl.optim.SGD, lr=lr), 5, metrics={"metric": each})
        for name, lr, each in (("learns", 0.05, metric), ("stays", 1e-9, other or metric))
    }


def test_the_mode_is_as_asked_for_or_as_the_metric_says():
    assert mode_of("a", None, None) == "min"  # the loss
    assert (mode_of("a", None, Accuracy()), mode_of("a", None, KnownError())) == ("max", "min")
    assert (mode_of("a", "min", Accuracy()), mode_of("a", "max", AbsoluteError())) == ("min", "max")


@pytest.mark.parametrize("options", [{"metric": KnownError()}, {"metric": AbsoluteError(), "mode": "min"}])
def test_diagnose_takes_no_error_for_a_score(options):
    found = diagnosed(
        {
            "family": lambda width: MLP(1, [width, 1]),
            "size": 4,
            "train": curve(),
            "test": curve(),
            "loss_fn": nn.MSELoss(),
        },
        target=0.1,
        epochs=1,
        optimizers={},
        sizes=(None, None),
        **options,
    )
    assert found.measure.mode == "min"
    assert found.verdict != Verdict.DONE
    assert found.asked.train.mean() > 1


@pytest.mark.parametrize(("metric", "mode"), [(KnownError(), "min"), (Opposite(), "max")])
def test_cross_validate_takes_the_better_one(metric, mode):
    result = cross_validate(measured_by(metric), curve(), 2, score="metric", refit=False)
    assert (result.mode, result.chosen) == (mode, "learns")
    turned = {"min": "max", "max": "min"}[mode]
    assert cross_validate(measured_by(metric), curve(), 2, score="metric", mode=turned, refit=False).chosen == "stays"


@pytest.mark.parametrize(
    ("metrics", "message"),
    [
        ((Mean(),), "mode expected 'min' or 'max' for Mean, which has no higher_is_better, got None"),
        ((KnownError(), Opposite()), "mode expected 'min' or 'max', as the candidates' 'metric' differ, got None"),
    ],
)
def test_it_has_to_be_given_where_metrics_do_not_say(metrics, message):
    with pytest.raises(ValueError, match=f"^cross_validate: {message}$"):
        cross_validate(measured_by(*metrics), curve(), 2, score="metric")
