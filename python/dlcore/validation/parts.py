"""Which samples each fold learns from, and on which it is scored."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

_OWNER = "cross_validate"


def parts_of(
    splitter: Any, total: int, labels: Any, groups: np.ndarray | None, seed: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the numbers of the samples, int64, that each fold learns from and that it holds out.

    Raises:
        TypeError: the splitter is none.
        ValueError: it cannot split these samples, or gives something else than masks or numbers of some of them.
    """
    splitter = _with_state(splitter, seed)
    try:
        parts = list(splitter.split(np.zeros((total, 1)), labels, groups))
    except Exception as error:
        missing = [name for name, values in (("labels", labels), ("groups", groups)) if values is None]
        without = f" (without {' and '.join(missing)})" if missing else ""
        raise ValueError(
            f"{_OWNER}: splitter {type(splitter).__name__} cannot split {total} samples{without}: {error}"
        ) from error
    if not parts:
        raise ValueError(f"{_OWNER}: splitter expected to give one fold or more, got none")
    return [
        (_numbers(train, total, f"fold {number}, to learn from"), _numbers(held_out, total, f"fold {number}, held out"))
        for number, (train, held_out) in enumerate(parts)
    ]


def _with_state(splitter: Any, seed: int) -> Any:
    """Return a splitter for a number of folds, and one that draws with a state to draw from."""
    if hasattr(splitter, "__index__") and not isinstance(splitter, bool):
        from sklearn.model_selection import KFold

        try:
            return KFold(splitter, shuffle=True, random_state=seed)
        except ValueError as error:
            raise ValueError(f"{_OWNER}: splitter: {error}") from error
    if isinstance(splitter, str) or not hasattr(splitter, "split"):
        raise TypeError(
            f"{_OWNER}: splitter expected a number of folds or a splitter of scikit-learn, "
            f"got {type(splitter).__name__}"
        )
    if getattr(splitter, "random_state", 0) is None:
        splitter = copy.copy(splitter)
        splitter.random_state = seed
    return splitter


def _numbers(part: Any, total: int, where: str) -> np.ndarray:
    """Return what scikit-learn takes for a part, a mask (N,) or numbers of samples, as numbers."""
    part = np.asarray(part)
    if part.dtype == bool and part.shape == (total,):
        part = np.flatnonzero(part)
    if part.size == 0:
        raise ValueError(f"{_OWNER}: splitter expected samples in {where}, got none")
    if part.ndim != 1 or part.dtype.kind not in "iu":
        raise ValueError(
            f"{_OWNER}: splitter expected a mask ({total},) or numbers of samples in {where}, "
            f"got {part.dtype} of shape {part.shape}"
        )
    if part.min() < 0 or part.max() >= total:
        raise ValueError(
            f"{_OWNER}: splitter expected numbers from 0 to {total - 1} in {where}, got {part.min()} to {part.max()}"
        )
    return part.astype(np.int64)
