"""From masks as PyTorch's modules take them to what the kernel of attention takes."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core import Tensor, from_numpy, where
from .._core import bool as Bool


def attention_masks(
    name: str, shape: tuple[int, ...], key_padding_mask: Tensor | None, attn_mask: Tensor | None, is_causal: bool
) -> dict[str, Any]:
    """Return arguments of `scaled_dot_product_attention` for attention of shape (N, H, Tq, Tk).

    Padding at the end becomes `key_lengths`, whose keys the kernel skips; causality becomes `window`, which goes
    together with every mask. Both grow with the lengths alone, where a mask would grow with their product.
    """
    N, H, T, S = shape
    options: dict[str, Any] = {}
    if is_causal:
        options["window"], attn_mask = (None, 0), None
    elif attn_mask is not None:
        if tuple(attn_mask.shape) not in ((T, S), (N * H, T, S)):
            raise ValueError(
                f"{name}: attn_mask expected shape {(T, S)} or {(N * H, T, S)}, got {tuple(attn_mask.shape)}"
            )
        if attn_mask.ndim == 3:
            attn_mask = attn_mask.reshape(N, H, T, S)
        options["attn_mask"] = attn_mask if attn_mask.dtype.is_floating_point else ~_checked(name, attn_mask)
    if key_padding_mask is None:
        return options

    if tuple(key_padding_mask.shape) != (N, S):
        raise ValueError(f"{name}: key_padding_mask expected shape {(N, S)}, got {tuple(key_padding_mask.shape)}")
    if key_padding_mask.dtype.is_floating_point:
        padding = key_padding_mask.reshape(N, 1, 1, S)
    else:
        kept = ~_checked(name, key_padding_mask, "key_padding_mask").numpy()
        lengths = kept.sum(-1)
        if np.array_equal(np.arange(S) < lengths[:, None], kept):
            if (lengths < S).any():
                options["key_lengths"] = from_numpy(lengths)
            return options
        padding = from_numpy(kept.reshape(N, 1, 1, S))
    mask = options.get("attn_mask")
    options["attn_mask"] = padding if mask is None else _both(mask, padding)
    return options


def _checked(name: str, mask: Tensor, argument: str = "attn_mask") -> Tensor:
    if mask.dtype != Bool:
        raise TypeError(f"{name}: {argument} expected bool or floating, got {mask.dtype}")
    return mask


def _both(a: Tensor, b: Tensor) -> Tensor:
    """Return the mask that says what both say, each being bool (True: attended to) or added."""
    if a.dtype.is_floating_point and b.dtype.is_floating_point:
        return a + b
    if a.dtype.is_floating_point:
        return where(b, a, -np.inf)
    return where(a, b, -np.inf) if b.dtype.is_floating_point else a & b
