"""Numbers that tell how good outputs are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from .._core import Tensor


class Metric:
    """A number over many batches: subclass it, keep sums in attributes, write `reset`, `update` and `compute`.

    Attributes:
        higher_is_better: whether more of it is better; None where that is not known, as of a mean of any numbers.
    """

    higher_is_better: ClassVar[bool | None] = None

    def reset(self) -> None:
        """Forget all batches."""
        raise NotImplementedError(f"{type(self).__name__}: reset is not defined")

    def update(self, outputs: Any, targets: Any) -> None:
        """Take a batch into account."""
        raise NotImplementedError(f"{type(self).__name__}: update is not defined")

    def compute(self) -> float:
        """Return the number over all batches since `reset`."""
        raise NotImplementedError(f"{type(self).__name__}: compute is not defined")

    def state_dict(self) -> dict[str, Any]:
        """Return the sums."""
        return dict(vars(self))

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` returned."""
        vars(self).update(state_dict)


class Mean(Metric):
    """The mean of numbers with weights, such as of the losses of batches with their sizes."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget all numbers."""
        self.total = 0.0
        self.weight = 0.0

    def update(self, outputs: float, targets: float = 1.0) -> None:
        """Take a number (`outputs`) of some weight (`targets`) into account."""
        self.total += outputs * targets
        self.weight += targets

    def compute(self) -> float:
        """Return the mean, or NaN of none."""
        return self.total / self.weight if self.weight else float("nan")


class Accuracy(Metric):
    """The share of right answers: the largest of the scores (N, C, ...) along axis 1 is the target (N, ...).

    Scores of the targets' own shape are logits of a yes-or-no question, and yes where they are positive.

    Args:
        ignore_index: a target that does not count, such as that of padding.

    Example:
        >>> import dlcore as dl
        >>> from dlcore.train import Accuracy
        >>> accuracy = Accuracy()
        >>> accuracy.update(dl.tensor([[0.1, 0.9], [0.8, 0.2]]), dl.tensor([1, 1]))
        >>> accuracy.compute()
        0.5
    """

    higher_is_better = True

    def __init__(self, ignore_index: int | None = None) -> None:
        self.ignore_index = ignore_index
        self.reset()

    def reset(self) -> None:
        """Forget all answers."""
        self.right = 0
        self.total = 0

    def update(self, outputs: Tensor, targets: Tensor) -> None:
        """Compare the answers of a batch."""
        answers = outputs.detach().argmax(1) if outputs.dim() > targets.dim() else outputs.detach() > 0
        if answers.shape != targets.shape:
            raise ValueError(
                f"Accuracy: targets expected shape {tuple(answers.shape)} for scores {tuple(outputs.shape)}, "
                f"got {tuple(targets.shape)}"
            )
        right = answers == targets
        if self.ignore_index is None:
            self.total += targets.numel()
        else:
            counted = targets != self.ignore_index
            right = right & counted
            self.total += int(counted.sum().item())
        self.right += int(right.sum().item())

    def compute(self) -> float:
        """Return the share, or NaN of none."""
        return self.right / self.total if self.total else float("nan")
