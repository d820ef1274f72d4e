"""Models of the field, built from `dlcore.nn`: to train, to take apart, and to load the weights of others into."""

from .attention_maps import attention_maps
from .beam_search import beam_search
from .causal_lm import CausalLanguageModel
from .decoding_state import CachedState, DecodingState, WholeState
from .encoder_decoder import EncoderDecoder
from .generation import Generated, generate, sampling_logits
from .lag_model import LagModel, lagged
from .lenet import LeNet
from .mask_predict import MaskPredictTransformer
from .mlp import MLP
from .piecewise_curve import PiecewiseCurve
from .resnet import BasicBlock, Bottleneck, ResNet
from .scheduled_sampling import sampling_schedule, scheduled_sampling
from .seq2seq import Seq2SeqTransformer
from .seq2seq_lstm import Seq2SeqLSTM
from .sequence_classifier import RecurrentClassifier, SelfAttentionClassifier, WindowClassifier
from .token_embedding import TokenEmbedding
from .transformer_classifier import TransformerClassifier
from .vision_transformer import EncoderBlock, PatchEmbedding, VisionTransformer

__all__ = [
    "MLP",
    "BasicBlock",
    "Bottleneck",
    "CachedState",
    "CausalLanguageModel",
    "DecodingState",
    "EncoderBlock",
    "EncoderDecoder",
    "Generated",
    "LagModel",
    "LeNet",
    "MaskPredictTransformer",
    "PatchEmbedding",
    "PiecewiseCurve",
    "RecurrentClassifier",
    "ResNet",
    "SelfAttentionClassifier",
    "Seq2SeqLSTM",
    "Seq2SeqTransformer",
    "TokenEmbedding",
    "TransformerClassifier",
    "VisionTransformer",
    "WholeState",
    "WindowClassifier",
    "attention_maps",
    "beam_search",
    "generate",
    "lagged",
    "sampling_logits",
    "sampling_schedule",
    "scheduled_sampling",
]
