"""The loop: turns, modes, history, errors."""

import re
import signal
import threading

import dlcore as dl
import pytest
from dlcore import nn
from dlcore.data import DataLoader, Dataset, TensorDataset
from dlcore.train import Accuracy, Callback, evaluate, fit


def parts(n=6, dtype=dl.float32):
    dl.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 1), nn.Dropout(0.5))
    return model, TensorDataset(dl.randn(n, 2), dl.randn(n, 1)), dl.optim.SGD(model.parameters(), lr=0.1)


class Recorder(Callback):
    """Write down each turn."""

    def __init__(self, name="", last=False):
        self.name = name
        self.comes_last = last
        self.turns = []

    def __getattribute__(self, name):
        if name.startswith("on_"):
            return lambda run: self.turns.append((self.name + name, run.epoch, run.batch, run.model.training))
        return super().__getattribute__(name)

    def close(self):
        self.turns.append("close")


def test_turns():
    model, data, optimizer = parts()
    recorder = Recorder()
    fit(model, DataLoader(data, 3), nn.MSELoss(), optimizer, 2, validation=DataLoader(data, 3), callbacks=[recorder])
    expected = [("on_restore", 0, 0, True), ("on_fit_begin", 0, 0, True)]
    for epoch in range(2):
        expected += [
            ("on_epoch_begin", epoch, 0, True),
            ("on_backward_end", epoch, 0, True),
            ("on_step_end", epoch, 1, True),
            ("on_backward_end", epoch, 1, True),
            ("on_step_end", epoch, 2, True),
            ("on_epoch_end", epoch + 1, 0, True),
        ]
    assert recorder.turns == [*expected, ("on_fit_end", 2, 0, True), "close"]


def test_the_order_of_callbacks():
    model, data, optimizer = parts()
    turns = []
    callbacks = [Recorder("saves ", last=True), Recorder("a "), Recorder("b ")]
    for callback in callbacks:
        callback.turns = turns
    fit(model, DataLoader(data, 6), nn.MSELoss(), optimizer, 1, callbacks=callbacks)
    names = [turn[0] for turn in turns if turn != "close"]
    assert [name for name in names if "step_end" in name] == ["a on_step_end", "b on_step_end", "saves on_step_end"]
    assert names[-3:] == ["saves on_fit_end", "b on_fit_end", "a on_fit_end"]


def test_modes():
    """Dropout is on while training, off in validation, and what was off before stays off after `evaluate`."""
    model, data, optimizer = parts()
    seen = []
    model[1].register_forward_hook(lambda module, args, y: seen.append(module.training))
    model.eval()
    fit(model, DataLoader(data, 6), nn.MSELoss(), optimizer, 1, validation=DataLoader(data, 3))
    assert seen == [True, False, False]
    assert model.training
    model[1].eval()
    evaluate(model, DataLoader(data, 3), nn.MSELoss())
    assert [module.training for module in model.modules()] == [True, True, False]


def test_an_evaluation_that_fails_puts_the_modes_back():
    model, _, _ = parts()
    with pytest.raises(ValueError, match="linear"):
        evaluate(model, [(dl.ones(1, 3), dl.ones(1, 1))], nn.MSELoss())
    assert model[1].training


