"""The loss of a model to second order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .._core import Tensor, float64, stack, tensor, zeros
from .._restored import restored
from ..autograd import grad
from ..nn.module import Module
from .weights import Loss, checked_vector, computed, flattened, split, trainable


class Curvature:
    r"""Value, gradient and curvature of a loss at a model's weights: :math:`L(w + d) = L + g^T d + d^T H d / 2`.

    The gradient is computed once, with its history; each product with the Hessian is one more walk back through it, and
    the Hessian itself is never built unless `matrix` is asked for. Changing the weights in place makes later
    products an error; they are those of the point that they were at.

    Source: Pearlmutter, Fast Exact Multiplication by the Hessian (1994).

    Args:
        model: whose weights count.
        loss: computes its loss anew.

    Attributes:
        loss: L, a float.
        gradient: g, a vector in the order of `weights`.

    Raises:
        ValueError: the loss is no number, does not depend on the weights, or loss or gradient are not finite; later,
            by a product, that the Hessian is not.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import analysis, nn
        >>> model = nn.Linear(2, 1, bias=False)
        >>> curvature = analysis.Curvature(model, lambda: model(dl.tensor([3.0, 1.0])).square().sum())
        >>> curvature.hvp(dl.tensor([1.0, 0.0])).tolist()  # H = 2 x x^T
        [18.0, 6.0]
    """

    def __init__(self, model: Module, loss: Loss) -> None:
        self._parameters = trainable(model)
        with restored(model):
            value = computed(loss)
            if not value.requires_grad:
                raise ValueError("analysis: loss expected to depend on the weights, got one without a history")
            self._gradients = grad(value, self._parameters, create_graph=True, materialize_grads=True)
        self.loss = value.item()
        self.gradient = flattened(self._gradients)
        if not np.isfinite(self.loss) or not np.isfinite(self.gradient.numpy()).all():
            raise ValueError(f"analysis: loss and gradient expected to be finite, got a loss of {self.loss}")

    @property
    def size(self) -> int:
        """How many weights there are."""
        return self.gradient.numel()

    def hvp(self, v: Tensor) -> Tensor:
        """Return H v, of v's shape (n,) and the weights' dtype.

        Raises:
            ValueError: the product of a finite v is not finite: the loss has no second derivative at this point.
        """
        v = checked_vector(v, self._parameters, "v")
        parts = zip(self._gradients, split(v, self._gradients), strict=True)
        pairs = [(gradient, part) for gradient, part in parts if gradient.requires_grad]  # others are constant
        if not pairs:
            return zeros(self.size, dtype=self.gradient.dtype)
        gradients, vectors = zip(*pairs, strict=True)
        product = flattened(grad(gradients, self._parameters, vectors, retain_graph=True, materialize_grads=True))
        if not np.isfinite(product.numpy()).all() and np.isfinite(v.numpy()).all():
            raise ValueError(
                "analysis: the Hessian expected to be finite, got a product with it that is not; "
                "the loss has no second derivative at this point"
            )
        return product

    def matrix(self) -> Tensor:
        """Return H, (n, n), by n products; what rounding leaves of asymmetry is averaged away."""
        units = np.eye(self.size)
        h = stack([self.hvp(tensor(unit)) for unit in units])
        return (h + h.T) / 2

    def times(self, v: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return H v in float64, for NumPy and SciPy."""
        return self.hvp(tensor(v.reshape(-1))).to(float64).numpy()


def hvp(model: Module, loss: Loss, v: Tensor) -> Tensor:
    """Return the product H v of the Hessian of a loss and a vector; for many at one point take a `Curvature`.

    Args:
        model: whose weights count.
        loss: computes its loss anew.
        v: one number for each weight, in the order of `weights`.
    """
    return Curvature(model, loss).hvp(v)


def hessian(model: Module, loss: Loss) -> Tensor:
    """Return the Hessian (n, n) of a loss by the n weights of a small model.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import analysis, nn
        >>> model = nn.Linear(2, 1, bias=False)
        >>> analysis.hessian(model, lambda: model(dl.tensor([3.0, 1.0])).square().sum()).tolist()
        [[18.0, 6.0], [6.0, 2.0]]
    """
    return Curvature(model, loss).matrix()
