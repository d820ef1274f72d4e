"""What models that read a sequence and write another one have in common."""

from __future__ import annotations

from typing import Any

from .. import nn
from .._core import Generator, Tensor, cross_entropy, full, int64
from ..autograd import no_grad
from .decoding_state import DecodingState, WholeState
from .generation import Generated, generate
from .scheduled_sampling import scheduled_sampling


class EncoderDecoder(nn.Module):
    """A model with `encode`, `decode` and `remember`, of which training and generation are made.

    Attributes:
        padding_idx: the token, of source and target, that stands for nothing, or None.
    """

    padding_idx: int | None

    def encode(self, src: Tensor) -> tuple[Tensor | None, ...]:
        """Return what the decoder needs of sources (N, S): tensors whose first axis is N."""
        raise NotImplementedError(f"{type(self).__name__}: encode is not defined")

    def decode(self, tgt: Tensor, *encoded: Any) -> Tensor:
        """Return the scores (N, T, tgt_vocab) of what follows each of the target tokens (N, T)."""
        raise NotImplementedError(f"{type(self).__name__}: decode is not defined")

    def remember(self, *encoded: Any) -> DecodingState:
        """Return the decoder before its first token, as one that computes every token once."""
        raise NotImplementedError(f"{type(self).__name__}: remember is not defined")

    def _padding(self, tokens: Tensor) -> Tensor | None:
        return None if self.padding_idx is None else tokens == self.padding_idx

    def forward(self, src: Tensor, tgt: Tensor) -> Tensor:
        """Return the scores (N, T, tgt_vocab) of what follows each of the target tokens (N, T), given src (N, S)."""
        return self.decode(tgt, *self.encode(src))

    def loss(
        self,
        src: Tensor,
        tgt: Tensor,
        label_smoothing: float = 0.0,
        sampling_probability: float = 0.0,
        generator: Generator | None = None,
    ) -> Tensor:
        """Return the mean cross-entropy of each target token, given those before it: teacher forcing.

        Args:
            src: (N, S).
            tgt: (N, T), from the start token to the end token, then padding.
            label_smoothing: the part of each target that is spread evenly over all tokens.
            sampling_probability: with which a token given is the model's own; see `scheduled_sampling`.
            generator: where chance comes from.
        """
        encoded = self.encode(src)
        given, wanted = tgt[:, :-1], tgt[:, 1:]
        if sampling_probability > 0:
            with no_grad():
                scores = self.decode(given, *encoded)
            given = scheduled_sampling(given, scores, sampling_probability, self.padding_idx, generator)
        scores = self.decode(given, *encoded)
        ignore = -100 if self.padding_idx is None else self.padding_idx
        flat = scores.reshape(-1, scores.shape[-1])
        return cross_entropy(flat, wanted.reshape(-1), ignore_index=ignore, label_smoothing=label_smoothing)

    @no_grad()
    def generate(
        self,
        src: Tensor,
        start: int,
        end: int | None,
        max_new_tokens: int,
        *,
        use_cache: bool = True,
        **options: Any,
    ) -> Generated:
        """Write a sequence for each source (N, S), without its start token.

        Args:
            src: int64 tokens, or what else the model reads.
            start: the token that every target begins with.
            end: the token that ends it.
            max_new_tokens: how long it becomes at most.
            use_cache: whether what was computed for earlier tokens is remembered; the results are the same.
            options: num_beams, num_return_sequences, length_penalty, do_sample, temperature, top_k, top_p and generator
                of `dlcore.models.generate`.
        """
        encoded = self.encode(src)
        if use_cache:
            state = self.remember(*encoded)
        else:
            state = WholeState(
                lambda tokens, rows: self.decode(tokens, *(None if x is None else x[rows] for x in encoded)),
                src.shape[0],
            )
        prompt = full((src.shape[0], 1), start, dtype=int64)
        return generate(state, prompt, max_new_tokens, end=end, padding=self.padding_idx, **options)
