"""The first convolutional networks."""

from __future__ import annotations

from collections.abc import Callable

from .._core import Tensor
from ..nn import AvgPool2d, Conv2d, Linear, Module, Tanh


class LeNet(Module):
    """Read characters: two convolutions, each followed by pooling, and three linear layers (LeNet-5).

    Today's form has `activation=nn.ReLU, pool=nn.MaxPool2d`. Unlike the paper's, each channel of the second convolution
    sees all of the first, pooling has no weights, and the last layer is linear.
    Source: LeCun, Bottou, Bengio and Haffner, Gradient-Based Learning Applied to Document Recognition (1998), section
    II.B.

    Args:
        num_classes: how many numbers y has per image.
        in_channels: C of x.
        size: H and W of x: 28, which is padded, or what else is a multiple of 4.
        activation: makes what follows each layer but the last.
        pool: called with 2, makes the pooling.

    Raises:
        ValueError: size is too small or no multiple of 4.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.models import LeNet
        >>> LeNet()(dl.zeros(5, 1, 28, 28)).shape == (5, 10)
        True
    """

    def __init__(
        self,
        num_classes: int = 10,
        in_channels: int = 1,
        *,
        size: int = 28,
        activation: Callable[[], Module] = Tanh,
        pool: Callable[[int], Module] = AvgPool2d,
    ) -> None:
        super().__init__()
        if size < 12 or size % 4:
            raise ValueError(f"LeNet: size expected to be a multiple of 4 and at least 12, got {size}")
        self.conv1 = Conv2d(in_channels, 6, 5, padding=2)
        self.conv2 = Conv2d(6, 16, 5)
        self.fc1 = Linear(16 * ((size // 2 - 4) // 2) ** 2, 120)
        self.fc2 = Linear(120, 84)
        self.fc3 = Linear(84, num_classes)
        self.pool = pool(2)
        self.activation = activation()

    def forward(self, input: Tensor) -> Tensor:
        """Return y of shape (N, num_classes) for x of shape (N, in_channels, size, size)."""
        x = self.pool(self.activation(self.conv1(input)))
        x = self.pool(self.activation(self.conv2(x))).flatten(1)
        x = self.activation(self.fc1(x))
        return self.fc3(self.activation(self.fc2(x)))
