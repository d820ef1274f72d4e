"""From sequences to other sequences by networks that remember, and attention between them."""

from __future__ import annotations

from .. import nn
from .._core import Tensor, arange, cat, float32, tanh
from .._core import dtype as DType
from .encoder_decoder import EncoderDecoder
from .token_embedding import TokenEmbedding


class Seq2SeqLSTM(EncoderDecoder):
    r"""Read a sequence with an LSTM in both directions, then write another one with an LSTM that attends to the first.

    .. math:: c_t = \mathrm{attention}(h_t, \mathrm{memory}), \quad
        \tilde h_t = \tanh(W [c_t; h_t] + b), \quad y_t = W_o \tilde h_t + b_o

    The decoder begins with the last states of both directions, side by side. What is attended to does not flow back
    into it, so that in training its states of all steps are computed first, and then all attention at once.
    Source: Luong, Pham and Manning, Effective Approaches to Attention-based Neural Machine Translation (2015), section
    3.1; the additive score: Bahdanau, Cho and Bengio, Neural Machine Translation by Jointly Learning to Align and
    Translate (2015).

    Args:
        src_vocab: number of source tokens.
        tgt_vocab: number of target tokens.
        d_model: features of vectors and states; an even number, half of it for each direction.
        nhead: heads of the attention.
        num_layers: of encoder and decoder each.
        dropout: the probability with which an element of what layers hand on is dropped, while training.
        score: `"dot"` or `"additive"`, as in `nn.MultiheadAttention`.
        padding_idx: the token, of source and target, that stands for nothing; sources have it at their ends.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.models import Seq2SeqLSTM
        >>> model = Seq2SeqLSTM(10, 12, 8)
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
        d_model: int = 256,
        nhead: int = 1,
        num_layers: int = 1,
        dropout: float = 0.1,
        score: str = "dot",
        padding_idx: int | None = None,
        *,
        dtype: DType = float32,
    ) -> None:
        super().__init__()
        if d_model < 2 or d_model % 2:
            raise ValueError(f"Seq2SeqLSTM: d_model expected an even number > 0, got {d_model}")
        self.padding_idx = padding_idx
        embedding = {"dropout": dropout, "padding_idx": padding_idx, "positions": "none", "dtype": dtype}
        self.src_embedding = TokenEmbedding(src_vocab, d_model, **embedding)
        self.tgt_embedding = TokenEmbedding(tgt_vocab, d_model, **embedding)
        between = dropout if num_layers > 1 else 0.0
        self.encoder = nn.LSTM(
            d_model, d_model // 2, num_layers, batch_first=True, dropout=between, bidirectional=True, dtype=dtype
        )
        self.decoder = nn.LSTM(d_model, d_model, num_layers, batch_first=True, dropout=between, dtype=dtype)
        self.attention = nn.MultiheadAttention(d_model, nhead, batch_first=True, score=score, dtype=dtype)
        self.combination = nn.Linear(2 * d_model, d_model, dtype=dtype)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(d_model, tgt_vocab, dtype=dtype)

    def encode(self, src: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
        """Return the states (N, S, d_model) of tokens (N, S), what the decoder begins with, and where padding is.

        What it begins with are h and c, (N, num_layers, d_model) each.
        """
        padding = self._padding(src)
        lengths = None if padding is None else src.shape[1] - padding.sum(1)
        memory, last = self.encoder(self.src_embedding(src), lengths=lengths)
        # (layers * directions, N, d_model / 2): the directions of a layer are neighbours.
        h, c = (x.transpose(0, 1).reshape(src.shape[0], self.decoder.num_layers, memory.shape[2]) for x in last)
        return memory, h, c, padding

    def decode(self, tgt: Tensor, memory: Tensor, h: Tensor, c: Tensor, padding: Tensor | None = None) -> Tensor:
        """Return the scores (N, T, tgt_vocab) of what follows each of the target tokens (N, T)."""
        states, _ = self.decoder(self.tgt_embedding(tgt), (h.transpose(0, 1), c.transpose(0, 1)))
        context, _ = self.attention(states, memory, memory, padding, need_weights=False)
        return self._scores(context, states)

    def _scores(self, context: Tensor, states: Tensor) -> Tensor:
        return self.output(self.dropout(tanh(self.combination(cat([context, states], -1)))))

    def remember(self, memory: Tensor, h: Tensor, c: Tensor, padding: Tensor | None = None) -> _Writing:
        """Return the decoder before its first token."""
        return _Writing(self, memory, h, c, padding)


class _Writing:
    """The decoder in the midst of sequences: its states, and keys and values of what it attends to."""

    def __init__(self, model: Seq2SeqLSTM, memory: Tensor, h: Tensor, c: Tensor, padding: Tensor | None) -> None:
        self._model, self._padding = model, padding
        self._states = (h.transpose(0, 1), c.transpose(0, 1))
        self._memory = model.attention.memory(memory)
        self._source = arange(memory.shape[0])  # whose memory each sequence attends to

    def __call__(self, tokens: Tensor) -> Tensor:
        """Append tokens and return the scores of what may follow."""
        model = self._model
        states, self._states = model.decoder(model.tgt_embedding(tokens), self._states)
        last = states[:, -1:]
        return model._scores(model.attention.recall(last, self._memory, self._padding), last)[:, -1]

    def select(self, rows: Tensor) -> None:
        """Keep the sequences `rows`."""
        h, c = self._states
        self._states = (h[:, rows], c[:, rows])
        source = self._source[rows]
        if source.equal(self._source):
            return  # beams changed places beside those of the same source
        self._source = source
        keys, values = self._memory
        self._memory = keys[rows], values[rows]
        self._padding = None if self._padding is None else self._padding[rows]
