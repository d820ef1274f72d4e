"""Define every operation in plain NumPy float64, as the textbook writes it.

This package is the specification that the library is tested against. Names, argument order, defaults and meaning are
PyTorch's. Floating arrays come in as float64; where an operation returns integers or booleans, their dtype is part of
the specification.
"""
# ruff: noqa: F401 -- everything here is imported for those who import the package

from . import random
from .activations import elu, gelu, hardsigmoid, leaky_relu, log_softmax, relu, sigmoid, silu, softmax, softplus
from .dtypes import promote_types, result_type
from .elementwise import (
    abs,
    add,
    allclose,
    bitwise_and,
    bitwise_not,
    bitwise_or,
    bitwise_xor,
    clamp,
    cos,
    div,
    eq,
    erf,
    exp,
    expm1,
    floor_divide,
    ge,
    gt,
    isclose,
    isfinite,
    isinf,
    isnan,
    le,
    log,
    log1p,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    lt,
    maximum,
    minimum,
    mul,
    ne,
    neg,
    pow,
    remainder,
    rsqrt,
    sign,
    sin,
    sqrt,
    sub,
    tanh,
    where,
)
from .indexing import (
    embedding,
    embedding_gradient,
    gather,
    index_add,
    index_select,
    masked_fill,
    one_hot,
    scatter,
    scatter_add,
)
from .linalg import cholesky, det, eigh, einsum, inverse, linear, matmul, outer, slogdet, solve
from .losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    huber_loss,
    kl_div,
    l1_loss,
    mse_loss,
    nll_loss,
)
from .normalization import dropout, layer_norm
from .reductions import (
    all,
    any,
    argmax,
    argmin,
    cumsum,
    logsumexp,
    max,
    mean,
    min,
    norm,
    prod,
    sort,
    std,
    sum,
    topk,
    var,
)
from .shapes import (
    cat,
    chunk,
    expand,
    flatten,
    flip,
    pad,
    permute,
    repeat,
    reshape,
    roll,
    split,
    squeeze,
    stack,
    transpose,
    tril,
    triu,
    unfold,
    unsqueeze,
    view,
)
