"""What is installed: the build that the loader takes, what it tells about itself, and what lies in the package."""

import os
import re
import subprocess
import sys
from pathlib import Path

import dlcore
import pytest
from dlcore import _core

BASELINE = "x86-64-v2"
# Each faster level, with the feature that, hidden from the loader, rules it out.
FEATURES = {"x86-64-v4": "AVX512F", "x86-64-v3": "AVX2"}
PACKAGE = Path(_core.__file__).parent
COPIES = [level for level in FEATURES if (PACKAGE / "glibc-hwcaps" / level / "libdlcore-kernels.so").exists()]


def processor_has(feature):
    """Tell whether the processor itself, hidden or not, has a feature."""
    return feature.lower() in re.search(r"^flags\s*:(.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)[1].split()


def level_with(hidden):
    """Return the level that a new process runs, with features hidden from the loader."""
    tunables = "glibc.cpu.hwcaps=" + ",".join(f"-{feature}" for feature in hidden) if hidden else ""
    code = "from dlcore import _core; print(_core.build_info()['level'])"
    environment = {**os.environ, "GLIBC_TUNABLES": tunables}
    return subprocess.check_output([sys.executable, "-c", code], env=environment, text=True).strip()


@pytest.mark.parametrize("hidden", [[], ["AVX512F"], ["AVX512F", "AVX2"]])
def test_the_loader_takes_the_best_build_it_is_shown(hidden):
    if COPIES:
        visible = [level for level in COPIES if FEATURES[level] not in hidden and processor_has(FEATURES[level])]
        expected = visible[0] if visible else BASELINE
    else:
        expected = _core.build_info()["level"]  # a build for one level stays what it is
    assert level_with(hidden) == expected


def test_a_forced_level_is_the_one_that_runs():
    level = _core.build_info()["level"]
    assert level == os.environ.get("DLCORE_EXPECTED_LEVEL", level)


def test_show_config_tells_what_runs(capsys):
    dlcore.show_config()
    title, *lines = capsys.readouterr().out.splitlines()
    assert title == f"dlcore {dlcore.__version__}"
    shown = dict(line.split(maxsplit=1) for line in lines)
    info = _core.build_info()
    assert shown == {
        "level": info["level"],
        "simd": info["simd"],
        "eigen": info["eigen"],
        "threads": str(dlcore.get_num_threads()),
    }


def test_types_come_along():
    package = Path(dlcore.__file__).parent
    assert (package / "py.typed").exists()
    assert "class Tensor" in (package / "_core.pyi").read_text()
