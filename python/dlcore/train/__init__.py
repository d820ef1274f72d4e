"""A training loop, and what can be hung into it."""

from .best_model import BestModel
from .callback import Callback
from .checkpoint import Checkpoint
from .checkpoint_file import load_checkpoint, save_checkpoint
from .clip_gradients import ClipGradNorm, ClipGradValue
from .csv_logger import CSVLogger
from .early_stopping import EarlyStopping
from .ema import ExponentialMovingAverage
from .evaluate import evaluate
from .fit import fit
from .lr_range_test import LRRange, lr_range_test
from .metrics import Accuracy, Mean, Metric
from .progress import Progress
from .run import Run
from .schedule import Schedule
from .tensorboard import TensorBoard

__all__ = [
    "Accuracy",
    "BestModel",
    "CSVLogger",
    "Callback",
    "Checkpoint",
    "ClipGradNorm",
    "ClipGradValue",
    "EarlyStopping",
    "ExponentialMovingAverage",
    "LRRange",
    "Mean",
    "Metric",
    "Progress",
    "Run",
    "Schedule",
    "TensorBoard",
    "evaluate",
    "fit",
    "load_checkpoint",
    "lr_range_test",
    "save_checkpoint",
]
