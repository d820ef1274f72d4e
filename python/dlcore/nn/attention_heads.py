"""The parameters of attention, and how they make heads."""

from __future__ import annotations

from typing import Any

from .._core import Tensor, additive_attention, cat, empty, linear, scaled_dot_product_attention, zeros
from .._core import dtype as DType
from . import init
from .linear import Linear
from .module import Module
from .parameter import Parameter


class AttentionHeads(Module):
    """Projections of queries, keys, values and results, by PyTorch's names: what `MultiheadAttention` is made of.

    Args:
        embed_dim: size of queries and results.
        num_heads: how many heads share it.
        kdim: size of keys.
        vdim: size of values.
        bias: whether projections have biases.
        extra_key: whether there is a learnt key and value.
        zero_key: whether there is a key and value of zeros.
        additive: whether there is a weight of the additive score.
        dtype: float32 or float64.
    """

    in_proj_weight: Parameter | None
    in_proj_bias: Parameter | None
    bias_k: Parameter | None
    bias_v: Parameter | None
    score_weight: Parameter | None
    dropout: float
    normalization: str
    batch_first: bool

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        kdim: int,
        vdim: int,
        bias: bool,
        extra_key: bool,
        zero_key: bool,
        additive: bool,
        dtype: DType,
    ) -> None:
        super().__init__()
        self.embed_dim, self.num_heads, self.head_dim = embed_dim, num_heads, embed_dim // num_heads
        self.kdim, self.vdim, self.add_zero_attn = kdim, vdim, zero_key

        one_size = self.kdim == embed_dim and self.vdim == embed_dim
        self.in_proj_weight = Parameter(empty(3 * embed_dim, embed_dim, dtype=dtype)) if one_size else None
        self.q_proj_weight = None if one_size else Parameter(empty(embed_dim, embed_dim, dtype=dtype))
        self.k_proj_weight = None if one_size else Parameter(empty(embed_dim, self.kdim, dtype=dtype))
        self.v_proj_weight = None if one_size else Parameter(empty(embed_dim, self.vdim, dtype=dtype))
        self.in_proj_bias = Parameter(empty(3 * embed_dim, dtype=dtype)) if bias else None
        self.bias_k = Parameter(empty(1, 1, embed_dim, dtype=dtype)) if extra_key else None
        self.bias_v = Parameter(empty(1, 1, embed_dim, dtype=dtype)) if extra_key else None
        self.score_weight = Parameter(empty(self.head_dim, dtype=dtype)) if additive else None
        self.out_proj = Linear(embed_dim, embed_dim, bias, dtype=dtype)

    def reset_parameters(self) -> None:
        """Draw projections and the extra key and value anew; biases are zero."""
        for weight in (self.in_proj_weight, self.q_proj_weight, self.k_proj_weight, self.v_proj_weight):
            if weight is not None:
                init.xavier_uniform_(weight)
        for extra in (self.bias_k, self.bias_v):
            if extra is not None:
                init.xavier_normal_(extra)
        if self.score_weight is not None:
            init.uniform_(self.score_weight, -(self.head_dim**-0.5), self.head_dim**-0.5)
        self.out_proj.reset_parameters()
        for bias in (self.in_proj_bias, self.out_proj.bias):
            if bias is not None:
                init.zeros_(bias)

    def _heads(self, projected: Tensor, count: int) -> tuple[Tensor, ...]:
        """Cut (N, T, count E) into `count` tensors (N, H, T, D), without copying; (T, N, ...) if not batch_first."""
        parts = projected.reshape(*projected.shape[:2], count, self.num_heads, self.head_dim)
        order = (2, 0, 3, 1, 4) if self.batch_first else (2, 1, 3, 0, 4)
        return parts.permute(order).unbind(0)

    def _project(self, query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return queries, keys and values of the heads: one product for the tensors that are the same."""
        E = self.embed_dim
        weight, bias = self.in_proj_weight, self.in_proj_bias
        if weight is not None and query is key and key is value:
            return self._heads(linear(query, weight, bias), 3)
        if weight is not None and key is value:
            w_q, w_kv = weight.split([E, 2 * E])
            b_q, b_kv = (None, None) if bias is None else bias.split([E, 2 * E])
            return *self._heads(linear(query, w_q, b_q), 1), *self._heads(linear(key, w_kv, b_kv), 2)
        weights = (
            weight.split(E) if weight is not None else (self.q_proj_weight, self.k_proj_weight, self.v_proj_weight)
        )
        biases = (None, None, None) if bias is None else bias.split(E)
        q, k, v = (
            self._heads(linear(x, w, b), 1)[0] for x, w, b in zip((query, key, value), weights, biases, strict=True)
        )
        return q, k, v

    def _merged(self, heads: Tensor) -> Tensor:
        """Return the result of the attention projected: (N, H, T, D) to (N, T, E), or (T, N, E)."""
        N, _, T, _ = heads.shape
        if self.batch_first:
            return self.out_proj(heads.transpose(1, 2).reshape(N, T, self.embed_dim))
        return self.out_proj(heads.permute(2, 0, 1, 3).reshape(T, N, self.embed_dim))

    def _with_extra_keys(self, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        N, H, _, D = k.shape
        if self.bias_k is not None and self.bias_v is not None:
            k = cat([k, self.bias_k.reshape(1, H, 1, D).expand(N, H, 1, D)], 2)
            v = cat([v, self.bias_v.reshape(1, H, 1, D).expand(N, H, 1, D)], 2)
        if self.add_zero_attn:
            nothing = zeros(N, H, 1, D, dtype=k.dtype)
            k, v = cat([k, nothing], 2), cat([v, nothing], 2)
        return k, v

    def _attend(self, q: Tensor, k: Tensor, v: Tensor, options: dict[str, Any]) -> Tensor:
        dropout_p = self.dropout if self.training else 0.0
        options = {"normalization": self.normalization, **options}
        if self.score_weight is not None:
            return additive_attention(q, k, v, self.score_weight, dropout_p=dropout_p, **options)
        return scaled_dot_product_attention(q, k, v, dropout_p=dropout_p, **options)
