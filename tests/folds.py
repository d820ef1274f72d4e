"""Samples and candidates of cross-validation."""

from functools import partial

import dlcore as dl
import numpy as np
from dlcore import nn
from dlcore.data import Dataset
from dlcore.models import MLP
from dlcore.validation import Recipe

RNG = np.random.default_rng(0)
X = RNG.standard_normal((60, 3))
Y = X @ [1.0, -2.0, 0.5] + 0.3 * RNG.standard_normal(60)
CLASSES = (X[:, 0] > X[:, 1]).astype(np.int64)


def points():
    return dl.tensor(X, dtype=dl.float32), dl.tensor(Y, dtype=dl.float32).unsqueeze(1)


def recipes():
    adam = partial(dl.optim.Adam, lr=0.05)
    return {
        "line": Recipe(partial(nn.Linear, 3, 1), nn.MSELoss(), adam, epochs=5),
        "constant": Recipe(partial(MLP, 3, [1], dropout=0.9), nn.MSELoss(), partial(dl.optim.SGD, lr=0.0), epochs=1),
    }


def same(a, b):
    return all((a.scores[n] == b.scores[n]).all() and (a.train_scores[n] == b.train_scores[n]).all() for n in a.scores)


class Points(Dataset):
    """Samples by number, one at a time."""

    def __len__(self):
        return 60

    def __getitem__(self, index):
        return dl.tensor(X[index], dtype=dl.float32), int(CLASSES[index])
