"""All parameters as one vector, and back."""

from __future__ import annotations

from collections.abc import Iterable

from ..._core import Tensor, cat
from ...autograd import no_grad


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """Join the elements of all parameters, one after the other, in a vector through which gradients flow.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.nn.utils import parameters_to_vector
        >>> parameters_to_vector([dl.tensor([[1.0, 2.0]]), dl.tensor(3.0)]).tolist()
        [1.0, 2.0, 3.0]
    """
    parts = [parameter.reshape(-1) for parameter in parameters]
    if not parts:
        raise ValueError("parameters_to_vector: parameters expected at least one, got none")
    return cat(parts)


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Copy a vector as `parameters_to_vector` returns it into the parameters.

    Args:
        vec: as many elements as all parameters have together.
        parameters: where they go, in place.

    Raises:
        TypeError: `vec` is no tensor.
        ValueError: the sizes differ; nothing was changed.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.nn.utils import vector_to_parameters
        >>> w, b = dl.zeros(2), dl.zeros(1)
        >>> vector_to_parameters(dl.tensor([1.0, 2.0, 3.0]), [w, b])
        >>> w.tolist(), b.tolist()
        ([1.0, 2.0], [3.0])
    """
    if not isinstance(vec, Tensor):
        raise TypeError(f"vector_to_parameters: vec expected a Tensor, got {type(vec).__name__}")
    parameters = list(parameters)
    total = sum(parameter.numel() for parameter in parameters)
    if tuple(vec.shape) != (total,):
        raise ValueError(f"vector_to_parameters: vec expected shape ({total},), got {tuple(vec.shape)}")
    parts = vec.detach().split([parameter.numel() for parameter in parameters])
    with no_grad():
        for parameter, part in zip(parameters, parts, strict=True):
            parameter.copy_(part.reshape(parameter.shape))
