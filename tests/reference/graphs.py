"""Layers on graphs with the matrix of all nodes: A[i, j] is the number, or weight, of edges from node j to i."""

import numpy as np


def _softmax_over(scores, counts):
    """Return softmax over the last axis, each score counting as often as there are edges."""
    top = np.max(np.where(counts > 0, scores, -np.inf), -1, keepdims=True, initial=-np.inf)
    e = counts * np.exp(np.where(counts > 0, scores - np.where(np.isfinite(top), top, 0), -np.inf))
    total = e.sum(-1, keepdims=True)
    return e / np.where(total == 0, 1, total)


def _leaky_relu(x, slope):
    return np.where(x > 0, x, slope * x)


def with_loops(A, weight=1.0):
    """Return the matrix with a loop of that weight at every node that has none, and one at every other."""
    A = np.array(A, float)
    own = np.diag(A)
    np.fill_diagonal(A, np.where(own == 0, weight, own))
    return A


def gcn_conv(p, x, A, add_self_loops=True, normalize=True, loop=1.0):
    """Return D^-1/2 A D^-1/2 X W^T + b."""
    A = with_loops(A, loop) if add_self_loops else np.asarray(A, float)
    if normalize:
        degree = A.sum(1)
        scale = np.where(degree > 0, np.where(degree > 0, degree, 1) ** -0.5, 0)
        A = scale[:, None] * A * scale
    return A @ (x @ p["lin.weight"].T) + p.get("bias", 0)


def graph_conv(p, x, A, mean=False):
    """Return W_1 X + W_2 A X + b."""
    heard = A @ x
    if mean:
        heard = heard / np.maximum((A != 0).sum(1, keepdims=True), 1)
    return heard @ p["lin_rel.weight"].T + p.get("lin_rel.bias", 0) + x @ p["lin_root.weight"].T


def _averaged(p, scores, counts, values, concat):
    heads = [_softmax_over(scores[..., h], counts) @ values[:, h] for h in range(values.shape[1])]
    return (np.concatenate(heads, 1) if concat else np.mean(heads, 0)) + p.get("bias", 0)


def _counts(A, add_self_loops):
    counts = np.array(A, float)
    if add_self_loops:
        np.fill_diagonal(counts, 1)
    return counts


def gat_conv(p, x, A, concat=True, slope=0.2, add_self_loops=True):
    """Return the averages by scores of the source and of the target, A holding numbers of edges."""
    _, H, C = p["att_src"].shape
    values = (x @ p["lin.weight"].T).reshape(-1, H, C)
    source, target = (values * p["att_src"]).sum(-1), (values * p["att_dst"]).sum(-1)
    scores = _leaky_relu(target[:, None] + source[None], slope)
    return _averaged(p, scores, _counts(A, add_self_loops), values, concat)


def gatv2_conv(p, x, A, concat=True, slope=0.2, add_self_loops=True):
    """Return the averages by scores of both at once."""
    _, H, C = p["att"].shape
    own = "lin_r" if "lin_r.weight" in p else "lin_l"
    values = (x @ p["lin_l.weight"].T + p.get("lin_l.bias", 0)).reshape(-1, H, C)
    target = (x @ p[f"{own}.weight"].T + p.get(f"{own}.bias", 0)).reshape(-1, H, C)
    scores = (_leaky_relu(target[:, None] + values[None], slope) * p["att"]).sum(-1)
    return _averaged(p, scores, _counts(A, add_self_loops), values, concat)
