"""Data in the forms that validation takes: arrays side by side, or a data set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .._core import Tensor, tensor
from ..data import DataLoader, Dataset, IterableDataset, Subset, TensorDataset
from .array_dataset import ArrayDataset

Data = Dataset[Any] | Sequence[Any]


def as_dataset(owner: str, data: Data) -> Dataset[Any]:
    """Return a data set for a network; of arrays, tensors and lists of numbers side by side one of tensors.

    Raises:
        TypeError: a part holds something else than a tensor can, or the data set has no length.
    """
    data = _with_rows(data)
    sides = _sides(data)
    if sides is not None:
        return TensorDataset(*(_as_tensor(f"{owner}: data[{number}]", side) for number, side in enumerate(sides)))
    plain = isinstance(data, (np.ndarray, Tensor, tuple, list, str))
    if plain or isinstance(data, IterableDataset) or not hasattr(data, "__getitem__") or not hasattr(data, "__len__"):
        raise TypeError(
            f"{owner}: data expected a tuple of arrays or tensors, or a data set with a length, "
            f"got {type(data).__name__}"
        )
    return data


def as_arrays(owner: str, data: Data) -> ArrayDataset:
    """Return X and y for an estimator of scikit-learn: tensors as arrays, everything else as it is.

    Raises:
        TypeError: it is something else than two parts side by side.
    """
    data = _with_rows(data)
    sides = _sides(data)
    if sides is None or len(sides) != 2:
        given = type(data).__name__ if sides is None else f"{len(sides)} side by side"
        raise TypeError(f"{owner}: data expected arrays X and y for an estimator, got {given}")
    return ArrayDataset(*(as_array(side) if isinstance(side, Tensor) else side for side in sides))


def as_rows(owner: str, data: Data) -> Dataset[Any]:
    """Return a data set of tensors where tensors and arrays are what they can hold, else of the parts as they are."""
    sides = _sides(_with_rows(data))
    return as_dataset(owner, data) if sides is None or all(map(_is_for_tensors, sides)) else ArrayDataset(*sides)


def select(dataset: Dataset[Any], indices: np.ndarray) -> Dataset[Any]:
    """Return the samples at indices; of tensors and arrays their rows, so that they are tensors and arrays again."""
    if type(dataset) is TensorDataset:
        rows = tensor(np.asarray(indices, np.int64))
        return TensorDataset(*(part.index_select(0, rows) for part in dataset.tensors))
    if type(dataset) is ArrayDataset:
        return ArrayDataset(*dataset[indices])
    return Subset(dataset, indices.tolist())


def labels_of(dataset: Dataset[Any]) -> Any:
    """Return the targets of tensors or arrays, which are the last ones, else None."""
    sides = _sides(dataset)
    return None if sides is None else as_array(sides[-1]) if isinstance(sides[-1], Tensor) else sides[-1]


def as_one_batch(data: Dataset[Any], collate_fn: Callable[[list[Any]], Any] | None) -> Any:
    """Return all samples as the loader of a training gives them, in one batch."""
    return next(iter(DataLoader(data, len(data), collate_fn=collate_fn)))  # type: ignore[arg-type]


def as_array(values: Any) -> np.ndarray:
    """Return a tensor, or what NumPy takes, as an array."""
    return np.asarray(values.detach() if isinstance(values, Tensor) else values)


def one_for_each(owner: str, name: str, values: Any, total: int) -> np.ndarray:
    """Return one value for each sample as an array, (total, ...)."""
    array = as_array(values)
    if array.shape[:1] != (total,):
        raise ValueError(f"{owner}: {name} expected one for each of {total} samples, got shape {array.shape}")
    return array


def groups_for_each(owner: str, groups: Any, total: int) -> np.ndarray:
    """Return the group of each sample, (total,)."""
    array = one_for_each(owner, "groups", groups, total)
    if array.ndim != 1:
        raise ValueError(f"{owner}: groups expected shape ({total},), got {array.shape}")
    return array


def _with_rows(data: Data) -> Data:
    """Return the rows of a Subset of tensors or arrays as tensors or arrays, and anything else as it is."""
    if type(data) is Subset:
        whole = _with_rows(data.dataset)
        if type(whole) in (TensorDataset, ArrayDataset):
            return select(whole, np.arange(len(whole))[list(data.indices)])
    return data


def _sides(data: Data) -> Sequence[Any] | None:
    """Return what lies side by side: parts of a tuple, or arrays and tensors in a list, which may be one of samples."""
    if type(data) is TensorDataset:
        return data.tensors
    if type(data) is ArrayDataset:
        return data.arrays
    several = isinstance(data, tuple) or (
        isinstance(data, list) and all(isinstance(side, (np.ndarray, Tensor)) for side in data)
    )
    return data if several and data else None


def _as_tensor(name: str, side: Any) -> Tensor:
    try:
        return side if isinstance(side, Tensor) else tensor(side)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name} expected numbers that a tensor can hold; {error}") from error


def _is_for_tensors(side: Any) -> bool:
    if not isinstance(side, np.ndarray):
        return isinstance(side, Tensor)
    try:
        tensor(side.reshape(-1)[:0])
    except TypeError:
        return False
    return True
