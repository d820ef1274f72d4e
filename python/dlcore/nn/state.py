"""What a module saves, and how it is loaded again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .._core import Tensor
from ..autograd import no_grad

if TYPE_CHECKING:
    from .module import Module


class IncompatibleKeys(NamedTuple):
    """The entries that only one side had."""

    missing_keys: list[str]
    unexpected_keys: list[str]


def load_state(module: Module, state_dict: Mapping[str, Tensor], strict: bool) -> IncompatibleKeys:
    """Compare everything first, then copy: a state that does not fit changes nothing."""
    if not isinstance(state_dict, Mapping):
        raise TypeError(f"load_state_dict: state_dict expected a mapping, got {type(state_dict).__name__}")
    given = dict(state_dict)
    missing: list[str] = []
    unexpected: list[str] = []
    errors: list[str] = []
    for name, part in module.named_modules(remove_duplicate=False):
        for hook in part._hooks_of("load_state_dict_pre"):
            hook(part, given, f"{name}." if name else "", {}, strict, missing, unexpected, errors)

    expected = dict(_persistent(module))
    missing += [name for name in expected if name not in given]
    unexpected += [name for name in given if name not in expected]
    pairs = [(name, expected[name], given[name]) for name in expected if name in given]
    differences = [difference for pair in pairs if (difference := _difference(*pair, strict))]
    if strict:
        differences = [_lone(name, "missing, expected", expected) for name in missing] + differences
        differences += [_lone(name, "unexpected, got", given) for name in unexpected]
    if differences or errors:
        lines = "".join(f"\n  {line}" for line in differences + errors)
        raise RuntimeError(f"load_state_dict: the state does not fit {type(module).__name__}:{lines}")

    with no_grad():
        for _, target, source in pairs:
            target.copy_(source)
    incompatible = IncompatibleKeys(missing, unexpected)
    for part in module.modules():
        for hook in part._hooks_of("load_state_dict"):
            hook(part, incompatible)
    return incompatible


def _persistent(module: Module) -> Iterator[tuple[str, Tensor]]:
    for name, part in module.named_modules(remove_duplicate=False):
        for own, tensor in part._own_state():
            yield (f"{name}.{own}" if name else own), tensor


def _difference(name: str, target: Tensor, source: Any, strict: bool) -> str | None:
    if not isinstance(source, Tensor):
        return f"{name}: expected a Tensor, got {type(source).__name__}"
    if tuple(source.shape) != tuple(target.shape):
        return f"{name}: expected shape {tuple(target.shape)}, got {tuple(source.shape)}"
    if strict and source.dtype != target.dtype:
        return f"{name}: expected dtype {_dtype_name(target)}, got {_dtype_name(source)}"
    return None


def _lone(name: str, what: str, side: Mapping[str, Any]) -> str:
    tensor = side.get(name)
    if not isinstance(tensor, Tensor):
        return f"{name}: {what} {type(tensor).__name__}" if name in side else f"{name}: {what.partition(',')[0]}"
    return f"{name}: {what} {_dtype_name(tensor)} of shape {tuple(tensor.shape)}"


def _dtype_name(tensor: Tensor) -> str:
    return str(tensor.dtype).rpartition(".")[2]
