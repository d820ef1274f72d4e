"""What can be hung into the loop, one after the other."""

import csv
import io
import re
import sys

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn
from dlcore.train import (
    BestModel,
    Callback,
    Checkpoint,
    ClipGradNorm,
    ClipGradValue,
    CSVLogger,
    EarlyStopping,
    Progress,
    Schedule,
    TensorBoard,
    fit,
)


class Losses(nn.Module):
    """A model whose validation losses are as given: one for each epoch, with its number as the weight."""

    def __init__(self, losses):
        super().__init__()
        self.losses = losses
        self.epoch = nn.Parameter(dl.zeros(1))

    def forward(self, x):
        if self.training:
            return (self.epoch - self.epoch.detach() - 1).square() / 2  # its gradient is -1: the weight counts epochs
        return dl.tensor([self.losses[int(self.epoch.item()) - 1]])


def go(losses, *callbacks, epochs=None):
    model = Losses(losses)
    optimizer = dl.optim.SGD(model.parameters(), lr=1.0)
    batches = [(dl.ones(1), dl.ones(1))]
    epochs = len(losses) if epochs is None else epochs
    return fit(model, batches, lambda y, _: y.sum(), optimizer, epochs, validation=batches, callbacks=callbacks)


NAN = float("nan")


def test_the_model_of_these_tests():
    run = go([3.0, 1.0, 2.0])
    assert [entry["val_loss"] for entry in run.history] == [3.0, 1.0, 2.0]


@pytest.mark.parametrize(
    ("losses", "options", "epochs"),
    [
        ([3, 2, 2, 2, 2, 2], {"patience": 2}, 4),
        ([3, 2, 2, 1, 2, 2, 2], {"patience": 3}, 7),
        ([3, 2.9, 2.8, 2.7, 0], {"patience": 2, "min_delta": 0.15}, 5),
        ([3, 2.9, 2.8, 2.7, 0], {"patience": 2, "min_delta": 0.5}, 3),
        ([1, 2, 3, 4], {"patience": 1, "mode": "max"}, 4),
        ([1, 2, 1, 4], {"patience": 1, "mode": "max"}, 3),
        ([NAN, NAN, NAN], {"patience": 2}, 2),
        ([1, NAN, 0.5, NAN, NAN, 0], {"patience": 2}, 5),
    ],
)
def test_early_stopping(losses, options, epochs):
    assert go([float(loss) for loss in losses], EarlyStopping(**options)).epoch == epochs


@pytest.mark.parametrize("restore", [False, True])
def test_the_best_weights_come_back(restore):
    run = go([3.0, 1.0, 2.0, 2.0, 0.0], EarlyStopping(patience=2, restore_best=restore))
    assert run.epoch == 4
    assert run.model.epoch.item() == (2.0 if restore else 4.0)


def test_the_checkpoint_has_the_last_weights_where_the_best_come_back(tmp_path):
    checkpoint = Checkpoint(tmp_path / "c", every_epochs=None)
    run = go([1.0, 2.0], EarlyStopping(restore_best=True), checkpoint)
    assert run.model.epoch.item() == 1.0
    assert dl.load(tmp_path / "c")["model.epoch"].item() == 2.0


def test_best_model(tmp_path):
    path = tmp_path / "new folder" / "best.safetensors"
    go([3.0, 1.0, NAN, 2.0], BestModel(path))
    assert dl.load(path)["epoch"].item() == 2.0
    assert dl.load_metadata(path) == {"epoch": "2", "val_loss": "1.0"}
    go([3.0, 1.0, 2.0], BestModel(path, mode="max"))
    assert dl.load(path)["epoch"].item() == 1.0


@pytest.mark.parametrize("make", [EarlyStopping, lambda **options: BestModel("x", **options)])
def test_numbers_to_watch_that_cannot_be(make):
    name = "EarlyStopping" if make is EarlyStopping else "BestModel"
    with pytest.raises(ValueError, match=f"{name}: mode expected 'min' or 'max', got 'least'"):
        make(mode="least")
    message = f"{name}: monitor expected one of epoch, loss, val_loss, lr, got 'accuracy'"
    with pytest.raises(KeyError, match=message):
        go([1.0], make(monitor="accuracy"))


