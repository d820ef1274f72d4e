"""Modules: layers, losses, containers, and the base to write one's own."""

from . import functional, init
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
from .attention import MultiheadAttention
from .containers import Identity, ModuleDict, ModuleList, Sequential
from .dropout import Dropout
from .embedding import Embedding
from .flatten import Flatten, Unflatten
from .graph import Graph
from .graph_attention import GATConv, GATv2Conv
from .graph_conv import GCNConv, GraphConv, global_add_pool, global_mean_pool
from .image_attention import ImageAttention
from .kv_cache import KeyValueCache
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
from .module import Module
from .normalization import LayerNorm
from .parameter import Parameter
from .positional import LearnedPositionalEncoding, RotaryEmbedding, SinusoidalPositionalEncoding
from .relative_bias import BucketedPositionBias, RelativePositionBias, RelativePositionBias2d
from .transformer import Transformer, TransformerDecoder, TransformerEncoder
from .transformer_layer import DecoderCache, TransformerDecoderLayer, TransformerEncoderLayer

__all__ = [
    "ELU",
    "GELU",
    "BCELoss",
    "BCEWithLogitsLoss",
    "BucketedPositionBias",
    "CrossEntropyLoss",
    "DecoderCache",
    "Dropout",
    "Embedding",
    "Flatten",
    "GATConv",
    "GATv2Conv",
    "GCNConv",
    "Graph",
    "GraphConv",
    "Hardsigmoid",
    "HuberLoss",
    "Identity",
    "ImageAttention",
    "KLDivLoss",
    "KeyValueCache",
    "L1Loss",
    "LayerNorm",
    "LeakyReLU",
    "LearnedPositionalEncoding",
    "Linear",
    "LogSoftmax",
    "MSELoss",
    "Module",
    "ModuleDict",
    "ModuleList",
    "MultiheadAttention",
    "NLLLoss",
    "Parameter",
    "ReLU",
    "RelativePositionBias",
    "RelativePositionBias2d",
    "RotaryEmbedding",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "SinusoidalPositionalEncoding",
    "Softmax",
    "Softplus",
    "Tanh",
    "Transformer",
    "TransformerDecoder",
    "TransformerDecoderLayer",
    "TransformerEncoder",
    "TransformerEncoderLayer",
    "Unflatten",
    "functional",
    "global_add_pool",
    "global_mean_pool",
    "init",
]
