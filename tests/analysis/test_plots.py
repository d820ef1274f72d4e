"""Pictures show the numbers they are given, on the axes they are given."""

import sys

import dlcore as dl
import numpy as np
import pytest
from dlcore import analysis, optim
from matplotlib.figure import Figure
from small_models import classifier, quadratic


@pytest.fixture
def ax():
    return Figure().add_subplot()


@pytest.fixture
def ravine():
    model, loss = quadratic(np.diag([1.0, 30.0]), at=[3.0, 1.0])
    makers = {"SGD": lambda p: optim.SGD(p, lr=0.02), "Adam": lambda p: optim.Adam(p, lr=0.2)}
    paths = analysis.descend(model, loss, makers, 15)
    plane = analysis.loss_plane(
        model, loss, dl.eye(2), np.linspace(-4, 4, 9), np.linspace(-2, 2, 7), origin=dl.zeros(2)
    )
    return plane, paths


def draw(ax):
    """Render, which is where matplotlib finds what cannot be drawn."""
    ax.figure.canvas.draw()


def test_line(ax):
    line = analysis.LossLine(dl.tensor([0.0, 1.0, 2.0]), dl.tensor([3.0, 1.0, 2.0]))
    assert analysis.plot_line(line, ax, label="between") is ax
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), [[0, 3], [1, 1], [2, 2]])
    assert ax.get_legend().get_texts()[0].get_text() == "between"
    assert analysis.plot_line(line).get_legend() is None
    draw(ax)


def test_plane(ax, ravine):
    plane, paths = ravine
    assert analysis.plot_plane(plane, paths, ax) is ax
    by_name = {line.get_label(): line for line in ax.lines}
    for name, path in paths.items():
        np.testing.assert_allclose(by_name[name].get_xydata(), path.weights.numpy(), atol=1e-12)
    assert ax.get_xlim() == (-4, 4)
    assert ax.get_ylim() == (-2, 2)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["SGD", "Adam"]
    levels = ax.collections[0].levels
    assert levels[0] == plane.losses.min().item()
    assert levels[-1] == pytest.approx(plane.losses.max().item())
    draw(ax)
    assert len(ax.figure.axes) == 2
    draw(analysis.plot_plane(plane, levels=2))
    with pytest.raises(ValueError, match=r"^plot_plane: levels expected an integer >= 2, got 1$"):
        analysis.plot_plane(plane, levels=1)
    alone = analysis.plot_plane(plane, colorbar=False)
    assert alone.figure.axes == [alone]
    draw(alone)


def test_plane_that_is_flat_or_infinite():
    model, _ = quadratic(np.eye(2))
    flat = analysis.loss_plane(model, lambda: 0 * model.w.sum() + 3, dl.eye(2), [0, 1], [0, 1])
    draw(analysis.plot_plane(flat))
    steep = analysis.loss_plane(model, lambda: 1 / model.w.sum(), dl.eye(2), [0, 1, 2], [0, 1, 2])
    assert np.isinf(steep.losses.numpy()).any()
    draw(analysis.plot_plane(steep))
    thin = analysis.loss_plane(model, lambda: model.w.sum(), dl.eye(2), [0], [0, 1])
    nowhere = analysis.loss_plane(model, lambda: model.w.sum() * np.nan, dl.eye(2), [0, 1], [0, 1])
    for plane, shape in ((thin, r"\(2, 1\)"), (nowhere, r"\(2, 2\)")):
        with pytest.raises(
            ValueError, match=rf"^plot_plane: plane expected 2 x 2 or more losses, .* got shape {shape}$"
        ):
            analysis.plot_plane(plane)


def test_step_sizes(ax, ravine):
    _, paths = ravine
    assert analysis.plot_step_sizes(paths, ax, window=1) is ax
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["SGD", "Adam", "weight 1", "weight 2"]
    np.testing.assert_allclose(ax.lines[0].get_ydata(), 0.02)
    np.testing.assert_allclose(ax.lines[3].get_ydata(), paths["Adam"].step_sizes()[:, 1].numpy())
    assert ax.get_yscale() == "log"
    draw(ax)
    draw(analysis.plot_step_sizes(paths, weights=[1]))
    with pytest.raises(ValueError, match=r"^plot_step_sizes: weights expected up to four different numbers .* got \[0"):
        analysis.plot_step_sizes(paths, weights=[0, 1, 0, 1, 0])
    for outside in (2, -1):
        with pytest.raises(ValueError, match=rf"different numbers from 0 to 1, got \[{outside}\]$"):
            analysis.plot_step_sizes(paths, weights=[outside])


