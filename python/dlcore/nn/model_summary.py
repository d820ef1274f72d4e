"""What a model consists of, what goes through it, and what that costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import signature
from typing import Any

from .._core import Tensor, float32, zeros
from ..autograd import no_grad
from .flop_counts import flops
from .module import Module


@dataclass
class Call:
    """One call of a module, with the calls that it made.

    name: the module's path from its caller on; module: its class; shapes: those of all tensors it returned.
    parameters: how many it and its submodules have, 0 where an earlier call counts them.
    flops: operations, with those of the calls it made, as far as they are known.
    uncounted: classes of which they are not, among it and the calls it made.
    activation_bytes: of the outputs of all calls that made none; an output that shares its input's memory takes none.
    """

    name: str
    module: str
    shapes: list[tuple[int, ...]] = field(default_factory=list)
    parameters: int = 0
    flops: int = 0
    uncounted: set[str] = field(default_factory=set)
    activation_bytes: int = 0
    calls: list[Call] = field(default_factory=list)


@dataclass(frozen=True)
class Summary:
    """A model's calls and totals; printed, a table.

    root: the call of the model itself.
    parameters, trainable_parameters: numbers of elements.
    parameter_bytes, buffer_bytes: what they take.
    uncalled: paths of modules with parameters that no call reached.
    """

    root: Call
    parameters: int
    trainable_parameters: int
    parameter_bytes: int
    buffer_bytes: int
    uncalled: list[str]

    @property
    def flops(self) -> int:
        """Return the operations of the forward pass, without those of the modules in `uncounted`."""
        return self.root.flops

    @property
    def uncounted(self) -> list[str]:
        """Return the classes of modules whose operations `flops` does not know."""
        return sorted(self.root.uncounted)

    @property
    def activation_bytes(self) -> int:
        """Return what the outputs of all innermost modules take, as they are kept for the gradient."""
        return self.root.activation_bytes

    def table(self, depth: int | None = None) -> str:
        """Return the tree of calls as text, with the totals below.

        Args:
            depth: how many levels below the model are shown; by default all.
        """
        rows = [("", "output", "parameters", "FLOPs", "memory"), *_rows(self.root, "", "", depth)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join([row[0].ljust(widths[0]), row[1].ljust(widths[1]), *map(str.rjust, row[2:], widths[2:])]).rstrip()
            for row in rows
        ]
        fixed = self.parameters - self.trainable_parameters
        without = f", without those of {', '.join(self.uncounted)}" if self.uncounted else ""
        lines += [
            "",
            f"parameters   {self.parameters:,}" + (f", of which {fixed:,} are fixed" if fixed else ""),
            f"FLOPs        {_scaled(self.flops, 1000)}{without}",
            f"memory       {_bytes(self.parameter_bytes)} of parameters, {_bytes(self.buffer_bytes)} of buffers, "
            f"{_bytes(self.activation_bytes)} of activations",
        ]
        if self.uncalled:
            lines.append(f"not called   {', '.join(self.uncalled)}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return self.table()


def summary(model: Module, *inputs: Tensor | Sequence[int] | Any, **kwargs: Any) -> Summary:
    """Call a model once and tell what each of its modules returned, has and costs.

    The call is in evaluation, without gradients, and leaves the model as it was. Operations are counted as by `flops`:
    what a module computes itself, beside the modules that it calls, counts only where `flops` knows its class.

    Args:
        model: any module.
        inputs: what it is called with. A shape stands for zeros of the parameters' dtype.
        kwargs: the same by name, of tensors.

    Example:
        >>> from dlcore import nn
        >>> nn.summary(nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2)), (3, 4))
                      output  parameters  FLOPs  memory
        Sequential    (3, 2)          58    312   216 B
        ├─ 0: Linear  (3, 8)          40    192    96 B
        ├─ 1: ReLU    (3, 8)           0     24    96 B
        └─ 2: Linear  (3, 2)          18     96    24 B
        <BLANKLINE>
        parameters   58
        FLOPs        312
        memory       232 B of parameters, 0 B of buffers, 216 B of activations
    """
    if not isinstance(model, Module):
        raise TypeError(f"summary: model expected a Module, got {type(model).__name__}")
    parameters, buffers = list(model.parameters()), list(model.buffers())
    dtype = next((p.dtype for p in parameters if p.dtype.is_floating_point), float32)
    arguments = [zeros(x, dtype=dtype) if _is_shape(x) else x for x in inputs]

    recorder = _Recorder(model)
    modes = {module: module.training for module in model.modules()}
    try:
        model.eval()
        with no_grad():
            model(*arguments, **kwargs)
    finally:
        recorder.remove()
        for module, mode in modes.items():
            module.training = mode
    return Summary(
        root=recorder.root,
        parameters=sum(p.numel() for p in parameters),
        trainable_parameters=sum(p.numel() for p in parameters if p.requires_grad),
        parameter_bytes=sum(map(_size, parameters)),
        buffer_bytes=sum(map(_size, buffers)),
        uncalled=recorder.uncalled(),
    )


class _Recorder:
    """Hooks on all modules of a model that write down the calls."""

    def __init__(self, model: Module) -> None:
        self.paths = {module: path for path, module in model.named_modules()}
        self.root = Call("", type(model).__name__)
        self._under_way: list[tuple[Module, Call]] = []
        self._counted: set[int] = set()  # parameters
        self._called: set[Module] = set()
        self._handles = []
        for module in self.paths:
            self._handles.append(module.register_forward_pre_hook(self._begin, with_kwargs=True))
            self._handles.append(module.register_forward_hook(self._end, with_kwargs=True))

    def remove(self) -> None:
        for handle in self._handles:
            handle.remove()

    def uncalled(self) -> list[str]:
        reached = {id(parameter) for module in self._called for parameter in module.parameters(recurse=False)}
        owners = {path: [id(p) for p in module.parameters(recurse=False)] for module, path in self.paths.items()}
        return [path for path, own in owners.items() if own and not reached.intersection(own)]

    def _begin(self, module: Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        call = self.root
        if self._under_way:
            caller, outer = self._under_way[-1]
            call = Call(self.paths[module].removeprefix(f"{self.paths[caller]}."), type(module).__name__)
            outer.calls.append(call)
        self._under_way.append((module, call))
        self._called.add(module)
        for parameter in module.parameters():
            call.parameters += parameter.numel() * (id(parameter) not in self._counted)

    def _end(self, module: Module, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> None:
        _, call = self._under_way.pop()
        self._counted.update(id(parameter) for parameter in module.parameters())
        tensors = list(_tensors(output))
        call.shapes = [tuple(tensor.shape) for tensor in tensors]
        bound = signature(module.forward).bind(*args, **kwargs)
        bound.apply_defaults()
        own = flops(module, tuple(bound.arguments.values()), output)
        call.flops = (own or 0) + sum(inner.flops for inner in call.calls)
        call.uncounted = set().union(*(inner.uncounted for inner in call.calls))
        if own is None:
            call.uncounted.add(call.module)
        if call.calls:
            call.activation_bytes = sum(inner.activation_bytes for inner in call.calls)
        else:
            given = list(_tensors((args, kwargs)))
            call.activation_bytes = sum(_size(tensor) for tensor in tensors if not _lies_in(tensor, given))


def _rows(call: Call, first: str, rest: str, depth: int | None) -> Iterator[tuple[str, ...]]:
    label = f"{call.name}: {call.module}" if call.name else call.module
    shapes = ", ".join(map(str, call.shapes))
    count = _scaled(call.flops, 1000)
    if call.uncounted:
        count = f"{count} + ?" if call.flops else "?"
    yield f"{first}{label}", shapes, f"{call.parameters:,}", count, _bytes(call.activation_bytes)
    if depth == 0:
        return
    for i, inner in enumerate(call.calls):
        last = i == len(call.calls) - 1
        below = None if depth is None else depth - 1
        yield from _rows(inner, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "), below)


def _is_shape(value: Any) -> bool:
    return isinstance(value, (tuple, list)) and all(isinstance(n, int) for n in value)


def _tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, Mapping):
        yield from _tensors(list(value.values()))
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from _tensors(part)


def _lies_in(tensor: Tensor, others: Sequence[Tensor]) -> bool:
    """Tell whether a tensor is a view of one of the others."""
    start = tensor.data_ptr()
    return any(other.data_ptr() <= start < other.data_ptr() + _size(other) for other in others)


def _size(tensor: Tensor) -> int:
    return tensor.numel() * tensor.dtype.itemsize


def _bytes(count: int) -> str:
    return _scaled(count, 1024, "B")


def _scaled(count: int, base: int, unit: str = "") -> str:
    """Return three digits and a prefix, as in 31.9 M."""
    prefixes = ("", "k", "M", "G", "T") if base == 1000 else ("", "Ki", "Mi", "Gi", "Ti")
    power, value = 0, float(count)
    while value >= 999.5 and power < len(prefixes) - 1:
        power, value = power + 1, value / base
    digits = f"{value:.0f}" if power == 0 or value >= 99.95 else f"{value:.1f}"
    return f"{digits} {prefixes[power]}{unit}".rstrip()
