"""Directions in the space of a model's weights, as vectors in the order of `weights`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .._core import Generator, Tensor, cat, float64, randn, stack, tensor, zeros_like
from ..nn.module import Module
from .checks import checked_generator
from .weights import checked_vector, flattened, split, trainable, weights


def random_direction(model: Module, *, normalize: bool = True, generator: Generator | None = None) -> Tensor:
    """Draw a direction from the normal distribution.

    Args:
        model: whose weights count.
        normalize: whether each filter of it gets the length of the model's; see `filter_normalized`.
        generator: draws it.

    Raises:
        ValueError: the model has no filters, but vectors only, and they are to be normalised.
    """
    like, generator = trainable(model), checked_generator(generator)
    direction = cat([randn(p.numel(), dtype=p.dtype, generator=generator) for p in like])
    return filter_normalized(model, direction) if normalize else direction


def filter_normalized(model: Module, direction: Tensor) -> Tensor:
    r"""Give each filter of a direction the length of the model's: :math:`d_{ij} = \|w_{ij}\| d_{ij} / \|d_{ij}\|`.

    Networks with ReLU or batch normalisation compute the same with weights ten times as large; a step of a given
    length would make one landscape look flat and the other rough. A filter is what makes one output: a row of a
    matrix, a kernel of a convolution, one place of a weight's first axis. Vectors and numbers, such as biases and the
    scales of normalisations, are left where they are: their part is zero.

    Source: Li et al., Visualizing the Loss Landscape of Neural Nets (2018), section 4.

    Args:
        model: whose weights give the lengths.
        direction: a vector in the order of `weights`.

    Raises:
        ValueError: the model has no filters, but vectors only: nothing of the direction would be left.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import analysis, nn
        >>> model = nn.Linear(2, 1)
        >>> analysis.set_weights(model, dl.tensor([3.0, 4.0, 7.0]))
        >>> analysis.filter_normalized(model, dl.tensor([0.0, 2.0, 1.0])).tolist()
        [0.0, 5.0, 0.0]
    """
    parameters = trainable(model)
    if all(parameter.ndim < 2 for parameter in parameters):
        raise ValueError(
            "filter_normalized: model expected a weight of two dimensions or more, got vectors only, "
            "which have no filter to normalise; use normalize=False"
        )
    parts = split(checked_vector(direction, parameters, "direction"), parameters)
    return cat(
        [_scaled(part, parameter.detach()).reshape(-1) for part, parameter in zip(parts, parameters, strict=True)]
    )


def _scaled(part: Tensor, parameter: Tensor) -> Tensor:
    if parameter.ndim < 2 or parameter.numel() == 0:
        return zeros_like(part)
    lengths, wanted = (x.reshape(len(x), -1).norm(dim=1, keepdim=True) for x in (part, parameter))
    safe = lengths + (lengths == 0).to(part.dtype)  # a filter that the direction leaves alone stays so
    return (part.reshape(len(part), -1) * (wanted / safe)).reshape(part.shape)


def direction_to(model: Module, state_dict: Mapping[str, Tensor]) -> Tensor:
    """Return the way from the model's weights to those of another state: at 0 is the one, at 1 the other.

    Args:
        model: where it begins.
        state_dict: where it ends, as `model.state_dict()` returned it; buffers in it are not used.

    Raises:
        ValueError: a weight is missing, or has another shape.
    """
    parts = []
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if name not in state_dict:
            raise ValueError(f"direction_to: state_dict expected {name!r}, got none of that name")
        if tuple(state_dict[name].shape) != tuple(parameter.shape):
            raise ValueError(
                f"direction_to: {name!r} expected shape {tuple(parameter.shape)}, got {tuple(state_dict[name].shape)}"
            )
        parts.append(state_dict[name])
    return flattened(parts) - weights(model)


def path_directions(path: Tensor) -> Tensor:
    """Return the two orthonormal directions (2, n) that show most of a path's movement about its end.

    They are the first principal components of the differences to the last point. Along random directions a path hardly
    moves: in high dimensions they are almost orthogonal to it.

    Source: Li et al., Visualizing the Loss Landscape of Neural Nets (2018), section 7.

    Args:
        path: points (T, n), three or more, as `Path.weights`.
    """
    if path.ndim != 2 or len(path) < 3 or path.shape[1] < 2:
        raise ValueError(f"path_directions: path expected shape (T >= 3, n >= 2), got {tuple(path.shape)}")
    points = path.detach().to(float64).numpy()
    _, _, directions = np.linalg.svd(points[:-1] - points[-1], full_matrices=False)
    return tensor(directions[:2].copy())


def checked_plane(model: Module, directions: Tensor | tuple[Tensor, Tensor]) -> Tensor:
    """Return two directions as (2, n), float64, if they are not parallel."""
    if len(directions) != 2:
        raise ValueError(f"loss_plane: directions expected two, got {len(directions)}")
    like = trainable(model)
    both = stack([checked_vector(d, like, "directions").to(float64) for d in directions])
    if np.linalg.matrix_rank(both.numpy()) < 2:
        raise ValueError("loss_plane: directions expected two that are not parallel")
    return both
