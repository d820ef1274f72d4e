"""The base of every layer and model.

NOTE [Attributes are the registry]
A parameter, buffer or submodule is an ordinary attribute in the instance's `__dict__`: `self.weight` in a
`forward` is the plain read that Python does best, with no `__getattr__` behind it. What a module owns is found by
type, in the order of assignment: a Parameter, a Module, or a Tensor whose name was given to `register_buffer`. There
is nothing to set up, so a subclass may assign before it calls `super().__init__()`, or never call it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Self

from .._core import Tensor, float32, float64
from .._core import device as Device
from .._core import dtype as DType
from .hooks import Hooks
from .parameter import Parameter, zero_grad
from .state import IncompatibleKeys, load_state


class Module(Hooks):
    """A function with parameters: subclass it, assign parameters and submodules in `__init__`, write `forward`.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> class Net(nn.Module):
        ...     def __init__(self):
        ...         super().__init__()
        ...         self.hidden = nn.Linear(4, 8)
        ...         self.out = nn.Linear(8, 2)
        ...     def forward(self, x):
        ...         return self.out(self.hidden(x).relu())
        >>> net = Net()
        >>> [name for name, _ in net.named_parameters()]
        ['hidden.weight', 'hidden.bias', 'out.weight', 'out.bias']
        >>> net(dl.zeros(3, 4)).shape == (3, 2)
        True
    """

    training = True
    _buffer_names: ClassVar[dict[str, bool]] = {}  # name -> whether state_dict holds it

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output; every subclass writes its own."""
        raise NotImplementedError(f"{type(self).__name__}: forward is not defined")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._watched:
            return self._call_watched(args, kwargs)
        return self.forward(*args, **kwargs)

    # ---- What the module owns ----

    def __setattr__(self, name: str, value: Any) -> None:
        current = self.__dict__.get(name)
        if value is None or current is None:
            pass
        elif isinstance(current, Parameter) and not isinstance(value, Parameter):
            raise TypeError(f"{type(self).__name__}.{name}: expected a Parameter or None, got {type(value).__name__}")
        elif isinstance(current, Module) and not isinstance(value, Module):
            raise TypeError(f"{type(self).__name__}.{name}: expected a Module or None, got {type(value).__name__}")
        elif name in self._buffer_names and not isinstance(value, Tensor):
            raise TypeError(f"{type(self).__name__}.{name}: expected a Tensor or None, got {type(value).__name__}")
        if isinstance(value, (Parameter, Module)):
            self._buffer_names.pop(name, None)
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        object.__delattr__(self, name)
        self._buffer_names.pop(name, None)

    def _check_new_name(self, what: str, name: str, value: Any, kind: type) -> None:
        if not isinstance(name, str):
            raise TypeError(f"{what}: name expected a str, got {type(name).__name__}")
        if not name or "." in name:
            raise KeyError(f'{what}: name expected to be non-empty and without ".", got {name!r}')
        if hasattr(self, name) and name not in self.__dict__.get("_buffer_names", {}):
            raise KeyError(f"{what}: {type(self).__name__} has an attribute {name!r} already")
        if value is not None and not isinstance(value, kind):
            raise TypeError(f"{what}: {name} expected a {kind.__name__} or None, got {type(value).__name__}")

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Assign `param` to the attribute `name`; None says that the module can have one but does without."""
        self._check_new_name("register_parameter", name, param, Parameter)
        setattr(self, name, param)

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Assign a tensor that is state of the module but not learnt.

        Args:
            name: the attribute's name.
            tensor: the buffer, or None.
            persistent: whether `state_dict` holds it.
        """
        self._check_new_name("register_buffer", name, tensor, Tensor)
        self.__dict__.setdefault("_buffer_names", {})[name] = persistent
        object.__setattr__(self, name, tensor)

    def register_module(self, name: str, module: Module | None) -> None:
        """Assign `module` to the attribute `name`, which need not be an identifier."""
        self._check_new_name("register_module", name, module, Module)
        setattr(self, name, module)

    add_module = register_module

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """Yield the modules assigned to this one, with their names; one assigned twice comes once."""
        seen: set[Module] = set()
        for name, child in list(self.__dict__.items()):
            if isinstance(child, Module) and child not in seen:
                seen.add(child)
                yield name, child

    def named_modules(
        self, memo: set[Module] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Module]]:
        """Yield this module and all below it, with their paths (`"encoder.fc1"`; this one's is `prefix`)."""
        memo = set() if memo is None else memo
        if self in memo:
            return
        if remove_duplicate:
            memo.add(self)
        yield prefix, self
        for name, child in list(self.__dict__.items()):
            if isinstance(child, Module):
                yield from child.named_modules(memo, f"{prefix}.{name}" if prefix else name, remove_duplicate)

    def _named(
        self, own: Callable[[Module], Iterator[tuple[str, Any]]], prefix: str, recurse: bool, remove_duplicate: bool
    ) -> Iterator[tuple[str, Any]]:
        parts = self.named_modules(prefix=prefix, remove_duplicate=remove_duplicate) if recurse else [(prefix, self)]
        seen: set[int] = set()
        for path, module in parts:
            for name, tensor in own(module):
                if id(tensor) not in seen:
                    if remove_duplicate:
                        seen.add(id(tensor))
                    yield (f"{path}.{name}" if path else name), tensor

    def _own_parameters(self) -> Iterator[tuple[str, Parameter]]:
        return ((name, value) for name, value in list(self.__dict__.items()) if isinstance(value, Parameter))

    def _own_buffers(self) -> Iterator[tuple[str, Tensor]]:
        return ((name, self.__dict__[name]) for name in self._buffer_names if self.__dict__[name] is not None)

    def _own_state(self) -> Iterator[tuple[str, Tensor]]:
        yield from self._own_parameters()
        yield from ((name, buffer) for name, buffer in self._own_buffers() if self._buffer_names[name])

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """Yield the parameters with their paths, this module's own first; a shared one comes once."""
        return self._named(Module._own_parameters, prefix, recurse, remove_duplicate)

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """Yield the buffers with their paths, this module's own first; a shared one comes once."""
        return self._named(Module._own_buffers, prefix, recurse, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """Yield the parameters, as an optimizer takes them."""
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """Yield the buffers."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def children(self) -> Iterator[Module]:
        """Yield the modules assigned to this one."""
        return (child for _, child in self.named_children())

    def modules(self) -> Iterator[Module]:
        """Yield this module and all below it, each once."""
        return (module for _, module in self.named_modules())

    def _get(self, target: str, kind: type, what: str) -> Any:
        found: Any = self
        for name in target.split(".") if target else ():
            found = getattr(found, name, None) if isinstance(found, Module) else None
        if not isinstance(found, kind):
            raise AttributeError(f"{what}: {type(self).__name__} has no {kind.__name__} {target!r}")
        return found

    def get_submodule(self, target: str) -> Module:
        """Return the module at the path `target`; the empty path is this module."""
        return self._get(target, Module, "get_submodule")

    def get_parameter(self, target: str) -> Parameter:
        """Return the parameter at the path `target`."""
        return self._get(target, Parameter, "get_parameter")

    def get_buffer(self, target: str) -> Tensor:
        """Return the buffer at the path `target`."""
        return self._get(target, Tensor, "get_buffer")

    # ---- What is done to all of it ----

    def apply(self, fn: Callable[[Module], Any]) -> Self:
        """Call `fn` on every module below this one and then on this one; return this module."""
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    def train(self, mode: bool = True) -> Self:
        """Switch to training, or with False to evaluation: dropout and its like behave differently."""
        if not isinstance(mode, bool):
            raise ValueError(f"train: mode expected a bool, got {mode!r}")
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Switch to evaluation."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Let gradients reach all parameters, or none."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters; with `set_to_none=False` fill them with zeros instead."""
        zero_grad(self.parameters(), set_to_none)

    def to(self, *args: Any, device: Any = None, dtype: DType | None = None) -> Self:
        """Convert the floating-point parameters and buffers, in place: `to(dtype)`, `to(device, dtype)`, `to(tensor)`.

        Args:
            args: a dtype, a device, both, or a tensor whose dtype is meant.
            device: 'cpu', where everything lies already.
            dtype: float32 or float64; by default everything stays as it is.
        """
        for arg in args:
            if isinstance(arg, Tensor):
                dtype = arg.dtype
            elif isinstance(arg, DType):
                dtype = arg
            else:
                device = arg
        if isinstance(device, str):
            Device(device)  # raises ValueError for another one than the processor
        elif device is not None and not isinstance(device, Device):
            raise TypeError(f"to: expected a dtype, a device or a Tensor, got {type(device).__name__}")
        if dtype is None:
            return self
        if not dtype.is_floating_point:
            raise TypeError(f"to: expected a floating dtype, got {dtype}")
        for parameter in self.parameters():
            if parameter.dtype.is_floating_point and parameter.dtype != dtype:
                grad = parameter.grad
                parameter.data = parameter.detach().to(dtype)  # the gradient of the old dtype goes with it
                parameter.grad = None if grad is None else grad.detach().to(dtype)
        converted: dict[int, Tensor] = {}  # a shared buffer stays shared
        for module in self.modules():
            for name, buffer in module._own_buffers():
                if buffer.dtype.is_floating_point:
                    module.__dict__[name] = converted.setdefault(id(buffer), buffer.to(dtype))
        return self

    def float(self) -> Self:
        """Convert the floating-point parameters and buffers to float32."""
        return self.to(float32)

    def double(self) -> Self:
        """Convert the floating-point parameters and buffers to float64."""
        return self.to(float64)

    # ---- State ----

    def state_dict(
        self, *, destination: dict[str, Tensor] | None = None, prefix: str = "", keep_vars: bool = False
    ) -> dict[str, Tensor]:
        """Return parameters and persistent buffers by path.

        Args:
            destination: a dictionary to add to; a new one if left out.
            prefix: what every path begins with.
            keep_vars: whether to return the parameters themselves, not detached tensors that share their storage.
        """
        destination = {} if destination is None else destination
        for hook in self._hooks_of("state_dict_pre"):
            hook(self, prefix, keep_vars)
        for name, tensor in self._own_state():
            destination[prefix + name] = tensor if keep_vars else tensor.detach()
        for name, child in list(self.__dict__.items()):
            if isinstance(child, Module):
                child.state_dict(destination=destination, prefix=f"{prefix}{name}.", keep_vars=keep_vars)
        for hook in self._hooks_of("state_dict"):
            hook(self, destination, prefix, {})
        return destination

    def load_state_dict(self, state_dict: Mapping[str, Tensor], strict: bool = True) -> IncompatibleKeys:
        """Copy the tensors of `state_dict` into the parameters and buffers of the same paths.

        Args:
            state_dict: tensors by path, as `state_dict()` returns them.
            strict: whether the paths and dtypes have to agree. If not, what both sides have is copied and converted.

        Returns:
            The paths that only one side had: `missing_keys` and `unexpected_keys`.

        Raises:
            RuntimeError: the state does not fit. All differences are listed, and nothing was changed.
        """
        return load_state(self, state_dict, strict)

    # ---- Text ----

    def extra_repr(self) -> str:
        """Return what `repr` shows of this module besides its children, as in `in_features=2, out_features=3`."""
        return ""

    def __repr__(self) -> str:
        extra = self.extra_repr()
        lines = extra.split("\n") if extra else []
        children = [f"({name}): {_indent(repr(child))}" for name, child in self._repr_children()]
        if not children and len(lines) < 2:
            return f"{type(self).__name__}({extra})"
        return f"{type(self).__name__}(" + "".join(f"\n  {line}" for line in lines + children) + "\n)"

    def _repr_children(self) -> Iterator[tuple[str, Module]]:
        return ((name, value) for name, value in self.__dict__.items() if isinstance(value, Module))


def _indent(text: str) -> str:
    return text.replace("\n", "\n  ")
