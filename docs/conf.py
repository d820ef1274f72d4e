"""Sphinx: `pip install '.[docs]' && sphinx-build -W docs docs/_build`."""

import dlcore

project = "dlcore"
author = "The dlcore authors"
version = release = dlcore.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
autodoc_typehints = "signature"
