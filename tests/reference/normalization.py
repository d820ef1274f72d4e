"""Normalizations, and dropout for a given mask."""

import numpy as np


def dropout(input, mask, p=0.5):
    """Return x * mask / (1 - p), mask being 1 with probability 1 - p; 0 if p = 1."""
    return np.zeros_like(input) if p == 1 else input * mask / (1 - p)


def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-05):
    """Return (x - mean) / sqrt(var + eps) * weight + bias, mean and var (correction 0) over the last dimensions."""
    dims = tuple(range(-len(normalized_shape), 0))
    centred = input - np.mean(input, axis=dims, keepdims=True)
    y = centred / np.sqrt(np.mean(centred**2, axis=dims, keepdims=True) + eps)
    y = y if weight is None else y * weight
    return y if bias is None else y + bias


def rms_norm(input, normalized_shape, weight=None, eps=None):
    """Return x / sqrt(avg(x^2) + eps) * weight over the last dimensions; eps: by default that of float32."""
    dims = tuple(range(-len(normalized_shape), 0))
    eps = np.finfo(np.float32).eps if eps is None else eps
    y = input / np.sqrt(np.mean(input**2, axis=dims, keepdims=True) + eps)
    return y if weight is None else y * weight


def _per_channel(parameter, ndim):
    return np.reshape(parameter, (1, -1) + (1,) * (ndim - 2))


def _normalized(input, mean, var, weight, bias, eps):
    y = (input - mean) / np.sqrt(var + eps)
    y = y if weight is None else y * _per_channel(weight, input.ndim)
    return y if bias is None else y + _per_channel(bias, input.ndim)


def batch_norm(input, running_mean, running_var, weight=None, bias=None, training=False, eps=1e-05):
    """Return (x - mean) / sqrt(var + eps) * weight + bias, with a channel's mean and var, or else the running ones."""
    if not training:
        mean, var = (_per_channel(running, input.ndim) for running in (running_mean, running_var))
        return _normalized(input, mean, var, weight, bias, eps)
    dims = (0, *range(2, input.ndim))
    return _normalized(
        input, np.mean(input, dims, keepdims=True), np.var(input, dims, keepdims=True), weight, bias, eps
    )


def running_statistics(input, running_mean, running_var, momentum=0.1, each_sample=False):
    """Return what runs along after a batch; var with correction 1; of each sample, averaged, for instance_norm."""
    dims = (0, *range(2, input.ndim))[each_sample:]
    mean, var = np.mean(input, dims), np.var(input, dims, ddof=1)
    if each_sample:
        mean, var = mean.mean(0), var.mean(0)
    return (1 - momentum) * running_mean + momentum * mean, (1 - momentum) * running_var + momentum * var


def group_norm(input, num_groups, weight=None, bias=None, eps=1e-05):
    """Return (x - mean) / sqrt(var + eps) * weight + bias, mean and var over each group of channels of a sample."""
    groups = input.reshape(input.shape[0], num_groups, -1)
    y = (groups - groups.mean(2, keepdims=True)) / np.sqrt(groups.var(2, keepdims=True) + eps)
    return _normalized(y.reshape(input.shape), 0, 1, weight, bias, 0)


def instance_norm(input, weight=None, bias=None, eps=1e-05):
    """Return the same over each channel of a sample."""
    return group_norm(input, input.shape[1], weight, bias, eps)


def local_response_norm(input, size, alpha=1e-4, beta=0.75, k=1.0):
    """Return x / (k + alpha / size * sum of x^2 over channels c - size // 2 ... c + (size - 1) // 2)^beta."""
    channels = input.shape[1]
    sums = [
        (input[:, max(0, c - size // 2) : c + (size - 1) // 2 + 1] ** 2).sum(1, keepdims=True) for c in range(channels)
    ]
    return input / (k + alpha / size * np.concatenate(sums, 1)) ** beta


def normalize(input, p=2.0, dim=1, eps=1e-12):
    """Return x / max(|x|_p, eps)."""
    return input / np.maximum((np.abs(input) ** p).sum(dim, keepdims=True) ** (1 / p), eps)


def cosine_similarity(x1, x2, dim=1, eps=1e-8):
    """Return <x1 / max(|x1|, eps), x2 / max(|x2|, eps)> along dim of the broadcast arrays."""
    x1, x2 = np.broadcast_arrays(x1, x2)
    return (normalize(x1, 2.0, dim, eps) * normalize(x2, 2.0, dim, eps)).sum(dim)
