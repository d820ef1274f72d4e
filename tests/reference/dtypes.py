"""Which dtype an operation on several operands computes in."""

import numpy as np

_CATEGORIES = {"b": 0, "i": 1, "u": 1, "f": 2}  # bool < integer < float


def promote_types(type1, type2):
    """Return the smallest dtype that holds both: NumPy's rule, but an integer never widens a float."""
    type1, type2 = np.dtype(type1), np.dtype(type2)
    if _CATEGORIES[type1.kind] != _CATEGORIES[type2.kind]:
        return type1 if _CATEGORIES[type1.kind] > _CATEGORIES[type2.kind] else type2
    return np.promote_types(type1, type2)


def result_type(*operands):
    """Return the dtype in which arrays, 0-d arrays and Python numbers meet.

    Arrays with dimensions decide; 0-d arrays count only if they are of a higher category than these, Python numbers
    only if they are of a higher category than both, and then bring bool, int64 or the default float32.
    """
    dimensioned, scalars, numbers = None, None, None
    for operand in operands:
        if isinstance(operand, np.ndarray) and operand.ndim > 0:
            dimensioned = operand.dtype if dimensioned is None else promote_types(dimensioned, operand.dtype)
        elif isinstance(operand, (np.ndarray, np.generic)):
            scalars = operand.dtype if scalars is None else promote_types(scalars, operand.dtype)
        else:
            default = np.dtype({bool: np.bool_, int: np.int64, float: np.float32}[type(operand)])
            numbers = default if numbers is None else promote_types(numbers, default)

    result = None
    for group in (dimensioned, scalars, numbers):
        if result is None or (group is not None and _CATEGORIES[group.kind] > _CATEGORIES[result.kind]):
            result = group
    return result
