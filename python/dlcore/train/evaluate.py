"""How good a model is on a data set."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .._core import Tensor
from ..autograd import no_grad
from ..nn.module import Module
from .metrics import Mean, Metric


def evaluate(
    model: Module,
    loader: Iterable[Any],
    loss_fn: Callable[[Any, Any], Tensor],
    metrics: Mapping[str, Metric] | None = None,
) -> dict[str, float]:
    """Compute the mean loss and metrics of a model over batches, in evaluation mode and without gradients.

    Args:
        model: called with all parts of a batch but the last.
        loader: batches: lists of inputs and, last, targets.
        loss_fn: of outputs and targets; a mean over samples.
        metrics: by name; those given stay as they are.

    Returns:
        `"loss"` and the metrics by name.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> from dlcore.train import evaluate
        >>> evaluate(nn.Identity(), [(dl.ones(2), dl.zeros(2)), (dl.zeros(2), dl.zeros(2))], nn.MSELoss())
        {'loss': 0.5}
    """
    metrics = {name: copy.deepcopy(metric) for name, metric in (metrics or {}).items()}
    for metric in metrics.values():
        metric.reset()
    loss = Mean()
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with no_grad():
            for *inputs, targets in loader:
                outputs = model(*inputs)
                loss.update(loss_fn(outputs, targets).item(), batch_size(targets))
                for metric in metrics.values():
                    metric.update(outputs, targets)
    finally:
        for module, mode in modes:
            module.training = mode
    return {"loss": loss.compute(), **{name: metric.compute() for name, metric in metrics.items()}}


def batch_size(targets: Any) -> int:
    """Return how many samples the targets of a batch are for."""
    first = targets
    while isinstance(first, (tuple, list, Mapping)):
        first = next(iter(first.values() if isinstance(first, Mapping) else first))
    return len(first)
