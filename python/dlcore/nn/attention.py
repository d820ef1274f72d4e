"""Attention of several heads."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core import (
    Tensor,
    cat,
    float32,
    from_numpy,
    linear,
    ones,
    where,
)
from .._core import dtype as DType
from .attention_heads import AttentionHeads
from .attention_masks import attention_masks
from .attention_weights import attended, attention_weights, distance_bias
from .kv_cache import KeyValueCache
from .module import Module
from .positional import RotaryEmbedding
from .relative_bias import RelativePositionBias

Window = tuple[int | None, int | None]


class MultiheadAttention(AttentionHeads):
    r"""Average values by how well their keys fit a query, in several subspaces at once.

    .. math:: y = [h_1, ..., h_H] W^O + b^O, \qquad
        h_i = \mathrm{softmax}(q W_i^Q (k W_i^K)^T / \sqrt{D}) \, v W_i^V

    The names of the parameters are PyTorch's, and so are the masks: True where a key is NOT attended to. A query
    whose keys are all ruled out gives zeros, not NaN. Memory does not grow with the product of both lengths unless
    weights are asked for.
    Source: Vaswani et al., Attention Is All You Need (2017), section 3.2.2.

    Args:
        embed_dim: size of the last axis of query and result; num_heads divides it.
        num_heads: H.
        dropout: the probability with which a weight is dropped, while training.
        bias: whether the projections have biases.
        add_bias_kv: whether a learnt key and value is appended to the others.
        add_zero_attn: whether a key and a value of zeros is appended.
        kdim: size of the last axis of key; embed_dim if left out.
        vdim: size of the last axis of value; embed_dim if left out.
        batch_first: whether query, key and value are (N, T, E) and not (T, N, E).
        score: `"dot"`, or `"additive"`, w . tanh(q + k) with one w for all heads (Bahdanau et al., 2015, A.1.2).
        normalization: `"softmax"`, or `"relu"`: max(score, 0) divided by the number of keys (Wortsman et al., 2023).
        window: (left, right): query i attends to the keys i - left ... i + right alone; None: no limit on that side.
        relative_bias: a module that gives (H, 2 R + 1) numbers to be added to scores by distance, or R for a
            `RelativePositionBias`.
        rotary: whether queries and keys are rotated by their positions, with `RotaryEmbedding`.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> attention = nn.MultiheadAttention(8, num_heads=2, batch_first=True)
        >>> x = dl.randn(3, 5, 8)
        >>> y, weights = attention(x, x, x)
        >>> y.shape == (3, 5, 8), weights.shape == (3, 5, 5)
        (True, True)
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        *,
        score: str = "dot",
        normalization: str = "softmax",
        window: Window | None = None,
        relative_bias: Module | int | None = None,
        rotary: bool = False,
        dtype: DType = float32,
    ) -> None:
        if embed_dim <= 0 or num_heads <= 0 or embed_dim % num_heads:
            raise ValueError(f"MultiheadAttention: num_heads expected to divide embed_dim {embed_dim}, got {num_heads}")
        if not 0.0 <= dropout <= 1.0:
            raise ValueError(f"MultiheadAttention: dropout expected a probability in [0, 1], got {dropout}")
        for name, value, names in (
            ("score", score, ("dot", "additive")),
            ("normalization", normalization, ("softmax", "relu")),
        ):
            if value not in names:
                raise ValueError(f"MultiheadAttention: {name} expected {names[0]!r} or {names[1]!r}, got {value!r}")
        extra_keys = add_bias_kv or add_zero_attn
        if extra_keys and (window is not None or relative_bias is not None or rotary):
            raise ValueError(
                "MultiheadAttention: window, relative_bias and rotary expected without add_bias_kv and add_zero_attn, "
                "whose keys have no position"
            )
        super().__init__(
            embed_dim,
            num_heads,
            embed_dim if kdim is None else kdim,
            embed_dim if vdim is None else vdim,
            bias,
            add_bias_kv,
            add_zero_attn,
            score == "additive",
            dtype,
        )
        self.dropout, self.batch_first = dropout, batch_first
        self.score, self.normalization, self.window = score, normalization, window
        if isinstance(relative_bias, int):
            relative_bias = RelativePositionBias(num_heads, relative_bias, dtype=dtype)
        self.relative_bias = relative_bias
        self.rotary = RotaryEmbedding(self.head_dim) if rotary else None
        self.reset_parameters()

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """Return the result and, where they are needed, the weights.

        Args:
            query: (N, T, E), (T, N, E) without batch_first, or (T, E).
            key: (N, S, kdim) and so on.
            value: (N, S, vdim) and so on.
            key_padding_mask: (N, S): bool, True at keys to ignore, or floating, added to their scores.
            need_weights: whether the weights are returned too; they are computed apart, and before dropout.
            attn_mask: (T, S) or (N H, T, S): bool, True at what is not attended to, or floating, added to the scores.
            average_attn_weights: whether weights are averaged over heads.
            is_causal: whether query i attends to the keys 0 ... i alone; attn_mask, where given as well, is taken to
                say just that.

        Returns:
            The result, of query's shape, and the weights (N, T, S), of each head (N, H, T, S), or None.
        """
        self._check(query, key, value)
        single = query.ndim == 2
        if single:
            axis = 0 if self.batch_first else 1
            same_k, same_v = key is query, value is key
            query = query.unsqueeze(axis)
            key = query if same_k else key.unsqueeze(axis)
            value = key if same_v else value.unsqueeze(axis)
            key_padding_mask = None if key_padding_mask is None else key_padding_mask.unsqueeze(0)

        q, k, v = self._project(query, key, value)
        N, H, T, S = *q.shape[:3], k.shape[2]
        options = self.masks((N, H, T, S), key_padding_mask, attn_mask, is_causal)
        if self.bias_k is not None or self.add_zero_attn:
            k, v = self._with_extra_keys(k, v)
            options = _with_columns(options, (N, H, T, S), k.shape[2] - S)
        if self.rotary is not None:
            q, k = self.rotary(q), self.rotary(k)
        if self.relative_bias is not None:
            options["relative_bias"] = self.relative_bias()

        y = self._merged(self._attend(q, k, v, options))
        y = y.squeeze(axis) if single else y
        if not need_weights:
            return y, None
        weights = attention_weights(q, k, self.score_weight, normalization=self.normalization, **options)
        weights = weights.mean(1) if average_attn_weights else weights
        return y, weights.squeeze(0) if single else weights

    def masks(
        self, shape: tuple[int, ...], key_padding_mask: Tensor | None, attn_mask: Tensor | None, is_causal: bool
    ) -> dict[str, Any]:
        """Return what `scaled_dot_product_attention` is told about which keys count, for (N, H, T, S) = shape.

        The masks are those of `forward` for a batch.
        """
        options = attention_masks("MultiheadAttention", shape, key_padding_mask, attn_mask, is_causal)
        if self.window is not None:
            left, right = self.window
            options["window"] = (left, 0 if "window" in options and (right is None or right > 0) else right)
        return options

    def _check(self, query: Tensor, key: Tensor, value: Tensor) -> None:
        if query.ndim not in (2, 3) or query.shape[-1] != self.embed_dim:
            raise ValueError(
                f"MultiheadAttention: query expected (N, T, {self.embed_dim}) or (T, {self.embed_dim}), "
                f"got shape {tuple(query.shape)}"
            )
        batch = query.shape[0 if self.batch_first else 1] if query.ndim == 3 else None
        for name, x, size in (("key", key, self.kdim), ("value", value, self.vdim)):
            same = x.ndim == query.ndim and (batch is None or x.shape[0 if self.batch_first else 1] == batch)
            if not same or x.shape[-1] != size or x.shape[:-1] != key.shape[:-1]:
                raise ValueError(
                    f"MultiheadAttention: {name} expected {query.ndim} dimensions, the last of size {size}, and the "
                    f"others to fit query {tuple(query.shape)} and key {tuple(key.shape)}, got shape {tuple(x.shape)}"
                )

    def extend(self, input: Tensor, cache: KeyValueCache) -> Tensor:
        """Attend causally from new tokens to themselves and all that the cache holds, and add them to it.

        Args:
            input: the new tokens, (N, t, E) or (t, N, E) without batch_first.
            cache: of this attention alone.

        Returns:
            The result of the new tokens, as `forward` with is_causal would give it for the whole sequence.
        """
        if self.bias_k is not None or self.add_zero_attn:
            raise ValueError("MultiheadAttention: extend expected neither add_bias_kv nor add_zero_attn")
        offset = len(cache)
        q, k, v = self._project(input, input, input)
        if self.rotary is not None:
            q, k = self.rotary(q, offset), self.rotary(k, offset)
        k, v = cache.append(k, v)
        T, S = q.shape[2], k.shape[2]
        options: dict[str, Any] = {}
        if self.window is not None and self.window[0] is not None:
            near = np.arange(S) >= np.arange(offset, S)[:, None] - self.window[0]
            options["attn_mask"] = from_numpy(near)
        if self.relative_bias is not None:
            bias = distance_bias(self.relative_bias(), T, S, offset)
            near = options.get("attn_mask")
            options["attn_mask"] = bias if near is None else where(near, bias, -np.inf)
        if T > 1:
            options["window"] = (None, offset)  # query i of the new ones is number offset + i of all
        return self._merged(self._attend(q, k, v, options))

    def memory(self, key: Tensor) -> tuple[Tensor, Tensor]:
        """Return keys and values of the heads, for `recall` to attend to again and again."""
        E, weight, bias = self.embed_dim, self.in_proj_weight, self.in_proj_bias
        if weight is None:
            raise ValueError("MultiheadAttention: memory expected kdim and vdim of embed_dim")
        return self._heads(linear(key, weight[E:], None if bias is None else bias[E:]), 2)

    def recall(self, query: Tensor, memory: tuple[Tensor, Tensor], key_padding_mask: Tensor | None = None) -> Tensor:
        """Attend to keys and values that `memory` gave."""
        E, weight, bias = self.embed_dim, self.in_proj_weight, self.in_proj_bias
        (q,) = self._heads(linear(query, weight[:E], None if bias is None else bias[:E]), 1)
        k, v = memory
        options = attention_masks("MultiheadAttention", (*q.shape[:3], k.shape[2]), key_padding_mask, None, False)
        k, v = self._with_extra_keys(k, v)
        return self._merged(self._attend(q, k, v, options))

    def extra_repr(self) -> str:
        """Return sizes and what differs from the defaults."""
        text = f"embed_dim={self.embed_dim}, num_heads={self.num_heads}, batch_first={self.batch_first}"
        for name, default in (("dropout", 0.0), ("score", "dot"), ("normalization", "softmax"), ("window", None)):
            value = getattr(self, name)
            text += f", {name}={value!r}" if value != default else ""
        return text


def _with_columns(options: dict[str, Any], shape: tuple[int, ...], count: int) -> dict[str, Any]:
    """Return the masks for keys of which `count` more, which every query attends to, follow."""
    on = attended(shape, options.get("window"), options.get("key_lengths"))
    mask = options.get("attn_mask")
    if mask is None and on is None:
        return {}
    if mask is None or mask.dtype.is_floating_point:
        added = 0.0 if mask is None else mask
        mask = added if on is None else (on if mask is None else where(on, added, -np.inf))
    elif on is not None:
        mask = mask & on
    last = ones(*mask.shape[:-1], count, dtype=mask.dtype)
    return {"attn_mask": cat([mask, last * 0 if mask.dtype.is_floating_point else last], -1)}
