# Written by .ci/stubs from the compiled module.
from __future__ import annotations
import collections.abc
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
    "float",
    "double",
    "long",
    "int",
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
    "hardtanh",
    "relu6",
    "hardswish",
    "mish",
    "selu",
    "celu",
    "softsign",
    "logsigmoid",
    "glu",
    "prelu",
    "SignAndLogabsdet",
    "EigenvaluesAndEigenvectors",
    "inverse",
    "det",
    "slogdet",
    "logdet",
    "cholesky",
    "matmul",
    "mm",
    "bmm",
    "mv",
    "dot",
    "outer",
    "inner",
    "addmm",
    "baddbmm",
    "linear",
    "tensordot",
    "einsum",
    "sum",
    "mean",
    "prod",
    "var",
    "std",
    "var_mean",
    "logsumexp",
    "norm",
    "any",
    "all",
    "ValuesAndIndices",
    "max",
    "min",
    "amax",
    "amin",
    "argmax",
    "argmin",
    "softmax",
    "log_softmax",
    "cumsum",
    "sort",
    "argsort",
    "topk",
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
    "flip",
    "roll",
    "tril",
    "triu",
    "diag",
    "diag_embed",
    "tile",
    "repeat_interleave",
    "meshgrid",
    "pad",
    "gather",
    "take_along_dim",
    "index_select",
    "one_hot",
    "scatter",
    "scatter_add",
    "index_add",
    "masked_fill",
    "masked_select",
    "nonzero",
    "index_put",
    "embedding",
    "cross_entropy",
    "nll_loss",
    "mse_loss",
    "l1_loss",
    "huber_loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "kl_div",
    "smooth_l1_loss",
    "soft_margin_loss",
    "hinge_embedding_loss",
    "multi_margin_loss",
    "gaussian_nll_loss",
    "ctc_loss",
    "Generator",
    "default_generator",
    "manual_seed",
    "seed",
    "initial_seed",
    "get_rng_state",
    "set_rng_state",
    "rand",
    "rand_like",
    "randn",
    "randn_like",
    "randint",
    "randint_like",
    "randperm",
    "normal",
    "bernoulli",
    "multinomial",
    "dropout",
    "layer_norm",
    "rms_norm",
    "batch_norm",
    "instance_norm",
    "group_norm",
    "local_response_norm",
    "normalize",
    "cosine_similarity",
    "max_pool1d",
    "avg_pool1d",
    "lp_pool1d",
    "max_unpool1d",
    "adaptive_avg_pool1d",
    "adaptive_max_pool1d",
    "max_pool2d",
    "avg_pool2d",
    "lp_pool2d",
    "max_unpool2d",
    "adaptive_avg_pool2d",
    "adaptive_max_pool2d",
    "max_pool3d",
    "avg_pool3d",
    "lp_pool3d",
    "max_unpool3d",
    "adaptive_avg_pool3d",
    "adaptive_max_pool3d",
    "im2col",
    "col2im",
    "affine_grid",
    "grid_sample",
    "interpolate",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "is_winograd_enabled",
    "set_winograd_enabled",
    "scaled_dot_product_attention",
    "additive_attention",
    "recurrence",
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
    def __abs__(self) -> Tensor: ...
    def __add__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __and__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __array__(self, dtype: typing.Any = None, copy: builtins.bool | None = None) -> typing.Any:
        """
        Return a NumPy array, on the same memory where dtype and copy allow.
        """

    def __bool__(self) -> builtins.bool: ...
    def __contains__(self, value: typing.Any, /) -> builtins.bool: ...
    def __copy__(self) -> Tensor: ...
    def __deepcopy__(self, memo: dict[builtins.int, typing.Any]) -> Tensor: ...
    def __delitem__(self, index: typing.Any, /) -> typing.NoReturn: ...
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
    def __getitem__(self, index: typing.Any, /) -> Tensor: ...
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
    def __iter__(self) -> collections.abc.Iterator[Tensor]: ...
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
    def __reversed__(self) -> Tensor:
        """
        Reverse the order of the rows: a copy, flipped along dimension 0.
        """

    def __rfloordiv__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __rmatmul__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __rmod__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __rmul__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __ror__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __rpow__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __rsub__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __rtruediv__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __rxor__(self, other: Tensor | builtins.float, /) -> Tensor: ...
    def __setitem__(self, index: typing.Any, value: typing.Any, /) -> None: ...
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

    def addmm(self, mat1: Tensor, mat2: Tensor, *, beta: builtins.float = 1.0, alpha: builtins.float = 1.0) -> Tensor:
        """
        Compute beta * input + alpha * (mat1 @ mat2).

        Args:
            input: broadcasts to (m, n); with beta = 0 its values do not matter, be they NaN.
            mat1, mat2: (m, k) and (k, n).
            beta, alpha: numbers.
        """

    def all(self, dim: builtins.int | tuple[builtins.int, ...] | None = None, keepdim: builtins.bool = False) -> Tensor:
        """
        Tell whether no element is zero: bool, or uint8 of uint8. NaN is not zero.
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

    def amax(self, dim: builtins.int | tuple[builtins.int, ...] | None = (), keepdim: builtins.bool = False) -> Tensor:
        """
        Find the largest element over the given dimensions, or all; equals share the gradient.

        Raises:
            ValueError: there are no elements.
        """

    def amin(self, dim: builtins.int | tuple[builtins.int, ...] | None = (), keepdim: builtins.bool = False) -> Tensor:
        """
        Find the smallest element over the given dimensions, or all; equals share the gradient.

        Raises:
            ValueError: there are no elements.
        """

    def any(self, dim: builtins.int | tuple[builtins.int, ...] | None = None, keepdim: builtins.bool = False) -> Tensor:
        """
        Tell whether one element is not zero: bool, or uint8 of uint8. NaN is not zero.
        """

    def argmax(self, dim: builtins.int | None = None, keepdim: builtins.bool = False) -> Tensor:
        """
        Find where the largest element is met first: along a dimension, or in the flattened input.

        Returns:
            A tensor of int64. The first NaN comes before every number.

        Raises:
            ValueError: there are no elements.

        Example:
            >>> import dlcore
            >>> dlcore.argmax(dlcore.tensor([[1, 5], [4, 2]])).item()
            1
        """

    def argmin(self, dim: builtins.int | None = None, keepdim: builtins.bool = False) -> Tensor:
        """
        Find where the smallest element is met first: along a dimension, or in the flattened input.

        Returns:
            A tensor of int64. The first NaN comes before every number.

        Raises:
            ValueError: there are no elements.
        """

    def argsort(
        self, dim: builtins.int = -1, descending: builtins.bool = False, stable: builtins.bool = False
    ) -> Tensor:
        """
        Find the indices that sort along a dimension, as sort gives them.
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

    def baddbmm(
        self, batch1: Tensor, batch2: Tensor, *, beta: builtins.float = 1.0, alpha: builtins.float = 1.0
    ) -> Tensor:
        """
        Compute beta * input + alpha * (batch1 @ batch2).

        Args:
            input: broadcasts to (N, m, n); with beta = 0 its values do not matter, be they NaN.
            batch1, batch2: (N, m, k) and (N, k, n).
            beta, alpha: numbers.
        """

    @typing.overload
    def bernoulli(self, *, generator: Generator | None = None) -> Tensor:
        """
        Return ones with the given probabilities, and zeros.

        Args:
            input: the probabilities; with `p`, only the shape and the dtype of the result.
            p: one probability for all.
            generator: as of `rand`.

        Raises:
            ValueError: a probability is not in [0, 1].

        Example:
            >>> import dlcore
            >>> dlcore.bernoulli(dlcore.tensor([0.0, 1.0]))
            tensor([0., 1.])
        """

    @typing.overload
    def bernoulli(self, p: builtins.float, *, generator: Generator | None = None) -> Tensor:
        """
        Return ones with probability p, and zeros, of input's shape and dtype.
        """

    @typing.overload
    def bernoulli_(self, p: Tensor, *, generator: Generator | None = None) -> Tensor:
        """
        Overwrite with ones with probabilities of a tensor, and zeros.
        """

    @typing.overload
    def bernoulli_(self, p: builtins.float = 0.5, *, generator: Generator | None = None) -> Tensor:
        """
        Overwrite with ones with probability p, and zeros.
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

    def bmm(self, mat2: Tensor) -> Tensor:
        """
        Multiply matrices (N, m, k) and (N, k, n), pair by pair.
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

    def cholesky(self, upper: builtins.bool = False) -> Tensor:
        """
        Compute the Cholesky decomposition x = L @ L^T of symmetric positive definite matrices.

        One triangle of x is read; the gradient is symmetric (Murray 2016, Differentiation of the Cholesky
        decomposition, section 3).

        Args:
            input: (..., n, n), floating.
            upper: give L^T, and read the upper triangle.

        Raises:
            dlcore.linalg.LinAlgError: a matrix is not positive definite.

        Example:
            >>> dlcore.cholesky(dlcore.eye(2) * 4).tolist()
            [[2.0, 0.0], [0.0, 2.0]]
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

    def copy_(self, src: Tensor | builtins.float) -> Tensor:
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

    def cumsum(self, dim: builtins.int, *, dtype: _dtype | None = None) -> Tensor:
        """
        Compute the running sums input[0] + ... + input[i] along a dimension.

        Args:
            input: a tensor; sums of bool and integers are int64.
            dim: the dimension.
            dtype: what input is converted to first.

        Example:
            >>> import dlcore
            >>> dlcore.cumsum(dlcore.tensor([1, 2, 3]), 0)
            tensor([1, 3, 6])
        """

    def data_ptr(self) -> builtins.int:
        """
        Return the address of the first element.
        """

    def det(self) -> Tensor:
        """
        Compute the determinant, by LU decomposition.

        The gradient is det * inverse^T; where the determinant is zero, asking for it raises dlcore.linalg.LinAlgError.

        Args:
            input: (..., n, n), floating.

        Returns:
            (...,).

        Example:
            >>> dlcore.det(dlcore.eye(3) * 2).item()
            8.0
        """

    def detach(self) -> Tensor:
        """
        Return the same memory without history.
        """

    def diag(self, diagonal: builtins.int = 0) -> Tensor:
        """
        Return the matrix with a vector on its diagonal, or a copy of the diagonal of a matrix.

        Args:
            input: a vector or matrix.
            diagonal: how far above (or, negative, below) the main one.
        """

    def diag_embed(self, offset: builtins.int = 0, dim1: builtins.int = -2, dim2: builtins.int = -1) -> Tensor:
        """
        Return matrices, along two new dimensions, with the last dimension of input on their diagonals.

        Args:
            input: (..., n).
            offset: how far above (or, negative, below) the main diagonal.
            dim1, dim2: the dimensions of the result that rows and columns are.
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

    def dot(self, tensor: Tensor) -> Tensor:
        """
        Compute the sum of input * tensor for two vectors (k,).
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

    def exponential_(self, lambd: builtins.float = 1.0, *, generator: Generator | None = None) -> Tensor:
        """
        Overwrite with numbers above zero of density lambd * e^(-lambd * x).
        """

    def fill_(self, value: Tensor | builtins.float) -> Tensor:
        """
        Overwrite every element with one value.
        """

    def flatten(self, start_dim: builtins.int = 0, end_dim: builtins.int = -1) -> Tensor:
        """
        Join the dimensions start_dim to end_dim into one.
        """

    def flip(self, dims: builtins.int | tuple[builtins.int, ...]) -> Tensor:
        """
        Reverse the order of the elements along dimensions.
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

    def gather(self, dim: builtins.int, index: Tensor) -> Tensor:
        """
        Read along a dimension: y[i, j, k] = input[i, index[i, j, k], k] for dim = 1.

        Args:
            input: a tensor.
            dim: the dimension along which is read.
            index: int64 or int32 of input's number of dimensions, no larger than input except along dim.
        Returns:
            A tensor of index's shape and input's dtype.
        Raises:
            IndexError: an index is out of range.

        Example:
            >>> import dlcore
            >>> dlcore.gather(dlcore.tensor([[1, 2], [3, 4]]), 1, dlcore.tensor([[1], [0]])).tolist()
            [[2], [3]]
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

    def index_add(
        self, dim: builtins.int, index: Tensor, source: Tensor, *, alpha: Tensor | builtins.float = 1
    ) -> Tensor:
        """
        Add alpha * source to the slices along a dimension that a vector names.

        y = input, then y[i, index[j], k] += alpha * source[i, j, k] for dim = 1; in order where indices are equal.

        Args:
            input: a tensor.
            dim: the dimension of the slices.
            index: a vector of int64 or int32.
            source: a tensor of input's dtype and shape, except for index's length along dim.
            alpha: a number.
        """

    def index_add_(
        self, dim: builtins.int, index: Tensor, source: Tensor, *, alpha: Tensor | builtins.float = 1
    ) -> Tensor:
        """
        Do the same as index_add in place.
        """

    def index_put(
        self,
        indices: collections.abc.Sequence[Tensor],
        values: Tensor | builtins.float,
        accumulate: builtins.bool = False,
    ) -> Tensor:
        """
        Write y = input, then y[indices] = values, or += with accumulate.

        Where indices are equal, additions happen in order, and of several writes the last stays.

        Args:
            input: a tensor.
            indices: a tuple of tensors for the first dimensions, of int64, int32 or bool, which broadcast together.
            values: a tensor of input's dtype that broadcasts to input[indices], or a number.
            accumulate: add instead of overwriting.
        """

    def index_put_(
        self,
        indices: collections.abc.Sequence[Tensor],
        values: Tensor | builtins.float,
        accumulate: builtins.bool = False,
    ) -> Tensor:
        """
        Do the same as index_put in place.
        """

    def index_select(self, dim: builtins.int, index: Tensor) -> Tensor:
        """
        Return the slices along a dimension that a vector names: y[i, j, k] = input[i, index[j], k] for dim = 1.

        Args:
            input: a tensor.
            dim: the dimension whose slices are taken.
            index: a vector of int64 or int32.
        Raises:
            IndexError: an index is out of range.

        Example:
            >>> import dlcore
            >>> dlcore.index_select(dlcore.tensor([5, 6, 7]), 0, dlcore.tensor([2, 0])).tolist()
            [7, 5]
        """

    def inner(self, other: Tensor) -> Tensor:
        """
        Sum the products over the last dimension of both: (..., k) and (..., k) give (..., ...).

        A 0-d tensor multiplies the other.
        """

    def int(self) -> Tensor:
        """
        Return the tensor in dtype int32; itself where it has it, and fractions cut off.
        """

    def inverse(self) -> Tensor:
        """
        Compute the inverse: y @ x = x @ y = I, by LU decomposition.

        Args:
            input: (..., n, n), floating.

        Raises:
            dlcore.linalg.LinAlgError: a matrix is singular.

        Example:
            >>> dlcore.inverse(dlcore.eye(2) * 4).tolist()
            [[0.25, 0.0], [0.0, 0.25]]
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

    def log_softmax(self, dim: builtins.int, dtype: _dtype | None = None) -> Tensor:
        """
        Compute input - ln(sum(e^input)) along a dimension: the logarithm of softmax, exact where that is tiny.

        Args:
            input: a floating tensor.
            dim: the dimension to sum along.
            dtype: what input is converted to first.

        Raises:
            TypeError: the dtype is not floating.
        """

    def logdet(self) -> Tensor:
        """
        Compute log(det x), which is NaN where det x is negative. See slogdet.
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

    def logsumexp(self, dim: builtins.int | tuple[builtins.int, ...], keepdim: builtins.bool = False) -> Tensor:
        """
        Compute ln(sum(e^input)) without overflow; -inf where nothing is summed.

        Args:
            input: a tensor; integers give the default floating dtype.
            dim: a dimension or several.
            keepdim: whether the dimensions stay, of size 1.

        Example:
            >>> import dlcore
            >>> dlcore.logsumexp(dlcore.tensor([1000.0, 0.0]), 0)
            tensor(1000.)
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

    def masked_fill(self, mask: Tensor, value: Tensor | builtins.float) -> Tensor:
        """
        Return value where mask is true, input elsewhere, in input's dtype.

        Args:
            input: a tensor.
            mask: a tensor of bool; input and mask broadcast (in place, mask to input).
            value: a number or a tensor with no dimensions.

        Example:
            >>> import dlcore
            >>> dlcore.tensor([1, 2]).masked_fill(dlcore.tensor([True, False]), 7).tolist()
            [7, 2]
        """

    def masked_fill_(self, mask: Tensor, value: Tensor | builtins.float) -> Tensor:
        """
        Do the same as masked_fill in place.
        """

    def masked_select(self, mask: Tensor) -> Tensor:
        """
        Return the elements where mask is true, in order, as a vector; input and mask broadcast.
        """

    def matmul(self, other: Tensor) -> Tensor:
        """
        Multiply matrices: y[..., i, j] = sum over k of input[..., i, k] * other[..., k, j].

        Args:
            input: (..., m, k), or a vector (k,).
            other: (..., k, n), or a vector (k,).

        Returns:
            (..., m, n), where leading dimensions broadcast; the dimension of a vector is gone.

        Raises:
            ValueError: the shapes do not fit.
            TypeError: the dtypes differ, or are bool.

        Example:
            >>> dlcore.matmul(dlcore.ones(2, 3), dlcore.ones(3, 4)).shape
            (2, 4)
        """

    @typing.overload
    def max(self) -> Tensor:
        """
        Find the largest element: of all, along a dimension, or of two tensors.

            max(input) -> Tensor
            max(input, dim, keepdim=False) -> (values, indices)
            max(input, other) -> Tensor, as maximum

        NaN counts as larger than every number. Of all, elements that are the largest share the gradient; along a dimension,
        the first of them is taken and has all of it.

        Raises:
            ValueError: there are no elements.

        Example:
            >>> import dlcore
            >>> dlcore.max(dlcore.tensor([[1.0, 5.0], [4.0, 2.0]]), 1).indices
            tensor([1, 0])
        """

    @typing.overload
    def max(self, other: Tensor) -> Tensor: ...
    @typing.overload
    def max(self, dim: builtins.int, keepdim: builtins.bool = False) -> ValuesAndIndices: ...
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

    @typing.overload
    def min(self) -> Tensor:
        """
        Find the smallest element: of all, along a dimension, or of two tensors.

            min(input) -> Tensor
            min(input, dim, keepdim=False) -> (values, indices)
            min(input, other) -> Tensor, as minimum

        NaN counts as smaller than every number. Of all, elements that are the smallest share the gradient; along a dimension,
        the first of them is taken and has all of it.

        Raises:
            ValueError: there are no elements.
        """

    @typing.overload
    def min(self, other: Tensor) -> Tensor: ...
    @typing.overload
    def min(self, dim: builtins.int, keepdim: builtins.bool = False) -> ValuesAndIndices: ...
    def minimum(self: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
        """
        Compute the smaller of input and other; NaN if one is NaN.
        """

    def mm(self, mat2: Tensor) -> Tensor:
        """
        Multiply matrices (m, k) and (k, n), without broadcasting.
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

    def multinomial(
        self, num_samples: builtins.int, replacement: builtins.bool = False, *, generator: Generator | None = None
    ) -> Tensor:
        """
        Return indices drawn with probabilities in proportion to weights.

        Args:
            input: weights (categories,) or (rows, categories), not negative; they need not sum to one.
            num_samples: how many indices are drawn from each row.
            replacement: whether an index may be drawn again.
            generator: as of `rand`.

        Returns:
            int64, (num_samples,) or (rows, num_samples).

        Raises:
            ValueError: a weight is negative or not finite, all of a row are zero, or without replacement fewer than num_samples
                are above zero.

        Source:
            Without replacement: Efraimidis, Spirakis: Weighted random sampling with a reservoir, 2006.

        Example:
            >>> import dlcore
            >>> dlcore.multinomial(dlcore.tensor([0.0, 3.0, 0.0]), 2, replacement=True)
            tensor([1, 1])
        """

    def mv(self, vec: Tensor) -> Tensor:
        """
        Multiply a matrix (m, k) and a vector (k,).
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

    def nonzero(self, *, as_tuple: builtins.bool = False) -> typing.Any:
        """
        Return where input is not zero, in order, as int64.

        Args:
            input: a tensor.
            as_tuple: return one vector per dimension, fit to index with, instead of (count, dimensions).

        Example:
            >>> import dlcore
            >>> dlcore.tensor([[0, 1], [2, 0]]).nonzero().tolist()
            [[0, 1], [1, 0]]
        """

    def norm(
        self,
        p: builtins.float | typing.Literal["fro"] = "fro",
        dim: builtins.int | tuple[builtins.int, ...] | None = None,
        keepdim: builtins.bool = False,
        dtype: _dtype | None = None,
    ) -> Tensor:
        """
        Compute the vector norm (sum(|input|^p))^(1/p); the gradient where it is zero is zero.

        Args:
            input: a floating tensor.
            p: the order, any number; 'fro' is 2; inf gives the largest |input|, -inf the smallest, 0 the count of non-zeros.
            dim: a dimension, several, or None for all.
            keepdim: whether the dimensions stay, of size 1.
            dtype: what input is converted to first.

        Raises:
            TypeError: the dtype is not floating.
            ValueError: p is infinite or negative, and there are no elements.

        Example:
            >>> import dlcore
            >>> dlcore.norm(dlcore.tensor([3.0, 4.0]))
            tensor(5.)
        """

    def normal_(
        self, mean: builtins.float = 0.0, std: builtins.float = 1.0, *, generator: Generator | None = None
    ) -> Tensor:
        """
        Overwrite with numbers drawn from the normal distribution.
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

    def one_hot(self, num_classes: builtins.int = -1) -> Tensor:
        """
        Return y[i, k] = 1 where input[i] = k, 0 elsewhere, of dtype int64.

        Args:
            tensor: classes, int64 or int32, of any shape.
            num_classes: the size of the new last dimension; -1 takes the largest class + 1.

        Example:
            >>> import dlcore
            >>> dlcore.one_hot(dlcore.tensor([0, 2])).tolist()
            [[1, 0, 0], [0, 0, 1]]
        """

    def outer(self, vec2: Tensor) -> Tensor:
        """
        Compute y[i, j] = input[i] * vec2[j] for vectors (m,) and (n,).
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

    def prod(
        self, dim: builtins.int | None = None, keepdim: builtins.bool = False, *, dtype: _dtype | None = None
    ) -> Tensor:
        """
        Multiply over one dimension, or all of them.

        The gradient of an element is the product of all others, exact where there are zeros.

        Args:
            input: a tensor; of bool and integers, the product is int64.
            dim: a dimension, or None for all.
            keepdim: whether the dimension stays, of size 1.
            dtype: what input is converted to first.

        Returns:
            A tensor; 1 where nothing is multiplied.

        Example:
            >>> import dlcore
            >>> dlcore.prod(dlcore.tensor([[1.0, 2.0], [3.0, 4.0]]), 1)
            tensor([ 2., 12.])
        """

    @typing.overload
    def random_(self, from_: builtins.int, to: builtins.int | None, *, generator: Generator | None = None) -> Tensor:
        """
        Overwrite with integers drawn evenly from `from` ... `to` - 1; without `to`, up to the largest of the dtype.
        """

    @typing.overload
    def random_(self, to: builtins.int | None = None, *, generator: Generator | None = None) -> Tensor:
        """
        Overwrite with integers drawn evenly from 0 ... `to` - 1.
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

    def repeat(self, *args) -> Tensor:
        """
        Lay copies side by side, one number of them per dimension; new dimensions come first.

        Example:
            >>> import dlcore
            >>> dlcore.tensor([1, 2]).repeat(2, 2).tolist()
            [[1, 2, 1, 2], [1, 2, 1, 2]]
        """

    def repeat_interleave(self, repeats: Tensor | builtins.float, dim: builtins.int | None = None) -> Tensor:
        """
        Repeat each element several times in a row.

        Args:
            input: a tensor.
            repeats: how often; a number, or int64 or int32 with one for each element along dim.
            dim: along which dimension slices are repeated; None repeats the elements of the flattened input.

        Example:
            >>> import dlcore
            >>> dlcore.tensor([1, 2]).repeat_interleave(dlcore.tensor([1, 3])).tolist()
            [1, 2, 2, 2]
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

    def roll(
        self,
        shifts: builtins.int | tuple[builtins.int, ...],
        dims: builtins.int | tuple[builtins.int, ...] | None = None,
    ) -> Tensor:
        """
        Shift elements along dimensions; what leaves at the end comes in at the start.

        Args:
            input: a tensor.
            shifts: how far, one number per dimension of dims.
            dims: along which dimensions; None shifts the flattened input.

        Example:
            >>> import dlcore
            >>> dlcore.tensor([1, 2, 3]).roll(1).tolist()
            [3, 1, 2]
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

    @typing.overload
    def scatter(self, dim: builtins.int, index: Tensor, src: Tensor | builtins.float) -> Tensor:
        """
        Write along a dimension: y = input, then y[i, index[i, j, k], k] = src[i, j, k] for dim = 1.

        Where several elements go to one place the last one stays.

        Args:
            input: a tensor.
            dim: the dimension along which is written.
            index: int64 or int32 of input's number of dimensions, no larger than input except along dim.
            src: a tensor of input's dtype, at least as large as index, or `value`: a number.
        Raises:
            IndexError: an index is out of range.
        """

    @typing.overload
    def scatter(self, dim: builtins.int, index: Tensor, value: Tensor | builtins.float) -> Tensor:
        """
        Write along a dimension: y = input, then y[i, index[i, j, k], k] = src[i, j, k] for dim = 1.

        Where several elements go to one place the last one stays.

        Args:
            input: a tensor.
            dim: the dimension along which is written.
            index: int64 or int32 of input's number of dimensions, no larger than input except along dim.
            src: a tensor of input's dtype, at least as large as index, or `value`: a number.
        Raises:
            IndexError: an index is out of range.
        """

    @typing.overload
    def scatter_(self, dim: builtins.int, index: Tensor, src: Tensor | builtins.float) -> Tensor:
        """
        Do the same as scatter in place.
        """

    @typing.overload
    def scatter_(self, dim: builtins.int, index: Tensor, value: Tensor | builtins.float) -> Tensor:
        """
        Do the same as scatter in place.
        """

    def scatter_add(self, dim: builtins.int, index: Tensor, src: Tensor | builtins.float) -> Tensor:
        """
        Add along a dimension: y = input, then y[i, index[i, j, k], k] += src[i, j, k] for dim = 1.

        Where several elements go to one place they are added in order, so the bits do not depend on threads.

        Args:
            input: a tensor.
            dim: the dimension along which is written.
            index: int64 or int32 of input's number of dimensions, no larger than input except along dim.
            src: a tensor of input's dtype, at least as large as index.
        Raises:
            IndexError: an index is out of range.

        Example:
            >>> import dlcore
            >>> dlcore.zeros(2).scatter_add(0, dlcore.tensor([1, 1, 0]), dlcore.ones(3)).tolist()
            [1.0, 2.0]
        """

    def scatter_add_(self, dim: builtins.int, index: Tensor, src: Tensor | builtins.float) -> Tensor:
        """
        Do the same as scatter_add in place.
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

    def slogdet(self) -> SignAndLogabsdet:
        """
        Compute sign and logarithm of the determinant: det = sign * e^logabsdet, for which det may be too large.

        Args:
            input: (..., n, n), floating.

        Returns:
            A named tuple (sign, logabsdet), both (...,); 0 and -inf for a singular matrix, whose gradient raises
            dlcore.linalg.LinAlgError. The gradient of sign is zero.
        """

    def softmax(self, dim: builtins.int, dtype: _dtype | None = None) -> Tensor:
        """
        Compute e^input / sum(e^input) along a dimension, without overflow.

        Args:
            input: a floating tensor.
            dim: the dimension along which the result sums to 1.
            dtype: what input is converted to first.

        Returns:
            A tensor of input's shape; NaN where a lane is -inf throughout.

        Raises:
            TypeError: the dtype is not floating.

        Example:
            >>> import dlcore
            >>> dlcore.softmax(dlcore.zeros(2), 0)
            tensor([0.5000, 0.5000])
        """

    def sort(
        self, dim: builtins.int = -1, descending: builtins.bool = False, stable: builtins.bool = False
    ) -> ValuesAndIndices:
        """
        Sort along a dimension.

        Args:
            input: a tensor. NaN counts as larger than every number.
            dim: the dimension.
            descending: whether the largest comes first.
            stable: has no effect: equal elements always stay in the order they have.

        Returns:
            (values, indices): the elements in order, and where along the dimension each came from, int64.

        Example:
            >>> import dlcore
            >>> dlcore.sort(dlcore.tensor([3.0, 1.0, 2.0])).indices
            tensor([1, 2, 0])
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

    def std(
        self,
        dim: builtins.int | tuple[builtins.int, ...] | None = None,
        *,
        correction: builtins.float = 1.0,
        keepdim: builtins.bool = False,
    ) -> Tensor:
        """
        Compute the standard deviation, the root of the variance; the gradient at zero is zero.

        Args:
            input: a floating tensor.
            dim: a dimension, several, or None for all.
            correction: what is taken off the number n of elements; 1 is Bessel's correction.
            keepdim: whether the dimensions stay, of size 1.

        Raises:
            TypeError: input is not floating.
        """

    def stride(self, dim: builtins.int | None = None) -> typing.Any:
        """
        Return the strides, or the stride of one dimension, in elements.
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

    def take_along_dim(self, indices: Tensor, dim: builtins.int | None = None) -> Tensor:
        """
        Read along a dimension as gather does, after input and index are broadcast in the others.

        Args:
            input: a tensor.
            indices: int64 or int32, such as argsort and argmax(keepdim=True) return.
            dim: the dimension along which is read; None reads from the flattened input.
        """

    def tanh(self: Tensor | builtins.float) -> Tensor:
        """
        Compute the hyperbolic tangent.
        """

    def tanh_(self) -> Tensor:
        """
        Do the same as tanh in place.
        """

    def tile(self, *args) -> Tensor:
        """
        Lay copies side by side; missing numbers in front count as 1.
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

    def topk(
        self, k: builtins.int, dim: builtins.int = -1, largest: builtins.bool = True, sorted: builtins.bool = True
    ) -> ValuesAndIndices:
        """
        Find the k largest (or smallest) elements along a dimension.

        Args:
            input: a tensor. NaN counts as larger than every number.
            k: how many, at most as many as there are.
            dim: the dimension.
            largest: whether the largest are asked for, or the smallest.
            sorted: has no effect: the elements are always in order, equal ones in the order they have in input.

        Returns:
            (values, indices): the elements, and where along the dimension each came from, int64.

        Raises:
            IndexError: k is out of range.

        Example:
            >>> import dlcore
            >>> dlcore.topk(dlcore.tensor([3.0, 1.0, 2.0]), 2).values
            tensor([3., 2.])
        """

    def transpose(self, dim0: builtins.int, dim1: builtins.int) -> Tensor:
        """
        Return a view with two dimensions swapped.
        """

    def tril(self, diagonal: builtins.int = 0) -> Tensor:
        """
        Keep the lower triangle of (batches of) matrices, y[i, j] = input[i, j] for j <= i + diagonal, zero elsewhere.
        """

    def tril_(self, diagonal: builtins.int = 0) -> Tensor:
        """
        Do the same as tril in place.
        """

    def triu(self, diagonal: builtins.int = 0) -> Tensor:
        """
        Keep the upper triangle of (batches of) matrices, y[i, j] = input[i, j] for j >= i + diagonal, zero elsewhere.
        """

    def triu_(self, diagonal: builtins.int = 0) -> Tensor:
        """
        Do the same as triu in place.
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

    def uniform_(
        self, from_: builtins.float = 0.0, to: builtins.float = 1.0, *, generator: Generator | None = None
    ) -> Tensor:
        """
        Overwrite with numbers drawn evenly from [from, to).
        """

    def unsqueeze(self, dim: builtins.int) -> Tensor:
        """
        Insert a dimension of size 1.
        """

    def var(
        self,
        dim: builtins.int | tuple[builtins.int, ...] | None = None,
        *,
        correction: builtins.float = 1.0,
        keepdim: builtins.bool = False,
    ) -> Tensor:
        """
        Compute the variance, sum((input - mean)^2) / max(n - correction, 0).

        Args:
            input: a floating tensor.
            dim: a dimension, several, or None for all.
            correction: what is taken off the number n of elements; 1 is Bessel's correction.
            keepdim: whether the dimensions stay, of size 1.

        Raises:
            TypeError: input is not floating.

        Example:
            >>> import dlcore
            >>> dlcore.var(dlcore.tensor([1.0, 2.0, 3.0]))
            tensor(1.)
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

class Generator:
    """
    A source of random numbers: a seed, and how many blocks of numbers were drawn.

    The numbers depend on the seed and the position alone: they are the same for every number of threads, instruction level
    and machine. A forked child has its parent's state, and draws the same numbers; give it a seed of its own.

    Args:
        device: 'cpu'.

    Source:
        Philox4x32-10; Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3, 2011.

    Example:
        >>> import dlcore
        >>> a = dlcore.rand(3, generator=dlcore.Generator().manual_seed(0))
        >>> b = dlcore.rand(3, generator=dlcore.Generator().manual_seed(0))
        >>> dlcore.equal(a, b)
        True
    """

    def __copy__(self) -> Generator: ...
    def __deepcopy__(self, memo: dict) -> Generator: ...
    def __getstate__(self) -> tuple[builtins.int, builtins.int]: ...
    def __init__(self, device: _device | str | None = "cpu") -> None: ...
    def __setstate__(self, arg0: tuple) -> None: ...
    def clone_state(self) -> Generator:
        """
        Return another generator in the same state.
        """

    def get_state(self) -> Tensor:
        """
        Return the state as a uint8 tensor: the seed and the offset, 8 bytes each.
        """

    def initial_seed(self) -> builtins.int:
        """
        Return the seed that the generator began with.
        """

    def manual_seed(self, seed: builtins.int) -> Generator:
        """
        Begin anew with a seed, an integer in [-2^63, 2^64); return the generator.
        """

    def seed(self) -> builtins.int:
        """
        Begin anew with a seed that the system draws, and return it.
        """

    def set_state(self, new_state: Tensor) -> None:
        """
        Take over a state that `get_state` returned.
        """

    @property
    def device(self) -> _device:
        """
        The device: cpu.
        """

def _adadelta_step(groups: collections.abc.Sequence[dict], state: dict) -> None: ...
def _adagrad_step(groups: collections.abc.Sequence[dict], state: dict) -> None: ...
def _adam_step(groups: collections.abc.Sequence[dict], state: dict) -> None: ...
def _adamax_step(groups: collections.abc.Sequence[dict], state: dict) -> None: ...
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
def _lbfgs_step(
    params: collections.abc.Sequence[Tensor],
    state: dict,
    closure: collections.abc.Callable,
    lr: builtins.float,
    max_iter: builtins.int,
    max_eval: builtins.int,
    tolerance_grad: builtins.float,
    tolerance_change: builtins.float,
    history_size: builtins.int,
    strong_wolfe: builtins.bool,
) -> typing.Any: ...
def _linalg_cholesky(A: Tensor, *, upper: builtins.bool = False) -> Tensor:
    """
    Compute the Cholesky decomposition x = L @ L^T of symmetric positive definite matrices.

    One triangle of x is read; the gradient is symmetric (Murray 2016, Differentiation of the Cholesky
    decomposition, section 3).

    Args:
        A: (..., n, n), floating.
        upper: give L^T, and read the upper triangle.

    Raises:
        dlcore.linalg.LinAlgError: a matrix is not positive definite.

    Example:
        >>> dlcore.cholesky(dlcore.eye(2) * 4).tolist()
        [[2.0, 0.0], [0.0, 2.0]]
    """

def _linalg_det(A: Tensor) -> Tensor:
    """
    Compute the determinant, by LU decomposition.

    The gradient is det * inverse^T; where the determinant is zero, asking for it raises dlcore.linalg.LinAlgError.

    Args:
        A: (..., n, n), floating.

    Returns:
        (...,).

    Example:
        >>> dlcore.det(dlcore.eye(3) * 2).item()
        8.0
    """

def _linalg_eigh(A: Tensor, UPLO: str = "L") -> EigenvaluesAndEigenvectors:
    """
    Decompose symmetric matrices: A = V @ diag(w) @ V^T.

    Eigenvectors have a gradient only where the eigenvalues are distinct, and as their signs are free, only
    functions that do not depend on these have a meaningful one.

    Args:
        A: (..., n, n), floating.
        UPLO: 'L' or 'U', the triangle that is read.

    Returns:
        A named tuple: eigenvalues (..., n), ascending; eigenvectors (..., n, n), in columns.

    Raises:
        dlcore.linalg.LinAlgError: an element is not finite, or the iteration does not converge.

    Example:
        >>> dlcore.linalg.eigh(dlcore.eye(2) * 3).eigenvalues.tolist()
        [3.0, 3.0]
    """

def _linalg_eigvalsh(A: Tensor, UPLO: str = "L") -> Tensor:
    """
    Compute the eigenvalues of symmetric matrices, ascending.

    Args:
        A: (..., n, n), floating.
        UPLO: 'L' or 'U', the triangle that is read.

    Raises:
        dlcore.linalg.LinAlgError: an element is not finite, or the iteration does not converge.
    """

def _linalg_inv(A: Tensor) -> Tensor:
    """
    Compute the inverse: y @ x = x @ y = I, by LU decomposition.

    Args:
        A: (..., n, n), floating.

    Raises:
        dlcore.linalg.LinAlgError: a matrix is singular.

    Example:
        >>> dlcore.inverse(dlcore.eye(2) * 4).tolist()
        [[0.25, 0.0], [0.0, 0.25]]
    """

def _linalg_slogdet(A: Tensor) -> SignAndLogabsdet:
    """
    Compute sign and logarithm of the determinant: det = sign * e^logabsdet, for which det may be too large.

    Args:
        A: (..., n, n), floating.

    Returns:
        A named tuple (sign, logabsdet), both (...,); 0 and -inf for a singular matrix, whose gradient raises
        dlcore.linalg.LinAlgError. The gradient of sign is zero.
    """

def _linalg_solve(A: Tensor, B: Tensor, *, left: builtins.bool = True) -> Tensor:
    """
    Solve A @ y = B for y, by LU decomposition.

    Args:
        A: (..., n, n), floating.
        B: (..., n, k), where leading dimensions broadcast; or vectors: (n,), or A's shape without its last.
        left: if not, solve y @ A = B, for B (..., k, n).

    Raises:
        dlcore.linalg.LinAlgError: a matrix is singular.

    Example:
        >>> dlcore.linalg.solve(dlcore.eye(2) * 4, dlcore.ones(2)).tolist()
        [0.25, 0.25]
    """

def _linalg_solve_triangular(
    A: Tensor, B: Tensor, *, upper: builtins.bool, left: builtins.bool = True, unitriangular: builtins.bool = False
) -> Tensor:
    """
    Solve A @ y = B for y, where A is a triangle.

    Args:
        A: (..., n, n), floating; its other half is not read.
        B: (..., n, k), where leading dimensions broadcast.
        upper: which triangle.
        left: if not, solve y @ A = B, for B (..., k, n).
        unitriangular: take the diagonal for ones, without reading it.

    Raises:
        dlcore.linalg.LinAlgError: there is a zero on the diagonal.
    """

def _lion_step(groups: collections.abc.Sequence[dict], state: dict) -> None: ...
def _pop_module() -> None: ...
def _push_module(name: str) -> None: ...
def _radam_step(groups: collections.abc.Sequence[dict], state: dict) -> None: ...
def _record_function(
    name: str,
    outputs: collections.abc.Sequence[Tensor],
    inputs: collections.abc.Sequence[Tensor],
    saved: collections.abc.Sequence[Tensor | None],
    backward: collections.abc.Callable,
) -> None: ...
def _rmsprop_step(groups: collections.abc.Sequence[dict], state: dict) -> None: ...
def _set_check_finite(enabled: builtins.bool) -> None: ...
def _set_grad_enabled(enabled: builtins.bool) -> None: ...
def _sgd_step(groups: collections.abc.Sequence[dict], state: dict) -> None: ...
def abs(input: Tensor | builtins.float) -> Tensor:
    """
    Compute |input|; the gradient at zero is zero.
    """

def adaptive_avg_pool1d(
    input: Tensor, output_size: builtins.int | collections.abc.Sequence[builtins.int | None]
) -> Tensor:
    """
    Take the means of windows so chosen that the output has a given size.

    Along an axis, output i of n is the mean of elements floor(i size / n) ... ceil((i + 1) size / n) - 1.

    Args:
        input: floating, (N, C, W) or (C, W).
        output_size: a number; None keeps a size.

    Raises:
        ValueError: a size is negative, or the input's is 0.
        TypeError: input is not floating.

    Example:
        >>> import dlcore
        >>> dlcore.adaptive_avg_pool1d(dlcore.tensor([[1.0, 2.0, 6.0]]), 2)
        tensor([[1.5000, 4.0000]])
    """

def adaptive_avg_pool2d(
    input: Tensor, output_size: builtins.int | collections.abc.Sequence[builtins.int | None]
) -> Tensor:
    """
    Take the means of windows so chosen that the output has a given size.

    Along an axis, output i of n is the mean of elements floor(i size / n) ... ceil((i + 1) size / n) - 1.

    Args:
        input: floating, (N, C, H, W) or (C, H, W).
        output_size: one number or two; None keeps a size.

    Raises:
        ValueError: a size is negative, or the input's is 0.
        TypeError: input is not floating.

    Example:
        >>> import dlcore
        >>> dlcore.adaptive_avg_pool1d(dlcore.tensor([[1.0, 2.0, 6.0]]), 2)
        tensor([[1.5000, 4.0000]])
    """

def adaptive_avg_pool3d(
    input: Tensor, output_size: builtins.int | collections.abc.Sequence[builtins.int | None]
) -> Tensor:
    """
    Take the means of windows so chosen that the output has a given size.

    Along an axis, output i of n is the mean of elements floor(i size / n) ... ceil((i + 1) size / n) - 1.

    Args:
        input: floating, (N, C, D, H, W) or (C, D, H, W).
        output_size: one number or three; None keeps a size.

    Raises:
        ValueError: a size is negative, or the input's is 0.
        TypeError: input is not floating.

    Example:
        >>> import dlcore
        >>> dlcore.adaptive_avg_pool1d(dlcore.tensor([[1.0, 2.0, 6.0]]), 2)
        tensor([[1.5000, 4.0000]])
    """

def adaptive_max_pool1d(
    input: Tensor,
    output_size: builtins.int | collections.abc.Sequence[builtins.int | None],
    return_indices: builtins.bool = False,
) -> Tensor | tuple[Tensor, Tensor]:
    """
    Take the largest elements of windows so chosen that the output has a given size.

    Along an axis, output i of n sees elements floor(i size / n) ... ceil((i + 1) size / n) - 1.

    Args:
        input: floating, (N, C, W) or (C, W).
        output_size: a number; None keeps a size.
        return_indices: whether to return, too, where in its flattened plane each of them is, as int64.

    Raises:
        ValueError: a size is negative, or the input's is 0.
        TypeError: input is not floating.

    Example:
        >>> import dlcore
        >>> dlcore.adaptive_max_pool1d(dlcore.tensor([[1.0, 2.0, 6.0]]), 2)
        tensor([[2., 6.]])
    """

def adaptive_max_pool2d(
    input: Tensor,
    output_size: builtins.int | collections.abc.Sequence[builtins.int | None],
    return_indices: builtins.bool = False,
) -> Tensor | tuple[Tensor, Tensor]:
    """
    Take the largest elements of windows so chosen that the output has a given size.

    Along an axis, output i of n sees elements floor(i size / n) ... ceil((i + 1) size / n) - 1.

    Args:
        input: floating, (N, C, H, W) or (C, H, W).
        output_size: one number or two; None keeps a size.
        return_indices: whether to return, too, where in its flattened plane each of them is, as int64.

    Raises:
        ValueError: a size is negative, or the input's is 0.
        TypeError: input is not floating.

    Example:
        >>> import dlcore
        >>> dlcore.adaptive_max_pool1d(dlcore.tensor([[1.0, 2.0, 6.0]]), 2)
        tensor([[2., 6.]])
    """

def adaptive_max_pool3d(
    input: Tensor,
    output_size: builtins.int | collections.abc.Sequence[builtins.int | None],
    return_indices: builtins.bool = False,
) -> Tensor | tuple[Tensor, Tensor]:
    """
    Take the largest elements of windows so chosen that the output has a given size.

    Along an axis, output i of n sees elements floor(i size / n) ... ceil((i + 1) size / n) - 1.

    Args:
        input: floating, (N, C, D, H, W) or (C, D, H, W).
        output_size: one number or three; None keeps a size.
        return_indices: whether to return, too, where in its flattened plane each of them is, as int64.

    Raises:
        ValueError: a size is negative, or the input's is 0.
        TypeError: input is not floating.

    Example:
        >>> import dlcore
        >>> dlcore.adaptive_max_pool1d(dlcore.tensor([[1.0, 2.0, 6.0]]), 2)
        tensor([[2., 6.]])
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

def additive_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    score_weight: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: builtins.float = 0.0,
    is_causal: builtins.bool = False,
    enable_gqa: builtins.bool = False,
    *,
    window: tuple[builtins.int | None, builtins.int | None] | None = None,
    key_lengths: Tensor | None = None,
    relative_bias: Tensor | None = None,
    neighbors: tuple[Tensor, Tensor] | None = None,
    normalization: str = "softmax",
    generator: Generator | None = None,
) -> Tensor:
    """
    Average the values, for each query, with weights softmax(score_weight . tanh(query + key) + ...).

    In all but the score this is scaled_dot_product_attention.

    Args:
        query: floating, (..., H, Tq, D).
        key: (..., H, Tk, D); leading dimensions broadcast.
        value: (..., H, Tk, Dv).
        score_weight: (D,).
        attn_mask, dropout_p, is_causal, enable_gqa, window, key_lengths: as in scaled_dot_product_attention.
        relative_bias, neighbors, normalization, generator: the same.

    Returns:
        A tensor (..., H, Tq, Dv).

    Source:
        Bahdanau, Cho, Bengio: Neural machine translation by jointly learning to align and translate, 2015, section A.1.2.

    Example:
        >>> import dlcore
        >>> x = dlcore.tensor([[1.0, 0.0], [0.0, 1.0]])
        >>> dlcore.nn.functional.additive_attention(x, x, x, dlcore.zeros(2))
        tensor([[0.5000, 0.5000],
                [0.5000, 0.5000]])
    """

