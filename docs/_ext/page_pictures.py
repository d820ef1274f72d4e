"""Run the code of the pages, and put each figure behind the lines that drew it.

The pieces of a page run one after the other in one namespace, as its reader would run them and as
`tests/test_documents.py` does; so the code that is shown is the code that drew the picture. Nothing marks a picture: it
is a figure that a piece leaves in a name, or whose axes it leaves there.
"""

import contextlib
import io
import re
import tempfile
from pathlib import Path

import dlcore
import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

PIECE = re.compile(r"^```python\n(.*?)^```\n", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^#+ (.*)", re.MULTILINE)
STYLE = {"figure.figsize": (5, 3.4), "figure.constrained_layout.use": True}
IMAGE = "\n```{{image}} /{path}\n:alt: {alt}\n:width: {width}px\n```\n"


def _figures(names: dict[str, object]) -> list[Figure]:
    """Return the figures that names hold, or the axes of which they hold, by themselves or in a tuple."""
    values = [
        part
        for value in names.values()
        for part in (value if isinstance(value, tuple) else (value,))
    ]
    figures = [value.figure if isinstance(value, Axes) else value for value in values]
    return list(dict.fromkeys(figure for figure in figures if isinstance(figure, Figure)))


def _run(docname: str, text: str):
    """Run the pieces of a page, and yield where each ends and the figures that it drew."""
    names, drawn = {"dlcore": dlcore}, set()
    dlcore.manual_seed(0)
    with (
        tempfile.TemporaryDirectory() as scratch,
        contextlib.chdir(scratch),
        matplotlib.rc_context(STYLE),
    ):
        for number, piece in enumerate(PIECE.finditer(text)):
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(piece[1], f"{docname}, piece {number}", "exec"), names)
            figures = [figure for figure in _figures(names) if figure not in drawn]
            drawn.update(figures)
            yield piece.end(), figures


def add_pictures(app, docname: str, source: list[str]) -> None:
    """Run the pieces of a page of Markdown, and add the pictures to its text."""
    text, parts, begin, count = source[0], [], 0, 0
    if Path(app.env.doc2path(docname)).suffix != ".md":
        return
    for end, figures in _run(docname, text):
        parts.append(text[begin:end])
        for figure in figures:
            path, count = f"pictures/{docname.replace('/', '-')}-{count}.png", count + 1
            (Path(app.srcdir) / path).parent.mkdir(exist_ok=True)
            figure.savefig(Path(app.srcdir) / path, dpi=200)
            alt = HEADING.findall(text, 0, end)[-1]
            parts.append(
                IMAGE.format(path=path, alt=alt, width=int(100 * figure.get_figwidth()))
            )
        begin = end
    source[0] = "".join([*parts, text[begin:]])


def setup(app):
    """Add pictures to pages as they are read."""
    app.connect("source-read", add_pictures)
    return {"parallel_read_safe": True}
