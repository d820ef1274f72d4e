"""The tensors a module learns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._core import Tensor, empty


class Parameter(Tensor):
    """A tensor that a module counts among its parameters.

    Args:
        data: the tensor to learn, of any shape; its storage is shared. An empty tensor if left out.
        requires_grad: whether gradients reach it.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> w = nn.Parameter(dl.zeros(2, 3))
        >>> w.requires_grad, w.shape == (2, 3)
        (True, True)
    """

    def __new__(cls, data: Tensor | None = None, requires_grad: bool = True) -> Parameter:
        """Share the storage of `data` and forget its history."""
        if data is not None and not isinstance(data, Tensor):
            raise TypeError(f"Parameter: data expected a Tensor, got {type(data).__name__}")
        self = Tensor.__new__(cls, empty(0) if data is None else data.detach())
        if requires_grad:
            self.requires_grad_()
        return self

    def __repr__(self) -> str:
        return "Parameter containing:\n" + super().__repr__()

    def __deepcopy__(self, memo: dict[int, Any]) -> Parameter:
        if id(self) not in memo:
            memo[id(self)] = type(self)(self.detach().clone(), self.requires_grad)
        return memo[id(self)]

    def __reduce_ex__(self, protocol: int) -> tuple[Any, ...]:
        return type(self), (self.detach(), self.requires_grad)


def zero_grad(parameters: Iterable[Tensor], set_to_none: bool) -> None:
    """Forget the gradients, or fill them with zeros in place."""
    for parameter in parameters:
        if set_to_none:
            parameter.grad = None
        elif (grad := parameter.grad) is not None:
            parameter.grad = grad.detach().zero_()
