"""Recurrent layers: networks that read a sequence step by step and remember."""

from __future__ import annotations

from .._core import dtype as DType
from .._core import float32
from .recurrent_layer import RecurrentLayer


class RNN(RecurrentLayer):
    r"""Read a sequence by :math:`h_t = \tanh(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh})`.

    Parameters are named as in `weight_ih_l0` and `weight_hh_l1_reverse`, and drawn from the uniform distribution over
    [-1/sqrt(hidden_size), 1/sqrt(hidden_size)]. Source: Elman, Finding structure in time (1990).

    Args:
        input_size: features of x.
        hidden_size: features of h.
        num_layers: how many layers there are, each reading what the one below gave.
        nonlinearity: "tanh" or "relu".
        bias: whether there are b_ih and b_hh.
        batch_first: whether x and y are (N, T, ...), not (T, N, ...).
        dropout: probability with which what a layer hands on to the next is set to zero in training.
        bidirectional: whether each layer also reads from the end, and y holds both states.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> y, h = nn.RNN(3, 5, batch_first=True)(dl.randn(2, 7, 3))
        >>> y.shape == (2, 7, 5) and h.shape == (1, 2, 5)
        True
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: DType = float32,
    ) -> None:
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"RNN: nonlinearity expected 'tanh' or 'relu', got {nonlinearity!r}")
        self.nonlinearity = nonlinearity
        mode = "RNN_" + nonlinearity.upper()
        super().__init__(mode, input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype)


class LSTM(RecurrentLayer):
    r"""Read a sequence with a memory that gates open and close.

    .. math::
        i, f, o = \sigma(W x_t + b + W' h_{t-1} + b'), \quad g = \tanh(\ldots), \quad
        c_t = f c_{t-1} + i g, \quad h_t = o \tanh(c_t)

    The blocks of `weight_ih_l0` and its like are in the order i, f, g, o. Source: Hochreiter and Schmidhuber, Long
    short-term memory (1997); Gers, Schmidhuber and Cummins, Learning to forget (2000).

    Args:
        input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype: as in `RNN`.
        proj_size: P > 0: h_t = W_hr (o tanh(c_t)) has P features (Sak, Senior and Beaufays, 2014). It is computed step
            by step, without the kernel for whole sequences.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> y, (h, c) = nn.LSTM(3, 5, bidirectional=True)(dl.randn(7, 2, 3))
        >>> y.shape == (7, 2, 10) and h.shape == c.shape == (2, 2, 5)
        True
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        *,
        dtype: DType = float32,
    ) -> None:
        super().__init__(
            "LSTM", input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype, proj_size
        )


class GRU(RecurrentLayer):
    r"""Read a sequence with a state that gates keep or replace.

    .. math::
        r, z = \sigma(W x_t + b + W' h_{t-1} + b'), \quad
        n = \tanh(W_n x_t + b_n + r (W'_n h_{t-1} + b'_n)), \quad h_t = (1 - z) n + z h_{t-1}

    The blocks of `weight_ih_l0` and its like are in the order r, z, n. Source: Cho et al., Learning phrase
    representations using RNN encoder-decoder (2014).

    Args:
        input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype: as in `RNN`.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> y, h = nn.GRU(3, 5, num_layers=2)(dl.randn(7, 2, 3))
        >>> y.shape == (7, 2, 5) and h.shape == (2, 2, 5)
        True
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: DType = float32,
    ) -> None:
        super().__init__("GRU", input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype)
