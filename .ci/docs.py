"""Hold a built site to what it promises: `.ci/docs.py FOLDER`.

Links within it lead somewhere, every public name is in the reference, and no page loads anything from elsewhere. Pages
that teach have a picture and a link to the reference, and no page but those of the reference has code that a screen
cuts. The examples find each other in the file that is there to download.
"""

import re
import subprocess
import sys
import tempfile
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sphinx.util.inventory import InventoryFile

sys.path.insert(0, "docs/_ext")
from api_pages import public_modules, public_names

TAUGHT = re.compile(r"(lessons/\d\d_|learning/|models/)(?!.*index)")
COLUMNS = 92  # of code beside the contents, at 1440 pixels
LOADED = {"script": "src", "img": "src", "link": "href", "source": "src"}


class Page(HTMLParser):
    """The anchors of a page, what it links to, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.code: list[str] = []
        self._in_code = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take down what a tag says."""
        values = dict(attrs)
        self.anchors |= {values[key] for key in ("id", "name") if values.get(key)}
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        self._in_code |= tag == "pre"
        address = values.get(LOADED.get(tag, ""))
        if address and not (tag == "link" and values.get("rel") in ("canonical", "index", "search", "next", "prev")):
            self.loaded.append(address)

    def handle_endtag(self, tag: str) -> None:
        """Take down that code is over."""
        if tag == "pre":
            self._in_code = False
            self.code.append("\n")

    def handle_data(self, data: str) -> None:
        """Take down code."""
        if self._in_code:
            self.code.append(data)


def broken(site: Path, pages: dict[Path, Page]) -> list[str]:
    """Return the links within the site that lead nowhere, and what is loaded from outside."""
    found = []
    for path, page in pages.items():
        where = path.relative_to(site)
        for address in [*page.links, *page.loaded]:
            parts = urlsplit(address)
            if parts.scheme in ("data", "mailto"):
                continue
            if parts.scheme or parts.netloc:
                found += [f"{where}: loaded from elsewhere: {address}"] if address in page.loaded else []
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.exists():
                found.append(f"{where}: no such file: {address}")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
                found.append(f"{where}: no such heading: {address}")
    return found


def absent(site: Path) -> list[str]:
    """Return the public names that the site does not tell of, under this name or, of a class, an earlier one."""
    inventory = InventoryFile.loads((site / "objects.inv").read_bytes(), uri="")
    told = {name for kind in inventory.data.values() for name in kind}
    found, elsewhere = [], set()
    for module in public_modules():
        for name in public_names(module):
            value, path = getattr(module, name), f"{module.__name__}.{name}"
            if path in told:
                elsewhere.add(id(value))
            elif id(value) not in elsewhere:
                found.append(f"not in the reference: {path}")
    return found


def bare(name: str, page: Page) -> list[str]:
    """Return what a page that teaches lacks."""
    found = []
    if not any("_images/" in image for image in page.loaded):
        found.append(f"{name}: no picture")
    if not any(re.search(r"/api/dlcore[\w.]*html#dlcore", link) for link in page.links):
        found.append(f"{name}: no link to the reference")
    return found


def cut(name: str, page: Page) -> list[str]:
    """Return the lines of code that are too long to be seen as a whole."""
    wide = [line for line in "".join(page.code).split("\n") if len(line) > COLUMNS]
    return [f"{name}: more than {COLUMNS} columns: {line}" for line in wide]


def unusable(site: Path) -> list[str]:
    """Return the examples in the file to download that do not find each other."""
    (packed,) = site.glob("_downloads/*/examples.zip")
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(packed).extractall(folder)
        examples = sorted(Path(folder, "examples").glob("*.py"))
        script = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"
        names = [path.stem for path in examples]
        run = subprocess.run([sys.executable, "-c", script, *names], cwd=Path(folder, "examples"), capture_output=True)
    problems = [] if run.returncode == 0 else [f"examples.zip: {run.stderr.decode()}"]
    return problems if names else ["examples.zip: empty"]


def main() -> None:
    """Read every page."""
    site = Path(sys.argv[1]).resolve()
    pages = {path: Page(path.read_text()) for path in sorted(site.rglob("*.html")) if "_static" not in path.parts}
    problems = broken(site, pages) + absent(site) + unusable(site)
    names = {str(path.relative_to(site)): page for path, page in pages.items()}
    taught = {name: page for name, page in names.items() if TAUGHT.match(name)}
    problems += [problem for name, page in taught.items() for problem in bare(name, page)]
    problems += [problem for name, page in names.items() if name[:4] != "api/" for problem in cut(name, page)]
    links = sum(len(page.links) for page in pages.values())
    print(f"{len(pages)} pages, {len(taught)} of them to learn from, {links} links; {len(problems)} problems")
    if problems or not taught:
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main()
