"""Activation functions, and the softmax along an axis."""

import numpy as np

from .elementwise import erf


def sigmoid(input):
    """Return 1 / (1 + e^-x)."""
    return 1 / (1 + np.exp(-np.asarray(input, float)))


def hardsigmoid(input):
    """Return min(max(x + 3, 0), 6) / 6."""
    return np.clip(np.asarray(input, float) + 3, 0, 6) / 6


def relu(input):
    """Return max(x, 0)."""
    return np.maximum(input, 0)


def leaky_relu(input, negative_slope=0.01):
    """Return x where x > 0, negative_slope * x elsewhere."""
    return np.where(input > 0, input, negative_slope * input)


def elu(input, alpha=1.0):
    """Return x where x > 0, alpha * (e^x - 1) elsewhere."""
    return np.where(input > 0, input, alpha * np.expm1(input))


def softplus(input, beta=1.0, threshold=20.0):
    """Return ln(1 + e^(beta * x)) / beta; x itself where beta * x > threshold."""
    return np.where(beta * input > threshold, input, np.log1p(np.exp(beta * input)) / beta)


def silu(input):
    """Return x * sigmoid(x)."""
    return input * sigmoid(input)


def gelu(input, approximate="none"):
    """Return x * Phi(x), Phi the normal distribution function; "tanh" takes Hendrycks and Gimpel's approximation."""
    if approximate == "tanh":
        return input / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (input + 0.044715 * input**3)))
    return input / 2 * (1 + erf(input / np.sqrt(2)))


def log_softmax(input, dim):
    """Return x - ln(sum of e^x along dim)."""
    input = np.asarray(input, float)
    shifted = input - np.max(input, axis=dim, keepdims=True, initial=-np.inf)  # so that no exponential overflows
    return shifted - np.log(np.sum(np.exp(shifted), axis=dim, keepdims=True))


def softmax(input, dim):
    """Return e^x / (sum of e^x along dim)."""
    return np.exp(log_softmax(input, dim))
