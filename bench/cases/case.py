"""What a case is: the work, said once for libraries that read like PyTorch and once for JAX, and how much it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray
Function = Callable[..., Any]
Compiled = Callable[[Function], Function]


def normal(generator: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Draw standard normal numbers."""
    return generator.standard_normal(shape, np.float32)


@dataclass(frozen=True)
class Input:
    """A tensor that a case works on; `grad` tells whether its gradient is part of the backward."""

    shape: tuple[int, ...]
    grad: bool = True
    fill: Callable[[np.random.Generator, tuple[int, ...]], Array] = normal

    def numel(self) -> int:
        """Return the number of elements."""
        return int(np.prod(self.shape))


@dataclass(frozen=True)
class Case:
    """One piece of work.

    `call(lib)` gives the function of the inputs for a library that reads like PyTorch, `jax(jax)` the one for JAX,
    where `jax_inputs` arranges the inputs as JAX likes them, before anything is timed; done twice, it changes nothing.
    `flops` are those of the textbook's formula, whatever the kernel does; without them a case is held against the
    bandwidth, by the `bytes` that it has to read and write at least. `both_*` are of forward and backward together.
    """

    name: str  # family/what/size; C++ has the same names
    inputs: tuple[Input, ...]
    call: Callable[[Any], Function]
    jax: Callable[[Any], Function] | None = None
    jax_inputs: Callable[..., tuple[Array, ...]] | None = None
    flops: float = 0
    both_flops: float = 0
    bytes: float = 0
    both_bytes: float = 0
    against: str | None = None  # another case, dlcore's time for which takes the place of the peers'
    quick: bool = False  # part of --quick

    @property
    def family(self) -> str:
        """The part of the name before the first slash."""
        return self.name.split("/")[0]

    def directions(self) -> tuple[str, ...]:
        """Return what is timed."""
        return ("forward", "both") if any(x.grad for x in self.inputs) else ("forward",)

    def arrays(self) -> list[Array]:
        """Draw the inputs, the same for every library."""
        generator = np.random.default_rng(0)
        return [x.fill(generator, x.shape) for x in self.inputs]

    def amount(self, direction: str) -> tuple[float, str]:
        """Return the work of a direction and its unit, "flops" or "bytes"."""
        if self.flops:
            return (self.flops if direction == "forward" else self.both_flops), "flops"
        return (self.bytes if direction == "forward" else self.both_bytes), "bytes"


@dataclass(frozen=True)
class Step:
    """Work that is more than a function of tensors, beside PyTorch.

    `build(lib, compiled)` gives what to call; `compiled` takes a module and returns what is to be called in its place:
    itself, or, where `compiles` says that there is one, what torch.compile makes of it.
    `bytes` are those that it has to read and write at least; without them overhead is all there is.
    """

    name: str
    build: Callable[[Any, Compiled], Callable[[], Any]]
    bytes: float = 0
    compiles: bool = False
    quick: bool = False
    against: str | None = None

    @property
    def family(self) -> str:
        """The part of the name before the first slash."""
        return self.name.split("/")[0]

    def directions(self) -> tuple[str, ...]:
        """Return the one direction that a step has."""
        return ("step",)

    def amount(self, direction: str) -> tuple[float, str]:
        """Return the bytes, none where overhead is all there is."""
        return self.bytes, "bytes"
