"""Whole models, made of the layers of `dlcore.nn`."""

from .lag_model import LagModel, lagged
from .piecewise_curve import PiecewiseCurve
from .sequence_classifier import RecurrentClassifier, WindowClassifier

__all__ = [
    "LagModel",
    "PiecewiseCurve",
    "RecurrentClassifier",
    "WindowClassifier",
    "lagged",
]
