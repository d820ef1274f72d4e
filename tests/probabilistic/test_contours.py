"""What the picture of Gaussian classes shows."""

import dlcore as dl
import numpy as np
import pytest
from check import check_error
from dlcore.probabilistic import BernoulliClassConditional, GaussianClassConditional, draw_contours
from matplotlib import figure

KINDS = pytest.mark.parametrize(("covariance", "shared"), [("full", False), ("full", True), ("diagonal", False)])


def clouds(classes):
    y = dl.arange(90) % classes
    x = dl.randn(90, 2) * dl.tensor([1.0, 2.0]) + 2 * y.unsqueeze(1)
    return x, y


@KINDS
@pytest.mark.parametrize("classes", [2, 3])
def test_samples_and_standard_deviations(covariance, shared, classes):
    x, y = clouds(classes)
    model = GaussianClassConditional(2, classes, covariance, shared=shared).fit(x, y)
    ax = figure.Figure().add_subplot()
    names = ["a", "b", "c"][:classes]
    assert draw_contours(model, x, y, names=names, ax=ax) is ax
    assert [text.get_text() for text in ax.get_legend().get_texts()] == names
    for number in range(classes):
        points, curves = (line.get_xydata() for line in ax.lines[2 * number : 2 * number + 2])
        np.testing.assert_array_equal(points, x[y == number].numpy())
        gap = np.flatnonzero(np.isnan(curves).any(1))
        assert len(gap) == 1
        mean = model.mean[number].detach().numpy()
        precision = np.linalg.inv(model.covariance[0 if shared else number].detach().numpy())
        for radius, curve in enumerate(np.split(curves, gap), start=1):
            away = curve[~np.isnan(curve).any(1)] - mean
            np.testing.assert_allclose(np.einsum("ni,ij,nj->n", away, precision, away), radius**2, rtol=1e-4)


def test_the_boundary_is_where_both_classes_are_as_probable():
    x, y = clouds(2)
    model = GaussianClassConditional(2, 2).fit(x, y)
    ax = draw_contours(model, x.numpy(), y.numpy())
    boundary = ax.collections[-1].get_paths()[0].vertices
    assert len(boundary) > 50
    posterior = model.posterior(dl.tensor(boundary, dtype=dl.float32)).detach().numpy()
    np.testing.assert_allclose(posterior, 0.5, atol=1e-3)  # on straight lines between points of the grid
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["0", "1"]


def test_a_class_that_never_wins_has_no_boundary():
    x, y = clouds(2)
    model = GaussianClassConditional(2, 2).fit(x, y, prior=[1 - 1e-7, 1e-7])
    ax = draw_contours(model, 0.01 * x, y)
    assert len(ax.collections) == 1  # the region of the class that does
    assert len(ax.lines) == 4


def test_errors():
    x, y = clouds(2)
    message = "draw_contours: model expected two features, got 3"
    check_error(ValueError, message, lambda: draw_contours(GaussianClassConditional(3, 2), x, y))
    message = "draw_contours: names expected 2, one for each class, got 3"
    model = GaussianClassConditional(2, 2)
    check_error(ValueError, message, lambda: draw_contours(model, x, y, names=["a", "b", "c"]))
    check_error(
        ValueError,
        "draw_contours: x expected shape (N, 2), got (90, 3)",
        lambda: draw_contours(model, dl.zeros(90, 3), y),
    )
    check_error(ValueError, "draw_contours: y expected shape (90,), got (89,)", lambda: draw_contours(model, x, y[1:]))
    message = "draw_contours: model expected a GaussianClassConditional, got BernoulliClassConditional"
    check_error(TypeError, message, lambda: draw_contours(BernoulliClassConditional(2, 2), x, y))
