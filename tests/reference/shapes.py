"""Operations that move elements and compute nothing."""

import math

import numpy as np


def reshape(input, shape):
    """Return the elements, in row order, in another shape; one -1 is inferred."""
    return np.reshape(input, shape)


def view(input, *shape):
    """Return the elements, in row order, in another shape; one -1 is inferred."""
    return np.reshape(input, shape)


def permute(input, dims):
    """Return y's dimension i is x's dimension dims[i]."""
    return np.transpose(input, dims)


def transpose(input, dim0, dim1):
    """Exchange two dimensions."""
    return np.swapaxes(input, dim0, dim1)


def expand(input, *sizes):
    """Repeat dimensions of size 1 to the given sizes; -1 keeps a size; new dimensions come first."""
    kept = (1,) * (len(sizes) - input.ndim) + input.shape
    return np.broadcast_to(input, [k if size == -1 else size for k, size in zip(kept, sizes, strict=True)])


def flatten(input, start_dim=0, end_dim=-1):
    """Join the dimensions start_dim ... end_dim into one."""
    if input.ndim == 0:
        return np.reshape(input, (1,))
    start, end = start_dim % input.ndim, end_dim % input.ndim
    joined = math.prod(input.shape[start : end + 1])
    return np.reshape(input, (*input.shape[:start], joined, *input.shape[end + 1 :]))


def squeeze(input, dim=None):
    """Drop all dimensions of size 1, or those among dim that are of size 1."""
    dims = range(input.ndim) if dim is None else (dim,) if isinstance(dim, int) else dim
    return np.squeeze(input, tuple(d for d in dims if input.ndim and input.shape[d] == 1))


def unsqueeze(input, dim):
    """Insert a dimension of size 1 before dim."""
    return np.expand_dims(input, dim)


def cat(tensors, dim=0):
    """Join along a dimension; an empty 1-d tensor joins anything."""
    return np.concatenate([t for t in tensors if t.shape != (0,)] or tensors, axis=dim)


def stack(tensors, dim=0):
    """Join along a new dimension."""
    return np.stack(tensors, axis=dim)


def split(tensor, split_size_or_sections, dim=0):
    """Cut along dim into pieces of one size, the last smaller, or of the sizes listed."""
    n = tensor.shape[dim]
    if isinstance(split_size_or_sections, int):
        size = split_size_or_sections
        cuts = range(size, n, size) if n else []
    else:
        cuts = np.cumsum(split_size_or_sections)[:-1]
    return tuple(np.split(tensor, cuts, axis=dim))


def chunk(input, chunks, dim=0):
    """Cut along dim into at most `chunks` pieces of size ceil(n / chunks), the last smaller."""
    n = input.shape[dim]
    if n == 0:
        return (input,) * chunks
    return split(input, math.ceil(n / chunks), dim)


def flip(input, dims):
    """Reverse the order along dims."""
    return np.flip(input, dims)


def roll(input, shifts, dims=None):
    """Shift along dims, what falls off the end coming in at the start; without dims, the flattened input."""
    return np.roll(input, shifts, dims)


def pad(input, pad, mode="constant", value=None):
    """Grow by pad = (before, after) of the last dimension, then of the one before it, ...; negative numbers crop.

    The new elements are `value` or 0 (constant), mirrored without the edge (reflect), the edge (replicate), or come
    from the other end (circular).
    """
    pairs = [(pad[i], pad[i + 1]) for i in range(0, len(pad), 2)]
    widths = [(0, 0)] * (input.ndim - len(pairs)) + pairs[::-1]
    kept = [slice(max(-before, 0), n - max(-after, 0)) for (before, after), n in zip(widths, input.shape, strict=True)]
    grown = [(max(before, 0), max(after, 0)) for before, after in widths]
    if mode == "constant":
        return np.pad(input[tuple(kept)], grown, constant_values=0 if value is None else value)
    return np.pad(input[tuple(kept)], grown, {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}[mode])


def tril(input, diagonal=0):
    """Return y[i, j] = x[i, j] where j <= i + diagonal, 0 elsewhere."""
    return np.tril(input, diagonal)


def triu(input, diagonal=0):
    """Return y[i, j] = x[i, j] where j >= i + diagonal, 0 elsewhere."""
    return np.triu(input, diagonal)


def repeat(input, *repeats):
    """Lay copies beside each other, repeats[i] along dimension i; new dimensions come first."""
    return np.tile(input, repeats)


def repeat_interleave(input, repeats, dim=None):
    """Repeat each slice along dim several times in a row; without dim, each element of the flattened input."""
    return np.repeat(input, repeats, dim)


def diag_embed(input, offset=0, dim1=-2, dim2=-1):
    """Return matrices along dim1 and dim2 with the last dimension of input on a diagonal."""
    n = input.shape[-1] + abs(offset)
    y = np.zeros((*input.shape[:-1], n, n), input.dtype)
    for i in range(input.shape[-1]):
        y[..., i + max(-offset, 0), i + max(offset, 0)] = input[..., i]
    return np.moveaxis(y, (-2, -1), (dim1, dim2))


def unfold(input, dimension, size, step):
    """Return all slices of `size` along a dimension, `step` apart: the slices' elements form a new last dimension."""
    starts = range(0, input.shape[dimension] - size + 1, step)
    slices = [np.moveaxis(np.take(input, range(s, s + size), dimension), dimension, -1) for s in starts]
    return np.stack(slices, axis=dimension if dimension >= 0 else dimension + input.ndim)
