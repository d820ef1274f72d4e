"""How a network is made and trained, to be done again on other data and with other seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .. import train
from .._core import Tensor
from .._seeded import seeded
from ..data import DataLoader, Dataset
from ..nn.module import Module
from ..optim import Adam
from ..optim.optimizer import Optimizer

SAMPLES_AT_ONCE = 1024  # where nothing is trained, so that memory does not grow with the data


@dataclass(frozen=True)
class Recipe:
    """A network and its training, by `dlcore.train.fit`, as something that can be repeated.

    Args:
        model: makes the network, called without arguments.
        loss_fn: of outputs and targets; a mean over samples.
        optimizer: makes the optimizer, called with the network's parameters.
        epochs: how often all samples are read.
        batch_size: samples per step.
        metrics: by name, what is measured besides the loss.
        callbacks: makes the callbacks of a run, such as a Schedule, called with its optimizer and number of epochs.
        collate_fn: makes a batch of a list of samples, as of DataLoader.

    Example:
        >>> from functools import partial
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> from dlcore.data import TensorDataset
        >>> from dlcore.validation import Recipe
        >>> recipe = Recipe(partial(nn.Linear, 2, 1), nn.MSELoss(), partial(dl.optim.SGD, lr=0.1), epochs=30)
        >>> x = dl.randn(100, 2)
        >>> run = recipe.fit(TensorDataset(x, x.sum(1, keepdim=True)), seed=1)
        >>> run.history[-1]["loss"] < 1e-3
        True
    """

    model: Callable[[], Module]
    loss_fn: Callable[[Any, Any], Tensor]
    optimizer: Callable[[Iterable[Tensor]], Optimizer] = Adam
    epochs: int = 20
    batch_size: int = 32
    metrics: Mapping[str, train.Metric] = field(default_factory=dict)
    callbacks: Callable[[Optimizer, int], Iterable[train.Callback]] | None = None
    collate_fn: Callable[[list[Any]], Any] | None = None

    def fit(self, data: Dataset[Any], *, validation: Dataset[Any] | None = None, seed: int = 0) -> train.Run:
        """Make a network and train it; the default generator is as before afterwards.

        Args:
            data: samples to learn from.
            validation: samples to evaluate on after each epoch.
            seed: of the network's first weights, the order of samples, and dropout.

        Raises:
            KeyboardInterrupt: Ctrl-C came; half a training must not be taken for a whole one.
        """
        with seeded(seed):
            model = self.model()
            optimizer = self.optimizer(model.parameters())
            run = train.fit(
                model,
                DataLoader(data, self.batch_size, shuffle=True, collate_fn=self.collate_fn),
                self.loss_fn,
                optimizer,
                self.epochs,
                validation=None if validation is None else self._batches(validation),
                metrics=self.metrics,
                callbacks=() if self.callbacks is None else self.callbacks(optimizer, self.epochs),
            )
        if run.interrupted:
            raise KeyboardInterrupt
        return run

    def evaluate(self, model: Module, data: Dataset[Any]) -> dict[str, float]:
        """Return "loss" and the metrics of a network on samples."""
        return train.evaluate(model, self._batches(data), self.loss_fn, self.metrics)

    def _batches(self, data: Dataset[Any]) -> DataLoader:
        return DataLoader(data, SAMPLES_AT_ONCE, collate_fn=self.collate_fn)
