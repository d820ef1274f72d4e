"""Encoder layers that start apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import nn
from .._core import dtype as DType


def encoder_stack(
    d_model: int,
    nhead: int,
    num_layers: int,
    dim_feedforward: int,
    dropout: float,
    activation: str,
    norm_first: bool,
    attention: Mapping[str, Any] | None,
    dtype: DType,
) -> nn.TransformerEncoder:
    """Return an encoder for (N, T, d_model) with a norm at its end, whose layers are drawn one by one.

    `nn.TransformerEncoder` copies a layer with its values, as PyTorch's does.
    """
    layer = nn.TransformerEncoderLayer(
        d_model,
        nhead,
        dim_feedforward,
        dropout,
        activation,
        batch_first=True,
        norm_first=norm_first,
        attention=attention,
        dtype=dtype,
    )
    encoder = nn.TransformerEncoder(layer, num_layers, nn.LayerNorm(d_model, dtype=dtype))
    for module in encoder.modules():
        if isinstance(module, nn.TransformerEncoderLayer):
            for part in (module.self_attn, module.linear1, module.linear2):
                part.reset_parameters()
    return encoder
