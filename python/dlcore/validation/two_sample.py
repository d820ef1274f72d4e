"""Whether two sets of samples come from one distribution."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from .._extras import needed
from .samples import as_array

_BATCH = 32
# An epoch of few samples has few steps; with 20 epochs of 50 samples the network does not tell zeros from ones.
_LEAST_STEPS = 600
_LEAST_EPOCHS = 20


class TwoSampleTest(NamedTuple):
    """How well a classifier tells two sets apart, and how probable that is where they are alike."""

    accuracy: float
    p_value: float
    samples: int


def two_sample_test(a: Any, b: Any, *, max_samples: int = 1000, seed: int = 0) -> TwoSampleTest:
    """Let a small network learn to tell samples of a from samples of b, and test it on others.

    Where both come from one distribution, each answer is right with probability 1/2, whatever the network learnt: the
    number of right answers is binomial, and the p-value exact. As many samples of one as of the other are taken; one
    half trains the network, of 32 hidden units, and the other half tests it. Features are brought to mean 0 and
    variance 1 in float64, so that neither their units nor how far they are from 0 matters.
    Source: Lopez-Paz and Oquab, Revisiting Classifier Two-Sample Tests (2017), section 3.

    Needs the package scikit-learn: `pip install 'dlcore[sklearn]'`.

    Args:
        a: numbers of shape (N, ...).
        b: numbers of shape (M, ...).
        max_samples: how many of each are taken at most.
        seed: of which are taken, and of the network.

    Raises:
        TypeError: a or b does not hold numbers.
        ValueError: the shapes differ, there are fewer than 4 samples of one, or a number is not finite.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.validation import two_sample_test
        >>> a, b = dl.randn(200, 3), dl.randn(200, 3)
        >>> two_sample_test(a, b + 1).p_value < 1e-6
        True
    """
    needed("sklearn", "two_sample_test")
    from scipy.stats import binomtest
    from sklearn.model_selection import train_test_split
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    from ..sklearn import NetClassifier

    sides = [as_array(side) for side in (a, b)]
    if not all(side.dtype.kind in "biuf" for side in sides):
        raise TypeError(f"two_sample_test: a and b expected numbers, got {sides[0].dtype} and {sides[1].dtype}")
    if sides[0].ndim == 0 or sides[0].shape[1:] != sides[1].shape[1:]:
        shapes = " and ".join(str(side.shape) for side in sides)
        raise ValueError(f"two_sample_test: a and b expected samples of one shape, got {shapes}")
    count = min(max_samples, *map(len, sides))
    if count < 4:
        raise ValueError(f"two_sample_test: a and b expected at least 4 samples each, got {count}")
    random = np.random.default_rng(seed)
    rows = [side[random.choice(len(side), count, replace=False)].reshape(count, -1) for side in sides]
    x, side = np.concatenate(rows).astype(np.float64), np.repeat([0, 1], count)
    if not np.isfinite(x).all():
        raise ValueError("two_sample_test: a and b expected finite numbers")
    sizes = np.abs(x).max(0)
    x /= np.where(sizes > 0, sizes, 1)  # squares of what is left do not overflow
    x_train, x_test, train, test = train_test_split(x, side, test_size=0.5, stratify=side, random_state=seed)
    epochs = max(_LEAST_EPOCHS, math.ceil(_LEAST_STEPS / math.ceil(len(train) / _BATCH)))
    net = make_pipeline(
        StandardScaler(),
        FunctionTransformer(np.float32),
        NetClassifier((32,), epochs=epochs, batch_size=_BATCH, random_state=seed),
    )
    right = int((net.fit(x_train, train).predict(x_test) == test).sum())
    return TwoSampleTest(right / len(test), float(binomtest(right, len(test), 0.5, "greater").pvalue), count)
