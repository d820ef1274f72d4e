"""Modules: layers, losses, containers, and the base to write one's own."""

from . import functional, init, utils
from .activation import ELU, GELU, Hardsigmoid, LeakyReLU, LogSoftmax, ReLU, Sigmoid, SiLU, Softmax, Softplus, Tanh
from .activation_variants import CELU, GLU, SELU, Hardswish, Hardtanh, LogSigmoid, Mish, PReLU, ReLU6, Softsign
from .adaptive_pooling import (
    AdaptiveAvgPool1d,
    AdaptiveAvgPool2d,
    AdaptiveAvgPool3d,
    AdaptiveMaxPool1d,
    AdaptiveMaxPool2d,
    AdaptiveMaxPool3d,
)
from .attention import MultiheadAttention
from .batch_norm import BatchNorm1d, BatchNorm2d, BatchNorm3d, InstanceNorm1d, InstanceNorm2d, InstanceNorm3d
from .containers import Identity, ModuleDict, ModuleList, Sequential
from .conv import Conv1d, Conv2d, Conv3d
from .conv_transpose import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from .ctc import CTCLoss, ctc_greedy_decode
from .distance import CosineSimilarity
from .dropout import Dropout, Dropout1d, Dropout2d, Dropout3d
from .embedding import Embedding
from .flatten import Flatten, Unflatten
from .flop_counts import attention_flops, flops
from .graph import Graph
from .graph_attention import GATConv, GATv2Conv
from .graph_conv import GCNConv, GraphConv
from .graph_sums import global_add_pool, global_mean_pool
from .image_attention import ImageAttention
from .kv_cache import KeyValueCache
from .lengths import padding_mask
from .linear import Linear
from .loss import BCELoss, BCEWithLogitsLoss, CrossEntropyLoss, HuberLoss, KLDivLoss, L1Loss, MSELoss, NLLLoss
from .margin_loss import HingeEmbeddingLoss, MultiMarginLoss, SoftMarginLoss
from .model_summary import Summary, summary
from .module import Module
from .normalization import GroupNorm, LayerNorm, LocalResponseNorm, RMSNorm
from .parameter import Parameter
from .pooling import AvgPool1d, AvgPool2d, AvgPool3d, MaxPool1d, MaxPool2d, MaxPool3d
from .positional import LearnedPositionalEncoding, RotaryEmbedding, SinusoidalPositionalEncoding
from .recurrent import GRU, LSTM, RNN
from .recurrent_cells import GRUCell, LSTMCell, RNNCell
from .regression_loss import GaussianNLLLoss, SmoothL1Loss
from .relative_bias import BucketedPositionBias, RelativePositionBias, RelativePositionBias2d
from .sequences import ContextWindows, SequencePool, context_windows, pool_sequences, valid_steps
from .spatial_transformer import SpatialTransformer
from .transformer import Transformer, TransformerDecoder, TransformerEncoder
from .transformer_layer import DecoderCache, TransformerDecoderLayer, TransformerEncoderLayer
from .unpooling import MaxUnpool1d, MaxUnpool2d, MaxUnpool3d
from .upsampling import PixelShuffle, Upsample
from .warps import AffineWarp, AttentionWarp, ThinPlateSplineWarp, Warp

__all__ = [
    "CELU",
    "ELU",
    "GELU",
    "GLU",
    "GRU",
    "LSTM",
    "RNN",
    "SELU",
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveAvgPool3d",
    "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d",
    "AdaptiveMaxPool3d",
    "AffineWarp",
    "AttentionWarp",
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "BCELoss",
    "BCEWithLogitsLoss",
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "BucketedPositionBias",
    "CTCLoss",
    "ContextWindows",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
    "CosineSimilarity",
    "CrossEntropyLoss",
    "DecoderCache",
    "Dropout",
    "Dropout1d",
    "Dropout2d",
    "Dropout3d",
    "Embedding",
    "Flatten",
    "GATConv",
    "GATv2Conv",
    "GCNConv",
    "GRUCell",
    "GaussianNLLLoss",
    "Graph",
    "GraphConv",
    "GroupNorm",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "HingeEmbeddingLoss",
    "HuberLoss",
    "Identity",
    "ImageAttention",
    "InstanceNorm1d",
    "InstanceNorm2d",
    "InstanceNorm3d",
    "KLDivLoss",
    "KeyValueCache",
    "L1Loss",
    "LSTMCell",
    "LayerNorm",
    "LeakyReLU",
    "LearnedPositionalEncoding",
    "Linear",
    "LocalResponseNorm",
    "LogSigmoid",
    "LogSoftmax",
    "MSELoss",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    "MaxUnpool1d",
    "MaxUnpool2d",
    "MaxUnpool3d",
    "Mish",
    "Module",
    "ModuleDict",
    "ModuleList",
    "MultiMarginLoss",
    "MultiheadAttention",
    "NLLLoss",
    "PReLU",
    "Parameter",
    "PixelShuffle",
    "RMSNorm",
    "RNNCell",
    "ReLU",
    "ReLU6",
    "RelativePositionBias",
    "RelativePositionBias2d",
    "RotaryEmbedding",
    "SequencePool",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "SinusoidalPositionalEncoding",
    "SmoothL1Loss",
    "SoftMarginLoss",
    "Softmax",
    "Softplus",
    "Softsign",
    "SpatialTransformer",
    "Summary",
    "Tanh",
    "ThinPlateSplineWarp",
    "Transformer",
    "TransformerDecoder",
    "TransformerDecoderLayer",
    "TransformerEncoder",
    "TransformerEncoderLayer",
    "Unflatten",
    "Upsample",
    "Warp",
    "attention_flops",
    "context_windows",
    "ctc_greedy_decode",
    "flops",
    "functional",
    "global_add_pool",
    "global_mean_pool",
    "init",
    "padding_mask",
    "pool_sequences",
    "summary",
    "utils",
    "valid_steps",
]
