"""Tensors in files, in the safetensors format.

NOTE [safetensors]
A file is the length of the header (8 bytes, little endian), the header (JSON), and the tensors' bytes, little endian
and in row-major order. The header gives for each name dtype, shape and `data_offsets` [begin, end), counted from the
end of the header; together they cover the rest of the file without overlap or hole. `__metadata__` maps texts to
texts. Nothing in a file is executed. Source: https://github.com/huggingface/safetensors, section "Format".
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np

from . import _core
from ._core import Tensor

_DTYPES = {"F32": "float32", "F64": "float64", "I64": "int64", "I32": "int32", "U8": "uint8", "BOOL": "bool"}
_CODES = {name: code for code, name in _DTYPES.items()}
# What dlcore does not have: how NumPy reads it, and what holds all its values. bfloat16 is the upper half of float32.
_WIDENED = {
    "F16": ("float16", "float32"),
    "BF16": ("uint16", "float32"),
    "I8": ("int8", "int32"),
    "I16": ("int16", "int32"),
    "U16": ("uint16", "int32"),
    "U32": ("uint32", "int64"),
}
_LONGEST_HEADER = 100_000_000  # the format's own limit


def save(obj: Mapping[str, Tensor], path: str | os.PathLike[str], metadata: Mapping[str, str] | None = None) -> None:
    """Write tensors to a safetensors file.

    The file appears whole or not at all: it is written beside `path`, flushed to the disk, and then renamed.

    Args:
        obj: tensors by name, such as `model.state_dict()`.
        path: the file, replaced where it exists.
        metadata: texts by name to go with them.

    Raises:
        TypeError: something other than a tensor, or a name or metadata that is no text.
        OSError: the file cannot be written; what was there is as it was.

    Example:
        >>> import dlcore as dl, tempfile, os
        >>> path = os.path.join(tempfile.mkdtemp(), "x.safetensors")
        >>> dl.save({"x": dl.arange(3)}, path)
        >>> dl.load(path)["x"].tolist()
        [0, 1, 2]
    """
    import json

    arrays = _arrays(obj)
    header: dict[str, Any] = {}
    if metadata is not None:
        if not all(isinstance(text, str) for pair in metadata.items() for text in pair):
            raise TypeError("save: metadata expected texts by name")
        header["__metadata__"] = dict(metadata)
    end = 0
    for name, array in arrays.items():
        begin, end = end, end + array.nbytes
        header[name] = {"dtype": _CODES[array.dtype.name], "shape": array.shape, "data_offsets": [begin, end]}
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # so that the tensors' bytes lie aligned

    path = os.fspath(path)
    unfinished = f"{path}.{os.urandom(4).hex()}.unfinished"
    try:
        with open(unfinished, "xb") as file:
            file.write(len(text).to_bytes(8, "little") + text)
            for array in arrays.values():
                file.write(array.data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except BaseException as error:
        if os.path.exists(unfinished):
            os.unlink(unfinished)
        if isinstance(error, OSError):
            error.filename, error.filename2 = path, None
        raise


def remove_unfinished(path: str | os.PathLike[str]) -> None:
    """Remove what a process that was killed inside `save` left beside `path`; nobody may be saving there meanwhile."""
    import re

    folder, name = os.path.split(os.fspath(path))
    for entry in os.listdir(folder or "."):
        if re.fullmatch(re.escape(name) + r"\.[0-9a-f]{8}\.unfinished", entry):
            os.unlink(os.path.join(folder, entry))


def _arrays(obj: Mapping[str, Tensor]) -> dict[str, np.ndarray]:
    if not isinstance(obj, Mapping):
        raise TypeError(f"save: obj expected tensors by name, got {type(obj).__name__}")
    arrays = {}
    for name, tensor in obj.items():
        if not isinstance(name, str) or name == "__metadata__":
            raise TypeError(f"save: a name expected a text other than '__metadata__', got {name!r}")
        if not isinstance(tensor, Tensor):
            raise TypeError(f"save: {name} expected a Tensor, got {type(tensor).__name__}")
        arrays[name] = np.ascontiguousarray(tensor.detach().numpy()).reshape(tensor.shape)
    return dict(sorted(arrays.items(), key=lambda item: -item[1].itemsize))  # wide elements first: all lie aligned


def load(path: str | os.PathLike[str], widen: bool = False) -> dict[str, Tensor]:
    """Read the tensors of a safetensors file.

    Args:
        path: the file.
        widen: whether to take dtypes that dlcore does not have too, in one that holds all their values: float16 and
            bfloat16 become float32; int8, int16 and uint16 become int32; uint32 becomes int64.

    Returns:
        Tensors by name, in the order in which they lie in the file.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is truncated, corrupt or no safetensors file.
        TypeError: it holds a dtype that dlcore does not have.
    """
    with open(path, "rb") as file:
        header = _read_header(file)
        entries = _checked_entries(file, header, widen)
        return {name: _read_tensor(file, name, *entry) for name, entry in entries.items()}


def load_metadata(path: str | os.PathLike[str]) -> dict[str, str]:
    """Read the texts that `save` was given as `metadata`; the tensors are not read."""
    with open(path, "rb") as file:
        return _read_header(file).get("__metadata__", {})


def _corrupt(file: BinaryIO, reason: str) -> ValueError:
    return ValueError(f"load: {file.name} is no sound safetensors file: {reason}")


def _read_header(file: BinaryIO) -> dict[str, Any]:
    import json

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a name comes twice")
        return dict(pairs)

    size = os.fstat(file.fileno()).st_size
    if size < 8:
        raise _corrupt(file, f"expected 8 bytes for the header's length, got {size}")
    length = int.from_bytes(file.read(8), "little")
    if length > min(size - 8, _LONGEST_HEADER):
        raise _corrupt(file, f"the header of {length} bytes does not fit into the file of {size}")
    try:
        header = json.loads(file.read(length).decode(), object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise _corrupt(file, f"the header is not JSON ({error})") from None
    if not isinstance(header, dict):
        raise _corrupt(file, "the header is not a JSON object")
    metadata = header.get("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(text, str) for text in metadata.values()):
        raise _corrupt(file, "__metadata__ does not map texts to texts")
    return header


def _checked_entries(file: BinaryIO, header: dict[str, Any], widen: bool) -> dict[str, tuple[str, list[int]]]:
    """Return code and shape by name, in the order of the bytes, which are the rest of the file and all of it."""
    spans: list[tuple[int, int, str]] = []
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        try:
            code, shape, (begin, end) = entry["dtype"], entry["shape"], entry["data_offsets"]
            sound = all(type(size) is int and size >= 0 for size in [*shape, begin, end])
        except (TypeError, KeyError, ValueError):
            sound = False
        if not sound:
            raise _corrupt(file, f"{name} expected dtype, shape and data_offsets, got {entry}")
        known = {**_DTYPES, **{code: stored for code, (stored, _) in _WIDENED.items()}} if widen else _DTYPES
        if code not in known:
            hint = "; widen=True takes it" if code in _WIDENED else ""
            raise TypeError(f"load: {name} in {file.name} expected a dtype among {', '.join(known)}, got {code}{hint}")
        expected = math.prod(shape) * np.dtype(known[code]).itemsize
        if end - begin != expected:
            raise _corrupt(
                file,
                f"{name} of dtype {code} and shape {tuple(shape)} expected {expected} bytes, "
                f"got data_offsets [{begin}, {end}]",
            )
        spans.append((begin, end, name))
    spans.sort()
    position, left = 0, os.fstat(file.fileno()).st_size - file.tell()
    for begin, end, name in spans:
        if begin != position:
            raise _corrupt(file, f"{name} expected to begin at byte {position} of the data, got {begin}")
        position = end
    if position != left:
        raise _corrupt(file, f"expected {position} bytes of data, got {left}")
    return {name: (header[name]["dtype"], header[name]["shape"]) for _, _, name in spans}


def _read_tensor(file: BinaryIO, name: str, code: str, shape: list[int]) -> Tensor:
    if code in _WIDENED:
        stored, wide = _WIDENED[code]
        array = np.empty(shape, stored)
        _read_into(file, name, array)
        if code == "BF16":
            return _core.from_numpy((array.astype(np.uint32) << 16).view(np.float32))
        return _core.from_numpy(array.astype(wide))
    tensor = _core.empty(shape, dtype=getattr(_core, _DTYPES[code]))
    array = tensor.numpy()
    if code == "BOOL":
        array = array.view(np.uint8)
    _read_into(file, name, array)
    if code == "BOOL" and array.size and array.max() > 1:
        raise _corrupt(file, f"{name} of dtype BOOL holds a byte that is neither 0 nor 1")
    return tensor


def _read_into(file: BinaryIO, name: str, array: np.ndarray) -> None:
    if file.readinto(array.reshape(-1)) != array.nbytes:  # type: ignore[attr-defined]
        raise _corrupt(file, f"it became shorter while {name} was read")
