"""Models of the field, built from `dlcore.nn`: to train, to take apart, and to load the weights of others into."""

from .lenet import LeNet
from .mlp import MLP
from .resnet import BasicBlock, Bottleneck, ResNet

__all__ = ["MLP", "BasicBlock", "Bottleneck", "LeNet", "ResNet"]
