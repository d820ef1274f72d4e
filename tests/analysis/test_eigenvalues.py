"""Eigenvalues by Lanczos' method, densities and traces against those of the whole matrix."""

import re
import sys

import dlcore as dl
import numpy as np
import pytest
from dlcore import analysis
from small_models import classifier, quadratic, state, with_spectrum

N = 120
SPECTRA = {
    "both signs": np.linspace(-3, 5, N),
    "negative is largest": np.linspace(-50, 1, N),
    "positive, most of them zero": np.r_[np.zeros(N - 4), 0.5, 1, 2, 10],
    "negative, most of them zero": -np.r_[np.zeros(N - 4), 0.5, 1, 2, 10],
    "all alike": np.full(N, 2.0),
    "ever nearer to zero": np.geomspace(1e-9, 10, N),
    "one outlier": np.r_[1e4, np.linspace(-1, 1, N - 1)],
}


@pytest.mark.parametrize("name", SPECTRA)
@pytest.mark.parametrize(("top", "bottom"), [(1, 1), (3, 2), (0, 1), (2, 0)])
def test_outermost_eigenvalues(name, top, bottom):
    values = np.sort(SPECTRA[name])
    h = with_spectrum(values)
    found = analysis.extreme_eigenvalues(*quadratic(h), top, bottom, tolerance=1e-6)
    expected = np.r_[values[:bottom], values[N - top :]]
    scale = np.abs(values).max()
    np.testing.assert_allclose(found.values.numpy(), expected, atol=1e-5 * scale)
    vectors = found.vectors.numpy()
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=0), 1, rtol=1e-10)
    assert np.abs(h @ vectors - vectors * found.values.numpy()).max() < 1e-3 * scale


def test_a_network():
    model, loss = classifier((5, 12, 10))
    before = state(model)
    expected = np.linalg.eigvalsh(analysis.hessian(model, loss).numpy())
    found = analysis.extreme_eigenvalues(model, loss, 4, 4, tolerance=1e-8).values.numpy()
    np.testing.assert_allclose(found, np.r_[expected[:4], expected[-4:]], rtol=1e-6)
    everything = analysis.spectrum(model, loss)
    np.testing.assert_allclose(everything.values.numpy(), expected, atol=1e-12)
    assert state(model) == before


@pytest.mark.parametrize("size", [1, 2, 3, 63, 64, 65, 66])
def test_sizes(size):
    values = np.linspace(-1, 2, size)
    found = analysis.extreme_eigenvalues(*quadratic(with_spectrum(values)), 1, int(size > 1), tolerance=1e-8)
    np.testing.assert_allclose(found.values.numpy(), values[[0, -1]] if size > 1 else values, atol=1e-7)


def test_all_of_them_and_no_more():
    h = with_spectrum(np.arange(66.0))
    found = analysis.extreme_eigenvalues(*quadratic(h), 33, 33)
    np.testing.assert_allclose(found.values.numpy(), np.arange(66), atol=1e-9)
    for top, bottom in ((34, 33), (0, 0)):
        message = f"extreme_eigenvalues: top + bottom expected to be 1 to 66, got {top} and {bottom}"
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            analysis.extreme_eigenvalues(*quadratic(h), top, bottom)


def test_a_flat_loss():
    found = analysis.extreme_eigenvalues(*quadratic(np.zeros((N, N))), 2, 1)
    assert found.values.tolist() == [0, 0, 0]
    np.testing.assert_array_equal(found.vectors.numpy().T @ found.vectors.numpy(), np.eye(3))


def test_the_same_generator_gives_the_same():
    model, loss = classifier((5, 12, 10))

    def results(seed):
        def generator():
            return dl.Generator().manual_seed(seed)

        density = analysis.spectral_density(model, loss, steps=10, probes=2, generator=generator())
        return [
            *(x.numpy() for x in analysis.extreme_eigenvalues(model, loss, tolerance=0.1, generator=generator())),
            density.nodes.numpy(),
            np.array(analysis.trace(model, loss, probes=3, generator=generator())),
        ]

    first, same, other = results(1), results(1), results(2)
    for a, b, c in zip(first, same, other, strict=True):
        np.testing.assert_array_equal(a, b)
        assert (a != c).any()


def test_quadrature_is_exact_for_polynomials():
    h = with_spectrum(np.linspace(-1, 3, N))
    model, loss = quadratic(h)
    density = analysis.spectral_density(model, loss, steps=5, probes=3, generator=dl.Generator().manual_seed(4))
    generator = dl.Generator().manual_seed(4)
    probes = [2.0 * dl.randint(0, 2, (N,), generator=generator).numpy() - 1 for _ in range(3)]
    for power in range(10):  # Gauss' quadrature of 5 nodes is exact up to power 9
        expected = np.mean([v @ np.linalg.matrix_power(h, power) @ v / N for v in probes])
        assert density.mean(lambda t, k=power: t**k) == pytest.approx(expected, rel=1e-10)
    assert density.weights.sum().item() == pytest.approx(1, rel=1e-12)


