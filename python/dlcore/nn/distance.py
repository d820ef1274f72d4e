"""How alike two vectors are."""

from __future__ import annotations

from .. import _core
from .._core import Tensor
from .module import Module


class CosineSimilarity(Module):
    """x1 . x2 / (max(``|x1|``, eps) max(``|x2|``, eps)), along the axis `dim`.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.CosineSimilarity(dim=0)(dl.tensor([1.0, 0.0]), dl.tensor([2.0, 0.0]))
        tensor(1.)
    """

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        super().__init__()
        self.dim = dim
        self.eps = eps

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        """Return the similarity, of the shape the two broadcast to without the axis."""
        return _core.cosine_similarity(x1, x2, self.dim, self.eps)

    def extra_repr(self) -> str:
        """Return axis and eps."""
        return f"dim={self.dim}, eps={self.eps}"
