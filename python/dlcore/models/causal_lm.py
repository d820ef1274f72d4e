"""Models that continue a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import nn
from .._core import Tensor, cross_entropy, float32
from .._core import dtype as DType
from ..autograd import no_grad
from .decoding_state import CachedState, WholeState
from .encoder_stack import encoder_stack
from .generation import Generated, generate
from .token_embedding import TokenEmbedding


class CausalLanguageModel(nn.Module):
    """Score the token that follows, from all before it: a transformer's decoder alone.

    Source: Radford et al., Improving Language Understanding by Generative Pre-Training (2018), section 3.1.

    Args:
        vocab_size: number of tokens.
        d_model, nhead, num_layers, dim_feedforward, dropout, activation, norm_first: as in
            `nn.TransformerEncoderLayer`.
        max_len: the longest sequence.
        positions: `"sinusoidal"`, `"learned"`, or `"none"` where `attention` knows distances.
        tie_weights: whether embedding and output layer share their weight.
        padding_idx: the token that stands for nothing, at the end of shorter sequences.
        attention: further arguments of `nn.MultiheadAttention`, as in `{"rotary": True}`.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.models import CausalLanguageModel
        >>> model = CausalLanguageModel(10, 8, 2, 1, 16).eval()
        >>> model.generate(dl.tensor([[1, 2]]), max_new_tokens=3).tokens.shape == (1, 3)
        True
    """

    def __init__(
        self,
        vocab_size: int,
        d_model: int = 512,
        nhead: int = 8,
        num_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str = "gelu",
        norm_first: bool = True,
        max_len: int = 512,
        positions: str = "learned",
        tie_weights: bool = True,
        padding_idx: int | None = None,
        *,
        attention: Mapping[str, Any] | None = None,
        dtype: DType = float32,
    ) -> None:
        super().__init__()
        self.padding_idx = padding_idx
        self.embedding = TokenEmbedding(vocab_size, d_model, max_len, dropout, padding_idx, positions, dtype=dtype)
        self.decoder = encoder_stack(
            d_model, nhead, num_layers, dim_feedforward, dropout, activation, norm_first, attention, dtype
        )
        self.output = nn.Linear(d_model, vocab_size, bias=False, dtype=dtype)
        if tie_weights:
            self.output.weight = self.embedding.embedding.weight

    def forward(self, tokens: Tensor) -> Tensor:
        """Return the scores (N, T, vocab_size) of what follows each of the tokens (N, T)."""
        return self.output(self.decoder(self.embedding(tokens), is_causal=True))

    def loss(self, tokens: Tensor, label_smoothing: float = 0.0) -> Tensor:
        """Return the mean cross-entropy of each token (N, T) after the first, given those before it."""
        scores = self(tokens[:, :-1])
        ignore = -100 if self.padding_idx is None else self.padding_idx
        flat, wanted = scores.reshape(-1, scores.shape[-1]), tokens[:, 1:].reshape(-1)
        return cross_entropy(flat, wanted, ignore_index=ignore, label_smoothing=label_smoothing)

    @no_grad()
    def generate(
        self,
        prompt: Tensor,
        max_new_tokens: int,
        end: int | None = None,
        *,
        use_cache: bool = True,
        **options: Any,
    ) -> Generated:
        """Continue prompts (N, t), all of one length.

        Args:
            prompt: int64 tokens.
            max_new_tokens: how many tokens follow at most.
            end: the token that ends a text.
            use_cache: whether keys and values of earlier tokens are remembered; the results are the same.
            options: num_beams, num_return_sequences, length_penalty, do_sample, temperature, top_k, top_p and generator
                of `dlcore.models.generate`.
        """
        state: CachedState | WholeState
        if use_cache:
            caches = [nn.KeyValueCache() for _ in self.decoder.layers]
            state = CachedState(
                lambda tokens, at: self.output(self.decoder.extend(self.embedding(tokens, at), caches)[:, -1]), caches
            )
        else:
            state = WholeState(lambda tokens, _: self(tokens), prompt.shape[0])
        return generate(state, prompt, max_new_tokens, end=end, padding=self.padding_idx, **options)