def test_density():
    values = np.r_[np.full(90, 0.0), np.linspace(2, 3, 30)]
    model, loss = quadratic(with_spectrum(values))
    density = analysis.spectral_density(model, loss, probes=40)
    # Of each probe the share is a mean of 120 squares, with a standard error below sqrt(2 * 0.25 * 0.75 / 120) = 0.056.
    assert density.share_above(1.0) == pytest.approx(0.25, abs=6 * 0.056 / np.sqrt(40))
    assert density.mean() == pytest.approx(values.mean(), abs=6 * 2.5 * 0.056 / np.sqrt(40))
    at = np.linspace(-2, 5, 2001)
    drawn = density.density(dl.tensor(at)).numpy()
    assert np.trapezoid(drawn, at) == pytest.approx(1, rel=1e-6)
    assert at[drawn.argmax()] == pytest.approx(0, abs=0.01)
    by_hand = density.density(dl.tensor([0.5]), sigma=0.3).item()
    kernel = np.exp(-((density.nodes.numpy() - 0.5) ** 2) / (2 * 0.3**2)) / (0.3 * np.sqrt(2 * np.pi))
    assert by_hand == pytest.approx((kernel * density.weights.numpy()).sum(), rel=1e-12)


def test_density_where_few_eigenvalues_differ():
    density = analysis.spectral_density(*quadratic(np.eye(N) * 3), steps=7, probes=2)
    np.testing.assert_allclose(density.nodes.numpy(), 3)
    assert density.weights.sum().item() == pytest.approx(1)
    flat = analysis.spectral_density(*quadratic(np.zeros((5, 5))), steps=3, probes=1)
    assert flat.mean() == 0
    with pytest.raises(ValueError, match=r"^SpectralDensity: sigma expected a number > 0, got 0\.0$"):
        flat.density(dl.zeros(1), sigma=0.0)
    many = analysis.spectral_density(*quadratic(with_spectrum([1, 2, 4])), steps=80, probes=1)
    assert tuple(many.nodes.shape) == (1, 3)
    np.testing.assert_allclose(many.nodes.numpy(), [[1, 2, 4]], rtol=1e-10)


def test_trace():
    h = with_spectrum(np.linspace(-1, 3, N))
    estimate = analysis.trace(*quadratic(h), probes=400)
    # v^T H v of random signs has the variance of twice the squares beside the diagonal.
    error = np.sqrt(2 * ((h - np.diag(np.diag(h))) ** 2).sum() / 400)
    assert estimate.standard_error == pytest.approx(error, rel=0.3)
    assert estimate.value == pytest.approx(N, abs=6 * error)
    diagonal = np.arange(5.0)
    exact = analysis.trace(*quadratic(np.diag(diagonal)), probes=2)
    assert tuple(exact) == (diagonal.sum(), 0)


def test_errors():
    model, loss = quadratic(np.eye(2))
    with pytest.raises(ValueError, match=r"^trace: probes expected an integer >= 2, got 1$"):
        analysis.trace(model, loss, probes=1)
    for options, text in (
        ({"steps": 0}, "steps expected an integer >= 1, got 0"),
        ({"probes": 0}, "probes expected an"),
    ):
        with pytest.raises(ValueError, match=f"^spectral_density: {text}"):
            analysis.spectral_density(model, loss, **options)


def test_without_scipy_the_extra_is_named(monkeypatch):
    for module in ("scipy", "scipy.linalg", "scipy.sparse.linalg"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(
        ImportError, match=r"^spectral_density: expected the package scipy; pip install 'dlcore\[analysis\]'$"
    ):
        analysis.spectral_density(*quadratic(np.eye(2)))
    with pytest.raises(ImportError, match=r"^extreme_eigenvalues: expected the package scipy; pip install"):
        analysis.extreme_eigenvalues(*quadratic(np.eye(N)))
    assert analysis.trace(*quadratic(np.eye(2))).value == 2  # NumPy is enough for it


def test_shares_and_widths_of_given_nodes():
    density = analysis.SpectralDensity(dl.tensor([[-1.0, 2.0], [0.5, 3.0]]), dl.tensor([[0.125, 0.375], [0.25, 0.25]]))
    shares = [density.share_above(threshold) for threshold in (-2, -1, 0, 1, 2, 3)]
    assert shares == [1, 0.875, 0.875, 0.625, 0.25, 0]
    assert density.width == 4


@pytest.mark.parametrize(
    ("values", "width"), [([2.0, 2.0], 2), ([-3.0], 3), ([0.0], 1), ([2.0, 2.0 + 1e-7], 2), ([1.0, 1.01], 0.01)]
)
def test_all_eigenvalues_alike_are_spread_by_their_size(values, width):
    nodes = dl.tensor([values], dtype=dl.float64)
    density = analysis.SpectralDensity(nodes, dl.full((1, len(values)), 1 / len(values), dtype=dl.float64))
    assert density.width == pytest.approx(width, rel=1e-6)
    middle = sum(values) / len(values)
    at = middle + np.linspace(-6 * width, 6 * width, 20001)
    drawn = density.density(dl.tensor(at)).numpy()
    assert np.trapezoid(drawn, at) == pytest.approx(1, rel=1e-6)
