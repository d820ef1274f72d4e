r"""
9. A rate for each unknown
==========================

A valley may be a thousand times steeper across than along. A learning rate small enough for the one is far too small
for the other. So each unknown gets its own: its slope is divided by how large its slopes have been of late. With
momentum besides, that is **Adam**:

.. math::

   m &\leftarrow \beta_1 m + (1 - \beta_1)\, g

   v &\leftarrow \beta_2 v + (1 - \beta_2)\, g^2

   \theta &\leftarrow \theta - \eta\, \frac{\hat m}{\sqrt{\hat v} + \epsilon}

with :math:`\hat m = m / (1 - \beta_1^t)` and :math:`\hat v = v / (1 - \beta_2^t)`, since both begin at zero.
"""

# %%
# A valley that is real
# ---------------------
# Carbon dioxide over the years since 1958: the weight is multiplied by up to 43 years, the bias by 1, so the loss is a
# ravine.

import dlcore as dl
import matplotlib.pyplot as plt
from dlcore.nn import functional as F
from statsmodels.datasets import co2

level = dl.tensor(co2.load_pandas().data["co2"].interpolate().to_numpy(copy=True)) - 330
years = dl.arange(len(level), dtype=dl.float64) / 52.18


def path_of(build, steps=300):
    """Go down from one point by the same batches of 8 weeks; return path and last loss."""
    chance = dl.Generator().manual_seed(0)
    unknowns = dl.tensor([2.0, 8.0], dtype=dl.float64, requires_grad=True)  # weight, bias
    optimizer, *schedules = build([unknowns])
    path = []
    for _ in range(steps):
        path.append(unknowns.tolist())
        batch = dl.randint(0, len(years), (8,), generator=chance)
        loss = F.mse_loss(unknowns[0] * years[batch] + unknowns[1], level[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        for schedule in schedules:
            schedule.step()
    last = dl.tensor(path[-50:], dtype=dl.float64)  # each of which hovers around some place
    return path, F.mse_loss(last[:, :1] * years + last[:, 1:], level.expand(50, -1)).item()


def adam_that_slows_down(unknowns):
    """Adam with a rate that falls along half a cosine."""
    optimizer = dl.optim.Adam(unknowns, lr=1)
    return optimizer, dl.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=300)


ways = {
    "SGD": lambda unknowns: (dl.optim.SGD(unknowns, lr=5e-4),),
    "SGD, momentum": lambda unknowns: (dl.optim.SGD(unknowns, lr=1e-4, momentum=0.9),),
    "Adam": lambda unknowns: (dl.optim.Adam(unknowns, lr=1),),
    "Adam, rate falls": adam_that_slows_down,
}

figure, axes = plt.subplots(figsize=(5, 4), layout="constrained")
weights, biases = dl.meshgrid(
    dl.linspace(-0.5, 2.5, 80), dl.linspace(-25, 12, 80), indexing="xy"
)
residuals = (
    weights.unsqueeze(-1) * years[::20].float() + biases.unsqueeze(-1) - level[::20].float()
)
surface = residuals.square().mean(-1).log().numpy()
axes.contourf(weights.numpy(), biases.numpy(), surface, levels=25, cmap="Greys", alpha=0.6)
for name, build in ways.items():
    path, loss = path_of(build)
    print(f"{name:<17} loss {loss:7.2f}")
    thick = name == "SGD"  # it lies under the next one
    axes.plot(*zip(*path, strict=True), linewidth=5 if thick else 1, label=name)
axes.plot(2, 8, "ko", label="start")
axes.set(xlabel="weight: ppm a year", ylabel="bias", xlim=(-0.5, 2.5), ylim=(-25, 12))
axes.legend()

# %%
# **Schedules.** Far from the goal large steps are right, near it small ones: the rate falls as training goes on. And
# it may rise at first, a **warm-up**, while what Adam divides by is known from few slopes only.
#
# Where to look
# -------------
# **API:** :class:`~dlcore.optim.Adam`, :mod:`~dlcore.optim.lr_scheduler`, :class:`~dlcore.train.Schedule`.
# **More:** :doc:`/learning/optimizers`: what each optimizer remedies, and which schedule for what; :doc:`/training`.
# **Larger** (:download:`zip </downloads/examples.zip>`): `examples/ravine.py`, `examples/warm_up.py`.
