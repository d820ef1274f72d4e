"""What classifier and regressor share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state

from .. import nn, optim, train
from .._core import float32, float64, get_rng_state, manual_seed, set_rng_state, tensor
from ..data import DataLoader, TensorDataset
from .module_estimator import ModuleEstimator

_OPTIMIZERS = {"adam": optim.Adam, "sgd": optim.SGD}
_HELD_OUT_AT_ONCE = 4096  # rows, so that memory does not grow with the data


class Net(ModuleEstimator):
    """Build a network and train it with `dlcore.train.fit`.

    Everything is computed in the dtype that X has in `fit`, float32 or float64; what else X holds becomes float64.
    """

    def __init__(
        self,
        hidden_sizes: Sequence[int] = (100,),
        *,
        module: Callable[[int, int], nn.Module] | None = None,
        epochs: int = 100,
        batch_size: int = 32,
        optimizer: str | Callable[..., optim.Optimizer] = "adam",
        lr: float = 1e-3,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        patience: int = 10,
        random_state: Any = None,
    ) -> None:
        self.hidden_sizes = hidden_sizes
        self.module = module
        self.epochs = epochs
        self.batch_size = batch_size
        self.optimizer = optimizer
        self.lr = lr
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.random_state = random_state

    def _check_options(self) -> None:
        name = type(self).__name__
        for option, least in (("epochs", 0), ("batch_size", 1), ("patience", 1)):
            value = getattr(self, option)
            if not isinstance(value, Integral) or isinstance(value, bool) or value < least:
                raise ValueError(f"{name}: {option} expected an integer >= {least}, got {value!r}")
        fraction = self.validation_fraction
        if not isinstance(fraction, Real) or not 0 < fraction < 1:
            raise ValueError(f"{name}: validation_fraction expected a number in (0, 1), got {fraction!r}")
        if not callable(self.optimizer) and self.optimizer not in _OPTIMIZERS:
            raise ValueError(f"{name}: optimizer expected 'adam', 'sgd' or a callable, got {self.optimizer!r}")

    def _train(self, x: np.ndarray, targets: np.ndarray, outputs: int, loss_fn: nn.Module) -> None:
        """Train on targets that the loss takes, and keep the network in `module_`."""
        self._check_options()
        random = check_random_state(self.random_state)
        seed, split_seed = (int(number) for number in random.randint(np.iinfo(np.int32).max, size=2))
        parts, validation, callbacks = (x, targets), None, []
        if self.early_stopping:
            x, held_x, targets, held_targets = train_test_split(
                *parts, test_size=self.validation_fraction, random_state=split_seed
            )
            parts = (x, targets)
            validation = DataLoader(_dataset(held_x, held_targets), _HELD_OUT_AT_ONCE)
            callbacks = [train.EarlyStopping(patience=self.patience, restore_best=True)]

        with _seeded(seed):
            module = self._build(x.shape[1], outputs).to(float32 if x.dtype == np.float32 else float64)
            self._dtype = x.dtype
            make = self.optimizer if callable(self.optimizer) else _OPTIMIZERS[self.optimizer]
            run = train.fit(
                module,
                DataLoader(_dataset(*parts), int(self.batch_size), shuffle=True),
                loss_fn,
                make(module.parameters(), lr=self.lr),
                int(self.epochs),
                validation=validation,
                callbacks=callbacks,
            )
        if run.interrupted:
            raise KeyboardInterrupt  # a search must not take half a training for a whole one
        self.module_ = module.eval()
        self.history_ = run.history
        self.n_iter_ = run.epoch

    def _build(self, inputs: int, outputs: int) -> nn.Module:
        if self.module is not None:
            return self.module(inputs, outputs)
        sizes = [inputs, *(int(size) for size in self.hidden_sizes), outputs]
        layers = [layer for pair in pairwise(sizes) for layer in (nn.Linear(*pair), nn.ReLU())]
        return nn.Sequential(*layers[:-1])


def _dataset(x: np.ndarray, targets: np.ndarray) -> TensorDataset:
    return TensorDataset(tensor(x), tensor(targets))


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Let random numbers come from a seed, and put the default generator back afterwards."""
    state = get_rng_state()
    manual_seed(seed)
    try:
        yield
    finally:
        set_rng_state(state)
