"""Checks for tests: closeness of values, and gradients against finite differences."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ._core import Tensor, from_numpy, randn
from .autograd import grad

# Per dtype: what rounding in a few operations leaves, as PyTorch has it.
_TOLERANCES = {"float32": (1.3e-6, 1e-5), "float64": (1e-7, 1e-7)}


class GradcheckError(RuntimeError):
    """A gradient that disagrees with finite differences."""


def assert_close(
    actual: Any,
    expected: Any,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    equal_nan: bool = False,
    check_dtype: bool = True,
    msg: str | None = None,
) -> None:
    """Raise AssertionError unless `|actual - expected| <= atol + rtol |expected|` for every element.

    Args:
        actual: a tensor, an array or a number; or a sequence or mapping of them.
        expected: the same. A plain number has no dtype that could differ.
        rtol: relative tolerance; with `atol` left out too, that of the coarser dtype: 1.3e-6 for float32, 1e-7 for
            float64, 0 for integers.
        atol: absolute tolerance; 1e-5 for float32, 1e-7 for float64, 0 for integers.
        equal_nan: whether NaN equals NaN.
        check_dtype: whether the dtypes have to agree.
        msg: the message instead of the one that says how many elements differ, by how much at most, and where.

    Example:
        >>> import dlcore as dl
        >>> dl.testing.assert_close(dl.tensor([1.0, 2.0]), dl.tensor([1.0, 2.5]))
        Traceback (most recent call last):
        ...
        AssertionError: values are not close: 1 of 2 elements differ (50.0 %)
        greatest absolute difference: 0.5 at index (1,) (allowed: 1e-05)
        greatest relative difference: 0.2 at index (1,) (allowed: 1.3e-06)
    """
    if (rtol is None) != (atol is None):
        raise ValueError("assert_close: rtol and atol expected both or neither, got one")
    problem = _difference("", actual, expected, rtol, atol, equal_nan, check_dtype)
    if problem is not None:
        raise AssertionError(problem if msg is None else msg)


def _difference(
    path: str, actual: Any, expected: Any, rtol: float | None, atol: float | None, equal_nan: bool, check_dtype: bool
) -> str | None:
    """Return what differs first, or None."""
    where = f" of item {path}" if path else ""
    if isinstance(expected, Mapping):
        if not isinstance(actual, Mapping) or actual.keys() != expected.keys():
            return f"keys{where} differ: expected {list(expected)}, got {_summary(actual)}"
        parts = [(f"{path}[{key!r}]", actual[key], expected[key]) for key in expected]
    elif isinstance(expected, Sequence) and not isinstance(expected, str):
        if not isinstance(actual, Sequence) or len(actual) != len(expected):
            return f"lengths{where} differ: expected {len(expected)}, got {_summary(actual)}"
        parts = [(f"{path}[{i}]", a, e) for i, (a, e) in enumerate(zip(actual, expected, strict=True))]
    else:
        return _array_difference(where, actual, expected, rtol, atol, equal_nan, check_dtype)
    problems = (_difference(*part, rtol, atol, equal_nan, check_dtype) for part in parts)
    return next((problem for problem in problems if problem is not None), None)


def _summary(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(list(value))
    return str(len(value)) if isinstance(value, Sequence) else type(value).__name__


def _array(value: Any) -> np.ndarray:
    return value.detach().numpy() if isinstance(value, Tensor) else np.asarray(value)


def _array_difference(
    where: str, actual: Any, expected: Any, rtol: float | None, atol: float | None, equal_nan: bool, check_dtype: bool
) -> str | None:
    x, y = _array(actual), _array(expected)
    if x.shape != y.shape:
        return f"shapes{where} differ: expected {y.shape}, got {x.shape}"
    typed = all(isinstance(value, (Tensor, np.ndarray, np.generic)) for value in (actual, expected))
    if check_dtype and typed and x.dtype != y.dtype:
        return f"dtypes{where} differ: expected {y.dtype}, got {x.dtype}"
    if rtol is None or atol is None:
        typed_arrays = [array for array, v in ((x, actual), (y, expected)) if not isinstance(v, (int, float))]
        tolerances = [_TOLERANCES.get(array.dtype.name, (0.0, 0.0)) for array in typed_arrays or (x, y)]
        rtol, atol = (max(values) for values in zip(*tolerances, strict=True))
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        absolute = _absolute_difference(x, y)
        x, y = x.astype(np.float64), y.astype(np.float64)
        equal = (x == y) & ~(absolute > 0) | (equal_nan & np.isnan(x) & np.isnan(y))
        absolute = np.where(equal, 0.0, absolute)
        relative = np.where(equal, 0.0, absolute / np.abs(y))
        bad = ~(equal | (np.isfinite(y) & (absolute <= atol + rtol * np.abs(y))))
    if not bad.any():
        return None
    return (
        f"values{where} are not close: {bad.sum()} of {bad.size} elements differ ({100 * bad.mean():.1f} %)\n"
        f"greatest absolute difference: {_greatest(absolute, bad)} (allowed: {atol:g})\n"
        f"greatest relative difference: {_greatest(relative, bad)} (allowed: {rtol:g})"
    )


def _absolute_difference(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    if (
        x.dtype.kind in "iu" and y.dtype.kind in "iu"
    ):  # exact beyond 2^53 too: unsigned differences wrap to the right one
        a, b = x.astype(np.int64).astype(np.uint64), y.astype(np.int64).astype(np.uint64)
        return np.where(x > y, a - b, b - a).astype(np.float64)
    return np.abs(x.astype(np.float64) - y.astype(np.float64))


def _greatest(difference: np.ndarray, bad: np.ndarray) -> str:
    candidates = np.where(bad, np.where(np.isnan(difference), np.inf, difference), -1.0)
    index = tuple(int(i) for i in np.unravel_index(np.argmax(candidates), bad.shape))
    return f"{difference[index]:.6g} at index {index}"


def gradcheck(
    func: Callable[..., Any],
    inputs: Tensor | Sequence[Any],
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
) -> bool:
    r"""Compare a function's gradients with central differences of its values, element by element.

    .. math:: \frac{\partial y_i}{\partial x_j} \approx \frac{y_i(x + \epsilon e_j) - y_i(x - \epsilon e_j)}{2 \epsilon}

    Args:
        func: takes the inputs, returns a tensor or several.
        inputs: float64 tensors with `requires_grad` to be checked; others are passed as they are.
        eps: how far an element is moved.
        atol: absolute tolerance.
        rtol: relative tolerance.
        raise_exception: whether a disagreement raises; if not, the answer is False.
        nondet_tol: by how much two evaluations of a gradient may differ.

    Returns:
        Whether all gradients agree.

    Raises:
        GradcheckError: naming output, input and the element that is furthest off.

    Example:
        >>> import dlcore as dl
        >>> x = dl.randn(3, dtype=dl.float64, requires_grad=True)
        >>> dl.testing.gradcheck(lambda x: x.exp(), [x])
        True
    """
    inputs = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
    checked = [i for i, x in enumerate(inputs) if isinstance(x, Tensor) and x.requires_grad]
    if not checked:
        raise ValueError("gradcheck: inputs expected a tensor with requires_grad, got none")
    if any(_array(inputs[i]).dtype != np.float64 for i in checked):
        warnings.warn("gradcheck: inputs that are not float64 are too coarse for finite differences", stacklevel=2)
    try:
        _check_gradients(func, inputs, checked, eps, atol, rtol, nondet_tol)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def _outputs(func: Callable[..., Any], inputs: Sequence[Any]) -> list[Tensor]:
    outputs = func(*inputs)
    return [outputs] if isinstance(outputs, Tensor) else list(outputs)


def _check_gradients(
    func: Callable[..., Any],
    inputs: tuple[Any, ...],
    checked: list[int],
    eps: float,
    atol: float,
    rtol: float,
    nondet_tol: float,
) -> None:
    outputs = _outputs(func, inputs)
    wanted = [inputs[i] for i in checked]
    numerical = [_numerical_jacobians(func, inputs, i, eps) for i in checked]
    for o, output in enumerate(outputs):
        if not output.dtype.is_floating_point:
            continue
        analytical = _analytical_jacobians(output, wanted)
        again = _analytical_jacobians(output, wanted)
        for i, x, numeric, analytic, repeated in zip(checked, wanted, numerical, analytical, again, strict=True):
            if np.abs(analytic - repeated).max(initial=0.0) > nondet_tol:
                raise GradcheckError(f"gradcheck: output {o}, input {i}: two evaluations of the gradient differ")
            bad = ~(np.abs(analytic - numeric[o]) <= atol + rtol * np.abs(numeric[o]))
            if bad.any():
                raise GradcheckError(_disagreement(o, output, i, x, analytic, numeric[o], bad))


def _disagreement(
    o: int, output: Tensor, i: int, x: Tensor, analytic: np.ndarray, numeric: np.ndarray, bad: np.ndarray
) -> str:
    off = np.where(bad, np.nan_to_num(np.abs(analytic - numeric), nan=np.inf), -1.0)
    row, column = (int(k) for k in np.unravel_index(np.argmax(off), bad.shape))
    of = tuple(int(k) for k in np.unravel_index(row, tuple(output.shape))) if output.ndim else ()
    by = tuple(int(k) for k in np.unravel_index(column, tuple(x.shape))) if x.ndim else ()
    return (
        f"gradcheck: {bad.sum()} of {bad.size} derivatives of output {o} by input {i} disagree; furthest off is "
        f"that of output[{_index(of)}] by input[{_index(by)}]: autograd {analytic[row, column]:.9g}, "
        f"finite differences {numeric[row, column]:.9g}"
    )


def _index(index: tuple[int, ...]) -> str:
    return ", ".join(map(str, index))


def _numerical_jacobians(func: Callable[..., Any], inputs: tuple[Any, ...], i: int, eps: float) -> list[np.ndarray]:
    """Return d output / d input i for each output, of shape (output elements, input elements)."""
    x = np.array(_array(inputs[i]))  # contiguous, and not the caller's memory

    def values() -> list[np.ndarray]:
        moved = from_numpy(x.copy()).requires_grad_()
        outputs = _outputs(func, (*inputs[:i], moved, *inputs[i + 1 :]))
        return [np.array(_array(output), dtype=np.float64).reshape(-1) for output in outputs]

    columns = []
    flat = x.reshape(-1)
    for j in range(flat.size):
        before = flat[j]
        flat[j] = before + eps
        above = values()
        flat[j] = before - eps
        below = values()
        flat[j] = before
        columns.append([(a - b) / (2 * eps) for a, b in zip(above, below, strict=True)])
    if not columns:
        return [np.zeros((output.numel(), 0)) for output in _outputs(func, inputs)]
    return [np.stack(column, axis=1) for column in zip(*columns, strict=True)]


def _analytical_jacobians(output: Tensor, inputs: list[Tensor]) -> list[np.ndarray]:
    """Return d output / d input for each input: one row, one backward walk, per element of the output."""
    units = np.eye(output.numel(), dtype=_array(output).dtype)
    jacobians = [np.zeros((output.numel(), x.numel())) for x in inputs]
    if not output.requires_grad:
        return jacobians
    for k in range(len(units)):
        dy = from_numpy(units[k].reshape(tuple(output.shape)))
        gradients = grad([output], inputs, [dy], retain_graph=True, allow_unused=True)
        for jacobian, gradient in zip(jacobians, gradients, strict=True):
            if gradient is not None:
                jacobian[k] = _array(gradient).reshape(-1)
    return jacobians


def gradgradcheck(
    func: Callable[..., Any],
    inputs: Tensor | Sequence[Any],
    grad_outputs: Tensor | Sequence[Tensor] | None = None,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
) -> bool:
    """Compare a function's second gradients with central differences of its first.

    Args:
        func: takes the inputs, returns a tensor or several.
        inputs: float64 tensors with `requires_grad` to be checked; others are passed as they are.
        grad_outputs: the factors of the outputs' gradients, in which the first gradients are linear; drawn at random if
            left out.
        eps: how far an element is moved.
        atol: absolute tolerance.
        rtol: relative tolerance.
        raise_exception: whether a disagreement raises; if not, the answer is False.
        nondet_tol: by how much two evaluations of a gradient may differ.

    Returns:
        Whether all second gradients agree.

    Example:
        >>> import dlcore as dl
        >>> x = dl.randn(3, dtype=dl.float64, requires_grad=True)
        >>> dl.testing.gradgradcheck(lambda x: x.exp(), [x])
        True
    """
    inputs = (inputs,) if isinstance(inputs, Tensor) else tuple(inputs)
    differentiable = [k for k, y in enumerate(_outputs(func, inputs)) if y.dtype.is_floating_point and y.requires_grad]
    if not differentiable:
        raise ValueError("gradgradcheck: func expected to return a tensor with a gradient, got none")
    if grad_outputs is None:
        outputs = _outputs(func, inputs)
        factors = [randn(outputs[k].shape, dtype=outputs[k].dtype) for k in differentiable]
    else:
        factors = [grad_outputs] if isinstance(grad_outputs, Tensor) else list(grad_outputs)
    factors = [factor.detach().requires_grad_() for factor in factors]

    def first_gradients(*arguments: Any) -> list[Tensor]:
        values, dys = arguments[: len(inputs)], arguments[len(inputs) :]
        wanted = [x for x in values if isinstance(x, Tensor) and x.requires_grad]
        outputs = _outputs(func, values)
        gradients = grad([outputs[k] for k in differentiable], wanted, dys, create_graph=True, allow_unused=True)
        return [gradient for gradient in gradients if gradient is not None]

    return gradcheck(
        first_gradients,
        (*inputs, *factors),
        eps=eps,
        atol=atol,
        rtol=rtol,
        raise_exception=raise_exception,
        nondet_tol=nondet_tol,
    )
