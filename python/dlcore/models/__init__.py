"""Whole models, made of the layers of `dlcore.nn`."""

from .beam_search import beam_search
from .causal_lm import CausalLanguageModel
from .generation import CachedState, Generated, State, WholeState, generate, restricted
from .mask_predict import MaskPredictTransformer
from .scheduled_sampling import sampling_schedule, scheduled_sampling
from .seq2seq import Seq2SeqTransformer
from .token_embedding import TokenEmbedding
from .transformer_classifier import TransformerClassifier
from .vision_transformer import EncoderBlock, PatchEmbedding, VisionTransformer

__all__ = [
    "CachedState",
    "CausalLanguageModel",
    "EncoderBlock",
    "Generated",
    "MaskPredictTransformer",
    "PatchEmbedding",
    "Seq2SeqTransformer",
    "State",
    "TokenEmbedding",
    "TransformerClassifier",
    "VisionTransformer",
    "WholeState",
    "beam_search",
    "generate",
    "restricted",
    "sampling_schedule",
    "scheduled_sampling",
]
