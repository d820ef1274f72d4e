"""The comparison with the peers runs and writes down what it measured; what it measured is not judged here."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def compare(*options):
    """Run the comparison in a process of its own."""
    command = [sys.executable, "-m", "bench.compare", *map(str, options)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_quick_run_without_peers_writes_the_table(tmp_path):
    arguments = ("--quick", "--cases", "^elementwise/exp$", "--peers", "none", "--threads", "1", "--output", tmp_path)
    done = compare(*arguments)
    assert done.returncode == 0, done.stderr

    stored = json.loads((tmp_path / "RESULTS.json").read_text())
    assert [(m["case"], m["direction"]) for m in stored["measurements"]] == [
        ("elementwise/exp", "forward"),
        ("elementwise/exp", "both"),
    ]
    assert not any(m["failed"] for m in stored["measurements"])
    rows = [line for line in (tmp_path / "RESULTS.md").read_text().splitlines() if line.startswith("| exp |")]
    assert [row.split(" | ")[1] for row in rows] == ["forward", "forward + backward"]


def test_an_unknown_peer_is_an_error():
    done = compare("--peers", "abacus")
    assert done.returncode == 2
    assert "--peers: expected some of those installed of torch, compile, jax, got abacus" in done.stderr


@pytest.fixture
def cases(monkeypatch):
    """Return the list of cases."""
    monkeypatch.syspath_prepend(ROOT)
    from bench.cases import CASES

    return CASES


def test_every_bar_is_about_cases(cases):
    from bench.bars import BARS, SHARE

    assert all(bar.names() for bar in BARS)
    assert all(name in cases for name, _, _ in SHARE)
    assert all(case.against is None or case.against in cases for case in cases.values())
