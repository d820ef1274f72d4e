"""Gradients kept within bounds."""

from __future__ import annotations

from .._core import Tensor
from ..nn.utils import clip_grad_norm_, clip_grad_value_
from .callback import Callback
from .run import Run


class ClipGradNorm(Callback):
    """Scale the gradients of each step so that their norm is at most `max_norm`.

    Args:
        max_norm: as of `nn.utils.clip_grad_norm_`, and the others too.
        norm_type: the order of the norm.
        error_if_nonfinite: whether a norm that is NaN or infinite is an error.

    Attributes:
        last_norm: the norm of the last step's gradients, before.
    """

    def __init__(self, max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False) -> None:
        if not max_norm >= 0:
            raise ValueError(f"ClipGradNorm: max_norm expected a number >= 0, got {max_norm}")
        self.max_norm = max_norm
        self.norm_type = norm_type
        self.error_if_nonfinite = error_if_nonfinite
        self.last_norm = float("nan")

    def on_backward_end(self, run: Run) -> None:
        """Scale."""
        norm = clip_grad_norm_(_optimized(run), self.max_norm, self.norm_type, self.error_if_nonfinite)
        self.last_norm = norm.item()


class ClipGradValue(Callback):
    """Bring each element of the gradients of each step into [-clip_value, clip_value]."""

    def __init__(self, clip_value: float) -> None:
        if not clip_value >= 0:
            raise ValueError(f"ClipGradValue: clip_value expected a number >= 0, got {clip_value}")
        self.clip_value = clip_value

    def on_backward_end(self, run: Run) -> None:
        """Clamp."""
        clip_grad_value_(_optimized(run), self.clip_value)


def _optimized(run: Run) -> list[Tensor]:
    """Return the parameters that the optimizer has; gradients of others are never cleared and just add up."""
    return [parameter for group in run.optimizer.param_groups for parameter in group["params"]]
