r"""
2. From yesterday, and from many days
=====================================

What happens tomorrow depends on more than today. Let the function see the last :math:`L` numbers, with a weight for
each:

.. math:: \hat y_t = b + \sum_{j=1}^{L} w_j\, x_{t-j}

It has more unknowns, so it fits the data it learns from at least as well as before. Whether it tells **new** data
better is another question, which only data that it has not seen can answer. And whoever chooses by such data has made
it part of the learning. So two parts are kept: a fifth of the series to choose the number of lags by, the
**validation** data, and the last fifth for the **test**.
"""

import dlcore as dl
import matplotlib.pyplot as plt
from dlcore import models
from statsmodels.datasets import sunspots

counts = dl.tensor(sunspots.load_pandas().data["SUNACTIVITY"].to_numpy(copy=True))
first, second = int(0.6 * len(counts)), int(0.8 * len(counts))  # validation and test begin


def root_mean_square(errors):
    """Return the typical size of an error."""
    return errors.detach().square().mean().sqrt().item()


def error_of(model, lags, begin, end):
    """Return the error of a model's predictions of the years from `begin` to `end`."""
    predicted = model(counts[begin - lags : end])[:-1]
    return root_mean_square(predicted - counts[begin:end])


# %%
# :class:`~dlcore.models.LagModel` is that function. A linear function and squared errors are the one case where
# nobody has to walk down the slope: `fit` solves for the lowest point at once.

lags = list(range(1, 41))
training, validation = [], []
for count in lags:
    model = models.LagModel(count, dtype=dl.float64).fit(counts[:first])
    training.append(error_of(model, count, count, first))
    validation.append(error_of(model, count, first, second))
best = lags[validation.index(min(validation))]
print(f"chosen: {best} lags")

# %%
# The choice is made; now the test may speak, once. The model learns anew, from all the years before the test.

end = len(counts)
same = root_mean_square(counts[second - 1 : -1] - counts[second:])
print(f"the same as last year: {same:.1f}")
for count in (1, best, 40):
    model = models.LagModel(count, dtype=dl.float64).fit(counts[:second])
    print(f"{count} lags: {error_of(model, count, second, end):.1f}")

# %%
# The sun has a period of about eleven years, and a look back over most of one tells most of what there is to be told.
# More weights go on improving the fit to the years that the model learns from, and nothing else: **overfitting**, the
# matter of :doc:`10_validation`.

figure, axes = plt.subplots(figsize=(5, 3.6), layout="constrained")
axes.plot(lags, training, ".-", label="years it learns from")
axes.plot(lags, validation, ".-", label="years it has not seen")
axes.axvline(best, color="gray", linestyle=":", label="chosen")
axes.set(xlabel="lags", ylabel="error in sunspots", ylim=(0, None))
axes.legend()

# %%
# Where to look
# -------------
# **API:** :class:`~dlcore.models.LagModel`, :func:`~dlcore.models.lagged`. **Models:** :doc:`/models/curves`.
# **Larger** (:download:`zip </downloads/examples.zip>`): `examples/lags.py`, with carbon dioxide and curves that bend.
# It predicts by how much a year differs from the last one, out of the differences before: one lag then errs by 27.4.
