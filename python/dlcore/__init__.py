"""A deep-learning engine for the processor everybody has, that reads like PyTorch."""

from . import _copies as _copies
from . import _core, autograd
from ._config import __version__, show_config
from ._core import *  # noqa: F403
from ._core import Tensor, dtype
from ._repr import get_printoptions, set_printoptions
from .autograd import enable_grad, no_grad, set_grad_enabled

__all__ = [
    "Tensor",
    "__version__",
    "autograd",
    "dtype",
    "enable_grad",
    "get_printoptions",
    "no_grad",
    "set_grad_enabled",
    "set_printoptions",
    "show_config",
]
__all__ += _core.__all__
