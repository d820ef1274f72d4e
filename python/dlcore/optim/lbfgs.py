"""L-BFGS."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any

from .._core import Tensor, cat
from ..autograd import enable_grad, no_grad
from .lbfgs_history import History
from .optimizer import Optimizer, own_tensor
from .wolfe import Point, strong_wolfe


class LBFGS(Optimizer):
    r"""Step along the gradient times an inverse Hessian that is known from the last steps.

    .. math:: w = w - t H g \qquad H y_i = s_i, \quad s_i = w_{i+1} - w_i, \quad y_i = g_{i+1} - g_i

    A `step` makes up to `max_iter` iterations, and calls the closure as often as these need. `History` tells how H is
    applied. It suits smooth losses over all data, not batches.
    Source: Liu and Nocedal, On the limited memory BFGS method for large scale optimization (1989), algorithm 2.1.

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
        self._history: History | None = None
        super().__init__(params, options)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add the one group that there may be."""
        if self.param_groups:
            raise ValueError("LBFGS: params expected one group, got another one")
        super().add_param_group(param_group)
        dtypes = {p.dtype for p in self.param_groups[0]["params"]}
        if len(dtypes) > 1:
            raise ValueError(f"LBFGS: params expected one dtype, got {', '.join(sorted(map(str, dtypes)))}")

    def _check_options(self, group: dict[str, Any]) -> None:
        self._check_numbers(group, "lr", "tolerance_grad", "tolerance_change")
        self._check_counts(group, "max_iter", "max_eval", "history_size")
        if group["line_search_fn"] not in (None, "strong_wolfe"):
            raise ValueError(f"LBFGS: line_search_fn expected 'strong_wolfe' or None, got {group['line_search_fn']!r}")

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Make up to `max_iter` iterations; none from where the loss or its gradient is not finite.

        Args:
            closure: computes the loss anew, gradients included, and returns it.

        Returns:
            What the closure returned first.
        """
        if closure is None:
            raise TypeError("LBFGS: step expected a closure, got None")
        self._check_options(*self.param_groups)
        with enable_grad():
            first = closure()
        with no_grad():
            self._iterate(closure, float(first))
        return first

    def _iterate(self, closure: Callable[[], Any], loss: float) -> None:
        (group,) = self.param_groups
        state = self.state[group["params"][0]]
        state.setdefault("func_evals", 0)
        state.setdefault("n_iter", 0)
        state["func_evals"] += 1
        evaluations = 1
        gradient = self._gradient()
        if not group["tolerance_grad"] < _largest(gradient) < math.inf or not math.isfinite(loss):
            return
        history = self._recall(gradient)
        searches = group["line_search_fn"] is not None

        for iteration in range(1, group["max_iter"] + 1):
            state["n_iter"] += 1
            if state["n_iter"] == 1:
                state["d"], state["H_diag"] = -gradient, 1.0
                t = min(1.0, 1.0 / gradient.abs().sum().item()) * group["lr"]
            else:
                newest = self._last_pair(state, gradient)
                state["d"] = history.direction(gradient, state["H_diag"], newest)
                t = group["lr"]
            state["prev_flat_grad"], state["prev_loss"], state["t"] = gradient, loss, t
            d = state["d"]
            slope = (gradient @ d).item()
            if slope > -group["tolerance_change"]:  # no way down
                break

            used, before = 0, loss
            start = self._weights()
            if searches:
                point, used = strong_wolfe(
                    lambda t, start=start, d=d: self._point(closure, start, d, t),
                    Point(0.0, loss, gradient, slope),
                    t,
                    _largest(d),
                    evaluations=group["max_eval"] - evaluations,
                )
                state["t"], loss, gradient = point.t, point.loss, point.gradient
                self._set_weights(start + d * point.t)
            elif iteration < group["max_iter"]:
                point, used = self._point(closure, start, d, t), 1
                loss, gradient = point.loss, point.gradient
            else:  # what is after the last step, the next call will see
                self._set_weights(start + d * t)
            evaluations += used
            state["func_evals"] += used
            if (
                iteration == group["max_iter"]
                or evaluations >= group["max_eval"]
                or _largest(gradient) <= group["tolerance_grad"]
                or _largest(d) * abs(state["t"]) <= group["tolerance_change"]
                or abs(loss - before) < group["tolerance_change"]
            ):
                break
        state["old_stps"], state["old_dirs"] = history.steps(), history.changes()
        state["ro"] = history.inverse_curvatures()

    @staticmethod
    def _last_pair(state: dict[str, Any], gradient: Tensor) -> tuple[Tensor, Tensor] | None:
        """Return the last step and its change of the gradient, if the loss curves upwards along it."""
        s, y = state["d"] * state["t"], gradient - state["prev_flat_grad"]
        curvature = (y @ s).item()
        if not curvature > 1e-10:
            return None
        state["H_diag"] = curvature / (y @ y).item()
        return s, y

    def _recall(self, like: Tensor) -> History:
        """Return the history; where it is not what state and options tell, it is made anew from these."""
        (group,) = self.param_groups
        state = self.state[group["params"][0]]
        kept = [state.get(key, [])[-group["history_size"] :] for key in ("old_stps", "old_dirs")]
        if self._history is None or not self._history.holds(group["history_size"], len(kept[0])):
            self._history = History(group["history_size"], like, *kept)
        return self._history

    def _point(self, closure: Callable[[], Any], start: Tensor, d: Tensor, t: float) -> Point:
        self._set_weights(start + d * t)
        with enable_grad():
            loss = float(closure())
            loss = math.inf if math.isnan(loss) else loss  # too high, whatever it is
        gradient = self._gradient()
        return Point(t, loss, gradient, (gradient @ d).item())

    def _gradient(self) -> Tensor:
        (group,) = self.param_groups
        return cat([(p.detach() * 0 if p.grad is None else p.grad).reshape(-1) for p in group["params"]])

    def _weights(self) -> Tensor:
        (group,) = self.param_groups
        return cat([p.detach().reshape(-1) for p in group["params"]])

    def _set_weights(self, flat: Tensor) -> None:
        (group,) = self.param_groups
        at = 0
        for p in group["params"]:
            p.copy_(flat[at : at + p.numel()].reshape(p.shape))
            at += p.numel()

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` returned for parameters of the same number and order."""
        super().load_state_dict(state_dict)
        self._history = None

    def _own_copy(self, param: Tensor, key: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self._own_copy(param, key, part) for part in value]
        value = own_tensor(value)
        if not isinstance(value, Tensor):
            return value
        if value.dim() == 0:
            return value.item()
        size = sum(p.numel() for p in chain.from_iterable(group["params"] for group in self.param_groups))
        if tuple(value.shape) != (size,):
            raise ValueError(f"LBFGS: state_dict's {key} expected shape {(size,)}, got {tuple(value.shape)}")
        return value.detach().to(param.dtype).clone()


def _largest(x: Tensor) -> float:
    return x.abs().max().item() if x.numel() > 0 else 0.0
