"""Compare sizes of batches: seconds for an update and for an epoch, and accuracy in training and test.

    python examples/batch_size.py

A network with one hidden layer reads digits, 4,000 to learn from. Time: one update and one epoch, on one thread and on
all. Accuracy: after the same number of epochs of plain gradient descent, with the same learning rate for all sizes, and
with the rate for each that brought its training loss lowest. Then each is trained until its training loss is the same,
and the test tells whether what was found by small batches is better than what was found by large ones: with the best
rate of each, and, so that sizes alone differ, with the best rate of the smallest.
"""

import sys
import time

import dlcore as dl
import matplotlib.pyplot as plt
import numpy as np
from dlcore.nn import functional as F
from dlcore.train import Callback
from experiments import (
    CLOSE,
    Finding,
    clearly,
    conclude,
    dense,
    draw_curve,
    judge,
    load_digits,
    parse,
    percent,
    repeat,
    train,
)

TIMED = (1, 4, 16, 64, 256, 1024, 4000)
SIZES = (8, 32, 128, 512, 2048)
RATES = (0.1, 0.3, 1.0, 3.0)
SAME_RATE = 0.1  # of all sizes in the first comparison; the smallest of RATES, so that none is too large for it
LOSS = 0.01  # of training, at which the sizes are compared in the test
SAME_RATE_SIZES = SIZES[:3]  # compared there with one rate too; larger ones would take many more epochs


class StopAt(Callback):
    """End the training where its loss is as low as this."""

    def __init__(self, loss):
        self.loss = loss

    def on_epoch_end(self, run):
        """Look at the loss of the epoch."""
        run.stop = run.history[-1]["loss"] <= self.loss


