"""Whether ops record their gradients: context managers that are decorators too."""

import functools
from collections.abc import Callable
from typing import Any, Self

from .._core import _set_grad_enabled, is_grad_enabled

__all__ = ["enable_grad", "is_grad_enabled", "no_grad", "set_grad_enabled"]


class _GradMode:
    """Sets the mode of this thread on entry and puts the former one back on exit."""

    _mode: bool

    def __enter__(self) -> Self:
        self._before = is_grad_enabled()
        _set_grad_enabled(self._mode)
        return self

    def __exit__(self, *_: object) -> None:
        _set_grad_enabled(self._before)

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def in_mode(*args: Any, **kwargs: Any) -> Any:
            before = is_grad_enabled()
            _set_grad_enabled(self._mode)
            try:
                return function(*args, **kwargs)
            finally:
                _set_grad_enabled(before)

        return in_mode


class no_grad(_GradMode):
    """Compute without recording gradients.

    Example:
        >>> import dlcore
        >>> x = dlcore.ones(2, requires_grad=True)
        >>> with dlcore.no_grad():
        ...     (x * 2).requires_grad
        False
    """

    _mode = False


class enable_grad(_GradMode):
    """Record gradients again inside a `no_grad` block."""

    _mode = True


class set_grad_enabled(_GradMode):
    """Record gradients or not, at once and until the end of a `with` block if there is one."""

    def __init__(self, mode: bool) -> None:
        self._mode = bool(mode)
        self._outside = is_grad_enabled()
        _set_grad_enabled(self._mode)

    def __enter__(self) -> Self:
        self._before = self._outside
        return self