def addmm(
    input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: builtins.float = 1.0, alpha: builtins.float = 1.0
) -> Tensor:
    """
    Compute beta * input + alpha * (mat1 @ mat2).

    Args:
        input: broadcasts to (m, n); with beta = 0 its values do not matter, be they NaN.
        mat1, mat2: (m, k) and (k, n).
        beta, alpha: numbers.
    """

def affine_grid(
    theta: Tensor, size: builtins.int | tuple[builtins.int, ...], align_corners: builtins.bool = False
) -> Tensor:
    """
    Give each pixel of a result the place theta [x, y, (z,) 1] of the input that it is sampled from.

    Args:
        theta: floating, (N, 2, 3), or (N, 3, 4) for volumes.
        size: of the result, (N, C, H, W) or (N, C, D, H, W).
        align_corners: whether -1 and 1 are the centres of the outermost pixels, or their outer edges.

    Returns:
        A grid (N, H, W, 2) of x, y, or (N, D, H, W, 3) of x, y, z, as grid_sample takes it.

    Raises:
        ValueError: shapes do not fit, or there is no pixel.
        TypeError: theta is not floating.

    Source:
        Jaderberg, Simonyan, Zisserman, Kavukcuoglu: Spatial transformer networks, 2015, section 3.2.

    Example:
        >>> import dlcore
        >>> theta = dlcore.tensor([[[1.0, 0.0, 0.5], [0.0, 1.0, 0.0]]])
        >>> dlcore.nn.functional.affine_grid(theta, (1, 1, 1, 2))
        tensor([[[[0., 0.],
                  [1., 0.]]]])
    """

