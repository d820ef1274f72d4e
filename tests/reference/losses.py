"""How far a prediction is from its target."""

import numpy as np

from .activations import log_softmax


def _reduce(loss, reduction):
    if reduction == "none":
        return loss
    return np.mean(loss) if reduction == "mean" else np.sum(loss)


def mse_loss(input, target, reduction="mean"):
    """Return (x - t)^2."""
    return _reduce((input - target) ** 2, reduction)


def l1_loss(input, target, reduction="mean"):
    """Return |x - t|."""
    return _reduce(np.abs(input - target), reduction)


def huber_loss(input, target, reduction="mean", delta=1.0):
    """Return (x - t)^2 / 2 where |x - t| <= delta, delta * (|x - t| - delta / 2) elsewhere."""
    size = np.abs(input - target)
    return _reduce(np.where(size <= delta, size**2 / 2, delta * (size - delta / 2)), reduction)


def kl_div(input, target, reduction="mean", log_target=False):
    """Return t * (ln t - x), 0 where t = 0; e^t * (t - x) for log_target. "batchmean": the sum / batch size."""
    if log_target:
        loss = np.exp(target) * (target - input)
    else:
        loss = np.where(target > 0, target * (np.log(np.where(target > 0, target, 1)) - input), 0)
    if reduction == "batchmean":
        return np.sum(loss) / input.shape[0]
    return _reduce(loss, reduction)


def binary_cross_entropy(input, target, weight=None, reduction="mean"):
    """Return -weight * (t ln x + (1 - t) ln(1 - x)), the logarithms not below -100."""
    loss = -(target * np.maximum(np.log(input), -100) + (1 - target) * np.maximum(np.log1p(-input), -100))
    return _reduce(loss if weight is None else weight * loss, reduction)


def binary_cross_entropy_with_logits(input, target, weight=None, reduction="mean", pos_weight=None):
    """Return -weight * (pos_weight * t ln s + (1 - t) ln(1 - s)), s = sigmoid(x)."""
    log_s, log_not_s = -np.logaddexp(0, -input), -np.logaddexp(0, input)
    loss = -((1 if pos_weight is None else pos_weight) * target * log_s + (1 - target) * log_not_s)
    return _reduce(loss if weight is None else weight * loss, reduction)


def nll_loss(input, target, weight=None, ignore_index=-100, reduction="mean"):
    """Return -weight[t] * x[t], 0 where t = ignore_index; "mean" divides by the sum of the weight[t] that count.

    input: log-probabilities of shape (C,), (N, C) or (N, C, d1, ...); target: classes, of that shape without C.
    """
    loss, counted = _negative_log_likelihood(input, target, weight, ignore_index)
    return np.sum(loss) / np.sum(counted) if reduction == "mean" else _reduce(loss, reduction)


def _negative_log_likelihood(input, target, weight, ignore_index):
    """Return each target's loss, and its weight: weight[t], or 0 if it is ignored."""
    by_class = input if input.ndim == 1 else np.moveaxis(input, 1, -1)
    weight = np.ones(by_class.shape[-1]) if weight is None else weight
    loss, counted = np.zeros(target.shape), np.zeros(target.shape)
    for place in np.ndindex(target.shape):
        t = target[place]
        if t != ignore_index:
            loss[place] = -weight[t] * by_class[place][t]
            counted[place] = weight[t]
    return loss, counted


def cross_entropy(input, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    """Return -sum over classes c of weight[c] * q[c] * ln(softmax(x))[c].

    input: logits of shape (C,), (N, C) or (N, C, d1, ...). target: probabilities q of the same shape, or classes, of
    that shape without C, for which q is 1 at the class. Smoothing makes it (1 - s) q + s / C. "mean" divides by the
    number of targets; for classes, by the sum of weight[t] over those that are not ignored.
    """
    C = input.shape[0 if input.ndim == 1 else 1]
    log_p = log_softmax(input, dim=0 if input.ndim == 1 else 1)
    weight_of_class = (np.ones(C) if weight is None else weight).reshape((C,) + (1,) * (input.ndim - 2))
    class_dim = 0 if input.ndim == 1 else 1

    if target.dtype.kind == "f":
        q = (1 - label_smoothing) * target + label_smoothing / C
        loss = -np.sum(weight_of_class * q * log_p, axis=class_dim)
        return _reduce(loss, reduction) if reduction != "mean" else np.sum(loss) / loss.size

    chosen, counted = _negative_log_likelihood(log_p, target, weight, ignore_index)
    spread = -np.sum(weight_of_class * log_p, axis=class_dim) * (target != ignore_index)
    loss = (1 - label_smoothing) * chosen + label_smoothing / C * spread
    return np.sum(loss) / np.sum(counted) if reduction == "mean" else _reduce(loss, reduction)


def smooth_l1_loss(input, target, reduction="mean", beta=1.0):
    """Return (x - t)^2 / (2 beta) where |x - t| < beta, |x - t| - beta / 2 elsewhere."""
    size = np.abs(input - target)
    return _reduce(np.where(size < beta, size**2 / (2 * beta or 1), size - beta / 2), reduction)


def soft_margin_loss(input, target, reduction="mean"):
    """Return ln(1 + e^(-t x))."""
    return _reduce(np.logaddexp(0, -target * input), reduction)


def hinge_embedding_loss(input, target, margin=1.0, reduction="mean"):
    """Return x where t = 1, max(margin - x, 0) where t = -1."""
    return _reduce(np.where(target == 1, input, np.maximum(margin - input, 0)), reduction)


def multi_margin_loss(input, target, p=1, margin=1.0, weight=None, reduction="mean"):
    """Return weight[t] / C * the sum over c != t of max(margin - x[t] + x[c], 0)^p."""
    single = input.ndim == 1
    losses = []
    for x, t in zip(np.atleast_2d(input), np.atleast_1d(target), strict=True):
        terms = [max(margin - x[t] + x[c], 0) ** p for c in range(len(x)) if c != t]
        losses.append((1 if weight is None else weight[t]) * sum(terms) / len(x))
    return _reduce(np.array(losses[0] if single else losses), reduction)


def gaussian_nll_loss(input, target, var, full=False, eps=1e-6, reduction="mean"):
    """Return (ln v + (x - t)^2 / v) / 2, v = max(var, eps), plus ln(2 pi) / 2 if full."""
    if var.ndim < input.ndim:
        var = var[..., None]
    v = np.maximum(var, eps)
    loss = (np.log(v) + (input - target) ** 2 / v) / 2 + (np.log(2 * np.pi) / 2 if full else 0)
    return _reduce(loss, reduction)
