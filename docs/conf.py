"""Sphinx: `pip install '.[docs]' && sphinx-build -W docs docs/_build`."""

import re
import types

import dlcore

project = "dlcore"
author = "The dlcore authors"
version = release = dlcore.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["dollarmath"]
exclude_patterns = ["_build"]
html_theme = "furo"
autodoc_typehints = "signature"


def _escape(app, what, name, obj, options, lines):
    """Let docstrings of compiled functions be plain text, in which no star, bar or underscore marks anything."""
    if isinstance(obj, types.BuiltinFunctionType) or type(obj).__name__ == "instancemethod":
        lines[:] = [line if line.lstrip().startswith(">>>") else re.sub(r"([*|`_])", r"\\\1", line) for line in lines]


def setup(app):
    """Escape before napoleon turns sections into markup."""
    app.connect("autodoc-process-docstring", _escape, priority=400)
