"""Work that leaves no trace: what it changes is put back at the end of a block, also where it raises."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from ._core import Tensor, get_rng_state, set_rng_state
from .autograd import no_grad
from .nn.module import Module

if TYPE_CHECKING:
    from .optim.optimizer import Optimizer  # which sees this file


class Stateful(Protocol):
    """What gives its state away and takes it back: schedulers, loaders."""

    def state_dict(self) -> Any: ...
    def load_state_dict(self, state_dict: Any) -> Any: ...


@contextmanager
def restored(*owners: Module | Optimizer) -> Iterator[None]:
    """Put back modules and optimizers, bit by bit.

    Of a module and those below it: parameters, their gradients, buffers and all other attributes, so that a buffer
    which was bound anew, and not only filled anew, is the old one again. Of an optimizer: options, state, parameters
    and their gradients. Numbers that have not changed are not touched, so that histories recorded before still find
    what they need. A gradient comes back as the tensor that it was: within the block assign gradients, or forget them,
    but do not add to them.
    """
    modules = list(dict.fromkeys(part for owner in owners if isinstance(owner, Module) for part in owner.modules()))
    optimizers = [owner for owner in owners if not isinstance(owner, Module)]
    groups = [group for optimizer in optimizers for group in optimizer.param_groups]
    of_modules = [x for module in modules for x in (*module.parameters(recurse=False), *module.buffers(recurse=False))]
    tensors = list({id(x): x for x in (*of_modules, *(p for group in groups for p in group["params"]))}.values())
    before = [(x, x.detach().clone(), x.grad) for x in tensors]
    with restored_entries(*(vars(owner) for owner in (*modules, *optimizers)), *groups):
        for optimizer in optimizers:
            optimizer.state = _copied(optimizer.state)  # the work is done on a copy
        try:
            yield
        finally:
            with no_grad():
                for x, numbers, gradient in before:
                    if x.detach().numpy().tobytes() != numbers.numpy().tobytes():
                        x.copy_(numbers)
                    x.grad = gradient


@contextmanager
def restored_entries(*dictionaries: dict[str, Any]) -> Iterator[None]:
    """Put back which keys and objects dictionaries hold, in their order."""
    before = [(dictionary, dict(dictionary)) for dictionary in dictionaries]
    try:
        yield
    finally:
        for dictionary, entries in before:
            dictionary.clear()
            dictionary.update(entries)


@contextmanager
def restored_state(owner: Stateful) -> Iterator[None]:
    """Put back what an object tells of itself by `state_dict`."""
    state = copy.deepcopy(owner.state_dict())
    try:
        yield
    finally:
        owner.load_state_dict(state)


@contextmanager
def restored_generator() -> Iterator[None]:
    """Put back the default generator of random numbers."""
    state = get_rng_state()
    try:
        yield
    finally:
        set_rng_state(state)


def _copied(state: defaultdict[Tensor, dict[str, Any]]) -> defaultdict[Tensor, dict[str, Any]]:
    """Copy an optimizer's state; its keys stay the parameters."""
    return defaultdict(dict, {p: copy.deepcopy(remembered) for p, remembered in state.items()})