def all(
    input: Tensor, dim: builtins.int | tuple[builtins.int, ...] | None = None, keepdim: builtins.bool = False
) -> Tensor:
    """
    Tell whether no element is zero: bool, or uint8 of uint8. NaN is not zero.
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

def amax(
    input: Tensor, dim: builtins.int | tuple[builtins.int, ...] | None = (), keepdim: builtins.bool = False
) -> Tensor:
    """
    Find the largest element over the given dimensions, or all; equals share the gradient.

    Raises:
        ValueError: there are no elements.
    """

def amin(
    input: Tensor, dim: builtins.int | tuple[builtins.int, ...] | None = (), keepdim: builtins.bool = False
) -> Tensor:
    """
    Find the smallest element over the given dimensions, or all; equals share the gradient.

    Raises:
        ValueError: there are no elements.
    """

def any(
    input: Tensor, dim: builtins.int | tuple[builtins.int, ...] | None = None, keepdim: builtins.bool = False
) -> Tensor:
    """
    Tell whether one element is not zero: bool, or uint8 of uint8. NaN is not zero.
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

def argmax(input: Tensor, dim: builtins.int | None = None, keepdim: builtins.bool = False) -> Tensor:
    """
    Find where the largest element is met first: along a dimension, or in the flattened input.

    Returns:
        A tensor of int64. The first NaN comes before every number.

    Raises:
        ValueError: there are no elements.

    Example:
        >>> import dlcore
        >>> dlcore.argmax(dlcore.tensor([[1, 5], [4, 2]])).item()
        1
    """

def argmin(input: Tensor, dim: builtins.int | None = None, keepdim: builtins.bool = False) -> Tensor:
    """
    Find where the smallest element is met first: along a dimension, or in the flattened input.

    Returns:
        A tensor of int64. The first NaN comes before every number.

    Raises:
        ValueError: there are no elements.
    """

def argsort(
    input: Tensor, dim: builtins.int = -1, descending: builtins.bool = False, stable: builtins.bool = False
) -> Tensor:
    """
    Find the indices that sort along a dimension, as sort gives them.
    """

def as_tensor(data: typing.Any, dtype: _dtype | None = None, device: _device | str | None = None) -> Tensor:
    """
    Return data as a tensor, on the same memory where it is a tensor or an array of that dtype.
    """

def avg_pool1d(
    input: Tensor,
    kernel_size: builtins.int | tuple[builtins.int, ...],
    stride: builtins.int | tuple[builtins.int, ...] | None = None,
    padding: builtins.int | tuple[builtins.int, ...] = (0,),
    ceil_mode: builtins.bool = False,
    count_include_pad: builtins.bool = True,
    divisor_override: builtins.int | None = None,
) -> Tensor:
    """
    Take the mean of each window.

    Args:
        input: floating, (N, C, W) or (C, W).
        kernel_size: the size of a window, a number.
        stride: how far apart windows begin; by default kernel_size.
        padding: how many zeros stand on each side, at most half a window.
        ceil_mode: whether a last window may reach beyond the padding; what is beyond it never counts.
        count_include_pad: whether the zeros of padding count as elements.
        divisor_override: what to divide sums by, instead of the number of elements.

    Raises:
        ValueError: a size is not positive, windows do not fit, padding is more than half a window, or the divisor is 0.
        TypeError: input is not floating.

    Example:
        >>> import dlcore
        >>> dlcore.avg_pool1d(dlcore.tensor([[1.0, 3.0, 2.0, 4.0]]), 2)
        tensor([[2., 3.]])
    """

def avg_pool2d(
    input: Tensor,
    kernel_size: builtins.int | tuple[builtins.int, ...],
    stride: builtins.int | tuple[builtins.int, ...] | None = None,
    padding: builtins.int | tuple[builtins.int, ...] = (0,),
    ceil_mode: builtins.bool = False,
    count_include_pad: builtins.bool = True,
    divisor_override: builtins.int | None = None,
) -> Tensor:
    """
    Take the mean of each window.

    Args:
        input: floating, (N, C, H, W) or (C, H, W).
        kernel_size: the size of a window, one number or two.
        stride: how far apart windows begin; by default kernel_size.
        padding: how many zeros stand on each side, at most half a window.
        ceil_mode: whether a last window may reach beyond the padding; what is beyond it never counts.
        count_include_pad: whether the zeros of padding count as elements.
        divisor_override: what to divide sums by, instead of the number of elements.

    Raises:
        ValueError: a size is not positive, windows do not fit, padding is more than half a window, or the divisor is 0.
        TypeError: input is not floating.

    Example:
        >>> import dlcore
        >>> dlcore.avg_pool1d(dlcore.tensor([[1.0, 3.0, 2.0, 4.0]]), 2)
        tensor([[2., 3.]])
    """

