"""Recurrent layers, one sequence and one step at a time."""

import numpy as np

from .activations import sigmoid


def recurrent_step(mode, z, h, c, weight, bias=None):
    """Return the next h and c, from what the input contributes to the gates and the state before."""
    from_state = weight @ h + (0 if bias is None else bias)
    if mode == "RNN_TANH":
        return np.tanh(z + from_state), c
    if mode == "RNN_RELU":
        return np.maximum(z + from_state, 0), c
    if mode == "LSTM":
        i, f, g, o = np.split(z + from_state, 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        return sigmoid(o) * np.tanh(c), c
    (zr, zu, zn), (ar, au, an) = np.split(z, 3), np.split(from_state, 3)
    n = np.tanh(zn + sigmoid(zr + ar) * an)
    u = sigmoid(zu + au)
    return (1 - u) * n + u * h, c


def recurrence(mode, input, hx, cx, weight_ih, weight_hh, bias_ih, bias_hh, batch_sizes, reverse=False, weight_hr=None):
    """Return the states of all steps, in the rows of a PackedSequence, and the last states (and cells)."""
    first = np.cumsum([0, *batch_sizes])
    y = np.zeros((len(input), hx.shape[1]))
    z = input @ weight_ih.T + (0 if bias_ih is None else bias_ih)
    h, c = np.array(hx), None if cx is None else np.array(cx)
    for i in range(len(hx)):
        steps = [t for t, size in enumerate(batch_sizes) if i < size]
        for t in reversed(steps) if reverse else steps:
            row, cell = first[t] + i, None if c is None else c[i]
            h_next, c_next = recurrent_step(mode, z[row], h[i], cell, weight_hh, bias_hh)
            h[i] = h_next if weight_hr is None else weight_hr @ h_next
            if c is not None:
                c[i] = c_next
            y[row] = h[i]
    return (y, h) if c is None else (y, h, c)
