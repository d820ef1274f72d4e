"""Derivatives of functions: whole matrices of them, and their products with vectors.

Each function takes `func` and `inputs`, a tensor or a tuple of tensors that `func` is called with. Results have
the structure of inputs and outputs: a tensor for a tensor, a tuple for a tuple. With `create_graph` they can be
differentiated again; with `strict` an output that does not depend on an input raises, where otherwise its derivative
is zero.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .._core import Tensor, ones_like, stack, zeros, zeros_like
from . import enable_grad, grad

Tensors = Tensor | Sequence[Tensor]


def _tuple(op: str, what: str, tensors: Any) -> tuple[Tensor, ...]:
    result = (tensors,) if isinstance(tensors, Tensor) else tuple(tensors)
    for tensor in result:
        if not isinstance(tensor, Tensor):
            raise TypeError(f"{op}: {what} expected Tensors, got {type(tensor).__name__}")
    return result


def _like(structure: Any, tensors: Sequence[Any]) -> Any:
    return tensors[0] if isinstance(structure, Tensor) else tuple(tensors)


def _differentiable(op: str, inputs: Tensors, create_graph: bool) -> tuple[Tensor, ...]:
    """Return inputs of our own: views of the caller's where their gradients go on, separate leaves where not."""
    return tuple(
        x.view_as(x) if create_graph and x.requires_grad else x.detach().requires_grad_()
        for x in _tuple(op, "inputs", inputs)
    )


def _vectors(op: str, v: Tensors | None, like: tuple[Tensor, ...], of: str) -> tuple[Tensor, ...]:
    if v is None:
        if len(like) != 1 or like[0].numel() != 1:
            raise ValueError(f"{op}: v expected tensors of the shapes of {of}, got None, which is for a single element")
        return (ones_like(like[0]),)
    vs = _tuple(op, "v", v)
    if [tuple(t.shape) for t in vs] != [tuple(t.shape) for t in like]:
        raise ValueError(f"{op}: v expected shapes {_shapes(like)} of {of}, got {_shapes(vs)}")
    return vs


def _shapes(tensors: Sequence[Tensor]) -> str:
    return ", ".join(str(tuple(t.shape)) for t in tensors)


def _gradients(
    op: str,
    outputs: Sequence[Tensor],
    inputs: Sequence[Tensor],
    dys: Sequence[Tensor],
    create_graph: bool,
    strict: bool,
    retain_graph: bool = True,
) -> tuple[Tensor, ...]:
    """Return the gradient by each input, zero (or, if strict, an error) where no output depends on it."""
    pairs = [(y, dy) for y, dy in zip(outputs, dys, strict=True) if y.requires_grad]
    found: Sequence[Tensor | None] = [None] * len(inputs)
    if pairs:
        ys, dys = zip(*pairs, strict=True)
        found = grad(ys, inputs, dys, retain_graph=retain_graph, create_graph=create_graph, allow_unused=True)
    for i, dx in enumerate(found):
        if strict and (dx is None or (create_graph and not dx.requires_grad)):
            what = "output" if dx is None else "gradient"
            raise RuntimeError(f"{op}: the {what} does not depend on input {i}, and strict is on")
    return tuple(zeros_like(x) if dx is None else dx for x, dx in zip(inputs, found, strict=True))


def _finished(tensors: Any, create_graph: bool) -> Any:
    return tensors if create_graph else tuple(tensor.detach() for tensor in tensors)


def vjp(
    func: Callable[..., Any],
    inputs: Tensors,
    v: Tensors | None = None,
    create_graph: bool = False,
    strict: bool = False,
) -> tuple[Any, Any]:
    r"""Return `func`'s outputs and the product :math:`v^T J` of a vector and its Jacobian.

    Args:
        func: takes the inputs, returns a tensor or a tuple of them.
        inputs: a tensor or a tuple of them.
        v: of the outputs' shapes; may be left out where there is one output of one element.
        create_graph: whether the result can be differentiated again.
        strict: whether an input without influence raises.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.autograd.functional import vjp
        >>> y, dx = vjp(lambda x: x * x, dl.tensor([1.0, 2.0]), dl.tensor([1.0, 10.0]))
        >>> dx.tolist()
        [2.0, 40.0]
    """
    with enable_grad():
        xs = _differentiable("vjp", inputs, create_graph)
        outputs = func(*xs)
        ys = _tuple("vjp", "outputs", outputs)
        dxs = _gradients("vjp", ys, xs, _vectors("vjp", v, ys, "the outputs"), create_graph, strict)
    return _like(outputs, _finished(ys, create_graph)), _like(inputs, _finished(dxs, create_graph))


