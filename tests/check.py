"""Check an operation against its definition in NumPy: one line per operation.

    check_op(F.softmax, ref.softmax, x=(3, 17), dim=-1)

holds the operation to the reference's values, to the derivatives of the reference, to its own second derivatives, to
the same bits on any number of threads and without a tape, and to the same results on strided tensors.
"""

from contextlib import contextmanager

import dlcore
import numpy as np
from case import Case, Result, dot, float32, float64, same_bits

# Sizes about the vector width W = 16, that of AVX-512 in float32. The narrower widths 2, 4 and 8 divide it,
# so these are also whole vectors, one element less and one more for them.
W = 16
SIZES = (0, 1, W - 1, W, W + 1, 2 * W + 3)

THREADS = (1, 2, 3)
LAYOUTS = ("transposed", "stepped", "mixed", "expanded")

_DIRECTIONS = 3
# Central differences lose step^2 to curvature and eps / step to rounding: the cube root balances them.
_STEP = np.finfo(float64).eps ** (1 / 3)
# Their error is some eps^(2/3) = 4e-11, times third derivatives of inputs as close as 0.05 to a pole.
_DIFFERENCES_RTOL = 1e-7
# Rounding errors that add up over a handful of steps, in units of eps.
_VALUE_ULPS = 64
_GRADIENT_ULPS = 256


def check_op(
    op,
    reference,
    *args,
    dtypes=(float32, float64),
    grad=True,
    order2=True,
    layouts=LAYOUTS,
    rtol=None,
    atol=None,
    seed=0,
    **kwargs,
):
    """Check an operation's values, gradients, second gradients, threads, tape and strides against a reference.

    op, reference: called with the same arguments, tensors for the one and arrays for the other (floats as float64);
        each returns one result or several.
    args, kwargs: positional tuples, and keyword tuples named as in ARRAY_ARGUMENTS, are shapes of arrays to draw; a
        Sample or a NumPy array says more precisely what; a list of these is a list of tensors. The rest is passed on.
    dtypes: that floating arguments take in turn; integers and booleans keep theirs.
    grad, order2: whether the first and the second gradient exist. Without grad, the result must not ask for one.
    layouts: which strided forms of the arguments to try; leave some out where copies of a row are no valid input.
    rtol, atol: tolerances of values; by default 64 roundings, of the element and of the largest number involved.
    Raises AssertionError that says which check failed, for which call and by how much.
    """
    for dtype in map(np.dtype, dtypes):
        case = Case(op, reference, args, kwargs, dtype, seed)
        expected = case.reference_values()
        order = 0 if not grad else 2 if order2 and dtype == float64 else 1
        got = case.evaluate(case.arrays, order)

        _check_values(case, got, expected, rtol, atol)
        if any(dx.size for dx in got.gradients):  # without an element there is no direction to move in
            _check_gradient(case, got)
            if order == 2:
                _check_second_gradient(case, got)
        _check_no_grad(case, got)
        _check_threads(case, got, order)
        for layout in layouts:
            _check_layout(case, layout, order)


def check_threads(op, *args, dtype=float32, order=2, seed=0, **kwargs):
    """Check that values and gradients up to an order have the same bits for 1, 2 and 3 threads.

    For arguments large enough to be shared out, for which a reference would take too long. Arguments as for check_op.
    """
    case = Case(op, None, args, kwargs, np.dtype(dtype), seed)
    _check_threads(case, case.evaluate(case.arrays, order), order)


def check_error(error, message, function):
    """Check that a call raises exactly this exception class with exactly this text."""
    try:
        result = function()
    except Exception as raised:
        if type(raised) is not error or str(raised) != message:
            got = f"raised   {type(raised).__name__}: {raised}"
            raise AssertionError(f"{got}\nexpected {error.__name__}: {message}") from raised
    else:
        raise AssertionError(f"returned {result!r}\nexpected {error.__name__}: {message}")


