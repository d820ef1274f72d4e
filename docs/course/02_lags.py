r"""
2. From yesterday, and from many days
=====================================

What happens tomorrow depends on more than today. Let the function see the last :math:`L` numbers, with a weight for
each:

.. math:: \hat y_t = b + \sum_{j=1}^{L} w_j\, x_{t-j}

It has more unknowns, so it fits the data it learns from at least as well as before. Whether it tells **new** data
better is another question, which only data that it has not seen can answer: the last fifth of the series is kept for
that.
"""

import dlcore as dl
import matplotlib.pyplot as plt
from dlcore import models
from statsmodels.datasets import sunspots

counts = dl.tensor(sunspots.load_pandas().data["SUNACTIVITY"].to_numpy(copy=True))
begin = int(0.8 * len(counts))  # of the test


def root_mean_square(errors):
    """Return the typical size of an error."""
    return errors.detach().square().mean().sqrt().item()


# %%
# :class:`~dlcore.models.LagModel` is that function. A linear function and squared errors are the one case where
# nobody has to walk down the slope: `fit` solves for the lowest point at once.

lags = list(range(1, 41))
training, test = [], []
for count in lags:
    model = models.LagModel(count, dtype=dl.float64).fit(counts[:begin])
    training.append(root_mean_square(model(counts[:begin])[:-1] - counts[count:begin]))
    test.append(root_mean_square(model(counts[begin - count :])[:-1] - counts[begin:]))

same = root_mean_square(counts[begin - 1 : -1] - counts[begin:])
best = min(lags, key=lambda count: test[count - 1])
print(f"the same as last year: {same:.1f}")
print(f"1 lag: {test[0]:.1f}, {best} lags: {test[best - 1]:.1f}, 40 lags: {test[-1]:.1f}")

# %%
# The sun has a period of about eleven years, and nine or ten of them tell most of what there is to be told. More
# weights go on improving the fit to the years that the model learns from, and nothing else: **overfitting**, the
# matter of :doc:`10_validation`.

figure, axes = plt.subplots(figsize=(5, 3.6), layout="constrained")
axes.plot(lags, training, ".-", label="years it learns from")
axes.plot(lags, test, ".-", label="years it has not seen")
axes.axhline(same, color="gray", linestyle=":", label="the same as last year")
axes.set(xlabel="lags", ylabel="error in sunspots", ylim=(0, None))
axes.legend()

# %%
# Where to look
# -------------
# **API:** :class:`~dlcore.models.LagModel`, :func:`~dlcore.models.lagged`. **Models:** :doc:`/models/curves`.
# **Larger:** :download:`examples/lags.py <../../examples/lags.py>`, with carbon dioxide and curves that bend.
