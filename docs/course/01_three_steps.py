r"""
1. Three steps
==============

Learning is finding a function, and it takes three steps.

1. **A function with unknowns.** Somebody who knows the subject proposes its shape. The weight :math:`w` and the bias
   :math:`b` are
   not known yet:

   .. math:: \hat y = b + w x

2. **A loss of the unknowns.** It says how bad a choice of them is, on data of which the answers are known:

   .. math:: L(w, b) = \frac1N \sum_n (\hat y_n - y_n)^2

3. **Optimization.** Begin anywhere, and go down the slope, again and again, in steps that the learning rate
   :math:`\eta` scales:

   .. math:: w \leftarrow w - \eta\, \frac{\partial L}{\partial w}, \qquad
      b \leftarrow b - \eta\, \frac{\partial L}{\partial b}

Everything after this page is a better function, a better loss or a better way down.
"""

# %%
# The data
# --------
# How many sunspots there are this year, told from last year's: 309 years of them come with statsmodels.

import dlcore as dl
import matplotlib.pyplot as plt
from dlcore.nn import functional as F
from statsmodels.datasets import sunspots

counts = dl.tensor(sunspots.load_pandas().data["SUNACTIVITY"].to_numpy(copy=True)) / 100
x, y = counts[:-1], counts[1:]

# %%
# The three steps
# ---------------
# The gradient comes from :meth:`~dlcore.Tensor.backward`; nobody writes a derivative by hand.

w = dl.tensor(-0.5, dtype=dl.float64, requires_grad=True)
b = dl.tensor(1.5, dtype=dl.float64, requires_grad=True)


def predict(x):
    """Step 1: the function with unknowns."""
    return b + w * x


path = []
for _ in range(61):
    loss = F.mse_loss(predict(x), y)  # step 2: the loss
    path.append((w.item(), b.item(), loss.item()))
    loss.backward()
    with dl.no_grad():  # step 3: down the slope
        for unknown in (w, b):
            unknown -= 0.3 * unknown.grad
            unknown.grad = None

for step in (0, 1, 10, 60):
    print("step {:2d}: w = {:6.3f}, b = {:5.3f}, loss {:.4f}".format(step, *path[step]))

# %%
# The way down
# ------------
# The loss is a surface over the unknowns, here drawn by its contours, and training is a path on it. Across the valley
# it goes fast, along its floor slowly: why, and what helps, is what pages 7 to 9 are about, from
# :doc:`07_critical_points` on.

ws, bs = dl.meshgrid(dl.linspace(-1, 2, 80), dl.linspace(-0.5, 2, 80), indexing="xy")
predictions = bs.unsqueeze(-1) + ws.unsqueeze(-1) * x.float()
surface = (predictions - y.float()).square().mean(-1)

figure, axes = plt.subplots(figsize=(5, 3.6), layout="constrained")
axes.contourf(ws.numpy(), bs.numpy(), surface.numpy() ** 0.5, levels=20, cmap="viridis_r")
axes.plot(
    *zip(*((w, b) for w, b, _ in path), strict=True), "o-", color="white", markersize=3
)
axes.set(title="the way down", xlabel="w", ylabel="b")

# %%
# The function that each step has:

figure, axes = plt.subplots(figsize=(5, 3.6), layout="constrained")
axes.plot(100 * x.numpy(), 100 * y.numpy(), ".", color="lightgray")
ends = dl.tensor([0.0, 1.9], dtype=dl.float64)
for step, color in ((0, "tab:red"), (3, "tab:orange"), (60, "tab:blue")):
    w, b, _ = path[step]
    axes.plot(
        100 * ends.numpy(), 100 * (b + w * ends).numpy(), color=color, label=f"step {step}"
    )
axes.set(xlabel="sunspots this year", ylabel="next year")
axes.legend()

# %%
# Where to look
# -------------
# **API:** :func:`~dlcore.nn.functional.mse_loss`, :class:`~dlcore.Tensor`, :func:`~dlcore.no_grad`.
# **More:** :doc:`/training`, where the loop is one call.
