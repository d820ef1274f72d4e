"""Situations made so that it is known what is wrong in them: one for each verdict of `diagnose`."""

from functools import partial

import dlcore as dl
from dlcore import nn
from dlcore.models import MLP
from dlcore.train import Accuracy
from dlcore.validation import diagnose

FAST = partial(dl.optim.Adam, lr=0.01)

GOOD_HERE = ("Good on training data?", True)
BAD_HERE = ("Good on training data?", False)
CONSTRAINT = "Better without a constraint?"
BY_HEART = "Learnt by heart without it?"
SMALLER = "Does a smaller one train better?"
TRAINING = "Does another training do better?"
LARGER = "Does a larger one train better?"
BAD_THERE = ("Good on test data?", False)
VALIDATION = "Good on validation data?"
MISMATCH = "Worse on test than on validation?"
BEYOND_CHANCE = "Worse than on training, beyond chance?"


def diagnosed(situation, **options):
    """Diagnose a situation, with two trainings of each model."""
    return diagnose(**{"seeds": 2, **situation, **options})


def questions(found):
    """Return the path of a diagnosis: questions and answers."""
    return [(step.question, step.answer) for step in found.path]


def roles(found):
    """Return what was trained for what."""
    return [trial.role for trial in found.trials.values()]


def curve(count, noise=0.0, seed=0):
    """Points of a curve with three waves."""
    random = dl.Generator().manual_seed(seed)
    x = 2 * dl.rand(count, 1, generator=random) - 1
    return x, (9 * x).sin() + noise * dl.randn(count, 1, generator=random)


def blobs(count, seed=0, shift=0.0):
    """Points of two classes, one within the other."""
    random = dl.Generator().manual_seed(seed)
    x = dl.randn(count, 2, generator=random) + shift
    return x, ((x - shift).square().sum(1) > 1.4).long()


def model_bias():
    """A line for a curve."""
    families = {"line": lambda: nn.Linear(1, 1), "curve": lambda: MLP(1, [64, 64, 1])}
    return {
        "family": families,
        "size": "line",
        "train": curve(200),
        "test": curve(200, seed=1),
        "loss_fn": nn.MSELoss(),
        "optimizer": FAST,
        "epochs": 40,
        "target": 0.05,
        "optimizers": {"SGD": partial(dl.optim.SGD, lr=0.1)},
    }


def deep(layers, width=16):
    """A deep network of sigmoids, without anything that helps the gradient through."""
    return MLP(2, [width] * layers + [2], activation_layer=nn.Sigmoid)


def failed_optimization():
    """Eight layers of sigmoids, where two would do."""
    return {
        "family": deep,
        "size": 8,
        "train": blobs(300),
        "test": blobs(300, 1),
        "loss_fn": nn.CrossEntropyLoss(),
        "optimizer": FAST,
        "epochs": 30,
        "target": 0.2,
        "sizes": (1, None),
        "optimizers": {},
    }


def too_large_steps():
    """A learning rate at which nothing is learnt, with any size."""
    return {
        "family": lambda width: MLP(2, [width, 2]),
        "size": 32,
        "train": blobs(300),
        "test": blobs(300, 1),
        "loss_fn": nn.CrossEntropyLoss(),
        "optimizer": partial(dl.optim.SGD, lr=300.0),
        "epochs": 30,
        "target": 0.2,
    }


def too_short():
    """A training that ends too soon."""
    return {
        **model_bias(),
        "family": lambda width: MLP(1, [width, width, 1]),
        "size": 64,
        "epochs": 10,
        "optimizers": {},
    }


def first_of_twenty(count, seed=0):
    """Points in 20 dimensions, of which the sign of the first says the class."""
    x = dl.randn(count, 20, generator=dl.Generator().manual_seed(seed))
    return x, (x[:, 0] > 0).long()


def overfitting():
    """A wide network for thirty points."""
    return {
        "family": lambda width: MLP(20, [width, 2]),
        "size": 64,
        "train": first_of_twenty(30),
        "test": first_of_twenty(300, 1),
        "validation": first_of_twenty(300, 2),
        "loss_fn": nn.CrossEntropyLoss(),
        "optimizer": FAST,
        "epochs": 60,
        "target": 0.2,
    }


def weight_decay():
    """Weights that are not allowed to grow."""
    return {
        "family": lambda width: MLP(2, [width, 2]),
        "size": 32,
        "train": blobs(300),
        "test": blobs(300, 1),
        "loss_fn": nn.CrossEntropyLoss(),
        "optimizer": partial(dl.optim.Adam, lr=0.01, weight_decay=0.5),
        "epochs": 40,
        "target": 0.25,
    }


def deep_dropout():
    """Dropout in each of six layers; one layer of it would do less harm."""
    return {
        "family": lambda layers: MLP(2, [32] * layers + [2], dropout=0.7),
        "size": 6,
        "train": blobs(600),
        "test": blobs(300, 1),
        "loss_fn": nn.CrossEntropyLoss(),
        "optimizer": FAST,
        "epochs": 30,
        "target": 0.25,
        "sizes": (1, None),
    }


def deep_weight_decay():
    """Weight decay in each of six layers."""
    return {
        **deep_dropout(),
        "family": lambda layers: MLP(2, [32] * layers + [2]),
        "optimizer": partial(dl.optim.Adam, lr=0.01, weight_decay=0.03),
    }


def failed_under_weight_decay():
    """Eight layers of sigmoids, which fail with weight decay as without."""
    return {**failed_optimization(), "optimizer": partial(dl.optim.Adam, lr=0.01, weight_decay=1e-5)}


def needed_weight_decay():
    """Weight decay, for thirty points in twenty dimensions: without it they are learnt by heart."""
    return {**overfitting(), "optimizer": partial(dl.optim.Adam, lr=0.01, weight_decay=0.2)}


class Shared(nn.Module):
    """A hidden layer whose units see the sum of the features alone, as if all had the same weight."""

    def __init__(self, width):
        super().__init__()
        self.net = MLP(1, [width, 2])

    def forward(self, x):
        return self.net(x.sum(1, keepdim=True))


def shared_weights():
    """One weight for both features, where they do not mean the same."""
    return {
        **weight_decay(),
        "family": Shared,
        "optimizer": FAST,
        "relaxed": {"shared weights": lambda width: MLP(2, [width, 2])},
    }


def mismatch():
    """Test points that lie elsewhere."""
    return {
        "family": lambda width: MLP(2, [width, 2]),
        "size": 32,
        "train": blobs(600),
        "test": blobs(300, 1, shift=1.5),
        "loss_fn": nn.CrossEntropyLoss(),
        "optimizer": FAST,
        "epochs": 40,
        "target": 0.25,
    }


def other_meaning():
    """Test points that lie where the others do, but are called otherwise."""
    x, y = blobs(300, 1)
    return {**mismatch(), "test": (x, 1 - y)}


def done():
    """Nothing is wrong."""
    return {**mismatch(), "test": blobs(300, 1)}


def by_accuracy(situation):
    """The same, decided by the share of right answers."""
    return {**situation, "metric": Accuracy(), "target": 0.9}
