"""Data in the forms that validation takes: arrays side by side, or a data set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._core import Tensor, tensor
from ..data import Dataset, IterableDataset, Subset, TensorDataset

Data = Dataset[Any] | Sequence[Any]


def as_dataset(owner: str, data: Data) -> Dataset[Any]:
    """Return a data set as it is, and arrays or tensors side by side, inputs first and targets last, as one.

    Raises:
        TypeError: it is something else, or a data set without a length.
    """
    if isinstance(data, (tuple, list)) and data and all(isinstance(part, (np.ndarray, Tensor)) for part in data):
        return TensorDataset(*(part if isinstance(part, Tensor) else tensor(part) for part in data))
    plain = isinstance(data, (np.ndarray, Tensor, tuple, list, str))
    if plain or isinstance(data, IterableDataset) or not hasattr(data, "__getitem__") or not hasattr(data, "__len__"):
        raise TypeError(
            f"{owner}: data expected a tuple of arrays or tensors, or a data set with a length, "
            f"got {type(data).__name__}"
        )
    return data


def select(dataset: Dataset[Any], indices: np.ndarray) -> Dataset[Any]:
    """Return the samples at indices; of tensors their rows, so that they are tensors again."""
    if type(dataset) is TensorDataset:
        rows = tensor(np.asarray(indices, np.int64))
        return TensorDataset(*(part.index_select(0, rows) for part in dataset.tensors))
    return Subset(dataset, indices.tolist())


def labels_of(dataset: Dataset[Any]) -> np.ndarray | None:
    """Return the targets of tensors where there is one number for each sample, else None."""
    if type(dataset) is TensorDataset and dataset.tensors[-1].ndim == 1:
        return dataset.tensors[-1].detach().numpy()
    return None


def check_length(owner: str, name: str, values: Any, expected: int) -> np.ndarray:
    """Return one value for each sample as an array."""
    array = np.asarray(values.detach() if isinstance(values, Tensor) else values)
    if array.shape[:1] != (expected,):
        raise ValueError(f"{owner}: {name} expected one for each of {expected} samples, got shape {array.shape}")
    return array