def avg_pool3d(
    input: Tensor,
    kernel_size: builtins.int | tuple[builtins.int, ...],
    stride: builtins.int | tuple[builtins.int, ...] | None = None,
    padding: builtins.int | tuple[builtins.int, ...] = (0,),
    ceil_mode: builtins.bool = False,
    count_include_pad: builtins.bool = True,
    divisor_override: builtins.int | None = None,
) -> Tensor:
    """
    Take the mean of each window.

    Args:
        input: floating, (N, C, D, H, W) or (C, D, H, W).
        kernel_size: the size of a window, one number or three.
        stride: how far apart windows begin; by default kernel_size.
        padding: how many zeros stand on each side, at most half a window.
        ceil_mode: whether a last window may reach beyond the padding; what is beyond it never counts.
        count_include_pad: whether the zeros of padding count as elements.
        divisor_override: what to divide sums by, instead of the number of elements.

    Raises:
        ValueError: a size is not positive, windows do not fit, padding is more than half a window, or the divisor is 0.
        TypeError: input is not floating.

    Example:
        >>> import dlcore
        >>> dlcore.avg_pool1d(dlcore.tensor([[1.0, 3.0, 2.0, 4.0]]), 2)
        tensor([[2., 3.]])
    """

def baddbmm(
    input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: builtins.float = 1.0, alpha: builtins.float = 1.0
) -> Tensor:
    """
    Compute beta * input + alpha * (batch1 @ batch2).

    Args:
        input: broadcasts to (N, m, n); with beta = 0 its values do not matter, be they NaN.
        batch1, batch2: (N, m, k) and (N, k, n).
        beta, alpha: numbers.
    """

def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: builtins.bool = False,
    momentum: builtins.float = 0.1,
    eps: builtins.float = 1e-05,
) -> Tensor:
    """
    Compute (input - mean) / sqrt(var + eps) * weight + bias, mean and variance being those of each channel.

    In training they are taken over the batch and all positions, and what runs along is changed in place:
    running = (1 - momentum) running + momentum * batch, the batch's variance with correction 1. Else they are the running
    ones, through which no gradient goes.

    Args:
        input: floating, (N, C, ...).
        running_mean, running_var: (C,), of input's dtype; None in training: nothing runs along.
        weight, bias: (C,), of input's dtype, or None.
        training: whether mean and (biased) variance are those of input.
        momentum: how much of the batch goes into what runs along.
        eps: added to the variance.

    Raises:
        ValueError: a shape does not fit; one value per channel in training; no running statistics otherwise.
        TypeError: dtypes differ or are not floating.

    Source:
        Ioffe, Szegedy: Batch normalization: accelerating deep network training by reducing internal covariate shift, 2015,
        algorithms 1 and 2.

    Example:
        >>> import dlcore
        >>> x = dlcore.tensor([[1.0, 10.0], [3.0, 30.0]])
        >>> dlcore.batch_norm(x, None, None, training=True, eps=0.0)
        tensor([[-1., -1.],
                [ 1.,  1.]])
    """

@typing.overload
def bernoulli(input: Tensor, *, generator: Generator | None = None) -> Tensor:
    """
    Return ones with the given probabilities, and zeros.

    Args:
        input: the probabilities; with `p`, only the shape and the dtype of the result.
        p: one probability for all.
        generator: as of `rand`.

    Raises:
        ValueError: a probability is not in [0, 1].

    Example:
        >>> import dlcore
        >>> dlcore.bernoulli(dlcore.tensor([0.0, 1.0]))
        tensor([0., 1.])
    """

@typing.overload
def bernoulli(input: Tensor, p: builtins.float, *, generator: Generator | None = None) -> Tensor:
    """
    Return ones with probability p, and zeros, of input's shape and dtype.
    """

def binary_cross_entropy(
    input: Tensor, target: Tensor, weight: Tensor | None = None, reduction: str = "mean"
) -> Tensor:
    """
    Compute -(t log x + (1 - t) log(1 - x)) of probabilities x; no logarithm counts for less than -100.
    """

def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    reduction: str = "mean",
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

def bmm(input: Tensor, mat2: Tensor) -> Tensor:
    """
    Multiply matrices (N, m, k) and (N, k, n), pair by pair.
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
    Tell what the copy of libdlcore-kernels that the loader took was built from and for.
    """

def cat(tensors: collections.abc.Sequence[Tensor], dim: builtins.int = 0) -> Tensor:
    """
    Join tensors along a dimension.
    """

def ceil(input: Tensor | builtins.float) -> Tensor:
    """
    Round up. The gradient is zero.
    """

def celu(input: Tensor | builtins.float, alpha: builtins.float = 1.0) -> Tensor:
    """
    Compute input where it is positive, alpha * (e^(input / alpha) - 1) elsewhere (Barron 2017).
    """

def cholesky(input: Tensor, upper: builtins.bool = False) -> Tensor:
    """
    Compute the Cholesky decomposition x = L @ L^T of symmetric positive definite matrices.

    One triangle of x is read; the gradient is symmetric (Murray 2016, Differentiation of the Cholesky
    decomposition, section 3).

    Args:
        input: (..., n, n), floating.
        upper: give L^T, and read the upper triangle.

    Raises:
        dlcore.linalg.LinAlgError: a matrix is not positive definite.

    Example:
        >>> dlcore.cholesky(dlcore.eye(2) * 4).tolist()
        [[2.0, 0.0], [0.0, 2.0]]
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

def col2im(
    input: Tensor,
    output_size: builtins.int | tuple[builtins.int, ...],
    kernel_size: builtins.int | tuple[builtins.int, ...],
    dilation: builtins.int | tuple[builtins.int, ...] = (1,),
    padding: builtins.int | tuple[builtins.int, ...] = (0,),
    stride: builtins.int | tuple[builtins.int, ...] = (1,),
) -> Tensor:
    """
    Add up columns where their windows are: the transpose of im2col. `nn.functional.fold`.

    Args:
        input: floating, (N, C * elements of a window, windows), or that without N.
        output_size: H and W, one number or two.
        kernel_size, dilation, padding, stride: as for im2col.

    Returns:
        (N, C, H, W) or (C, H, W).

    Raises:
        ValueError: a size is not positive, or the input's shape is not what im2col makes of the output's.
        TypeError: input is not floating.

    Example:
        >>> import dlcore
        >>> dlcore.col2im(dlcore.ones(2, 2), (1, 3), (1, 2))
        tensor([[[1., 2., 1.]]])
    """

def concat(tensors: collections.abc.Sequence[Tensor], dim: builtins.int = 0) -> Tensor:
    """
    Join tensors along a dimension.
    """

def concatenate(tensors: collections.abc.Sequence[Tensor], dim: builtins.int = 0) -> Tensor:
    """
    Join tensors along a dimension.
    """

def conv1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: builtins.int | tuple[builtins.int, ...] = 1,
    padding: builtins.int | tuple[builtins.int, ...] | str = 0,
    dilation: builtins.int | tuple[builtins.int, ...] = 1,
    groups: builtins.int = 1,
) -> Tensor:
    """
    Correlate images with kernels along one axis.

        y[n, c, p] = bias[c] + sum over i, k of weight[c, i, k] * input[n, i, p * stride - padding + k * dilation]

    where input counts as 0 outside. 3x3 kernels of stride 1 may take Winograd's way, see set_winograd_enabled. Other kinds
    of padding are made by pad first.

    Args:
        input: floating, (N, C_in, L) or (C_in, L).
        weight: (C_out, C_in / groups, kernel sizes), of input's dtype.
        bias: (C_out,), or None.
        stride: how far the kernel moves from one element of the result to the next.
        padding: zeros before and behind each axis; or 'valid' (none); or 'same' (the result has the input's size, for
            stride 1; where the zeros are odd in number, one more is behind).
        dilation: how far the kernel's elements are apart.
        groups: into so many parts input and result channels are divided, each computed from its own.
        stride, padding and dilation are one number, or one per axis.
    Returns:
        (N, C_out, ...), or without N; each axis of size (size + 2 padding - dilation * (kernel - 1) - 1) // stride + 1.
    Raises:
        ValueError: shapes do not fit each other, groups do not divide channels, a number is out of its range, or the kernel
            is larger than the padded input.
        TypeError: dtypes differ or are not floating.

    Source:
        Dumoulin, Visin: A guide to convolution arithmetic for deep learning, 2016.

    Example:
        >>> import dlcore
        >>> x = dlcore.ones(1, 1, 5)
        >>> dlcore.conv1d(x, dlcore.ones(1, 1, 3), padding=1).flatten()
        tensor([2., 3., 3., 3., 2.])
    """

def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: builtins.int | tuple[builtins.int, ...] = 1,
    padding: builtins.int | tuple[builtins.int, ...] | str = 0,
    dilation: builtins.int | tuple[builtins.int, ...] = 1,
    groups: builtins.int = 1,
) -> Tensor:
    """
    Correlate images with kernels along 2 axes.

        y[n, c, p] = bias[c] + sum over i, k of weight[c, i, k] * input[n, i, p * stride - padding + k * dilation]

    where input counts as 0 outside. 3x3 kernels of stride 1 may take Winograd's way, see set_winograd_enabled. Other kinds
    of padding are made by pad first.

    Args:
        input: floating, (N, C_in, H, W) or (C_in, H, W).
        weight: (C_out, C_in / groups, kernel sizes), of input's dtype.
        bias: (C_out,), or None.
        stride: how far the kernel moves from one element of the result to the next.
        padding: zeros before and behind each axis; or 'valid' (none); or 'same' (the result has the input's size, for
            stride 1; where the zeros are odd in number, one more is behind).
        dilation: how far the kernel's elements are apart.
        groups: into so many parts input and result channels are divided, each computed from its own.
        stride, padding and dilation are one number, or one per axis.
    Returns:
        (N, C_out, ...), or without N; each axis of size (size + 2 padding - dilation * (kernel - 1) - 1) // stride + 1.
    Raises:
        ValueError: shapes do not fit each other, groups do not divide channels, a number is out of its range, or the kernel
            is larger than the padded input.
        TypeError: dtypes differ or are not floating.

    Source:
        Dumoulin, Visin: A guide to convolution arithmetic for deep learning, 2016.

    Example:
        >>> import dlcore
        >>> x = dlcore.ones(1, 1, 1, 5)
        >>> dlcore.conv2d(x, dlcore.ones(1, 1, 1, 3), padding=(0, 1)).flatten()
        tensor([2., 3., 3., 3., 2.])
    """

def conv3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: builtins.int | tuple[builtins.int, ...] = 1,
    padding: builtins.int | tuple[builtins.int, ...] | str = 0,
    dilation: builtins.int | tuple[builtins.int, ...] = 1,
    groups: builtins.int = 1,
) -> Tensor:
    """
    Correlate images with kernels along 3 axes.

        y[n, c, p] = bias[c] + sum over i, k of weight[c, i, k] * input[n, i, p * stride - padding + k * dilation]

    where input counts as 0 outside. 3x3 kernels of stride 1 may take Winograd's way, see set_winograd_enabled. Other kinds
    of padding are made by pad first.

    Args:
        input: floating, (N, C_in, D, H, W) or (C_in, D, H, W).
        weight: (C_out, C_in / groups, kernel sizes), of input's dtype.
        bias: (C_out,), or None.
        stride: how far the kernel moves from one element of the result to the next.
        padding: zeros before and behind each axis; or 'valid' (none); or 'same' (the result has the input's size, for
            stride 1; where the zeros are odd in number, one more is behind).
        dilation: how far the kernel's elements are apart.
        groups: into so many parts input and result channels are divided, each computed from its own.
        stride, padding and dilation are one number, or one per axis.
    Returns:
        (N, C_out, ...), or without N; each axis of size (size + 2 padding - dilation * (kernel - 1) - 1) // stride + 1.
    Raises:
        ValueError: shapes do not fit each other, groups do not divide channels, a number is out of its range, or the kernel
            is larger than the padded input.
        TypeError: dtypes differ or are not floating.

    Source:
        Dumoulin, Visin: A guide to convolution arithmetic for deep learning, 2016.

    Example:
        >>> import dlcore
        >>> x = dlcore.ones(1, 1, 1, 1, 5)
        >>> dlcore.conv3d(x, dlcore.ones(1, 1, 1, 1, 3), padding=(0, 0, 1)).flatten()
        tensor([2., 3., 3., 3., 2.])
    """

def conv_transpose1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: builtins.int | tuple[builtins.int, ...] = 1,
    padding: builtins.int | tuple[builtins.int, ...] = 0,
    output_padding: builtins.int | tuple[builtins.int, ...] = 0,
    groups: builtins.int = 1,
    dilation: builtins.int | tuple[builtins.int, ...] = 1,
) -> Tensor:
    """
    Compute the gradient of conv1d with respect to its input: each element spreads the kernel.

        y[n, i, p] = bias[i] + sum of weight[c, i, k] * input[n, c, o] over all c, k, o with o * stride - padding + k *
        dilation = p

    Args:
        input: floating, (N, C_in, L) or (C_in, L).
        weight: (C_in, C_out / groups, kernel sizes), of input's dtype.
        bias: (C_out,), or None.
        stride: how far the places of neighbours in input are apart in the result.
        padding: so many elements are cut off at both ends of each axis.
        output_padding: so many more elements there are at the end; less than stride or dilation.
        groups: into so many parts input and result channels are divided, each computed from its own.
        dilation: how far the kernel's elements are apart.
        stride, padding, output_padding and dilation are one number, or one per axis.
    Returns:
        (N, C_out, ...), or without N; each axis of size
        (size - 1) * stride - 2 padding + dilation * (kernel - 1) + output_padding + 1.
    Raises:
        ValueError: shapes do not fit each other, groups do not divide channels, a number is out of its range, or nothing is
            left of an axis.
        TypeError: dtypes differ or are not floating.

    Source:
        Dumoulin, Visin: A guide to convolution arithmetic for deep learning, 2016, chapter 4.

    Example:
        >>> import dlcore
        >>> x = dlcore.ones(1, 1, 2)
        >>> dlcore.conv_transpose1d(x, dlcore.ones(1, 1, 3), stride=2).flatten()
        tensor([1., 1., 2., 1., 1.])
    """

def conv_transpose2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: builtins.int | tuple[builtins.int, ...] = 1,
    padding: builtins.int | tuple[builtins.int, ...] = 0,
    output_padding: builtins.int | tuple[builtins.int, ...] = 0,
    groups: builtins.int = 1,
    dilation: builtins.int | tuple[builtins.int, ...] = 1,
) -> Tensor:
    """
    Compute the gradient of conv2d with respect to its input: each element spreads the kernel.

        y[n, i, p] = bias[i] + sum of weight[c, i, k] * input[n, c, o] over all c, k, o with o * stride - padding + k *
        dilation = p

    Args:
        input: floating, (N, C_in, H, W) or (C_in, H, W).
        weight: (C_in, C_out / groups, kernel sizes), of input's dtype.
        bias: (C_out,), or None.
        stride: how far the places of neighbours in input are apart in the result.
        padding: so many elements are cut off at both ends of each axis.
        output_padding: so many more elements there are at the end; less than stride or dilation.
        groups: into so many parts input and result channels are divided, each computed from its own.
        dilation: how far the kernel's elements are apart.
        stride, padding, output_padding and dilation are one number, or one per axis.
    Returns:
        (N, C_out, ...), or without N; each axis of size
        (size - 1) * stride - 2 padding + dilation * (kernel - 1) + output_padding + 1.
    Raises:
        ValueError: shapes do not fit each other, groups do not divide channels, a number is out of its range, or nothing is
            left of an axis.
        TypeError: dtypes differ or are not floating.

    Source:
        Dumoulin, Visin: A guide to convolution arithmetic for deep learning, 2016, chapter 4.

    Example:
        >>> import dlcore
        >>> x = dlcore.ones(1, 1, 1, 2)
        >>> dlcore.conv_transpose2d(x, dlcore.ones(1, 1, 1, 3), stride=(1, 2)).flatten()
        tensor([1., 1., 2., 1., 1.])
    """

def conv_transpose3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: builtins.int | tuple[builtins.int, ...] = 1,
    padding: builtins.int | tuple[builtins.int, ...] = 0,
    output_padding: builtins.int | tuple[builtins.int, ...] = 0,
    groups: builtins.int = 1,
    dilation: builtins.int | tuple[builtins.int, ...] = 1,
) -> Tensor:
    """
    Compute the gradient of conv3d with respect to its input: each element spreads the kernel.

        y[n, i, p] = bias[i] + sum of weight[c, i, k] * input[n, c, o] over all c, k, o with o * stride - padding + k *
        dilation = p

    Args:
        input: floating, (N, C_in, D, H, W) or (C_in, D, H, W).
        weight: (C_in, C_out / groups, kernel sizes), of input's dtype.
        bias: (C_out,), or None.
        stride: how far the places of neighbours in input are apart in the result.
        padding: so many elements are cut off at both ends of each axis.
        output_padding: so many more elements there are at the end; less than stride or dilation.
        groups: into so many parts input and result channels are divided, each computed from its own.
        dilation: how far the kernel's elements are apart.
        stride, padding, output_padding and dilation are one number, or one per axis.
    Returns:
        (N, C_out, ...), or without N; each axis of size
        (size - 1) * stride - 2 padding + dilation * (kernel - 1) + output_padding + 1.
    Raises:
        ValueError: shapes do not fit each other, groups do not divide channels, a number is out of its range, or nothing is
            left of an axis.
        TypeError: dtypes differ or are not floating.

    Source:
        Dumoulin, Visin: A guide to convolution arithmetic for deep learning, 2016, chapter 4.

    Example:
        >>> import dlcore
        >>> x = dlcore.ones(1, 1, 1, 1, 2)
        >>> dlcore.conv_transpose3d(x, dlcore.ones(1, 1, 1, 1, 3), stride=(1, 1, 2)).flatten()
        tensor([1., 1., 2., 1., 1.])
    """

def cos(input: Tensor | builtins.float) -> Tensor:
    """
    Compute the cosine of input radians.
    """

def cosine_similarity(x1: Tensor, x2: Tensor, dim: builtins.int = 1, eps: builtins.float = 1e-08) -> Tensor:
    """
    Compute the sum along dim of x1 / max(|x1|, eps) * x2 / max(|x2|, eps).

    Args:
        x1, x2: floating; they broadcast.
        dim: the dimension of the vectors, of the broadcast shape.
        eps: the least that is divided by.

    Raises:
        ValueError: the shapes do not broadcast.
        TypeError: x1 or x2 is not floating.

    Example:
        >>> import dlcore
        >>> dlcore.cosine_similarity(dlcore.tensor([3.0, 4.0]), dlcore.tensor([1.0, 0.0]), dim=0)
        tensor(0.6000)
    """

def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    ignore_index: builtins.int = -100,
    reduction: str = "mean",
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
        label_smoothing: in [0, 1]; this share of the target is spread evenly over the classes.

    Raises:
        ValueError: shapes do not fit. IndexError: a class is out of range. TypeError: dtypes do not fit.

    Source:
        Szegedy et al.: Rethinking the Inception Architecture, 2016, section 7 (label smoothing).

    Example:
        >>> import dlcore
        >>> dlcore.cross_entropy(dlcore.zeros(1, 4), dlcore.tensor([2]))
        tensor(1.3863)
    """

