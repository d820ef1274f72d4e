"""The layers of transformers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .. import _core
from .._core import Tensor, arange, float32
from .._core import dtype as DType
from . import functional as F
from .attention import MultiheadAttention
from .dropout import Dropout
from .kv_cache import KeyValueCache
from .linear import Linear
from .module import Module
from .normalization import LayerNorm

Activation = str | Callable[[Tensor], Tensor]

# What the product of a linear layer applies while the result is in cache.
_FUSED: dict[Any, str] = {_core.relu: "relu", _core.gelu: "gelu", _core.silu: "silu", _core.tanh: "tanh"}
_NAMED = {"relu": F.relu, "gelu": F.gelu}


class _Layer(Module):
    """What encoder and decoder layers share: a feed-forward network, norms, and where the norms stand."""

    def __init__(
        self,
        d_model: int,
        dim_feedforward: int,
        dropout: float,
        activation: Activation,
        bias: bool,
        norm_first: bool,
        dtype: DType,
    ) -> None:
        super().__init__()
        if isinstance(activation, str) and activation not in _NAMED:
            raise ValueError(
                f"{type(self).__name__}: activation expected 'relu', 'gelu' or a function, got {activation!r}"
            )
        self.linear1 = Linear(d_model, dim_feedforward, bias, dtype=dtype)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias, dtype=dtype)
        self.norm_first = norm_first
        self.activation = _NAMED[activation] if isinstance(activation, str) else activation

    @property
    def fused_activation(self) -> str | None:
        """What `linear1` applies by itself; None where `activation` is called."""
        # A Module as activation is not hashed by what it computes, so it is simply called.
        return None if isinstance(self.activation, Module) else _FUSED.get(self.activation)

    def _feed_forward(self, x: Tensor) -> Tensor:
        fused = self.fused_activation
        hidden = self.linear1(x, fused) if fused is not None else self.activation(self.linear1(x))
        return self.linear2(self.dropout(hidden))

    def _residual(self, x: Tensor, norm: LayerNorm, dropout: Dropout, block: Callable[[Tensor], Tensor]) -> Tensor:
        """Return norm(x + dropout(block(x))), or with norm_first x + dropout(block(norm(x)))."""
        if self.norm_first:
            return x + dropout(block(norm(x)))
        return norm(x + dropout(block(x)))


class TransformerEncoderLayer(_Layer):
    r"""Attend to oneself, then transform every position alone; each with a residual connection and a norm.

    .. math:: x &= \mathrm{norm}(x + \mathrm{attention}(x)) \\ y &= \mathrm{norm}(x + W_2 f(W_1 x + b_1) + b_2)

    Source: Vaswani et al., Attention Is All You Need (2017), section 3.1; norm_first: Xiong et al., On Layer
    Normalization in the Transformer Architecture (2020).

    Args:
        d_model: size of x's last axis.
        nhead: heads of the attention.
        dim_feedforward: size of the hidden layer.
        dropout: probability of attention weights, hidden units and both results, while training.
        activation: f: `"relu"`, `"gelu"` or a function.
        layer_norm_eps: eps of the norms.
        batch_first: whether x is (N, T, d_model) and not (T, N, d_model).
        norm_first: whether norms stand before attention and network, not after the sums.
        bias: whether linear layers and norms have biases.
        attention: further arguments of `MultiheadAttention`, as in `{"rotary": True}`.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> nn.TransformerEncoderLayer(8, nhead=2, batch_first=True)(dl.randn(3, 5, 8)).shape == (3, 5, 8)
        True
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = F.relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        attention: Mapping[str, Any] | None = None,
        dtype: DType = float32,
    ) -> None:
        self.self_attn = MultiheadAttention(
            d_model, nhead, dropout, bias, batch_first=batch_first, dtype=dtype, **(attention or {})
        )
        super().__init__(d_model, dim_feedforward, dropout, activation, bias, norm_first, dtype)
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.dropout1 = Dropout(dropout)
        self.dropout2 = Dropout(dropout)

    def forward(
        self,
        src: Tensor,
        src_mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool = False,
    ) -> Tensor:
        """Return y of src's shape; the masks are those of `MultiheadAttention`."""

        def attend(x: Tensor) -> Tensor:
            return self.self_attn(x, x, x, src_key_padding_mask, False, src_mask, is_causal=is_causal)[0]

        x = self._residual(src, self.norm1, self.dropout1, attend)
        return self._residual(x, self.norm2, self.dropout2, self._feed_forward)

    def extend(self, input: Tensor, cache: KeyValueCache) -> Tensor:
        """Return what `forward` with is_causal gives for new tokens (N, t, d_model) that follow those of the cache."""
        x = self._residual(input, self.norm1, self.dropout1, lambda x: self.self_attn.extend(x, cache))
        return self._residual(x, self.norm2, self.dropout2, self._feed_forward)


