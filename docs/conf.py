"""Sphinx: `pip install .[docs] && .ci/docs`, then open build/docs/index.html."""

import re
import sys
import types
import zipfile
from pathlib import Path

import dlcore

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "dlcore"
author = "The dlcore authors"
copyright = author
version = release = dlcore.__version__
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
    "sphinx.ext.napoleon",
    "sphinx-mathjax-offline",  # MathJax lies beside the pages: they need no network
    "sphinx_gallery.gen_gallery",
    "api_pages",
    "api_links",
    "narrow_tables",
    "page_pictures",
]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
default_role = (
    "literal"  # what stands in single backticks is code, in docstrings as in Markdown
)
exclude_patterns = ["_build", "course"]
html_theme = "furo"
html_title = "dlcore"
html_static_path = ["_static"]
html_css_files = ["narrow.css"]
html_copy_source = False
autodoc_typehints = "signature"
autodoc_default_options = {
    "exclude-members": "extra_repr, set_score_request"
}  # the latter is scikit-learn's
autodoc_member_order = "bysource"
toc_object_entries_show_parents = "hide"
suppress_warnings = ["config.cache"]  # the gallery's settings cannot be pickled
napoleon_use_rtype = False
nitpicky = True  # every name in a page or signature has a page to go to, but for
nitpick_ignore_regex = [
    (
        "py:class|py:exc",
        r"(collections|contextlib|numpy|os|scipy|sklearn|weakref)\..*|Axes",
    ),  # those of other packages
    ("py:class", r"dlcore\..*\._\w+"),  # private bases of the classes that are public
    (
        "py:class",
        r"dlcore\..*\.(Call|IncompatibleKeys|RecurrentLayer|Sample)",
    ),  # what is only ever returned, or a base
    (
        "py:class",
        r".* .*",
    ),  # a property's docstring with a colon, whose beginning is taken for a type
]

sphinx_gallery_conf = {
    "examples_dirs": "course",
    "gallery_dirs": "lessons",
    "filename_pattern": r"/\d\d_",
    "within_subsection_order": "FileNameSortKey",
    "abort_on_example_error": True,
    "doc_module": ("dlcore",),
    "reference_url": {"dlcore": None},
    "image_srcset": ["2x"],
    "capture_repr": (),
    "show_memory": False,
    "show_signature": False,
    "min_reported_time": 1e9,
    "write_computation_times": False,
    "download_all_examples": False,
    "plot_gallery": True,
}


def _escape(app, what, name, obj, options, lines):
    """Let docstrings of compiled functions be plain text, in which no star, bar or underscore marks anything.

    And let "input: x." be no list that begins with number x, and the title of a note a title.
    """
    lines[:] = [re.sub(r"^( *\w+: \w)\.$", r"\1\\.", line) for line in lines]
    for number in [i for i, line in enumerate(lines) if line.startswith("NOTE [")][::-1]:
        lines[number : number + 1] = [
            f".. rubric:: {lines[number][len('NOTE [') : -1]}",
            "",
        ]
    if what == "data" and type(obj).__module__ == "builtins":
        lines.clear()  # a number has the docstring of all numbers
    if isinstance(obj, types.BuiltinFunctionType) or type(obj).__name__ == "instancemethod":
        lines[:] = [
            line if line.lstrip().startswith(">>>") else re.sub(r"([*|_])", r"\\\1", line)
            for line in lines
        ]


def _pack_examples(app):
    """Write the examples as one file to download: they use each other."""
    examples, target = Path(app.srcdir).parent / "examples", Path(app.srcdir) / "downloads"
    target.mkdir(exist_ok=True)
    with zipfile.ZipFile(target / "examples.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted([*examples.glob("*.py"), *examples.glob("*.md")]):
            packed.write(path, f"examples/{path.name}")


def setup(app):
    """Escape before napoleon turns sections into markup."""
    app.connect("autodoc-process-docstring", _escape, priority=400)
    app.connect("builder-inited", _pack_examples)