def ctc_loss(
    log_probs: Tensor,
    targets: Tensor,
    input_lengths: Tensor | collections.abc.Sequence[builtins.int],
    target_lengths: Tensor | collections.abc.Sequence[builtins.int],
    blank: builtins.int = 0,
    reduction: str = "mean",
    zero_infinity: builtins.bool = False,
) -> Tensor:
    """
    Compute the connectionist temporal classification loss: -log p(target | input).

    The probability of a target is that of all ways to write its classes over the steps: each one or more times, with blanks
    between them, which two equal classes in a row must have.

    Args:
        log_probs: log-probabilities (T, N, C) or (T, C), floating. The gradient is that with respect to these numbers.
        targets: int64 or int32, (N, S), of which the first target_lengths[i] count; or (sum of target_lengths,), one after the
            other.
        input_lengths, target_lengths: N lengths each, in a tensor or a sequence.
        blank: the class that stands for nothing.
        reduction: 'mean' (of the losses divided by their target's length), 'sum' or 'none'.
        zero_infinity: whether the loss, and the gradient, of a target too long for its input is zero instead of infinite.

    Raises:
        ValueError: shapes or lengths do not fit. IndexError: a target or the blank is no class. TypeError: a wrong dtype.

    Source:
        Graves, Fernandez, Gomez, Schmidhuber: Connectionist temporal classification, 2006, section 4.

    Example:
        >>> import dlcore
        >>> dlcore.ctc_loss(dlcore.zeros(2, 1, 3) - 2, dlcore.tensor([[1]]), [2], [1])  # 1 1, 1 - and - 1
        tensor(2.9014)
    """

def cumsum(input: Tensor, dim: builtins.int, *, dtype: _dtype | None = None) -> Tensor:
    """
    Compute the running sums input[0] + ... + input[i] along a dimension.

    Args:
        input: a tensor; sums of bool and integers are int64.
        dim: the dimension.
        dtype: what input is converted to first.

    Example:
        >>> import dlcore
        >>> dlcore.cumsum(dlcore.tensor([1, 2, 3]), 0)
        tensor([1, 3, 6])
    """

def det(input: Tensor) -> Tensor:
    """
    Compute the determinant, by LU decomposition.

    The gradient is det * inverse^T; where the determinant is zero, asking for it raises dlcore.linalg.LinAlgError.

    Args:
        input: (..., n, n), floating.

    Returns:
        (...,).

    Example:
        >>> dlcore.det(dlcore.eye(3) * 2).item()
        8.0
    """

def diag(input: Tensor, diagonal: builtins.int = 0) -> Tensor:
    """
    Return the matrix with a vector on its diagonal, or a copy of the diagonal of a matrix.

    Args:
        input: a vector or matrix.
        diagonal: how far above (or, negative, below) the main one.
    """

def diag_embed(input: Tensor, offset: builtins.int = 0, dim1: builtins.int = -2, dim2: builtins.int = -1) -> Tensor:
    """
    Return matrices, along two new dimensions, with the last dimension of input on their diagonals.

    Args:
        input: (..., n).
        offset: how far above (or, negative, below) the main diagonal.
        dim1, dim2: the dimensions of the result that rows and columns are.
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

def dot(input: Tensor, tensor: Tensor) -> Tensor:
    """
    Compute the sum of input * tensor for two vectors (k,).
    """

def dropout(
    input: Tensor,
    p: builtins.float = 0.5,
    training: builtins.bool = True,
    inplace: builtins.bool = False,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """
    Set each element to zero with probability p and scale the others by 1 / (1 - p).

    The mask is not kept for the gradient but drawn again, from the same position of the generator.

    Args:
        input: floating, of any shape.
        p: the probability, in [0, 1].
        training: whether anything is done; if not, input is returned.
        inplace: whether input is overwritten and returned.
        generator: where the mask comes from; by default the one that `manual_seed` seeds.

    Source:
        Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov: Dropout: A simple way to prevent neural networks from
        overfitting, 2014.

    Example:
        >>> import dlcore
        >>> dlcore.dropout(dlcore.ones(3), p=1.0)
        tensor([0., 0., 0.])
    """

def einsum(equation: str, *args) -> Tensor:
    """
    Sum products of operands over letters, in Einstein's notation.

    Each term of the equation names the dimensions of an operand; letters that the output leaves out are summed
    over. A letter twice in a term takes the diagonal, '...' stands for dimensions that broadcast. Without '->',
    the output has the dimensions of '...', then the letters that appear once, in alphabetical order. Operands
    are multiplied two at a time by matmul, at each step those whose product adds least to memory.

    Args:
        equation: such as 'bij,bjk->bik'.
        operands: tensors of one dtype, numbers.

    Raises:
        ValueError: the equation cannot be read, or does not fit the operands.
        TypeError: the dtypes differ, or are bool.

    Example:
        >>> dlcore.einsum('ij,kj->ik', dlcore.ones(2, 3), dlcore.ones(4, 3)).shape
        (2, 4)
        >>> dlcore.einsum('ii', dlcore.eye(3)).item()
        3.0
    """

def elu(input: Tensor | builtins.float, alpha: builtins.float = 1.0) -> Tensor:
    """
    Compute input where it is positive, alpha * (e^input - 1) elsewhere.

    Source:
        Clevert, Unterthiner, Hochreiter: Fast and Accurate Deep Network Learning by Exponential
        Linear Units, 2016.
    """

def embedding(input: Tensor, weight: Tensor, padding_idx: builtins.int | None = None) -> Tensor:
    """
    Look up rows: y[i, j, :] = weight[input[i, j], :].

    The gradient of weight is dense; rows that occur several times add in order.

    Args:
        input: numbers of rows, int64 or int32, of any shape.
        weight: (num_embeddings, embedding_dim).
        padding_idx: a row that receives no gradient.
    Returns:
        A tensor of shape (*input.shape, embedding_dim).
    Raises:
        IndexError: a number is out of range.

    Example:
        >>> import dlcore
        >>> dlcore.embedding(dlcore.tensor([1, 1]), dlcore.tensor([[1.0, 2.0], [3.0, 4.0]])).tolist()
        [[3.0, 4.0], [3.0, 4.0]]
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

def flip(input: Tensor, dims: builtins.int | tuple[builtins.int, ...]) -> Tensor:
    """
    Reverse the order of the elements along dimensions.
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

def gather(input: Tensor, dim: builtins.int, index: Tensor) -> Tensor:
    """
    Read along a dimension: y[i, j, k] = input[i, index[i, j, k], k] for dim = 1.

    Args:
        input: a tensor.
        dim: the dimension along which is read.
        index: int64 or int32 of input's number of dimensions, no larger than input except along dim.
    Returns:
        A tensor of index's shape and input's dtype.
    Raises:
        IndexError: an index is out of range.

    Example:
        >>> import dlcore
        >>> dlcore.gather(dlcore.tensor([[1, 2], [3, 4]]), 1, dlcore.tensor([[1], [0]])).tolist()
        [[2], [3]]
    """

def gaussian_nll_loss(
    input: Tensor,
    target: Tensor,
    var: Tensor,
    full: builtins.bool = False,
    eps: builtins.float = 1e-06,
    reduction: str = "mean",
) -> Tensor:
    """
    Compute (ln var + (input - target)^2 / var) / 2: -log of a normal density, without its constant.

    Args:
        input, target: the mean and what was seen, of one shape.
        var: the variance, of input's shape; or without its last axis, or with one of size 1, where all of it have one.
        full: whether ln(2 pi) / 2 is added.
        eps: a smaller variance counts as this; the gradient passes all the same.
        reduction: 'mean', 'sum' or 'none'.

    Raises:
        ValueError: shapes do not fit, a variance is negative, or eps is not positive.

    Source:
        Nix, Weigend: Estimating the mean and variance of the target probability distribution, 1994.
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

def get_rng_state() -> Tensor:
    """
    Return the state of the default generator as a uint8 tensor.
    """

def glu(input: Tensor, dim: builtins.int = -1) -> Tensor:
    """
    Compute a * sigmoid(b) of the two halves a, b of input along dim (Dauphin et al. 2017).
    """

def grid_sample(
    input: Tensor,
    grid: Tensor,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: builtins.bool = False,
) -> Tensor:
    """
    Sample images or volumes at the points of a grid: y[n, c, p] = sum over pixels of weight(grid[n, p]) input[n, c].

    A coordinate runs from -1 to 1 along its axis of the input. Of coordinates that are no finite numbers: with
    padding_mode 'zeros' they lie outside; with 'border' and 'reflection' NaN is the first pixel, and an infinity the
    outermost one on its side ('border') or the first ('reflection'). Gradients of any order exist with respect to input and
    grid; those that are not needed are not computed.

    Args:
        input: float32 or float64, (N, C, H, W) or (N, C, D, H, W).
        grid: of input's dtype, (N, H', W', 2) of x, y, or (N, D', H', W', 3) of x, y, z.
        mode: 'bilinear' (of volumes trilinear), 'nearest' or 'bicubic' (images alone; Keys' kernel with a = -0.75).
        padding_mode: what lies outside: 'zeros', the 'border' pixel, or the 'reflection' at the border.
        align_corners: whether -1 and 1 are the centres of the outermost pixels, or their outer edges.

    Returns:
        (N, C, H', W') or (N, C, D', H', W').

    Raises:
        ValueError: shapes do not fit, a size to sample from is 0, or a mode is unknown.
        TypeError: dtypes differ or are not floating.

    Source:
        Jaderberg, Simonyan, Zisserman, Kavukcuoglu: Spatial transformer networks, 2015, section 3.3.

    Example:
        >>> import dlcore
        >>> x = dlcore.tensor([[[[1.0, 3.0]]]])
        >>> dlcore.nn.functional.grid_sample(x, dlcore.tensor([[[[0.0, 0.0], [0.5, 0.0]]]]))
        tensor([[[[2., 3.]]]])
    """

def group_norm(
    input: Tensor,
    num_groups: builtins.int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: builtins.float = 1e-05,
) -> Tensor:
    """
    Compute (input - mean) / sqrt(var + eps) * weight + bias, with mean and variance of a group of channels.

    Args:
        input: floating, (N, C, ...).
        num_groups: in how many groups the channels of a sample are normalized; divides C.
        weight, bias: (C,), of input's dtype, or None.
        eps: added to the (biased) variance.

    Raises:
        ValueError: num_groups does not divide C, or weight or bias are not of shape (C,).
        TypeError: dtypes differ or are not floating.

    Source:
        Wu, He: Group normalization, 2018, section 3.

    Example:
        >>> import dlcore
        >>> dlcore.group_norm(dlcore.tensor([[1.0, 3.0, 10.0, 30.0]]), 2, eps=0.0)
        tensor([[-1.,  1., -1.,  1.]])
    """

