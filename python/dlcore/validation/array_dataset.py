"""Arrays of whatever kind as a data set: what scikit-learn's estimators learn from."""

from __future__ import annotations

from typing import Any

from ..data import Dataset


class ArrayDataset(Dataset[tuple[Any, ...]]):
    """The rows of arrays, lists, data frames or sparse matrices side by side.

    What TensorDataset is to tensors, for what they do not hold: labels that are words, columns of several types. Rows
    are taken as scikit-learn takes them, so that a part of a data frame is a data frame.

    Needs the package scikit-learn: `pip install 'dlcore[sklearn]'`.

    Args:
        arrays: with the same number of rows.

    Raises:
        TypeError: one has no rows.
        ValueError: their numbers of rows differ.

    Example:
        >>> from dlcore.validation import ArrayDataset
        >>> dataset = ArrayDataset([[1.0], [2.0], [3.0]], ["good", "bad", "good"])
        >>> len(dataset), dataset[1]
        (3, ([2.0], 'bad'))
    """

    def __init__(self, *arrays: Any) -> None:
        counts = [_rows(number, array) for number, array in enumerate(arrays)]
        if len(set(counts)) != 1:
            given = ", ".join(map(str, counts)) or "none"
            raise ValueError(f"ArrayDataset: arrays expected the same number of rows, got {given}")
        self.arrays = arrays

    def __getitem__(self, index: Any) -> tuple[Any, ...]:
        from sklearn.utils import _safe_indexing

        return tuple(_safe_indexing(array, index) for array in self.arrays)

    def __len__(self) -> int:
        return _rows(0, self.arrays[0])


def _rows(number: int, array: Any) -> int:
    shape = getattr(array, "shape", None)  # a sparse matrix has no length
    if isinstance(array, str) or not (hasattr(array, "__len__") if shape is None else shape):
        raise TypeError(f"ArrayDataset: arrays[{number}] expected rows, got {type(array).__name__}")
    return len(array) if shape is None else shape[0]
