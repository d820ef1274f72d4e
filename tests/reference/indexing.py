"""Reading and writing at places that another tensor names."""

import numpy as np


def _along(place, dim, index):
    """Return the place whose coordinate `dim` is replaced by index."""
    dim = dim % len(place)
    return (*place[:dim], index, *place[dim + 1 :])


def integers_first(input, key):
    """Return a view and a key without integers such that view[key] is what PyTorch means by input[key].

    NumPy counts integers among arrays as arrays; here they pick before the arrays do, which matters for the place of
    the arrays' dimensions.
    """
    basic, rest = [], []
    for entry in key if isinstance(key, tuple) else (key,):
        if isinstance(entry, int) and not isinstance(entry, bool):
            basic.append(entry)
            continue
        rest.append(entry)
        if entry is Ellipsis:
            basic.append(entry)
        elif entry is not None and not isinstance(entry, bool):
            axes = entry.ndim if isinstance(entry, np.ndarray) and entry.dtype == bool else 1
            basic.extend([slice(None)] * axes)
    if not any(entry is Ellipsis for entry in basic):
        basic.append(Ellipsis)  # so that even one element is a view
    return input[tuple(basic)], tuple(rest)


def index(input, key):
    """Return input[key] as NumPy does, after integers have picked."""
    view, rest = integers_first(input, key)
    return view[rest]


def index_gradient(dy, shape, key):
    """Return zeros to which dy is added at key."""
    dx = np.zeros(shape)
    view, rest = integers_first(dx, key)
    np.add.at(view, rest, dy)
    return dx


def set_index(input, key, value):
    """Return y = input with y[key] = value; where a place is named twice, the last value stays."""
    y = input.copy()
    view, rest = integers_first(y, key)
    view[rest] = value
    return y


def index_put(input, indices, values, accumulate=False):
    """Return y = input, then y[indices] = values, or += values."""
    y = input.copy()
    if accumulate:
        np.add.at(y, tuple(indices), values)
    else:
        y[tuple(indices)] = values
    return y


def masked_select(input, mask):
    """Return the elements where mask, in order."""
    input, mask = np.broadcast_arrays(input, mask)
    return input[mask]


def gather(input, dim, index):
    """Return y[i, j, k] = x[index[i, j, k], j, k] for dim = 0, and so on."""
    y = np.empty(index.shape, input.dtype)
    for place in np.ndindex(index.shape):
        y[place] = input[_along(place, dim, index[place])]
    return y


def scatter_add(input, dim, index, src):
    """Return x, then y[index[i, j, k], j, k] += src[i, j, k] for dim = 0, and so on."""
    y = input.copy()
    for place in np.ndindex(index.shape):
        y[_along(place, dim, index[place])] += src[place]
    return y


def scatter(input, dim, index, src):
    """Return x, then y[index[i, j, k], j, k] = src[i, j, k] for dim = 0, and so on."""
    y = input.copy()
    for place in np.ndindex(index.shape):
        y[_along(place, dim, index[place])] = src if np.isscalar(src) else src[place]
    return y


def index_add(input, dim, index, source, alpha=1):
    """Return x, then add alpha * source to the slices of y along dim that index names."""
    y = input.copy()
    np.add.at(np.moveaxis(y, dim, 0), index, np.moveaxis(alpha * source, dim, 0))
    return y


def index_select(input, dim, index):
    """Return the slices of x along dim that index names."""
    return np.take(input, index, axis=dim)


def masked_fill(input, mask, value):
    """Return value where mask, x elsewhere."""
    return np.where(mask, np.asarray(value).astype(input.dtype), input)


def embedding(input, weight, padding_idx=None):
    """Return y[i] = weight[input[i]]; padding_idx changes the gradient alone, see embedding_gradient."""
    return weight[input]


def embedding_gradient(dy, input, num_embeddings, padding_idx=None):
    """Return dweight[k] = sum of dy[i] over all i with input[i] = k, 0 for k = padding_idx."""
    dweight = np.zeros((num_embeddings, dy.shape[-1]))
    for place in np.ndindex(input.shape):
        if padding_idx is None or input[place] != padding_idx % num_embeddings:
            dweight[input[place]] += dy[place]
    return dweight


def one_hot(tensor, num_classes=-1):
    """Return y[i, k] = 1 where tensor[i] = k, 0 elsewhere; -1 takes the largest class + 1."""
    if num_classes == -1:
        num_classes = int(np.max(tensor)) + 1
    return (tensor[..., None] == np.arange(num_classes)).astype(np.int64)
