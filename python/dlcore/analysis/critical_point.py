"""What kind of a point the weights are at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .._core import Generator, Tensor
from ..nn.module import Module
from .curvature import Curvature
from .eigenvalues import Eigen, all_of, extremes_of
from .spectral_density import density_of
from .weights import Loss

# A Hessian of up to so many weights is built, in as many products: its eigenvalues are all known then.
_BUILT_UP_TO = 1000
# Of the estimate of shares for others, whose standard error is then below sqrt(2 * 0.25 / (4 * 1000)) = 1.2 %.
_STEPS, _PROBES = 60, 4


@dataclass(frozen=True)
class CriticalPoint:
    """A point of the loss, seen by its gradient and its Hessian.

    Attributes:
        loss: its value.
        gradient_norm: the Euclidean norm of its gradient.
        eigenvalues: of the Hessian, rising: all of a small model's, the smallest and the largest of another's.
        verdict: "minimum", "maximum", "saddle", "plateau" or "not critical"; see `critical_point`.
        positive_share: which share of all eigenvalues is positive (beyond the tolerance).
        zero_share: which share counts as zero.
        escape_direction: at a saddle the eigenvector of the smallest eigenvalue, of length one; else None. The loss
            falls along it, to both sides.
    """

    loss: float
    gradient_norm: float
    eigenvalues: Tensor
    verdict: str
    positive_share: float
    zero_share: float
    escape_direction: Tensor | None

    def __str__(self) -> str:
        lowest, highest = self.eigenvalues[0].item(), self.eigenvalues[-1].item()
        text = (
            f"{self.verdict}: loss {self.loss:.4g}, norm of the gradient {self.gradient_norm:.2g}, "
            f"eigenvalues {lowest:.3g} to {highest:.3g}, {self.positive_share:.1%} of them positive"
        )
        if self.zero_share > 0 and self.verdict in ("minimum", "maximum", "plateau"):
            text += f", {self.zero_share:.1%} zero: along those, second order tells nothing"
        return text


def critical_point(
    model: Module,
    loss: Loss,
    *,
    gradient_tolerance: float = 1e-3,
    tolerance: float = 1e-4,
    flat: float = 1e-6,
    generator: Generator | None = None,
) -> CriticalPoint:
    r"""Tell whether the weights are at a minimum, at a saddle, or where else.

    Where the gradient is zero, :math:`L(w + d) \approx L + d^T H d / 2`: the signs of H's eigenvalues decide.

    - **not critical**: the gradient's norm is larger than `gradient_tolerance`.
    - **plateau**: it is not, and no eigenvalue's magnitude is larger than `flat`.
    - Else eigenvalues up to `tolerance` times the largest magnitude count as zero, and say nothing. If all others are
      positive it is a **minimum**, if all are negative a **maximum**, and with both kinds a **saddle**.

    A saddle is one. The other verdicts are as far as second order tells: with zeros among the eigenvalues, a "minimum"
    may go down along those, as :math:`x^2 - y^4` does. `zero_share` and the text say how many there are. Where the loss
    has a kink, such as a norm at zero, there is no Hessian, and its zeros say nothing either.

    `gradient_tolerance` and `flat` are in units of the loss, as at a critical point there need be nothing to compare
    with: loss and weights may be zero themselves. Of a loss that is a million times smaller, both want to be so too.

    Up to 1000 weights all eigenvalues are computed. Of more, the outermost are, by Lanczos' method, which is all that
    the verdict takes; the shares of positive and zero ones are then estimated by `spectral_density`.

    Args:
        model: whose weights count.
        loss: computes its loss anew, of all data rather than of a batch.
        gradient_tolerance: up to which norm the gradient counts as zero.
        tolerance: up to which share of the largest magnitude an eigenvalue counts as zero.
        flat: up to which magnitude all eigenvalues count as zero.
        generator: draws what Lanczos' method starts with.

    Raises:
        ValueError: loss, gradient or Hessian are not finite.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import analysis, nn
        >>> class Product(nn.Module):
        ...     def __init__(self):
        ...         super().__init__()
        ...         self.w = nn.Parameter(dl.zeros(2))
        ...     def forward(self, x):
        ...         return self.w[1] * (self.w[0] * x)
        >>> model = Product()
        >>> print(analysis.critical_point(model, lambda: (1 - model(1.0)) ** 2))
        saddle: loss 1, norm of the gradient 0, eigenvalues -2 to 2, 50.0% of them positive
    """
    for name, value in (("gradient_tolerance", gradient_tolerance), ("tolerance", tolerance), ("flat", flat)):
        if not value >= 0:
            raise ValueError(f"critical_point: {name} expected a number >= 0, got {value}")
    curvature = Curvature(model, loss)
    is_built = curvature.size <= _BUILT_UP_TO
    eigen = all_of(curvature) if is_built else extremes_of(curvature, 1, 1, tolerance / 4, generator)
    largest = eigen.values.abs().max().item()
    zero = max(tolerance * largest, flat)
    if is_built:
        values, shares = eigen.values.numpy(), None  # all alike
    else:
        density = density_of(curvature, _STEPS, _PROBES, generator)
        values, shares = density.nodes.numpy(), density.weights.numpy()
    positive_share, zero_share = (
        float(np.average(which, weights=shares)) for which in (values > zero, np.abs(values) <= zero)
    )

    norm = curvature.gradient.norm().item()
    verdict = "not critical" if norm > gradient_tolerance else _verdict(eigen, largest, zero, flat)
    escape = eigen.vectors[:, 0] if verdict == "saddle" else None
    return CriticalPoint(curvature.loss, norm, eigen.values, verdict, positive_share, zero_share, escape)


def _verdict(eigen: Eigen, largest: float, zero: float, flat: float) -> str:
    if largest <= flat:
        return "plateau"
    falls, rises = eigen.values[0].item() < -zero, eigen.values[-1].item() > zero
    return "saddle" if falls and rises else "maximum" if falls else "minimum"
