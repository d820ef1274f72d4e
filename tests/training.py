"""A training with everything in it that a run can remember; as a program it prints a digest of what came out.

    python training.py FOLDER [kill TURN NUMBER | wait SECONDS]

`kill` ends the process as `kill -9` does, at the n-th time that it comes to a turn: "fsync" is in the middle of writing
a file, "replace" before it is renamed, "step" after a step. `wait` makes each step take a while.
"""

import hashlib
import os
import signal
import sys
import time
from pathlib import Path

import dlcore as dl
from dlcore import nn, optim, train
from dlcore.data import DataLoader, Dataset, TensorDataset, get_worker_info

EPOCHS = 4


class Noisy(Dataset):
    """Points with random noise from the worker, and which of two classes they are of."""

    def __init__(self):
        self.x = dl.randn(44, 3, generator=dl.Generator().manual_seed(0))

    def __getitem__(self, index):
        noise = dl.randn(3, generator=get_worker_info().generator)
        return self.x[index] + noise, int(self.x[index].sum().item() > 0)

    def __len__(self):
        return len(self.x)


def parts(seed=1):
    """Make model, loader, optimizer and validation."""
    dl.manual_seed(seed)
    model = nn.Sequential(nn.Linear(3, 8), nn.LayerNorm(8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 2))
    loader = DataLoader(Noisy(), 8, shuffle=True, num_workers=2)
    optimizer = optim.Adam([{"params": model[0].parameters(), "lr": 0.02}, {"params": model[4].parameters()}], lr=0.01)
    x = dl.randn(20, 3, generator=dl.Generator().manual_seed(1))
    validation = DataLoader(TensorDataset(x, (x.sum(1) > 0).to(dl.int64)), 8, shuffle=True)
    return model, loader, optimizer, validation


def run(folder, extra=(), epochs=EPOCHS, resume=True, every_steps=1):
    """Train, and return the run and its average."""
    model, loader, optimizer, validation = parts()
    average = train.ExponentialMovingAverage(model, 0.9)
    callbacks = [
        train.Checkpoint(folder / "checkpoint.safetensors", every_steps=every_steps, resume=resume),
        average,
        train.ClipGradNorm(0.5),
        train.Schedule(optim.lr_scheduler.CosineAnnealingLR(optimizer, 30), "step"),
        train.Schedule(optim.lr_scheduler.StepLR(optimizer, 2)),
        train.EarlyStopping(patience=50, restore_best=True),
        train.BestModel(folder / "best.safetensors"),
        train.CSVLogger(folder / "history.csv"),
        *extra,
    ]
    done = train.fit(
        model,
        loader,
        nn.CrossEntropyLoss(),
        optimizer,
        epochs,
        validation=validation,
        metrics={"accuracy": train.Accuracy()},
        callbacks=callbacks,
    )
    return done, average


def digest(done, average, folder):
    """Return a text that tells all bits that came out."""
    bits = hashlib.sha256()
    state = {**done.model.state_dict(), **{f"average.{name}": x for name, x in average.model.state_dict().items()}}
    for name, x in state.items():
        bits.update(name.encode() + x.numpy().tobytes())
    bits.update(repr(done.history).encode() + repr((done.epoch, done.batch, done.step)).encode())
    bits.update(dl.get_rng_state().numpy().tobytes())
    bits.update((folder / "history.csv").read_bytes() + (folder / "best.safetensors").read_bytes())
    return bits.hexdigest()


class Turn(train.Callback):
    """Kill the process at a step, or wait at each."""

    def __init__(self, kill_at=None, wait=0.0):
        self.kill_at = kill_at
        self.wait = wait
        self.steps = 0

    def on_step_end(self, run):
        self.steps += 1
        if self.steps == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        print("step", run.step, flush=True)
        time.sleep(self.wait)


def kill_at_call(function, number):
    """Let a function of `os` kill the process when it is called for the n-th time."""
    original, calls = getattr(os, function), []

    def killing(*args, **kwargs):
        calls.append(args)
        if len(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*args, **kwargs)

    setattr(os, function, killing)


def main(folder, what=None, *arguments):
    """Train as the arguments say."""
    extra = []
    if what == "kill" and arguments[0] == "step":
        extra = [Turn(kill_at=int(arguments[1]))]
    elif what == "kill":
        kill_at_call(arguments[0], int(arguments[1]))
    elif what == "wait":
        extra = [Turn(wait=float(arguments[0]))]
    done, average = run(Path(folder), extra)
    print("done", done.interrupted, digest(done, average, Path(folder)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
