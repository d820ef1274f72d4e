"""The training loop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from .._core import Tensor
from ..nn.module import Module
from ..optim.optimizer import Optimizer, check_steps_alone
from .callback import Callback
from .evaluate import batch_size, evaluate
from .interrupt import stop_on_interrupt
from .metrics import Metric
from .run import Run


def fit(
    model: Module,
    loader: Iterable[Any],
    loss_fn: Callable[[Any, Any], Tensor],
    optimizer: Optimizer,
    epochs: int,
    *,
    validation: Iterable[Any] | None = None,
    metrics: Mapping[str, Metric] | None = None,
    callbacks: Iterable[Callback] = (),
) -> Run:
    """Train a model: what one would write by hand, with callbacks at each turn.

    Ctrl-C ends the training after the batch (or the validation) in hand, so that what callbacks save then is whole, and
    `fit` returns; a second Ctrl-C raises KeyboardInterrupt at once.

    Args:
        model: called with all parts of a batch but the last.
        loader: batches: lists of inputs and, last, targets.
        loss_fn: of outputs and targets; a mean over samples.
        optimizer: of the model's parameters.
        epochs: how often all batches are read, those of a run that is resumed included.
        validation: batches on which the model is evaluated after each epoch.
        metrics: by name, for training and validation.
        callbacks: called in this order; a Checkpoint after all others.

    Returns:
        The run, with its `history`.

    Raises:
        TypeError: the optimizer steps with a closure alone, as L-BFGS does.
        ValueError: there is no batch, or the number of epochs is negative.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> from dlcore.data import DataLoader, TensorDataset
        >>> from dlcore.train import fit
        >>> x = dl.randn(64, 2)
        >>> loader = DataLoader(TensorDataset(x, x.sum(1, keepdim=True)), batch_size=8, shuffle=True)
        >>> model = nn.Linear(2, 1)
        >>> run = fit(model, loader, nn.MSELoss(), dl.optim.SGD(model.parameters(), lr=0.1), epochs=20)
        >>> run.history[-1]["loss"] < 1e-3
        True
    """
    if not isinstance(epochs, int) or isinstance(epochs, bool) or epochs < 0:
        raise ValueError(f"fit: epochs expected an integer >= 0, got {epochs!r}")
    check_steps_alone("fit", optimizer)
    ordered = sorted(callbacks, key=lambda callback: callback.comes_last)
    run = Run(model, loader, loss_fn, optimizer, epochs, validation, dict(metrics or {}), ordered)
    try:
        with stop_on_interrupt(run):
            for metric in run.metrics.values():
                metric.reset()
            run.call("on_restore")
            run.call("on_fit_begin")
            while run.epoch < epochs and not run.stop:
                if _train(run):
                    _end_epoch(run)
            for callback in reversed(ordered):  # a Checkpoint saves before others put other weights into the model
                callback.on_fit_end(run)
    finally:
        for callback in ordered:
            callback.close()
    return run


def _train(run: Run) -> bool:
    """Train on the batches of an epoch, or those that are left of it; return whether it came to its end."""
    run.model.train()
    run.call("on_epoch_begin")
    batches = _rest(run)
    try:
        for *inputs, targets in batches:
            outputs = run.model(*inputs)
            loss = run.loss_fn(outputs, targets)
            run.optimizer.zero_grad()
            loss.backward()
            run.call("on_backward_end")
            run.optimizer.step()

            run.last_loss = loss.item()
            run.loss.update(run.last_loss, batch_size(targets))
            for metric in run.metrics.values():
                metric.update(outputs, targets)
            run.batch += 1
            run.step += 1
            run.call("on_step_end")
            if run.stop:
                return False
    finally:
        if hasattr(batches, "close"):
            batches.close()  # ends a loader's workers at once, not when an error's traceback goes
    if run.batch == 0:
        raise ValueError("fit: loader expected at least one batch, got none")
    return True


def _rest(run: Run) -> Iterator[Any]:
    """Return the batches that are left; a loader without a position is read again from its start."""
    batches = iter(run.loader)
    return batches if hasattr(run.loader, "load_state_dict") else islice(batches, run.batch, None)


def _end_epoch(run: Run) -> None:
    """Validate, write the epoch into the history, and begin to count anew."""
    entry = {"epoch": run.epoch + 1, "loss": run.loss.compute()}
    entry |= {name: metric.compute() for name, metric in run.metrics.items()}
    if run.validation is not None:
        results = evaluate(run.eval_model, run.validation, run.loss_fn, run.metrics)
        entry |= {f"val_{name}": value for name, value in results.items()}
    entry["lr"] = run.optimizer.param_groups[0]["lr"]
    run.history.append(entry)
    run.epoch += 1
    run.batch = 0
    for metric in (run.loss, *run.metrics.values()):
        metric.reset()
    run.call("on_epoch_end")
