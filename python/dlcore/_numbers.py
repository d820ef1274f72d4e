"""Constants by name, and what the numbers of a dtype reach."""

from math import e, inf, nan, pi

import numpy as np

from ._core import dtype, float32

__all__ = ["e", "finfo", "iinfo", "inf", "nan", "newaxis", "pi"]

newaxis = None


def finfo(type: dtype = float32) -> np.finfo:
    """Return NumPy's account of a floating dtype: `eps`, `max`, `min`, `tiny`, `bits` and so on.

    Args:
        type: a floating dtype.

    Raises:
        TypeError: type is no floating dtype.

    Example:
        >>> import dlcore
        >>> float(dlcore.finfo(dlcore.float64).eps)
        2.220446049250313e-16
    """
    if not (isinstance(type, dtype) and type.is_floating_point):
        raise TypeError(f"finfo: type: expected a floating dtype, got {type!r}")
    return np.finfo(type.name)


def iinfo(type: dtype) -> np.iinfo:
    """Return NumPy's account of an integer dtype: `max`, `min` and `bits`.

    Args:
        type: an integer dtype.

    Raises:
        TypeError: type is no integer dtype.

    Example:
        >>> import dlcore
        >>> dlcore.iinfo(dlcore.int32).max
        2147483647
    """
    if not isinstance(type, dtype) or type.is_floating_point or type.name == "bool":
        raise TypeError(f"iinfo: type: expected an integer dtype, got {type!r}")
    return np.iinfo(type.name)
