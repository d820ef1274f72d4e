"""What the documents show is what the files say, and it runs."""

import re
from pathlib import Path

import dlcore
import matplotlib.pyplot as plt
import numpy as np
import pytest

ROOT = Path(__file__).parent.parent
PIECE = re.compile(r"^ *```\w+\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
PYTHON = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
SOURCE = re.compile(r"From\s+`([^`]+)`")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
WITH_CODE = [str(page.relative_to(ROOT)) for page in PAGES if PYTHON.search(page.read_text())]


def _squeezed(text):
    return " ".join(text.split())


def _pieces():
    """Yield each piece of code after `From `file`` in CONTRIBUTING.md, with the file named last before it."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    for piece in PIECE.finditer(text):
        if named := SOURCE.findall(text[: piece.start()]):
            yield named[-1], piece[1]


@pytest.mark.parametrize(("file", "piece"), list(_pieces()))
def test_a_piece_of_code_in_contributing_is_from_the_file_it_names(file, piece):
    assert _squeezed(piece) in _squeezed((ROOT / file).read_text())


def test_contributing_shows_pieces_of_code():
    assert len(list(_pieces())) >= 6


def _run(page, blocks, names):
    for block in blocks:
        exec(compile(block, page, "exec"), names)


@pytest.mark.parametrize("page", WITH_CODE)
def test_code_of_a_page_runs(page, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    try:
        _run(page, PYTHON.findall((ROOT / page).read_text()), {"dlcore": dlcore})
    finally:
        plt.close("all")


def test_pages_show_code():
    assert {"README.md", "docs/training.md", "docs/models/images.md"} <= set(WITH_CODE)


def test_the_loop_of_the_readme_and_fit_give_the_same_bits():
    beginning, by_hand, by_fit, *_ = PYTHON.findall((ROOT / "README.md").read_text())
    assert "loss.backward()" in by_hand
    assert "train.fit(" in by_fit
    results = []
    for way in (by_hand, by_fit):
        dlcore.manual_seed(0)
        names = {}
        _run("README.md", (beginning, way), names)
        results.append(dlcore.nn.utils.parameters_to_vector(names["model"].parameters()).detach().numpy())
        inputs, targets = names["x"], names["y"]
        assert dlcore.nn.functional.mse_loss(names["model"](inputs), targets).item() < 0.01
    np.testing.assert_array_equal(*results)