@contextmanager
def threads(n):
    """Compute with n threads inside the block."""
    before = dlcore.get_num_threads()
    dlcore.set_num_threads(n)
    assert dlcore.get_num_threads() == n, f"asked for {n} threads, got {dlcore.get_num_threads()}"
    try:
        yield
    finally:
        dlcore.set_num_threads(before)


def _largest(*arrays):
    """Return the largest finite magnitude among floating arrays."""
    finite = [np.abs(a[np.isfinite(a)]).max(initial=0) for a in arrays if a.dtype.kind == "f"]
    return max(finite, default=0)


def _check_close(case, what, got, expected, rtol, atol):
    """Compare element by element; NaN equals NaN, infinities equal themselves."""
    if got.shape != expected.shape:
        case.fail(f"{what} has shape {got.shape}, expected {expected.shape}")
    if got.dtype.kind != "f":
        wrong = got != expected
    else:
        wrong = ~np.isclose(got.astype(float64), expected, rtol, atol, equal_nan=True)
    if wrong.any():
        with np.errstate(all="ignore"):
            error = np.where(wrong, np.abs(got.astype(float64) - expected.astype(float64)), 0)
        error = np.where(np.isnan(error), np.inf, error)
        at = tuple(int(i) for i in np.unravel_index(np.argmax(error), error.shape))
        case.fail(
            f"{what} differs in {wrong.sum()} of {wrong.size} elements, most at {at}: got {got[at]}, "
            f"expected {expected[at]}, error {error[at]:.3g}, allowed {atol:.3g} + {rtol:.3g} * |expected|"
        )


def _check_values(case, got, expected, rtol, atol):
    if len(got.values) != len(expected):
        case.fail(f"gave {len(got.values)} results, expected {len(expected)}")
    floats = [a.dtype for a in case.arrays if a.dtype.kind == "f"]
    eps = np.finfo(case.dtype).eps
    for i, (y, e) in enumerate(zip(got.values, expected, strict=True)):
        # The reference computes in float64; the result is of the arguments' dtype, of float32 if they hold no float.
        dtype = e.dtype if e.dtype.kind != "f" else floats[0] if floats else float32
        if y.dtype != dtype:
            case.fail(f"value {i} has dtype {y.dtype}, expected {dtype}")
        y_eps = np.finfo(dtype).eps if dtype.kind == "f" else eps
        y_rtol = _VALUE_ULPS * y_eps if rtol is None else rtol
        y_atol = _VALUE_ULPS * y_eps * _largest(e, *case.arrays) if atol is None else atol
        with np.errstate(over="ignore"):
            rounded = e.astype(dtype).astype(e.dtype)  # beyond the largest float32 lies infinity
        _check_close(case, f"value {i}", y, rounded, y_rtol, y_atol)


def _check_gradient(case, got):
    """Compare <dx, d> with (f(x + step d) - f(x - step d)) / 2 step of the reference f(x) = <y(x), dy>."""

    def projected(arrays):
        return [y for y in case.reference_values(arrays) if y.dtype.kind == "f"]

    rtol = max(_DIFFERENCES_RTOL, _GRADIENT_ULPS * np.finfo(case.dtype).eps)
    for number in range(_DIRECTIONS):
        d = case.directions()
        after, before = projected(case.moved(d, _STEP)), projected(case.moved(d, -_STEP))
        expected = dot(_differences(after, before), case.dys)
        _check_slope(case, f"gradient along direction {number}", got.gradients, d, expected, rtol)


def _check_second_gradient(case, got):
    """Compare the gradient of s = <dx(x, dy), u> along directions of x and dy with central differences of s."""
    for number in range(_DIRECTIONS):
        d = case.directions()
        ddys = [case.rng.uniform(-1, 1, dy.shape) for dy in case.dys]

        after, before = (
            case.evaluate(
                case.moved(d, step), 1, [np.asarray(dy + step * ddy) for dy, ddy in zip(case.dys, ddys, strict=True)]
            ).gradients
            for step in (_STEP, -_STEP)
        )
        expected = dot(_differences(after, before), case.us)
        what = f"second gradient along direction {number}"
        _check_slope(case, what, got.second_gradients, d + ddys, expected, _DIFFERENCES_RTOL)


