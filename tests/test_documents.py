"""What the documents show is what the files say."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PIECE = re.compile(r"^ *```\w+\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
SOURCE = re.compile(r"From\s+`([^`]+)`")


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
