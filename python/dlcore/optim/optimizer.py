"""What all optimizers share: groups of parameters, and state for each."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from numbers import Integral, Real
from typing import Any

from .._core import Tensor, from_dlpack, tensor
from ..autograd import enable_grad
from ..nn.parameter import zero_grad


class Optimizer:
    """The base of optimizers.

    Args:
        params: the tensors to optimize, with their names (as of `named_parameters`) or without; or dictionaries, each
            a group: `"params"` and options of its own.
        defaults: the options and their values where a group does not give them.

    Attributes:
        param_groups: a dictionary per group: `"params"`, its options, which may be changed between steps, and
            `"param_names"` where they were given.
        state: what the optimizer remembers of each parameter, by name.
    """

    needs_closure = False  # whether a step evaluates the loss as often as it likes

    def __init__(self, params: Iterable[Tensor] | Iterable[dict[str, Any]], defaults: dict[str, Any]) -> None:
        name = type(self).__name__
        if isinstance(params, Tensor):
            raise TypeError(f"{name}: params expected an iterable of Tensors or of dictionaries, got a Tensor")
        _check_order(name, params)
        groups = list(params)
        if not groups:
            raise ValueError(f"{name}: params expected at least one parameter, got none")
        self.defaults = defaults
        self.param_groups: list[dict[str, Any]] = []
        self.state: defaultdict[Tensor, dict[str, Any]] = defaultdict(dict)
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group: `"params"`, a tensor or several, and the options in which it differs from the defaults."""
        name = type(self).__name__
        if not isinstance(param_group, dict) or "params" not in param_group:
            raise TypeError(f'{name}: a group expected a dictionary with "params", got {param_group!r}')
        group = {"params": param_group["params"], **self.defaults, **param_group}
        _check_order(name, group["params"])
        params = [group["params"]] if isinstance(group["params"], Tensor) else list(group["params"])
        if params and all(isinstance(pair, tuple) and len(pair) == 2 for pair in params):
            group["param_names"], params = [key for key, _ in params], [param for _, param in params]
        known = {id(param) for param in chain.from_iterable(g["params"] for g in self.param_groups)}
        for param in params:
            if not isinstance(param, Tensor):
                raise TypeError(f"{name}: params expected Tensors, got {type(param).__name__}")
            if not param.is_leaf:
                raise ValueError(f"{name}: params expected leaf tensors, got the result of an op")
            if id(param) in known:
                raise ValueError(
                    f"{name}: params expected each parameter once, got one of shape {tuple(param.shape)} twice"
                )
            known.add(id(param))
        group["params"] = params
        self._check_options(group)
        self.param_groups.append(group)

    def _check_options(self, group: dict[str, Any]) -> None:
        """Raise ValueError where a group's options make no sense."""

    def _check_numbers(self, group: dict[str, Any], *options: str) -> None:
        for option in options:
            value = group[option]
            if not isinstance(value, Real) or not 0.0 <= value < math.inf:
                raise ValueError(f"{type(self).__name__}: {option} expected a finite number >= 0, got {value!r}")

    def _check_counts(self, group: dict[str, Any], *options: str) -> None:
        for option in options:
            value = group[option]
            if not isinstance(value, Integral) or value < 1:
                raise ValueError(f"{type(self).__name__}: {option} expected an integer >= 1, got {value!r}")

    def _check_fraction(self, group: dict[str, Any], option: str) -> None:
        value = group[option]
        if not isinstance(value, Real) or not 0.0 <= value <= 1.0:
            raise ValueError(f"{type(self).__name__}: {option} expected a number in [0, 1], got {value!r}")

    def _check_betas(self, group: dict[str, Any]) -> None:
        betas = group["betas"]
        is_pair = isinstance(betas, (tuple, list)) and len(betas) == 2
        if not is_pair or not all(isinstance(beta, Real) and 0.0 <= beta < 1.0 for beta in betas):
            raise ValueError(f"{type(self).__name__}: betas expected two numbers in [0, 1), got {betas!r}")

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients; with `set_to_none=False` fill them with zeros instead."""
        for group in self.param_groups:
            zero_grad(group["params"], set_to_none)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change the parameters by one step; where one of them cannot be, none is.

        Args:
            closure: computes the loss anew, gradients included, and returns it.

        Returns:
            What the closure returned, or None.
        """
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        self._update()
        return loss

    def _update(self) -> None:
        raise NotImplementedError(f"{type(self).__name__}: step is not defined")

    def state_dict(self) -> dict[str, Any]:
        """Return groups and state, with numbers, counted over all groups, in the place of parameters."""
        number = {id(p): i for i, p in enumerate(chain.from_iterable(g["params"] for g in self.param_groups))}
        groups = [
            {
                **{option: value for option, value in group.items() if option != "params"},
                "params": [number[id(p)] for p in group["params"]],
            }
            for group in self.param_groups
        ]
        return {"state": {number[id(p)]: dict(values) for p, values in self.state.items()}, "param_groups": groups}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over groups and state that `state_dict` returned for parameters of the same number and order.

        Tensors of other libraries are copied too, so PyTorch's optimizers can be taken over as they are.

        Raises:
            ValueError: the groups, their sizes or the state do not fit; nothing was changed.
        """
        name = type(self).__name__
        if not state_dict.keys() >= {"state", "param_groups"}:
            raise ValueError(f"{name}: state_dict expected 'state' and 'param_groups', got {', '.join(state_dict)}")
        saved = state_dict["param_groups"]
        sizes, expected = ([len(g["params"]) for g in groups] for groups in (saved, self.param_groups))
        if sizes != expected:
            raise ValueError(f"{name}: state_dict expected groups of {expected} parameters, got {sizes}")
        groups = [
            {
                **self.defaults,
                **{option: value for option, value in group.items() if option != "param_names"},
                **{key: own[key] for key in ("params", "param_names") if key in own},
            }
            for group, own in zip(saved, self.param_groups, strict=True)
        ]
        for group in groups:
            self._check_options(group)
        numbers = list(chain.from_iterable(group["params"] for group in saved))
        if unknown := [key for key in state_dict["state"] if key not in numbers]:
            raise ValueError(f"{name}: state_dict's state expected keys among {numbers}, got {unknown[0]!r}")
        params = chain.from_iterable(group["params"] for group in self.param_groups)
        state: defaultdict[Tensor, dict[str, Any]] = defaultdict(dict)
        for number, param in zip(numbers, params, strict=True):
            if number in state_dict["state"]:
                values = state_dict["state"][number]
                state[param] = {key: self._own_copy(param, key, value) for key, value in values.items()}
        self.param_groups, self.state = groups, state

    def _own_copy(self, param: Tensor, key: str, value: Any) -> Any:
        value = own_tensor(value)
        if key == "step":
            if isinstance(value, Tensor) and value.numel() != 1:
                raise ValueError(
                    f"{type(self).__name__}: state_dict's step expected one number, got shape {tuple(value.shape)}"
                )
            return tensor(float(value))
        if not isinstance(value, Tensor):
            return value
        if tuple(value.shape) != tuple(param.shape):
            raise ValueError(
                f"{type(self).__name__}: state_dict's {key} expected shape {tuple(param.shape)}, "
                f"got {tuple(value.shape)}"
            )
        return value.detach().to(param.dtype).clone()

    def __repr__(self) -> str:
        text = f"{type(self).__name__} ("
        for i, group in enumerate(self.param_groups):
            text += f"\nParameter Group {i}"
            text += "".join(f"\n    {key}: {value}" for key, value in sorted(group.items()) if key != "params")
        return text + "\n)"


def check_steps_alone(owner: str, optimizer: Optimizer) -> None:
    """Refuse an optimizer whose step has to be given the loss as a function."""
    if optimizer.needs_closure:
        raise TypeError(f"{owner}: optimizer expected one that steps without a closure, got {type(optimizer).__name__}")


def _check_order(name: str, params: Any) -> None:
    if isinstance(params, (set, frozenset)):  # in another order each time, in which no state finds its parameter again
        raise TypeError(f"{name}: params expected an order that stays, got a {type(params).__name__}")


def own_tensor(value: Any) -> Any:
    """Return a tensor of another library as one of this, and anything else as it is."""
    return from_dlpack(value) if not isinstance(value, Tensor) and hasattr(value, "__dlpack__") else value
