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
SAID_ONCE = {"layout", "memory_format", "names", "out", "pin_memory"}  # of all compiled functions, in one sentence
KERNELS = set(torch._C._dispatch_get_all_op_names())  # others are TorchScript's own
UNKNOWN = object()
CONSTANTS = (float, torch.dtype, torch.layout, torch.memory_format)
CLASSES = (torch.Size, torch.finfo, torch.iinfo, torch.Stream, torch.Event, torch.autocast, *CONSTANTS[1:])
SIGNATURE = re.compile(r"^(?:\d+\. )?\w+\((.*)\) -> ", re.MULTILINE)
IMPLIED = {"self", "args", "kwargs", "device"}  # `self` is `input` in Python, and no layer takes a device


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
        found |= {n for n, v in values.items() if isinstance(v, CONSTANTS)}
        if owner is torch.nn.functional:
            found = {n for n in found if (values[n].__module__ or "").startswith(("torch.nn.functional", "torch._C"))}
    elif inspect.isclass(owner):
        found = {n for n in dir(owner) if inspect.getdoc(getattr(owner, n)) and n != "T_destination"}
    elif owner is torch.nn.init:
        found = {n for n, v in vars(owner).items() if isinstance(v, types.FunctionType) and n.endswith("_")}
    else:
        found = set(owner.__all__)
    return {n for n in found if not n.startswith("_")}


def protocols(cls):
    """Return the names by which Python's operators and functions find what they call."""
    return {n for n in dir(cls) if n.startswith("__") and n != "__weakref__"}


def classes_in_torch():
    """Return the classes of `torch` that people write: tensors by dtype, and a few others."""
    values = {n: getattr(torch, n) for n in dir(torch)}
    return {n for n, v in values.items() if isinstance(v, type(torch.FloatTensor)) or any(v is c for c in CLASSES)}


def absent(title):
    """Return the names that PyTorch has and dlcore has not; with `x` an `x_` that changes x in place goes unsaid."""
    theirs, ours = MODULES[title]
    names = {n for n in public_in_torch(theirs) if not hasattr(ours, n)}
    if theirs is torch:  # and its tensors' methods; what changes a tensor in place is a method alone
        methods = {n for n in public_in_torch(torch.Tensor) | protocols(torch.Tensor) if not hasattr(dlcore.Tensor, n)}
        names = {n for n in names if n[-1] != "_" or not hasattr(dlcore.Tensor, n)} | methods
        names |= {n for n in classes_in_torch() if not hasattr(dlcore, n)}
    return {n for n in names if n[-1] != "_" or n[0] == "_" or not (n[:-1] in names or n[:-1] in UNSAID)}


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


def parameters(function, compiled):
    """Return the arguments of a function by name, with their defaults as far as Python can look into it."""
    try:
        return {n: p.default for n, p in inspect.signature(function).parameters.items()}
    except (TypeError, ValueError):
        return dict.fromkeys(compiled(function), UNKNOWN)


def of_schemas(name):
    """Return the arguments that PyTorch's compiled function of a name takes, by the schemas of its overloads."""
    registered = [s for s in torch._C._jit_get_schemas_for_operator(f"aten::{name}") if f"{s}".split("(")[0] in KERNELS]
    return {a.name for schema in registered for a in schema.arguments if not a.is_out} - SAID_ONCE


def of_docstring(function):
    """Return the arguments that the first lines of the docstring of a compiled function of dlcore tell."""
    found = set()
    for arguments in SIGNATURE.findall(function.__doc__):
        flat = re.sub(r"\[[^][]*\]", "", re.sub(r"\[[^][]*\]", "", arguments))  # types hold commas, two brackets deep
        found |= {part.split(":")[0].split("=")[0].strip() for part in flat.split(",")}
    return found


def pairs_of_signatures():
    """Yield the name and both signatures of what both sides have, as far as PyTorch tells its own."""
    for title, (theirs, ours) in {**MODULES, "torch.Tensor": (torch.Tensor, dlcore.Tensor)}.items():
        for name in sorted(public_in_torch(theirs) - {"forward"}):
            values = [getattr(owner, name, None) for owner in (theirs, ours)]
            if all(map(callable, values)):
                schema = f"linalg_{name}" if theirs is torch.linalg else name
                there = parameters(values[0], lambda _, schema=schema: of_schemas(schema))
                yield title, name, there, parameters(values[1], of_docstring)


def test_arguments_that_are_absent():
    found = {}
    for _, name, theirs, ours in pairs_of_signatures():
        for argument in set(theirs) - set(ours) - IMPLIED:
            if not argument.startswith("_"):
                found.setdefault(argument, set()).add(name)
    told = {}
    for before, names in bullets(ARGUMENTS):
        for argument in named(re.sub(r"\(.*?\)", "", before)):  # what to say instead stands in brackets
            told.setdefault(argument, set()).update(names)
    assert told == found


def test_defaults_that_differ():
    found = set()
    for _, name, theirs, ours in pairs_of_signatures():
        for argument in set(theirs) & set(ours) - IMPLIED - {"dtype"}:  # of layers None there is float32 here
            a, b = theirs[argument], ours[argument]
            same = a == b or (isinstance(a, FUNCTIONS) and a.__name__ == b.__name__)  # relu here and there
            if not same and UNKNOWN not in (a, b):
                found.add(f"{name}({argument})")
    assert listed("Defaults that differ") == found


def test_functions_of_nn_functional_that_are_none_of_dlcore():
    before = BULLET.split(section(HERE_ALONE))[0].split(":")[1]
    assert set(named(before)) == {n for n in vars(dlcore.nn.functional)["__all__"] if not hasattr(dlcore, n)}
