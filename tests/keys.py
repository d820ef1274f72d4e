"""Draw what may stand between the brackets of x[...]."""

import numpy as np


def random_key(rng, shape, tensors=True):
    """Draw a valid index of an array of this shape, as NumPy takes it."""
    picked = tuple(rng.integers(1, 4, rng.integers(1, 3)))  # what all arrays of integers broadcast to
    entries, axis = [], 0
    named = rng.integers(0, len(shape) + 1)
    while axis < named:
        kind = rng.choice(["at", "slice", "array", "mask"] if tensors else ["at", "slice"])
        n = shape[axis]
        if kind == "at" and n > 0:
            entries.append(int(rng.integers(-n, n)))
        elif kind == "array" and n > 0:
            sizes = [size if rng.random() < 0.7 else 1 for size in picked[rng.integers(0, len(picked)) :]]
            entries.append(rng.integers(-n, n, sizes))
        elif kind == "mask" and not any(isinstance(e, np.ndarray) for e in entries):
            axes = int(rng.integers(1, named - axis + 1))
            entries.append(rng.random(shape[axis : axis + axes]) < 0.5)
            picked = (int(entries[-1].sum()),)
            axis += axes - 1
        else:
            start, stop = (None if rng.random() < 0.3 else int(rng.integers(-n - 2, n + 3)) for _ in range(2))
            entries.append(slice(start, stop, int(rng.integers(1, 4))))
        axis += 1
    for extra in (None, Ellipsis):
        if rng.random() < 0.4:
            entries.insert(int(rng.integers(0, len(entries) + 1)), extra)
    return _with_ellipsis_last_masked(entries, shape)


def _with_ellipsis_last_masked(entries, shape):
    """Move an Ellipsis to the end: in front of arrays and masks the axes drawn for them would be others."""
    if Ellipsis in [e for e in entries if not isinstance(e, np.ndarray)]:
        entries = [e for e in entries if e is not Ellipsis] + [Ellipsis]
    return tuple(entries)
