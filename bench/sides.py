"""The sides of a comparison: how each library is given the inputs, and what is called then."""

import importlib
import importlib.util
import os
from collections.abc import Callable
from typing import Any

import numpy as np

from .alternate import Work
from .cases import Case, Step

# A library as it is named in the options, its title, and the module that must be there.
TITLES = {"dlcore": "dlcore", "torch": "PyTorch", "compile": "torch.compile", "jax": "JAX"}
MODULES = {"dlcore": "dlcore", "torch": "torch", "compile": "torch", "jax": "jax"}
PEERS = ("torch", "compile", "jax")

Checks = list[float]  # the norms of results and gradients, by which the sides show that they computed the same


class NotThereError(Exception):
    """A library that has no such function."""


def installed(side: str) -> bool:
    """Tell whether a side can be measured here."""
    return importlib.util.find_spec(MODULES[side]) is not None


def environment(threads: int) -> dict[str, str]:
    """Return the environment of a worker: pools of so many threads, that wait as they would by default."""
    kept = {name: value for name, value in os.environ.items() if name not in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")}
    one = {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"} if threads == 1 else {}
    pools = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "DLCORE_NUM_THREADS")
    # JAX_PLATFORMS: without it, JAX looks for accelerators. One compile thread: none idles beside the timing.
    return {
        **kept,
        **dict.fromkeys(pools, str(threads)),
        **one,
        "JAX_PLATFORMS": "cpu",
        "TORCHINDUCTOR_COMPILE_THREADS": "1",
    }


def _norm(array: Any) -> float:
    return float(np.linalg.norm(np.asarray(array, np.float64).ravel()))


def _gradient(shape: tuple[int, ...]) -> np.ndarray:
    return np.asarray(np.random.default_rng(1).standard_normal(shape, np.float32))


class TorchLike:
    """dlcore, and PyTorch with or without its compiler."""

    def __init__(self, side: str, threads: int):
        """Import the library and set its threads."""
        self.lib = importlib.import_module(MODULES[side])
        self.lib.set_num_threads(threads)
        self.compiles = side == "compile"

    def _wrap(self, function: Callable) -> Callable:
        if not self.compiles:
            return function
        import torch

        torch._dynamo.reset()  # it gives up after a few functions of the same code, and silently runs eager
        return torch.compile(function, fullgraph=True, dynamic=False)

    def _compiled(self, module: Callable) -> Callable:
        """Compile a module as far as that goes: for what the compiler cannot take it calls PyTorch."""
        return self.lib.compile(module) if self.compiles else module

    def prepare(self, case: Case | Step, direction: str) -> tuple[Work, Checks]:
        """Return what a turn calls, after one call of it, and what came out."""
        if isinstance(case, Step):
            return case.build(self.lib, self._compiled), []
        lib, call = self.lib, self._wrap(case.call(self.lib))
        xs = [lib.from_numpy(array) for array in case.arrays()]
        if direction == "forward":

            def forward():
                with lib.no_grad():
                    return call(*xs)

            return forward, [_norm(forward().numpy())]

        wrt = [x.requires_grad_() for x, given in zip(xs, case.inputs, strict=True) if given.grad]
        dy = lib.from_numpy(_gradient(tuple(call(*xs).shape)))

        def both():
            return lib.autograd.grad(call(*xs), wrt, dy)

        return both, [_norm(dx.numpy()) for dx in both()]


class Jax:
    """JAX, compiled by jit."""

    def __init__(self, side: str, threads: int):
        """Import the library; its threads are those that the environment and the affinity allow."""
        import jax
        import jax.scipy.ndimage

        self.lib = jax

    def prepare(self, case: Case | Step, direction: str) -> tuple[Work, Checks]:
        """Return what a turn calls, after it was compiled, and what came out."""
        jax = self.lib
        if isinstance(case, Step) or case.jax is None:
            raise NotThereError("JAX has no such function")
        function, arrange = case.jax(jax), case.jax_inputs or (lambda *arrays: arrays)
        xs = [jax.numpy.asarray(array) for array in arrange(*case.arrays())]
        if direction == "forward":
            call = jax.jit(function)

            def forward():
                return call(*xs).block_until_ready()

            return forward, [_norm(forward())]

        at = [i for i, given in enumerate(case.inputs) if given.grad]

        def of_wrt(*wrt):
            every = list(xs)
            for i, x in zip(at, wrt, strict=True):
                every[i] = x
            return function(*every)

        # The result is returned too, or the compiler would leave out what only it needs.
        def value_and_gradients(dy, *wrt):
            y, pull = jax.vjp(of_wrt, *wrt)
            return y, pull(dy)

        wrt = [xs[i] for i in at]
        shape = jax.eval_shape(of_wrt, *wrt).shape
        # `arrange` undoes itself, so this is the shape that the others have.
        (common,) = arrange(np.broadcast_to(np.float32(0), shape))
        dy = jax.numpy.asarray(arrange(_gradient(common.shape))[0])
        call = jax.jit(value_and_gradients)

        def both():
            return jax.block_until_ready(call(dy, *wrt))

        return both, [_norm(dx) for dx in both()[1]]


def open_side(side: str, threads: int) -> TorchLike | Jax:
    """Import a library in this process."""
    return Jax(side, threads) if side == "jax" else TorchLike(side, threads)
