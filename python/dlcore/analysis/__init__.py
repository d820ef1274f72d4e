"""Landscapes and critical points: what the loss looks like around a model's weights.

NOTE [A model and its loss]
Every function takes `model`, an `nn.Module`, and `loss`, a function without arguments that computes the model's loss
anew and returns a tensor of one element::

    loss = lambda: F.cross_entropy(model(x), y)

Weights are the parameters that require gradients; directions, gradients and eigenvectors are vectors in their order, as
`weights(model)` returns them. A part of a network can be the model (`loss` still computes the whole). The loss is
computed in the model's dtype; second derivatives are best looked at in float64, `model.double()`.

The loss has to be the same function each time, of the same data. Random numbers that it draws from the default
generator, for dropout in training mode, are therefore the same each time, in all functions: those after
`manual_seed(0)`; the generator is put back. `descend` alone lets them go on, as training does.

Functions that look leave the model as it was: weights, buffers, `.grad` and all other attributes of its modules. Of
what is not the model, such as the rest of a network of which a part is given, no `.grad` is touched; but its buffers
are its own: batch normalisation in training mode there counts each time that the loss is computed. Functions that move
weights (`escape`, `newton_step`, `saddle_free_newton_step`, `set_weights`) say so.

SciPy and matplotlib are needed where they are used: `pip install 'dlcore[analysis]'`.
"""

from .critical_point import CriticalPoint, critical_point
from .curvature import Curvature, hessian, hvp
from .descent import Path, descend
from .directions import direction_to, filter_normalized, path_directions, random_direction
from .eigenvalues import Eigen, extreme_eigenvalues, spectrum
from .escape_step import Escape, escape
from .gradient_norms import GradientNorms
from .hessian_trace import Trace, trace
from .landscape import LossLine, LossPlane, loss_line, loss_plane
from .newton import newton_step, saddle_free_newton_step
from .plots import plot_gradient_norms, plot_line, plot_plane, plot_spectral_density, plot_step_sizes
from .sharpness import Sharpness, perturbed_losses, sharpness
from .spectral_density import SpectralDensity, spectral_density
from .weights import set_weights, weights

__all__ = [
    "CriticalPoint",
    "Curvature",
    "Eigen",
    "Escape",
    "GradientNorms",
    "LossLine",
    "LossPlane",
    "Path",
    "Sharpness",
    "SpectralDensity",
    "Trace",
    "critical_point",
    "descend",
    "direction_to",
    "escape",
    "extreme_eigenvalues",
    "filter_normalized",
    "hessian",
    "hvp",
    "loss_line",
    "loss_plane",
    "newton_step",
    "path_directions",
    "perturbed_losses",
    "plot_gradient_norms",
    "plot_line",
    "plot_plane",
    "plot_spectral_density",
    "plot_step_sizes",
    "random_direction",
    "saddle_free_newton_step",
    "set_weights",
    "sharpness",
    "spectral_density",
    "spectrum",
    "trace",
    "weights",
]
