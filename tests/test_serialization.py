"""Saving and loading: round trips, interchange, spoilt files, unwritable paths."""

import json
import os
import re

import dlcore as dl
import numpy as np
import pytest
import safetensors.numpy as safetensors
from dlcore import nn

DTYPES = ["float32", "float64", "int64", "int32", "uint8", "bool"]


def tensors():
    rng = np.random.default_rng(0)
    arrays = {
        dtype: (rng.standard_normal((3, 5)) * 4).astype("int64").astype(dtype) for dtype in DTYPES if dtype != "uint8"
    }
    arrays["uint8"] = rng.integers(0, 256, 7).astype("uint8")
    arrays["empty"] = np.zeros((0, 4), "float32")
    arrays["0-d"] = np.array(2.5)
    arrays["ein Name, größer"] = np.ones(1, "int64")
    return {name: dl.tensor(array) for name, array in arrays.items()}


def assert_same(loaded, saved):
    assert loaded.keys() == saved.keys()
    for name, tensor in saved.items():
        assert loaded[name].dtype == tensor.dtype, name
        assert tuple(loaded[name].shape) == tuple(tensor.shape), name
        np.testing.assert_array_equal(loaded[name].numpy(), tensor.numpy(), err_msg=name)


def test_round_trip(tmp_path):
    path = tmp_path / "x.safetensors"
    saved = tensors()
    dl.save(saved, path, metadata={"epoch": "3"})
    assert_same(dl.load(path), saved)
    assert_same(dl.load(str(path)), saved)
    assert dl.load_metadata(path) == {"epoch": "3"}
    assert os.listdir(tmp_path) == ["x.safetensors"]


def test_nothing_to_save(tmp_path):
    path = tmp_path / "x"
    dl.save({}, path)
    assert dl.load(path) == {}
    assert dl.load_metadata(path) == {}


def test_strided_and_tracked_tensors(tmp_path):
    path = tmp_path / "x"
    x = dl.tensor(np.arange(12.0).reshape(3, 4)).requires_grad_()
    dl.save({"x": x.T, "part": x[:, 1:3]}, path)
    loaded = dl.load(path)
    np.testing.assert_array_equal(loaded["x"].numpy(), np.arange(12.0).reshape(3, 4).T)
    np.testing.assert_array_equal(loaded["part"].numpy(), np.arange(12.0).reshape(3, 4)[:, 1:3])
    assert not loaded["x"].requires_grad


def test_a_module(tmp_path):
    source, target = (nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4)) for _ in range(2))
    dl.save(source.state_dict(), tmp_path / "model")
    target.load_state_dict(dl.load(tmp_path / "model"))
    assert_same(target.state_dict(), source.state_dict())


def test_interchange(tmp_path):
    arrays = {name: tensor.numpy() for name, tensor in tensors().items()}
    dl.save(tensors(), tmp_path / "ours", metadata={"a": "b"})
    theirs = safetensors.load_file(tmp_path / "ours")
    assert theirs.keys() == arrays.keys()
    for name, array in arrays.items():
        assert theirs[name].dtype == array.dtype
        np.testing.assert_array_equal(theirs[name], array)
    safetensors.save_file(arrays, tmp_path / "theirs", metadata={"c": "d"})
    assert_same(dl.load(tmp_path / "theirs"), tensors())
    assert dl.load_metadata(tmp_path / "theirs") == {"c": "d"}


def test_data_lies_aligned(tmp_path):
    dl.save({"a": dl.ones(3, dtype=dl.uint8), "b": dl.ones(3, dtype=dl.float64)}, tmp_path / "x")
    raw = (tmp_path / "x").read_bytes()
    length = int.from_bytes(raw[:8], "little")
    assert length % 8 == 0
    assert json.loads(raw[8 : 8 + length])["b"]["data_offsets"] == [0, 24]


