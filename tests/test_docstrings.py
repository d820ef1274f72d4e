"""Every example in a docstring runs and prints what it says."""

import doctest
import importlib
import inspect
import pkgutil

import dlcore
import pytest

MODULES = sorted(
    name for _, name, _ in pkgutil.walk_packages(dlcore.__path__, "dlcore.") if name.rsplit(".", 1)[-1] != "__main__"
)
OPTIONS = doctest.NORMALIZE_WHITESPACE


def _examples(owner, prefix):
    """Yield the examples of the functions and methods that a compiled class or module has."""
    parser = doctest.DocTestParser()
    for name, value in vars(owner).items():
        doc = inspect.getdoc(value) if callable(value) or isinstance(value, property) else None
        if doc and ">>>" in doc:
            yield parser.get_doctest(doc, {"dlcore": dlcore}, f"{prefix}.{name}", None, None)


COMPILED = {test.name: test for test in _examples(dlcore._core, "_core")}
COMPILED |= {test.name: test for test in _examples(dlcore.Tensor, "Tensor")}


def _run(test):
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    text = []
    runner.run(test, out=text.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(text)


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_a_module(name):
    module = importlib.import_module(name)
    if not name.startswith("dlcore._core"):
        for test in doctest.DocTestFinder(exclude_empty=True).find(module, name):
            _run(test)


@pytest.mark.parametrize("name", COMPILED)
def test_examples_of_a_compiled_function(name):
    _run(COMPILED[name])
