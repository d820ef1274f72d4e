"""From sequences of tokens to other sequences of tokens."""

from __future__ import annotations

from .. import nn
from .._core import Tensor, float32
from .._core import dtype as DType
from .decoding_state import CachedState, DecodingState
from .encoder_decoder import EncoderDecoder
from .token_embedding import TokenEmbedding


class Seq2SeqTransformer(EncoderDecoder):
    """Read a sequence of tokens, then write another one, token by token.

    Encoder and decoder are those of `nn.Transformer`. With `tie_weights` the output layer has the target embedding's
    weight: one parameter under two names in `state_dict`, as in PyTorch.
    Source: Vaswani et al., Attention Is All You Need (2017); Press and Wolf, Using the Output Embedding to Improve
    Language Models (2017).

    Args:
        src_vocab: number of source tokens.
        tgt_vocab: number of target tokens.
        d_model, nhead, num_encoder_layers, num_decoder_layers, dim_feedforward, dropout, activation, norm_first: as in
            `nn.Transformer`.
        max_len: the longest sequence.
        padding_idx: the token, of source and target, that stands for nothing; attention and losses pass it over.
        positions: `"sinusoidal"` or `"learned"`.
        tie_weights: whether embedding and output layer of the target share their weight.
        share_embeddings: whether source and target share their embedding, as with a common vocabulary.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.models import Seq2SeqTransformer
        >>> model = Seq2SeqTransformer(10, 12, 8, 2, 1, 1, 16)
        >>> src = dl.tensor([[3, 4, 5], [6, 7, 8]])
        >>> model(src, dl.tensor([[1, 2], [1, 3]])).shape == (2, 2, 12)
        True
        >>> model.eval().generate(src, start=1, end=2, max_new_tokens=4).tokens.shape[0]
        2
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
        padding_idx: int | None = None,
        positions: str = "sinusoidal",
        tie_weights: bool = True,
        share_embeddings: bool = False,
        *,
        dtype: DType = float32,
    ) -> None:
        super().__init__()
        if share_embeddings and src_vocab != tgt_vocab:
            raise ValueError(
                f"Seq2SeqTransformer: share_embeddings expected one size of vocabulary, got {src_vocab} and {tgt_vocab}"
            )
        self.padding_idx = padding_idx
        # Embeddings are drawn after the transformer draws all of its own, which it does once it is complete.
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
        rest = (d_model, max_len, dropout, padding_idx, positions)
        self.tgt_embedding = TokenEmbedding(tgt_vocab, *rest, dtype=dtype)
        self.src_embedding = self.tgt_embedding if share_embeddings else TokenEmbedding(src_vocab, *rest, dtype=dtype)
        self.output = nn.Linear(d_model, tgt_vocab, bias=False, dtype=dtype)
        if tie_weights:
            self.output.weight = self.tgt_embedding.embedding.weight

    def encode(self, src: Tensor) -> tuple[Tensor, Tensor | None]:
        """Return the encoder's result (N, S, d_model) for tokens (N, S), and where they are padding."""
        padding = self._padding(src)
        return self.transformer.encoder(self.src_embedding(src), None, padding), padding

    def decode(self, tgt: Tensor, memory: Tensor, padding: Tensor | None = None) -> Tensor:
        """Return the scores (N, T, tgt_vocab) of what follows each of the target tokens (N, T)."""
        # Padding of the target is at its end, where no earlier token attends to it.
        hidden = self.transformer.decoder(
            self.tgt_embedding(tgt), memory, tgt_is_causal=True, memory_key_padding_mask=padding
        )
        return self.output(hidden)

    def remember(self, memory: Tensor, padding: Tensor | None = None) -> DecodingState:
        """Return the decoder before its first token, with caches of keys and values."""
        decoder = self.transformer.decoder
        caches = decoder.start(memory, padding)
        return CachedState(
            lambda tokens, at: self.output(decoder.extend(self.tgt_embedding(tokens, at), caches)[:, -1]), caches
        )
