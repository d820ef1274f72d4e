"""Arithmetic, comparison, logic and the elementary functions; operands broadcast."""

import math

import numpy as np

# Arithmetic.


def add(input, other, *, alpha=1):
    """Return input + alpha * other."""
    return np.add(input, other if alpha == 1 else np.multiply(other, alpha))


def sub(input, other, *, alpha=1):
    """Return input - alpha * other."""
    return np.subtract(input, other if alpha == 1 else np.multiply(other, alpha))


def mul(input, other):
    """Return input * other."""
    return np.multiply(input, other)


def div(input, other, *, rounding_mode=None):
    """Return input / other, rounded towards zero ("trunc") or down ("floor") if asked."""
    if rounding_mode is None:
        return np.divide(np.asarray(input, float), np.asarray(other, float))
    if rounding_mode == "floor":
        return floor_divide(input, other)
    quotient = np.trunc(np.divide(np.asarray(input, float), np.asarray(other, float)))
    return quotient.astype(np.result_type(input, other))


def floor_divide(input, other):
    """Return floor(input / other)."""
    return np.floor_divide(input, other)


def remainder(input, other):
    """Return input - floor(input / other) * other, of the sign of other."""
    return np.remainder(input, other)


def neg(input):
    """Return -input."""
    return np.negative(input)


def pow(input, exponent):
    """Return input ** exponent."""
    return np.power(input, exponent)


def abs(input):
    """Return |input|."""
    return np.abs(input)


def sign(input):
    """Return 1 where x > 0, -1 where x < 0, 0 elsewhere, also for NaN."""
    return np.where(np.isnan(input), 0, np.sign(input))


def clamp(input, min=None, max=None):
    """Return min(max(input, min), max): where min > max, y = max."""
    y = input if min is None else np.maximum(input, min)
    return y if max is None else np.minimum(y, max)


def minimum(input, other):
    """Return the smaller; NaN if one is NaN."""
    return np.minimum(input, other)


def maximum(input, other):
    """Return the larger; NaN if one is NaN."""
    return np.maximum(input, other)


def where(condition, input, other):
    """Return input where condition, other elsewhere."""
    return np.where(condition, input, other)


# Comparison and logic.


def eq(input, other):
    """Return input == other."""
    return np.equal(input, other)


def ne(input, other):
    """Return input != other."""
    return np.not_equal(input, other)


def lt(input, other):
    """Return input < other."""
    return np.less(input, other)


def le(input, other):
    """Return input <= other."""
    return np.less_equal(input, other)


def gt(input, other):
    """Return input > other."""
    return np.greater(input, other)


def ge(input, other):
    """Return input >= other."""
    return np.greater_equal(input, other)


def logical_and(input, other):
    """Return both are non-zero."""
    return np.logical_and(input, other)


def logical_or(input, other):
    """Return one is non-zero."""
    return np.logical_or(input, other)


def logical_xor(input, other):
    """Return exactly one is non-zero."""
    return np.logical_xor(input, other)


def logical_not(input):
    """Return input is zero."""
    return np.logical_not(input)


def bitwise_and(input, other):
    """Return input & other, for integers and bool."""
    return np.bitwise_and(input, other)


def bitwise_or(input, other):
    """Return input | other, for integers and bool."""
    return np.bitwise_or(input, other)


def bitwise_xor(input, other):
    """Return input ^ other, for integers and bool."""
    return np.bitwise_xor(input, other)


def bitwise_not(input):
    """Return ~input, for integers and bool."""
    return np.bitwise_not(input)


def isnan(input):
    """Return input is NaN."""
    return np.isnan(input)


def isinf(input):
    """Return input is infinite, of either sign."""
    return np.isinf(input)


def isfinite(input):
    """Return input is neither NaN nor infinite."""
    return np.isfinite(input)


def isclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Return |input - other| <= atol + rtol * |other|; infinities are close to themselves only."""
    return np.isclose(input, other, rtol, atol, equal_nan)


def allclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Return every pair is close, a Python bool."""
    return bool(np.all(isclose(input, other, rtol, atol, equal_nan)))


# Elementary functions: integers are taken as floats.


def exp(input):
    """Return e^x."""
    return np.exp(np.asarray(input, float))


def expm1(input):
    """Return e^x - 1, exact for small x."""
    return np.expm1(np.asarray(input, float))


def log(input):
    """Return ln(x)."""
    return np.log(np.asarray(input, float))


def log1p(input):
    """Return ln(1 + x), exact for small x."""
    return np.log1p(np.asarray(input, float))


def sqrt(input):
    """Return x^(1/2)."""
    return np.sqrt(np.asarray(input, float))


def rsqrt(input):
    """Return x^(-1/2)."""
    return 1 / np.sqrt(np.asarray(input, float))


def sin(input):
    """Return the sine of x radians."""
    return np.sin(np.asarray(input, float))


def cos(input):
    """Return the cosine of x radians."""
    return np.cos(np.asarray(input, float))


def tanh(input):
    """Return (e^x - e^-x) / (e^x + e^-x)."""
    return np.tanh(np.asarray(input, float))


def erf(input):
    """Return 2 / sqrt(pi) * integral of e^(-t^2) from 0 to x."""
    return np.vectorize(math.erf, otypes=[float])(input)
