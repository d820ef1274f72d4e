"""Modules: layers, losses, containers, and the base to write one's own."""

from . import functional, init, utils
from .activation import (
    ELU,
    GELU,
    Hardsigmoid,
    LeakyReLU,
    LogSoftmax,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from .activation_variants import (
    CELU,
    GLU,
    SELU,
    Hardswish,
    Hardtanh,
    LogSigmoid,
    Mish,
    PReLU,
    ReLU6,
    Softsign,
)
from .containers import Identity, ModuleDict, ModuleList, Sequential
from .ctc import CTCLoss, ctc_greedy_decode
from .distance import CosineSimilarity
from .dropout import Dropout
from .embedding import Embedding
from .flatten import Flatten, Unflatten
from .linear import Linear
from .loss import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    MSELoss,
    NLLLoss,
)
from .margin_loss import HingeEmbeddingLoss, MultiMarginLoss, SoftMarginLoss
from .module import Module
from .normalization import LayerNorm
from .parameter import Parameter
from .recurrent import GRU, LSTM, RNN
from .recurrent_cells import GRUCell, LSTMCell, RNNCell
from .regression_loss import GaussianNLLLoss, SmoothL1Loss
from .sequences import ContextWindows, SequencePool, context_windows, pool_sequences, valid_steps

__all__ = [
    "CELU",
    "ELU",
    "GELU",
    "GLU",
    "GRU",
    "LSTM",
    "RNN",
    "SELU",
    "BCELoss",
    "BCEWithLogitsLoss",
    "CTCLoss",
    "ContextWindows",
    "CosineSimilarity",
    "CrossEntropyLoss",
    "Dropout",
    "Embedding",
    "Flatten",
    "GRUCell",
    "GaussianNLLLoss",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "HingeEmbeddingLoss",
    "HuberLoss",
    "Identity",
    "KLDivLoss",
    "L1Loss",
    "LSTMCell",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LogSigmoid",
    "LogSoftmax",
    "MSELoss",
    "Mish",
    "Module",
    "ModuleDict",
    "ModuleList",
    "MultiMarginLoss",
    "NLLLoss",
    "PReLU",
    "Parameter",
    "RNNCell",
    "ReLU",
    "ReLU6",
    "SequencePool",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "SmoothL1Loss",
    "SoftMarginLoss",
    "Softmax",
    "Softplus",
    "Softsign",
    "Tanh",
    "Unflatten",
    "context_windows",
    "ctc_greedy_decode",
    "functional",
    "init",
    "pool_sequences",
    "utils",
    "valid_steps",
]
