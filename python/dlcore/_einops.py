"""Tensors in einops: `rearrange`, `reduce`, `repeat`, `einsum`, `pack` and `unpack` take them and pass gradients on.

NOTE [einops]
einops looks for the library of a tensor among the subclasses of its `AbstractBackend` whose `framework_name` is a
module that was imported. So it is enough that such a class exists. It can only be written once einops is there: now,
where it was imported before dlcore; otherwise when it is, by a finder that waits among those that `import` asks for a
module, and leaves when it was asked for this one. dlcore itself never imports einops.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import Any

from . import _core
from ._core import Tensor

_BACKENDS = "einops._backends"


def register() -> None:
    """Let einops know of tensors, now or when it is imported."""
    if _BACKENDS in sys.modules:
        _define(sys.modules[_BACKENDS])
    else:
        sys.meta_path.insert(0, _Finder())


class _Finder:
    """Find the module with einops's backends as others do, and add one to it after it was run."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name != _BACKENDS:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(name)
        if spec is not None and spec.loader is not None:
            run = spec.loader.exec_module

            def run_and_define(module: Any) -> None:
                run(module)
                _define(module)

            spec.loader.exec_module = run_and_define  # type: ignore[method-assign]
        return spec


def _define(backends: Any) -> None:
    class DlcoreBackend(backends.AbstractBackend):
        framework_name = "dlcore"

        def is_appropriate_type(self, tensor: Any) -> bool:
            return isinstance(tensor, Tensor)

        def from_numpy(self, x: Any) -> Tensor:
            return _core.from_numpy(x)

        def to_numpy(self, x: Tensor) -> Any:
            return x.detach().numpy()

        def arange(self, start: int, stop: int) -> Tensor:
            return _core.arange(start, stop)

        def reduce(self, x: Tensor, operation: str, axes: Any) -> Tensor:
            operation = {"min": "amin", "max": "amax"}.get(operation, operation)
            if operation == "prod":
                for axis in sorted(axes, reverse=True):  # takes one axis at a time
                    x = x.prod(axis)
                return x
            return getattr(x, operation)(tuple(axes))

        def transpose(self, x: Tensor, axes: Any) -> Tensor:
            return x.permute(tuple(axes))

        def stack_on_zeroth_dimension(self, tensors: list[Tensor]) -> Tensor:
            return _core.stack(tensors)

        def add_axis(self, x: Tensor, new_position: int) -> Tensor:
            return x.unsqueeze(new_position)

        def add_axes(self, x: Tensor, n_axes: int, pos2len: dict[int, int]) -> Tensor:
            for axis in pos2len:
                x = x.unsqueeze(axis)
            return x.expand(*[pos2len.get(axis, -1) for axis in range(n_axes)])

        def tile(self, x: Tensor, repeats: Any) -> Tensor:
            return x.repeat(*repeats)

        def concat(self, tensors: list[Tensor], axis: int) -> Tensor:
            return _core.cat(tensors, axis)

        def is_float_type(self, x: Tensor) -> bool:
            return x.dtype.is_floating_point

        def einsum(self, pattern: str, *x: Tensor) -> Tensor:
            return _core.einsum(pattern, *x)

    backends.DlcoreBackend = DlcoreBackend  # einops finds it as long as it lives
