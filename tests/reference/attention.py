"""Attention, all scores at once."""

import numpy as np

from .random import bernoulli


def _attention(
    scores,
    value,
    attn_mask=None,
    dropout_p=0.0,
    is_causal=False,
    *,
    window=None,
    key_lengths=None,
    relative_bias=None,
    normalization="softmax",
    dropped=None,
):
    """Return the weights' averages of the values, from scores (..., Tq, Tk) before anything is added to them."""
    Tq, Tk = scores.shape[-2:]
    i, j = np.arange(Tq)[:, None], np.arange(Tk)[None, :]
    attended = np.ones(scores.shape, bool)
    if is_causal:
        attended &= j <= i
    if window is not None:
        left, right = window
        attended &= (left is None or j >= i - left) & (right is None or j <= i + right)
    if key_lengths is not None:
        lengths = np.asarray(key_lengths)
        attended &= j < lengths.reshape(lengths.shape + (1,) * (scores.ndim - lengths.ndim))
    if relative_bias is not None:
        reach = relative_bias.shape[-1] // 2
        scores = scores + relative_bias[..., np.clip(j - i, -reach, reach) + reach]
    if attn_mask is not None:
        if attn_mask.dtype == bool:
            attended &= attn_mask
        else:
            attended &= attn_mask != -np.inf
            scores = scores + np.where(attn_mask == -np.inf, 0, attn_mask)

    counts = attended.sum(-1, keepdims=True)
    if normalization == "relu":
        weights = np.where(attended, np.maximum(scores, 0), 0) / np.maximum(counts, 1)
    else:
        top = np.max(np.where(attended, scores, -np.inf), -1, keepdims=True, initial=-np.inf)
        e = np.where(attended, np.exp(np.where(attended, scores, 0) - np.where(np.isfinite(top), top, 0)), 0)
        weights = e / np.where(counts == 0, 1, e.sum(-1, keepdims=True))
    if dropped is not None:
        weights = np.where(dropped, 0, weights) / (1 - dropout_p)
    used = attended.any(-2)[..., None]  # what is ruled out has no influence, be it NaN
    return weights @ np.where(used, value, 0)


def attention_dropped(seed, block, shape, p):
    """Return which weights (..., Tq, Tk) dropout sets to zero: every row of keys begins with a new block of words."""
    rows, Tk = int(np.prod(shape[:-1])), shape[-1]
    width = -(-Tk // 4) * 4
    return bernoulli(seed, block, rows * width, p).reshape(rows, width)[:, :Tk].reshape(shape)


def _repeated(query, key, value, enable_gqa):
    if enable_gqa:
        groups = query.shape[-3] // max(key.shape[-3], value.shape[-3])
        key, value = np.repeat(key, groups, -3), np.repeat(value, groups, -3)
    return key, value


def scaled_dot_product_attention(query, key, value, *args, scale=None, enable_gqa=False, **options):
    """Return softmax(scale q . k + ...) v."""
    key, value = _repeated(query, key, value, enable_gqa)
    scale = 1 / np.sqrt(max(query.shape[-1], 1)) if scale is None else scale
    return _attention(scale * (query @ np.swapaxes(key, -1, -2)), value, *args, **options)


def additive_attention(query, key, value, score_weight, *args, enable_gqa=False, **options):
    """Return softmax(w . tanh(q + k) + ...) v."""
    key, value = _repeated(query, key, value, enable_gqa)
    scores = np.tanh(query[..., :, None, :] + key[..., None, :, :]) @ score_weight
    return _attention(scores, value, *args, **options)


def graph_attention(attention, query, key, value, *args, neighbors, attn_mask=None, dropped=None, **options):
    """Return one of the above where query i attends to indices[indptr[i]:indptr[i + 1]], query by query.

    attn_mask and dropped have one element per edge.
    """
    indptr, indices = neighbors
    E = len(indices)
    rows = []
    for i in range(query.shape[-2]):
        edges = slice(indptr[i], indptr[i + 1])
        at = indices[edges]
        lead = np.broadcast_shapes(query.shape[:-2], () if options.get("enable_gqa") else key.shape[:-2])
        mask = np.ones((*lead, 1, len(at)), bool)
        given = dict(options)
        window, lengths, relative = (given.pop(k, None) for k in ("window", "key_lengths", "relative_bias"))
        if given.pop("is_causal", False):
            mask &= at <= i
        if window is not None:
            left, right = window
            mask &= (left is None or at >= i - left) & (right is None or at <= i + right)
        if lengths is not None:
            lengths = np.asarray(lengths)
            mask &= at < lengths.reshape(lengths.shape + (1,) * (mask.ndim - lengths.ndim))
        if attn_mask is not None:
            one = np.broadcast_to(attn_mask, (*attn_mask.shape[:-1], E))[..., None, edges]
            mask = mask & one if one.dtype == bool else np.where(mask, one, -np.inf)
        if relative is not None:
            reach = relative.shape[-1] // 2
            bias = relative[..., None, np.clip(at - i, -reach, reach) + reach]
            mask = np.where(mask, bias, -np.inf) if mask.dtype == bool else mask + bias
        if dropped is not None:
            given["dropped"] = dropped[..., None, edges]
        one_row = query[..., i : i + 1, :]
        rows.append(attention(one_row, key[..., at, :], value[..., at, :], *args, attn_mask=mask, **given))
    return np.concatenate(rows, -2)
