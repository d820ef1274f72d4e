"""Connectionist temporal classification."""

from itertools import groupby, product

import numpy as np


def _log_sum(numbers):
    top = np.max(numbers)
    return top if np.isinf(top) else top + np.log(np.sum(np.exp(np.asarray(numbers) - top)))


def _loss(log_probs, target, blank):
    """Return -ln p of one example, by the forward variable (Graves et al. 2006, equations 5 to 8)."""
    chain = [blank]
    for label in target:
        chain += [int(label), blank]
    if len(log_probs) == 0:
        return np.inf if len(target) else 0.0
    alpha = np.full(len(chain), -np.inf)
    alpha[:2] = log_probs[0, chain[:2]]
    for row in log_probs[1:]:
        before = alpha.copy()
        for s, label in enumerate(chain):
            ways = [before[s]] + ([before[s - 1]] if s >= 1 else [])
            if s >= 2 and label != blank and label != chain[s - 2]:
                ways.append(before[s - 2])
            alpha[s] = _log_sum(ways) + row[label]
    return -_log_sum(alpha[-2:])


def ctc_loss(log_probs, targets, input_lengths, target_lengths, blank=0, reduction="mean", zero_infinity=False):
    """Return -ln p(target | log_probs) of each example, reduced."""
    single = log_probs.ndim == 2
    x = log_probs[:, None] if single else log_probs
    ends = np.cumsum(target_lengths)
    losses = []
    for i, (steps, length) in enumerate(zip(input_lengths, target_lengths, strict=True)):
        target = targets[ends[i] - length : ends[i]] if targets.ndim == 1 else targets[i, :length]
        losses.append(_loss(x[:steps, i], target, blank))
    losses = np.array(losses)
    if zero_infinity:
        losses = np.where(np.isinf(losses), 0, losses)
    if reduction == "mean":
        return np.mean(losses / np.maximum(target_lengths, 1))
    if reduction == "sum":
        return np.sum(losses)
    return losses[0] if single else losses


def ctc_loss_by_all_ways(log_probs, target, blank=0):
    """Return -ln p of one example (T, C), by adding up every sequence of classes that reads as the target."""
    steps, classes = log_probs.shape
    total = 0.0
    for way in product(range(classes), repeat=steps):
        if [label for label, _ in groupby(way) if label != blank] == list(target):
            total += np.exp(log_probs[np.arange(steps), way].sum())
    return -np.log(total) if total > 0 else np.inf
