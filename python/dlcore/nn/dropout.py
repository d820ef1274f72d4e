"""Noise that keeps features from relying on one another."""

from __future__ import annotations

from .._core import Tensor, dropout
from .module import Module


class Dropout(Module):
    r"""Set each element to zero with probability p and scale the rest by 1 / (1 - p), while training.

    In evaluation the input passes unchanged.
    Source: Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting (2014), section 10.

    Args:
        p: the probability, in [0, 1].
        inplace: whether the input is overwritten.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.Dropout(0.5).eval()(dl.ones(3)).tolist()
        [1.0, 1.0, 1.0]
    """

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"Dropout: p expected a probability in [0, 1], got {p}")
        self.p = p
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Return y of x's shape."""
        return dropout(input, self.p, self.training, self.inplace)

    def extra_repr(self) -> str:
        """Return the probability, and whether it is in place."""
        return f"p={self.p}" + (", inplace=True" if self.inplace else "")