def test_options_that_cannot_be(tmp_path):
    model = nn.Linear(1, 1)
    scheduler = dl.optim.lr_scheduler.StepLR(dl.optim.SGD(model.parameters()), 1)
    for make, message in [
        (lambda: EarlyStopping(patience=0), "EarlyStopping: patience expected a number >= 1, got 0"),
        (lambda: EarlyStopping(min_delta=-1), "EarlyStopping: min_delta expected a number >= 0, got -1"),
        (lambda: Checkpoint("c", every_epochs=0), "Checkpoint: every_epochs expected a number >= 1 or None, got 0"),
        (lambda: Checkpoint("c", every_steps=0), "Checkpoint: every_steps expected a number >= 1 or None, got 0"),
        (
            lambda: Schedule(dl.optim.lr_scheduler.ReduceLROnPlateau(scheduler.optimizer), "step"),
            "Schedule: interval expected 'epoch' for ReduceLROnPlateau, got 'step'",
        ),
        (lambda: Schedule(scheduler, "batch"), "Schedule: interval expected 'epoch' or 'step', got 'batch'"),
        (lambda: ClipGradNorm(-1), "ClipGradNorm: max_norm expected a number >= 0, got -1"),
        (lambda: ClipGradValue(-1), "ClipGradValue: clip_value expected a number >= 0, got -1"),
        (lambda: TensorBoard(tmp_path, 0), "TensorBoard: every_steps expected a number >= 1 or None, got 0"),
    ]:
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            make()


def test_checkpoints_come_as_often_as_asked(tmp_path):
    saved = []

    class Watch(Callback):
        comes_last = True

        def on_epoch_end(self, run):
            saved.append(int(dl.load(tmp_path / "c")["model.epoch"].item()) if (tmp_path / "c").exists() else None)

    go([1.0] * 5, Checkpoint(tmp_path / "c", every_epochs=2), Watch())
    assert saved == [None, 2, 2, 4, 4]
    assert dl.load(tmp_path / "c")["model.epoch"].item() == 5.0, "the end is saved in any case"


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    for callback in (Checkpoint(tmp_path / "file" / "c"), CSVLogger(tmp_path / "file" / "c")):
        with pytest.raises(OSError, match="file"):
            go([1.0], callback)


def test_a_full_disk_leaves_the_last_checkpoint(tmp_path, monkeypatch):
    go([1.0], Checkpoint(tmp_path / "c"))
    before = (tmp_path / "c").read_bytes()

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left on device"):
        go([1.0, 1.0], Checkpoint(tmp_path / "c"))
    assert (tmp_path / "c").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["c"]


def test_csv(tmp_path):
    path = tmp_path / "logs" / "history.csv"
    rows = []

    class Look(Callback):
        def on_epoch_end(self, run):
            rows.append(len(path.read_text().splitlines()))

    run = go([3.0, 0.1, NAN], CSVLogger(path), Look())
    assert rows == [2, 3, 4], "each row is there at once"
    with open(path, newline="") as file:
        table = list(csv.DictReader(file))
    assert list(table[0]) == list(run.history[0])
    for row, entry in zip(table, run.history, strict=True):
        np.testing.assert_array_equal([float(x) for x in row.values()], list(entry.values()))
    go([1.0], CSVLogger(path))
    assert len(path.read_text().splitlines()) == 2


def events(folder):
    """Read the numbers that event files hold: (tag, step, value) in the order of writing."""
    from tensorboardX.proto.event_pb2 import Event

    found, hidden = [], []
    for path in sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns):
        raw = path.read_bytes()
        while raw:
            length = int.from_bytes(raw[:8], "little")  # then a checksum of 4 bytes, the event, and its checksum
            event, raw = Event.FromString(raw[12 : 12 + length]), raw[16 + length :]
            found += [(value.tag, event.step, value.simple_value) for value in event.summary.value]
            hidden += [event.step] if event.session_log.status == 1 else []
    return found, hidden


def test_tensorboard(tmp_path):
    run = go([3.0, 0.5], TensorBoard(tmp_path / "tb", every_steps=1))
    found, hidden = events(tmp_path / "tb")
    assert hidden == []
    for step, entry in enumerate(run.history, 1):
        assert ("batch_loss", step, 0.5) in found
        for name, value in entry.items():
            assert (name, step, value) in found
    assert len(found) == 2 * 5