def test_step_sizes_of_one_weight(ax):
    model, loss = quadratic(np.eye(1), at=[1.0])
    paths = analysis.descend(model, loss, {"SGD": lambda p: optim.SGD(p, lr=0.1)}, 3)
    analysis.plot_step_sizes(paths, ax)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["SGD", "weight 1"]
    draw(ax)


def test_a_dozen_paths_are_told_apart(ax):
    model, loss = quadratic(np.eye(2), at=[1.0, 1.0])
    makers = {f"rate {i}": lambda p, i=i: optim.SGD(p, lr=0.02 * i) for i in range(1, 19)}
    paths = analysis.descend(model, loss, makers, 3)
    plane = analysis.loss_plane(model, loss, dl.eye(2), [-1, 0, 1], [-1, 0, 1], origin=dl.zeros(2))
    analysis.plot_plane(plane, paths, ax)
    sizes = analysis.plot_step_sizes(paths, window=1)
    by_name = [[line.get_color() for line in axes.lines if line.get_label() in paths] for axes in (ax, sizes)]
    assert len(set(by_name[0])) == 18
    assert by_name[0] == by_name[1]  # a path has its colour in both pictures
    draw(ax)


def test_gradient_norms(ax):
    record = analysis.GradientNorms()
    record.losses, record.norms = [3.0, 2.0], [5.0, 4.0]
    left, right = analysis.plot_gradient_norms(record, ax)
    assert left is ax
    np.testing.assert_array_equal(left.lines[0].get_xydata(), [[1, 3], [2, 2]])
    np.testing.assert_array_equal(right.lines[0].get_xydata(), [[1, 5], [2, 4]])
    assert (left.get_ylabel(), right.get_ylabel()) == ("loss", "norm of the gradient")
    draw(ax)
    left, right = analysis.plot_gradient_norms(record, window=2)
    np.testing.assert_array_equal(left.lines[1].get_xydata(), [[2, 2.5]])
    np.testing.assert_array_equal(right.lines[1].get_xydata(), [[2, 4.5]])
    draw(left)
    assert len(analysis.plot_gradient_norms(record, window=3)[0].lines) == 1
    with pytest.raises(ValueError, match=r"^plot_gradient_norms: window expected an integer >= 1, got 0$"):
        analysis.plot_gradient_norms(record, window=0)


def test_spectral_density(ax):
    density = analysis.spectral_density(*classifier(), steps=20, probes=2)
    assert analysis.plot_spectral_density(density, ax, sigma=0.05) is ax
    x, y = ax.lines[0].get_data()
    np.testing.assert_allclose(y, density.density(dl.tensor(x), 0.05).numpy())
    assert x.min() < density.nodes.min().item() < density.nodes.max().item() < x.max()
    draw(ax)
    draw(analysis.plot_spectral_density(density))


@pytest.mark.parametrize("values", [[2.0, 2.0], [3.0], [0.0, 0.0]])
def test_spectral_density_of_eigenvalues_that_are_all_alike(ax, values):
    density = analysis.spectral_density(*quadratic(np.diag(values)), probes=2)
    analysis.plot_spectral_density(density, ax)
    x, y = ax.lines[0].get_data()
    assert x.min() < values[0] < x.max()
    assert x[y.argmax()] == pytest.approx(values[0], abs=0.01)
    assert np.isfinite(y).all()
    draw(ax)


def test_no_global_state(ravine):
    from matplotlib import pyplot

    before = pyplot.get_fignums()
    analysis.plot_plane(*ravine)
    analysis.plot_step_sizes(ravine[1])
    assert pyplot.get_fignums() == before


def test_without_matplotlib_the_extra_is_named(monkeypatch):
    for module in ("matplotlib", "matplotlib.figure"):
        monkeypatch.setitem(sys.modules, module, None)
    line = analysis.LossLine(dl.zeros(2), dl.zeros(2))
    with pytest.raises(
        ImportError, match=r"^plot_line: expected the package matplotlib; pip install 'dlcore\[analysis\]'$"
    ):
        analysis.plot_line(line)
