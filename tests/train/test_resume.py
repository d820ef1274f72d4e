"""A run that was stopped, interrupted or killed goes on with the same bits."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import dlcore as dl
import numpy as np
import pytest
import training
from dlcore import nn, optim, train
from dlcore.data import DataLoader, TensorDataset

PROGRAM = Path(training.__file__)
STEPS = 6  # in an epoch


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return the digest of a run that nobody stopped."""
    folder = tmp_path_factory.mktemp("whole")
    return training.digest(*training.run(folder), folder)


class StopAt(train.Callback):
    """Stop after a number of steps."""

    def __init__(self, step):
        self.step = step

    def on_step_end(self, run):
        run.stop = run.stop or run.step == self.step


def test_a_run_is_reproducible(whole, tmp_path):
    assert training.digest(*training.run(tmp_path), tmp_path) == whole
    assert training.run(tmp_path)[0].step == training.EPOCHS * STEPS


def test_how_often_is_saved_changes_nothing(whole, tmp_path):
    assert training.digest(*training.run(tmp_path, every_steps=None), tmp_path) == whole


@pytest.mark.parametrize("step", [1, 5, 6, 7, 12, 17, 23, 24])
def test_stopped_at_any_step(whole, tmp_path, step):
    done, _ = training.run(tmp_path, [StopAt(step)], every_steps=None)
    assert done.step == step
    assert not (done.epoch * STEPS == step and done.batch == 0), "it stops before the epoch's end"
    assert training.digest(*training.run(tmp_path), tmp_path) == whole


def test_stopped_at_every_step(whole, tmp_path):
    for step in range(1, training.EPOCHS * STEPS):
        training.run(tmp_path, [StopAt(step)], every_steps=None)
    assert training.digest(*training.run(tmp_path), tmp_path) == whole


def test_more_epochs_later(whole, tmp_path):
    first, _ = training.run(tmp_path, epochs=2)
    assert len(first.history) == 2
    assert training.digest(*training.run(tmp_path), tmp_path) == whole


def test_without_resume_it_begins_anew(whole, tmp_path):
    training.run(tmp_path, [StopAt(7)])
    assert training.digest(*training.run(tmp_path, resume=False), tmp_path) == whole


def program(folder, *arguments):
    return [sys.executable, str(PROGRAM), str(folder), *arguments]


def finish(folder):
    """Let the program come to its end; return the digest."""
    out = subprocess.run(program(folder), capture_output=True, text=True, timeout=120, check=True).stdout
    return out.split()[-1]


@pytest.mark.parametrize(
    ("turn", "number"),
    [("fsync", 1), ("fsync", 7), ("fsync", 9), ("replace", 10), ("fsync", 28), ("step", 1), ("step", 14)],
)
def test_killed(whole, tmp_path, turn, number):
    killed = subprocess.run(program(tmp_path, "kill", turn, str(number)), capture_output=True, timeout=120, check=False)
    assert killed.returncode == -signal.SIGKILL
    left = [path.name for path in tmp_path.iterdir() if path.name.endswith(".unfinished")]
    assert len(left) == (turn != "step")
    assert all(name.startswith("best" if number == 7 else "checkpoint") for name in left)
    assert finish(tmp_path) == whole
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "best.safetensors",
        "checkpoint.safetensors",
        "history.csv",
    ]


def test_killed_again_and_again(whole, tmp_path):
    rng = random.Random(0)
    for _ in range(4):
        with subprocess.Popen(program(tmp_path, "wait", "0.02"), stdout=subprocess.PIPE, text=True) as child:
            child.stdout.readline()
            time.sleep(rng.random() * 0.15)
            child.kill()
    assert finish(tmp_path) == whole


