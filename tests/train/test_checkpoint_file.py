"""States of any structure, to a file and back."""

import json
import re

import dlcore as dl
import numpy as np
import pytest
import safetensors.numpy as safetensors
from dlcore.train import load_checkpoint, save_checkpoint

STATE = {
    "numbers": [1, -2.5, True, None, float("inf"), 1e-323, 0.1, 2**70],
    "text": "größer\n",
    "pair": (1, (2.0, [3])),
    "by number": {0: {"mean": dl.ones(2)}, 7: {}},
    "tensors": [dl.arange(3), dl.tensor(2.5, dtype=dl.float64), dl.zeros(0, 2)],
    "empty": [{}, [], ()],
    "a": {"b": dl.tensor(1)},
    "a.b": dl.tensor(2),
    "dict": {"tensor": "x", "list": [1]},
}


def plain(value):
    if isinstance(value, dl.Tensor):
        return ("tensor", str(value.dtype), tuple(value.shape), value.tolist())
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    return type(value)(map(plain, value)) if isinstance(value, (list, tuple)) else value


def test_round_trip(tmp_path):
    save_checkpoint(STATE, tmp_path / "c")
    loaded = load_checkpoint(tmp_path / "c")
    assert plain(loaded) == plain(STATE)
    assert list(loaded) == list(STATE)
    assert str(plain(loaded)) == str(plain(STATE)), "True is not 1, and 1 not 1.0"


def test_nan(tmp_path):
    save_checkpoint({"x": float("nan")}, tmp_path / "c")
    assert np.isnan(load_checkpoint(tmp_path / "c")["x"])


def test_others_can_read_the_tensors(tmp_path):
    save_checkpoint({"model": {"weight": dl.ones(2, 3)}, "list": [dl.zeros(1)]}, tmp_path / "c")
    theirs = safetensors.load_file(tmp_path / "c")
    assert {name: x.shape for name, x in theirs.items()} == {"model.weight": (2, 3), "list.0": (1,)}


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"a": [object()]}, "save_checkpoint: a.0 expected tensors, numbers, texts, or dictionaries, lists and tuples"),
        ({"a": {1.5: 2}}, "save_checkpoint: a expected texts or integers as keys, got 1.5"),
        ({True: 2}, "save_checkpoint: state expected texts or integers as keys, got True"),
    ],
)
def test_what_cannot_be_saved_leaves_the_old_file(tmp_path, state, message):
    save_checkpoint({"x": 1}, tmp_path / "c")
    with pytest.raises(TypeError, match=re.escape(message)):
        save_checkpoint(state, tmp_path / "c")
    assert load_checkpoint(tmp_path / "c") == {"x": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["c"]


@pytest.mark.parametrize(
    "structure", ["{", '{"dict": 1}', '{"dict": [["x", {"tensor": "missing"}]]}', '{"a": 1, "b": 2}', '{"list": 3}']
)
def test_spoilt_structures(tmp_path, structure):
    dl.save({"x": dl.ones(1)}, tmp_path / "c", metadata={"state": structure})
    message = f"load_checkpoint: {tmp_path / 'c'} is no sound checkpoint ("
    with pytest.raises(ValueError, match=re.escape(message)):
        load_checkpoint(tmp_path / "c")


def test_every_truncation_is_noticed(tmp_path):
    save_checkpoint({"x": dl.ones(3), "n": 1}, tmp_path / "whole")
    whole = (tmp_path / "whole").read_bytes()
    for length in range(len(whole)):
        (tmp_path / "part").write_bytes(whole[:length])
        with pytest.raises(ValueError, match="sound"):
            load_checkpoint(tmp_path / "part")


def test_the_structure_is_json(tmp_path):
    save_checkpoint({"a": (1, dl.ones(1))}, tmp_path / "c")
    assert json.loads(dl.load_metadata(tmp_path / "c")["state"]) == {"dict": [["a", {"tuple": [1, {"tensor": "a.1"}]}]]}