def test_tensorboard_hides_what_comes_after_the_point_of_resuming(tmp_path):
    go([3.0, 0.5], Checkpoint(tmp_path / "c"))
    go([3.0, 0.5, 1.0], Checkpoint(tmp_path / "c", resume=True), TensorBoard(tmp_path / "tb"))
    found, hidden = events(tmp_path / "tb")
    assert hidden == [3]
    assert ("val_loss", 3, 1.0) in found
    assert len(found) == 4


def test_progress():
    shown = io.StringIO()
    go([3.0, 0.5], Progress(file=shown, mininterval=0))
    last = shown.getvalue().split("\r")[-1]
    assert "epoch 2/2: 100%" in last
    assert "2/2 [" in last
    assert "batch/s" in last
    assert "loss=0.5, val_loss=0.5" in last


def test_progress_of_a_stream_and_of_what_was_resumed(tmp_path):
    shown = io.StringIO()
    model = nn.Linear(1, 1)

    class Stream:
        def __iter__(self):
            return iter([(dl.ones(1, 1), dl.ones(1, 1))] * 3)

    optimizer = dl.optim.SGD(model.parameters())
    fit(model, Stream(), nn.MSELoss(), optimizer, 1, callbacks=[Progress(file=shown, mininterval=0)])
    assert "3batch [" in shown.getvalue()
    shown = io.StringIO()
    go([1.0], Checkpoint(tmp_path / "c"))
    go([1.0, 2.0], Checkpoint(tmp_path / "c", resume=True), Progress(file=shown, mininterval=0))
    assert "1/2 [" in shown.getvalue()
    assert "2/2 [" in shown.getvalue().split("\r")[-1]


def test_the_norm_before_clipping_can_be_seen():
    clip = ClipGradNorm(0.25)
    run = go([1.0], clip)
    assert clip.last_norm == 1.0
    assert run.model.epoch.item() == pytest.approx(0.25, rel=1e-5)
    assert go([1.0], ClipGradValue(0.25)).model.epoch.item() == 0.25


def test_a_gradient_that_is_not_finite_can_be_an_error():
    model = nn.Linear(1, 1)
    optimizer = dl.optim.SGD(model.parameters())
    with pytest.raises(RuntimeError, match=re.escape("get_total_norm: the norm of order 2.0 is nan")):
        fit(
            model,
            [(dl.full((1, 1), NAN), dl.ones(1, 1))],
            nn.MSELoss(),
            optimizer,
            1,
            callbacks=[ClipGradNorm(1.0, error_if_nonfinite=True)],
        )


@pytest.mark.parametrize(
    ("package", "make", "message"),
    [
        ("tqdm", Progress, "Progress: expected the package tqdm; pip install 'dlcore[train]'"),
        ("tensorboardX", lambda: TensorBoard("x"), "TensorBoard: expected the package tensorboardX; pip install"),
    ],
)
def test_a_package_that_is_not_there(monkeypatch, package, make, message):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=re.escape(message)):
        make()


def test_nothing_but_numpy_is_imported():
    import subprocess

    code = """
import sys
import dlcore.train, dlcore.data
others = {"tqdm", "tensorboardX", "sklearn", "einops", "safetensors"}
print(sorted(others & {name.split(".")[0] for name in sys.modules}))
"""
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"


def test_a_schedule_that_looks_at_the_history():
    model = Losses([3.0, 2.0, 2.0, 2.0, 1.0, 1.0])
    optimizer = dl.optim.SGD(model.parameters(), lr=1.0)
    batches = [(dl.ones(1), dl.ones(1))]

    def train(epochs, schedule):
        return fit(model, batches, lambda y, _: y.sum(), optimizer, epochs, validation=batches, callbacks=[schedule])

    # The weight, which counts epochs, goes on by the rate: with half of it, an epoch's loss is seen twice.
    plateau = dl.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=0)
    run = train(5, Schedule(plateau))
    assert [entry["val_loss"] for entry in run.history] == [3.0, 2.0, 2.0, 2.0, 2.0]
    assert [entry["lr"] for entry in run.history] == [1.0, 1.0, 1.0, 0.5, 0.25]
    with pytest.raises(
        KeyError, match="Schedule: monitor expected one of epoch, loss, val_loss, lr, got 'val_accuracy'"
    ):
        train(1, Schedule(plateau, monitor="val_accuracy"))
