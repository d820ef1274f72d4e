"""First values of parameters.

Every function fills its tensor in place, outside autograd, and returns it. The random ones take a `generator`;
without one they draw from the library's own, which `manual_seed` sets.
"""

from __future__ import annotations

import math

import numpy as np

from .._core import Generator, Tensor, erf, eye, float64, from_numpy, rand, randn, where
from ..autograd import no_grad

_GAINS = {
    "linear": 1.0,
    "identity": 1.0,
    "sigmoid": 1.0,
    "tanh": 5.0 / 3.0,
    "relu": math.sqrt(2.0),
    "selu": 0.75,
}


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """Return the factor that keeps the variance of activations under a nonlinearity.

    Args:
        nonlinearity: `"linear"`, `"identity"`, `"sigmoid"`, `"tanh"`, `"relu"`, `"leaky_relu"`, `"selu"`.
        param: the negative slope of `"leaky_relu"`, 0.01 if left out.

    Example:
        >>> from dlcore.nn import init
        >>> init.calculate_gain("relu") ** 2
        2.0000000000000004
    """
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        return math.sqrt(2.0 / (1.0 + slope**2))
    if nonlinearity not in _GAINS:
        names = ", ".join([*_GAINS, "leaky_relu"])
        raise ValueError(f"calculate_gain: nonlinearity expected one of {names}, got {nonlinearity!r}")
    return _GAINS[nonlinearity]


def _fill(tensor: Tensor, values: Tensor | float) -> Tensor:
    with no_grad():
        return tensor.copy_(values) if isinstance(values, Tensor) else tensor.fill_(values)


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Draw from the uniform distribution over [a, b)."""
    values = rand(tensor.shape, dtype=tensor.dtype, generator=generator)
    return _fill(tensor, values * (b - a) + a)


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Draw from the normal distribution."""
    values = randn(tensor.shape, dtype=tensor.dtype, generator=generator)
    return _fill(tensor, values * std + mean)


def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Generator | None = None,
) -> Tensor:
    """Draw from the normal distribution cut to [a, b].

    The distribution function is inverted by bisection, so that any window works, however far from the mean.
    """
    if not a < b:
        raise ValueError(f"trunc_normal_: a expected to be less than b, got {a} and {b}")
    low, high = ((edge - mean) / (std * math.sqrt(2.0)) for edge in (a, b))
    u = rand(tensor.shape, dtype=float64, generator=generator) * (math.erf(high) - math.erf(low)) + math.erf(low)
    x_low, x_high = u * 0.0 + max(low, -6.0), u * 0.0 + min(high, 6.0)
    for _ in range(60):
        middle = (x_low + x_high) * 0.5
        below = erf(middle) < u
        x_low, x_high = where(below, middle, x_low), where(below, x_high, middle)
    return _fill(tensor, (x_low * (std * math.sqrt(2.0)) + mean).clamp(a, b))


def constant_(tensor: Tensor, val: float) -> Tensor:
    """Set every element to `val`."""
    return _fill(tensor, val)


def zeros_(tensor: Tensor) -> Tensor:
    """Set every element to 0."""
    return _fill(tensor, 0.0)


def ones_(tensor: Tensor) -> Tensor:
    """Set every element to 1."""
    return _fill(tensor, 1.0)


def eye_(tensor: Tensor) -> Tensor:
    """Set a matrix to the identity, so that a linear layer passes on as much of its input as it can."""
    if tensor.ndim != 2:
        raise ValueError(f"eye_: tensor expected 2 dimensions, got shape {tuple(tensor.shape)}")
    return _fill(tensor, eye(*tensor.shape, dtype=tensor.dtype))


def _fans(op: str, tensor: Tensor) -> tuple[int, int]:
    """Return the numbers of inputs and outputs of a weight of shape (outputs, inputs, kernel...)."""
    shape = tuple(tensor.shape)
    if len(shape) < 2:
        raise ValueError(f"{op}: tensor expected at least 2 dimensions, got shape {shape}")
    field = math.prod(shape[2:])
    return shape[1] * field, shape[0] * field


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Draw uniformly with variance gain^2 2 / (fan_in + fan_out). Source: Glorot and Bengio (2010), equation 16."""
    std = gain * math.sqrt(2.0 / sum(_fans("xavier_uniform_", tensor)))
    return uniform_(tensor, -math.sqrt(3.0) * std, math.sqrt(3.0) * std, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Draw normally with variance gain^2 2 / (fan_in + fan_out). Source: Glorot and Bengio (2010), equation 12."""
    return normal_(tensor, 0.0, gain * math.sqrt(2.0 / sum(_fans("xavier_normal_", tensor))), generator)


def _kaiming_std(op: str, tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"{op}: mode expected 'fan_in' or 'fan_out', got {mode!r}")
    fan = _fans(op, tensor)[mode == "fan_out"]
    return calculate_gain(nonlinearity, a) / math.sqrt(fan)


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Draw uniformly with variance gain^2 / fan. Source: He et al., Delving Deep into Rectifiers (2015), section 2.2.

    Args:
        tensor: the weight, of shape (outputs, inputs, ...).
        a: the negative slope of `"leaky_relu"`.
        mode: `"fan_in"` keeps the variance of activations, `"fan_out"` that of gradients.
        nonlinearity: what follows the layer, as `calculate_gain` takes it.
        generator: where the numbers come from.
    """
    if tensor.numel() == 0:
        return tensor
    bound = math.sqrt(3.0) * _kaiming_std("kaiming_uniform_", tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Tensor:
    """Draw normally with variance gain^2 / fan; the arguments are those of `kaiming_uniform_`."""
    if tensor.numel() == 0:
        return tensor
    return normal_(tensor, 0.0, _kaiming_std("kaiming_normal_", tensor, a, mode, nonlinearity), generator)


def orthogonal_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """Set a matrix to a random orthogonal one, all being equally likely, times a gain.

    A tensor of more axes counts as a matrix of the first by the others. Where it is not square, its rows are orthogonal
    or, where there are too many of them, its columns.
    Source: Saxe, McClelland and Ganguli, Exact solutions to the nonlinear dynamics of learning (2014), section 3;
    Mezzadri, How to generate random matrices from the classical compact groups (2007), section 5.
    """
    if tensor.ndim < 2:
        raise ValueError(f"orthogonal_: tensor expected at least 2 dimensions, got shape {tuple(tensor.shape)}")
    if tensor.numel() == 0:
        return tensor
    rows = tensor.shape[0]
    columns = tensor.numel() // rows
    drawn = randn(max(rows, columns), min(rows, columns), dtype=float64, generator=generator)
    q, r = np.linalg.qr(drawn.numpy())
    q = q * np.where(np.diag(r) < 0, -1.0, 1.0)  # QR is unique, and so q uniform, with a positive diagonal alone
    matrix = q.T if rows < columns else q
    return _fill(tensor, from_numpy(np.ascontiguousarray(gain * matrix.reshape(tensor.shape))))