def _differences(after, before):
    """Return central differences; an element that stays as it is, be it infinite, has slope 0."""
    with np.errstate(invalid="ignore"):
        return [np.where(a == b, 0, a - b) / (2 * _STEP) for a, b in zip(after, before, strict=True)]


def _check_slope(case, what, gradients, directions, expected, rtol):
    slope = dot(gradients, directions)
    scale = max(1.0, dot([np.abs(g) for g in gradients], [np.abs(d) for d in directions]))
    # Written so that NaN fails.
    if not abs(slope - expected) <= rtol * scale:
        case.fail(
            f"{what}: got {slope}, expected {expected}, error {abs(slope - expected):.3g}, allowed {rtol * scale:.3g}"
        )


def _check_same_bits(case, what, got, expected):
    for (name, a), (_, b) in zip(got.parts(), expected.parts(), strict=True):
        if not same_bits(a, b):
            case.fail(f"{name} {what}: {_difference(a, b)}")


def _difference(a, b):
    if a.dtype != b.dtype or a.shape != b.shape:
        return f"{a.dtype}{list(a.shape)} and {b.dtype}{list(b.shape)}"
    places = np.argwhere((a != b) & ~(np.isnan(a) & np.isnan(b)))
    if not len(places):
        return "zeros or NaN of other bits"
    at = tuple(int(i) for i in places[0])
    return f"{len(places)} of {a.size} elements differ, first at {at}: {a[at]!r} and {b[at]!r}"


def _check_no_grad(case, got):
    with dlcore.no_grad():
        tensors = [dlcore.from_numpy(a) for a in case.arrays]
        for i in case.variables:
            tensors[i].requires_grad_()
        ys = case.call(case.op, tensors)
    if any(y.requires_grad for y in ys):
        case.fail("the result requires grad under no_grad")
    _check_same_bits(case, "under no_grad", Result([y.numpy() for y in ys]), Result(got.values))


def _check_threads(case, got, order):
    for n in THREADS:
        with threads(n):
            again = case.evaluate(case.arrays, order)
        _check_same_bits(case, f"on {n} threads and on {dlcore.get_num_threads()}", again, got)


def _check_layout(case, layout, order):
    """Compare strided arguments with contiguous ones that hold the same numbers."""
    strided = [_strided(a, layout, i, case.samples[i]) for i, a in enumerate(case.arrays)]
    if all(a.flags.c_contiguous for a in strided):
        return  # nothing to stride: no dimensions, or no two elements
    got, expected = case.evaluate(strided, order), case.evaluate([a.copy(order="C") for a in strided], order)
    eps = np.finfo(case.dtype).eps
    for (name, a), (_, b) in zip(got.parts(), expected.parts(), strict=True):
        ulps = _VALUE_ULPS if name.startswith("value") else _GRADIENT_ULPS
        _check_close(case, f"{name} for {layout} arguments", a, b, ulps * eps, ulps * eps * _largest(b, *case.arrays))


def _strided(a, layout, number, sample):
    """Return an array of equal shape and numbers in another layout; if expanded, of copies of its first row."""
    if layout == "mixed":
        layout = "transposed" if a.ndim > 1 else "stepped"
        layout = layout if number % 2 == 0 else None
    if layout == "transposed":
        return a.T.copy(order="C").T
    if layout == "stepped" and a.ndim:
        wide = np.zeros((*a.shape[:-1], 2 * a.shape[-1] + 1), a.dtype)
        wide[..., 1::2] = a
        return wide[..., 1::2]
    if layout == "expanded" and a.ndim > 1 and a.shape[0] > 1 and sample.repeatable:
        return np.lib.stride_tricks.as_strided(a[:1].copy(), a.shape, (0, *a.strides[1:]))
    return a
