"""Training on the model's own words, ever more often."""

from __future__ import annotations

import math

from .._core import Generator, Tensor, cat, multinomial, rand, softmax, where
from ..autograd import no_grad


@no_grad()
def scheduled_sampling(
    tokens: Tensor,
    scores: Tensor,
    probability: float,
    padding_idx: int | None = None,
    generator: Generator | None = None,
) -> Tensor:
    """Replace tokens by ones that the model itself would write there, so that it learns to go on from its mistakes.

    Every token but the first is replaced with the given probability, by one drawn from softmax(scores) of the position
    before. All positions are drawn at once, from scores given the true tokens.
    Source: Bengio et al., Scheduled Sampling for Sequence Prediction with Recurrent Neural Networks (2015), 2.4;
    all positions at once: Mihaylova and Martins, Scheduled Sampling for Transformers (2019), section 3.

    Args:
        tokens: (N, T), int64.
        scores: (N, T, V), what follows each.
        probability: 1 - epsilon of the paper.
        padding_idx: a token that stays.
        generator: where chance comes from.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.models import scheduled_sampling
        >>> scheduled_sampling(dl.tensor([[1, 2, 3]]), dl.tensor([[[0.0, 99.0]] * 3]), 1.0).tolist()
        [[1, 1, 1]]
    """
    if not 0 <= probability <= 1:
        raise ValueError(f"scheduled_sampling: probability expected within [0, 1], got {probability}")
    if scores.shape[:2] != tokens.shape:
        raise ValueError(f"scheduled_sampling: scores expected shape {(*tokens.shape, 'V')}, got {tuple(scores.shape)}")
    N, T = tokens.shape
    if T < 2:
        return tokens
    p = softmax(scores[:, :-1].reshape(N * (T - 1), -1), -1)
    drawn = multinomial(p, 1, generator=generator).reshape(N, T - 1)
    true = tokens[:, 1:]
    replaced = rand((N, T - 1), generator=generator) < probability
    if padding_idx is not None:
        replaced = replaced & (true != padding_idx)
    return cat([tokens[:, :1], where(replaced, drawn, true)], 1)


def sampling_schedule(step: int, kind: str = "inverse_sigmoid", k: float = 1000.0) -> float:
    """Return the probability to sample at a training step: 1 - epsilon, which rises from about 0 towards 1.

    epsilon is 1 - step / k, k^step, or k / (k + e^(step / k)) for `"linear"`, `"exponential"`, `"inverse_sigmoid"`.
    Source: Bengio et al., Scheduled Sampling for Sequence Prediction with Recurrent Neural Networks (2015), 2.4.

    Args:
        step: counts from 0.
        kind: how epsilon falls.
        k: when; below 1 for the exponential.

    Example:
        >>> from dlcore.models import sampling_schedule
        >>> sampling_schedule(25, "linear", k=100)
        0.25
    """
    if kind == "linear":
        return min(step / k, 1.0)
    if kind == "exponential":
        if not 0 < k < 1:
            raise ValueError(f"sampling_schedule: k expected within (0, 1) for 'exponential', got {k}")
        return 1 - k**step
    if kind == "inverse_sigmoid":
        return 1 / (1 + k * math.exp(-step / k))
    raise ValueError(f"sampling_schedule: kind expected 'linear', 'exponential' or 'inverse_sigmoid', got {kind!r}")
