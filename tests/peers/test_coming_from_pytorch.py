"""The lists of docs/coming_from_pytorch.md are the differences there are, name by name."""

import inspect
import re
import types
from pathlib import Path

import dlcore
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is the other side of every comparison here")
PAGE = (Path(__file__).parents[2] / "docs" / "coming_from_pytorch.md").read_text()
BULLET = re.compile(r"^- (.*?)(?=^- |^\s*$|\Z)", re.DOTALL | re.MULTILINE)
FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType)
HERE_ALONE, ARGUMENTS = "What only dlcore has", "Arguments that are absent"

# Of each module, what counts as public in PyTorch: what `__all__` says, or what has a docstring and was not imported.
MODULES = {
    "torch": (torch, dlcore),
    "torch.nn": (torch.nn.modules, dlcore.nn),
    "torch.nn.Module": (torch.nn.Module, dlcore.nn.Module),
    "torch.nn.functional": (torch.nn.functional, dlcore.nn.functional),
    "torch.nn.init": (torch.nn.init, dlcore.nn.init),
    "torch.nn.utils": (torch.nn.utils, dlcore.nn.utils),
    "torch.nn.utils.rnn": (torch.nn.utils.rnn, dlcore.nn.utils.rnn),
    "torch.optim": (torch.optim, dlcore.optim),
    "torch.optim.Optimizer": (torch.optim.Optimizer, dlcore.optim.Optimizer),
    "torch.optim.lr_scheduler": (torch.optim.lr_scheduler, dlcore.optim.lr_scheduler),
    "torch.optim.swa_utils": (torch.optim.swa_utils, dlcore.optim.swa_utils),
    "torch.linalg": (torch.linalg, dlcore.linalg),
    "torch.autograd": (torch.autograd, dlcore.autograd),
    "torch.autograd.functional": (torch.autograd.functional, dlcore.autograd.functional),
    "torch.utils.data": (torch.utils.data, dlcore.data),
}
UNSAID = {
    "celu",
    "elu",
    "hardtanh",
    "leaky_relu",
    "relu",
    "rrelu",
    "selu",
    "threshold",
}  # changes in place by activations: one sentence
OPTIONS_OF_STORAGE = {"device", "dtype", "layout", "pin_memory", "requires_grad", "self", "args", "kwargs"}


def section(title):
    """Return the text under a heading, up to the next one."""
    match = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert match, f"{title} is no heading of the page"
    return match[1]


def named(text):
    """Return what stands in backticks."""
    return re.findall(r"`([^`]+)`", text)


def bullets(title):
    """Return, for each bullet under a heading, what stands before its last colon and the names behind it."""
    for bullet in BULLET.findall(section(title)):
        before, names = bullet.rsplit(":\n", 1) if ":\n" in bullet else bullet.rsplit(": ", 1)
        yield before, named(names)


def listed(title):
    """Return the names under a heading; none may be there twice."""
    names = [name for _, names in bullets(title) for name in names]
    assert len(names) == len(set(names)), f"twice: {sorted(n for n in set(names) if names.count(n) > 1)}"
    return set(names)


def public_in_torch(owner):
    """Return PyTorch's public names of a module or class, but for changes in place of what is no name itself."""
    if owner is torch or owner is torch.linalg or owner is torch.nn.functional:
        values = {n: getattr(owner, n) for n in dir(owner)}
        found = {n for n, v in values.items() if isinstance(v, FUNCTIONS) and inspect.getdoc(v)}
        if owner is torch.nn.functional:
            found = {n for n in found if (values[n].__module__ or "").startswith(("torch.nn.functional", "torch._C"))}
    elif inspect.isclass(owner):
        found = {n for n in dir(owner) if inspect.getdoc(getattr(owner, n)) and n != "T_destination"}
    elif owner is torch.nn.init:
        found = {n for n, v in vars(owner).items() if isinstance(v, types.FunctionType) and n.endswith("_")}
    else:
        found = set(owner.__all__)
    return {n for n in found if not n.startswith("_")}


def absent(title):
    """Return the names that PyTorch has and dlcore has not; with `x` an `x_` that changes x in place goes unsaid."""
    theirs, ours = MODULES[title]
    names = {n for n in public_in_torch(theirs) if not hasattr(ours, n)}
    if theirs is torch:  # and its tensors' methods; what is a method here needs no function
        methods = {n for n in public_in_torch(torch.Tensor) if not hasattr(dlcore.Tensor, n)}
        names = {n for n in names if not hasattr(dlcore.Tensor, n)} | methods
    return {n for n in names if n[-1] != "_" or not (n[:-1] in names or n[:-1] in UNSAID)}


@pytest.mark.parametrize("title", MODULES)
def test_what_is_absent(title):
    assert listed(f"`{title}`") == absent(title)


def test_what_only_dlcore_has():
    elsewhere = public_in_torch(torch) | public_in_torch(torch.nn.functional) | public_in_torch(torch.utils.data)
    found = {}
    for title, (theirs, ours) in MODULES.items():
        if inspect.isclass(ours):
            names = {n for n in dir(ours) if callable(getattr(ours, n))}
        else:
            title = ours.__name__
            names = {n for n in getattr(ours, "__all__", ()) if not inspect.ismodule(getattr(ours, n))}
        theirs = [theirs, torch.nn] if ours is dlcore.nn else [theirs]
        names = {n for n in names if n[0] != "_" and not any(hasattr(owner, n) for owner in theirs)}
        if names := names - elsewhere:
            found[title] = names
    told = {named(before)[0]: set(names) for before, names in bullets(HERE_ALONE)}
    assert told == found


def pairs_of_signatures():
    """Yield the name and both signatures of what both sides have and Python can look into."""
    for title, (theirs, ours) in MODULES.items():
        for name in sorted(public_in_torch(theirs) - {"forward"}):
            if hasattr(theirs, name) and hasattr(ours, name):
                try:
                    both = [inspect.signature(getattr(owner, name)).parameters for owner in (theirs, ours)]
                except (TypeError, ValueError):  # compiled functions have no signature
                    continue
                yield title, name, *both


def test_arguments_that_are_absent():
    found = {}
    for _, name, theirs, ours in pairs_of_signatures():
        for argument in set(theirs) - set(ours) - OPTIONS_OF_STORAGE:
            if not argument.startswith("_"):
                found.setdefault(argument, set()).add(name)
    told = {}
    for before, names in bullets(ARGUMENTS):
        for argument in named(before):
            told.setdefault(argument, set()).update(names)
    assert told == found


def test_defaults_that_differ():
    found = set()
    for _, name, theirs, ours in pairs_of_signatures():
        for argument in set(theirs) & set(ours) - OPTIONS_OF_STORAGE:
            a, b = theirs[argument].default, ours[argument].default
            if a != b and not (isinstance(a, FUNCTIONS) and a.__name__ == b.__name__):  # relu here and there
                found.add(f"{name}({argument})")
    assert listed("Defaults that differ") == found