def jacobian(func: Callable[..., Any], inputs: Tensors, create_graph: bool = False, strict: bool = False) -> Any:
    r"""Return the Jacobian :math:`J_{ij} = \partial y_i / \partial x_j`.

    Args:
        func: takes the inputs, returns a tensor or a tuple of them.
        inputs: a tensor or a tuple of them.
        create_graph: whether the result can be differentiated again.
        strict: whether an input without influence raises.

    Returns:
        For one input and one output a tensor of the output's shape followed by the input's. For a tuple of inputs a
        tuple of them, and for a tuple of outputs a tuple of these.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.autograd.functional import jacobian
        >>> jacobian(lambda x: x * x, dl.tensor([1.0, 2.0])).tolist()
        [[2.0, 0.0], [0.0, 4.0]]
    """
    with enable_grad():
        xs = _differentiable("jacobian", inputs, create_graph)
        outputs = func(*xs)
        ys = _tuple("jacobian", "outputs", outputs)
        jacobians = []
        for y in ys:
            rows = [_gradients("jacobian", [y], xs, [dy], create_graph, strict) for dy in _unit_vectors(y)]
            columns = zip(*rows, strict=True) if rows else [()] * len(xs)
            blocks = [_block(y, x, column) for x, column in zip(xs, columns, strict=True)]
            jacobians.append(_like(inputs, _finished(blocks, create_graph)))
    return _like(outputs, jacobians)


def _block(y: Tensor, x: Tensor, rows: Sequence[Tensor]) -> Tensor:
    shape = (*y.shape, *x.shape)
    return stack(rows).reshape(shape) if rows else zeros(shape, dtype=x.dtype)


def _unit_vectors(y: Tensor) -> list[Tensor]:
    """Return tensors of y's shape that hold a single 1, at each place in turn."""
    units = []
    for i in range(y.numel()):
        unit = zeros(y.numel(), dtype=y.dtype)
        unit[i] = 1
        units.append(unit.reshape(y.shape))
    return units


def hessian(func: Callable[..., Any], inputs: Tensors, create_graph: bool = False, strict: bool = False) -> Any:
    r"""Return the Hessian :math:`H_{ij} = \partial^2 y / \partial x_i \partial x_j` of a function with one element.

    Args:
        func: takes the inputs, returns a tensor of one element.
        inputs: a tensor or a tuple of them.
        create_graph: whether the result can be differentiated again.
        strict: whether an input without influence raises.

    Returns:
        For one input a tensor of its shape twice over; for a tuple a tuple of tuples.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.autograd.functional import hessian
        >>> hessian(lambda x: (x**3).sum(), dl.tensor([1.0, 2.0])).tolist()
        [[6.0, 0.0], [0.0, 12.0]]
    """

    def first(*xs: Tensor) -> Any:
        y = _scalar("hessian", func(*xs))
        return _like(inputs, _gradients("hessian", [y], xs, [ones_like(y)], True, strict))

    return jacobian(first, inputs, create_graph, strict)


def _scalar(op: str, y: Any) -> Tensor:
    if not isinstance(y, Tensor) or y.numel() != 1:
        given = f"shape {tuple(y.shape)}" if isinstance(y, Tensor) else type(y).__name__
        raise ValueError(f"{op}: func expected to return a Tensor with one element, got {given}")
    return y


def hvp(
    func: Callable[..., Any],
    inputs: Tensors,
    v: Tensors | None = None,
    create_graph: bool = False,
    strict: bool = False,
) -> tuple[Tensor, Any]:
    r"""Return the value of `func` and the product :math:`H v` of its Hessian and a vector, without building H.

    The Hessian is symmetric, so :math:`H v` is the gradient of :math:`v^T \nabla f`.
    Source: Pearlmutter, Fast Exact Multiplication by the Hessian (1994).

    Args:
        func: takes the inputs, returns a tensor of one element.
        inputs: a tensor or a tuple of them.
        v: of the inputs' shapes; may be left out where there is one input of one element.
        create_graph: whether the result can be differentiated again.
        strict: whether an input without influence raises.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.autograd.functional import hvp
        >>> y, hv = hvp(lambda x: (x**3).sum(), dl.tensor([1.0, 2.0]), dl.tensor([1.0, 1.0]))
        >>> y.item(), hv.tolist()
        (9.0, [6.0, 12.0])
    """
    with enable_grad():
        xs = _differentiable("hvp", inputs, create_graph)
        vs = _vectors("hvp", v, xs, "the inputs")
        y = _scalar("hvp", func(*xs))
        dxs = _gradients("hvp", [y], xs, [ones_like(y)], True, strict)
        hv = _gradients("hvp", dxs, xs, vs, create_graph, strict)
    return _finished((y,), create_graph)[0], _like(inputs, _finished(hv, create_graph))
