"""Fully connected networks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from ..nn import Dropout, Linear, Module, ReLU, Sequential


class MLP(Sequential):
    r"""Apply affine maps in turn, with a nonlinearity after each but the last.

    .. math:: h_i = \varphi(W_i h_{i-1} + b_i), \quad y = W_n h_{n-1} + b_n

    Arguments and names are those of torchvision's `ops.MLP`: each hidden layer is a linear layer, a normalization if
    there is one, the activation and a dropout; the last one is a linear layer and a dropout.

    Args:
        in_channels: size of x's last axis.
        hidden_channels: sizes of the layers' outputs; the last is y's.
        norm_layer: called with a size, makes the normalization that follows a hidden linear layer.
        activation_layer: makes an activation; None leaves it out.
        bias: whether the b exist.
        dropout: the probability with which an output is set to zero, while training.

    Raises:
        ValueError: there is no layer.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.models import MLP
        >>> MLP(784, [256, 128, 10], dropout=0.2)(dl.zeros(3, 784)).shape == (3, 10)
        True
    """

    def __init__(
        self,
        in_channels: int,
        hidden_channels: Sequence[int],
        norm_layer: Callable[[int], Module] | None = None,
        activation_layer: Callable[[], Module] | None = ReLU,
        *,
        bias: bool = True,
        dropout: float = 0.0,
    ) -> None:
        if not hidden_channels:
            raise ValueError("MLP: hidden_channels expected at least one size, got none")
        layers: list[Module] = []
        sizes = [in_channels, *hidden_channels]
        for inputs, outputs in pairwise(sizes[:-1]):
            layers.append(Linear(inputs, outputs, bias))
            if norm_layer is not None:
                layers.append(norm_layer(outputs))
            if activation_layer is not None:
                layers.append(activation_layer())
            layers.append(Dropout(dropout))
        super().__init__(*layers, Linear(sizes[-2], sizes[-1], bias), Dropout(dropout))

    def __getitem__(self, index: int | slice) -> Any:
        """Return a layer, or for a slice a Sequential of some."""
        return Sequential(self._part(index)) if isinstance(index, slice) else super().__getitem__(index)
