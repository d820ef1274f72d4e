"""Operations of recurrent layers, and of what is done to sequences."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..._core import Tensor
from .. import recurrent_cells, sequences
from ..recurrent_layer import GATES, RecurrentLayer
from ..utils.rnn import PackedSequence
from .dispatch import arguments, flops

# For each feature of the state: the sums of what x and h give, functions, and what makes the next state of them.
_POINTWISE = {
    "RNN_TANH": 1 + 1,
    "RNN_RELU": 1 + 1,
    "LSTM": 4 + 4 + 5,  # f c + i g, then o tanh(c)
    "GRU": 3 + 3 + 5,  # the reset of the new state, then (1 - z) n + z h
}


def _step(mode: str, features: int, hidden: int, state: int) -> int:
    """Return the operations of one step of a layer in one direction."""
    return GATES[mode] * hidden * 2 * (features + state) + _POINTWISE[mode] * hidden


@flops.register
def _recurrent(module: RecurrentLayer, inputs: tuple[Any, ...], output: Any) -> int:
    given = arguments(module, inputs)
    x, lengths = given["input"], given["lengths"]
    if isinstance(x, PackedSequence):
        steps = x.data.shape[0]
    elif lengths is not None:
        steps = int(np.sum(lengths.numpy() if isinstance(lengths, Tensor) else lengths))
    else:
        steps = x.numel() // module.input_size
    directions = 2 if module.bidirectional else 1
    state = module.proj_size or module.hidden_size
    projection = 2 * module.proj_size * module.hidden_size
    count = 0
    for layer in range(module.num_layers):
        features = directions * state if layer else module.input_size
        dropped = features if layer and module.training and module.dropout > 0 else 0
        count += dropped + directions * (_step(module.mode, features, module.hidden_size, state) + projection)
    return steps * count


@flops.register
def _cell(module: recurrent_cells._Cell, inputs: tuple[Any, ...], output: Any) -> int:
    steps = inputs[0].numel() // module.input_size
    return steps * _step(module.mode, module.input_size, module.hidden_size, module.hidden_size)


@flops.register
def _windows(module: sequences.ContextWindows, inputs: tuple[Any, ...], output: Tensor) -> int:
    return 0


@flops.register
def _sequence_pool(module: sequences.SequencePool, inputs: tuple[Any, ...], output: Tensor) -> int:
    return 0 if module.how == "last" else inputs[0].numel()
