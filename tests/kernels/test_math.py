"""The elementary functions, held to the errors that cpp/kernels/math states, against NumPy's long double."""

import math

import dlcore
import numpy as np
import pytest

# A function and its largest errors in units in the last place, for float32 and float64.
BOUNDS = {
    "exp": (1.0, 1.0),
    "expm1": (1.5, 2.0),
    "sigmoid": (2.5, 2.5),
    "tanh": (2.5, 2.5),
    "log": (1.0, 1.0),
    "log1p": (1.5, 1.5),
    "sin": (0.6, 2.5),
    "cos": (0.6, 2.5),
    "erf": (1.5, 1.5),
}
N = 20_000


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def erf(x):
    """Sum the series whose terms are all of one sign: 2 / sqrt(pi) e^(-x^2) sum of x (2 x^2)^n / (2n + 1)!!."""
    x = np.clip(x, -7, 7)  # beyond, 1 in any precision
    term = total = x
    for n in range(1, 200):
        term = term * (2 * x * x / (2 * n + 1))
        total = total + term
    return 2 / np.sqrt(np.arccos(np.longdouble(-1))) * np.exp(-x * x) * total


REFERENCES = {"sigmoid": sigmoid, "erf": erf}


def arguments(dtype, rng):
    """Draw numbers of every magnitude, and more of those where the functions bend."""
    bits = np.dtype(f"u{dtype.itemsize}")
    parts = [
        rng.integers(0, np.iinfo(bits).max, N, bits, endpoint=True).view(dtype),
        rng.uniform(-4, 4, N).astype(dtype),
        rng.uniform(-110, 110, N // 4).astype(dtype),
        rng.uniform(-750, 750, N // 4).astype(dtype),
        (2.0 ** rng.uniform(-30, 16, N // 4)).astype(dtype),
    ]
    x = np.concatenate(parts)
    return x[np.isfinite(x) & ((np.abs(x) >= np.finfo(dtype).tiny) | (x == 0))]


def errors(y, expected, dtype):
    """Return |y - expected| in units in the last place of expected; a denormal counts as the smallest normal number."""
    tiny = np.finfo(dtype).tiny
    with np.errstate(all="ignore"):
        rounded = expected.astype(dtype)
        unit = np.exp2(np.floor(np.log2(np.maximum(np.abs(expected), tiny)))) * np.longdouble(np.finfo(dtype).eps)
        error = np.maximum(np.abs(y - expected) - 2 * tiny * (np.abs(expected) < 16 * tiny), 0) / unit
    same = (y == rounded) | (np.isnan(y) & np.isnan(rounded))
    # Where rounding decides between the largest number and infinity, both are right.
    edge = np.abs(expected) > np.finfo(dtype).max * (1 - 4 * np.longdouble(np.finfo(dtype).eps))
    return np.where(same | (edge & (np.abs(y) >= np.finfo(dtype).max)), 0, np.where(np.isfinite(error), error, np.inf))


@pytest.mark.parametrize("index", [0, 1], ids=["float32", "float64"])
@pytest.mark.parametrize("name", BOUNDS)
def test_error_is_within_the_bound(name, index):
    dtype = np.dtype((np.float32, np.float64)[index])
    x = arguments(dtype, np.random.default_rng(0))
    if name in ("sin", "cos"):
        x = x[np.abs(x) < 2.0**20]
    with np.errstate(all="ignore"):
        expected = REFERENCES.get(name, getattr(np, name, None))(x.astype(np.longdouble))
    error = errors(getattr(dlcore, name)(dlcore.from_numpy(x)).numpy(), expected, dtype)
    worst = np.argmax(error)
    assert error[worst] <= BOUNDS[name][index], f"{name}({x[worst]!r}): {error[worst]:.3f} ulp"


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", BOUNDS)
def test_special_values(name, dtype):
    x = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, np.finfo(dtype).max, -np.finfo(dtype).max], dtype)
    with np.errstate(all="ignore"):
        expected = REFERENCES.get(name, getattr(np, name, None))(x.astype(np.longdouble)).astype(dtype)
    if name == "erf":
        expected[:5] = [0.0, -0.0, 1, -1, np.nan]
    for repeats in (1, 3):  # in vectors and in what is left over
        y = getattr(dlcore, name)(dlcore.from_numpy(np.tile(x, repeats))).numpy()
        np.testing.assert_allclose(y, np.tile(expected, repeats), rtol=8 * np.finfo(dtype).eps)
        zero = np.tile(expected, repeats) == 0
        np.testing.assert_array_equal(np.signbit(y[zero]), np.signbit(np.tile(expected, repeats)[zero]))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_angles_of_any_size(dtype):
    x = np.array([1e5, 1e10, 1e22, -3e30, 0.5], dtype)
    for op, reference in ((dlcore.sin, np.sin), (dlcore.cos, np.cos)):
        np.testing.assert_allclose(op(dlcore.from_numpy(x)).numpy(), reference(x.astype(np.float64)), rtol=1e-6)


@pytest.mark.parametrize(("dtype", "eps"), [(np.float32, 2**-23), (np.float64, 2**-52)])
def test_lower_tail_of_gelu_keeps_its_digits(dtype, eps):

    x = np.linspace(-12, -0.5, 500).astype(dtype)
    expected = np.array([float(v) * math.erfc(-float(v) / math.sqrt(2)) / 2 for v in x])
    error = np.abs(dlcore.gelu(dlcore.from_numpy(x)).numpy() - expected) / np.abs(expected)
    assert (error <= (8 + x.astype(np.float64) ** 2) * eps).all()