class DecoderCache:
    """What a decoder layer remembers: keys and values of the target so far, and those of the encoder's result."""

    def __init__(self, memory: tuple[Tensor, Tensor], key_padding_mask: Tensor | None = None) -> None:
        self.target = KeyValueCache()
        self.memory = memory
        self.key_padding_mask = key_padding_mask
        self._source = arange(memory[0].shape[0])  # whose memory each sequence attends to

    def select(self, rows: Tensor) -> None:
        """Keep the sequences `rows` of the batch; see `KeyValueCache.select`."""
        self.target.select(rows)
        source = self._source[rows]
        if source.equal(self._source):
            return  # beams changed places beside those of the same source
        self._source = source
        keys, values = self.memory
        self.memory = keys[rows], values[rows]
        self.key_padding_mask = None if self.key_padding_mask is None else self.key_padding_mask[rows]


class TransformerDecoderLayer(_Layer):
    r"""Attend to oneself, then to the encoder's result, then transform every position alone.

    Source: Vaswani et al., Attention Is All You Need (2017), section 3.1.

    Args:
        d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps: as in `TransformerEncoderLayer`.
        batch_first, norm_first, bias, dtype: the same.
        attention: further arguments of the attention to oneself.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> layer = nn.TransformerDecoderLayer(8, nhead=2, batch_first=True)
        >>> layer(dl.randn(3, 4, 8), dl.randn(3, 5, 8), tgt_is_causal=True).shape == (3, 4, 8)
        True
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = F.relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        attention: Mapping[str, Any] | None = None,
        dtype: DType = float32,
    ) -> None:
        self.self_attn = MultiheadAttention(
            d_model, nhead, dropout, bias, batch_first=batch_first, dtype=dtype, **(attention or {})
        )
        self.multihead_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first, dtype=dtype)
        super().__init__(d_model, dim_feedforward, dropout, activation, bias, norm_first, dtype)
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.norm3 = LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype)
        self.dropout1 = Dropout(dropout)
        self.dropout2 = Dropout(dropout)
        self.dropout3 = Dropout(dropout)

    def forward(
        self,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """Return y of tgt's shape; the masks are those of `MultiheadAttention`."""

        def attend(x: Tensor) -> Tensor:
            return self.self_attn(x, x, x, tgt_key_padding_mask, False, tgt_mask, is_causal=tgt_is_causal)[0]

        def recall(x: Tensor) -> Tensor:
            return self.multihead_attn(
                x, memory, memory, memory_key_padding_mask, False, memory_mask, is_causal=memory_is_causal
            )[0]

        x = self._residual(tgt, self.norm1, self.dropout1, attend)
        x = self._residual(x, self.norm2, self.dropout2, recall)
        return self._residual(x, self.norm3, self.dropout3, self._feed_forward)

    def start(self, memory: Tensor, memory_key_padding_mask: Tensor | None = None) -> DecoderCache:
        """Return the cache with which to decode, from the encoder's result."""
        return DecoderCache(self.multihead_attn.memory(memory), memory_key_padding_mask)

    def extend(self, input: Tensor, cache: DecoderCache) -> Tensor:
        """Return what `forward` with tgt_is_causal gives for new tokens (N, t, d_model) that follow the cache's."""

        def recall(x: Tensor) -> Tensor:
            return self.multihead_attn.recall(x, cache.memory, cache.key_padding_mask)

        x = self._residual(input, self.norm1, self.dropout1, lambda x: self.self_attn.extend(x, cache.target))
        x = self._residual(x, self.norm2, self.dropout2, recall)
        return self._residual(x, self.norm3, self.dropout3, self._feed_forward)
