"""Layer normalization, and dropout for a given mask."""

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