@pytest.mark.parametrize(
    ("obj", "message"),
    [
        ([dl.ones(1)], "save: obj expected tensors by name, got list"),
        ({1: dl.ones(1)}, "save: a name expected a text other than '__metadata__', got 1"),
        ({"__metadata__": dl.ones(1)}, "save: a name expected a text other than '__metadata__', got '__metadata__'"),
        ({"x": [1.0]}, "save: x expected a Tensor, got list"),
    ],
)
def test_what_cannot_be_saved(tmp_path, obj, message):
    with pytest.raises(TypeError, match=re.escape(message)):
        dl.save(obj, tmp_path / "x")
    with pytest.raises(TypeError, match="save: metadata expected texts by name"):
        dl.save({}, tmp_path / "x", metadata={"epoch": 3})
    assert os.listdir(tmp_path) == []


def test_unwritable_paths(tmp_path):
    (tmp_path / "file").write_text("as it was")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "inside").touch()
    for path in (tmp_path / "file" / "x", tmp_path / "missing" / "x", tmp_path / "folder"):
        with pytest.raises(OSError, match=re.escape(str(path))) as error:
            dl.save({"x": dl.ones(1)}, path)
        assert "unfinished" not in str(error.value)
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]
    assert (tmp_path / "file").read_text() == "as it was"
    with pytest.raises(FileNotFoundError):
        dl.load(tmp_path / "missing")


