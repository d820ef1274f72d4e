"""Further nonlinearities, two of them with weights or gates of their own."""

from __future__ import annotations

from .. import _core
from .._core import Tensor, empty, float32
from .._core import dtype as DType
from . import init
from .module import Module
from .parameter import Parameter


class Hardtanh(Module):
    """min(max(x, min_val), max_val)."""

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0) -> None:
        super().__init__()
        if not min_val < max_val:
            raise ValueError(f"Hardtanh: min_val expected to be less than max_val, got {min_val} and {max_val}")
        self.min_val = min_val
        self.max_val = max_val

    def forward(self, input: Tensor) -> Tensor:
        """Return y of x's shape."""
        return _core.hardtanh(input, self.min_val, self.max_val)

    def extra_repr(self) -> str:
        """Return the limits."""
        return f"min_val={self.min_val}, max_val={self.max_val}"


class ReLU6(Module):
    """min(max(x, 0), 6)."""

    def forward(self, input: Tensor) -> Tensor:
        """Return y of x's shape."""
        return _core.relu6(input)


class Hardswish(Module):
    """x min(max(x + 3, 0), 6) / 6. Source: Howard et al., Searching for MobileNetV3 (2019), section 5.2."""

    def forward(self, input: Tensor) -> Tensor:
        """Return y of x's shape."""
        return _core.hardswish(input)


class Mish(Module):
    """x tanh(log(1 + exp(x))). Source: Misra, Mish: A self regularized non-monotonic activation function (2020)."""

    def forward(self, input: Tensor) -> Tensor:
        """Return y of x's shape."""
        return _core.mish(input)


class SELU(Module):
    """1.0507 elu(x) with alpha 1.6733. Source: Klambauer et al., Self-normalizing neural networks (2017)."""

    def forward(self, input: Tensor) -> Tensor:
        """Return y of x's shape."""
        return _core.selu(input)


class CELU(Module):
    """x where x > 0, alpha (exp(x / alpha) - 1) elsewhere: smooth for every alpha. Source: Barron (2017)."""

    def __init__(self, alpha: float = 1.0) -> None:
        super().__init__()
        if not alpha > 0:
            raise ValueError(f"CELU: alpha expected to be positive, got {alpha}")
        self.alpha = alpha

    def forward(self, input: Tensor) -> Tensor:
        """Return y of x's shape."""
        return _core.celu(input, self.alpha)

    def extra_repr(self) -> str:
        """Return alpha."""
        return f"alpha={self.alpha}"


class Softsign(Module):
    """x / (1 + ``|x|``)."""

    def forward(self, input: Tensor) -> Tensor:
        """Return y of x's shape."""
        return _core.softsign(input)


class LogSigmoid(Module):
    """-log(1 + exp(-x))."""

    def forward(self, input: Tensor) -> Tensor:
        """Return y of x's shape."""
        return _core.logsigmoid(input)


class GLU(Module):
    """a sigmoid(b) of the two halves a, b of x along the axis `dim`. Source: Dauphin et al. (2017)."""

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        """Return y, half as long as x along the axis."""
        return _core.glu(input, self.dim)

    def extra_repr(self) -> str:
        """Return the axis."""
        return f"dim={self.dim}"


class PReLU(Module):
    """x where x > 0, weight x elsewhere, with a weight that is learnt. Source: He et al., Delving deep into rectifiers.

    Args:
        num_parameters: 1, or one weight for each channel, the axis 1 of x.
        init: what the weights start as.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.PReLU()(dl.tensor([-4.0, 4.0])).detach()
        tensor([-1.,  4.])
    """

    def __init__(self, num_parameters: int = 1, init: float = 0.25, *, dtype: DType = float32) -> None:
        super().__init__()
        self.num_parameters = num_parameters
        self.init = init
        self.weight = Parameter(empty(num_parameters, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set the weights to what they start as."""
        init.constant_(self.weight, self.init)

    def forward(self, input: Tensor) -> Tensor:
        """Return y of x's shape."""
        return _core.prelu(input, self.weight)

    def extra_repr(self) -> str:
        """Return the number of weights."""
        return f"num_parameters={self.num_parameters}"
