"""A deep-learning engine for the processor everybody has, that reads like PyTorch."""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING, Any

from . import _copies as _copies
from . import _core, _einops, autograd
from ._config import __version__, show_config
from ._core import *  # noqa: F403
from ._core import Tensor, dtype
from ._numbers import e, finfo, iinfo, inf, nan, newaxis, pi
from ._repr import get_printoptions, set_printoptions
from .autograd import enable_grad, no_grad, set_grad_enabled

if TYPE_CHECKING:
    from . import analysis, audio, data, debug, linalg, models, nn, optim, probabilistic, testing, train, validation
    from .serialization import load, load_metadata, save

__all__ = [
    "Tensor",
    "__version__",
    "analysis",
    "audio",
    "autograd",
    "data",
    "debug",
    "dtype",
    "e",
    "enable_grad",
    "finfo",
    "get_printoptions",
    "iinfo",
    "inf",
    "linalg",
    "load",
    "load_metadata",
    "models",
    "nan",
    "newaxis",
    "nn",
    "no_grad",
    "optim",
    "pi",
    "probabilistic",
    "save",
    "set_grad_enabled",
    "set_printoptions",
    "show_config",
    "testing",
    "train",
    "validation",
]
__all__ += _core.__all__

# Read when they are first asked for, so that `import dlcore` is over in a blink.
_MODULES = (
    "analysis",
    "audio",
    "data",
    "debug",
    "linalg",
    "models",
    "nn",
    "optim",
    "probabilistic",
    "testing",
    "train",
    "validation",
)
_FUNCTIONS = {"load": "serialization", "load_metadata": "serialization", "save": "serialization"}


_einops.register()


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return _import_module(f".{name}", __name__)
    if name in _FUNCTIONS:
        value = getattr(_import_module(f".{_FUNCTIONS[name]}", __name__), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
