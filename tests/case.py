"""Draw an operation's arguments and run it: values, gradients and second gradients as arrays."""

import dlcore
import numpy as np
from samples import Sample, as_sample

float32, float64 = np.dtype(np.float32), np.dtype(np.float64)

# A tuple under one of these keywords is the shape of an array; `x` is short for the first argument.
ARRAY_ARGUMENTS = frozenset(
    {"A", "B", "bias", "condition", "exponent", "index", "input", "mask", "other"}
    | {"pos_weight", "src", "target", "tensor", "vec2", "weight", "x"}
)


class Slot:
    """The place of an array among the arguments."""

    def __init__(self, number):
        self.number = number


class Result:
    """What one evaluation gave: NumPy arrays; gradients in the order of the differentiable arguments."""

    def __init__(self, values):
        self.values = values
        self.gradients = []
        self.second_gradients = []

    def parts(self):
        for kind in ("values", "gradients", "second_gradients"):
            for i, array in enumerate(getattr(self, kind)):
                yield f"{kind.replace('_', ' ')[:-1]} {i}", array


class Case:
    """An operation, its reference, and arguments drawn for it in one dtype."""

    def __init__(self, op, reference, args, kwargs, dtype, seed):
        self.op, self.reference, self.dtype = op, reference, dtype
        self.rng = np.random.default_rng(seed)
        self.samples, self.arrays = [], []
        first = [self._slots(kwargs["x"], True)] if "x" in kwargs else []
        self.args = first + [self._slots(value, True) for value in args]
        self.kwargs = {k: self._slots(v, k in ARRAY_ARGUMENTS) for k, v in kwargs.items() if k != "x"}
        self.variables = [i for i, a in enumerate(self.arrays) if a.dtype == dtype and self.samples[i].differentiable]
        self.dys = None

    def _slots(self, value, tuple_is_shape):
        """Draw the arrays that an argument describes, and leave their places in it."""
        if isinstance(value, list) and any(isinstance(v, (tuple, Sample, np.ndarray)) for v in value):
            return [self._slots(v, True) for v in value]
        if not (isinstance(value, (Sample, np.ndarray)) or (isinstance(value, tuple) and tuple_is_shape)):
            return value
        sample = as_sample(value)
        array = np.asarray(sample.draw(self.rng))
        self.arrays.append(_representable(array, self.dtype) if array.dtype.kind == "f" else array)
        self.samples.append(sample)
        return Slot(len(self.arrays) - 1)

    def __str__(self):
        name = getattr(self.op, "__name__", None) or repr(self.op)
        shown = [f"{a.dtype}{list(a.shape)}" for a in self.arrays]
        args = [str(_filled(a, shown)) for a in self.args]
        args += [f"{k}={_filled(v, shown)}" for k, v in self.kwargs.items()]
        return f"{name}({', '.join(args)})"

    def fail(self, what):
        raise AssertionError(f"{self}: {what}")

    def call(self, function, operands):
        """Return what the function gives for these operands, always as a list."""
        args = [_filled(a, operands) for a in self.args]
        result = function(*args, **{k: _filled(v, operands) for k, v in self.kwargs.items()})
        return list(result) if isinstance(result, (tuple, list)) else [result]

    def reference_values(self, arrays=None):
        """Return the reference's results in float64, and draw the gradients that come in at the floating ones."""
        arrays = self.arrays if arrays is None else arrays
        with np.errstate(all="ignore"):
            wide = [a.astype(float64) if a.dtype.kind == "f" else a for a in arrays]
            return [np.asarray(y) for y in self.call(self.reference, wide)]

    def evaluate(self, arrays, order, dys=None):
        """Run the operation on arrays, with gradients up to an order; incoming gradients are drawn once per case."""
        tensors = [dlcore.from_numpy(a) for a in arrays]
        for a, t in zip(arrays, tensors, strict=True):
            if not a.flags.c_contiguous and t.is_contiguous():
                self.fail("from_numpy made a strided array contiguous, so that strides are not checked")
        kept = [a.copy() for a in arrays]
        variables = [tensors[i].requires_grad_() for i in self.variables] if order > 0 else []
        ys = self.call(self.op, tensors)
        result = Result([y.detach().numpy().copy() for y in ys])
        if order > 0:
            self._differentiate(result, ys, variables, order, dys)
        for i, (before, after) in enumerate(zip(kept, arrays, strict=True)):
            if not same_bits(before, after):
                self.fail(f"argument {i} was changed")
        return result

    def _differentiate(self, result, ys, variables, order, dys):
        ys = [y for y, value in zip(ys, result.values, strict=True) if value.dtype.kind == "f"]
        if not ys or not variables:
            self.fail("nothing to differentiate: pass grad=False")
        if not all(y.requires_grad for y in ys):
            self.fail("the result does not require grad, though an argument does")
        if self.dys is None:
            values = [value for value in result.values if value.dtype.kind == "f"]
            self.dys = [_representable(self.rng.uniform(0.5, 1.5, v.shape), v.dtype) for v in values]
            shapes = [self.arrays[i].shape for i in self.variables]
            self.us = [_representable(self.rng.uniform(-1, 1, shape), self.dtype) for shape in shapes]

        dys = [dlcore.from_numpy(dy) for dy in (self.dys if dys is None else dys)]
        if order == 2:
            dys = [dy.requires_grad_() for dy in dys]
        dxs = dlcore.autograd.grad(ys, variables, dys, create_graph=order == 2, allow_unused=True)
        result.gradients = _arrays_or_zeros(dxs, variables)
        for i, (dx, x) in enumerate(zip(result.gradients, variables, strict=True)):
            if dx.shape != tuple(x.shape) or dx.dtype != self.dtype:
                self.fail(f"gradient {i} is {dx.dtype}{list(dx.shape)}, expected {self.dtype}{list(x.shape)}")

        if order == 2:
            chosen = [(dx, u) for dx, u in zip(dxs, self.us, strict=True) if dx is not None and dx.requires_grad]
            seconds = [None] * len(variables + dys)
            if chosen:
                us = [dlcore.from_numpy(u) for _, u in chosen]
                seconds = dlcore.autograd.grad([dx for dx, _ in chosen], variables + dys, us, allow_unused=True)
            result.second_gradients = _arrays_or_zeros(seconds, variables + dys)

    def moved(self, directions, step):
        """Return the arrays moved along directions, in float64."""
        arrays = [a.astype(float64) if a.dtype.kind == "f" else a for a in self.arrays]
        for i, d in zip(self.variables, directions, strict=True):
            arrays[i] = np.asarray(arrays[i] + step * d)
        return arrays

    def directions(self):
        return [self.samples[i].direction(self.rng, self.arrays[i].shape) for i in self.variables]


def _representable(array, dtype):
    """Return the array rounded to float32 and in dtype, so that both dtypes are checked on the same numbers."""
    return np.asarray(array, float32).astype(dtype)


def _filled(value, operands):
    if isinstance(value, Slot):
        return operands[value.number]
    return [_filled(v, operands) for v in value] if isinstance(value, list) else value


def _arrays_or_zeros(tensors, like):
    """Return tensors as arrays, those that are missing (no path leads there) as zeros."""
    return [
        np.zeros_like(x.detach().numpy()) if t is None else t.detach().numpy().copy()
        for t, x in zip(tensors, like, strict=True)
    ]


def same_bits(a, b):
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def dot(a, b):
    return sum(float(np.sum(x.astype(float64) * y)) for x, y in zip(a, b, strict=True))
