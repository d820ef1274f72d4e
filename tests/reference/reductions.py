"""Sums, extremes and orders along dimensions.

`dim` is None for all dimensions, an integer, or, where PyTorch takes one, a tuple; an empty tuple also means all, but
none for any and all. The names here hide Python's own.
"""

from collections import namedtuple

import numpy as np

ValuesAndIndices = namedtuple("ValuesAndIndices", "values indices")


def _counted(input, dtype=None):
    """Return integers and booleans as int64, in which sums and products of them are taken."""
    if dtype is None and input.dtype.kind in "bui":
        dtype = np.int64
    return input.astype(dtype or input.dtype)


def _dims(dim):
    return None if dim == () else dim


def sum(input, dim=None, keepdim=False, *, dtype=None):
    """Return sum of x."""
    return np.sum(_counted(input, dtype), axis=_dims(dim), keepdims=keepdim)


def mean(input, dim=None, keepdim=False):
    """Return sum of x / n."""
    return np.mean(input, axis=_dims(dim), keepdims=keepdim)


def prod(input, dim=None, keepdim=False, *, dtype=None):
    """Return product of x."""
    return np.prod(_counted(input, dtype), axis=dim, keepdims=keepdim)


def var(input, dim=None, *, correction=1, keepdim=False):
    """Return sum of (x - mean)^2 / max(n - correction, 0)."""
    dim = _dims(dim)
    squares = (input - np.mean(input, axis=dim, keepdims=True)) ** 2
    total = np.sum(squares, axis=dim, keepdims=keepdim)
    n = input.size // total.size if total.size else 0
    return total / np.maximum(n - correction, 0)


def std(input, dim=None, *, correction=1, keepdim=False):
    """Return sqrt(var)."""
    return np.sqrt(var(input, dim, correction=correction, keepdim=keepdim))


def var_mean(input, dim=None, *, correction=1, keepdim=False):
    """Return var and mean."""
    return var(input, dim, correction=correction, keepdim=keepdim), mean(input, _dims(dim), keepdim)


def amax(input, dim=(), keepdim=False):
    """Return the largest x. NaN is larger than every number."""
    return np.max(input, axis=_dims(dim), keepdims=keepdim)


def amin(input, dim=(), keepdim=False):
    """Return the smallest x. NaN is smaller than every number."""
    return np.min(input, axis=_dims(dim), keepdims=keepdim)


def max(input, dim=None, keepdim=False):
    """Return the largest x; with dim also the index of its first place. NaN is larger than every number."""
    if dim is None:
        return np.max(input)
    return ValuesAndIndices(np.max(input, axis=dim, keepdims=keepdim), np.argmax(input, axis=dim, keepdims=keepdim))


def min(input, dim=None, keepdim=False):
    """Return the smallest x; with dim also the index of its first place. NaN is smaller than every number."""
    if dim is None:
        return np.min(input)
    return ValuesAndIndices(np.min(input, axis=dim, keepdims=keepdim), np.argmin(input, axis=dim, keepdims=keepdim))


def argmax(input, dim=None, keepdim=False):
    """Return index of the first largest x, in the flattened input if dim is None."""
    return np.argmax(input, axis=dim, keepdims=keepdim)


def argmin(input, dim=None, keepdim=False):
    """Return index of the first smallest x, in the flattened input if dim is None."""
    return np.argmin(input, axis=dim, keepdims=keepdim)


def any(input, dim=None, keepdim=False):
    """Return one x is non-zero; bool, but uint8 for uint8."""
    return np.any(input, axis=dim, keepdims=keepdim).astype(np.uint8 if input.dtype == np.uint8 else bool)


def all(input, dim=None, keepdim=False):
    """Return every x is non-zero; bool, but uint8 for uint8."""
    return np.all(input, axis=dim, keepdims=keepdim).astype(np.uint8 if input.dtype == np.uint8 else bool)


def logsumexp(input, dim, keepdim=False):
    """Return ln(sum of e^x), shifted by the largest x so that no exponential overflows."""
    input = np.asarray(input, float)
    largest = np.max(input, axis=dim, keepdims=True, initial=-np.inf)
    shift = np.where(np.isfinite(largest), largest, 0)
    y = np.log(np.sum(np.exp(input - shift), axis=dim, keepdims=True)) + shift
    return y if keepdim else np.squeeze(y, axis=dim)


def norm(input, p="fro", dim=None, keepdim=False):
    """Return (sum of |x|^p)^(1/p); the largest |x| for p = inf, the smallest for -inf, the count of non-zeros for 0."""
    p, dim = 2 if p == "fro" else p, _dims(dim)
    size = np.abs(input)
    if p == np.inf:
        return np.max(size, axis=dim, keepdims=keepdim)
    if p == -np.inf:
        return np.min(size, axis=dim, keepdims=keepdim)
    if p == 0:
        return np.sum(size != 0, axis=dim, keepdims=keepdim).astype(float)
    return np.sum(size**p, axis=dim, keepdims=keepdim) ** (1 / p)


def cumsum(input, dim, *, dtype=None):
    """Return y[i] = x[0] + ... + x[i]."""
    input = _counted(input, dtype)
    return np.cumsum(input, axis=dim) if input.ndim else input


def sort(input, dim=-1, descending=False, stable=False):
    """Return x in order and where each came from; equals keep their order; NaN is the largest."""
    if input.ndim == 0:
        return ValuesAndIndices(input, np.zeros((), np.int64))
    if descending:  # a stable descending order is the ascending one of the reversed array, read backwards
        n = input.shape[dim]
        indices = n - 1 - np.flip(np.argsort(np.flip(input, dim), axis=dim, kind="stable"), dim)
    else:
        indices = np.argsort(input, axis=dim, kind="stable")
    return ValuesAndIndices(np.take_along_axis(input, indices, axis=dim), indices)


def argsort(input, dim=-1, descending=False, stable=False):
    """Return where each x in order came from."""
    return sort(input, dim, descending).indices


def topk(input, k, dim=-1, largest=True, sorted=True):
    """Return the k largest (or smallest) x in order, and where each came from."""
    values, indices = sort(input, dim, descending=largest)
    first = np.arange(k)
    return ValuesAndIndices(np.take(values, first, axis=dim), np.take(indices, first, axis=dim))
