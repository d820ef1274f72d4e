"""Classes as Gaussian clouds: discriminant analysis, linear and quadratic, and naive Bayes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .._core import Tensor, eye, float32, linear, ones, stack, tensor, where, zeros
from .._core import dtype as DType
from ..linalg import cholesky, eigh, solve_triangular
from ..nn.flop_counts import flops
from ..nn.parameter import Parameter
from .class_conditional import ClassConditional


class GaussianClassConditional(ClassConditional):
    r"""Model each class by a Gaussian: :math:`p(x \mid c) = N(x; \mu_c, \Sigma_c)`, with :math:`\Sigma_c = L_c L_c^T`.

    Own full covariances make quadratic boundaries (quadratic discriminant analysis), a shared one makes linear ones
    (linear discriminant analysis), diagonal ones take features for independent (naive Bayes). The maximum likelihood
    divides by the number of samples, and weighs classes in a shared covariance by their samples, whatever the prior.

    `mean` is (classes, in_features). `scale_tril` L is (classes, in_features, in_features), of which the lower triangle
    is read; of a diagonal covariance, `scale` is (classes, in_features), the standard deviations. Shared, they are of
    one class. They start as the standard normal distribution.

    **Ill-conditioned covariances.** `fit` maximises the likelihood among covariances that are at least `eps` times the
    variances of the features over all samples, in every direction: in units of these, eigenvalues below `eps` become
    `eps`. Well-conditioned covariances stay as they are. Where the floor acted, `fit` warns, and `floored` counts
    directions. The default, a ten-thousandth of the spread, lies above what
    float32 rounds away of features whose mean is up to a thousand times their spread.

    **Units.** The unit of a feature does not matter as long as standard deviations and their inverses keep all digits
    that the dtype has: from 1e-31 to 1e31 in float32, from 1e-292 to 1e291 in float64. Beyond, `fit` raises.

    Args:
        in_features: features of x.
        classes: how many classes there are.
        covariance: "full" or "diagonal".
        shared: whether all classes have the same.
        eps: the least variance, from 1e-12 (below, float64 resolves nothing) to 1.
        dtype: float32 or float64.

    Source:
        Bishop, Pattern Recognition and Machine Learning (2006), section 4.2.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.probabilistic import GaussianClassConditional
        >>> x = dl.cat([dl.randn(500, 2), dl.randn(500, 2) + 3])
        >>> y = dl.arange(1000) // 500
        >>> model = GaussianClassConditional(2, 2, shared=True).fit(x, y)
        >>> model.predict(dl.tensor([[0.0, 0.0], [3.0, 3.0]]))
        tensor([0, 1])
        >>> layer = model.to_linear()
        >>> dl.allclose(layer(x).sigmoid()[:, 0], model.posterior(x)[:, 1], atol=1e-5)
        True
    """

    _floor_warning = (
        "GaussianClassConditional.fit: ill-conditioned covariances: "
        "variances along {total} directions raised to eps = {eps:g} of the features' own"
    )

    def __init__(
        self,
        in_features: int,
        classes: int,
        covariance: str = "full",
        *,
        shared: bool = False,
        eps: float = 1e-8,
        dtype: DType = float32,
    ) -> None:
        super().__init__(in_features, classes, dtype=dtype)
        if covariance not in ("full", "diagonal"):
            raise ValueError(f"GaussianClassConditional: covariance expected 'full' or 'diagonal', got {covariance!r}")
        if not 1e-12 <= eps <= 1:
            raise ValueError(f"GaussianClassConditional: eps expected from 1e-12 to 1, got {eps}")
        self.covariance_type = covariance
        self.shared = shared
        self.eps = eps
        estimates = 1 if shared else classes
        self.mean = Parameter(zeros(classes, in_features, dtype=dtype))
        if covariance == "full":
            self.scale_tril = Parameter(eye(in_features, dtype=dtype).repeat(estimates, 1, 1))
        else:
            self.scale = Parameter(ones(estimates, in_features, dtype=dtype))

    @property
    def covariance(self) -> Tensor:
        """The covariances (classes, in_features, in_features), or (1, ...) if shared."""
        if self.covariance_type == "full":
            factor = self.scale_tril.tril()
            return factor @ factor.transpose(1, 2)
        return self.scale.square().diag_embed()

    def extra_repr(self) -> str:
        """Return the sizes and what covariances there are."""
        return (
            f"in_features={self.in_features}, classes={self.classes}, "
            f"covariance={self.covariance_type!r}, shared={self.shared}"
        )

    def _log_likelihood(self, x: Tensor) -> Tensor:
        scale = self.scale_tril.diagonal(dim1=1, dim2=2) if self.covariance_type == "full" else self.scale
        log_volume = scale.abs().log().sum(1) + 0.5 * self.in_features * math.log(2 * math.pi)
        return -0.5 * self._squared_distances(x) - log_volume

    def _squared_distances(self, x: Tensor) -> Tensor:
        """Return (N, C) of each row from each mean, in standard deviations."""
        if not self.shared:
            return self._whiten(x - self.mean.unsqueeze(1)).square().sum(2).T
        # |z - m|^2 = |z|^2 - 2 z m + |m|^2 takes one product for all classes. From their centre, m is small.
        centre = self.mean.mean(0)
        z, m = self._whiten(x - centre)[0], self._whiten(self.mean - centre)[0]
        return z.square().sum(1, keepdim=True) + linear(z, -2 * m, m.square().sum(1))

    def _whiten(self, x: Tensor) -> Tensor:
        """Return rows x (N, D) or (C, N, D) in units in which covariances are the identity, (C or 1, N, D)."""
        if self.covariance_type == "diagonal":
            return x / self.scale.unsqueeze(1)
        # A product with the inverse of L is many times as fast as solving for each row. Of L over its diagonal, so that
        # no unit is multiplied with the inverse of another one, which may be beyond the dtype.
        diagonal = self.scale_tril.diagonal(dim1=1, dim2=2)
        identity = eye(self.in_features, dtype=self.mean.dtype)
        inverse = solve_triangular(self.scale_tril / diagonal.unsqueeze(2), identity, upper=False)
        return x @ (inverse / diagonal.unsqueeze(1)).transpose(1, 2)

    def _fit(self, x: Tensor, y: Tensor, counts: Tensor) -> tuple[dict[str, Tensor], Tensor]:
        sizes = _powers_of_two(x.abs().amax(0))
        x = x / sizes  # whose squares and sums neither overflow nor vanish
        constant = x.amax(0) == x.amin(0)  # tells nothing, whatever its variance is held for
        units = where(constant, 1.0, x.std(0, correction=0))
        means = self._class_sums(x, y) / counts.unsqueeze(1)
        centred = (x - means[y]) / units
        units = units * sizes
        # Sums over a class alone: one product with all samples would take `classes` times as long.
        parts = [centred] if self.shared else [centred[y == number] for number in range(self.classes)]

        if self.covariance_type == "full":
            estimates = stack([part.T @ part / part.shape[0] for part in parts])
            estimates, floored = floor_eigenvalues(estimates, self.eps)
            name, scale = "scale_tril", units.unsqueeze(1) * cholesky(estimates)
            deviations = scale.diagonal(dim1=1, dim2=2)
        else:
            estimates = stack([part.square().mean(0) for part in parts])
            floored = (estimates < self.eps).sum(1)
            name, deviations = "scale", units * estimates.clamp(min=self.eps).sqrt()
            scale = deviations
        self._check_range(name, deviations)
        return {"mean": means * sizes, name: scale}, floored

    def _check_range(self, name: str, deviations: Tensor) -> None:
        """Refuse standard deviations of which the dtype, or of whose inverse, does not hold an eps-th part."""
        kind = np.finfo(self.mean.detach().numpy().dtype)
        least = float(kind.tiny) / float(kind.eps)
        low, high = deviations.min().item(), deviations.max().item()
        if not least <= low <= high <= 1 / least:
            raise ValueError(
                f"GaussianClassConditional.fit: {name} expected standard deviations from {least:.2g} to "
                f"{1 / least:.2g} in {self.mean.dtype}, got {low:.2g} to {high:.2g}; x needs another unit"
            )

    def _linear(self) -> tuple[Tensor, Tensor]:
        if not self.shared:
            raise ValueError(
                "GaussianClassConditional.to_linear: expected shared=True; boundaries of own covariances are quadratic"
            )
        # As seen from the centre, which changes all classes alike, little cancels in the bias.
        centre = self.mean.mean(0)
        whitening = self._whiten(eye(self.in_features, dtype=self.mean.dtype))[0]
        weight = self._whiten(self.mean - centre)[0] @ whitening.T
        return weight, -0.5 * (weight * (self.mean + centre)).sum(1)


def _powers_of_two(values: Tensor) -> Tensor:
    """Return the largest powers of two that are not above values >= 0, or 1 for 0: to divide by them rounds nothing."""
    exponents = np.frexp(values.numpy())[1] - 1
    return tensor(np.where(values.numpy() > 0, np.ldexp(1.0, exponents), 1.0))


def floor_eigenvalues(matrices: Tensor, least: float) -> tuple[Tensor, Tensor]:
    """Raise eigenvalues below `least` to it: of all Gaussians that vary that much, the likeliest.

    Args:
        matrices: symmetric, (N, D, D). One without such an eigenvalue stays as it is.
        least: positive.

    Returns:
        The matrices, and how many eigenvalues of each were raised (N,).
    """
    eigenvalues, vectors = eigh(matrices)
    floored = (eigenvalues < least).sum(1)
    raised = vectors * eigenvalues.clamp(min=least).unsqueeze(1) @ vectors.transpose(1, 2)
    return where(floored.reshape(-1, 1, 1) > 0, raised, matrices), floored


@flops.register
def _flops(module: GaussianClassConditional, inputs: tuple[Any, ...], output: Tensor) -> int:
    # Of each row: a difference, its product with the whitening matrix or vector, the sum of squares.
    features, samples = module.in_features, output.numel() // module.classes
    row = features * (1 + (2 * features if module.covariance_type == "full" else 1) + 2)
    if module.shared:
        return (samples + module.classes) * row + 2 * output.numel() * features
    return output.numel() * row
