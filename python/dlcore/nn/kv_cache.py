"""What decoding remembers of the tokens so far."""

from __future__ import annotations

from .._core import Tensor, empty, index_select


class KeyValueCache:
    """Keys and values of an attention, (N, H, T, D) each, to which every step appends those of its tokens.

    Room is taken in advance and doubles, so that a step copies what is new alone. For decoding, without gradients.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> cache = nn.KeyValueCache()
        >>> k, v = cache.append(dl.zeros(1, 2, 3, 4), dl.zeros(1, 2, 3, 4))
        >>> k, v = cache.append(dl.ones(1, 2, 1, 4), dl.ones(1, 2, 1, 4))
        >>> k.shape == (1, 2, 4, 4), len(cache)
        (True, 4)
    """

    def __init__(self) -> None:
        self._keys: Tensor | None = None
        self._values: Tensor | None = None
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Add keys and values (N, H, t, D) and return all so far."""
        if keys.requires_grad or values.requires_grad:
            raise RuntimeError("KeyValueCache: expected to be used under no_grad, got keys that require grad")
        end = self._length + keys.shape[2]
        self._keys = self._with_room(self._keys, keys, end)
        self._values = self._with_room(self._values, values, end)
        self._length = end
        return self._keys[:, :, :end], self._values[:, :, :end]

    def _with_room(self, stored: Tensor | None, new: Tensor, end: int) -> Tensor:
        if stored is None or stored.shape[2] < end:
            larger = empty(*new.shape[:2], max(32, 2 * end), new.shape[3], dtype=new.dtype)
            if stored is not None:
                larger[:, :, : self._length] = stored[:, :, : self._length]
            stored = larger
        stored[:, :, self._length : end] = new
        return stored

    def select(self, rows: Tensor) -> None:
        """Keep the sequences `rows` (int64) of the batch, in their order; one may come several times."""
        if self._keys is not None and self._values is not None:
            self._keys = index_select(self._keys, 0, rows)
            self._values = index_select(self._values, 0, rows)
