"""Models of the field, built from `dlcore.nn`: to train, to take apart, and to load the weights of others into."""

from .lag_model import LagModel, lagged
from .lenet import LeNet
from .mlp import MLP
from .piecewise_curve import PiecewiseCurve
from .resnet import BasicBlock, Bottleneck, ResNet
from .sequence_classifier import RecurrentClassifier, WindowClassifier

__all__ = [
    "MLP",
    "BasicBlock",
    "Bottleneck",
    "LagModel",
    "LeNet",
    "PiecewiseCurve",
    "RecurrentClassifier",
    "ResNet",
    "WindowClassifier",
    "lagged",
]
