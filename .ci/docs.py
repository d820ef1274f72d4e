"""Hold a built site to what it promises: `.ci/docs.py FOLDER`.

Links within it lead somewhere, every public name is in the reference, and no page loads anything from elsewhere.
"""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sphinx.util.inventory import InventoryFile

sys.path.insert(0, "docs/_ext")
from api_pages import public_modules, public_names

LOADED = {"script": "src", "img": "src", "link": "href", "source": "src"}


class Page(HTMLParser):
    """The anchors of a page, what it links to, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take down what a tag says."""
        values = dict(attrs)
        self.anchors |= {values[key] for key in ("id", "name") if values.get(key)}
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        address = values.get(LOADED.get(tag, ""))
        if address and not (tag == "link" and values.get("rel") in ("canonical", "index", "search", "next", "prev")):
            self.loaded.append(address)


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


def main() -> None:
    """Read every page."""
    site = Path(sys.argv[1]).resolve()
    pages = {path: Page(path.read_text()) for path in sorted(site.rglob("*.html")) if "_static" not in path.parts}
    problems = broken(site, pages) + absent(site)
    lessons = {path: page for path, page in pages.items() if re.match(r"lessons/\d\d_", str(path.relative_to(site)))}
    bare = [path.name for path, page in lessons.items() if not any("sphx_glr" in image for image in page.loaded)]
    problems += [f"lessons/{name}: no picture" for name in bare]
    links = sum(len(page.links) for page in pages.values())
    print(f"{len(pages)} pages, {len(lessons)} of them lessons, {links} links; {len(problems)} problems")
    if problems or not lessons:
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main()
