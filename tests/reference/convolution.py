"""Convolution, tap by tap, and its transpose."""

import itertools

import numpy as np


def _per_axis(number, dims):
    number = (number,) if isinstance(number, int) else tuple(number)
    return number * dims if len(number) == 1 else number


def _conv(dims, input, weight, bias, stride, padding, dilation, groups):
    """Sum weight[c, i, k] * input[n, i, p * stride - padding + k * dilation] over i and k, for each n, c, p."""
    if input.ndim == dims + 1:
        return _conv(dims, input[None], weight, bias, stride, padding, dilation, groups)[0]
    stride, dilation = _per_axis(stride, dims), _per_axis(dilation, dims)
    spans = [d * (k - 1) for d, k in zip(dilation, weight.shape[2:], strict=True)]
    if padding == "valid":
        padding = 0
    before = [span // 2 for span in spans] if padding == "same" else _per_axis(padding, dims)
    behind = [span - span // 2 for span in spans] if padding == "same" else before
    x = np.pad(input, [(0, 0), (0, 0), *zip(before, behind, strict=True)])
    sizes = [(n - span - 1) // s + 1 for n, span, s in zip(x.shape[2:], spans, stride, strict=True)]

    x = x.reshape(len(x), groups, -1, *x.shape[2:])
    w = weight.reshape(groups, -1, *weight.shape[1:])
    y = np.zeros((len(x), groups, w.shape[1], *sizes))
    for tap in itertools.product(*map(range, weight.shape[2:])):
        places = tuple(
            slice(t * d, t * d + s * (size - 1) + 1, s)
            for t, d, s, size in zip(tap, dilation, stride, sizes, strict=True)
        )
        y += np.einsum("ngi...,gci->ngc...", x[(..., *places)], w[(..., *tap)])
    y = y.reshape(len(x), len(weight), *sizes)
    return y if bias is None else y + bias.reshape(-1, *[1] * dims)


def _conv_transpose(dims, input, weight, bias, stride, padding, output_padding, groups, dilation):
    """Add weight[i, c, k] * input[n, i, o] to y[n, c, o * stride + k * dilation - padding] for all i, k, o."""
    if input.ndim == dims + 1:
        more = (stride, padding, output_padding, groups, dilation)
        return _conv_transpose(dims, input[None], weight, bias, *more)[0]
    stride, dilation = _per_axis(stride, dims), _per_axis(dilation, dims)
    padding, output_padding = _per_axis(padding, dims), _per_axis(output_padding, dims)
    kernel, sizes = weight.shape[2:], input.shape[2:]
    axes = list(zip(sizes, kernel, stride, dilation, output_padding, strict=True))
    x = input.reshape(len(input), groups, -1, *sizes)
    w = weight.reshape(groups, -1, *weight.shape[1:])
    y = np.zeros((len(x), groups, w.shape[2], *((n - 1) * s + (k - 1) * d + 1 + o for n, k, s, d, o in axes)))
    for tap in itertools.product(*map(range, kernel)):
        places = tuple(slice(t * d, t * d + s * (n - 1) + 1, s) for t, (n, _, s, d, _) in zip(tap, axes, strict=True))
        y[(..., *places)] += np.einsum("ngi...,gic->ngc...", x, w[(..., *tap)])
    y = y[(..., *(slice(p, n - p) for p, n in zip(padding, y.shape[3:], strict=True)))]
    y = y.reshape(len(x), -1, *y.shape[3:])
    return y if bias is None else y + bias.reshape(-1, *[1] * dims)


def conv1d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Correlate along one axis."""
    return _conv(1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Correlate along two axes."""
    return _conv(2, input, weight, bias, stride, padding, dilation, groups)


def conv3d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Correlate along three axes."""
    return _conv(3, input, weight, bias, stride, padding, dilation, groups)


def conv_transpose1d(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """Transpose conv1d."""
    return _conv_transpose(1, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose2d(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """Transpose conv2d."""
    return _conv_transpose(2, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose3d(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """Transpose conv3d."""
    return _conv_transpose(3, input, weight, bias, stride, padding, output_padding, groups, dilation)
