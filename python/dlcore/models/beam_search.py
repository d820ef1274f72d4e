"""The best sequences, of many that are followed at once."""

from __future__ import annotations

import math

from .._core import Tensor, arange, cat, full, int64, log_softmax, topk, where
from .decoding_state import DecodingState


def _take(sequences: Tensor, which: Tensor) -> Tensor:
    """Return sequences (N, B, t) by their numbers (N, B')."""
    return sequences.gather(1, which.unsqueeze(-1).expand(*which.shape, sequences.shape[-1]))


def beam_search(
    state: DecodingState,
    prompt: Tensor,
    max_new_tokens: int,
    end: int | None,
    padding: int,
    num_beams: int,
    num_return_sequences: int,
    length_penalty: float,
) -> tuple[Tensor, Tensor, Tensor]:
    """Return tokens (N, n, T), lengths and scores (N, n), best first; the arguments are those of `generate`.

    Every step continues the num_beams best unfinished hypotheses of a prompt by every token. Those that end compete by
    log p / length^length_penalty; the search stops once no unfinished one can come to be among the best.
    Source: Wu et al., Google's Neural Machine Translation System (2016), section 7.
    """
    N, B = prompt.shape[0], num_beams
    logits = state(prompt)
    state.select(arange(N).repeat_interleave(B))
    V = logits.shape[-1]
    first_row = arange(N).unsqueeze(1) * B
    lowest = full((N, B), -math.inf, dtype=logits.dtype)
    log_p = lowest.clone()
    log_p[:, 0] = 0.0  # all hypotheses are the same before the first step: follow one
    logits = logits.repeat_interleave(B, 0)
    alive = full((N, B, 0), 0, dtype=int64)
    done, done_scores, done_lengths = alive, lowest, full((N, B), 0, dtype=int64)

    for length in range(1, max_new_tokens + 1):
        totals = log_p.unsqueeze(-1) + log_softmax(logits, -1).reshape(N, B, V)
        # Of 2 B candidates at most B end, one of each hypothesis, so B are left to go on.
        candidates, at = topk(totals.reshape(N, B * V), min(2 * B, B * V))
        beam, token = at // V, at % V
        extended = cat([_take(alive, beam), token.unsqueeze(-1)], -1)
        last = length == max_new_tokens
        ends = full(token.shape, last) if end is None or last else token == end

        scores = where(ends, candidates / length**length_penalty, -math.inf)
        done = cat([cat([done, full((N, B, 1), padding, dtype=int64)], -1), extended], 1)
        done_lengths = cat([done_lengths, full(token.shape, length, dtype=int64)], 1)
        done_scores, best = topk(cat([done_scores, scores], 1), B)
        done, done_lengths = _take(done, best), done_lengths.gather(1, best)
        if last:
            break

        log_p, going = topk(where(ends, -math.inf, candidates), B)
        alive, beam, token = _take(extended, going), beam.gather(1, going), token.gather(1, going)
        # log p only falls; a length that divides by more helps at most up to the last step.
        longest = max_new_tokens if length_penalty > 0 else length + 1
        hope = log_p[:, 0] / longest**length_penalty
        if (done_scores[:, num_return_sequences - 1] >= hope).all():
            break
        state.select((first_row + beam).reshape(-1))
        logits = state(token.reshape(-1, 1))

    n = num_return_sequences
    return done[:, :n], done_lengths[:, :n], done_scores[:, :n]
