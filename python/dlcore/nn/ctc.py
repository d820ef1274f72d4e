"""Transcription of sequences that nobody has aligned: connectionist temporal classification."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .. import _core
from .._core import Tensor
from .loss import _Loss


class CTCLoss(_Loss):
    """-log of the probability of a target, shorter than the input, whichever steps its classes stand at.

    Between two classes a way may rest on the blank, and it must between two equal ones; `mean` divides each loss by the
    length of its target.

    Source: Graves, Fernandez, Gomez and Schmidhuber, Connectionist Temporal Classification (2006).

    Args:
        blank: the class that stands for nothing.
        reduction: "mean", "sum" or "none".
        zero_infinity: whether a target too long for its input counts for nothing, instead of infinitely much.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> log_probs = dl.zeros(50, 16, 20).log_softmax(2)
        >>> nn.CTCLoss()(log_probs, dl.ones(16, 30, dtype=dl.int64), [50] * 16, [10] * 16).shape
        ()
    """

    def __init__(self, blank: int = 0, reduction: str = "mean", zero_infinity: bool = False) -> None:
        super().__init__(reduction=reduction)
        self.blank = blank
        self.zero_infinity = zero_infinity

    def forward(
        self,
        log_probs: Tensor,
        targets: Tensor,
        input_lengths: Tensor | Sequence[int],
        target_lengths: Tensor | Sequence[int],
    ) -> Tensor:
        """Return the loss of log-probabilities (T, N, C) beside targets (N, S) or (sum of target_lengths,)."""
        return _core.ctc_loss(
            log_probs, targets, input_lengths, target_lengths, self.blank, self.reduction, self.zero_infinity
        )


def ctc_greedy_decode(
    log_probs: Tensor, input_lengths: Tensor | Sequence[int] | None = None, blank: int = 0
) -> list[list[int]]:
    """Read the most probable class of each step, repetitions as one and without blanks.

    That is not always the most probable target, which may have more ways of less probability each (Graves et al. 2006,
    section 3.2, "best path decoding").

    Args:
        log_probs: (T, N, C), probabilities, their logarithms or scores.
        input_lengths: how many steps of each example count; by default all.
        blank: the class that stands for nothing.

    Returns:
        For each example a list of classes.

    Raises:
        ValueError: shapes or lengths do not fit.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> best = dl.tensor([[0, 2, 2, 0, 2, 1]]).T
        >>> nn.ctc_greedy_decode(dl.one_hot(best, 3))
        [[2, 2, 1]]
    """
    if log_probs.ndim != 3:
        raise ValueError(f"ctc_greedy_decode: log_probs expected shape (T, N, C), got {tuple(log_probs.shape)}")
    steps, batch, classes = log_probs.shape
    if not 0 <= blank < classes:
        raise ValueError(f"ctc_greedy_decode: blank expected from 0 to {classes - 1}, got {blank}")
    given = [steps] * batch if input_lengths is None else input_lengths
    lengths = np.asarray(given.numpy() if isinstance(given, Tensor) else given, np.int64)
    if lengths.shape != (batch,) or (batch and not 0 <= lengths.min() <= lengths.max() <= steps):
        raise ValueError(f"ctc_greedy_decode: input_lengths expected {batch} numbers from 0 to {steps}, got {given}")
    best = log_probs.detach().argmax(2).numpy()
    starts = np.ones(best.shape, bool)
    starts[1:] = best[1:] != best[:-1]
    kept = starts & (best != blank) & (np.arange(steps)[:, None] < lengths)
    return [best[kept[:, i], i].tolist() for i in range(batch)]
