# Written by .ci/stubs from the compiled module.
from __future__ import annotations
import collections.abc
from dlcore import LinAlgError
import numpy
import typing
import builtins

__all__: list = [
    "dtype",
    "bool",
    "uint8",
    "int32",
    "int64",
    "float32",
    "float64",
    "Tensor",
    "build_info",
    "clone",
    "get_num_threads",
    "set_num_threads",
    "empty_cache",
    "memory_stats",
    "result_type",
    "promote_types",
    "Node",
    "RemovableHandle",
    "is_grad_enabled",
    "device",
    "zeros",
    "zeros_like",
    "ones",
    "ones_like",
    "empty",
    "empty_like",
    "full",
    "full_like",
    "arange",
    "linspace",
    "eye",
    "tensor",
    "as_tensor",
    "from_numpy",
    "from_dlpack",
    "add",
    "sub",
    "rsub",
    "mul",
    "div",
    "floor_divide",
    "remainder",
    "pow",
    "neg",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "logical_and",
    "logical_or",
    "logical_xor",
    "logical_not",
    "bitwise_and",
    "bitwise_or",
    "bitwise_xor",
    "bitwise_not",
    "isnan",
    "isinf",
    "isfinite",
    "isclose",
    "allclose",
    "equal",
    "square",
    "reciprocal",
    "sqrt",
    "rsqrt",
    "exp",
    "expm1",
    "log",
    "log1p",
    "sin",
    "cos",
    "tanh",
    "erf",
    "abs",
    "sign",
    "floor",
    "ceil",
    "round",
    "trunc",
    "maximum",
    "minimum",
    "clamp",
    "where",
    "sigmoid",
    "relu",
    "hardsigmoid",
    "leaky_relu",
    "elu",
    "softplus",
    "silu",
    "gelu",
    "LinAlgError",
    "matmul",
    "linear",
    "sum",
    "mean",
    "reshape",
    "flatten",
    "unflatten",
    "squeeze",
    "unsqueeze",
    "broadcast_to",
    "broadcast_tensors",
    "permute",
    "transpose",
    "swapaxes",
    "swapdims",
    "t",
    "movedim",
    "moveaxis",
    "select",
    "narrow",
    "diagonal",
    "split",
    "chunk",
    "unbind",
    "cat",
    "concat",
    "concatenate",
    "stack",
    "hstack",
    "vstack",
    "cross_entropy",
    "nll_loss",
    "mse_loss",
    "l1_loss",
    "huber_loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "kl_div",
]

class dtype:
    """
    The type of a tensor's elements.
    """

    @property
    def itemsize(self) -> builtins.int:
        """Bytes of one element."""

    @property
    def is_floating_point(self) -> builtins.bool:
        """Whether elements are floating-point numbers."""

    @property
    def name(self) -> str:
        """The name, as NumPy writes it."""

    def __reduce__(self) -> str: ...
    def __repr__(self) -> str: ...

