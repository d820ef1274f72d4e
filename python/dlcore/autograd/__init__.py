"""Gradients: computing them, switching them off, and defining functions with gradients of one's own."""

from typing import TYPE_CHECKING, Any

from .function import Function, FunctionContext
from .grad_mode import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from .gradients import backward, grad

if TYPE_CHECKING:
    from . import functional

__all__ = [
    "Function",
    "FunctionContext",
    "backward",
    "enable_grad",
    "functional",
    "grad",
    "is_grad_enabled",
    "no_grad",
    "set_grad_enabled",
]


def __getattr__(name: str) -> Any:
    if name == "functional":  # read when it is first asked for
        from importlib import import_module

        return import_module(".functional", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