def seconds_of_updates(images, labels, rounds):
    """Return the seconds of the fastest update with each size: whatever else the machine does can only add to it."""
    network = dense(784, 256, 10)
    optimizer = dl.optim.SGD(network.parameters(), lr=SAME_RATE)
    seconds = {size: [] for size in TIMED}
    for _ in range(rounds):
        for size, times in seconds.items():
            x, y = images[:size], labels[:size]
            for _ in range(max(2, 64 // size)):
                begin = time.perf_counter()
                optimizer.zero_grad()
                F.cross_entropy(network(x), y).backward()
                optimizer.step()
                times.append(time.perf_counter() - begin)
    return np.array([min(times) for times in seconds.values()])


def accuracies(size, rate, epochs, callbacks=()):
    """Return a function of the seed: the loss in training, and the accuracy in training and in the test."""

    def run(seed):
        training, test = load_digits(4000, seed)
        network = dense(784, 256, 10)
        optimizer = dl.optim.SGD(network.parameters(), lr=rate)
        train(network, training, epochs, size, optimizer, callbacks=callbacks)
        loss, error = judge(network, training)
        return loss, 1 - error, 1 - judge(network, test)[1]

    return run


def draw(seconds, same, own, settled, settled_alike, path):
    """Draw times over sizes, and accuracies over sizes."""
    figure, ((update, epoch), (left, right)) = plt.subplots(2, 2, figsize=(10, 8), layout="constrained")
    for threads, times in seconds.items():
        name = "1 thread" if threads == 1 else f"{threads} threads"
        update.plot(TIMED, 1e3 * times, "o-", label=name)
        epoch.plot(TIMED, times * 4000 / TIMED, "o-", label=name)
    update.set(title="An update takes", ylabel="milliseconds")
    epoch.set(title="An epoch of 4,000 digits takes", ylabel="seconds")
    for axes in (update, epoch):
        axes.set(xlabel="batch size", xscale="log", yscale="log")
        axes.legend()
    for axes, results in ((left, same), (right, own)):
        for column, name, style in ((1, "training", "o-"), (2, "test", "s--")):
            draw_curve(axes, SIZES, results[:, :, column], name, style)
        axes.set(xlabel="batch size", ylabel="accuracy", xscale="log", ylim=(0.78, 1.01))
    left.set_title(f"The same epochs, the same rate {SAME_RATE}")
    right.set_title("The same epochs, the best rate for each size")
    draw_curve(right, SIZES, settled[:, :, 2], f"test, trained to loss {LOSS}", "^:")
    draw_curve(right, SAME_RATE_SIZES, settled_alike[:, :, 2], f"and with the rate of {SIZES[0]}", "v:")
    for axes in (left, right):
        axes.legend(loc="lower left")
    figure.savefig(path, dpi=100)
    plt.close(figure)


def main():
    """Measure times, train with all sizes, draw; return 1 where a statement comes out otherwise."""
    options = parse(__doc__, seeds=5)
    images, labels = load_digits(4000)[0]
    seconds = {}
    all_threads = dl.get_num_threads()
    for threads in sorted({1, all_threads}):
        dl.set_num_threads(threads)
        seconds[threads] = seconds_of_updates(images, labels, rounds=2 if options.quick else 20)
    dl.set_num_threads(all_threads)

    epochs = 1 if options.quick else 20
    settings = {(size, rate): accuracies(size, rate, epochs) for size in SIZES for rate in RATES}
    results = repeat(settings, options.seeds)
    best = {size: min(RATES, key=lambda rate: results[size, rate][:, 0].mean()) for size in SIZES}
    same = np.stack([results[size, SAME_RATE] for size in SIZES], 1)
    own = np.stack([results[size, best[size]] for size in SIZES], 1)
    most = 1 if options.quick else 1000
    long = {size: accuracies(size, best[size], most, [StopAt(LOSS)]) for size in SIZES}
    settled = np.stack(list(repeat(long, options.seeds).values()), 1)
    alike = {size: accuracies(size, best[SIZES[0]], most, [StopAt(LOSS)]) for size in SAME_RATE_SIZES}
    settled_alike = np.stack(list(repeat(alike, options.seeds).values()), 1)

    path = options.out / "batch_size.png"
    draw(seconds, same, own, settled, settled_alike, path)
    times = seconds[all_threads]
    epoch_times = times * 4000 / TIMED
    print("rates: " + ", ".join(f"{rate} for batches of {size}" for size, rate in best.items()))
    findings = [
        Finding(
            "an update takes about as long with a larger batch, until the batch is large",
            ", ".join(f"{1e3 * t:.2f} ms with {size}" for size, t in zip(TIMED, times, strict=True)),
            bool(times[3] < 2 * times[0]),
            expected=False,  # a core is busy soon
            loose="a time, that is less than doubled by 64 times the batch or is not",
        ),
        Finding(
            "an epoch takes less time with larger batches",
            ", ".join(f"{t:.3f} s with {size}" for size, t in zip(TIMED, epoch_times, strict=True)),
            bool(epoch_times[4] < epoch_times[0] / 10),
            loose="a time, that is a tenth with batches of 256 or is not",
        ),
        Finding(
            "smaller batches reach a better accuracy in training, and in the test",
            f"after {epochs} epochs with rate {SAME_RATE}: {_list(same)}",
            clearly(same[:, 0, 1] - same[:, -1, 1]) and clearly(same[:, 0, 2] - same[:, -1, 2]),
        ),
        Finding(
            "and not only because they take more steps at the same rate",
            f"with the best of {len(RATES)} rates each: {_list(own)}",
            clearly(own[:, 0, 1] - own[:, -1, 1]) and clearly(own[:, 0, 2] - own[:, -1, 2]),
            loose=CLOSE,
        ),
        Finding(
            "where training is equally good, small batches are better in the test",
            f"trained to loss {LOSS}: {_list(settled)}",
            clearly(settled[:, 0, 2] - settled[:, -1, 2]),
            loose=CLOSE,
        ),
        Finding(
            "and with one rate for all, so that nothing but the size differs",
            f"trained to loss {LOSS} with rate {best[SIZES[0]]}: {_list(settled_alike)}",
            clearly(settled_alike[:, 0, 2] - settled_alike[:, -1, 2]),
        ),
    ]
    return conclude(findings, path, options.quick)


def _list(results):
    return "; ".join(
        f"{percent(results[:, i, 1])} in training and {percent(results[:, i, 2])} in the test with {size}"
        for i, size in enumerate(SIZES[: results.shape[1]])
    )


if __name__ == "__main__":
    sys.exit(main())
