"""How many floating-point operations a module takes; each file tells it of some classes."""

from . import attention, graphs, layers, recurrent
from .dispatch import attention_flops, flops

__all__ = ["attention", "attention_flops", "flops", "graphs", "layers", "recurrent"]
