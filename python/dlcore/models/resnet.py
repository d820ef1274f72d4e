"""Residual networks; names and order of everything in their state are torchvision's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Literal

from .._core import Tensor
from ..nn import (
    AdaptiveAvgPool2d,
    BatchNorm2d,
    Conv2d,
    Identity,
    Linear,
    MaxPool2d,
    Module,
    ReLU,
    Sequential,
    flops,
    init,
)

Norm = Callable[[int], Module]


class _Block(Module):
    expansion: ClassVar[int]  # channels of y by planes
    downsample: Module | None

    def _branch(self, x: Tensor) -> Tensor:
        raise NotImplementedError

    def forward(self, input: Tensor) -> Tensor:
        """Return y of shape (N, planes * expansion, H / stride, W / stride) for x of shape (N, inplanes, H, W)."""
        shortcut = input if self.downsample is None else self.downsample(input)
        return self.relu(self._branch(input) + shortcut)


class BasicBlock(_Block):
    """Add to x what two 3x3 convolutions make of it: y = relu(x + bn(conv(relu(bn(conv(x)))))).

    Source: He, Zhang, Ren and Sun, Deep Residual Learning for Image Recognition (2016), figure 5, left.

    Args:
        inplanes: channels of x.
        planes: channels of y.
        stride: of the first convolution.
        downsample: what makes x of y's shape, where it is not.
        groups, base_width: 1 and 64; others are for `Bottleneck`.
        norm_layer: called with a number of channels, makes a normalization.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.models import BasicBlock
        >>> BasicBlock(8, 8)(dl.zeros(2, 8, 7, 7)).shape == (2, 8, 7, 7)
        True
    """

    expansion = 1

    def __init__(
        self,
        inplanes: int,
        planes: int,
        stride: int = 1,
        downsample: Module | None = None,
        groups: int = 1,
        base_width: int = 64,
        norm_layer: Norm = BatchNorm2d,
    ) -> None:
        super().__init__()
        if groups != 1 or base_width != 64:
            raise ValueError(f"BasicBlock: groups and base_width expected 1 and 64, got {groups} and {base_width}")
        self.conv1 = Conv2d(inplanes, planes, 3, stride, padding=1, bias=False)
        self.bn1 = norm_layer(planes)
        self.relu = ReLU()
        self.conv2 = Conv2d(planes, planes, 3, padding=1, bias=False)
        self.bn2 = norm_layer(planes)
        self.downsample = downsample
        self.stride = stride

    def _branch(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))


class Bottleneck(_Block):
    """Add to x what a 1x1, a 3x3 and a 1x1 convolution make of it; the 3x3 one sees fewer channels.

    The stride is that of the 3x3 convolution, as in torchvision. With groups, it is the block of ResNeXt.
    Source: He, Zhang, Ren and Sun, Deep Residual Learning for Image Recognition (2016), figure 5, right; Xie et al.,
    Aggregated Residual Transformations for Deep Neural Networks (2017), figure 3.

    Args:
        inplanes: channels of x.
        planes: a quarter of y's channels.
        stride: of the 3x3 convolution.
        downsample: what makes x of y's shape, where it is not.
        groups: of the 3x3 convolution.
        base_width: the 3x3 convolution has planes * base_width / 64 channels for each of the groups.
        norm_layer: called with a number of channels, makes a normalization.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.models import Bottleneck
        >>> Bottleneck(16, 4)(dl.zeros(2, 16, 7, 7)).shape == (2, 16, 7, 7)
        True
    """

    expansion = 4

    def __init__(
        self,
        inplanes: int,
        planes: int,
        stride: int = 1,
        downsample: Module | None = None,
        groups: int = 1,
        base_width: int = 64,
        norm_layer: Norm = BatchNorm2d,
    ) -> None:
        super().__init__()
        width = planes * base_width // 64 * groups
        self.conv1 = Conv2d(inplanes, width, 1, bias=False)
        self.bn1 = norm_layer(width)
        self.conv2 = Conv2d(width, width, 3, stride, padding=1, groups=groups, bias=False)
        self.bn2 = norm_layer(width)
        self.conv3 = Conv2d(width, planes * self.expansion, 1, bias=False)
        self.bn3 = norm_layer(planes * self.expansion)
        self.relu = ReLU()
        self.downsample = downsample
        self.stride = stride

    def _branch(self, x: Tensor) -> Tensor:
        x = self.relu(self.bn1(self.conv1(x)))
        return self.bn3(self.conv3(self.relu(self.bn2(self.conv2(x)))))


class ResNet(Module):
    """Classify images by a stack of residual blocks, whose channels double where their resolution halves.

    `ResNet(BasicBlock, [2, 2, 2, 2])` is ResNet-18 and `ResNet(Bottleneck, [3, 4, 6, 3])` is ResNet-50; the weights of
    torchvision's load as they are. For images of 28x28 or 32x32, `stem="small"` keeps their resolution at the start.
    Source: He, Zhang, Ren and Sun, Deep Residual Learning for Image Recognition (2016), sections 3.3 and 4.2.

    Args:
        block: `BasicBlock` or `Bottleneck`.
        layers: how many blocks each stage has: `layer1`, `layer2` and so on.
        num_classes: how many numbers y has per image.
        zero_init_residual: whether each block starts as the identity: its last normalization's weight is zero.
        groups, width_per_group: of the blocks, see `Bottleneck`.
        norm_layer: called with a number of channels, makes a normalization.
        in_channels: C of x.
        channels: planes of the first stage.
        stem: "large", a 7x7 convolution of stride 2 and max pooling, or "small", a 3x3 convolution.

    Raises:
        ValueError: a setting is unknown, or there is no stage or an empty one.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.models import BasicBlock, ResNet
        >>> digits = ResNet(BasicBlock, [1, 1, 1], 10, in_channels=1, channels=16, stem="small")
        >>> digits(dl.zeros(5, 1, 28, 28)).shape == (5, 10)
        True
    """

    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: Sequence[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
        groups: int = 1,
        width_per_group: int = 64,
        norm_layer: Norm = BatchNorm2d,
        *,
        in_channels: int = 3,
        channels: int = 64,
        stem: Literal["large", "small"] = "large",
    ) -> None:
        super().__init__()
        if stem not in ("large", "small"):
            raise ValueError(f"ResNet: stem expected 'large' or 'small', got {stem!r}")
        if not layers or min(layers) < 1:
            raise ValueError(f"ResNet: layers expected positive numbers of blocks, got {list(layers)}")
        small = stem == "small"
        kernel, stride = (3, 1) if small else (7, 2)
        self.conv1 = Conv2d(in_channels, channels, kernel, stride, padding=kernel // 2, bias=False)
        self.bn1 = norm_layer(channels)
        self.relu = ReLU()
        self.maxpool = Identity() if small else MaxPool2d(3, stride=2, padding=1)
        self._stages = [f"layer{i + 1}" for i in range(len(layers))]
        inplanes = channels
        for i, (name, count) in enumerate(zip(self._stages, layers, strict=True)):
            blocks = []
            for j in range(count):
                planes, stride = channels * 2**i, 2 if i > 0 and j == 0 else 1
                outputs = planes * block.expansion
                downsample = None
                if stride != 1 or inplanes != outputs:
                    downsample = Sequential(Conv2d(inplanes, outputs, 1, stride, bias=False), norm_layer(outputs))
                blocks.append(block(inplanes, planes, stride, downsample, groups, width_per_group, norm_layer))
                inplanes = outputs
            self.add_module(name, Sequential(*blocks))
        self.avgpool = AdaptiveAvgPool2d((1, 1))
        self.fc = Linear(inplanes, num_classes)
        self._draw(zero_init_residual)

    def _draw(self, zero_init_residual: bool) -> None:
        for module in self.modules():
            if isinstance(module, Conv2d):
                init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            last = {BasicBlock: "bn2", Bottleneck: "bn3"}.get(type(module))
            if zero_init_residual and last is not None:
                init.zeros_(getattr(module, last).weight)

    def features(self, input: Tensor) -> Tensor:
        """Return the last stage's output, (N, channels, H, W), for images x (N, in_channels, H, W)."""
        x = self.maxpool(self.relu(self.bn1(self.conv1(input))))
        for name in self._stages:
            x = getattr(self, name)(x)
        return x

    def forward(self, input: Tensor) -> Tensor:
        """Return y of shape (N, num_classes) for x of shape (N, in_channels, H, W)."""
        return self.fc(self.avgpool(self.features(input)).flatten(1))


@flops.register
def _sum(module: _Block, inputs: tuple[Tensor, ...], output: Tensor) -> int:
    return output.numel()
