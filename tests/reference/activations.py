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


def hardtanh(input, min_val=-1.0, max_val=1.0):
    """Return min(max(x, min_val), max_val)."""
    return np.clip(input, min_val, max_val)


def relu6(input):
    """Return min(max(x, 0), 6)."""
    return np.clip(input, 0, 6)


def hardswish(input):
    """Return x * min(max(x + 3, 0), 6) / 6."""
    return input * hardsigmoid(input)


def mish(input):
    """Return x * tanh(ln(1 + e^x))."""
    return input * np.tanh(np.logaddexp(0, input))


def selu(input):
    """Return scale * x where x > 0, scale * alpha * (e^x - 1) elsewhere, with Klambauer et al.'s numbers."""
    return 1.0507009873554804934193349852946 * elu(input, 1.6732632423543772848170429916717)


def celu(input, alpha=1.0):
    """Return x where x > 0, alpha * (e^(x / alpha) - 1) elsewhere."""
    return np.where(input > 0, input, alpha * np.expm1(input / alpha))


def softsign(input):
    """Return x / (1 + |x|)."""
    return input / (1 + np.abs(input))


def logsigmoid(input):
    """Return -ln(1 + e^-x)."""
    return -np.logaddexp(0, -input)


def glu(input, dim=-1):
    """Return a * sigmoid(b), a and b being the halves of x."""
    a, b = np.split(input, 2, axis=dim)
    return a * sigmoid(b)


def prelu(input, weight):
    """Return x where x > 0, weight * x elsewhere, one weight for all or for each channel (axis 1)."""
    along = weight.reshape([-1 if axis == 1 else 1 for axis in range(input.ndim)]) if weight.size > 1 else weight[0]
    return np.where(input > 0, input, along * input)
