"""Optimizers: each step is one call into the C++ core for all parameters of a group."""

from .adam import Adam
from .optimizer import Optimizer
from .sgd import SGD

__all__ = ["SGD", "Adam", "Optimizer"]
