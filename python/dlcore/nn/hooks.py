"""Functions a module calls around its own work."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar

from .._core import _pop_module, _push_module

if TYPE_CHECKING:
    from .module import Module

_ids = count()
_running = threading.local()  # .modules: those whose call is under way in this thread, while debugging


class RemovableHandle:
    """What registering a hook returns: `remove()` takes it away, and so does the end of a `with` block."""

    def __init__(self, module: Module, kind: str, hook: Callable[..., Any]) -> None:
        self._module, self._kind, self._id = module, kind, next(_ids)
        kinds = module.__dict__.setdefault("_hooks", {})
        kinds.setdefault(kind, {})[self._id] = hook
        module.__dict__["_watched"] = True

    def remove(self) -> None:
        """Take the hook away; nothing happens where it is gone already."""
        attributes = self._module.__dict__
        kinds = attributes.get("_hooks", {})
        hooks = kinds.get(self._kind, {})
        hooks.pop(self._id, None)
        if not hooks:
            kinds.pop(self._kind, None)
        if not kinds:
            attributes.pop("_hooks", None)
            attributes.pop("_watched", None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()


class Hooks:
    """The registration of hooks, and the call of a module that has some."""

    _hooks: ClassVar[dict[str, dict[int, Callable[..., Any]]]] = {}
    # The one thing Module.__call__ looks at: on the class while debugging, on the instance while it has hooks.
    _watched = False

    def _hooks_of(self, kind: str) -> list[Callable[..., Any]]:
        return list(self._hooks.get(kind, {}).values())

    def register_forward_pre_hook(self, hook: Callable[..., Any], *, with_kwargs: bool = False) -> RemovableHandle:
        """Call `hook(module, args)` before `forward`; what it returns, unless None, takes the place of `args`.

        Args:
            hook: with `with_kwargs`, called as `hook(module, args, kwargs)` and returning None or both.
            with_kwargs: whether the hook sees the keyword arguments.

        Returns:
            A handle whose `remove()` takes the hook away.
        """
        return RemovableHandle(self, "forward_pre_with_kwargs" if with_kwargs else "forward_pre", hook)

    def register_forward_hook(self, hook: Callable[..., Any], *, with_kwargs: bool = False) -> RemovableHandle:
        """Call `hook(module, args, output)` after `forward`; what it returns, unless None, is the output instead.

        Args:
            hook: with `with_kwargs`, called as `hook(module, args, kwargs, output)`.
            with_kwargs: whether the hook sees the keyword arguments.

        Returns:
            A handle whose `remove()` takes the hook away.
        """
        return RemovableHandle(self, "forward_with_kwargs" if with_kwargs else "forward", hook)

    def register_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, prefix, keep_vars)` before `state_dict` collects this module."""
        return RemovableHandle(self, "state_dict_pre", hook)

    def register_state_dict_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, state_dict, prefix, local_metadata)` after `state_dict`; it may change the state."""
        return RemovableHandle(self, "state_dict", hook)

    def register_load_state_dict_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Let `hook` rename or add entries before `load_state_dict` compares them.

        It is called as `hook(module, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys,
        error_msgs)`. The dictionary is a copy; `local_metadata` is empty; what the hook adds to the three lists is
        reported with the differences found.
        """
        return RemovableHandle(self, "load_state_dict_pre", hook)

    def register_load_state_dict_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(module, incompatible_keys)` after `load_state_dict`."""
        return RemovableHandle(self, "load_state_dict", hook)

    def _call_watched(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if not Hooks._watched:
            return self._call_with_hooks(args, kwargs)
        modules = _running.__dict__.setdefault("modules", [])
        _push_module(_name_within(modules[-1], self) if modules else "")
        modules.append(self)
        try:
            return self._call_with_hooks(args, kwargs)
        finally:
            modules.pop()
            _pop_module()

    def _call_with_hooks(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        for hook in self._hooks_of("forward_pre"):
            changed = hook(self, args)
            if changed is not None:
                args = changed if isinstance(changed, tuple) else (changed,)
        for hook in self._hooks_of("forward_pre_with_kwargs"):
            changed = hook(self, args, kwargs)
            if changed is not None:
                args, kwargs = changed
        output = self.forward(*args, **kwargs)
        for hook in self._hooks_of("forward"):
            changed = hook(self, args, output)
            output = output if changed is None else changed
        for hook in self._hooks_of("forward_with_kwargs"):
            changed = hook(self, args, kwargs, output)
            output = output if changed is None else changed
        return output


def _name_within(caller: Module, module: Module) -> str:
    names = (name for name, descendant in caller.named_modules() if descendant is module)
    return next(names, type(module).__name__)
