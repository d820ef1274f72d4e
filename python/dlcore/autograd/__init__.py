"""Gradients: computing them, switching them off, and defining functions with gradients of one's own."""

from .function import Function, FunctionContext
from .grad_mode import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from .gradients import backward, grad

__all__ = [
    "Function",
    "FunctionContext",
    "backward",
    "enable_grad",
    "grad",
    "is_grad_enabled",
    "no_grad",
    "set_grad_enabled",
]
