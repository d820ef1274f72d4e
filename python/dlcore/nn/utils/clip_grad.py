"""Gradients kept within bounds."""

from __future__ import annotations

import math
from collections.abc import Iterable

from ..._core import Tensor, norm, promote_types, stack, tensor
from ...autograd import no_grad


def _listed(tensors: Tensor | Iterable[Tensor]) -> list[Tensor]:
    return [tensors] if isinstance(tensors, Tensor) else list(tensors)


def _gradients(parameters: Tensor | Iterable[Tensor]) -> list[Tensor]:
    return [p.grad for p in _listed(parameters) if p.grad is not None]


def _check_positive(function: str, argument: str, value: float) -> None:
    if not value >= 0:
        raise ValueError(f"{function}: {argument} expected a number >= 0, got {value}")


def get_total_norm(
    tensors: Tensor | Iterable[Tensor], norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> Tensor:
    """Compute the norm of all tensors together, as if they were one vector.

    Args:
        tensors: floating tensors.
        norm_type: the order p; `inf` gives the largest magnitude.
        error_if_nonfinite: whether a norm that is NaN or infinite is an error.

    Returns:
        The norm, of no dimension; zero for no tensors.

    Raises:
        RuntimeError: the norm is not finite, and `error_if_nonfinite` is set.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.nn.utils import get_total_norm
        >>> get_total_norm([dl.tensor([3.0, 0.0]), dl.tensor([[4.0]])]).item()
        5.0
    """
    norms = [norm(x, norm_type) for x in _listed(tensors) if x.numel() > 0]
    if not norms:
        return tensor(0.0)
    dtype = norms[0].dtype
    for each in norms:
        dtype = promote_types(dtype, each.dtype)
    total = norm(stack([each.to(dtype) for each in norms]), norm_type)
    if error_if_nonfinite and not math.isfinite(total.item()):
        raise RuntimeError(
            f"get_total_norm: the norm of order {norm_type} is {total.item()}, so the gradients cannot be clipped; "
            "with error_if_nonfinite=False they are scaled all the same"
        )
    return total


def clip_grads_with_norm_(parameters: Tensor | Iterable[Tensor], max_norm: float, total_norm: Tensor) -> None:
    """Scale the gradients by max_norm / (total_norm + 1e-6) where that is less than one.

    Args:
        parameters: whose gradients are scaled, in place.
        max_norm: the largest norm.
        total_norm: what `get_total_norm` returned.
    """
    _check_positive("clip_grads_with_norm_", "max_norm", max_norm)
    with no_grad():
        scale = (max_norm / (total_norm.detach() + 1e-6)).clamp(max=1.0)
        for grad in _gradients(parameters):
            grad.mul_(scale.to(grad.dtype))


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor], max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> Tensor:
    """Scale the gradients together so that their norm is at most `max_norm`.

    Source: Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks (2013), algorithm 1.

    Args:
        parameters: whose gradients are scaled, in place; those without one are left out.
        max_norm: the largest norm of all gradients together.
        norm_type: the order p; `inf` gives the largest magnitude.
        error_if_nonfinite: whether a norm that is NaN or infinite is an error; nothing is scaled then.

    Returns:
        The norm as it was before.

    Raises:
        RuntimeError: the norm is not finite, and `error_if_nonfinite` is set.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.nn.utils import clip_grad_norm_
        >>> w = dl.tensor([1.0], requires_grad=True)
        >>> (8 * w).backward()
        >>> clip_grad_norm_([w], 2.0).item(), round(w.grad.item(), 4)
        (8.0, 2.0)
    """
    _check_positive("clip_grad_norm_", "max_norm", max_norm)
    parameters = _listed(parameters)
    with no_grad():
        total_norm = get_total_norm(_gradients(parameters), norm_type, error_if_nonfinite)
    clip_grads_with_norm_(parameters, max_norm, total_norm)
    return total_norm


def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float) -> None:
    """Bring each element of the gradients into [-clip_value, clip_value], in place.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.nn.utils import clip_grad_value_
        >>> w = dl.tensor([1.0, 2.0], requires_grad=True)
        >>> (w * w).sum().backward()
        >>> clip_grad_value_(w, 3.0)
        >>> w.grad.tolist()
        [2.0, 3.0]
    """
    _check_positive("clip_grad_value_", "clip_value", clip_value)
    with no_grad():
        for grad in _gradients(parameters):
            grad.clamp_(-clip_value, clip_value)
