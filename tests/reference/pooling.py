"""Pooling, and windows as columns, one window at a time."""

import itertools

import numpy as np


def _axes(value, n):
    value = (value,) if np.ndim(value) == 0 else tuple(value)
    return value * n if len(value) == 1 else value


def _output_size(size, kernel, stride, padding, dilation, ceil_mode):
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    count = (-(-room // stride) if ceil_mode else room // stride) + 1
    if ceil_mode and (count - 1) * stride >= size + padding:
        count -= 1  # a window must begin before what is on the right
    return count


def _windows(shape, n, kernel_size, stride, padding, dilation, ceil_mode):
    """Yield, per axis, the places that each output sees; some may lie outside."""
    kernel, padding, dilation = _axes(kernel_size, n), _axes(padding, n), _axes(dilation, n)
    stride = kernel if stride is None else _axes(stride, n)
    for size, k, s, p, d in zip(shape[-n:], kernel, stride, padding, dilation, strict=True):
        yield [o * s - p + d * np.arange(k) for o in range(_output_size(size, k, s, p, d, ceil_mode))]


def _adaptive_windows(shape, output_size, n):
    for size, count in zip(shape[-n:], _axes(output_size, n), strict=True):
        count = size if count is None else count
        yield [np.arange(o * size // count, -(-(o + 1) * size // count)) for o in range(count)]


def _pool(input, windows, function):
    """Apply a function of (planes, places per axis) to every window."""
    n = len(windows)
    planes = input.reshape(-1, *input.shape[-n:])
    y = np.zeros((planes.shape[0], *(len(w) for w in windows)))
    for o in itertools.product(*(range(len(w)) for w in windows)):
        y[:, *o] = function(planes, [w[i] for w, i in zip(windows, o, strict=True)])
    return y.reshape(*input.shape[:-n], *y.shape[1:])


def _inside(places, sizes):
    return [p[(p >= 0) & (p < size)] for p, size in zip(places, sizes, strict=True)]


def _part(planes, places):
    return planes[:, *np.ix_(*places)].reshape(planes.shape[0], -1)


def _max(input, windows, return_indices):
    shape = input.shape[-len(windows) :]
    number = np.arange(np.prod(shape)).reshape(1, *shape)

    def largest(planes, places):
        return _part(planes, _inside(places, shape)).max(1)

    def place(planes, places):
        places = _inside(places, shape)
        return _part(number, places)[0][_part(planes, places).argmax(1)]

    y = _pool(input, windows, largest)
    return (y, _pool(input, windows, place).astype(np.int64)) if return_indices else y


def max_pool(n, input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    """Return the largest element of each window over the last n axes, and the first place in the plane it has."""
    windows = list(_windows(input.shape, n, kernel_size, stride, padding, dilation, ceil_mode))
    return _max(input, windows, return_indices)


def avg_pool(
    n, input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None
):
    """Return the sum of each window over the last n axes, divided by how many places count."""
    windows = list(_windows(input.shape, n, kernel_size, stride, padding, 1, ceil_mode))
    shape = input.shape[-n:]

    def mean(planes, places):
        inside = _inside(places, shape)
        padded = [np.sum(p < size + pad) for p, size, pad in zip(places, shape, _axes(padding, n), strict=True)]
        count = np.prod(padded if count_include_pad else [len(p) for p in inside])
        return _part(planes, inside).sum(1) / (divisor_override or count)

    return _pool(input, windows, mean)


def adaptive_avg_pool(n, input, output_size):
    """Return means of windows from floor(i size / count) to ceil((i + 1) size / count)."""
    windows = list(_adaptive_windows(input.shape, output_size, n))
    return _pool(input, windows, lambda planes, places: _part(planes, places).mean(1))


def adaptive_max_pool(n, input, output_size, return_indices=False):
    """Return the largest elements of windows from floor(i size / count) to ceil((i + 1) size / count)."""
    return _max(input, list(_adaptive_windows(input.shape, output_size, n)), return_indices)


def lp_pool(n, input, norm_type, kernel_size, stride=None, ceil_mode=False):
    """Return (sum of x^p)^(1/p), the sum being the mean of what counts times a window's size."""
    size = np.prod(_axes(kernel_size, n))
    return (avg_pool(n, input**norm_type, kernel_size, stride, 0, ceil_mode) * size) ** (1 / norm_type)


def max_unpool(n, input, indices, kernel_size, stride=None, padding=0, output_size=None):
    """Put each element at its place in a plane of zeros."""
    kernel, padding = _axes(kernel_size, n), _axes(padding, n)
    stride = kernel if stride is None else _axes(stride, n)
    sizes = zip(input.shape[-n:], kernel, stride, padding, strict=True)
    shape = [(size - 1) * s - 2 * p + k for size, k, s, p in sizes]
    shape = shape if output_size is None else list(output_size)[-n:]
    y = np.zeros((*input.shape[:-n], np.prod(shape)))
    flat = (*input.shape[:-n], -1)
    np.put_along_axis(y, indices.reshape(flat), input.reshape(flat), -1)
    return y.reshape(*input.shape[:-n], *shape)


def im2col(input, kernel_size, dilation=1, padding=0, stride=1):
    """Return the windows of (..., C, H, W) as columns (..., C KH KW, L), zeros standing around."""
    padding = _axes(padding, 2)
    padded = np.pad(input, [(0, 0)] * (input.ndim - 2) + [(p, p) for p in padding])
    rows, columns = _windows(padded.shape, 2, kernel_size, _axes(stride, 2), 0, dilation, False)
    parts = [padded[..., r[:, None], c].reshape(*input.shape[:-2], -1) for r in rows for c in columns]
    return np.stack(parts, -1).reshape(*input.shape[:-3], -1, len(parts))


def col2im(input, output_size, kernel_size, dilation=1, padding=0, stride=1):
    """Return the sum of columns where im2col takes them from."""
    size, padding = _axes(output_size, 2), _axes(padding, 2)
    taps = int(np.prod(_axes(kernel_size, 2)))
    front = (*input.shape[:-2], input.shape[-2] // taps)
    padded = np.zeros((*front, *(s + 2 * p for s, p in zip(size, padding, strict=True))))
    rows, columns = _windows(padded.shape, 2, kernel_size, _axes(stride, 2), 0, dilation, False)
    blocks = input.reshape(*front, len(rows[0]), len(columns[0]), -1)
    for i, (r, c) in enumerate(itertools.product(rows, columns)):
        padded[..., r[:, None], c] += blocks[..., i]
    return padded[..., padding[0] : padding[0] + size[0], padding[1] : padding[1] + size[1]]
