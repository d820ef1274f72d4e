"""Functions whose gradient is written by hand."""

from typing import Any

from .. import _core
from .._core import Tensor, is_grad_enabled
from .grad_mode import no_grad


class FunctionContext:
    """What `forward` leaves for `backward`: saved tensors, and any attribute one likes to set."""

    needs_input_grad: tuple[bool, ...]

    def __init__(self) -> None:
        self._to_save: tuple[Tensor | None, ...] = ()
        self._saved: tuple[Tensor | None, ...] | None = None
        self._non_differentiable: tuple[Tensor, ...] = ()
        self._materialize = True

    def save_for_backward(self, *tensors: Tensor | None) -> None:
        """Keep inputs, outputs or other tensors; changing one in place before backward is an error there."""
        self._to_save = tensors

    @property
    def saved_tensors(self) -> tuple[Tensor | None, ...]:
        """The tensors kept by `save_for_backward`; to be read in `backward`."""
        if self._saved is None:
            raise RuntimeError("saved_tensors: only available while backward runs")
        return self._saved

    def mark_non_differentiable(self, *tensors: Tensor) -> None:
        """Name outputs that get no gradient."""
        self._non_differentiable = tensors

    def set_materialize_grads(self, value: bool) -> None:
        """Say whether an output without a gradient gives zeros to `backward` (the default) or None."""
        self._materialize = value


class Function:
    """A differentiable function: subclass it, write `forward` and `backward`, call `apply`.

    `forward(ctx, *args)` runs without recording; `backward(ctx, *grads)` gets a gradient per output and returns one (or
    None) per argument of forward. With `create_graph=True` backward itself is recorded, so a backward written in ops
    has gradients of any order.

    Example:
        >>> import dlcore
        >>> class Cube(dlcore.autograd.Function):
        ...     @staticmethod
        ...     def forward(ctx, x):
        ...         ctx.save_for_backward(x)
        ...         return x * x * x
        ...     @staticmethod
        ...     def backward(ctx, dy):
        ...         (x,) = ctx.saved_tensors
        ...         return dy * x * x * 3
        >>> x = dlcore.ones(2, requires_grad=True)
        >>> Cube.apply(x).sum().backward()
        >>> x.grad.numpy()
        array([3., 3.], dtype=float32)
    """

    @staticmethod
    def forward(ctx: FunctionContext, *args: Any) -> Any:
        """Compute the outputs."""
        raise NotImplementedError("Function: forward must be defined by the subclass")

    @staticmethod
    def backward(ctx: FunctionContext, *grads: Any) -> Any:
        """Compute the gradient of each argument of forward."""
        raise NotImplementedError("Function: backward must be defined by the subclass")

    @classmethod
    def apply(cls, *args: Any) -> Any:
        """Run the function on `args` and record its gradient."""
        ctx = FunctionContext()
        ctx.needs_input_grad = tuple(isinstance(a, Tensor) and a.requires_grad for a in args)
        with no_grad():
            result = cls.forward(ctx, *args)
        if not is_grad_enabled() or not any(ctx.needs_input_grad):
            return result
        single = not isinstance(result, tuple)
        results = (result,) if single else result
        for y in results:
            if not isinstance(y, Tensor):
                raise TypeError(f"{cls.__name__}: forward must return tensors, got {type(y).__name__}")
        # An input handed through becomes a tensor of its own, so that the input keeps its history.
        outputs = tuple(y.detach() if any(y is a for a in args) else y for y in results)
        cls._record(ctx, args, outputs)
        return outputs[0] if single else outputs

    @classmethod
    def _record(cls, ctx: FunctionContext, args: tuple, outputs: tuple[Tensor, ...]) -> None:
        positions = [i for i, a in enumerate(args) if isinstance(a, Tensor)]
        differentiable = [y for y in outputs if not any(y is n for n in ctx._non_differentiable)]
        likes = [(y.shape, y.dtype) for y in differentiable]
        kept = [any(y is d for d in differentiable) for y in outputs]

        def backward(saved: list, grads: list, needed: list[bool]) -> list:
            ctx._saved = tuple(saved)
            if ctx._materialize:
                grads = [
                    _core.zeros(shape, dtype=dtype) if g is None else g
                    for g, (shape, dtype) in zip(grads, likes, strict=True)
                ]
            given = iter(grads)
            out = cls.backward(ctx, *(next(given) if keep else None for keep in kept))
            ctx._saved = None
            out = out if isinstance(out, tuple) else (out,)
            if len(out) != len(ctx.needs_input_grad):
                raise RuntimeError(
                    f"{cls.__name__}: backward returned {len(out)} gradients for {len(ctx.needs_input_grad)} arguments"
                )
            return [out[i] if need else None for i, need in zip(positions, needed, strict=True)]

        saved = list(ctx._to_save)
        ctx._to_save = ()
        _core._record_function(cls.__name__, differentiable, [args[i] for i in positions], saved, backward)
