"""What the examples of sequence to sequence share: batches, training within a time, pictures of attention."""

import time

import dlcore as dl
import numpy as np
from dlcore.data import BucketBatchSampler, DataLoader, RandomSampler, SequentialSampler, collate_padded
from dlcore.models import attention_maps
from dlcore.nn import functional as F
from dlcore.train import Callback, ClipGradNorm, Progress, fit

PADDING, START, END = range(3)  # the first tokens of every vocabulary


class Pace(Callback):
    """A learning rate that rises at first and then falls to zero: by steps, or by time where that is shorter.

    As long as the steps take less than the minutes there are, the results do not depend on the machine.
    """

    def __init__(self, rate, warmup, steps, minutes):
        self.rate, self.warmup, self.steps, self.seconds = rate, warmup, steps, 60 * minutes
        self.losses = []

    def on_fit_begin(self, run):
        """Start the clock."""
        self.begin = time.perf_counter()
        self._set_rate(run)

    def on_step_end(self, run):
        """Keep the loss, and stop where time is over."""
        self.losses.append(run.last_loss)
        self._set_rate(run)

    def _set_rate(self, run):
        passed = (time.perf_counter() - self.begin) / self.seconds
        left = max(0.0, 1 - max(run.step / self.steps, passed))
        run.optimizer.param_groups[0]["lr"] = self.rate * min((run.step + 1) / self.warmup, left)
        run.stop = run.stop or passed >= 1


def collate(samples):
    """Make a batch of (source, target): sources, targets without their ends, and without their beginnings."""
    source, target = collate_padded(samples, PADDING)
    return source.data, target.data[:, :-1], target.data[:, 1:]


def batches(dataset, lengths, batch_size, shuffle=True):
    """Return a loader of pairs of about the same length."""
    order = RandomSampler(dataset) if shuffle else SequentialSampler(dataset)
    sampler = BucketBatchSampler(order, batch_size, False, lengths, shuffle=shuffle)
    return DataLoader(dataset, batch_sampler=sampler, collate_fn=collate)


def token_loss(scores, wanted):
    """Return the cross-entropy of the tokens wanted, with a tenth of each spread over all others."""
    flat = scores.reshape(-1, scores.shape[-1])
    return F.cross_entropy(flat, wanted.reshape(-1), ignore_index=PADDING, label_smoothing=0.1)


def train(model, loader, loss_fn, epochs, rate, minutes, warmup=400, validation=None):
    """Train, and return the minutes that it took, the loss of each step, and the history."""
    steps = epochs * len(loader)
    optimizer = dl.optim.Adam(model.parameters(), lr=rate, betas=(0.9, 0.98))
    pace = Pace(rate, min(warmup, 1 + steps // 10), steps, minutes)
    callbacks = [ClipGradNorm(1.0), pace, Progress(mininterval=1.0)]
    run = fit(model, loader, loss_fn, optimizer, epochs, validation=validation, callbacks=callbacks)
    model.eval()
    return (time.perf_counter() - pace.begin) / 60, pace.losses, run.history


def write(model, sources, beams, batch_size=256):
    """Return the tokens that the model writes for each source, without their end."""
    order = sorted(range(len(sources)), key=lambda i: len(sources[i]))
    answers = [[]] * len(sources)
    for first in range(0, len(order), batch_size):
        rows = order[first : first + batch_size]
        batch = collate_padded([sources[i] for i in rows], PADDING).data
        found = model.generate(batch, START, END, 2 * batch.shape[1] + 5, num_beams=beams)
        for i, tokens, length in zip(rows, found.tokens.tolist(), found.lengths.tolist(), strict=True):
            answers[i] = [token for token in tokens[:length] if token != END]
    return answers


def attention_of(model, source, answer):
    """Return what each token of an answer, and then its end, attended to in the source: (T, S).

    The weights are those of the last attention between both, the mean of its heads.
    """
    with dl.no_grad(), attention_maps(model) as maps:
        model(dl.tensor(np.asarray(source)[None]), dl.tensor([[START, *answer]]))
    between = [weights for name, weights in maps.items() if "self_attn" not in name]
    return between[-1][0].mean(0)


def draw_attention(axes, weights, source, target):
    """Draw what each token written (down) attended to in the source (across)."""
    axes.imshow(weights.numpy(), cmap="Blues", vmin=0, vmax=1, aspect="auto")
    axes.set_xticks(range(len(source)), source)
    axes.set_yticks(range(len(target)), target)
    axes.tick_params(length=0)


def draw_losses(axes, curves, window=50):
    """Draw the loss of each step, as means of some steps after one another."""
    for name, losses in curves.items():
        width = max(1, min(window, len(losses) // 4))
        means = np.convolve(losses, np.ones(width) / width, "valid")
        axes.plot(np.arange(len(means)) + width, means, label=f"{name}: {means[-1]:.3f}")
    axes.set(title="Training loss", xlabel="step")
    axes.legend()
