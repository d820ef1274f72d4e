"""Learning rates that change as training goes on."""

from .cosine_annealing_lr import CosineAnnealingLR
from .lambda_lr import LambdaLR
from .linear_lr import LinearLR
from .scheduler import LRScheduler
from .step_lr import StepLR

__all__ = ["CosineAnnealingLR", "LRScheduler", "LambdaLR", "LinearLR", "StepLR"]
