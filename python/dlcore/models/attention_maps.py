"""What attends to what, in models that do not return it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from .. import nn
from .._core import Tensor


@contextmanager
def attention_maps(model: nn.Module) -> Iterator[dict[str, Tensor]]:
    """Collect the weights of every `nn.MultiheadAttention` of a model whose `forward` is called while the block runs.

    Results stay as they are. Weights are computed apart and take memory (N, H, T, S): for looking at, not for training.

    Yields:
        From the module's name in the model to the weights (N, H, T, S) of its last call, before dropout.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.models import Seq2SeqTransformer, attention_maps
        >>> model = Seq2SeqTransformer(10, 12, 8, 2, 1, 1, 16)
        >>> with dl.no_grad(), attention_maps(model) as maps:
        ...     y = model(dl.tensor([[3, 4, 5]]), dl.tensor([[1, 2]]))
        >>> maps["transformer.decoder.layers.0.multihead_attn"].shape == (1, 2, 2, 3)
        True
    """
    maps: dict[str, Tensor] = {}
    watched = [(name, m) for name, m in model.named_modules() if isinstance(m, nn.MultiheadAttention)]
    before = [module.__dict__.get("forward") for _, module in watched]
    for name, module in watched:
        module.__dict__["forward"] = _Watching(module.forward, name, maps)
    try:
        yield maps
    finally:
        for (_, module), forward in zip(watched, before, strict=True):
            if forward is None:
                del module.__dict__["forward"]
            else:
                module.__dict__["forward"] = forward  # of a block around this one


class _Watching:
    """The `forward` of an attention that keeps its weights, and gives what its caller asked for."""

    def __init__(self, forward: Callable[..., Any], name: str, maps: dict[str, Tensor]) -> None:
        self._forward, self._name, self._maps = forward, name, maps

    def __call__(
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
        y, weights = self._forward(query, key, value, key_padding_mask, True, attn_mask, False, is_causal)
        self._maps[self._name] = weights
        if not need_weights:
            return y, None
        return y, weights.mean(-3) if average_attn_weights else weights
