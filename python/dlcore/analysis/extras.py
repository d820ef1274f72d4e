"""Libraries that are needed here alone."""

from importlib import import_module
from typing import Any


def needed(module: str, function: str) -> Any:
    """Import a module of SciPy or matplotlib, or say how to get it.

    Raises:
        ImportError: it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise ImportError(f"{function}: expected the package {package}; pip install 'dlcore[analysis]'") from error
