"""Sequences from a model that scores the next token: the model decides, by an end token, how long they become."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from .._core import (
    Generator,
    Tensor,
    arange,
    full,
    int64,
    log_softmax,
    multinomial,
    softmax,
    sort,
    stack,
    topk,
    where,
    zeros,
)
from ..autograd import no_grad
from .beam_search import beam_search
from .decoding_state import DecodingState


class Generated(NamedTuple):
    """What was generated: tokens after the prompt, how many they are, and their scores.

    `tokens` (N, T) or with several per prompt (N, n, T), padded; `lengths` without the last axis, with the end token
    where there is one; `scores` the logarithms of probabilities, in beam search divided by length^length_penalty.
    """

    tokens: Tensor
    lengths: Tensor
    scores: Tensor


def sampling_logits(
    logits: Tensor, temperature: float = 1.0, top_k: int | None = None, top_p: float | None = None
) -> Tensor:
    """Return scores to draw the next token from: divided by the temperature, -inf beyond the best.

    Args:
        logits: (R, V).
        temperature: below 1 sharpens, above 1 flattens.
        top_k: how many of the best remain; of those that score as the last of them, all do.
        top_p: the best remain whose probabilities sum to top_p, the one that reaches it included
            (Holtzman et al., The Curious Case of Neural Text Degeneration, 2020, section 3.1).

    Example:
        >>> import dlcore as dl
        >>> from dlcore.models import sampling_logits
        >>> sampling_logits(dl.tensor([[0.0, 2.0, 1.0]]), top_k=2).tolist()
        [[-inf, 2.0, 1.0]]
    """
    if not temperature > 0:
        raise ValueError(f"generate: temperature expected above 0, got {temperature}")
    if top_k is not None and top_k < 1:
        raise ValueError(f"generate: top_k expected at least 1, got {top_k}")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"generate: top_p expected within (0, 1], got {top_p}")
    scores = logits if temperature == 1.0 else logits / temperature
    if top_k is not None and top_k < scores.shape[-1]:
        least = topk(scores, top_k).values[:, -1:]
        scores = where(scores < least, -float("inf"), scores)
    if top_p is not None and top_p < 1:
        ordered, order = sort(scores, -1, descending=True)
        p = softmax(ordered, -1)
        beyond = p.cumsum(-1) - p >= top_p
        scores = scores.scatter(-1, order, where(beyond, -float("inf"), ordered))
    return scores


@no_grad()
def generate(
    state: DecodingState,
    prompt: Tensor,
    max_new_tokens: int,
    *,
    end: int | None = None,
    padding: int | None = None,
    num_beams: int = 1,
    num_return_sequences: int = 1,
    length_penalty: float = 1.0,
    do_sample: bool = False,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: Generator | None = None,
) -> Generated:
    """Continue prompts until each has ended: greedily, by beam search, or by chance.

    Args:
        state: the model before the prompt.
        prompt: (N, t), int64, with at least one token.
        max_new_tokens: when to stop in any case.
        end: the token that ends a sequence; None: all become as long as they may.
        padding: what follows the end; by default `end`.
        num_beams: how many hypotheses beam search keeps; 1 is greedy.
        num_return_sequences: how many are returned of each prompt, best first.
        length_penalty: hypotheses are compared by log p / length^length_penalty; 0 compares probabilities.
        do_sample: whether the next token is drawn.
        temperature: divides the scores it is drawn from; see `sampling_logits`.
        top_k: how many of the best it is drawn from.
        top_p: the probability of those it is drawn from.
        generator: where chance comes from.
    """
    if prompt.ndim != 2 or prompt.shape[1] < 1 or prompt.dtype != int64:
        raise ValueError(f"generate: prompt expected int64 (N, t > 0), got {prompt.dtype} {tuple(prompt.shape)}")
    if max_new_tokens < 1:
        raise ValueError(f"generate: max_new_tokens expected at least 1, got {max_new_tokens}")
    if num_beams < 1 or (do_sample and num_beams > 1):
        raise ValueError(f"generate: num_beams expected at least 1, and 1 with do_sample, got {num_beams}")
    most = num_return_sequences if do_sample else num_beams
    if not 1 <= num_return_sequences <= most:
        raise ValueError(
            f"generate: num_return_sequences expected 1 to {most} without do_sample, got {num_return_sequences}"
        )
    after_end = (0 if end is None else end) if padding is None else padding
    if num_beams > 1:
        found = beam_search(
            state, prompt, max_new_tokens, end, after_end, num_beams, num_return_sequences, length_penalty
        )
        tokens, lengths, scores = found
    else:
        if num_return_sequences > 1:
            rows = arange(prompt.shape[0]).repeat_interleave(num_return_sequences)
            state.select(rows)
            prompt = prompt[rows]

        def choose(logits: Tensor) -> Tensor:
            if not do_sample:
                return logits.argmax(-1)
            p = softmax(sampling_logits(logits, temperature, top_k, top_p), -1)
            return multinomial(p, 1, generator=generator)[:, 0]

        found = _one_after_another(state, prompt, max_new_tokens, end, after_end, choose)
        tokens, lengths, scores = (x.reshape(-1, num_return_sequences, *x.shape[1:]) for x in found)
    if num_return_sequences == 1:
        return Generated(tokens[:, 0], lengths[:, 0], scores[:, 0])
    return Generated(tokens, lengths, scores)


def _one_after_another(
    state: DecodingState,
    tokens: Tensor,
    max_new_tokens: int,
    end: int | None,
    padding: int,
    choose: Callable[[Tensor], Tensor],
) -> tuple[Tensor, Tensor, Tensor]:
    """Append the token that `choose` takes, until all sequences have ended."""
    rows = tokens.shape[0]
    going, lengths, scores = full((rows,), True), zeros(rows, dtype=int64), None
    chosen: list[Tensor] = []
    for _ in range(max_new_tokens):
        logits = state(tokens)
        token = choose(logits)
        gain = log_softmax(logits, -1).gather(-1, token.unsqueeze(-1))[:, 0]
        gain = where(going, gain, 0.0)
        scores = gain if scores is None else scores + gain
        lengths = lengths + going.to(int64)
        chosen.append(where(going, token, padding))  # padding may be no token of the model: it goes on without
        tokens = token.unsqueeze(-1)
        if end is not None:
            going = going & (token != end)
            if not going.any():
                break
    assert scores is not None
    return stack(chosen, 1), lengths, scores