def test_ctrl_c_saves_and_stops(whole, tmp_path):
    code = f"""
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background ignores it
sys.path.insert(0, {str(PROGRAM.parent)!r})
import training
training.main({str(tmp_path)!r}, "wait", "0.1")
assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        for _ in range(8):
            last = child.stdout.readline()
        child.send_signal(signal.SIGINT)
        out, errors = child.communicate(timeout=60)
    assert errors == ""
    assert child.returncode == 0
    assert last == "step 8\n"
    assert out.splitlines()[-1].startswith("done True")
    assert 1 <= len(out.splitlines()) <= 4, "it stops soon"
    assert finish(tmp_path) == whole


def test_a_second_ctrl_c_does_not_wait(tmp_path):
    class Interrupting(train.Callback):
        def on_step_end(self, run):
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(1)

    closed = []

    class Closing(train.Callback):
        def close(self):
            closed.append(True)

    with pytest.raises(KeyboardInterrupt):
        training.run(tmp_path, [Interrupting(), Closing()])
    assert closed == [True]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_loader_without_a_position_is_read_again_from_its_start(tmp_path):
    def go(stop=()):
        dl.manual_seed(0)
        model = nn.Linear(2, 1)
        rng = dl.Generator().manual_seed(3)
        batches = [(dl.randn(4, 2, generator=rng), dl.randn(4, 1, generator=rng)) for _ in range(5)]
        optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
        callbacks = [*stop, train.Checkpoint(tmp_path / "c", resume=True)]
        train.fit(model, batches, nn.MSELoss(), optimizer, 3, callbacks=callbacks)
        return nn.utils.parameters_to_vector(model.parameters()).detach().numpy()

    expected = go()
    (tmp_path / "c").unlink()
    go([StopAt(7)])
    np.testing.assert_array_equal(go(), expected)


def test_early_stopping_is_remembered(tmp_path):
    def go():
        dl.manual_seed(0)
        model = nn.Linear(2, 1)
        data = DataLoader(TensorDataset(dl.ones(4, 2), dl.zeros(4, 1)), 2)
        stopping = train.EarlyStopping("loss", patience=2)
        return train.fit(
            model,
            data,
            nn.MSELoss(),
            optim.SGD(model.parameters(), lr=0.0),
            50,
            callbacks=[stopping, train.Checkpoint(tmp_path / "c", resume=True)],
        )

    assert go().epoch == 3
    assert go().epoch == 3


@pytest.mark.parametrize(
    ("callbacks", "metrics", "message"),
    [
        ([], {}, "fit: the checkpoint expected callbacks EarlyStopping, got none"),
        (
            [train.EarlyStopping("loss"), train.BestModel("x", "loss")],
            {},
            "fit: the checkpoint expected callbacks EarlyStopping, got BestModel, EarlyStopping",
        ),
        ([train.EarlyStopping("loss")], {}, "fit: the checkpoint expected metrics accuracy, got none"),
    ],
)
def test_a_checkpoint_of_another_run_changes_nothing(tmp_path, callbacks, metrics, message):
    def go(callbacks, metrics):
        data = [(dl.ones(2, 3), dl.tensor([0, 1]))]
        optimizer = optim.SGD(model.parameters(), lr=0.5)
        callbacks = [*callbacks, train.Checkpoint(tmp_path / "c", resume=True)]
        train.fit(model, data, nn.CrossEntropyLoss(), optimizer, 1, metrics=metrics, callbacks=callbacks)

    model = nn.Linear(3, 2)
    go([train.EarlyStopping("loss")], {"accuracy": train.Accuracy()})
    model = nn.Linear(3, 2)
    before = model.weight.tolist()
    with pytest.raises(ValueError, match=f"^{message}$"):
        go(callbacks, metrics)
    assert model.weight.tolist() == before


@pytest.mark.parametrize(("saved", "later"), [(True, False), (False, True)])
def test_loaders_with_and_without_a_position(tmp_path, saved, later):
    def go(has_position):
        data = TensorDataset(dl.ones(4, 1), dl.ones(4, 1))
        loader = DataLoader(data, 2) if has_position else list(DataLoader(data, 2))
        optimizer = optim.SGD(model.parameters(), lr=0.5)
        validation = loader if has_position else None
        callbacks = [train.Checkpoint(tmp_path / "c", resume=True)]
        train.fit(model, loader, nn.MSELoss(), optimizer, 1, validation=validation, callbacks=callbacks)

    model = nn.Linear(1, 1)
    go(saved)
    model = nn.Linear(1, 1)
    before = model.weight.tolist()
    form = ("with", "without") if saved else ("without", "with")
    message = f"fit: the checkpoint expected a loader {form[0]} a position in the data, got one {form[1]}"
    with pytest.raises(ValueError, match=f"^{message}$"):
        go(later)
    assert model.weight.tolist() == before


def test_a_checkpoint_that_is_none(tmp_path):
    dl.save({"x": dl.ones(1)}, tmp_path / "c")
    model = nn.Linear(1, 1)
    with pytest.raises(ValueError, match="holds tensors, but is no checkpoint"):
        train.fit(
            model,
            [(dl.ones(1, 1), dl.ones(1, 1))],
            nn.MSELoss(),
            optim.SGD(model.parameters()),
            1,
            callbacks=[train.Checkpoint(tmp_path / "c", resume=True)],
        )
