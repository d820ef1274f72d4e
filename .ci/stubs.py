"""Write the types of `dlcore._core` to a file: `.ci/stubs.py FILE`.

pybind11-stubgen reads the signatures of everything that pybind11 binds. Tensor and dtype are plain C types
whose slots and properties have none, so their types stand here; one without a type is an error.
"""

import ast
import subprocess
import sys
import tempfile
import types
from pathlib import Path

from dlcore import _core

OPERAND = "self, other: Tensor | float, /"
BINARY = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor")
COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")

TENSOR_PROPERTIES = {
    "shape": "tuple[int, ...]",
    "dtype": "dtype",
    "device": "device",
    "ndim": "int",
    "itemsize": "int",
    "nbytes": "int",
    "requires_grad": "bool",
    "is_leaf": "bool",
    "grad": "Tensor | None",
    "grad_fn": "Node | None",
    "data": "Tensor",
    "T": "Tensor",
    "mT": "Tensor",
    "_version": "int",
    "__array_priority__": "float",
}
WRITABLE = {"requires_grad", "grad", "data"}
DTYPE_PROPERTIES = {"itemsize": "int", "is_floating_point": "bool", "name": "str"}

SLOTS = {
    **{f"__{name}__": OPERAND for name in BINARY},
    **{f"__r{name}__": OPERAND for name in BINARY},
    **{f"__i{name}__": OPERAND for name in BINARY},
    **{f"__{name}__": OPERAND for name in COMPARISONS},
    **dict.fromkeys(("__neg__", "__pos__", "__abs__", "__invert__"), "self"),
    "__getitem__": "self, index: typing.Any, /",
    "__new__": "cls, tensor: Tensor, /",
}
RESULTS = {
    "__setitem__": ("self, index: typing.Any, value: typing.Any, /", "None"),
    "__delitem__": ("self, index: typing.Any, /", "typing.NoReturn"),
    "__iter__": ("self", "collections.abc.Iterator[Tensor]"),
    "__contains__": ("self, value: typing.Any, /", "bool"),
    "__len__": ("self", "int"),
    "__bool__": ("self", "bool"),
    "__int__": ("self", "int"),
    "__index__": ("self", "int"),
    "__float__": ("self", "float"),
    "__hash__": ("self", "int"),
    "__buffer__": ("self, flags: int, /", "memoryview"),
    "__repr__": ("self", "str"),
    "__reduce__": ("self", "str"),
    "__release_buffer__": ("self, view: memoryview, /", "None"),
}


def generated() -> str:
    """Return what pybind11-stubgen makes of the module."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pybind11_stubgen", "dlcore._core", "--output-dir", folder, "--exit-code"]
        subprocess.run(command, check=True)
        return (Path(folder) / "dlcore" / "_core.pyi").read_text()


def parsed(source: str) -> ast.stmt:
    """Parse one definition."""
    return ast.parse(source).body[0]


def typed(name: str) -> ast.stmt | None:
    """Return the definition of a slot of Tensor, or None for what is no slot."""
    if name in SLOTS:
        return parsed(f"def {name}({SLOTS[name]}) -> Tensor: ...")
    if name in RESULTS:
        arguments, result = RESULTS[name]
        return parsed(f"def {name}({arguments}) -> {result}: ...")
    return None


def properties(cls: type, known: dict[str, str]) -> list[ast.stmt]:
    """Return the definitions of the properties of a class written in C."""
    found = [name for name, value in vars(cls).items() if isinstance(value, types.GetSetDescriptorType)]
    if unknown := set(found) ^ set(known):
        sys.exit(f"stubs.py: types expected for the properties of {cls.__name__}, which differ in {sorted(unknown)}")
    body = []
    for name in found:
        body.append(parsed(f"@property\ndef {name}(self) -> {known[name]}:\n    {getattr(cls, name).__doc__!r}"))
        if name in WRITABLE:
            body.append(parsed(f"@{name}.setter\ndef {name}(self, value: {known[name]}) -> None: ..."))
    return body


def complete(definition: ast.ClassDef, cls: type, known: dict[str, str]) -> None:
    """Give the slots and properties of a class written in C their types."""
    docstring, *rest = definition.body
    methods = [statement for statement in rest if isinstance(statement, ast.FunctionDef)]
    body = [docstring, *properties(cls, known)]
    for method in methods:
        slot = typed(method.name)
        if slot is None and method.returns is None:
            sys.exit(f"stubs.py: a type expected for the slot {cls.__name__}.{method.name}")
        body.append(slot or method)
    definition.body = body


def python_classes() -> list[ast.stmt]:
    """Return the definitions of the classes that C++ makes by calling Python: named tuples and an exception."""
    found = {name: value for name, value in vars(_core).items() if isinstance(value, type)}
    body = []
    for name, value in sorted(found.items()):
        if issubclass(value, tuple):
            fields = "".join(f"\n    {field}: Tensor" for field in value.__match_args__)
            body.append(parsed(f"class {name}(typing.NamedTuple):{fields}"))
        elif issubclass(value, Exception):
            body.append(parsed(f"class {name}({value.__base__.__name__}):\n    {value.__doc__!r}"))
    return body


class Renaming(ast.NodeTransformer):
    """Names types so that nothing hides them: Tensor has methods `bool` and `float` and a property `dtype`."""

    def visit_annotation(self, node: ast.expr) -> ast.expr:
        """Rename in a type."""
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and part.id in ("bool", "int", "float"):
                part.id = f"builtins.{part.id}"
            elif isinstance(part, ast.Name) and part.id in ("dtype", "device"):
                part.id = f"_{part.id}"
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Rename in a signature."""
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        for argument in every:
            if argument is not None and argument.annotation is not None:
                argument.annotation = self.visit_annotation(argument.annotation)
        if node.returns is not None:
            node.returns = self.visit_annotation(node.returns)
        return node


def main() -> None:
    """Write the stub."""
    source = generated()
    source = source.replace("typing.SupportsInt | typing.SupportsIndex", "int")
    source = source.replace("typing.SupportsFloat | typing.SupportsIndex", "float")
    source = source.replace("numpy.dtype[typing.Any]", "dtype")  # dlcore's, which the tool takes for NumPy's
    module = ast.parse(source)
    # The tool takes classes that say they are of the package for imported ones, which goes in a circle.
    module.body = [s for s in module.body if not (isinstance(s, ast.ImportFrom) and s.module.startswith("dlcore"))]
    for statement in module.body:
        if isinstance(statement, ast.ClassDef) and statement.name == "Tensor":
            complete(statement, _core.Tensor, TENSOR_PROPERTIES)
        elif isinstance(statement, ast.ClassDef) and statement.name == "dtype":
            complete(statement, _core.dtype, DTYPE_PROPERTIES)
    module.body += python_classes()
    module = Renaming().visit(module)
    aliases = ast.parse("_dtype: typing.TypeAlias = dtype\n_device: typing.TypeAlias = device").body
    imports = sum(isinstance(statement, (ast.Import, ast.ImportFrom)) for statement in module.body)
    module.body[imports:imports] = [ast.Import([ast.alias("builtins")])]
    module.body += aliases
    header = "# Written by .ci/stubs from the compiled module.\n"
    Path(sys.argv[1]).write_text(header + ast.unparse(ast.fix_missing_locations(module)) + "\n")


if __name__ == "__main__":
    main()
