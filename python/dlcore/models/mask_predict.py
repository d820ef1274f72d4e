"""Writing all tokens at once, once it is known how many."""

from __future__ import annotations

import math

from .. import nn
from .._core import Generator, Tensor, arange, cross_entropy, float32, full, log_softmax, rand, sort, where
from .._core import dtype as DType
from ..autograd import no_grad
from ..nn.sequences import mean_of_kept
from .generation import Generated
from .token_embedding import TokenEmbedding


class MaskPredictTransformer(nn.Module):
    r"""Predict the length of a sequence, and then all its tokens at the same time.

    .. math:: p(y|x) = p(T|x) \prod_t p(y_t|x, T)

    The decoder sees the tokens that are known already, before and after, and a mask in place of the others. With one
    iteration every token is written without any other: non-autoregressive decoding. Every further iteration masks the
    least certain ones again.
    Source: Gu et al., Non-Autoregressive Neural Machine Translation (2018), section 3; Ghazvininejad et al.,
    Mask-Predict: Parallel Decoding of Conditional Masked Language Models (2019), sections 2 to 4.

    Args:
        src_vocab: number of source tokens.
        tgt_vocab: number of target tokens; the mask is one more, within.
        d_model, nhead, num_encoder_layers, num_decoder_layers, dim_feedforward, dropout, activation, norm_first: as in
            `nn.Transformer`.
        max_len: the longest source and target.
        padding_idx: the token that stands for nothing.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.models import MaskPredictTransformer
        >>> model = MaskPredictTransformer(10, 12, 8, 2, 1, 1, 16, max_len=20).eval()
        >>> model.generate(dl.tensor([[3, 4, 5]])).tokens.shape[0]
        1
    """

    def __init__(
        self,
        src_vocab: int,
        tgt_vocab: int,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str = "relu",
        norm_first: bool = False,
        max_len: int = 512,
        padding_idx: int = 0,
        *,
        dtype: DType = float32,
    ) -> None:
        super().__init__()
        self.padding_idx, self.max_len, self.mask = padding_idx, max_len, tgt_vocab
        self.transformer = nn.Transformer(
            d_model,
            nhead,
            num_encoder_layers,
            num_decoder_layers,
            dim_feedforward,
            dropout,
            activation,
            batch_first=True,
            norm_first=norm_first,
            dtype=dtype,
        )
        rest = (d_model, max_len, dropout, padding_idx)
        self.src_embedding = TokenEmbedding(src_vocab, *rest, dtype=dtype)
        self.tgt_embedding = TokenEmbedding(tgt_vocab + 1, *rest, dtype=dtype)
        self.output = nn.Linear(d_model, tgt_vocab, dtype=dtype)
        self.length = nn.Linear(d_model, max_len + 1, dtype=dtype)

    def encode(self, src: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the encoder's result, where src (N, S) is padding, and scores (N, max_len + 1) of the lengths."""
        padding = src == self.padding_idx
        memory = self.transformer.encoder(self.src_embedding(src), None, padding)
        return memory, padding, self.length(mean_of_kept(memory, ~padding))

    def decode(self, tgt: Tensor, memory: Tensor, padding: Tensor) -> Tensor:
        """Return scores (N, T, tgt_vocab) of each position of tgt (N, T), which holds tokens, masks and padding."""
        hidden = self.transformer.decoder(
            self.tgt_embedding(tgt),
            memory,
            tgt_key_padding_mask=tgt == self.padding_idx,
            memory_key_padding_mask=padding,
        )
        return self.output(hidden)

    def forward(self, src: Tensor, tgt: Tensor) -> tuple[Tensor, Tensor]:
        """Return scores of tgt's positions, and of the lengths."""
        memory, padding, lengths = self.encode(src)
        return self.decode(tgt, memory, padding), lengths

    def loss(
        self, src: Tensor, tgt: Tensor, label_smoothing: float = 0.0, generator: Generator | None = None
    ) -> Tensor:
        """Return the mean cross-entropy of the masked tokens, of which there are a random number, plus the length's.

        Args:
            src: (N, S), padded.
            tgt: (N, T), without start and end tokens, padded.
            label_smoothing: the part of each target that is spread evenly over all tokens.
            generator: where the masks come from.
        """
        kept = tgt != self.padding_idx
        share = rand((tgt.shape[0], 1), generator=generator)
        hidden = kept & ((rand(tgt.shape, generator=generator) < share) | (arange(tgt.shape[1]) == 0))
        scores, lengths = self(src, where(hidden, self.mask, tgt))
        wanted = where(hidden, tgt, -100).reshape(-1)
        tokens = cross_entropy(scores.reshape(wanted.shape[0], -1), wanted, label_smoothing=label_smoothing)
        return tokens + cross_entropy(lengths, kept.sum(-1))

    @no_grad()
    def generate(self, src: Tensor, iterations: int = 1, lengths: Tensor | None = None) -> Generated:
        """Write a sequence for each source (N, S), of the most likely length.

        Args:
            src: int64 tokens.
            iterations: how often all masked tokens are written; all are masked at first, fewer every time.
            lengths: (N,), int64, instead of the model's own.

        Returns:
            Tokens (N, T), lengths, and the sum of the tokens' log-probabilities when they were written.
        """
        if iterations < 1:
            raise ValueError(f"generate: iterations expected at least 1, got {iterations}")
        memory, padding, scores = self.encode(src)
        if lengths is None:
            scores[:, 0] = -math.inf  # a sequence without tokens could not be told from one that is missing
            lengths = scores.argmax(-1)
        size = int(lengths.max().item())
        place = arange(size)
        kept = place < lengths.unsqueeze(-1)
        tokens, hidden = full(kept.shape, self.padding_idx), kept
        certainty = full(kept.shape, 0.0, dtype=memory.dtype)
        for t in range(iterations):
            log_p = log_softmax(self.decode(where(hidden, self.mask, tokens), memory, padding), -1)
            log_p[:, :, self.padding_idx] = -math.inf
            best = log_p.max(-1)
            tokens = where(hidden, best.indices, tokens)
            certainty = where(hidden, best.values, certainty)
            count = lengths * (iterations - 1 - t) // iterations
            rank = sort(sort(where(kept, certainty, math.inf), -1).indices, -1).indices
            hidden = rank < count.unsqueeze(-1)
        return Generated(tokens, lengths, where(kept, certainty, 0.0).sum(-1))
