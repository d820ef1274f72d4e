"""Every example in a docstring runs and prints what it says."""

import doctest
import importlib
import inspect
import pkgutil

import dlcore
import pytest

COMPILED_MODULES = {"dlcore._core", "dlcore.libdlcore", "dlcore.libdlcore-kernels"}
MODULES = sorted({name for _, name, _ in pkgutil.walk_packages(dlcore.__path__, "dlcore.")} - COMPILED_MODULES)
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
    for test in doctest.DocTestFinder().find(importlib.import_module(name), name):
        _run(test)


@pytest.mark.parametrize("name", COMPILED)
def test_examples_of_a_compiled_function(name):
    _run(COMPILED[name])
