"""Normalization of channels, with statistics that run along."""

from __future__ import annotations

from typing import ClassVar

from .._core import Tensor, batch_norm, float32, instance_norm, int64, ones, zeros
from .._core import dtype as DType
from ..autograd import no_grad
from .module import Module
from .parameter import Parameter


class _ChannelNorm(Module):
    """Weights and running statistics of shape (num_features,), whose names are those of PyTorch."""

    weight: Parameter | None
    bias: Parameter | None
    _ranks: ClassVar[tuple[int, ...]]  # how many axes an input may have

    def __init__(
        self,
        num_features: int,
        eps: float,
        momentum: float | None,
        affine: bool,
        track_running_stats: bool,
        bias: bool,
        dtype: DType,
    ) -> None:
        super().__init__()
        if num_features < 0:
            raise ValueError(f"{type(self).__name__}: num_features expected not to be negative, got {num_features}")
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        self.weight = Parameter(ones(num_features, dtype=dtype)) if affine else None
        self.bias = Parameter(zeros(num_features, dtype=dtype)) if affine and bias else None
        tracked = track_running_stats
        self.register_buffer("running_mean", zeros(num_features, dtype=dtype) if tracked else None)
        self.register_buffer("running_var", ones(num_features, dtype=dtype) if tracked else None)
        self.register_buffer("num_batches_tracked", zeros((), dtype=int64) if tracked else None)

    def reset_running_stats(self) -> None:
        """Forget all batches seen."""
        if self.track_running_stats:
            self.running_mean.zero_()
            self.running_var.fill_(1)
            self.num_batches_tracked.zero_()

    def reset_parameters(self) -> None:
        """Forget all batches seen, set weight to one and bias to zero."""
        self.reset_running_stats()
        with no_grad():
            if self.weight is not None:
                self.weight.fill_(1)
            if self.bias is not None:
                self.bias.zero_()

    def _check_rank(self, input: Tensor) -> None:
        if input.ndim not in self._ranks:
            ranks = " or ".join(map(str, self._ranks))
            raise ValueError(
                f"{type(self).__name__}: input expected {ranks} dimensions, got shape {tuple(input.shape)}"
            )

    def extra_repr(self) -> str:
        """Return size and settings."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class _BatchNorm(_ChannelNorm):
    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        bias: bool = True,
        dtype: DType = float32,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, bias, dtype)

    def forward(self, input: Tensor) -> Tensor:
        """Return y of x's shape; in training, let the running statistics follow."""
        self._check_rank(input)
        track = self.training and self.track_running_stats and self.num_batches_tracked is not None
        momentum = self.momentum
        if momentum is None:  # the average of all batches: each of n has the weight 1 / n
            momentum = 1 / (self.num_batches_tracked.item() + 1) if track else 0.0
        use_running = not self.training or self.track_running_stats
        mean, var = (self.running_mean, self.running_var) if use_running else (None, None)
        of_batch = self.training or mean is None
        y = batch_norm(input, mean, var, self.weight, self.bias, of_batch, momentum, self.eps)
        if track:
            self.num_batches_tracked.add_(1)
        return y


class BatchNorm1d(_BatchNorm):
    """Normalize the channels of a batch (N, C) or (N, C, L); the arguments are those of `BatchNorm2d`.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.BatchNorm1d(8)(dl.randn(4, 8)).shape == (4, 8)
        True
    """

    _ranks = (2, 3)


class BatchNorm2d(_BatchNorm):
    r"""Give each channel of a batch of images (N, C, H, W) zero mean and unit variance, then scale and shift it.

    .. math:: y = \frac{x - E[x]}{\sqrt{Var[x] + \epsilon}} w + b

    In training mean and (biased) variance are the batch's, and `running_mean` and `running_var` (of correction 1) move
    towards them: running = (1 - momentum) running + momentum batch. In evaluation the running ones are used.
    Source: Ioffe and Szegedy, Batch Normalization (2015), algorithms 1 and 2.

    Args:
        num_features: C.
        eps: added to the variance.
        momentum: how much of a batch goes into what runs along; None takes the average of all batches.
        affine: whether w (starting at one) and b (starting at zero) exist, of shape (C,).
        track_running_stats: whether statistics run along; if not, the batch's are used in evaluation, too.
        bias: whether b exists.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> norm = nn.BatchNorm2d(3)
        >>> bool((norm(dl.randn(8, 3, 5, 5)).mean((0, 2, 3)).abs() < 1e-5).all())
        True
        >>> norm.num_batches_tracked.item()
        1
    """

    _ranks = (4,)


class BatchNorm3d(_BatchNorm):
    """Normalize the channels of a batch of volumes (N, C, D, H, W); the arguments are those of `BatchNorm2d`."""

    _ranks = (5,)


class _InstanceNorm(_ChannelNorm):
    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        *,
        bias: bool = True,
        dtype: DType = float32,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, bias, dtype)

    def forward(self, input: Tensor) -> Tensor:
        """Return y of x's shape; in training, let the running statistics follow."""
        self._check_rank(input)
        unbatched = input.ndim == min(self._ranks)
        of_sample = self.training or not self.track_running_stats
        # PyTorch's instance norm never counts batches, and momentum None stands for 0 in it.
        momentum = 0.0 if self.momentum is None else self.momentum
        statistics = (self.running_mean, self.running_var)
        x = input.unsqueeze(0) if unbatched else input
        y = instance_norm(x, *statistics, self.weight, self.bias, of_sample, momentum, self.eps)
        return y.squeeze(0) if unbatched else y


class InstanceNorm1d(_InstanceNorm):
    """Normalize each channel of sequences (N, C, L) or (C, L); the arguments are those of `InstanceNorm2d`."""

    _ranks = (2, 3)


class InstanceNorm2d(_InstanceNorm):
    r"""Give each channel of each image (N, C, H, W) or (C, H, W) zero mean and unit variance.

    .. math:: y = \frac{x - E[x]}{\sqrt{Var[x] + \epsilon}} w + b

    with mean and (biased) variance over the H W pixels.
    Source: Ulyanov, Vedaldi and Lempitsky, Instance Normalization (2016), equation 3.

    Args:
        num_features: C.
        eps: added to the variance.
        momentum: how much of a batch's average statistics goes into what runs along.
        affine: whether w (starting at one) and b (starting at zero) exist, of shape (C,).
        track_running_stats: whether statistics run along in training and are used in evaluation.
        bias: whether b exists.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> bool((nn.InstanceNorm2d(3)(dl.randn(2, 3, 5, 5)).mean((2, 3)).abs() < 1e-5).all())
        True
    """

    _ranks = (3, 4)


class InstanceNorm3d(_InstanceNorm):
    """Normalize each channel of volumes, (N, C, D, H, W) or without N; arguments as `InstanceNorm2d`."""

    _ranks = (4, 5)
