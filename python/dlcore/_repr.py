"""How tensors are written: in PyTorch's layout, by NumPy's array2string."""

from typing import Any, NamedTuple

import numpy as np

from ._core import Tensor, bool, float32, int64


class _PrintOptions(NamedTuple):
    precision: int = 4
    threshold: int = 1000
    edgeitems: int = 3
    linewidth: int = 80


_options = _PrintOptions()


def set_printoptions(
    precision: int | None = None,
    threshold: int | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
) -> None:
    """Set how tensors are written; what is None stays as it is.

    Args:
        precision: digits after the point. Default: 4.
        threshold: the most elements that are written in full. Default: 1000.
        edgeitems: how many items a summary shows at the beginning and the end of each dimension. Default: 3.
        linewidth: characters per line. Default: 80.

    Raises:
        ValueError: a number below 0.

    Example:
        >>> import dlcore
        >>> dlcore.set_printoptions(precision=2)
        >>> dlcore.tensor([1 / 3])
        tensor([0.33])
        >>> dlcore.set_printoptions(precision=4)
    """
    global _options
    given = {"precision": precision, "threshold": threshold, "edgeitems": edgeitems, "linewidth": linewidth}
    changes = {name: value for name, value in given.items() if value is not None}
    for name, value in changes.items():
        if value < 0:
            raise ValueError(f"set_printoptions: {name} must not be negative, got {value}")
    _options = _options._replace(**changes)


def get_printoptions() -> dict[str, int]:
    """Return how tensors are written, under the names of `set_printoptions`."""
    return _options._asdict()


def _shown(array: np.ndarray) -> np.ndarray:
    """Return the elements that are written: all of them, or those at the edges."""
    if array.size <= _options.threshold:
        return array.ravel()
    n = _options.edgeitems
    for axis, size in enumerate(array.shape):
        if size > 2 * n:
            array = np.take(array, [*range(n), *range(size - n, size)], axis)
    return array.ravel()


def _formatter(array: np.ndarray) -> Any:
    """Return what writes one floating element, all of them equally wide."""
    shown = _shown(array)
    finite = np.abs(shown[np.isfinite(shown) & (shown != 0)]).astype(np.float64)
    digits = _options.precision
    if not finite.size:
        form = "{:.0f}."
    elif finite.max() / finite.min() > 1e3 or finite.max() > 1e8 or finite.min() < 1e-4:
        whole = np.all(finite == np.floor(finite)) and finite.max() <= 1e8
        form = "{:.0f}." if whole and finite.max() / finite.min() <= 1e3 else f"{{:.{digits}e}}"
    else:
        form = "{:.0f}." if np.all(finite == np.floor(finite)) else f"{{:.{digits}f}}"

    def write(value: float) -> str:
        return form.format(value) if np.isfinite(value) else f"{value:f}"

    width = max((len(write(value)) for value in shown), default=0)
    return lambda value: write(value).rjust(width)


def _numbers(x: Tensor, indent: int) -> str:
    array = x.detach().numpy()
    if array.ndim == 0:
        return _formatter(array)(array[()]).strip() if array.dtype.kind == "f" else str(array[()])
    formatter = None
    if array.dtype.kind == "f":
        formatter = {"float_kind": _formatter(array)}
    elif array.dtype.kind == "b":
        width = 4 if _shown(array).all() else 5
        formatter = {"bool": lambda value: str(value).rjust(width)}
    return np.array2string(
        array,
        max_line_width=_options.linewidth,
        separator=", ",
        prefix=" " * indent,
        formatter=formatter,
        threshold=_options.threshold,
        edgeitems=_options.edgeitems,
    )


def _repr(self: Tensor) -> str:
    prefix = "tensor("
    if self.numel() == 0:
        numbers, details = "[]", [f"size={self.shape}"] if self.ndim != 1 else []
    else:
        numbers, details = _numbers(self, len(prefix)), []
        if self.numel() > _options.threshold:
            details.append(f"size={self.shape}")
    if self.dtype not in (float32, int64, bool) or (self.numel() == 0 and self.dtype != float32):
        details.append(f"dtype={self.dtype}")
    if self.grad_fn is not None:
        details.append(f"grad_fn={self.grad_fn!r}")
    elif self.requires_grad:
        details.append("requires_grad=True")
    return _joined(prefix + numbers, details) + ")"


def _joined(text: str, details: list[str]) -> str:
    """Append details, on a new line where the last one would become too long."""
    for detail in details:
        last = len(text) - text.rfind("\n") - 1
        fits = last + len(detail) + 3 <= _options.linewidth
        text += (", " if fits else ",\n" + " " * len("tensor(")) + detail
    return text


def _format(self: Tensor, spec: str) -> str:
    if self.ndim == 0:
        return format(self.item(), spec)
    if spec:
        raise TypeError(f"format: only a 0-d tensor takes a format, got shape {self.shape} and format {spec!r}")
    return str(self)


Tensor.__repr__ = _repr
Tensor.__format__ = _format
