"""How tensors are copied and pickled: by their numbers, without history."""

from typing import Any

import numpy as np

from ._core import Tensor, from_numpy


def _rebuild(cls: type[Tensor], array: np.ndarray, requires_grad: bool) -> Tensor:
    return _as_class(cls, from_numpy(array), requires_grad)


def _as_class(cls: type[Tensor], x: Tensor, requires_grad: bool) -> Tensor:
    shown = x if cls is Tensor else Tensor.__new__(cls, x)
    return shown.requires_grad_(requires_grad)


def _reduce_ex(self: Tensor, protocol: int) -> tuple[Any, ...]:
    array = self.detach().numpy()
    if not array.flags.writeable:
        array = array.copy()  # read-only is what the lender of the memory wanted, not what the tensor is
    return _rebuild, (type(self), array, self.requires_grad), getattr(self, "__dict__", None) or None


def _copy(self: Tensor) -> Tensor:
    shown = _as_class(type(self), self.detach(), self.requires_grad)
    if hasattr(self, "__dict__"):
        vars(shown).update(vars(self))
    return shown


def _deepcopy(self: Tensor, memo: dict[int, Any]) -> Tensor:
    import copy  # only who copies needs it, and has it

    if id(self) in memo:
        return memo[id(self)]
    if not self.is_leaf:
        raise RuntimeError("deepcopy: only leaf tensors can be copied with their gradients; use detach().clone()")
    made = _as_class(type(self), self.detach().clone(), self.requires_grad)
    memo[id(self)] = made
    if self.grad is not None:
        made.grad = copy.deepcopy(self.grad, memo)
    if hasattr(self, "__dict__"):
        vars(made).update(copy.deepcopy(vars(self), memo))
    return made


Tensor.__reduce_ex__ = _reduce_ex
Tensor.__copy__ = _copy
Tensor.__deepcopy__ = _deepcopy