def test_a_failure_while_writing_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "x"
    dl.save({"x": dl.ones(1)}, path)
    before = path.read_bytes()

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left on device"):
        dl.save({"x": dl.zeros(100)}, path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["x"]


def file_of(header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (len(text) if length is None else length).to_bytes(8, "little") + text + data


def entry(dtype="F32", shape=(2,), offsets=(0, 8)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


SPOILT = {
    "empty file": (b"", "expected 8 bytes for the header's length, got 0"),
    "half a length": (b"\0\0\0", "expected 8 bytes for the header's length, got 3"),
    "huge length": (file_of({}, length=2**63), f"the header of {2**63} bytes does not fit into the file of 10"),
    "no JSON": (file_of(b"{nothing"), "the header is not JSON (Expecting property name"),
    "no UTF-8": (file_of(b'{"\xff": 1}'), "the header is not JSON ('utf-8' codec"),
    "deep JSON": (file_of(b"[" * 100_000), "the header is not JSON ("),
    "no object": (file_of([1]), "the header is not a JSON object"),
    "name twice": (file_of(b'{"x": 1, "x": 2}'), "the header is not JSON (a name comes twice)"),
    "metadata": (file_of({"__metadata__": {"a": 1}}), "__metadata__ does not map texts to texts"),
    "no entry": (file_of({"x": 3}), "x expected dtype, shape and data_offsets, got 3"),
    "no offsets": (file_of({"x": {"dtype": "F32", "shape": [1]}}), "x expected dtype, shape and data_offsets"),
    "negative size": (file_of({"x": entry(shape=(-2,))}, b"\0" * 8), "x expected dtype, shape and data_offsets"),
    "fraction": (file_of({"x": entry(shape=(2.0,))}, b"\0" * 8), "x expected dtype, shape and data_offsets"),
    "size and offsets": (
        file_of({"x": entry(shape=(3,))}, b"\0" * 8),
        "x of dtype F32 and shape (3,) expected 12 bytes, got data_offsets [0, 8]",
    ),
    "huge shape": (
        file_of({"x": entry(shape=(2**40, 2**40))}, b"\0" * 8),
        f"x of dtype F32 and shape ({2**40}, {2**40}) expected {2**82} bytes, got data_offsets [0, 8]",
    ),
    "overlap": (
        file_of({"x": entry(), "y": entry(offsets=(4, 12))}, b"\0" * 12),
        "y expected to begin at byte 8 of the data, got 4",
    ),
    "hole": (
        file_of({"x": entry(), "y": entry(offsets=(12, 20))}, b"\0" * 20),
        "y expected to begin at byte 8 of the data, got 12",
    ),
    "too short": (file_of({"x": entry()}, b"\0" * 7), "expected 8 bytes of data, got 7"),
    "too long": (file_of({"x": entry()}, b"\0" * 9), "expected 8 bytes of data, got 9"),
    "bool": (file_of({"x": entry("BOOL", (2,), (0, 2))}, b"\1\2"), "x of dtype BOOL holds a byte that is neither 0"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_spoilt_files(tmp_path, name):
    content, reason = SPOILT[name]
    path = tmp_path / "x.safetensors"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=re.escape(f"load: {path} is no sound safetensors file: {reason}")):
        dl.load(path)


def test_every_truncation_is_noticed(tmp_path):
    dl.save({"x": dl.ones(3), "y": dl.ones(2, dtype=dl.int64)}, tmp_path / "whole")
    whole = (tmp_path / "whole").read_bytes()
    for length in range(len(whole)):
        (tmp_path / "part").write_bytes(whole[:length])
        with pytest.raises(ValueError, match="is no sound safetensors file"):
            dl.load(tmp_path / "part")


def test_a_dtype_that_is_not_ours(tmp_path):
    for code, size, hint in (("BF16", 2, "; widen=True takes it"), ("F8_E4M3", 1, "")):
        (tmp_path / "x").write_bytes(file_of({"x": entry(code, (8 // size,))}, b"\0" * 8))
        message = f"load: x in {tmp_path / 'x'} expected a dtype among F32, F64, I64, I32, U8, BOOL, got {code}{hint}"
        with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
            dl.load(tmp_path / "x")
    with pytest.raises(TypeError, match=r"expected a dtype among F32, .* U32, got F8_E4M3$"):
        dl.load(tmp_path / "x", widen=True)


@pytest.mark.parametrize(
    ("dtype", "wide"),
    [("float16", dl.float32), ("int8", dl.int32), ("int16", dl.int32), ("uint16", dl.int32), ("uint32", dl.int64)],
)
def test_dtypes_that_are_widened(tmp_path, dtype, wide):
    bits = np.random.default_rng(0).integers(0, 256, 128, dtype="uint8")
    array = bits.view(dtype).reshape(2, -1)
    if dtype == "float16":
        array = np.where(np.isfinite(array), array, np.float16(np.inf))
    safetensors.save_file({"x": array, "y": np.ones((0, 3), dtype), "z": np.ones(2)}, tmp_path / "x")
    loaded = dl.load(tmp_path / "x", widen=True)
    assert {name: x.dtype for name, x in loaded.items()} == {"x": wide, "y": wide, "z": dl.float64}
    assert tuple(loaded["y"].shape) == (0, 3)
    np.testing.assert_array_equal(loaded["x"].numpy(), array)


def test_bfloat16_is_the_upper_half_of_float32(tmp_path):
    values = np.array([0.0, -0.0, 1.0, -2.5, 3.140625, np.inf, -np.inf, 2.0**-126, 2.0**-133, 2.0**127], "float32")
    halves = (values.view("uint32") >> 16).astype("uint16")
    (tmp_path / "x").write_bytes(file_of({"x": entry("BF16", (2, 5), (0, 20))}, halves.tobytes()))
    np.testing.assert_array_equal(dl.load(tmp_path / "x", widen=True)["x"].numpy(), values.reshape(2, 5))


def test_half_precision_of_pytorch(tmp_path):
    torch = pytest.importorskip("torch", reason="PyTorch is a peer, not a requirement of the tests")
    from safetensors.torch import save_file

    x = torch.randn(5, 7)
    save_file({"half": x.half(), "brain": x.bfloat16(), "whole": x}, tmp_path / "x")
    loaded = dl.load(tmp_path / "x", widen=True)
    for name, expected in {"half": x.half().float(), "brain": x.bfloat16().float(), "whole": x}.items():
        np.testing.assert_array_equal(loaded[name].numpy(), expected.numpy())