def test_several_inputs():
    class Add(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(dl.zeros(1))

        def forward(self, a, b):
            return a * self.w + b

    model = Add()
    batches = [(dl.ones(4), dl.ones(4), dl.full((4,), 3.0))]
    fit(model, batches, nn.MSELoss(), dl.optim.SGD(model.parameters(), lr=0.5), 30)
    assert model.w.item() == pytest.approx(2.0)
    assert evaluate(model, batches, nn.MSELoss())["loss"] == pytest.approx(0.0, abs=1e-10)


def test_the_loss_is_the_mean_over_samples_not_batches():
    model = nn.Linear(1, 1)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    x, y = dl.zeros(3, 1), dl.tensor([[0.0], [0.0], [3.0]])
    run = fit(model, DataLoader(TensorDataset(x, y), 2), nn.MSELoss(), dl.optim.SGD(model.parameters(), lr=0.0), 1)
    assert run.history == [{"epoch": 1, "loss": 3.0, "lr": 0.0}]


@pytest.mark.parametrize("form", [lambda t: t, lambda t: [t, dl.zeros(9)], lambda t: (t,), lambda t: {"a": {"b": t}}])
def test_the_number_of_samples_is_that_of_the_first_target(form):
    model = nn.Linear(1, 1)
    optimizer = dl.optim.SGD(model.parameters(), lr=0.0)
    batches = [(dl.full((n, 1), float(n)), form(dl.zeros(n))) for n in (1, 3)]
    run = fit(model, batches, lambda y, _: y.sum() * 0 + len(y), optimizer, 1)
    assert run.history[0]["loss"] == (1 * 1 + 3 * 3) / 4


def test_a_callback_stops_it():
    class Stop(Callback):
        def on_step_end(self, run):
            run.stop = run.step == 3

    model, data, optimizer = parts()
    run = fit(model, DataLoader(data, 3), nn.MSELoss(), optimizer, 9, callbacks=[Stop()])
    assert (run.epoch, run.batch, run.step, run.interrupted) == (1, 1, 3, False)
    assert len(run.history) == 1


def test_metrics_that_are_given_are_used_again():
    model, data = nn.Linear(2, 2), TensorDataset(dl.randn(6, 2), dl.tensor([0, 1, 0, 1, 0, 1]))
    accuracy = Accuracy()
    for _ in range(2):
        optimizer = dl.optim.SGD(model.parameters(), lr=0.0)
        run = fit(model, DataLoader(data, 4), nn.CrossEntropyLoss(), optimizer, 2, metrics={"right": accuracy})
        assert run.history[0]["right"] == run.history[1]["right"]
        assert list(run.history[0]) == ["epoch", "loss", "right", "lr"]


class Failing(Dataset):
    def __getitem__(self, index):
        if index == 4:
            raise KeyError("sample four is spoilt")
        return dl.ones(2), dl.ones(1)

    def __len__(self):
        return 8


@pytest.mark.parametrize("num_workers", [0, 2])
def test_an_error_of_the_data_comes_out_and_leaves_nothing_behind(num_workers):
    model, _, optimizer = parts()
    recorder = Recorder()
    with pytest.raises(KeyError, match="sample four is spoilt"):
        fit(
            model,
            DataLoader(Failing(), 2, num_workers=num_workers),
            nn.MSELoss(),
            optimizer,
            1,
            callbacks=[recorder],
        )
    assert recorder.turns[-2:] == [("on_step_end", 0, 2, True), "close"]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("dlcore-data")]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_error_of_the_model_ends_the_workers_at_once():
    model, data, optimizer = parts()
    model.append(nn.Linear(7, 7))
    with pytest.raises(ValueError, match="linear") as error:
        fit(model, DataLoader(data, 1, num_workers=2), nn.MSELoss(), optimizer, 1)
    assert error.value.__traceback__ is not None, "it keeps the loop's variables"
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("dlcore-data")]


def test_in_another_thread():
    model, data, optimizer = parts()
    done = []
    thread = threading.Thread(
        target=lambda: done.append(fit(model, DataLoader(data, 3), nn.MSELoss(), optimizer, 2).step)
    )
    thread.start()
    thread.join()
    assert done == [4]


def test_a_handler_of_ones_own_is_left_alone():
    def handler(number, frame):
        raise AssertionError

    before = signal.signal(signal.SIGINT, handler)
    try:
        model, data, optimizer = parts()

        class Look(Callback):
            def on_step_end(self, run):
                assert signal.getsignal(signal.SIGINT) is handler

        assert fit(model, DataLoader(data, 3), nn.MSELoss(), optimizer, 1, callbacks=[Look()]).step == 2
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("epochs", [-1, 1.5, True, "3"])
def test_epochs(epochs):
    model, data, optimizer = parts()
    with pytest.raises(ValueError, match=re.escape(f"fit: epochs expected an integer >= 0, got {epochs!r}")):
        fit(model, DataLoader(data), nn.MSELoss(), optimizer, epochs)


def test_an_optimizer_that_needs_a_closure():
    model = nn.Linear(2, 1)
    before = model.weight.tolist()
    with pytest.raises(TypeError, match="fit: optimizer expected one that steps without a closure, got LBFGS"):
        fit(model, [[dl.ones(1, 2), dl.ones(1, 1)]], nn.MSELoss(), dl.optim.LBFGS(model.parameters()), 1)
    assert model.weight.tolist() == before
    assert model.weight.grad is None


def test_nothing_to_train_on():
    model, data, optimizer = parts()
    with pytest.raises(ValueError, match="fit: loader expected at least one batch, got none"):
        fit(model, [], nn.MSELoss(), optimizer, 1)
    assert fit(model, DataLoader(data), nn.MSELoss(), optimizer, 0).history == []
