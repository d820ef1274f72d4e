"""Gradients of several tensors at once."""

from collections.abc import Sequence

from .. import _core
from .._core import Tensor

Tensors = Tensor | Sequence[Tensor]
OptionalTensors = Tensor | Sequence[Tensor | None] | None


def _as_list(tensors: Tensors | OptionalTensors) -> list:
    if tensors is None:
        return []
    return [tensors] if isinstance(tensors, Tensor) else list(tensors)


def backward(
    tensors: Tensors,
    grad_tensors: OptionalTensors = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
) -> None:
    """Add the gradient of the sum of `tensors`, weighted by `grad_tensors`, to the `.grad` of their leaves.

    Args:
        tensors: What to differentiate.
        grad_tensors: One tensor of the same shape for each; None stands for 1 where a tensor has one element.
        retain_graph: Keep what the ops saved, for another backward. Default: the value of `create_graph`.
        create_graph: Record the computation of the gradient, so that it can be differentiated again.

    Raises:
        RuntimeError: A tensor has no history, or its history is gone after an earlier backward.
        ValueError: A weight does not have the shape of its tensor.

    Example:
        >>> import dlcore
        >>> x = dlcore.ones(2, requires_grad=True)
        >>> dlcore.autograd.backward([(x * 3).sum(), (x * x).sum()])
        >>> x.grad.numpy()
        array([5., 5.], dtype=float32)
    """
    keep = create_graph if retain_graph is None else retain_graph
    _core._backward(_as_list(tensors), _as_list(grad_tensors), keep, create_graph)


def grad(
    outputs: Tensors,
    inputs: Tensors,
    grad_outputs: OptionalTensors = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool | None = None,
    materialize_grads: bool = False,
) -> tuple[Tensor | None, ...]:
    """Return the gradient of the sum of `outputs`, weighted by `grad_outputs`, for each of `inputs`.

    Only what leads from the outputs to the inputs is computed, and no `.grad` is touched.

    Args:
        outputs: What to differentiate.
        inputs: What to differentiate with respect to; leaves or results of ops.
        grad_outputs: One tensor of the same shape for each output; None stands for 1 where it has one element.
        retain_graph: Keep what the ops saved, for another backward. Default: the value of `create_graph`.
        create_graph: Record the computation of the gradient, so that it can be differentiated again.
        allow_unused: Return None for an input that the outputs do not depend on instead of raising.
        materialize_grads: Return zeros instead of None.

    Returns:
        A tuple with a tensor of each input's shape.

    Raises:
        RuntimeError: An output has no history, an input needs no gradient or was not used.

    Example:
        >>> import dlcore
        >>> x = dlcore.ones(2, requires_grad=True)
        >>> (slope,) = dlcore.autograd.grad((x * x * x).sum(), x, create_graph=True)
        >>> (curvature,) = dlcore.autograd.grad(slope.sum(), x)
        >>> curvature.numpy()
        array([6., 6.], dtype=float32)
    """
    keep = create_graph if retain_graph is None else retain_graph
    inputs = _as_list(inputs)
    unused = materialize_grads if allow_unused is None else allow_unused
    grads = _core._grad(
        _as_list(outputs), inputs, _as_list(grad_outputs), keep, create_graph, unused or materialize_grads
    )
    if materialize_grads:
        grads = [_core.zeros(x.shape, dtype=x.dtype) if g is None else g for g, x in zip(grads, inputs, strict=True)]
    return tuple(grads)
