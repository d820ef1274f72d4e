"""Three parts: to learn from, to choose by, to tell how good the choice is."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from .._extras import needed
from .._integers import as_integer
from ..data import Dataset
from .samples import Data, as_rows, groups_for_each, one_for_each, select


class Split(NamedTuple):
    """Three parts of a data set that share no sample."""

    train: Dataset[Any]
    validation: Dataset[Any]
    test: Dataset[Any]


def train_val_test_split(
    data: Data,
    validation_size: float | int = 0.2,
    test_size: float | int = 0.2,
    *,
    stratify: Any = None,
    groups: Any = None,
    shuffle: bool = True,
    seed: int = 0,
) -> Split:
    """Split data into three parts by scikit-learn's `train_test_split`.

    Needs the package scikit-learn: `pip install 'dlcore[sklearn]'`.

    Args:
        data: arrays or tensors side by side, (N, ...) each, or a data set. Lists, data frames, sparse matrices and
            labels that are words too, for estimators of scikit-learn.
        validation_size: share of all samples, rounded up, or their number.
        test_size: share of all samples, rounded up, or their number.
        stratify: N labels of which each part gets its share.
        groups: N labels; samples of one group, such as one person, come into the same part. Sizes are of groups then.
        shuffle: whether samples are drawn; if not, the parts follow each other, as series of time need it.
        seed: the same one draws the same parts.

    Returns:
        `train`, `validation` and `test`: of arrays, tensors and a TensorDataset a TensorDataset; where a part is none
        that a tensor can hold, an ArrayDataset of what was given; of other data sets a Subset.

    Raises:
        ValueError: a part would be empty.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.validation import train_val_test_split
        >>> parts = train_val_test_split((dl.randn(50, 3), dl.arange(50) % 2), stratify=dl.arange(50) % 2)
        >>> [len(part) for part in parts], parts.test.tensors[1].sum().item()
        ([30, 10, 10], 5)
    """
    owner = "train_val_test_split"
    needed("sklearn", owner)
    from sklearn.model_selection import train_test_split

    seed = as_integer(owner, "seed", seed, 0, 2**32 - 1)
    dataset = as_rows(owner, data)
    total = len(dataset)  # type: ignore[arg-type]
    for option, values in (("stratify", stratify), ("groups", groups)):
        if values is not None and not shuffle:
            raise ValueError(f"{owner}: {option} expected shuffle=True, got False")
    if stratify is not None and groups is not None:
        raise ValueError(f"{owner}: stratify expected without groups, got both")
    labels = None if stratify is None else one_for_each(owner, "stratify", stratify, total)
    group_of = np.arange(total)  # each sample is one by itself
    if groups is not None:
        group_of = np.unique(groups_for_each(owner, groups, total), return_inverse=True)[1]
    count = group_of.max(initial=-1) + 1
    validation_count = _count("validation_size", validation_size, count)
    test_count = _count("test_size", test_size, count)
    if validation_count + test_count >= count:
        raise ValueError(
            f"{owner}: sizes expected to leave samples to learn from, got {validation_count} + {test_count} of {count}"
        )

    def part_off(rows: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
        state = seed if shuffle else None
        share = None if labels is None else labels[rows]
        return train_test_split(rows, test_size=size, shuffle=shuffle, stratify=share, random_state=state)

    rest, test = part_off(np.arange(count), test_count)
    train, validation = part_off(rest, validation_count)
    if groups is not None:
        train, validation, test = (np.flatnonzero(np.isin(group_of, part)) for part in (train, validation, test))
    return Split(*(select(dataset, indices) for indices in (train, validation, test)))


def _count(name: str, size: float | int, total: int) -> int:
    """Return a number of samples, at least one."""
    whole = isinstance(size, (int, np.integer)) and not isinstance(size, bool)
    if (whole and size < 1) or (not whole and not 0 < size < 1):
        raise ValueError(
            f"train_val_test_split: {name} expected a share in (0, 1) or a number of samples >= 1, got {size!r}"
        )
    return int(size) if whole else math.ceil(size * total)
