"""Modules that hold modules."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

from .module import Module, _indent


class _Numbered(Module):
    """Children named "0", "1", ... in their order."""

    def _items(self) -> list[Module]:
        return [child for child in self.__dict__.values() if isinstance(child, Module)]

    def _names(self) -> list[str]:
        return [name for name, child in self.__dict__.items() if isinstance(child, Module)]

    def _name_at(self, index: int) -> str:
        names = self._names()
        try:
            return names[operator.index(index)]
        except IndexError:
            raise IndexError(f"{type(self).__name__}: index {index} is out of range for {len(names)} modules") from None

    def _part(self, index: slice) -> Any:
        """Return what a container of the children in a slice is made from."""
        return self._items()[index]

    def _replace_all(self, modules: Iterable[Module]) -> None:
        modules = list(modules)
        for name in self._names():
            delattr(self, name)
        self.extend(modules)

    def __len__(self) -> int:
        return len(self._items())

    def __iter__(self) -> Iterator[Module]:
        return iter(self._items())

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return type(self)(self._part(index))
        return self.__dict__[self._name_at(index)]

    def __setitem__(self, index: int, module: Module) -> None:
        setattr(self, self._name_at(index), module)

    def __delitem__(self, index: int | slice) -> None:
        items = self._items()
        if not isinstance(index, slice):
            self._name_at(index)
        del items[index]
        self._replace_all(items)

    def append(self, module: Module) -> Self:
        """Add `module` after the last one."""
        self.add_module(str(len(self)), module)
        return self

    def extend(self, modules: Iterable[Module]) -> Self:
        """Add `modules` after the last one."""
        for module in modules:
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> Self:
        """Add `module` before the one at `index`."""
        items = self._items()
        if not -len(items) <= index <= len(items):
            raise IndexError(f"{type(self).__name__}: index {index} is out of range for {len(items)} modules")
        items.insert(index, module)
        self._replace_all(items)
        return self

    def pop(self, index: int = -1) -> Module:
        """Take the module at `index` out and return it."""
        module = self[index]
        del self[index]
        return module


class Sequential(_Numbered):
    """Modules called one after another.

    Args:
        args: the modules, or one dictionary of modules by name.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
        >>> model(dl.zeros(3, 4)).shape == (3, 2)
        True
        >>> model[:2]
        Sequential(
          (0): Linear(in_features=4, out_features=8, bias=True)
          (1): ReLU()
        )
    """

    def __init__(self, *args: Module | Mapping[str, Module]) -> None:
        super().__init__()
        if len(args) == 1 and isinstance(args[0], Mapping):
            for name, module in args[0].items():
                self.add_module(name, module)
        else:
            self.extend(args)

    def _part(self, index: slice) -> dict[str, Module]:
        return {name: self.__dict__[name] for name in self._names()[index]}  # a part's names are those of the whole

    def forward(self, input: Any) -> Any:
        """Return the last module's output."""
        for layer in tuple(self.__dict__.values()):
            if isinstance(layer, Module):
                input = layer(input)
        return input


class ModuleList(_Numbered):
    """Modules in a list, for a `forward` that calls them itself.

    Example:
        >>> from dlcore import nn
        >>> layers = nn.ModuleList(nn.Linear(4, 4) for _ in range(3))
        >>> layers
        ModuleList(
          (0-2): 3 x Linear(in_features=4, out_features=4, bias=True)
        )
        >>> len(list(layers.parameters()))
        6
    """

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        super().__init__()
        self.extend(modules)

    def __add__(self, other: Iterable[Module]) -> ModuleList:
        return ModuleList([*self, *other])

    def __repr__(self) -> str:
        runs: list[tuple[str, int]] = []
        for text in map(repr, self):
            count = runs.pop()[1] if runs and runs[-1][0] == text else 0
            runs.append((text, count + 1))
        lines, first = "", 0
        for text, count in runs:
            label = f"({first}): " if count == 1 else f"({first}-{first + count - 1}): {count} x "
            lines += f"\n  {label}{_indent(text)}"
            first += count
        return f"{type(self).__name__}({lines}\n)" if lines else f"{type(self).__name__}()"


class ModuleDict(Module):
    """Modules by name, for a `forward` that chooses among them.

    Example:
        >>> from dlcore import nn
        >>> heads = nn.ModuleDict({"digit": nn.Linear(8, 10), "parity": nn.Linear(8, 2)})
        >>> list(heads), "digit" in heads
        (['digit', 'parity'], True)
    """

    def __init__(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]] = ()) -> None:
        super().__init__()
        self.update(modules)

    def __getitem__(self, key: str) -> Module:
        child = self.__dict__.get(key)
        if not isinstance(child, Module):
            raise KeyError(key)
        return child

    def __setitem__(self, key: str, module: Module) -> None:
        if key in self:
            setattr(self, key, module)
        else:
            self.add_module(key, module)

    def __delitem__(self, key: str) -> None:
        self[key]
        delattr(self, key)

    def __len__(self) -> int:
        return len(self.keys())

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __contains__(self, key: object) -> bool:
        return isinstance(self.__dict__.get(key), Module)  # type: ignore[call-overload]

    def keys(self) -> list[str]:
        """Return the names."""
        return [name for name, child in self.__dict__.items() if isinstance(child, Module)]

    def values(self) -> list[Module]:
        """Return the modules."""
        return [child for child in self.__dict__.values() if isinstance(child, Module)]

    def items(self) -> list[tuple[str, Module]]:
        """Return names and modules."""
        return list(zip(self.keys(), self.values(), strict=True))

    def update(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]]) -> None:
        """Assign modules by name, replacing those of the same name."""
        for key, module in modules.items() if isinstance(modules, Mapping) else modules:
            self[key] = module

    def pop(self, key: str) -> Module:
        """Take the module `key` out and return it."""
        module = self[key]
        del self[key]
        return module

    def clear(self) -> None:
        """Take all modules out."""
        for key in self.keys():
            delattr(self, key)


class Identity(Module):
    """Return the input: a place where another module could stand. Arguments are accepted and ignored."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, input: Any) -> Any:
        """Return `input`."""
        return input
