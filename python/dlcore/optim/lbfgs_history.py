"""What L-BFGS remembers of the curvature."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .._core import Tensor, empty, stack, tensor


class History:
    r"""The last steps s and the changes y of the gradient along them, and the direction that they give.

    The two loops over all pairs, each a product and a sum of long vectors, are two systems with the triangle U of the
    products s_i y_j, i <= j, in the order of time:

    .. math::
        U a = -S g \qquad U^T b = \operatorname{diag}(U) a + h (Y Y^T a + Y g) \qquad
        d = S^T b - h (Y^T a + g)

    So the history, as two matrices, is read twice: for the products with the newest pair and g, and for d.
    Source: Byrd, Nocedal and Schnabel, Representations of quasi-Newton matrices (1994), theorem 2.2.

    Args:
        capacity: how many pairs are kept, the oldest of which goes.
        like: a vector of the size and dtype of all.
        steps: pairs to begin with, the oldest first.
        changes: of each of the steps.
    """

    def __init__(
        self, capacity: int, like: Tensor, steps: Sequence[Tensor] = (), changes: Sequence[Tensor] = ()
    ) -> None:
        self._pairs = empty((capacity, 2, like.numel()), dtype=like.dtype)  # untouched, so no memory yet
        self._sy, self._yy = np.zeros((2, capacity, capacity))  # products of steps and changes, changes and changes
        self._order: list[int] = []  # the pairs from the oldest to the newest
        for s, y in zip(steps, changes, strict=True):
            self.push(s, y)

    def holds(self, capacity: int, pairs: int) -> bool:
        """Tell whether it keeps so many pairs, and has so many now."""
        return len(self._pairs) == capacity and len(self._order) == pairs

    def steps(self) -> list[Tensor]:
        """Return the steps, the oldest first."""
        return [self._pairs[i, 0] for i in self._order]

    def changes(self) -> list[Tensor]:
        """Return the changes of the gradient, the oldest first."""
        return [self._pairs[i, 1] for i in self._order]

    def inverse_curvatures(self) -> list[float]:
        """Return 1 / (s y) of each pair, the oldest first."""
        return [float(1 / self._sy[i, i]) for i in self._order]

    def push(self, s: Tensor, y: Tensor, *others: Tensor) -> np.ndarray:
        """Take a pair in; return the products of all steps and changes with other vectors, (pairs, 2, others)."""
        full = len(self._order) == len(self._pairs)
        at = self._order.pop(0) if full else len(self._order)
        self._order.append(at)
        self._pairs[at, 0].copy_(s)
        self._pairs[at, 1].copy_(y)
        products = self._products(s, y, *others)
        count = len(products)
        self._sy[:count, at], self._sy[at, :count] = products[:, 0, 1], products[:, 1, 0]
        self._yy[:count, at] = self._yy[at, :count] = products[:, 1, 1]
        return products[:, :, 2:]

    def direction(self, gradient: Tensor, scale: float, newest: tuple[Tensor, Tensor] | None = None) -> Tensor:
        """Return minus the inverse Hessian times the gradient, where `scale` times the identity is the first guess.

        Args:
            gradient: g.
            scale: h.
            newest: a step and its change to push before, which then cost no pass of their own.
        """
        if newest is None and not self._order:
            return gradient * -scale
        products = self._products(gradient) if newest is None else self.push(*newest, gradient)
        products = products[:, :, 0]
        pairs = np.ix_(self._order, self._order)
        sg, yg = products[self._order].T
        triangle = np.triu(self._sy[pairs])
        a = np.linalg.solve(triangle, -sg)
        b = np.linalg.solve(triangle.T, triangle.diagonal() * a + scale * (self._yy[pairs] @ a + yg))
        weights = np.empty_like(products)
        weights[self._order, 0], weights[self._order, 1] = b, -scale * a
        along = tensor(weights.ravel(), dtype=gradient.dtype) @ self._flat()
        return along.sub_(gradient * scale)

    def _flat(self) -> Tensor:
        return self._pairs[: len(self._order)].reshape(-1, self._pairs.shape[-1])

    def _products(self, *vectors: Tensor) -> np.ndarray:
        """Return the products of all steps and changes with some vectors, (pairs, 2, vectors)."""
        return (self._flat() @ stack(vectors).T).double().numpy().reshape(-1, 2, len(vectors))
