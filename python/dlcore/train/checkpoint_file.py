"""States of any structure in a safetensors file.

NOTE [Checkpoints]
The file's tensors have the names of their places (`optimizer.state.0.exp_avg`); its metadata has one entry, "state",
which is the structure in JSON. There a dictionary is {"dict": [[key, value], ...]}, as keys may be integers, a list
{"list": [...]}, a tuple {"tuple": [...]}, a tensor {"tensor": name}; all else stands for itself. Nothing in a file is
executed, and a file is there whole or not at all (see `dlcore.save`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from .._core import Tensor
from ..serialization import load, load_metadata, save


def save_checkpoint(state: Mapping[Any, Any], path: str | os.PathLike[str]) -> None:
    """Write a state to a file, which appears whole or not at all.

    Args:
        state: dictionaries, lists and tuples of tensors, numbers, texts, booleans and None.
        path: the file, replaced where it exists.

    Raises:
        TypeError: the state holds something else; what was there is as it was.

    Example:
        >>> import dlcore as dl, tempfile, os
        >>> from dlcore.train import load_checkpoint, save_checkpoint
        >>> path = os.path.join(tempfile.mkdtemp(), "state.safetensors")
        >>> save_checkpoint({"step": 3, "betas": (0.9, 0.999), "state": {0: {"mean": dl.ones(2)}}}, path)
        >>> load_checkpoint(path)
        {'step': 3, 'betas': (0.9, 0.999), 'state': {0: {'mean': tensor([1., 1.])}}}
    """
    import json

    tensors: dict[str, Tensor] = {}
    structure = _encode(state, "", tensors)
    save(tensors, path, metadata={"state": json.dumps(structure, separators=(",", ":"))})


def load_checkpoint(path: str | os.PathLike[str]) -> dict[Any, Any]:
    """Read a state that `save_checkpoint` wrote.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is corrupt, or no checkpoint.
    """
    import json

    metadata = load_metadata(path)
    if "state" not in metadata:
        raise ValueError(f"load_checkpoint: {os.fspath(path)} holds tensors, but is no checkpoint")
    try:
        return _decode(json.loads(metadata["state"]), load(path))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"load_checkpoint: {os.fspath(path)} is no sound checkpoint ({error})") from None


def _encode(value: Any, place: str, tensors: dict[str, Tensor]) -> Any:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Tensor):
        name = place
        while name in tensors:  # as of {"a": {"b": x}, "a.b": y}
            name += "_"
        tensors[name] = value
        return {"tensor": name}
    inside = f"{place}." if place else ""
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, (str, int)) or isinstance(key, bool):
                raise TypeError(f"save_checkpoint: {place or 'state'} expected texts or integers as keys, got {key!r}")
        return {"dict": [[key, _encode(part, f"{inside}{key}", tensors)] for key, part in value.items()]}
    if isinstance(value, (list, tuple)):
        kind = "list" if isinstance(value, list) else "tuple"
        return {kind: [_encode(part, f"{inside}{i}", tensors) for i, part in enumerate(value)]}
    raise TypeError(
        f"save_checkpoint: {place or 'state'} expected tensors, numbers, texts, or dictionaries, lists and tuples "
        f"of them, got {type(value).__name__}"
    )


def _decode(value: Any, tensors: dict[str, Tensor]) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    if kind == "tensor":
        return tensors[content]
    if kind == "dict":
        return {key: _decode(part, tensors) for key, part in content}
    parts = [_decode(part, tensors) for part in content]
    return parts if kind == "list" else tuple(parts)
