r"""
3. Any curve from pieces
========================

A straight line stays straight, whatever its weights are: a limit of the model, its **bias**, that no training can
lift. Enough bent steps make any curve:

.. math::

   y = b + \sum_i c_i\, \sigma(b_i + w_i x)

   \sigma(z) = \frac1{1 + e^{-z}}

Each sigmoid is a soft step with a place, a slope and a height of its own. Two ReLU, :math:`\max(0, z)`, make a hard
one. This is a network with one hidden layer.
"""

# %%
# The data
# --------
# The air has more carbon dioxide in May than in September: 2,284 weeks over Mauna Loa, each less the average of its
# year.

import dlcore as dl
import matplotlib.pyplot as plt
import numpy as np
from dlcore import models
from dlcore.nn import functional as F
from statsmodels.datasets import co2

weeks = co2.load_pandas().data["co2"].interpolate()
above = weeks.to_numpy()[26:-26] - np.convolve(weeks.to_numpy(), np.ones(53) / 53, "valid")
x = dl.tensor(
    np.asarray(weeks.index.day_of_year, float)[26:-26] / 183 - 1, dtype=dl.float32
).unsqueeze(1)
y = dl.tensor(above, dtype=dl.float32)

# %%
# More pieces, less error
# -----------------------


def trained(count, pieces):
    """Fit a sum of pieces to the seasons."""
    dl.manual_seed(0)
    curve = models.PiecewiseCurve(count, pieces=pieces)
    optimizer = dl.optim.Adam(curve.parameters(), lr=0.05)
    for _ in range(1000):
        loss = F.mse_loss(curve(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return curve, loss.item()


for count in (1, 2, 4, 8):
    print(f"{count} sigmoids: mean squared error {trained(count, 'sigmoid')[1]:.2f}")

# %%
# Thin are the pieces, thick is their sum. Nobody told them where the year bends.

figure, axes = plt.subplots(figsize=(5, 3.6), layout="constrained")
axes.plot(x[:, 0].numpy(), y.numpy(), ".", color="lightgray", markersize=2)
trained(4, "sigmoid")[0].draw(dl.linspace(-1, 1, 200), axes)
axes.set(
    xlabel="January to December",
    ylabel="ppm above the year's average",
    xticks=[],
    ylim=(-7, 7),
)

# %%
# Why deep, then, and not wide? Steps of steps: there are functions that a few layers make of a few units, and one layer
# only of exponentially many. What that is worth on a photograph is measured in :doc:`/learning/experiments`. It takes
# gradients that find their way through all the layers: :doc:`04_backpropagation`.
#
# Where to look
# -------------
# **API:** :class:`~dlcore.models.PiecewiseCurve`, :class:`~dlcore.optim.Adam`. **Models:** :doc:`/models/curves`.
# **Larger** (:download:`zip </downloads/examples.zip>`): `examples/lags.py`, `examples/depth_and_width.py`.