def gt(input: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
    """
    Tell where input > other.
    """

def hardsigmoid(input: Tensor | builtins.float) -> Tensor:
    """
    Compute min(max(input + 3, 0), 6) / 6.
    """

def hardswish(input: Tensor | builtins.float) -> Tensor:
    """
    Compute input * min(max(input + 3, 0), 6) / 6.
    """

def hardtanh(input: Tensor | builtins.float, min_val: builtins.float = -1.0, max_val: builtins.float = 1.0) -> Tensor:
    """
    Compute min(max(input, min_val), max_val); the gradient at both is zero.
    """

def hinge_embedding_loss(
    input: Tensor, target: Tensor, margin: builtins.float = 1.0, reduction: str = "mean"
) -> Tensor:
    """
    Compute input where target is 1, and max(margin - input, 0) where it is -1.
    """

def hstack(tensors: collections.abc.Sequence[Tensor]) -> Tensor:
    """
    Join tensors side by side: along dimension 1, vectors along 0.
    """

def huber_loss(input: Tensor, target: Tensor, reduction: str = "mean", delta: builtins.float = 1.0) -> Tensor:
    """
    Compute d^2 / 2 for |d| <= delta and delta (|d| - delta / 2) beyond, d = input - target (Huber 1964).
    """

def im2col(
    input: Tensor,
    kernel_size: builtins.int | tuple[builtins.int, ...],
    dilation: builtins.int | tuple[builtins.int, ...] = (1,),
    padding: builtins.int | tuple[builtins.int, ...] = (0,),
    stride: builtins.int | tuple[builtins.int, ...] = (1,),
) -> Tensor:
    """
    Make each window a column.

    With this, a convolution is a product of matrices. `nn.functional.unfold`, where Tensor.unfold is another thing.

    Args:
        input: floating, (N, C, H, W) or (C, H, W).
        kernel_size: the size of a window, one number or two.
        dilation: how far apart the elements of a window are.
        padding: how many zeros stand on each side.
        stride: how far apart windows begin.

    Returns:
        (N, C * elements of a window, windows), or that without N.

    Raises:
        ValueError: a size is not positive, or windows do not fit.
        TypeError: input is not floating.

    Example:
        >>> import dlcore
        >>> dlcore.im2col(dlcore.tensor([[[1.0, 2.0], [3.0, 4.0]]]), (1, 2))
        tensor([[1., 3.],
                [2., 4.]])
    """

def index_add(
    input: Tensor, dim: builtins.int, index: Tensor, source: Tensor, *, alpha: Tensor | builtins.float = 1
) -> Tensor:
    """
    Add alpha * source to the slices along a dimension that a vector names.

    y = input, then y[i, index[j], k] += alpha * source[i, j, k] for dim = 1; in order where indices are equal.

    Args:
        input: a tensor.
        dim: the dimension of the slices.
        index: a vector of int64 or int32.
        source: a tensor of input's dtype and shape, except for index's length along dim.
        alpha: a number.
    """

def index_put(
    input: Tensor,
    indices: collections.abc.Sequence[Tensor],
    values: Tensor | builtins.float,
    accumulate: builtins.bool = False,
) -> Tensor:
    """
    Write y = input, then y[indices] = values, or += with accumulate.

    Where indices are equal, additions happen in order, and of several writes the last stays.

    Args:
        input: a tensor.
        indices: a tuple of tensors for the first dimensions, of int64, int32 or bool, which broadcast together.
        values: a tensor of input's dtype that broadcasts to input[indices], or a number.
        accumulate: add instead of overwriting.
    """

def index_select(input: Tensor, dim: builtins.int, index: Tensor) -> Tensor:
    """
    Return the slices along a dimension that a vector names: y[i, j, k] = input[i, index[j], k] for dim = 1.

    Args:
        input: a tensor.
        dim: the dimension whose slices are taken.
        index: a vector of int64 or int32.
    Raises:
        IndexError: an index is out of range.

    Example:
        >>> import dlcore
        >>> dlcore.index_select(dlcore.tensor([5, 6, 7]), 0, dlcore.tensor([2, 0])).tolist()
        [7, 5]
    """

def initial_seed() -> builtins.int:
    """
    Return the seed of the default generator.
    """

def inner(input: Tensor, other: Tensor) -> Tensor:
    """
    Sum the products over the last dimension of both: (..., k) and (..., k) give (..., ...).

    A 0-d tensor multiplies the other.
    """

def instance_norm(
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: builtins.bool = True,
    momentum: builtins.float = 0.1,
    eps: builtins.float = 1e-05,
) -> Tensor:
    """
    Compute (input - mean) / sqrt(var + eps) * weight + bias, with mean and variance of a channel of a sample.

    Running statistics, where given, move towards the averages over the batch of the samples' means and variances (with
    correction 1), in place; with use_input_stats=False they are used instead.

    Args:
        input: floating, (N, C, positions ...).
        running_mean, running_var: (C,), of input's dtype, or None.
        weight, bias: (C,), of input's dtype, or None.
        use_input_stats: whether mean and (biased) variance are those of input.
        momentum: how much of the batch goes into what runs along.
        eps: added to the variance.

    Raises:
        ValueError: a shape does not fit; one position; no running statistics with use_input_stats=False.
        TypeError: dtypes differ or are not floating.

    Source:
        Ulyanov, Vedaldi, Lempitsky: Instance normalization: the missing ingredient for fast stylization, 2016.

    Example:
        >>> import dlcore
        >>> dlcore.instance_norm(dlcore.tensor([[[1.0, 3.0], [10.0, 30.0]]]), eps=0.0)
        tensor([[[-1.,  1.],
                 [-1.,  1.]]])
    """

def interpolate(
    input: Tensor,
    size: builtins.int | tuple[builtins.int, ...] | None = None,
    scale_factor: None | builtins.float | collections.abc.Sequence[builtins.float] = None,
    mode: str = "nearest",
    align_corners: builtins.bool | None = None,
    recompute_scale_factor: builtins.bool | None = None,
    antialias: builtins.bool = False,
) -> Tensor:
    """
    Resample the last one to three dimensions to another size, one after the other.

    Each dimension is multiplied by a matrix whose rows hold a few weights; gradients of any order are products with it and
    its transpose.

    Args:
        input: float32 or float64, (N, C, W), (N, C, H, W) or (N, C, D, H, W).
        size: the new sizes, or one for all dimensions; or give
        scale_factor: by which sizes grow, rounded down; one number or one per dimension.
        mode: 'nearest', 'nearest-exact' (the pixel whose centre is nearest), 'linear', 'bilinear', 'trilinear', 'bicubic'
            or 'area' (the average of the pixels covered).
        align_corners: of the linear and cubic modes, whether the centres of the outermost pixels stay in place, or their
            outer edges.
        recompute_scale_factor: whether distances come from the rounded sizes instead of scale_factor.
        antialias: of 'bilinear' and 'bicubic', whether shrinking averages over all pixels.

    Raises:
        ValueError: the mode does not take such an input or option, or a size would be 0.
        TypeError: the input is not floating.

    Source:
        Keys: Cubic convolution interpolation for digital image processing, 1981.

    Example:
        >>> import dlcore
        >>> x = dlcore.tensor([[[1.0, 2.0]]])
        >>> dlcore.nn.functional.interpolate(x, scale_factor=2, mode="linear")
        tensor([[[1.0000, 1.2500, 1.7500, 2.0000]]])
    """

def inverse(input: Tensor) -> Tensor:
    """
    Compute the inverse: y @ x = x @ y = I, by LU decomposition.

    Args:
        input: (..., n, n), floating.

    Raises:
        dlcore.linalg.LinAlgError: a matrix is singular.

    Example:
        >>> dlcore.inverse(dlcore.eye(2) * 4).tolist()
        [[0.25, 0.0], [0.0, 0.25]]
    """

def is_grad_enabled() -> builtins.bool:
    """
    Tell whether ops of this thread record their gradients.
    """

def is_winograd_enabled() -> builtins.bool:
    """
    Tell whether 3x3 convolutions of stride 1 may take Winograd's way.
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

def kl_div(input: Tensor, target: Tensor, reduction: str = "mean", log_target: builtins.bool = False) -> Tensor:
    """
    Compute target * (log(target) - input), the divergence from log-probabilities `input` to probabilities.
    """

def l1_loss(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """
    Compute |input - target|; the shapes must be equal.
    """

def layer_norm(
    input: Tensor,
    normalized_shape: builtins.int | tuple[builtins.int, ...],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: builtins.float = 1e-05,
) -> Tensor:
    """
    Compute (input - mean) / sqrt(var + eps) * weight + bias, mean and variance being those of the last dimensions.

    Args:
        input: floating, (..., *normalized_shape).
        normalized_shape: the sizes of the last dimensions, over which mean and (biased) variance are taken.
        weight, bias: of shape normalized_shape and input's dtype, or None.
        eps: added to the variance.

    Raises:
        ValueError: normalized_shape does not end the input's shape, or weight or bias have another.
        TypeError: dtypes differ or are not floating.

    Source:
        Ba, Kiros, Hinton: Layer normalization, 2016, section 3.

    Example:
        >>> import dlcore
        >>> dlcore.layer_norm(dlcore.tensor([1.0, 3.0]), (2,), eps=0.0)
        tensor([-1.,  1.])
    """

def le(input: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
    """
    Tell where input <= other.
    """

def leaky_relu(input: Tensor | builtins.float, negative_slope: builtins.float = 0.01) -> Tensor:
    """
    Compute input where it is positive, negative_slope * input elsewhere.
    """

def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None, *, activation: str | None = None) -> Tensor:
    """
    Compute input @ weight.T + bias, and what an activation makes of it.

    Bias and activation are applied while the product is in cache.

    Args:
        input: (..., in).
        weight: (out, in).
        bias: (out,) or None.
        activation: None, 'relu', 'sigmoid', 'tanh', 'gelu' or 'silu'. Where a gradient is needed, gelu and silu are
            computed after the product, whose result they keep.

    Returns:
        (..., out).

    Example:
        >>> dlcore.linear(dlcore.ones(1, 2), dlcore.tensor([[1.0, 2.0], [-3.0, 1.0]]), activation='relu').tolist()
        [[3.0, 0.0]]
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

def local_response_norm(
    input: Tensor,
    size: builtins.int,
    alpha: builtins.float = 0.0001,
    beta: builtins.float = 0.75,
    k: builtins.float = 1.0,
) -> Tensor:
    """
    Compute input / (k + alpha * mean of squares)^beta, the mean being over neighbouring channels.

    Args:
        input: floating, (N, C, positions ...).
        size: over how many channels, from size // 2 before to (size - 1) // 2 behind; those outside count as zeros.
        alpha, beta, k: as in the formula.

    Raises:
        ValueError: size is not positive, or input has less than 3 dimensions.
        TypeError: input is not floating.

    Source:
        Krizhevsky, Sutskever, Hinton: ImageNet classification with deep convolutional neural networks, 2012, section 3.3.

    Example:
        >>> import dlcore
        >>> dlcore.local_response_norm(dlcore.tensor([[[3.0], [4.0]]]), 2, alpha=2.0, beta=0.5, k=0.0)
        tensor([[[1.0000],
                 [0.8000]]])
    """

def log(input: Tensor | builtins.float) -> Tensor:
    """
    Compute the natural logarithm; -inf at zero, NaN below.
    """

def log1p(input: Tensor | builtins.float) -> Tensor:
    """
    Compute ln(1 + input), exact near zero.
    """

def log_softmax(input: Tensor, dim: builtins.int, dtype: _dtype | None = None) -> Tensor:
    """
    Compute input - ln(sum(e^input)) along a dimension: the logarithm of softmax, exact where that is tiny.

    Args:
        input: a floating tensor.
        dim: the dimension to sum along.
        dtype: what input is converted to first.

    Raises:
        TypeError: the dtype is not floating.
    """

def logdet(input: Tensor) -> Tensor:
    """
    Compute log(det x), which is NaN where det x is negative. See slogdet.
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

def logsigmoid(input: Tensor | builtins.float) -> Tensor:
    """
    Compute -ln(1 + e^-input).
    """

def logsumexp(input: Tensor, dim: builtins.int | tuple[builtins.int, ...], keepdim: builtins.bool = False) -> Tensor:
    """
    Compute ln(sum(e^input)) without overflow; -inf where nothing is summed.

    Args:
        input: a tensor; integers give the default floating dtype.
        dim: a dimension or several.
        keepdim: whether the dimensions stay, of size 1.

    Example:
        >>> import dlcore
        >>> dlcore.logsumexp(dlcore.tensor([1000.0, 0.0]), 0)
        tensor(1000.)
    """

def lp_pool1d(
    input: Tensor,
    norm_type: builtins.float,
    kernel_size: builtins.int | tuple[builtins.int, ...],
    stride: builtins.int | tuple[builtins.int, ...] | None = None,
    ceil_mode: builtins.bool = False,
) -> Tensor:
    """
    Compute (sum of x^p over each window)^(1/p).

    Args:
        input: floating, (N, C, W) or (C, W).
        norm_type: p.
        kernel_size: the size of a window, a number.
        stride: how far apart windows begin; by default kernel_size.
        ceil_mode: whether a last window may reach beyond the input; its sum counts as if it were whole.

    Raises:
        ValueError: a size is not positive, or windows do not fit.
        TypeError: input is not floating.

    Example:
        >>> import dlcore
        >>> dlcore.lp_pool1d(dlcore.tensor([[3.0, 4.0, 0.0, 2.0]]), 2, 2)
        tensor([[5., 2.]])
    """

def lp_pool2d(
    input: Tensor,
    norm_type: builtins.float,
    kernel_size: builtins.int | tuple[builtins.int, ...],
    stride: builtins.int | tuple[builtins.int, ...] | None = None,
    ceil_mode: builtins.bool = False,
) -> Tensor:
    """
    Compute (sum of x^p over each window)^(1/p).

    Args:
        input: floating, (N, C, H, W) or (C, H, W).
        norm_type: p.
        kernel_size: the size of a window, one number or two.
        stride: how far apart windows begin; by default kernel_size.
        ceil_mode: whether a last window may reach beyond the input; its sum counts as if it were whole.

    Raises:
        ValueError: a size is not positive, or windows do not fit.
        TypeError: input is not floating.

    Example:
        >>> import dlcore
        >>> dlcore.lp_pool1d(dlcore.tensor([[3.0, 4.0, 0.0, 2.0]]), 2, 2)
        tensor([[5., 2.]])
    """

def lp_pool3d(
    input: Tensor,
    norm_type: builtins.float,
    kernel_size: builtins.int | tuple[builtins.int, ...],
    stride: builtins.int | tuple[builtins.int, ...] | None = None,
    ceil_mode: builtins.bool = False,
) -> Tensor:
    """
    Compute (sum of x^p over each window)^(1/p).

    Args:
        input: floating, (N, C, D, H, W) or (C, D, H, W).
        norm_type: p.
        kernel_size: the size of a window, one number or three.
        stride: how far apart windows begin; by default kernel_size.
        ceil_mode: whether a last window may reach beyond the input; its sum counts as if it were whole.

    Raises:
        ValueError: a size is not positive, or windows do not fit.
        TypeError: input is not floating.

    Example:
        >>> import dlcore
        >>> dlcore.lp_pool1d(dlcore.tensor([[3.0, 4.0, 0.0, 2.0]]), 2, 2)
        tensor([[5., 2.]])
    """

def lt(input: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
    """
    Tell where input < other.
    """

def manual_seed(seed: builtins.int) -> Generator:
    """
    Let random numbers begin anew with a seed, and return the default generator.

    Args:
        seed: an integer in [-2^63, 2^64).

    Example:
        >>> import dlcore
        >>> generator = dlcore.manual_seed(0)
        >>> a = dlcore.rand(3)
        >>> generator = dlcore.manual_seed(0)
        >>> dlcore.equal(a, dlcore.rand(3))
        True
    """

def masked_fill(input: Tensor, mask: Tensor, value: Tensor | builtins.float) -> Tensor:
    """
    Return value where mask is true, input elsewhere, in input's dtype.

    Args:
        input: a tensor.
        mask: a tensor of bool; input and mask broadcast (in place, mask to input).
        value: a number or a tensor with no dimensions.

    Example:
        >>> import dlcore
        >>> dlcore.tensor([1, 2]).masked_fill(dlcore.tensor([True, False]), 7).tolist()
        [7, 2]
    """

def masked_select(input: Tensor, mask: Tensor) -> Tensor:
    """
    Return the elements where mask is true, in order, as a vector; input and mask broadcast.
    """

def matmul(input: Tensor, other: Tensor) -> Tensor:
    """
    Multiply matrices: y[..., i, j] = sum over k of input[..., i, k] * other[..., k, j].

    Args:
        input: (..., m, k), or a vector (k,).
        other: (..., k, n), or a vector (k,).

    Returns:
        (..., m, n), where leading dimensions broadcast; the dimension of a vector is gone.

    Raises:
        ValueError: the shapes do not fit.
        TypeError: the dtypes differ, or are bool.

    Example:
        >>> dlcore.matmul(dlcore.ones(2, 3), dlcore.ones(3, 4)).shape
        (2, 4)
    """

@typing.overload
def max(input: Tensor) -> Tensor:
    """
    Find the largest element: of all, along a dimension, or of two tensors.

        max(input) -> Tensor
        max(input, dim, keepdim=False) -> (values, indices)
        max(input, other) -> Tensor, as maximum

    NaN counts as larger than every number. Of all, elements that are the largest share the gradient; along a dimension,
    the first of them is taken and has all of it.

    Raises:
        ValueError: there are no elements.

    Example:
        >>> import dlcore
        >>> dlcore.max(dlcore.tensor([[1.0, 5.0], [4.0, 2.0]]), 1).indices
        tensor([1, 0])
    """

@typing.overload
def max(input: Tensor, other: Tensor) -> Tensor: ...
@typing.overload
def max(input: Tensor, dim: builtins.int, keepdim: builtins.bool = False) -> ValuesAndIndices: ...
def max_pool1d(
    input: Tensor,
    kernel_size: builtins.int | tuple[builtins.int, ...],
    stride: builtins.int | tuple[builtins.int, ...] | None = None,
    padding: builtins.int | tuple[builtins.int, ...] = (0,),
    dilation: builtins.int | tuple[builtins.int, ...] = (1,),
    ceil_mode: builtins.bool = False,
    return_indices: builtins.bool = False,
) -> Tensor | tuple[Tensor, Tensor]:
    """
    Take the largest element of each window.

    NaN is larger than every number. Of equals the first is taken, and has all of the gradient.

    Args:
        input: floating, (N, C, W) or (C, W).
        kernel_size: the size of a window, a number.
        stride: how far apart windows begin; by default kernel_size.
        padding: how many elements that no window takes stand on each side, at most half a window.
        dilation: how far apart the elements of a window are.
        ceil_mode: whether a last window may reach beyond the padding.
        return_indices: whether to return, too, where in its flattened plane each of them is, as int64.

    Raises:
        ValueError: a size is not positive, windows do not fit, or padding is more than half a window.
        TypeError: input is not floating.

    Example:
        >>> import dlcore
        >>> dlcore.max_pool1d(dlcore.tensor([[1.0, 3.0, 2.0, 5.0]]), 2, return_indices=True)
        (tensor([[3., 5.]]), tensor([[1, 3]]))
    """

def max_pool2d(
    input: Tensor,
    kernel_size: builtins.int | tuple[builtins.int, ...],
    stride: builtins.int | tuple[builtins.int, ...] | None = None,
    padding: builtins.int | tuple[builtins.int, ...] = (0,),
    dilation: builtins.int | tuple[builtins.int, ...] = (1,),
    ceil_mode: builtins.bool = False,
    return_indices: builtins.bool = False,
) -> Tensor | tuple[Tensor, Tensor]:
    """
    Take the largest element of each window.

    NaN is larger than every number. Of equals the first is taken, and has all of the gradient.

    Args:
        input: floating, (N, C, H, W) or (C, H, W).
        kernel_size: the size of a window, one number or two.
        stride: how far apart windows begin; by default kernel_size.
        padding: how many elements that no window takes stand on each side, at most half a window.
        dilation: how far apart the elements of a window are.
        ceil_mode: whether a last window may reach beyond the padding.
        return_indices: whether to return, too, where in its flattened plane each of them is, as int64.

    Raises:
        ValueError: a size is not positive, windows do not fit, or padding is more than half a window.
        TypeError: input is not floating.

    Example:
        >>> import dlcore
        >>> dlcore.max_pool1d(dlcore.tensor([[1.0, 3.0, 2.0, 5.0]]), 2, return_indices=True)
        (tensor([[3., 5.]]), tensor([[1, 3]]))
    """

def max_pool3d(
    input: Tensor,
    kernel_size: builtins.int | tuple[builtins.int, ...],
    stride: builtins.int | tuple[builtins.int, ...] | None = None,
    padding: builtins.int | tuple[builtins.int, ...] = (0,),
    dilation: builtins.int | tuple[builtins.int, ...] = (1,),
    ceil_mode: builtins.bool = False,
    return_indices: builtins.bool = False,
) -> Tensor | tuple[Tensor, Tensor]:
    """
    Take the largest element of each window.

    NaN is larger than every number. Of equals the first is taken, and has all of the gradient.

    Args:
        input: floating, (N, C, D, H, W) or (C, D, H, W).
        kernel_size: the size of a window, one number or three.
        stride: how far apart windows begin; by default kernel_size.
        padding: how many elements that no window takes stand on each side, at most half a window.
        dilation: how far apart the elements of a window are.
        ceil_mode: whether a last window may reach beyond the padding.
        return_indices: whether to return, too, where in its flattened plane each of them is, as int64.

    Raises:
        ValueError: a size is not positive, windows do not fit, or padding is more than half a window.
        TypeError: input is not floating.

    Example:
        >>> import dlcore
        >>> dlcore.max_pool1d(dlcore.tensor([[1.0, 3.0, 2.0, 5.0]]), 2, return_indices=True)
        (tensor([[3., 5.]]), tensor([[1, 3]]))
    """

def max_unpool1d(
    input: Tensor,
    indices: Tensor,
    kernel_size: builtins.int | tuple[builtins.int, ...],
    stride: builtins.int | tuple[builtins.int, ...] | None = None,
    padding: builtins.int | tuple[builtins.int, ...] = (0,),
    output_size: builtins.int | tuple[builtins.int, ...] | None = None,
) -> Tensor:
    """
    Put each element where max_pool1d found it, and zeros elsewhere.

    Args:
        input: floating, (N, C, W) or (C, W).
        indices: int64, of the input's shape: places in the flattened plane of the output.
        kernel_size, stride, padding: what max_pool1d was given.
        output_size: of the planes or of the whole output, where it is not the smallest that pools to the input's.

    Raises:
        ValueError: shapes do not match, or output_size is a stride or more away from the size to expect.
        IndexError: an index is outside of its plane.
        TypeError: input is not floating, or indices are not int64.

    Example:
        >>> import dlcore
        >>> dlcore.max_unpool1d(dlcore.tensor([[3.0, 5.0]]), dlcore.tensor([[1, 3]]), 2)
        tensor([[0., 3., 0., 5.]])
    """

def max_unpool2d(
    input: Tensor,
    indices: Tensor,
    kernel_size: builtins.int | tuple[builtins.int, ...],
    stride: builtins.int | tuple[builtins.int, ...] | None = None,
    padding: builtins.int | tuple[builtins.int, ...] = (0,),
    output_size: builtins.int | tuple[builtins.int, ...] | None = None,
) -> Tensor:
    """
    Put each element where max_pool2d found it, and zeros elsewhere.

    Args:
        input: floating, (N, C, H, W) or (C, H, W).
        indices: int64, of the input's shape: places in the flattened plane of the output.
        kernel_size, stride, padding: what max_pool2d was given.
        output_size: of the planes or of the whole output, where it is not the smallest that pools to the input's.

    Raises:
        ValueError: shapes do not match, or output_size is a stride or more away from the size to expect.
        IndexError: an index is outside of its plane.
        TypeError: input is not floating, or indices are not int64.

    Example:
        >>> import dlcore
        >>> dlcore.max_unpool1d(dlcore.tensor([[3.0, 5.0]]), dlcore.tensor([[1, 3]]), 2)
        tensor([[0., 3., 0., 5.]])
    """

def max_unpool3d(
    input: Tensor,
    indices: Tensor,
    kernel_size: builtins.int | tuple[builtins.int, ...],
    stride: builtins.int | tuple[builtins.int, ...] | None = None,
    padding: builtins.int | tuple[builtins.int, ...] = (0,),
    output_size: builtins.int | tuple[builtins.int, ...] | None = None,
) -> Tensor:
    """
    Put each element where max_pool3d found it, and zeros elsewhere.

    Args:
        input: floating, (N, C, D, H, W) or (C, D, H, W).
        indices: int64, of the input's shape: places in the flattened plane of the output.
        kernel_size, stride, padding: what max_pool3d was given.
        output_size: of the planes or of the whole output, where it is not the smallest that pools to the input's.

    Raises:
        ValueError: shapes do not match, or output_size is a stride or more away from the size to expect.
        IndexError: an index is outside of its plane.
        TypeError: input is not floating, or indices are not int64.

    Example:
        >>> import dlcore
        >>> dlcore.max_unpool1d(dlcore.tensor([[3.0, 5.0]]), dlcore.tensor([[1, 3]]), 2)
        tensor([[0., 3., 0., 5.]])
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

def meshgrid(*args, indexing: str = "ij") -> tuple:
    """
    Return the coordinates of a grid as views, one tensor per vector.

    Args:
        tensors: vectors of coordinates; a number counts as a vector of one.
        indexing: 'ij': result dimension i runs along vector i; 'xy': the first two are swapped.
    """

@typing.overload
def min(input: Tensor) -> Tensor:
    """
    Find the smallest element: of all, along a dimension, or of two tensors.

        min(input) -> Tensor
        min(input, dim, keepdim=False) -> (values, indices)
        min(input, other) -> Tensor, as minimum

    NaN counts as smaller than every number. Of all, elements that are the smallest share the gradient; along a dimension,
    the first of them is taken and has all of it.

    Raises:
        ValueError: there are no elements.
    """

@typing.overload
def min(input: Tensor, other: Tensor) -> Tensor: ...
@typing.overload
def min(input: Tensor, dim: builtins.int, keepdim: builtins.bool = False) -> ValuesAndIndices: ...
def minimum(input: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
    """
    Compute the smaller of input and other; NaN if one is NaN.
    """

def mish(input: Tensor | builtins.float) -> Tensor:
    """
    Compute input * tanh(ln(1 + e^input)) (Misra 2020).
    """

def mm(input: Tensor, mat2: Tensor) -> Tensor:
    """
    Multiply matrices (m, k) and (k, n), without broadcasting.
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

def mse_loss(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """
    Compute (input - target)^2; the shapes must be equal.
    """

def mul(input: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
    """
    Compute input * other.

    Args:
        input, other: tensors or numbers that broadcast.
    """

def multi_margin_loss(
    input: Tensor,
    target: Tensor,
    p: builtins.int = 1,
    margin: builtins.float = 1.0,
    weight: Tensor | None = None,
    reduction: str = "mean",
) -> Tensor:
    """
    Compute how far other classes come up to the target's score: sum of max(margin - x[t] + x[c], 0)^p / C over c != t.

    Args:
        input: scores (N, C) or (C,).
        target: class indices, int64, (N,) or ().
        p: 1 or 2.
        margin: how far the target's score should be above the others.
        weight: (C,), a factor for each target's class.
        reduction: 'mean', 'sum' or 'none'.

    Raises:
        ValueError: shapes or p do not fit. IndexError: a class is out of range. TypeError: a wrong dtype.

    Source:
        Crammer, Singer: On the algorithmic implementation of multiclass kernel-based vector machines, 2001.

    Example:
        >>> import dlcore
        >>> dlcore.multi_margin_loss(dlcore.tensor([[3.0, 1.0, 2.5]]), dlcore.tensor([0]))
        tensor(0.1667)
    """

def multinomial(
    input: Tensor, num_samples: builtins.int, replacement: builtins.bool = False, *, generator: Generator | None = None
) -> Tensor:
    """
    Return indices drawn with probabilities in proportion to weights.

    Args:
        input: weights (categories,) or (rows, categories), not negative; they need not sum to one.
        num_samples: how many indices are drawn from each row.
        replacement: whether an index may be drawn again.
        generator: as of `rand`.

    Returns:
        int64, (num_samples,) or (rows, num_samples).

    Raises:
        ValueError: a weight is negative or not finite, all of a row are zero, or without replacement fewer than num_samples
            are above zero.

    Source:
        Without replacement: Efraimidis, Spirakis: Weighted random sampling with a reservoir, 2006.

    Example:
        >>> import dlcore
        >>> dlcore.multinomial(dlcore.tensor([0.0, 3.0, 0.0]), 2, replacement=True)
        tensor([1, 1])
    """

def mv(input: Tensor, vec: Tensor) -> Tensor:
    """
    Multiply a matrix (m, k) and a vector (k,).
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
    reduction: str = "mean",
) -> Tensor:
    """
    Compute the negative log-likelihood -weight[t] * input[t] of classes t under log-probabilities (N, C, ...).
    """

def nonzero(input: Tensor, *, as_tuple: builtins.bool = False) -> typing.Any:
    """
    Return where input is not zero, in order, as int64.

    Args:
        input: a tensor.
        as_tuple: return one vector per dimension, fit to index with, instead of (count, dimensions).

    Example:
        >>> import dlcore
        >>> dlcore.tensor([[0, 1], [2, 0]]).nonzero().tolist()
        [[0, 1], [1, 0]]
    """

def norm(
    input: Tensor,
    p: builtins.float | typing.Literal["fro"] = "fro",
    dim: builtins.int | tuple[builtins.int, ...] | None = None,
    keepdim: builtins.bool = False,
    dtype: _dtype | None = None,
) -> Tensor:
    """
    Compute the vector norm (sum(|input|^p))^(1/p); the gradient where it is zero is zero.

    Args:
        input: a floating tensor.
        p: the order, any number; 'fro' is 2; inf gives the largest |input|, -inf the smallest, 0 the count of non-zeros.
        dim: a dimension, several, or None for all.
        keepdim: whether the dimensions stay, of size 1.
        dtype: what input is converted to first.

    Raises:
        TypeError: the dtype is not floating.
        ValueError: p is infinite or negative, and there are no elements.

    Example:
        >>> import dlcore
        >>> dlcore.norm(dlcore.tensor([3.0, 4.0]))
        tensor(5.)
    """

@typing.overload
def normal(
    mean: builtins.float,
    std: builtins.float,
    size: builtins.int | tuple[builtins.int, ...],
    *,
    generator: Generator | None = None,
    dtype: _dtype | None = None,
    device: _device | str | None = None,
    requires_grad: builtins.bool = False,
) -> Tensor:
    """
    Return numbers drawn from the normal distribution of a mean and a standard deviation.
    """

@typing.overload
def normal(
    mean: Tensor | builtins.float, std: Tensor | builtins.float = 1.0, *, generator: Generator | None = None
) -> Tensor:
    """
    Return numbers each drawn from a normal distribution of its own mean and standard deviation.

    Args:
        mean: a tensor or a number; or with `size` a number.
        std: the same, not negative; broadcasts with mean.
        generator: as of `rand`.

    Example:
        >>> import dlcore
        >>> dlcore.normal(dlcore.tensor([1.0, 100.0]), 0.0)
        tensor([  1., 100.])
    """

def normalize(
    input: Tensor,
    p: builtins.float = 2.0,
    dim: builtins.int | tuple[builtins.int, ...] = (1,),
    eps: builtins.float = 1e-12,
) -> Tensor:
    """
    Compute input / max(norm of input along dim, eps).

    Args:
        input: floating, of any shape.
        p: which norm.
        dim: the dimension or dimensions.
        eps: the least that is divided by.

    Raises:
        TypeError: input is not floating.

    Example:
        >>> import dlcore
        >>> dlcore.normalize(dlcore.tensor([[3.0, 4.0]]))
        tensor([[0.6000, 0.8000]])
    """

def one_hot(tensor: Tensor, num_classes: builtins.int = -1) -> Tensor:
    """
    Return y[i, k] = 1 where input[i] = k, 0 elsewhere, of dtype int64.

    Args:
        tensor: classes, int64 or int32, of any shape.
        num_classes: the size of the new last dimension; -1 takes the largest class + 1.

    Example:
        >>> import dlcore
        >>> dlcore.one_hot(dlcore.tensor([0, 2])).tolist()
        [[1, 0, 0], [0, 0, 1]]
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

def outer(input: Tensor, vec2: Tensor) -> Tensor:
    """
    Compute y[i, j] = input[i] * vec2[j] for vectors (m,) and (n,).
    """

def pad(
    input: Tensor,
    pad: collections.abc.Sequence[builtins.int],
    mode: str = "constant",
    value: Tensor | builtins.float | None = None,
) -> Tensor:
    """
    Grow a tensor at its ends; negative widths crop.

    Args:
        input: a tensor.
        pad: (before, after) of the last dimension, then of the one before it, and so on.
        mode: 'constant' fills with value, 'reflect' mirrors without the edge, 'replicate' repeats the edge,
            'circular' takes from the other end.
        value: a number, by default 0; for 'constant' alone.
    Raises:
        ValueError: a dimension is too small for what it is to be mirrored or wrapped to.

    Example:
        >>> import dlcore
        >>> dlcore.pad(dlcore.tensor([1, 2, 3]), (2, 0), mode='reflect').tolist()
        [3, 2, 1, 2, 3]
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

def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """
    Compute input where it is positive, weight * input elsewhere (He et al. 2015).

    Args:
        input: floating, (N, C, ...).
        weight: (1,), or (C,): one number for each channel.

    Raises:
        ValueError: weight has another shape.
    """

def prod(
    input: Tensor, dim: builtins.int | None = None, keepdim: builtins.bool = False, *, dtype: _dtype | None = None
) -> Tensor:
    """
    Multiply over one dimension, or all of them.

    The gradient of an element is the product of all others, exact where there are zeros.

    Args:
        input: a tensor; of bool and integers, the product is int64.
        dim: a dimension, or None for all.
        keepdim: whether the dimension stays, of size 1.
        dtype: what input is converted to first.

    Returns:
        A tensor; 1 where nothing is multiplied.

    Example:
        >>> import dlcore
        >>> dlcore.prod(dlcore.tensor([[1.0, 2.0], [3.0, 4.0]]), 1)
        tensor([ 2., 12.])
    """

def promote_types(type1: _dtype, type2: _dtype) -> _dtype:
    """
    Return the smallest dtype that both convert to.
    """

def rand(
    *args,
    generator: Generator | None = None,
    dtype: _dtype | None = None,
    device: _device | str | None = None,
    requires_grad: builtins.bool = False,
) -> Tensor:
    """
    Return numbers drawn evenly from [0, 1), of 24 bits in float32 and 53 in float64.

    Args:
        size: the shape, as numbers or one tuple.
        generator: where the numbers come from; by default the one that `manual_seed` seeds.
        dtype: float32 (by default) or float64.
        device: None or 'cpu'.
        requires_grad: whether a gradient is wanted.

    Example:
        >>> import dlcore
        >>> x = dlcore.rand(2, 3)
        >>> bool(((x >= 0) & (x < 1)).sum() == 6)
        True
    """

def rand_like(
    input: Tensor,
    *,
    generator: Generator | None = None,
    dtype: _dtype | None = None,
    device: _device | str | None = None,
    requires_grad: builtins.bool = False,
) -> Tensor:
    """
    Return numbers drawn evenly from [0, 1) of input's shape and, by default, dtype.
    """

@typing.overload
def randint(
    high: builtins.int,
    size: builtins.int | tuple[builtins.int, ...],
    *,
    generator: Generator | None = None,
    dtype: _dtype | None = None,
    device: _device | str | None = None,
    requires_grad: builtins.bool = False,
) -> Tensor:
    """
    Return integers drawn evenly from 0 ... high - 1.
    """

@typing.overload
def randint(
    low: builtins.int,
    high: builtins.int,
    size: builtins.int | tuple[builtins.int, ...],
    *,
    generator: Generator | None = None,
    dtype: _dtype | None = None,
    device: _device | str | None = None,
    requires_grad: builtins.bool = False,
) -> Tensor:
    """
    Return integers drawn evenly from low ... high - 1.

    None is more likely than another by more than 2^-32 of its probability.

    Args:
        low: the smallest integer, 0 if left out.
        high: one above the largest.
        size: the shape.
        generator, device, requires_grad: as of `rand`.
        dtype: int64 by default.

    Raises:
        ValueError: high is not above low, or the dtype does not have all the integers.

    Example:
        >>> import dlcore
        >>> bool((dlcore.randint(1, 7, (100,)) < 7).sum() == 100)
        True
    """

@typing.overload
def randint_like(
    input: Tensor,
    high: builtins.int,
    *,
    generator: Generator | None = None,
    dtype: _dtype | None = None,
    device: _device | str | None = None,
    requires_grad: builtins.bool = False,
) -> Tensor:
    """
    Return integers 0 ... high - 1 of input's shape and, by default, dtype.
    """

@typing.overload
def randint_like(
    input: Tensor,
    low: builtins.int,
    high: builtins.int,
    *,
    generator: Generator | None = None,
    dtype: _dtype | None = None,
    device: _device | str | None = None,
    requires_grad: builtins.bool = False,
) -> Tensor:
    """
    Return integers low ... high - 1 of input's shape and, by default, dtype.
    """

def randn(
    *args,
    generator: Generator | None = None,
    dtype: _dtype | None = None,
    device: _device | str | None = None,
    requires_grad: builtins.bool = False,
) -> Tensor:
    """
    Return numbers drawn from the normal distribution of mean 0 and variance 1.

    Args: as of `rand`.

    Source:
        Box, Muller: A note on the generation of random normal deviates, 1958.

    Example:
        >>> import dlcore
        >>> dlcore.randn(2, 3).shape
        (2, 3)
    """

def randn_like(
    input: Tensor,
    *,
    generator: Generator | None = None,
    dtype: _dtype | None = None,
    device: _device | str | None = None,
    requires_grad: builtins.bool = False,
) -> Tensor:
    """
    Return normal numbers of input's shape and, by default, dtype.
    """

def randperm(
    n: builtins.int,
    *,
    generator: Generator | None = None,
    dtype: _dtype | None = None,
    device: _device | str | None = None,
    requires_grad: builtins.bool = False,
) -> Tensor:
    """
    Return the integers 0 ... n - 1 in a random order, all orders being equally likely.

    Source:
        Fisher, Yates: Statistical tables, 1938; Durstenfeld: Algorithm 235, 1964.

    Example:
        >>> import dlcore
        >>> sorted(dlcore.randperm(4).tolist())
        [0, 1, 2, 3]
    """

def reciprocal(input: Tensor | builtins.float) -> Tensor:
    """
    Compute 1 / input.
    """

def recurrence(
    mode: str,
    input: Tensor,
    hx: Tensor,
    cx: Tensor | None,
    weight_ih: Tensor,
    weight_hh: Tensor,
    bias_ih: Tensor | None,
    bias_hh: Tensor | None,
    batch_sizes: collections.abc.Sequence[builtins.int],
    reverse: builtins.bool = False,
    weight_hr: Tensor | None = None,
) -> tuple[Tensor, Tensor, Tensor | None]:
    """
    Run a recurrent layer in one direction, over all steps at once: what nn.RNN, nn.LSTM and nn.GRU are made of.

    The rows of input are those of a PackedSequence: of each step, one row for every sequence that is that long.

    Args:
        mode: 'RNN_TANH', 'RNN_RELU', 'LSTM' or 'GRU', with G = 1, 1, 4 or 3 gates.
        input: floating, (rows, I): x.
        hx: (N, H), the first states.
        cx: (N, H), the first cells, of an LSTM alone.
        weight_ih: (G H, I), what the inputs contribute to the gates of a step: W_ih x + b_ih.
        weight_hh: (G H, H), what the states before it do: W_hh h + b_hh.
        bias_ih: (G H,) or None.
        bias_hh: (G H,) or None.
        batch_sizes: how many of the N sequences have each step; it never rises.
        reverse: whether each sequence is run from its end.
        weight_hr: (P, H), of an LSTM alone: states, and the second axis of hx and weight_hh, have P numbers instead of H.
            It is computed, and differentiated, step by step.

    Returns:
        The states of all steps (rows, H), the last states (N, H) and, of an LSTM, the last cells (N, H), or None.

    Raises:
        ValueError: shapes do not fit, or batch_sizes rises.
        TypeError: dtypes differ or are not floating.

    Source:
        Elman: Finding structure in time, 1990; Hochreiter, Schmidhuber: Long short-term memory, 1997; Cho et al.: Learning
        phrase representations using RNN encoder-decoder, 2014.

    Example:
        >>> import dlcore
        >>> one = dlcore.ones(1, 1)
        >>> y, h, _ = dlcore.recurrence('RNN_RELU', dlcore.ones(3, 1), 0 * one, None, one, one, None, None, [1, 1, 1])
        >>> y.flatten()
        tensor([1., 2., 3.])
    """

def relu(input: Tensor | builtins.float) -> Tensor:
    """
    Compute max(input, 0); the gradient at zero is zero.
    """

def relu6(input: Tensor | builtins.float) -> Tensor:
    """
    Compute min(max(input, 0), 6); the gradient at both is zero.
    """

def remainder(input: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
    """
    Compute input - floor(input / other) * other, which has the sign of other.

    Raises:
        ValueError: an integer is divided by zero.
    """

def repeat_interleave(input: Tensor, repeats: Tensor | builtins.float, dim: builtins.int | None = None) -> Tensor:
    """
    Repeat each element several times in a row.

    Args:
        input: a tensor.
        repeats: how often; a number, or int64 or int32 with one for each element along dim.
        dim: along which dimension slices are repeated; None repeats the elements of the flattened input.

    Example:
        >>> import dlcore
        >>> dlcore.tensor([1, 2]).repeat_interleave(dlcore.tensor([1, 3])).tolist()
        [1, 2, 2, 2]
    """

def reshape(input: Tensor, shape: builtins.int | tuple[builtins.int, ...]) -> Tensor:
    """
    Return the elements, in row order, in another shape; a view where memory allows. One size may be -1.
    """

def result_type(tensor: Tensor | builtins.float, other: Tensor | builtins.float) -> _dtype:
    """
    Return the dtype that an op of the two would have.
    """

def rms_norm(
    input: Tensor,
    normalized_shape: builtins.int | tuple[builtins.int, ...],
    weight: Tensor | None = None,
    eps: builtins.float | None = None,
) -> Tensor:
    """
    Compute input / sqrt(mean of input^2 + eps) * weight, the mean being that of the last dimensions.

    Args:
        input: floating, (..., *normalized_shape).
        normalized_shape: the sizes of the last dimensions, over which the mean is taken.
        weight: of shape normalized_shape and input's dtype, or None.
        eps: added to the mean of squares; by default the distance from 1 to the next number of input's dtype.

    Raises:
        ValueError: normalized_shape does not end the input's shape, or weight has another.
        TypeError: dtypes differ or are not floating.

    Source:
        Zhang, Sennrich: Root mean square layer normalization, 2019, section 4.

    Example:
        >>> import dlcore
        >>> dlcore.rms_norm(dlcore.tensor([1.0, 7.0]), (2,), eps=0.0)
        tensor([0.2000, 1.4000])
    """

def roll(
    input: Tensor,
    shifts: builtins.int | tuple[builtins.int, ...],
    dims: builtins.int | tuple[builtins.int, ...] | None = None,
) -> Tensor:
    """
    Shift elements along dimensions; what leaves at the end comes in at the start.

    Args:
        input: a tensor.
        shifts: how far, one number per dimension of dims.
        dims: along which dimensions; None shifts the flattened input.

    Example:
        >>> import dlcore
        >>> dlcore.tensor([1, 2, 3]).roll(1).tolist()
        [3, 1, 2]
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

def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: builtins.float = 0.0,
    is_causal: builtins.bool = False,
    scale: builtins.float | None = None,
    enable_gqa: builtins.bool = False,
    *,
    window: tuple[builtins.int | None, builtins.int | None] | None = None,
    key_lengths: Tensor | None = None,
    relative_bias: Tensor | None = None,
    neighbors: tuple[Tensor, Tensor] | None = None,
    normalization: str = "softmax",
    generator: Generator | None = None,
) -> Tensor:
    """
    Average the values, for each query, with weights softmax(scale * query . key + attn_mask + relative_bias).

    Memory grows with the number of queries and of keys, not with their product, forward and backward; derivatives of the
    second order and above hold all scores at once. Keys that are ruled out are not computed where whole blocks of them
    are, and have no influence, be they NaN; a query without keys gives zero, and zero gradients.

    Args:
        query: floating, (..., H, Tq, D), any number of leading dimensions.
        key: (..., H, Tk, D); leading dimensions broadcast.
        value: (..., H, Tk, Dv).
        attn_mask: broadcasts to (..., H, Tq, Tk): bool, True where a key is attended to, or of the query's dtype, added to
            the score, -inf where it is not. It is not expanded in memory.
        dropout_p: the probability with which a weight is set to zero, the others being divided by 1 - dropout_p.
        is_causal: whether query i attends to the keys 0 ... i alone; not together with attn_mask.
        scale: by default 1 / sqrt(D).
        enable_gqa: whether successive heads of query share a head of key and value, of which there are fewer.
        window: (left, right): query i attends to the keys i - left ... i + right alone; None: no limit on that side.
        key_lengths: int64 or int32 of the first leading dimensions, (N,) say: keys from there on are padding.
        relative_bias: (H, 2 R + 1), or what broadcasts to (..., H, 2 R + 1): element j - i + R, j - i being clipped to
            -R ... R, is added to the score of query i and key j.
        neighbors: (indptr, indices), a graph in CSR form: query i attends to the keys indices[indptr[i]:indptr[i + 1]]
            alone, to one that is there twice, twice. attn_mask then broadcasts to (..., H, len(indices)), one per edge.
        normalization: "softmax", or "relu": weights max(score, 0) / n, n being the number of keys attended to.
        generator: where dropout comes from; by default the one that `manual_seed` seeds.

    Returns:
        A tensor (..., H, Tq, Dv).

    Raises:
        ValueError: shapes do not fit; is_causal with attn_mask; a negative window; lengths outside 0 ... Tk.
        IndexError: a neighbour is no key.
        TypeError: dtypes differ or are not floating.

    Source:
        Vaswani et al.: Attention is all you need, 2017, section 3.2; Shaw, Uszkoreit, Vaswani: Self-attention with
        relative position representations, 2018; Wortsman, Lee, Gilmer, Kornblith: Replacing softmax with ReLU in vision
        transformers, 2023.

    Example:
        >>> import dlcore
        >>> x = dlcore.tensor([[1.0, 0.0], [0.0, 1.0]])
        >>> dlcore.nn.functional.scaled_dot_product_attention(x, x, x, is_causal=True)[0]
        tensor([1., 0.])
    """

@typing.overload
def scatter(input: Tensor, dim: builtins.int, index: Tensor, src: Tensor | builtins.float) -> Tensor:
    """
    Write along a dimension: y = input, then y[i, index[i, j, k], k] = src[i, j, k] for dim = 1.

    Where several elements go to one place the last one stays.

    Args:
        input: a tensor.
        dim: the dimension along which is written.
        index: int64 or int32 of input's number of dimensions, no larger than input except along dim.
        src: a tensor of input's dtype, at least as large as index, or `value`: a number.
    Raises:
        IndexError: an index is out of range.
    """

@typing.overload
def scatter(input: Tensor, dim: builtins.int, index: Tensor, value: Tensor | builtins.float) -> Tensor:
    """
    Write along a dimension: y = input, then y[i, index[i, j, k], k] = src[i, j, k] for dim = 1.

    Where several elements go to one place the last one stays.

    Args:
        input: a tensor.
        dim: the dimension along which is written.
        index: int64 or int32 of input's number of dimensions, no larger than input except along dim.
        src: a tensor of input's dtype, at least as large as index, or `value`: a number.
    Raises:
        IndexError: an index is out of range.
    """

def scatter_add(input: Tensor, dim: builtins.int, index: Tensor, src: Tensor | builtins.float) -> Tensor:
    """
    Add along a dimension: y = input, then y[i, index[i, j, k], k] += src[i, j, k] for dim = 1.

    Where several elements go to one place they are added in order, so the bits do not depend on threads.

    Args:
        input: a tensor.
        dim: the dimension along which is written.
        index: int64 or int32 of input's number of dimensions, no larger than input except along dim.
        src: a tensor of input's dtype, at least as large as index.
    Raises:
        IndexError: an index is out of range.

    Example:
        >>> import dlcore
        >>> dlcore.zeros(2).scatter_add(0, dlcore.tensor([1, 1, 0]), dlcore.ones(3)).tolist()
        [1.0, 2.0]
    """

def seed() -> builtins.int:
    """
    Let random numbers begin anew with a seed that the system draws, and return it.
    """

def select(input: Tensor, dim: builtins.int, index: builtins.int) -> Tensor:
    """
    Return the view at one index of a dimension, without that dimension.
    """

def selu(input: Tensor | builtins.float) -> Tensor:
    """
    Compute 1.0507 * elu(input, 1.6733), which keeps mean 0 and variance 1 (Klambauer et al. 2017).
    """

def set_num_threads(n: builtins.int) -> None:
    """
    Set how many threads a large operation takes; results do not depend on it.
    """

def set_rng_state(new_state: Tensor) -> None:
    """
    Set the state of the default generator to one that `get_rng_state` returned.
    """

def set_winograd_enabled(enabled: builtins.bool) -> None:
    """
    Let 3x3 convolutions of stride 1 take Winograd's way, or not.

    It needs as few as a quarter of the multiplications. Its result differs from the direct one by rounding errors that are
    somewhat larger: relative to the float64 result, up to 5e-6 in float32. By default it is on; where it is used depends on
    sizes alone.

    Args:
        enabled: whether it may.

    Source:
        Lavin, Gray: Fast algorithms for convolutional neural networks, 2016.

    Example:
        >>> import dlcore
        >>> dlcore.set_winograd_enabled(False)
        >>> dlcore.is_winograd_enabled()
        False
        >>> dlcore.set_winograd_enabled(True)
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

def slogdet(input: Tensor) -> SignAndLogabsdet:
    """
    Compute sign and logarithm of the determinant: det = sign * e^logabsdet, for which det may be too large.

    Args:
        input: (..., n, n), floating.

    Returns:
        A named tuple (sign, logabsdet), both (...,); 0 and -inf for a singular matrix, whose gradient raises
        dlcore.linalg.LinAlgError. The gradient of sign is zero.
    """

def smooth_l1_loss(input: Tensor, target: Tensor, reduction: str = "mean", beta: builtins.float = 1.0) -> Tensor:
    """
    Compute d^2 / (2 beta) for |d| < beta and |d| - beta / 2 beyond, d = input - target (Girshick 2015).
    """

def soft_margin_loss(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """
    Compute ln(1 + e^(-target * input)) for targets of 1 and -1.
    """

def softmax(input: Tensor, dim: builtins.int, dtype: _dtype | None = None) -> Tensor:
    """
    Compute e^input / sum(e^input) along a dimension, without overflow.

    Args:
        input: a floating tensor.
        dim: the dimension along which the result sums to 1.
        dtype: what input is converted to first.

    Returns:
        A tensor of input's shape; NaN where a lane is -inf throughout.

    Raises:
        TypeError: the dtype is not floating.

    Example:
        >>> import dlcore
        >>> dlcore.softmax(dlcore.zeros(2), 0)
        tensor([0.5000, 0.5000])
    """

def softplus(input: Tensor | builtins.float, beta: builtins.float = 1.0, threshold: builtins.float = 20.0) -> Tensor:
    """
    Compute ln(1 + e^(beta * input)) / beta; input itself where beta * input > threshold.
    """

def softsign(input: Tensor | builtins.float) -> Tensor:
    """
    Compute input / (1 + |input|).
    """

def sort(
    input: Tensor, dim: builtins.int = -1, descending: builtins.bool = False, stable: builtins.bool = False
) -> ValuesAndIndices:
    """
    Sort along a dimension.

    Args:
        input: a tensor. NaN counts as larger than every number.
        dim: the dimension.
        descending: whether the largest comes first.
        stable: has no effect: equal elements always stay in the order they have.

    Returns:
        (values, indices): the elements in order, and where along the dimension each came from, int64.

    Example:
        >>> import dlcore
        >>> dlcore.sort(dlcore.tensor([3.0, 1.0, 2.0])).indices
        tensor([1, 2, 0])
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

def std(
    input: Tensor,
    dim: builtins.int | tuple[builtins.int, ...] | None = None,
    *,
    correction: builtins.float = 1.0,
    keepdim: builtins.bool = False,
) -> Tensor:
    """
    Compute the standard deviation, the root of the variance; the gradient at zero is zero.

    Args:
        input: a floating tensor.
        dim: a dimension, several, or None for all.
        correction: what is taken off the number n of elements; 1 is Bessel's correction.
        keepdim: whether the dimensions stay, of size 1.

    Raises:
        TypeError: input is not floating.
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

def take_along_dim(input: Tensor, indices: Tensor, dim: builtins.int | None = None) -> Tensor:
    """
    Read along a dimension as gather does, after input and index are broadcast in the others.

    Args:
        input: a tensor.
        indices: int64 or int32, such as argsort and argmax(keepdim=True) return.
        dim: the dimension along which is read; None reads from the flattened input.
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

def tensordot(
    a: Tensor,
    b: Tensor,
    dims: builtins.int | tuple[builtins.int | tuple[builtins.int, ...], builtins.int | tuple[builtins.int, ...]] = 2,
) -> Tensor:
    """
    Sum the products of a and b over some dimensions; the others of a, then those of b, remain.

    Args:
        a, b: tensors of one dtype.
        dims: how many, a's last and b's first; or a pair: a's dimensions and b's, in the same order.

    Example:
        >>> dlcore.tensordot(dlcore.ones(2, 3, 4), dlcore.ones(4, 3), dims=([1, 2], [1, 0])).tolist()
        [12.0, 12.0]
    """

def tile(input: Tensor, dims: builtins.int | tuple[builtins.int, ...]) -> Tensor:
    """
    Lay copies side by side; missing numbers in front count as 1.
    """

def topk(
    input: Tensor, k: builtins.int, dim: builtins.int = -1, largest: builtins.bool = True, sorted: builtins.bool = True
) -> ValuesAndIndices:
    """
    Find the k largest (or smallest) elements along a dimension.

    Args:
        input: a tensor. NaN counts as larger than every number.
        k: how many, at most as many as there are.
        dim: the dimension.
        largest: whether the largest are asked for, or the smallest.
        sorted: has no effect: the elements are always in order, equal ones in the order they have in input.

    Returns:
        (values, indices): the elements, and where along the dimension each came from, int64.

    Raises:
        IndexError: k is out of range.

    Example:
        >>> import dlcore
        >>> dlcore.topk(dlcore.tensor([3.0, 1.0, 2.0]), 2).values
        tensor([3., 2.])
    """

def transpose(input: Tensor, dim0: builtins.int, dim1: builtins.int) -> Tensor:
    """
    Return a view with two dimensions swapped.
    """

def tril(input: Tensor, diagonal: builtins.int = 0) -> Tensor:
    """
    Keep the lower triangle of (batches of) matrices, y[i, j] = input[i, j] for j <= i + diagonal, zero elsewhere.
    """

def triu(input: Tensor, diagonal: builtins.int = 0) -> Tensor:
    """
    Keep the upper triangle of (batches of) matrices, y[i, j] = input[i, j] for j >= i + diagonal, zero elsewhere.
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

def var(
    input: Tensor,
    dim: builtins.int | tuple[builtins.int, ...] | None = None,
    *,
    correction: builtins.float = 1.0,
    keepdim: builtins.bool = False,
) -> Tensor:
    """
    Compute the variance, sum((input - mean)^2) / max(n - correction, 0).

    Args:
        input: a floating tensor.
        dim: a dimension, several, or None for all.
        correction: what is taken off the number n of elements; 1 is Bessel's correction.
        keepdim: whether the dimensions stay, of size 1.

    Raises:
        TypeError: input is not floating.

    Example:
        >>> import dlcore
        >>> dlcore.var(dlcore.tensor([1.0, 2.0, 3.0]))
        tensor(1.)
    """

def var_mean(
    input: Tensor,
    dim: builtins.int | tuple[builtins.int, ...] | None = None,
    *,
    correction: builtins.float = 1.0,
    keepdim: builtins.bool = False,
) -> tuple[Tensor, Tensor]:
    """
    Compute variance and mean, as var and mean do.
    """

def vstack(tensors: collections.abc.Sequence[Tensor]) -> Tensor:
    """
    Join tensors on top of each other: along dimension 0, vectors as rows.
    """

@typing.overload
def where(condition: Tensor | builtins.float, input: Tensor | builtins.float, other: Tensor | builtins.float) -> Tensor:
    """
    Take input where condition holds, other elsewhere.

    Args:
        condition: a tensor of bool.
        input, other: tensors or numbers; all three broadcast.
    """

@typing.overload
def where(condition: Tensor) -> tuple:
    """
    Return nonzero(condition, as_tuple=True).
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
default_generator: Generator
double: dtype
float: dtype
float32: dtype
float64: dtype
int: dtype
int32: dtype
int64: dtype
long: dtype
uint8: dtype

class EigenvaluesAndEigenvectors(typing.NamedTuple):
    eigenvalues: Tensor
    eigenvectors: Tensor

class SignAndLogabsdet(typing.NamedTuple):
    sign: Tensor
    logabsdet: Tensor

class ValuesAndIndices(typing.NamedTuple):
    values: Tensor
    indices: Tensor

class _LinAlgError(RuntimeError):
    """A matrix for which there is no answer: singular, not positive definite."""

_dtype: typing.TypeAlias = dtype
_device: typing.TypeAlias = device
