"""The weights of attention, all of them at once: to look at, where the kernel that averages never holds them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core import Tensor, from_numpy, index_select, softmax, tanh, where

_RULED_OUT = -1e30  # finite, so that a query without any key has no NaN in its gradient


def attended(shape: tuple[int, ...], window: Any, key_lengths: Tensor | None) -> Tensor | None:
    """Return which keys a window and the lengths leave, as what broadcasts to shape (N, H, Tq, Tk); None: all."""
    *_, queries, keys = shape
    left, right = window or (None, None)
    i, j = np.arange(queries)[:, None], np.arange(keys)
    on = np.ones((queries, keys), bool)
    if left is not None:
        on &= j >= i - left
    if right is not None:
        on &= j <= i + right
    if key_lengths is not None:
        on = on & (j < key_lengths.numpy()[:, None, None, None])
    return None if on.all() else from_numpy(on)


def distance_bias(relative_bias: Tensor, queries: int, keys: int, offset: int = 0) -> Tensor:
    """Return relative_bias (H, 2 R + 1) laid out for all pairs, (H, Tq, Tk); the first query stands at `offset`."""
    reach = relative_bias.shape[-1] // 2
    distance = np.arange(keys) - np.arange(offset, offset + queries)[:, None]
    index = np.ascontiguousarray((np.clip(distance, -reach, reach) + reach).reshape(-1), np.int64)
    return index_select(relative_bias, -1, from_numpy(index)).reshape(*relative_bias.shape[:-1], queries, keys)


def attention_weights(
    query: Tensor,
    key: Tensor,
    score_weight: Tensor | None = None,
    *,
    attn_mask: Tensor | None = None,
    window: Any = None,
    key_lengths: Tensor | None = None,
    relative_bias: Tensor | None = None,
    normalization: str = "softmax",
) -> Tensor:
    """Return the weights (N, H, Tq, Tk) by which attention averages, before dropout; arguments as those of the kernel.

    Args:
        query: (N, H, Tq, D).
        key: (N, H, Tk, D).
        score_weight: (D,) for the additive score, None for the scaled product.
        attn_mask: as in `scaled_dot_product_attention`, and so are all that follow.
        window: left and right.
        key_lengths: (N,).
        relative_bias: (H, 2 R + 1).
        normalization: "softmax" or "relu".
    """
    if score_weight is None:
        scores = (query * query.shape[-1] ** -0.5) @ key.mT
    else:
        scores = tanh(query.unsqueeze(-2) + key.unsqueeze(-3)) @ score_weight
    queries, keys = scores.shape[-2:]
    if relative_bias is not None:
        scores = scores + distance_bias(relative_bias, queries, keys)
    on = attended(tuple(scores.shape), window, key_lengths)
    if attn_mask is not None:
        allowed = attn_mask
        if attn_mask.dtype.is_floating_point:
            allowed = attn_mask != -np.inf
            scores = scores + attn_mask.masked_fill(~allowed, 0.0)
        on = allowed if on is None else on & allowed
    if on is None:
        return softmax(scores, -1) if normalization == "softmax" else scores.relu() / keys
    if normalization == "relu":
        counts = on.to(scores.dtype).sum(-1, keepdim=True).clamp(min=1) if on.shape[-1] == keys else keys
        return where(on, scores.relu(), 0.0) / counts
    return where(on, softmax(where(on, scores, _RULED_OUT), -1), 0.0)
