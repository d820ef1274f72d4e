"""Each verdict on real data: the 1,797 digits of 8 x 8 pixels that come with scikit-learn, spoilt in a known way."""

from functools import partial

import dlcore as dl
import pytest
from dlcore import nn
from dlcore.models import MLP
from dlcore.train import Accuracy
from dlcore.validation import Verdict, diagnose, train_val_test_split
from sklearn.datasets import load_digits


def network(width):
    return MLP(64, [width, 10])


def deep(layers):
    return MLP(64, [32] * layers + [10], activation_layer=nn.Sigmoid)


def rows_alike(width):
    """Every row of pixels has the same weights: only the sum over the rows counts."""
    return nn.Sequential(nn.Unflatten(1, (1, 8, 8)), nn.AvgPool2d((8, 1)), nn.Flatten(), MLP(8, [width, 10]))


SPOILT = {
    "nothing": ({}, Verdict.DONE),
    "too small": ({"size": 1}, Verdict.MODEL_BIAS),
    "too large steps": ({"optimizer": partial(dl.optim.SGD, lr=30.0)}, Verdict.FAILED_OPTIMIZATION),
    "too deep for sigmoids": ({"family": deep, "size": 8}, Verdict.FAILED_OPTIMIZATION),
    "rows alike": ({"family": rows_alike, "relaxed": {"shared weights": network}}, Verdict.RIGID_CONSTRAINT),
    "too much weight decay": (
        {"optimizer": partial(dl.optim.Adam, lr=0.005, weight_decay=0.3)},
        Verdict.RIGID_CONSTRAINT,
    ),
    "few digits": ({"few": 60, "epochs": 60}, Verdict.OVERFITTING),
    "black on white": ({"inverted": True}, Verdict.MISMATCH),
}


@pytest.mark.parametrize("name", SPOILT)
def test_verdict(name):
    options, verdict = SPOILT[name]
    x, y = load_digits(return_X_y=True)
    data = dl.tensor(x / 16, dtype=dl.float32), dl.tensor(y)
    train, validation, test = (part.tensors for part in train_val_test_split(data, 0.2, 0.3, stratify=y))
    options = {"family": network, "size": 32, "optimizer": partial(dl.optim.Adam, lr=0.005)} | options
    if few := options.pop("few", None):
        train = [part[:few] for part in train]
    if options.pop("inverted", False):
        test = [1 - test[0], test[1]]
    found = diagnose(
        train=train,
        test=test,
        validation=validation,
        loss_fn=nn.CrossEntropyLoss(),
        metric=Accuracy(),
        target=0.9,
        seeds=2,
        **options,
    )
    assert found.verdict == verdict