class Tensor:
    """
    An n-dimensional array with gradients: a strided view of reference-counted memory.

    Make one with `dlcore.tensor(data)`, `dlcore.zeros(shape)`, `dlcore.from_numpy(array)` and their like.
    """

    @property
    def shape(self) -> tuple[builtins.int, ...]:
        """The sizes of the dimensions."""

    @property
    def dtype(self) -> _dtype:
        """The type of the elements."""

    @property
    def device(self) -> _device:
        """Where the memory is: 'cpu'."""

    @property
    def __array_priority__(self) -> builtins.float:
        """NumPy leaves ndarray + tensor to tensors."""

    @property
    def ndim(self) -> builtins.int:
        """The number of dimensions, 0 to 8."""

    @property
    def itemsize(self) -> builtins.int:
        """Bytes of one element."""

    @property
    def nbytes(self) -> builtins.int:
        """Bytes of all elements."""

    @property
    def requires_grad(self) -> builtins.bool:
        """Whether a gradient is wanted."""

    @requires_grad.setter
    def requires_grad(self, value: builtins.bool) -> None: ...
    @property
    def is_leaf(self) -> builtins.bool:
        """Whether no op with a gradient made this tensor."""

    @property
    def grad(self) -> Tensor | None:
        """The gradient gathered by backward(), or None."""

    @grad.setter
    def grad(self, value: Tensor | None) -> None: ...
    @property
    def grad_fn(self) -> Node | None:
        """The op that made this tensor, or None."""

    @property
    def data(self) -> Tensor:
        """The same memory without history."""

    @data.setter
    def data(self, value: Tensor) -> None: ...
    @property
    def T(self) -> Tensor:
        """The tensor with its dimensions in reverse order."""

    @property
    def mT(self) -> Tensor:
        """The tensor with its last two dimensions swapped."""

    @property
    def _version(self) -> builtins.int:
        """How often the memory was changed in place."""

    def __new__(cls, tensor: Tensor, /) -> Tensor: ...
    def __add__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __and__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __array__(self, dtype: typing.Any = None, copy: builtins.bool | None = None) -> typing.Any:
        """
        Return a NumPy array, on the same memory where dtype and copy allow.
        """

    def __bool__(self) -> builtins.bool: ...
    def __copy__(self) -> Tensor: ...
    def __deepcopy__(self, memo: dict[builtins.int, typing.Any]) -> Tensor: ...
    def __dlpack__(
        self,
        *,
        stream: typing.Any = None,
        max_version: tuple[builtins.int, builtins.int] | None = None,
        dl_device: tuple[builtins.int, builtins.int] | None = None,
        copy: builtins.bool | None = None,
    ) -> typing.Any:
        """
        Return a capsule through which another library takes this memory.
        """

    def __dlpack_device__(self) -> tuple[builtins.int, builtins.int]:
        """
        Return (1, 0): the memory of the processor.
        """

    def __eq__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __float__(self) -> builtins.float: ...
    def __floordiv__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __format__(self, spec: str) -> str: ...
    def __ge__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __gt__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __hash__(self) -> builtins.int: ...
    def __iadd__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __iand__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __ifloordiv__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __imod__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __imul__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __index__(self) -> builtins.int: ...
    def __int__(self) -> builtins.int: ...
    def __invert__(self) -> Tensor: ...
    def __ior__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __ipow__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __isub__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __itruediv__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __ixor__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __le__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __len__(self) -> builtins.int: ...
    def __lt__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __matmul__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __mod__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __mul__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __ne__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __neg__(self) -> Tensor: ...
    def __or__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __pos__(self) -> Tensor: ...
    def __pow__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __radd__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __rand__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __reduce_ex__(self, protocol: builtins.int) -> tuple[typing.Any, ...]: ...
    def __repr__(self) -> str: ...
    def __rfloordiv__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __rmatmul__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __rmod__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __rmul__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __ror__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __rpow__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __rsub__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __rtruediv__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __rxor__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __sub__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __truediv__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __xor__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def abs(self: Tensor | builtins.float) -> Tensor:
        """
        Compute |input|; the gradient at zero is zero.
        """

    def abs_(self) -> Tensor:
        """
        Do the same as abs in place.
        """

    def add(
        self: Tensor | builtins.float, other: Tensor | builtins.float, *, alpha: Tensor | builtins.float = 1
    ) -> Tensor:
        """
        Compute input + alpha * other.

        Args:
            input, other: tensors or numbers that broadcast.
            alpha: a number.

        Returns:
            A tensor of the common shape and dtype.

        Example:
            >>> dlcore.add(dlcore.ones(2), 3, alpha=2).sum().item()
            14.0
        """

    def add_(self, other: Tensor | builtins.float, *, alpha: Tensor | builtins.float = 1) -> Tensor:
        """
        Do the same as add in place.
        """

    def allclose(
        self: Tensor | builtins.float,
        other: Tensor | builtins.float,
        rtol: builtins.float = 1e-05,
        atol: builtins.float = 1e-08,
        equal_nan: builtins.bool = False,
    ) -> builtins.bool:
        """
        Return whether all of isclose() holds, as a Python bool.
        """

    def backward(
        self,
        gradient: Tensor | None = None,
        retain_graph: builtins.bool | None = None,
        create_graph: builtins.bool = False,
    ) -> None:
        """
        Add the gradient of this tensor to the .grad of every leaf it depends on.
        """

    def bitwise_and(self: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
        """
        Compute input & other of bool or integers.
        """

    def bitwise_and_(self, other: Tensor | builtins.float) -> Tensor:
        """
        Do the same as bitwise_and in place.
        """

    def bitwise_not(self: Tensor | builtins.float) -> Tensor:
        """
        Compute ~input of bool or integers.
        """

    def bitwise_not_(self) -> Tensor:
        """
        Do the same as bitwise_not in place.
        """

    def bitwise_or(self: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
        """
        Compute input | other of bool or integers.
        """

    def bitwise_or_(self, other: Tensor | builtins.float) -> Tensor:
        """
        Do the same as bitwise_or in place.
        """

    def bitwise_xor(self: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
        """
        Compute input ^ other of bool or integers.
        """

    def bitwise_xor_(self, other: Tensor | builtins.float) -> Tensor:
        """
        Do the same as bitwise_xor in place.
        """

    def bool(self) -> Tensor:
        """
        Return the tensor in dtype bool; itself where it has it, and fractions cut off.
        """

    def broadcast_to(self, size: builtins.int | tuple[builtins.int, ...]) -> Tensor:
        """
        Return a view expanded to a shape.
        """

    def byte(self) -> Tensor:
        """
        Return the tensor in dtype uint8; itself where it has it, and fractions cut off.
        """

    def ceil(self: Tensor | builtins.float) -> Tensor:
        """
        Round up. The gradient is zero.
        """

    def ceil_(self) -> Tensor:
        """
        Do the same as ceil in place.
        """

    def chunk(self, chunks: builtins.int, dim: builtins.int = 0) -> tuple:
        """
        Cut into at most `chunks` views of one size, the last may be smaller.
        """

    def clamp(
        self: Tensor | builtins.float,
        min: Tensor | builtins.float | None = None,
        max: Tensor | builtins.float | None = None,
    ) -> Tensor:
        """
        Compute min(max(input, min), max), which is max where min > max.

        Args:
            input: a tensor.
            min, max: numbers or tensors that broadcast, or None for no limit.
        """

    def clamp_(self, min: Tensor | builtins.float | None = None, max: Tensor | builtins.float | None = None) -> Tensor:
        """
        Do the same as clamp in place.
        """

    def clone(self) -> Tensor:
        """
        Copy into fresh contiguous memory; the gradient passes through.
        """

    def contiguous(self) -> Tensor:
        """
        Return the tensor, or a contiguous copy where it is not contiguous.
        """

    def copy_(self, source: Tensor | builtins.float) -> Tensor:
        """
        Overwrite the elements with those of a tensor that broadcasts to this one.
        """

    def cos(self: Tensor | builtins.float) -> Tensor:
        """
        Compute the cosine of input radians.
        """

    def cos_(self) -> Tensor:
        """
        Do the same as cos in place.
        """

    def cpu(self) -> Tensor:
        """
        Return the tensor itself, which is on the processor.
        """

    def data_ptr(self) -> builtins.int:
        """
        Return the address of the first element.
        """

    def detach(self) -> Tensor:
        """
        Return the same memory without history.
        """

    def diagonal(self, offset: builtins.int = 0, dim1: builtins.int = 0, dim2: builtins.int = 1) -> Tensor:
        """
        Return the diagonal of two dimensions as a view; it becomes the last dimension. offset > 0 is above it.
        """

    def dim(self) -> builtins.int:
        """
        Return the number of dimensions.
        """

    def div(
        self: Tensor | builtins.float, other: Tensor | builtins.float, *, rounding_mode: str | None = None
    ) -> Tensor:
        """
        Compute input / other; integers give the default floating dtype.

        Args:
            input, other: tensors or numbers that broadcast.
            rounding_mode: None; 'trunc' rounds towards zero, 'floor' down, and integers then stay integers; such
                a step function has a gradient of zero.

        Raises:
            ValueError: integers are rounded after a division by zero.

        Example:
            >>> dlcore.div(dlcore.ones(2) * -7, 2, rounding_mode='floor').sum().item()
            -8.0
        """

    def div_(self, other: Tensor | builtins.float, *, rounding_mode: str | None = None) -> Tensor:
        """
        Do the same as div in place.
        """

    def double(self) -> Tensor:
        """
        Return the tensor in dtype float64; itself where it has it, and fractions cut off.
        """

    def eq(self: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
        """
        Tell where input == other.
        """

    def eq_(self, other: Tensor | builtins.float) -> Tensor:
        """
        Do the same as eq in place.
        """

    def equal(self, other: Tensor) -> builtins.bool:
        """
        Return whether two tensors have the same shape and elements, as a Python bool.
        """

    def erf(self: Tensor | builtins.float) -> Tensor:
        """
        Compute 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to input.
        """

    def erf_(self) -> Tensor:
        """
        Do the same as erf in place.
        """

    def exp(self: Tensor | builtins.float) -> Tensor:
        """
        Compute e^input.
        """

    def exp_(self) -> Tensor:
        """
        Do the same as exp in place.
        """

    def expand(self, *args) -> Tensor:
        """
        Return a view in which dimensions of size 1 repeat; -1 keeps a size.
        """

    def expand_as(self, other: Tensor) -> Tensor:
        """
        Return a view expanded to the shape of another tensor.
        """

    def expm1(self: Tensor | builtins.float) -> Tensor:
        """
        Compute e^input - 1, exact near zero.
        """

    def expm1_(self) -> Tensor:
        """
        Do the same as expm1 in place.
        """

    def fill_(self, value: Tensor | builtins.float) -> Tensor:
        """
        Overwrite every element with one value.
        """

    def flatten(self, start_dim: builtins.int = 0, end_dim: builtins.int = -1) -> Tensor:
        """
        Join the dimensions start_dim to end_dim into one.
        """

    def float(self) -> Tensor:
        """
        Return the tensor in dtype float32; itself where it has it, and fractions cut off.
        """

    def floor(self: Tensor | builtins.float) -> Tensor:
        """
        Round down. The gradient is zero.
        """

    def floor_(self) -> Tensor:
        """
        Do the same as floor in place.
        """

    def floor_divide(self: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
        """
        Compute floor(input / other), without gradient worth the name: it is zero.

        Raises:
            ValueError: an integer is divided by zero.
        """

    def floor_divide_(self, other: Tensor | builtins.float) -> Tensor:
        """
        Do the same as floor_divide in place.
        """

    def ge(self: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
        """
        Tell where input >= other.
        """

    def ge_(self, other: Tensor | builtins.float) -> Tensor:
        """
        Do the same as ge in place.
        """

    def gt(self: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
        """
        Tell where input > other.
        """

    def gt_(self, other: Tensor | builtins.float) -> Tensor:
        """
        Do the same as gt in place.
        """

    def int(self) -> Tensor:
        """
        Return the tensor in dtype int32; itself where it has it, and fractions cut off.
        """

    def is_contiguous(self) -> builtins.bool:
        """
        Tell whether the elements lie in order without gaps.
        """

    def isclose(
        self: Tensor | builtins.float,
        other: Tensor | builtins.float,
        rtol: builtins.float = 1e-05,
        atol: builtins.float = 1e-08,
        equal_nan: builtins.bool = False,
    ) -> Tensor:
        """
        Tell where |input - other| <= atol + rtol * |other|.

        Infinities are close to themselves only, NaN to NaN if equal_nan. Integers are compared as float64.
        """

    def isfinite(self: Tensor | builtins.float) -> Tensor:
        """
        Tell where input is neither NaN nor infinite.
        """

    def isinf(self: Tensor | builtins.float) -> Tensor:
        """
        Tell where input is infinite, of either sign.
        """

    def isnan(self: Tensor | builtins.float) -> Tensor:
        """
        Tell where input is NaN.
        """

    def item(self) -> typing.Any:
        """
        Return the one element as a Python number; ValueError where there is not exactly one.
        """

    def le(self: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
        """
        Tell where input <= other.
        """

    def le_(self, other: Tensor | builtins.float) -> Tensor:
        """
        Do the same as le in place.
        """

    def log(self: Tensor | builtins.float) -> Tensor:
        """
        Compute the natural logarithm; -inf at zero, NaN below.
        """

    def log1p(self: Tensor | builtins.float) -> Tensor:
        """
        Compute ln(1 + input), exact near zero.
        """

    def log1p_(self) -> Tensor:
        """
        Do the same as log1p in place.
        """

    def log_(self) -> Tensor:
        """
        Do the same as log in place.
        """

    def logical_and(self: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
        """
        Tell where both are non-zero.
        """

    def logical_and_(self, other: Tensor | builtins.float) -> Tensor:
        """
        Do the same as logical_and in place.
        """

    def logical_not(self: Tensor | builtins.float) -> Tensor:
        """
        Tell where input is zero.
        """

    def logical_not_(self) -> Tensor:
        """
        Do the same as logical_not in place.
        """

    def logical_or(self: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
        """
        Tell where one at least is non-zero.
        """

    def logical_or_(self, other: Tensor | builtins.float) -> Tensor:
        """
        Do the same as logical_or in place.
        """

    def logical_xor(self: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
        """
        Tell where exactly one is non-zero.
        """

    def logical_xor_(self, other: Tensor | builtins.float) -> Tensor:
        """
        Do the same as logical_xor in place.
        """

    def long(self) -> Tensor:
        """
        Return the tensor in dtype int64; itself where it has it, and fractions cut off.
        """

    def lt(self: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
        """
        Tell where input < other.
        """

    def lt_(self, other: Tensor | builtins.float) -> Tensor:
        """
        Do the same as lt in place.
        """

    def matmul(self, other: Tensor) -> Tensor:
        """
        Multiply matrices (..., m, k) and (..., k, n), whose leading dimensions broadcast; 1-d tensors are vectors.
        """

    def maximum(self: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
        """
        Compute the larger of input and other; NaN if one is NaN.
        """

    def mean(
        self,
        dim: builtins.int | tuple[builtins.int, ...] | None = None,
        keepdim: builtins.bool = False,
        *,
        dtype: _dtype | None = None,
    ) -> Tensor:
        """
        Average over the given dimensions, or all of them.
        """

    def minimum(self: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
        """
        Compute the smaller of input and other; NaN if one is NaN.
        """

    def moveaxis(
        self, source: builtins.int | tuple[builtins.int, ...], destination: builtins.int | tuple[builtins.int, ...]
    ) -> Tensor:
        """
        Move dimensions to other places; the rest keep their order.
        """

    def movedim(
        self, source: builtins.int | tuple[builtins.int, ...], destination: builtins.int | tuple[builtins.int, ...]
    ) -> Tensor:
        """
        Move dimensions to other places; the rest keep their order.
        """

    def mul(self: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
        """
        Compute input * other.

        Args:
            input, other: tensors or numbers that broadcast.
        """

    def mul_(self, other: Tensor | builtins.float) -> Tensor:
        """
        Do the same as mul in place.
        """

    def narrow(self, dim: builtins.int, start: builtins.int, length: builtins.int) -> Tensor:
        """
        Return the view of `length` elements of a dimension from `start` on.
        """

    def ne(self: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
        """
        Tell where input != other.
        """

    def ne_(self, other: Tensor | builtins.float) -> Tensor:
        """
        Do the same as ne in place.
        """

    def neg(self: Tensor | builtins.float) -> Tensor:
        """
        Compute -input.
        """

    def neg_(self) -> Tensor:
        """
        Do the same as neg in place.
        """

    def new_empty(
        self,
        *args,
        dtype: _dtype | None = None,
        device: _device | str | None = None,
        requires_grad: builtins.bool = False,
    ) -> Tensor:
        """
        Return a tensor of the given size and, by default, this dtype with undefined contents.
        """

    def new_full(
        self,
        size: builtins.int | tuple[builtins.int, ...],
        fill_value: Tensor | builtins.float,
        *,
        dtype: _dtype | None = None,
        device: _device | str | None = None,
        requires_grad: builtins.bool = False,
    ) -> Tensor:
        """
        Return a tensor of the given size and, by default, this dtype filled with one value.
        """

    def new_ones(
        self,
        *args,
        dtype: _dtype | None = None,
        device: _device | str | None = None,
        requires_grad: builtins.bool = False,
    ) -> Tensor:
        """
        Return a tensor of the given size and, by default, this dtype filled with ones.
        """

    def new_tensor(
        self,
        data: typing.Any,
        *,
        dtype: _dtype | None = None,
        device: _device | str | None = None,
        requires_grad: builtins.bool = False,
    ) -> Tensor:
        """
        Copy numbers into a new tensor, by default of this dtype.
        """

    def new_zeros(
        self,
        *args,
        dtype: _dtype | None = None,
        device: _device | str | None = None,
        requires_grad: builtins.bool = False,
    ) -> Tensor:
        """
        Return a tensor of the given size and, by default, this dtype filled with zeros.
        """

    def numel(self) -> builtins.int:
        """
        Return the number of elements.
        """

    def numpy(self, *, force: builtins.bool = False) -> numpy.ndarray:
        """
        Return a NumPy array on the same memory; a change of one is a change of the other.

        Args:
            force: also for a tensor that requires grad, whose array then has no history.

        Raises:
            RuntimeError: the tensor requires grad and force is not set.
        """

    def permute(self, *args) -> Tensor:
        """
        Return a view with the dimensions in another order.
        """

    def pow(self: Tensor | builtins.float, exponent: Tensor | builtins.float) -> Tensor:
        """
        Compute input ** exponent.

        Args:
            input, exponent: tensors or numbers that broadcast, not of bool.

        Raises:
            ValueError: integers are raised to a negative integer power.
        """

    def pow_(self, exponent: Tensor | builtins.float) -> Tensor:
        """
        Do the same as pow in place.
        """

    def reciprocal(self: Tensor | builtins.float) -> Tensor:
        """
        Compute 1 / input.
        """

    def reciprocal_(self) -> Tensor:
        """
        Do the same as reciprocal in place.
        """

    def register_hook(self, hook: collections.abc.Callable) -> RemovableHandle:
        """
        Call hook(grad) when this tensor's gradient is known; what it returns replaces the gradient.
        """

    def relu(self: Tensor | builtins.float) -> Tensor:
        """
        Compute max(input, 0); the gradient at zero is zero.
        """

    def relu_(self) -> Tensor:
        """
        Do the same as relu in place.
        """

    def remainder(self: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
        """
        Compute input - floor(input / other) * other, which has the sign of other.

        Raises:
            ValueError: an integer is divided by zero.
        """

    def remainder_(self, other: Tensor | builtins.float) -> Tensor:
        """
        Do the same as remainder in place.
        """

    def requires_grad_(self, requires_grad: builtins.bool = True) -> typing.Any:
        """
        Say whether a gradient is wanted.
        """

    def reshape(self, *args) -> Tensor:
        """
        Return the elements, in row order, in another shape; a view where memory allows. One size may be -1.
        """

    def reshape_as(self, other: Tensor) -> Tensor:
        """
        Return the elements in the shape of another tensor.
        """

    def retain_grad(self) -> None:
        """
        Keep .grad of a tensor that is no leaf.
        """

    def round(self: Tensor | builtins.float) -> Tensor:
        """
        Round to the nearest integer, halves to the even one. The gradient is zero.
        """

    def round_(self) -> Tensor:
        """
        Do the same as round in place.
        """

    def rsqrt(self: Tensor | builtins.float) -> Tensor:
        """
        Compute 1 / sqrt(input).
        """

    def rsqrt_(self) -> Tensor:
        """
        Do the same as rsqrt in place.
        """

    def select(self, dim: builtins.int, index: builtins.int) -> Tensor:
        """
        Return the view at one index of a dimension, without that dimension.
        """

    def sigmoid(self: Tensor | builtins.float) -> Tensor:
        """
        Compute 1 / (1 + e^-input).
        """

    def sigmoid_(self) -> Tensor:
        """
        Do the same as sigmoid in place.
        """

    def sign(self: Tensor | builtins.float) -> Tensor:
        """
        Compute -1, 0 or 1; 0 for NaN. The gradient is zero.
        """

    def sign_(self) -> Tensor:
        """
        Do the same as sign in place.
        """

    def sin(self: Tensor | builtins.float) -> Tensor:
        """
        Compute the sine of input radians.
        """

    def sin_(self) -> Tensor:
        """
        Do the same as sin in place.
        """

    def size(self, dim: builtins.int | None = None) -> typing.Any:
        """
        Return the shape, or the size of one dimension.
        """

    def split(self, split_size_or_sections: typing.Any, dim: builtins.int = 0) -> tuple:
        """
        Cut into views of one size (the last may be smaller), or of the sizes listed.
        """

    def sqrt(self: Tensor | builtins.float) -> Tensor:
        """
        Compute the square root, NaN below zero.
        """

    def sqrt_(self) -> Tensor:
        """
        Do the same as sqrt in place.
        """

    def square(self: Tensor | builtins.float) -> Tensor:
        """
        Compute input^2.
        """

    def square_(self) -> Tensor:
        """
        Do the same as square in place.
        """

    def squeeze(self, dim: builtins.int | tuple[builtins.int, ...] | None = None) -> Tensor:
        """
        Drop the dimensions of size 1, or those of `dim` that have it.
        """

    def stride(self) -> builtins.int | tuple[builtins.int, ...]:
        """
        Return the strides, in elements.
        """

    def sub(
        self: Tensor | builtins.float, other: Tensor | builtins.float, *, alpha: Tensor | builtins.float = 1
    ) -> Tensor:
        """
        Compute input - alpha * other.

        Args:
            input, other: tensors or numbers that broadcast, not of bool.
            alpha: a number.
        """

    def sub_(self, other: Tensor | builtins.float, *, alpha: Tensor | builtins.float = 1) -> Tensor:
        """
        Do the same as sub in place.
        """

    def sum(
        self,
        dim: builtins.int | tuple[builtins.int, ...] | None = None,
        keepdim: builtins.bool = False,
        *,
        dtype: _dtype | None = None,
    ) -> Tensor:
        """
        Sum over the given dimensions, or all of them.
        """

    def swapaxes(self, axis0: builtins.int, axis1: builtins.int) -> Tensor:
        """
        Return a view with two dimensions swapped.
        """

    def swapdims(self, dim0: builtins.int, dim1: builtins.int) -> Tensor:
        """
        Return a view with two dimensions swapped.
        """

    def t(self) -> Tensor:
        """
        Transpose a matrix; a vector or number stays as it is.
        """

    def tanh(self: Tensor | builtins.float) -> Tensor:
        """
        Compute the hyperbolic tangent.
        """

    def tanh_(self) -> Tensor:
        """
        Do the same as tanh in place.
        """

    @typing.overload
    def to(self, dtype: _dtype, non_blocking: builtins.bool = False, copy: builtins.bool = False) -> Tensor:
        """
        Return the tensor in another dtype; itself where it has it, unless a copy is asked for.
        """

    @typing.overload
    def to(self, other: Tensor, non_blocking: builtins.bool = False, copy: builtins.bool = False) -> Tensor:
        """
        Return the tensor in the dtype of another one.
        """

    @typing.overload
    def to(
        self,
        device: _device | str | None = None,
        dtype: _dtype | None = None,
        non_blocking: builtins.bool = False,
        copy: builtins.bool = False,
    ) -> Tensor:
        """
        Return the tensor on a device, of which there is one, and in another dtype if one is given.
        """

    def tolist(self) -> typing.Any:
        """
        Return the elements as nested lists of Python numbers, or as one number.
        """

    def transpose(self, dim0: builtins.int, dim1: builtins.int) -> Tensor:
        """
        Return a view with two dimensions swapped.
        """

    def trunc(self: Tensor | builtins.float) -> Tensor:
        """
        Round towards zero. The gradient is zero.
        """

    def trunc_(self) -> Tensor:
        """
        Do the same as trunc in place.
        """

    def type(self, dtype: _dtype) -> Tensor:
        """
        Return the tensor in another dtype; itself where it has it.
        """

    def type_as(self, other: Tensor) -> Tensor:
        """
        Return the tensor in the dtype of another one.
        """

    def unbind(self, dim: builtins.int = 0) -> tuple:
        """
        Return the views at every index of a dimension.
        """

    def unflatten(self, dim: builtins.int, sizes: builtins.int | tuple[builtins.int, ...]) -> Tensor:
        """
        Divide a dimension into several. One size may be -1.
        """

    def unfold(self, dimension: builtins.int, size: builtins.int, step: builtins.int) -> Tensor:
        """
        Return all windows of `size` elements along a dimension, `step` apart, as a view: the windows stand in
        that dimension, their elements in a new last one.
        """

    def unsqueeze(self, dim: builtins.int) -> Tensor:
        """
        Insert a dimension of size 1.
        """

    def view(self, *args) -> Tensor:
        """
        Return the same memory in another shape; ValueError where that takes a copy.
        """

    def view_as(self, other: Tensor) -> Tensor:
        """
        Return the same memory in the shape of another tensor.
        """

    def where(self, condition: Tensor, other: Tensor | builtins.float) -> Tensor:
        """
        Take this tensor where condition holds, other elsewhere.
        """

    def zero_(self) -> Tensor:
        """
        Overwrite every element with zero.
        """

class Node:
    """
    An op in the history of a tensor.
    """

    def __repr__(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def next_functions(self) -> list[tuple[Node, builtins.int]]: ...

class RemovableHandle:
    """
    A registered hook.
    """

    def __enter__(self) -> RemovableHandle: ...
    def __exit__(self, *args) -> None: ...
    def remove(self) -> None:
        """
        Remove the hook.
        """

class device:
    """
    Where a tensor lies: 'cpu', the only place there is.
    """

    @typing.overload
    def __eq__(self, arg0: _device) -> builtins.bool: ...
    @typing.overload
    def __eq__(self, arg0: str) -> builtins.bool: ...
    def __getstate__(self) -> tuple: ...
    def __hash__(self) -> builtins.int: ...
    def __init__(self, type: str = "cpu") -> None: ...
    def __repr__(self) -> str: ...
    def __setstate__(self, arg0: tuple) -> None: ...
    def __str__(self) -> str: ...
    @property
    def index(self) -> None: ...
    @property
    def type(self) -> str: ...

def _adam_step(
    params: list,
    state: dict,
    lr: builtins.float,
    beta1: builtins.float,
    beta2: builtins.float,
    eps: builtins.float,
    weight_decay: builtins.float,
    amsgrad: builtins.bool,
    maximize: builtins.bool,
) -> None: ...
def _backward(
    outputs: collections.abc.Sequence[Tensor],
    grad_outputs: collections.abc.Sequence[Tensor | None],
    retain_graph: builtins.bool,
    create_graph: builtins.bool,
) -> None: ...
def _grad(
    outputs: collections.abc.Sequence[Tensor],
    inputs: collections.abc.Sequence[Tensor],
    grad_outputs: collections.abc.Sequence[Tensor | None],
    retain_graph: builtins.bool,
    create_graph: builtins.bool,
    allow_unused: builtins.bool,
) -> list[Tensor]: ...
def _pop_module() -> None: ...
def _push_module(name: str) -> None: ...
def _record_function(
    name: str,
    outputs: collections.abc.Sequence[Tensor],
    inputs: collections.abc.Sequence[Tensor],
    saved: collections.abc.Sequence[Tensor | None],
    backward: collections.abc.Callable,
) -> None: ...
def _set_check_finite(enabled: builtins.bool) -> None: ...
def _set_grad_enabled(enabled: builtins.bool) -> None: ...
def _sgd_step(
    params: list,
    state: dict,
    lr: builtins.float,
    momentum: builtins.float,
    dampening: builtins.float,
    weight_decay: builtins.float,
    nesterov: builtins.bool,
    maximize: builtins.bool,
) -> None: ...
def abs(input: Tensor | builtins.float) -> Tensor:
    """
    Compute |input|; the gradient at zero is zero.
    """

def add(
    input: Tensor | builtins.float, other: Tensor | builtins.float, *, alpha: Tensor | builtins.float = 1
) -> Tensor:
    """
    Compute input + alpha * other.

    Args:
        input, other: tensors or numbers that broadcast.
        alpha: a number.

    Returns:
        A tensor of the common shape and dtype.

    Example:
        >>> dlcore.add(dlcore.ones(2), 3, alpha=2).sum().item()
        14.0
    """

def allclose(
    input: Tensor | builtins.float,
    other: Tensor | builtins.float,
    rtol: builtins.float = 1e-05,
    atol: builtins.float = 1e-08,
    equal_nan: builtins.bool = False,
) -> builtins.bool:
    """
    Return whether all of isclose() holds, as a Python bool.
    """

@typing.overload
def arange(
    end: Tensor | builtins.float,
    *,
    dtype: _dtype | None = None,
    device: _device | str | None = None,
    requires_grad: builtins.bool = False,
) -> Tensor:
    """
    Return 0, 1, 2 ... before end.
    """

@typing.overload
def arange(
    start: Tensor | builtins.float,
    end: Tensor | builtins.float,
    step: Tensor | builtins.float = 1,
    *,
    dtype: _dtype | None = None,
    device: _device | str | None = None,
    requires_grad: builtins.bool = False,
) -> Tensor:
    """
    Return start, start + step, ... before end.

    Args:
        start: the first number; 0 where only `end` is given.
        end: where to stop; not included.
        step: the difference of two numbers, not 0.
        dtype: by default int64 for integers, else float32.

    Raises:
        ValueError: a step of 0 or one that leads away from end, or a number that is not finite.

    Example:
        >>> import dlcore
        >>> dlcore.arange(1, 2.5, 0.5)
        tensor([1.0000, 1.5000, 2.0000])
    """

def as_tensor(data: typing.Any, dtype: _dtype | None = None, device: _device | str | None = None) -> Tensor:
    """
    Return data as a tensor, on the same memory where it is a tensor or an array of that dtype.
    """

def binary_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    reduction: typing.Literal["none", "mean", "sum"] = "mean",
) -> Tensor:
    """
    Compute -(t log x + (1 - t) log(1 - x)) of probabilities x; no logarithm counts for less than -100.
    """

def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    reduction: typing.Literal["none", "mean", "sum"] = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """
    Compute binary_cross_entropy(sigmoid(input), target) without overflow.
    """

def bitwise_and(input: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
    """
    Compute input & other of bool or integers.
    """

def bitwise_not(input: Tensor | builtins.float) -> Tensor:
    """
    Compute ~input of bool or integers.
    """

def bitwise_or(input: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
    """
    Compute input | other of bool or integers.
    """

def bitwise_xor(input: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
    """
    Compute input ^ other of bool or integers.
    """

def broadcast_tensors(*args) -> tuple:
    """
    Expand tensors to the shape that they broadcast to.
    """

def broadcast_to(input: Tensor, size: builtins.int | tuple[builtins.int, ...]) -> Tensor:
    """
    Return a view expanded to a shape.
    """

def build_info() -> dict:
    """
    Tell what the copy of libdlcore that the loader took was built from and for.
    """

def cat(tensors: collections.abc.Sequence[Tensor], dim: builtins.int = 0) -> Tensor:
    """
    Join tensors along a dimension.
    """

def ceil(input: Tensor | builtins.float) -> Tensor:
    """
    Round up. The gradient is zero.
    """

def chunk(input: Tensor, chunks: builtins.int, dim: builtins.int = 0) -> tuple:
    """
    Cut into at most `chunks` views of one size, the last may be smaller.
    """

def clamp(
    input: Tensor | builtins.float,
    min: Tensor | builtins.float | None = None,
    max: Tensor | builtins.float | None = None,
) -> Tensor:
    """
    Compute min(max(input, min), max), which is max where min > max.

    Args:
        input: a tensor.
        min, max: numbers or tensors that broadcast, or None for no limit.
    """

def clone(input: Tensor) -> Tensor:
    """
    Copy into fresh contiguous memory; the gradient passes through.
    """

def concat(tensors: collections.abc.Sequence[Tensor], dim: builtins.int = 0) -> Tensor:
    """
    Join tensors along a dimension.
    """

def concatenate(tensors: collections.abc.Sequence[Tensor], dim: builtins.int = 0) -> Tensor:
    """
    Join tensors along a dimension.
    """

def cos(input: Tensor | builtins.float) -> Tensor:
    """
    Compute the cosine of input radians.
    """

def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    ignore_index: builtins.int = -100,
    reduction: typing.Literal["none", "mean", "sum"] = "mean",
    label_smoothing: builtins.float = 0.0,
) -> Tensor:
    """
    Compute the cross-entropy of softmax(input) and a target.

    The loss of one example with logits x and class t is -log softmax(x)[t], times weight[t].

    Args:
        input: logits (N, C), (C,) or (N, C, d1, ...), floating.
        target: class indices, int64, of the shape without C; or probabilities of input's shape.
        weight: (C,), the weight of each class.
        ignore_index: examples with this class count for nothing.
        reduction: 'mean' (weighted by the weights of the classes), 'sum' or 'none'.
        label_smoothing: in [0, 1]; this share of the target is spread evenly over the classes (Szegedy et al. 2016, sec. 7).

    Raises:
        ValueError: shapes do not fit. IndexError: a class is out of range. TypeError: dtypes do not fit.

    Example:
        >>> import dlcore
        >>> dlcore.cross_entropy(dlcore.zeros(1, 4), dlcore.tensor([2]))
        tensor(1.3863)
    """

def diagonal(input: Tensor, offset: builtins.int = 0, dim1: builtins.int = 0, dim2: builtins.int = 1) -> Tensor:
    """
    Return the diagonal of two dimensions as a view; it becomes the last dimension. offset > 0 is above it.
    """

def div(input: Tensor | builtins.float, other: Tensor | builtins.float, *, rounding_mode: str | None = None) -> Tensor:
    """
    Compute input / other; integers give the default floating dtype.

    Args:
        input, other: tensors or numbers that broadcast.
        rounding_mode: None; 'trunc' rounds towards zero, 'floor' down, and integers then stay integers; such
            a step function has a gradient of zero.

    Raises:
        ValueError: integers are rounded after a division by zero.

    Example:
        >>> dlcore.div(dlcore.ones(2) * -7, 2, rounding_mode='floor').sum().item()
        -8.0
    """

def elu(input: Tensor | builtins.float, alpha: builtins.float = 1.0) -> Tensor:
    """
    Compute input where it is positive, alpha * (e^input - 1) elsewhere.

    Source:
        Clevert, Unterthiner, Hochreiter: Fast and Accurate Deep Network Learning by Exponential
        Linear Units, 2016.
    """

def empty(
    *args, dtype: _dtype | None = None, device: _device | str | None = None, requires_grad: builtins.bool = False
) -> Tensor:
    """
    Return a tensor of the given size with undefined contents.
    """

def empty_cache() -> None:
    """
    Give the memory kept for coming tensors back to the system.
    """

def empty_like(
    input: Tensor,
    *,
    dtype: _dtype | None = None,
    device: _device | str | None = None,
    requires_grad: builtins.bool = False,
) -> Tensor:
    """
    Return a tensor of input's shape and, by default, dtype with undefined contents.
    """

def eq(input: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
    """
    Tell where input == other.
    """

def equal(input: Tensor, other: Tensor) -> builtins.bool:
    """
    Return whether two tensors have the same shape and elements, as a Python bool.
    """

def erf(input: Tensor | builtins.float) -> Tensor:
    """
    Compute 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to input.
    """

def exp(input: Tensor | builtins.float) -> Tensor:
    """
    Compute e^input.
    """

def expm1(input: Tensor | builtins.float) -> Tensor:
    """
    Compute e^input - 1, exact near zero.
    """

def eye(
    n: builtins.int,
    m: builtins.int | None = None,
    *,
    dtype: _dtype | None = None,
    device: _device | str | None = None,
    requires_grad: builtins.bool = False,
) -> Tensor:
    """
    Return an n x m matrix with ones on its diagonal and zeros elsewhere; m is n by default.
    """

def flatten(input: Tensor, start_dim: builtins.int = 0, end_dim: builtins.int = -1) -> Tensor:
    """
    Join the dimensions start_dim to end_dim into one.
    """

def floor(input: Tensor | builtins.float) -> Tensor:
    """
    Round down. The gradient is zero.
    """

def floor_divide(input: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
    """
    Compute floor(input / other), without gradient worth the name: it is zero.

    Raises:
        ValueError: an integer is divided by zero.
    """

def from_dlpack(
    ext_tensor: typing.Any, *, device: _device | str | None = None, copy: builtins.bool | None = None
) -> Tensor:
    """
    Return a tensor on the memory of another library's array.

    Args:
        ext_tensor: an object with __dlpack__ and __dlpack_device__, or a DLPack capsule.
        device: None or 'cpu'.
        copy: True asks the other library for a copy, False forbids one, None copies only where there is no other way.

    Raises:
        BufferError: memory that is not the processor's, negative strides, or a newer major version of DLPack.
        TypeError: element types that tensors do not have.

    Example:
        >>> import numpy as np, dlcore
        >>> dlcore.from_dlpack(np.arange(3))
        tensor([0, 1, 2])
    """

def from_numpy(array: numpy.ndarray) -> Tensor:
    """
    Return a tensor on the memory of a NumPy array; a change of one is a change of the other.

    A read-only array gives a tensor that cannot be changed in place.

    Raises:
        TypeError: an array of a dtype that tensors do not have, or of foreign byte order.
        ValueError: negative strides, or memory not aligned to the item size.

    Example:
        >>> import numpy as np, dlcore
        >>> a = np.zeros(2)
        >>> dlcore.from_numpy(a).add_(1)
        tensor([1., 1.], dtype=dlcore.float64)
        >>> a
        array([1., 1.])
    """

def full(
    size: builtins.int | tuple[builtins.int, ...],
    fill_value: Tensor | builtins.float,
    *,
    dtype: _dtype | None = None,
    device: _device | str | None = None,
    requires_grad: builtins.bool = False,
) -> Tensor:
    """
    Return a tensor of the given size filled with one value, by default of the value's dtype.
    """

def full_like(
    input: Tensor,
    fill_value: Tensor | builtins.float,
    *,
    dtype: _dtype | None = None,
    device: _device | str | None = None,
    requires_grad: builtins.bool = False,
) -> Tensor:
    """
    Return a tensor of input's shape and, by default, dtype filled with one value.
    """

def ge(input: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
    """
    Tell where input >= other.
    """

def gelu(input: Tensor | builtins.float, approximate: str = "none") -> Tensor:
    """
    Compute input * Phi(input), Phi being the distribution function of the standard normal.

    Args:
        input: a tensor.
        approximate: 'none' computes Phi by erf; 'tanh' computes
            input / 2 * (1 + tanh(sqrt(2 / pi) * (input + 0.044715 * input^3))) instead.

    Raises:
        ValueError: approximate is neither.

    Source:
        Hendrycks, Gimpel: Gaussian Error Linear Units, 2016, section 2.
    """

def get_num_threads() -> builtins.int:
    """
    Return how many threads a large operation takes.
    """

def gt(input: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
    """
    Tell where input > other.
    """

def hardsigmoid(input: Tensor | builtins.float) -> Tensor:
    """
    Compute min(max(input + 3, 0), 6) / 6.
    """

def hstack(tensors: collections.abc.Sequence[Tensor]) -> Tensor:
    """
    Join tensors side by side: along dimension 1, vectors along 0.
    """

def huber_loss(
    input: Tensor,
    target: Tensor,
    reduction: typing.Literal["none", "mean", "sum"] = "mean",
    delta: builtins.float = 1.0,
) -> Tensor:
    """
    Compute d^2 / 2 for |d| <= delta and delta (|d| - delta / 2) beyond, d = input - target (Huber 1964).
    """

def is_grad_enabled() -> builtins.bool:
    """
    Tell whether ops of this thread record their gradients.
    """

def isclose(
    input: Tensor | builtins.float,
    other: Tensor | builtins.float,
    rtol: builtins.float = 1e-05,
    atol: builtins.float = 1e-08,
    equal_nan: builtins.bool = False,
) -> Tensor:
    """
    Tell where |input - other| <= atol + rtol * |other|.

    Infinities are close to themselves only, NaN to NaN if equal_nan. Integers are compared as float64.
    """

def isfinite(input: Tensor | builtins.float) -> Tensor:
    """
    Tell where input is neither NaN nor infinite.
    """

def isinf(input: Tensor | builtins.float) -> Tensor:
    """
    Tell where input is infinite, of either sign.
    """

def isnan(input: Tensor | builtins.float) -> Tensor:
    """
    Tell where input is NaN.
    """

def kl_div(
    input: Tensor,
    target: Tensor,
    reduction: typing.Literal["none", "mean", "sum"] = "mean",
    log_target: builtins.bool = False,
) -> Tensor:
    """
    Compute target * (log(target) - input), the divergence from log-probabilities `input` to probabilities.
    """

def l1_loss(input: Tensor, target: Tensor, reduction: typing.Literal["none", "mean", "sum"] = "mean") -> Tensor:
    """
    Compute |input - target|; the shapes must be equal.
    """

def le(input: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
    """
    Tell where input <= other.
    """

def leaky_relu(input: Tensor | builtins.float, negative_slope: builtins.float = 0.01) -> Tensor:
    """
    Compute input where it is positive, negative_slope * input elsewhere.
    """

def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """
    Compute input @ weight.T + bias for input (..., in), weight (out, in) and bias (out,).
    """

def linspace(
    start: builtins.float,
    end: builtins.float,
    steps: builtins.int,
    *,
    dtype: _dtype | None = None,
    device: _device | str | None = None,
    requires_grad: builtins.bool = False,
) -> Tensor:
    """
    Return `steps` numbers evenly spaced from start to end, both included.
    """

def log(input: Tensor | builtins.float) -> Tensor:
    """
    Compute the natural logarithm; -inf at zero, NaN below.
    """

def log1p(input: Tensor | builtins.float) -> Tensor:
    """
    Compute ln(1 + input), exact near zero.
    """

def logical_and(input: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
    """
    Tell where both are non-zero.
    """

def logical_not(input: Tensor | builtins.float) -> Tensor:
    """
    Tell where input is zero.
    """

def logical_or(input: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
    """
    Tell where one at least is non-zero.
    """

def logical_xor(input: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
    """
    Tell where exactly one is non-zero.
    """

def lt(input: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
    """
    Tell where input < other.
    """

def matmul(input: Tensor, other: Tensor) -> Tensor:
    """
    Multiply matrices (..., m, k) and (..., k, n), whose leading dimensions broadcast; 1-d tensors are vectors.
    """

def maximum(input: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
    """
    Compute the larger of input and other; NaN if one is NaN.
    """

def mean(
    input: Tensor,
    dim: builtins.int | tuple[builtins.int, ...] | None = None,
    keepdim: builtins.bool = False,
    *,
    dtype: _dtype | None = None,
) -> Tensor:
    """
    Average over the given dimensions, or all of them.
    """

def memory_stats() -> dict:
    """
    Tell how many tensors and bytes live, the most bytes that have lived, and the bytes kept for coming tensors.
    """

def minimum(input: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
    """
    Compute the smaller of input and other; NaN if one is NaN.
    """

def moveaxis(
    input: Tensor, source: builtins.int | tuple[builtins.int, ...], destination: builtins.int | tuple[builtins.int, ...]
) -> Tensor:
    """
    Move dimensions to other places; the rest keep their order.
    """

def movedim(
    input: Tensor, source: builtins.int | tuple[builtins.int, ...], destination: builtins.int | tuple[builtins.int, ...]
) -> Tensor:
    """
    Move dimensions to other places; the rest keep their order.
    """

def mse_loss(input: Tensor, target: Tensor, reduction: typing.Literal["none", "mean", "sum"] = "mean") -> Tensor:
    """
    Compute (input - target)^2; the shapes must be equal.
    """

def mul(input: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
    """
    Compute input * other.

    Args:
        input, other: tensors or numbers that broadcast.
    """

def narrow(input: Tensor, dim: builtins.int, start: builtins.int, length: builtins.int) -> Tensor:
    """
    Return the view of `length` elements of a dimension from `start` on.
    """

def ne(input: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
    """
    Tell where input != other.
    """

def neg(input: Tensor | builtins.float) -> Tensor:
    """
    Compute -input.
    """

def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    ignore_index: builtins.int = -100,
    reduction: typing.Literal["none", "mean", "sum"] = "mean",
) -> Tensor:
    """
    Compute the negative log-likelihood -weight[t] * input[t] of classes t under log-probabilities (N, C, ...).
    """

def ones(
    *args, dtype: _dtype | None = None, device: _device | str | None = None, requires_grad: builtins.bool = False
) -> Tensor:
    """
    Return a tensor of the given size filled with ones.
    """

def ones_like(
    input: Tensor,
    *,
    dtype: _dtype | None = None,
    device: _device | str | None = None,
    requires_grad: builtins.bool = False,
) -> Tensor:
    """
    Return a tensor of input's shape and, by default, dtype filled with ones.
    """

def permute(input: Tensor, dims: builtins.int | tuple[builtins.int, ...]) -> Tensor:
    """
    Return a view with the dimensions in another order.
    """

def pow(input: Tensor | builtins.float, exponent: Tensor | builtins.float) -> Tensor:
    """
    Compute input ** exponent.

    Args:
        input, exponent: tensors or numbers that broadcast, not of bool.

    Raises:
        ValueError: integers are raised to a negative integer power.
    """

def promote_types(a: _dtype, b: _dtype) -> _dtype:
    """
    Return the smallest dtype that both convert to.
    """

def reciprocal(input: Tensor | builtins.float) -> Tensor:
    """
    Compute 1 / input.
    """

def relu(input: Tensor | builtins.float) -> Tensor:
    """
    Compute max(input, 0); the gradient at zero is zero.
    """

def remainder(input: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
    """
    Compute input - floor(input / other) * other, which has the sign of other.

    Raises:
        ValueError: an integer is divided by zero.
    """

def reshape(input: Tensor, shape: builtins.int | tuple[builtins.int, ...]) -> Tensor:
    """
    Return the elements, in row order, in another shape; a view where memory allows. One size may be -1.
    """

def result_type(a: Tensor | builtins.float, b: Tensor | builtins.float) -> _dtype:
    """
    Return the dtype that an op of the two would have.
    """

def round(input: Tensor | builtins.float) -> Tensor:
    """
    Round to the nearest integer, halves to the even one. The gradient is zero.
    """

def rsqrt(input: Tensor | builtins.float) -> Tensor:
    """
    Compute 1 / sqrt(input).
    """

def rsub(
    input: Tensor | builtins.float, other: Tensor | builtins.float, *, alpha: Tensor | builtins.float = 1
) -> Tensor:
    """
    Compute other - alpha * input.
    """

def select(input: Tensor, dim: builtins.int, index: builtins.int) -> Tensor:
    """
    Return the view at one index of a dimension, without that dimension.
    """

def set_num_threads(n: builtins.int) -> None:
    """
    Set how many threads a large operation takes; results do not depend on it.
    """

def sigmoid(input: Tensor | builtins.float) -> Tensor:
    """
    Compute 1 / (1 + e^-input).
    """

def sign(input: Tensor | builtins.float) -> Tensor:
    """
    Compute -1, 0 or 1; 0 for NaN. The gradient is zero.
    """

def silu(input: Tensor | builtins.float) -> Tensor:
    """
    Compute input * sigmoid(input).
    """

def sin(input: Tensor | builtins.float) -> Tensor:
    """
    Compute the sine of input radians.
    """

def softplus(input: Tensor | builtins.float, beta: builtins.float = 1.0, threshold: builtins.float = 20.0) -> Tensor:
    """
    Compute ln(1 + e^(beta * input)) / beta; input itself where beta * input > threshold.
    """

def split(tensor: Tensor, split_size_or_sections: typing.Any, dim: builtins.int = 0) -> tuple:
    """
    Cut into views of one size (the last may be smaller), or of the sizes listed.
    """

def sqrt(input: Tensor | builtins.float) -> Tensor:
    """
    Compute the square root, NaN below zero.
    """

def square(input: Tensor | builtins.float) -> Tensor:
    """
    Compute input^2.
    """

def squeeze(input: Tensor, dim: builtins.int | tuple[builtins.int, ...] | None = None) -> Tensor:
    """
    Drop the dimensions of size 1, or those of `dim` that have it.
    """

def stack(tensors: collections.abc.Sequence[Tensor], dim: builtins.int = 0) -> Tensor:
    """
    Join tensors of one shape along a new dimension.
    """

def sub(
    input: Tensor | builtins.float, other: Tensor | builtins.float, *, alpha: Tensor | builtins.float = 1
) -> Tensor:
    """
    Compute input - alpha * other.

    Args:
        input, other: tensors or numbers that broadcast, not of bool.
        alpha: a number.
    """

def sum(
    input: Tensor,
    dim: builtins.int | tuple[builtins.int, ...] | None = None,
    keepdim: builtins.bool = False,
    *,
    dtype: _dtype | None = None,
) -> Tensor:
    """
    Sum over the given dimensions, or all of them.
    """

def swapaxes(input: Tensor, axis0: builtins.int, axis1: builtins.int) -> Tensor:
    """
    Return a view with two dimensions swapped.
    """

def swapdims(input: Tensor, dim0: builtins.int, dim1: builtins.int) -> Tensor:
    """
    Return a view with two dimensions swapped.
    """

def t(input: Tensor) -> Tensor:
    """
    Transpose a matrix; a vector or number stays as it is.
    """

def tanh(input: Tensor | builtins.float) -> Tensor:
    """
    Compute the hyperbolic tangent.
    """

def tensor(
    data: typing.Any,
    *,
    dtype: _dtype | None = None,
    device: _device | str | None = None,
    requires_grad: builtins.bool = False,
) -> Tensor:
    """
    Copy numbers into a new tensor without history.

    Args:
        data: a number, nested sequences of numbers (all of one length per level), a NumPy array, a tensor, or sequences
            of these.
        dtype: by default float32 for Python floats, int64 for ints, bool for bools; arrays and tensors keep theirs.
        device: None or 'cpu'.
        requires_grad: whether a gradient is wanted.

    Raises:
        ValueError: sequences of different lengths, or a number that does not fit into dtype.
        TypeError: something that is no number, or an array of a dtype that tensors do not have.

    Example:
        >>> import dlcore
        >>> dlcore.tensor([[1, 2], [3, 4.5]])
        tensor([[1.0000, 2.0000],
                [3.0000, 4.5000]])
    """

def transpose(input: Tensor, dim0: builtins.int, dim1: builtins.int) -> Tensor:
    """
    Return a view with two dimensions swapped.
    """

def trunc(input: Tensor | builtins.float) -> Tensor:
    """
    Round towards zero. The gradient is zero.
    """

def unbind(input: Tensor, dim: builtins.int = 0) -> tuple:
    """
    Return the views at every index of a dimension.
    """

def unflatten(input: Tensor, dim: builtins.int, sizes: builtins.int | tuple[builtins.int, ...]) -> Tensor:
    """
    Divide a dimension into several. One size may be -1.
    """

def unsqueeze(input: Tensor, dim: builtins.int) -> Tensor:
    """
    Insert a dimension of size 1.
    """

def vstack(tensors: collections.abc.Sequence[Tensor]) -> Tensor:
    """
    Join tensors on top of each other: along dimension 0, vectors as rows.
    """

def where(condition: Tensor | builtins.float, input: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
    """
    Take input where condition holds, other elsewhere.

    Args:
        condition: a tensor of bool.
        input, other: tensors or numbers; all three broadcast.
    """

def zeros(
    *args, dtype: _dtype | None = None, device: _device | str | None = None, requires_grad: builtins.bool = False
) -> Tensor:
    """
    Return a tensor of the given size filled with zeros.
    """

def zeros_like(
    input: Tensor,
    *,
    dtype: _dtype | None = None,
    device: _device | str | None = None,
    requires_grad: builtins.bool = False,
) -> Tensor:
    """
    Return a tensor of input's shape and, by default, dtype filled with zeros.
    """

bool: dtype
float32: dtype
float64: dtype
int32: dtype
int64: dtype
uint8: dtype
_dtype: typing.TypeAlias = dtype
_device: typing.TypeAlias = device
