"""Write a page of the reference for each public module: what is in it, by the file that it is from.

The titles are the first lines of the files' docstrings, so a class that is added to a module's `__all__` is in the
reference, under a heading, without further ado.
"""

import importlib
import inspect
import pkgutil
import sys
from pathlib import Path
from types import ModuleType

import dlcore

CLASS = ".. autoclass:: {}\n   :members:\n"
FUNCTION = ".. autofunction:: {}\n"


def public_modules(module: ModuleType = dlcore) -> list[ModuleType]:
    """Return a module and all that are in its `__all__`, or are packages of dlcore, in the order of their names."""
    names = set(getattr(module, "__all__", ()))
    if module is dlcore:
        names |= {part.name for part in pkgutil.iter_modules(dlcore.__path__) if part.ispkg}
    found = [module]
    for name in sorted(names):
        inner = (
            importlib.import_module(f"{module.__name__}.{name}")
            if _is_module(module, name)
            else None
        )
        if inner is not None:
            found += public_modules(inner)
    return found


def public_names(module: ModuleType) -> list[str]:
    """Return the names of a module that are no modules: those in `__all__`, or those that are defined in it."""
    defined = [
        n
        for n, v in vars(module).items()
        if getattr(v, "__module__", None) == module.__name__
    ]
    names = getattr(module, "__all__", defined)
    return [
        n
        for n in dict.fromkeys(names)
        if not n.startswith("_") and not _is_module(module, n)
    ]


def _is_module(module: ModuleType, name: str) -> bool:
    if module is dlcore and not hasattr(module, name):
        return True  # a package that is not read before it is asked for
    return inspect.ismodule(getattr(module, name))


def _sections(module: ModuleType) -> dict[str, list[str]]:
    """Return the names by title; those of the module itself, and of private ones, come first."""
    sections: dict[str, list[str]] = {"": []}
    for name in public_names(module):
        source = sys.modules.get(
            getattr(getattr(module, name), "__module__", None) or "", module
        )
        own = (
            source is module
            or not source.__name__.startswith("dlcore.")
            or "._" in source.__name__
        )
        title = "" if own else inspect.getdoc(source).split("\n")[0].rstrip(".")
        sections.setdefault(title, []).append(name)
    return sections


def _entry(module: ModuleType, name: str, classes: set[type]) -> str:
    """Return the directive of a name; `classes` are those that an earlier page has, to which links go."""
    value, path = getattr(module, name), f"{module.__name__}.{name}"
    if inspect.isclass(value):
        again = "   :no-index:\n" if value in classes else ""
        classes.add(value)
        return CLASS.format(path) + again
    return (
        FUNCTION.format(path)
        if callable(value)
        else f".. autodata:: {path}\n   :no-value:\n"
    )


def _page(module: ModuleType, classes: set[type]) -> str:
    title = module.__name__
    parts = [
        f"{title}\n{'=' * len(title)}\n",
        f".. automodule:: {title}\n   :no-members:\n",
    ]
    for heading, names in sorted(_sections(module).items()):
        if heading:
            parts.append(f"{heading}\n{'-' * len(heading)}\n")
        parts += [_entry(module, name, classes) for name in names]
    return "\n".join(parts)


def write_pages(app) -> None:
    """Write the pages that have changed, and their table of contents."""
    folder = Path(app.srcdir) / "api"
    folder.mkdir(exist_ok=True)
    modules = public_modules()
    rows = [
        f"   * - :doc:`{m.__name__}`\n     - {inspect.getdoc(m).split(chr(10))[0]}"
        for m in modules
    ]
    classes: set[type] = set()
    pages = {m.__name__: _page(m, classes) for m in modules}
    pages["index"] = "\n".join(
        [
            "Reference\n=========\n",
            ".. list-table::\n   :widths: auto\n",
            *rows,
            "\n.. toctree::\n   :hidden:\n",
        ]
        + [f"   {m.__name__}" for m in modules]
        + [""]
    )
    for name, text in pages.items():
        path = folder / f"{name}.rst"
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
    for stale in {path.stem for path in folder.glob("*.rst")} - set(pages):
        (folder / f"{stale}.rst").unlink()


def setup(app):
    """Write the pages before Sphinx looks for them."""
    app.connect("builder-inited", write_pages)
    return {"parallel_read_safe": True}
