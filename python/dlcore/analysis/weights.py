"""A model's weights as one vector, and their loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .._core import Tensor, cat
from .._seeded import seeded
from ..autograd import enable_grad
from ..nn.module import Module
from ..nn.parameter import Parameter
from ..nn.utils import vector_to_parameters

Loss = Callable[[], Tensor]


def trainable(model: Module) -> list[Parameter]:
    """Return the parameters that require gradients, in their order.

    Raises:
        TypeError: the model is no Module.
        ValueError: there is no such parameter.
    """
    if not isinstance(model, Module):
        raise TypeError(f"analysis: model expected a Module, got {type(model).__name__}")
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    if not parameters:
        raise ValueError(f"analysis: model expected parameters that require gradients, got a {type(model).__name__}")
    return parameters


def flattened(tensors: Sequence[Tensor]) -> Tensor:
    """Join tensors in one vector."""
    return cat([tensor.detach().reshape(-1) for tensor in tensors])


def split(vector: Tensor, like: Sequence[Tensor]) -> list[Tensor]:
    """Undo `flattened`: return parts with the shapes and dtypes of other tensors."""
    parts = vector.split([tensor.numel() for tensor in like])
    return [part.to(tensor.dtype).reshape(tensor.shape) for part, tensor in zip(parts, like, strict=True)]


def weights(model: Module) -> Tensor:
    """Return a copy of all weights of a model that require gradients, as one vector.

    Example:
        >>> from dlcore import analysis, nn
        >>> analysis.weights(nn.Linear(3, 2)).shape == (8,)
        True
    """
    return flattened(trainable(model)).clone()


def set_weights(model: Module, vector: Tensor) -> None:
    """Copy a vector as `weights` returns it into the model.

    Raises:
        ValueError: its shape is another one; nothing was changed.
    """
    parameters = trainable(model)
    vector_to_parameters(checked_vector(vector, parameters, "vector"), parameters)


def checked_vector(vector: Tensor, like: Sequence[Tensor], name: str) -> Tensor:
    """Return the vector without its history, if it has one element for each weight."""
    total = sum(tensor.numel() for tensor in like)
    if not isinstance(vector, Tensor):
        raise TypeError(f"analysis: {name} expected a Tensor, got {type(vector).__name__}")
    if tuple(vector.shape) != (total,) or not vector.dtype.is_floating_point:
        given = f"{vector.dtype} of shape {tuple(vector.shape)}"
        raise ValueError(f"analysis: {name} expected floating numbers of shape ({total},), got {given}")
    return vector.detach()


def computed(loss: Loss) -> Tensor:
    """Return a loss with its history, with the same random numbers each time; see NOTE [A model and its loss]."""
    with enable_grad(), seeded(0):
        return checked_loss(loss())


def checked_loss(value: Tensor) -> Tensor:
    """Return what a loss returned, if it is a number."""
    if not isinstance(value, Tensor) or value.numel() != 1 or not value.dtype.is_floating_point:
        given = f"shape {tuple(value.shape)}" if isinstance(value, Tensor) else type(value).__name__
        raise ValueError(f"analysis: loss expected to return a floating Tensor with one element, got {given}")
    return value.reshape(())
