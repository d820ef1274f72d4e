"""L-BFGS."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

from .._core import Tensor, _lbfgs_step
from .optimizer import Optimizer, own_tensor

_NUMBERS = ("lr", "tolerance_grad", "tolerance_change")
_COUNTS = ("max_iter", "max_eval", "history_size")


class LBFGS(Optimizer):
    r"""Step along the gradient times an inverse Hessian that is known from the last steps.

    .. math:: w = w - t H g \qquad H y_i = s_i, \quad s_i = w_{i+1} - w_i, \quad y_i = g_{i+1} - g_i

    A `step` makes up to `max_iter` iterations, and calls the closure as often as these need. H is applied in two passes
    over the steps and changes that are remembered. It suits smooth losses over all data, not batches.
    Source: Liu and Nocedal, On the limited memory BFGS method for large scale optimization (1989), algorithm 2.1; Byrd,
    Nocedal and Schnabel, Representations of quasi-Newton matrices (1994), theorem 2.2.

    Args:
        params: the tensors to optimize, of one dtype, in one group.
        lr: the step t; with a line search, the first one that is tried.
        max_iter: iterations in a call of `step`.
        max_eval: evaluations of the closure in a call; 5/4 of `max_iter` if left out.
        tolerance_grad: ends where no component of the gradient is larger.
        tolerance_change: ends where neither the loss nor a parameter changes more.
        history_size: how many steps are remembered.
        line_search_fn: 'strong_wolfe', or None to step by `lr`.

    Example:
        >>> import dlcore as dl
        >>> w = dl.tensor([-1.0, 1.0], requires_grad=True)
        >>> optimizer = dl.optim.LBFGS([w], max_iter=100, line_search_fn="strong_wolfe")
        >>> def closure():  # Rosenbrock's valley
        ...     optimizer.zero_grad()
        ...     loss = (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2
        ...     loss.backward()
        ...     return loss
        >>> _ = optimizer.step(closure)
        >>> [round(x, 2) for x in w.tolist()]
        [1.0, 1.0]
    """

    needs_closure = True

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1.0,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        options = {
            "lr": lr,
            "max_iter": max_iter,
            "max_eval": max_iter * 5 // 4 if max_eval is None else max_eval,
            "tolerance_grad": tolerance_grad,
            "tolerance_change": tolerance_change,
            "history_size": history_size,
            "line_search_fn": line_search_fn,
        }
        super().__init__(params, options)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add the one group that there may be."""
        if self.param_groups:
            raise ValueError("LBFGS: params expected one group, got another one")
        super().add_param_group(param_group)
        if not self.param_groups[0]["params"]:
            raise ValueError("LBFGS: params expected at least one parameter, got none")
        dtypes = {p.dtype for p in self.param_groups[0]["params"]}
        if len(dtypes) > 1:
            raise ValueError(f"LBFGS: params expected one dtype, got {', '.join(sorted(map(str, dtypes)))}")

    def _check_options(self, group: dict[str, Any]) -> None:
        self._check_numbers(group, *_NUMBERS)
        self._check_counts(group, *_COUNTS)
        if group["line_search_fn"] not in (None, "strong_wolfe"):
            raise ValueError(f"LBFGS: line_search_fn expected 'strong_wolfe' or None, got {group['line_search_fn']!r}")

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Make up to `max_iter` iterations; none from where the loss or its gradient is not finite.

        Where the closure raises, weights and state are those of the step that it was to judge, and training can go on.

        Args:
            closure: computes the loss anew, gradients included, and returns it.

        Returns:
            What the closure returned first.
        """
        if closure is None:
            raise TypeError("LBFGS: step expected a closure, got None")
        (group,) = self.param_groups
        self._check_options(group)
        params, search = group["params"], group["line_search_fn"]
        options = {option: group[option] for option in _COUNTS + _NUMBERS}
        return _lbfgs_step(params, self.state[params[0]], closure, **options, strong_wolfe=search is not None)

    def _own_copy(self, param: Tensor, key: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self._own_copy(param, key, part) for part in value]
        value = own_tensor(value)
        if not isinstance(value, Tensor):
            return value
        if value.dim() == 0:
            return value.item()
        if key == "products":
            return value.detach().double().clone()
        size = sum(p.numel() for p in chain.from_iterable(group["params"] for group in self.param_groups))
        if tuple(value.shape) != (size,):
            raise ValueError(f"LBFGS: state_dict's {key} expected shape {(size,)}, got {tuple(value.shape)}")
        return value.detach().to(param.dtype).clone()
