"""Optimizers: each step is one call into the C++ core for all parameters of a group."""

from . import lr_scheduler, swa_utils
from .adam import Adam
from .optimizer import Optimizer
from .sgd import SGD

__all__ = ["SGD", "Adam", "Optimizer", "lr_scheduler", "swa_utils"]
