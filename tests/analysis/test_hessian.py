"""Second derivatives against closed forms, and through every kind of layer against differences of gradients."""

import re

import dlcore as dl
import numpy as np
import pytest
from dlcore import analysis, nn
from dlcore.nn import functional as F
from small_models import Weights, classifier, gradient, quadratic, state, with_spectrum

RNG = np.random.default_rng(0)


def x64(*shape):
    return dl.tensor(RNG.standard_normal(shape))


def test_least_squares():
    x, y = RNG.standard_normal((30, 5)), RNG.standard_normal(30)
    model = nn.Linear(5, 1, bias=False, dtype=dl.float64)

    def loss():
        return (model(dl.tensor(x)).squeeze(-1) - dl.tensor(y)).square().mean()

    h = analysis.hessian(model, loss)
    np.testing.assert_allclose(h.numpy(), 2 * x.T @ x / 30, rtol=1e-12)
    v = RNG.standard_normal(5)
    np.testing.assert_allclose(analysis.hvp(model, loss, dl.tensor(v)).numpy(), 2 * x.T @ (x @ v) / 30, rtol=1e-12)
    w = analysis.weights(model).numpy()
    curvature = analysis.Curvature(model, loss)
    np.testing.assert_allclose(curvature.gradient.numpy(), 2 * x.T @ (x @ w - y) / 30, rtol=1e-12)
    assert curvature.loss == pytest.approx(np.mean((x @ w - y) ** 2), rel=1e-12)


def test_logistic_regression():
    x, y = RNG.standard_normal((30, 4)), RNG.integers(0, 2, 30)
    model = nn.Linear(4, 1, dtype=dl.float64)

    def loss():
        return F.binary_cross_entropy_with_logits(model(dl.tensor(x)).squeeze(-1), dl.tensor(y.astype(float)))

    w = analysis.weights(model).numpy()
    ones = np.column_stack([x, np.ones(30)])  # the bias is the last weight
    p = 1 / (1 + np.exp(-ones @ w))
    expected = (ones.T * (p * (1 - p))) @ ones / 30
    np.testing.assert_allclose(analysis.hessian(model, loss).numpy(), expected, rtol=1e-10, atol=1e-14)


def test_softmax_regression():
    x, y = RNG.standard_normal((20, 3)), RNG.integers(0, 4, 20)
    model = nn.Linear(3, 4, bias=False, dtype=dl.float64)
    z = x @ model.weight.detach().numpy().T
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    inner = np.einsum("na,ab->nab", p, np.eye(4)) - np.einsum("na,nb->nab", p, p)
    expected = np.einsum("nab,ni,nj->aibj", inner, x, x).reshape(12, 12) / 20
    h = analysis.hessian(model, lambda: F.cross_entropy(model(dl.tensor(x)), dl.tensor(y)))
    np.testing.assert_allclose(h.numpy(), expected, rtol=1e-10, atol=1e-14)


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 4, num_layers=2, batch_first=True)

    def forward(self, x):
        return self.lstm(x)[0]


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)

    def forward(self, x):
        mask = dl.tensor(np.triu(np.ones((5, 5), bool), 1))
        return self.attention(x, x, x, attn_mask=mask, need_weights=False)[0]


def warping():
    localisation = nn.Sequential(nn.Flatten(), nn.Linear(36, 4), nn.Tanh(), nn.Linear(4, 6))
    return nn.Sequential(nn.SpatialTransformer(localisation), nn.Conv2d(1, 2, 3))


def transformer():
    return nn.TransformerEncoderLayer(8, 2, 12, dropout=0.0, activation="gelu", batch_first=True)


class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.norm = nn.Embedding(9, 6), nn.GroupNorm(2, 6)

    def forward(self, x):
        words = dl.tensor([[1, 4, 4, 0], [8, 2, 1, 1]])
        return self.norm(self.embedding(words).transpose(1, 2)) * x


class Alignment(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(3, 4)

    def forward(self, x):
        scores = self.out(x).log_softmax(-1)
        return F.ctc_loss(scores, dl.tensor([[1, 2], [3, 3]]), [6, 6], [2, 2], reduction="none")


class Graph(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.GATConv(4, 3, heads=2)

    def forward(self, x):
        return self.layer(x, nn.Graph.from_edges([[0, 1, 2, 3, 4, 0], [1, 2, 3, 4, 0, 2]]))


LAYERS = {
    "linear": (lambda: nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 2)), (7, 4)),
    "convolution": (lambda: nn.Sequential(nn.Conv2d(2, 3, 3, padding=1), nn.SiLU(), nn.Conv2d(3, 1, 3)), (2, 2, 6, 5)),
    "attention": (Attention, (2, 5, 8)),
    "transformer": (transformer, (2, 5, 8)),
    "embedding and group norm": (Words, (2, 6, 4)),
    "CTC": (Alignment, (6, 2, 3)),
    "graph attention": (Graph, (5, 4)),
    "LSTM": (Recurrent, (2, 5, 3)),
    "GRU": (lambda: nn.GRU(3, 4), (5, 2, 3)),
    "spatial transformer": (warping, (2, 1, 6, 6)),
    "batch norm": (lambda: nn.Sequential(nn.Linear(4, 5), nn.BatchNorm1d(5), nn.Tanh(), nn.Linear(5, 2)), (9, 4)),
    "layer norm": (lambda: nn.Sequential(nn.Linear(4, 5), nn.LayerNorm(5), nn.Linear(5, 2)), (3, 4)),
    "transposed convolution": (lambda: nn.ConvTranspose2d(2, 3, 3, stride=2), (2, 2, 4, 3)),
    "pooling": (lambda: nn.Sequential(nn.Conv1d(2, 3, 3), nn.Softplus(), nn.AvgPool1d(2), nn.MaxPool1d(2)), (2, 2, 12)),
}


@pytest.mark.parametrize("kind", LAYERS)
def test_products_through(kind):
    make, shape = LAYERS[kind]
    model, x = make().double(), x64(*shape)
    weights = analysis.weights(model).numpy()
    weights = weights + 0.1 * RNG.standard_normal(weights.shape)  # away from zeros that layers start with
    analysis.set_weights(model, dl.tensor(weights))
    probes = x64(*np.shape(_first(model(x)).detach().numpy()))

    def loss():
        return (probes * _first(model(x)).sin()).mean()

    v = RNG.standard_normal(weights.shape)
    before = state(model)
    curvature = analysis.Curvature(model, loss)
    product = curvature.hvp(dl.tensor(v)).numpy()
    assert state(model) == before
    h = curvature.matrix().numpy()
    np.testing.assert_allclose(h @ v, product, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(h, h.T)

    step = 1e-5
    after, ahead = (gradient(model, loss, weights + s * step * v) for s in (1, -1))
    expected = (after - ahead) / (2 * step)
    assert np.abs(expected).max() > 1e-3
    np.testing.assert_allclose(product, expected, atol=2e-8 * np.abs(expected).max(), rtol=1e-6)


def _first(y):
    return y[0] if isinstance(y, tuple) else y


def test_asymmetry_is_rounding():
    model, loss = classifier()
    curvature = analysis.Curvature(model, loss)
    columns = np.stack([curvature.hvp(dl.tensor(unit)).numpy() for unit in np.eye(curvature.size)])
    np.testing.assert_allclose(columns, columns.T, atol=1e-15)


def test_frozen_and_unused_weights():
    model = nn.ModuleDict({"used": nn.Linear(2, 1), "frozen": nn.Linear(2, 1), "unused": nn.Linear(2, 1, bias=False)})
    model["frozen"].requires_grad_(False)
    x = dl.tensor([[1.0, 2.0]])

    def loss():
        return (model["used"](x) + model["frozen"](x)).square().sum()

    assert tuple(analysis.weights(model).shape) == (5,)
    h = analysis.hessian(model, loss).numpy()
    row = np.array([1, 2, 1, 0, 0])
    np.testing.assert_allclose(h, 2 * np.outer(row, row))
    part = analysis.hessian(model["used"], loss).numpy()  # a part of a network can be the model
    np.testing.assert_allclose(part, h[:3, :3])


def test_a_linear_loss_has_no_curvature():
    model = Weights([1.0, 2.0])
    curvature = analysis.Curvature(model, lambda: (3 * model.w).sum())
    assert curvature.gradient.tolist() == [3, 3]
    assert curvature.hvp(dl.ones(2)).tolist() == [0, 0]


def test_no_grad_outside_changes_nothing_and_grad_stays():
    model, loss = quadratic([[2, 1], [1, 3]], at=[1, 1])
    model.w.grad = dl.tensor([7.0, 8.0], dtype=dl.float64)
    with dl.no_grad():
        h = analysis.hessian(model, loss)
    assert h.tolist() == [[2, 1], [1, 3]]
    assert model.w.grad.tolist() == [7, 8]
    assert not h.requires_grad


def test_batch_norm_keeps_its_buffers():
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4)).double()
    x = x64(6, 3)
    for mode in (True, False):
        model.train(mode)
        before = state(model)
        analysis.hessian(model, lambda: model(x).square().mean())
        assert state(model) == before


def test_float32_is_close():
    model, loss = classifier()
    expected = analysis.hessian(model, loss).numpy()
    single = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 3))
    single.load_state_dict({name: x.float() for name, x in model.state_dict().items()})
    x, y = (cell.cell_contents for cell in loss.__closure__ if isinstance(cell.cell_contents, dl.Tensor))
    x, y = (x, y) if x.dtype.is_floating_point else (y, x)
    h = analysis.hessian(single, lambda: F.cross_entropy(single(x.float()), y))
    assert h.dtype == dl.float32
    np.testing.assert_allclose(h.numpy(), expected, atol=1e-6)


def test_a_product_after_the_weights_have_moved_is_an_error():
    model, loss = classifier()
    curvature = analysis.Curvature(model, loss)
    analysis.set_weights(model, analysis.weights(model) + 1)
    with pytest.raises(RuntimeError, match="in place"):
        curvature.hvp(analysis.weights(model))


def test_weights_and_back():
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    vector = analysis.weights(model)
    analysis.set_weights(model, dl.tensor(np.arange(13.0)))
    assert model[0].weight.tolist() == [[0, 1], [2, 3], [4, 5]]
    assert model[1].bias.tolist() == [12]
    assert vector.tolist() != analysis.weights(model).tolist()
    assert not vector.requires_grad


def test_errors():
    model, loss = quadratic(np.eye(2))
    curvature = analysis.Curvature(model, loss)
    frozen = nn.Linear(1, 1).requires_grad_(False)
    cases = [
        (TypeError, "model expected a Module, got list", lambda: analysis.hessian([1], loss)),
        (
            ValueError,
            "model expected parameters that require gradients, got a Linear",
            lambda: analysis.hessian(frozen, loss),
        ),
        (
            ValueError,
            "loss expected to return a floating Tensor with one element, got shape (2,)",
            lambda: analysis.hessian(model, lambda: model.w),
        ),
        (
            ValueError,
            "loss expected to return a floating Tensor with one element, got float",
            lambda: analysis.hessian(model, lambda: 1.0),
        ),
        (
            ValueError,
            "loss expected to depend on the weights, got one without a history",
            lambda: analysis.hessian(model, lambda: dl.ones(1)),
        ),
        (
            ValueError,
            "loss and gradient expected to be finite, got a loss of nan",
            lambda: analysis.hessian(model, lambda: model.w.sum() * float("nan")),
        ),
        (
            ValueError,
            "v expected floating numbers of shape (2,), got dlcore.float32 of shape (3,)",
            lambda: curvature.hvp(dl.ones(3)),
        ),
        (
            ValueError,
            "v expected floating numbers of shape (2,), got dlcore.int64 of shape (2,)",
            lambda: curvature.hvp(dl.tensor([1, 2])),
        ),
        (TypeError, "v expected a Tensor, got list", lambda: curvature.hvp([1.0, 2.0])),
        (
            ValueError,
            "vector expected floating numbers of shape (2,), got dlcore.float32 of shape (1,)",
            lambda: analysis.set_weights(model, dl.ones(1)),
        ),
    ]
    for error, message, function in cases:
        with pytest.raises(error, match=f"^{re.escape('analysis: ' + message)}$"):
            function()
    assert model.w.tolist() == [0, 0]


def test_the_quadratic_of_these_tests():
    h = with_spectrum([-1, 2, 3])
    model, loss = quadratic(h)
    np.testing.assert_allclose(analysis.hessian(model, loss).numpy(), h, rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(np.linalg.eigvalsh(h), [-1, 2, 3], rtol=1e-12)


def test_random_numbers_are_the_same_each_time():
    """Dropout in training mode: a loss that is drawn anew each time has no Hessian."""
    model = nn.Sequential(nn.Linear(4, 6), nn.Dropout(0.5), nn.Tanh(), nn.Linear(6, 2)).double()
    x = x64(10, 4)

    def loss():
        return model(x).square().mean()

    assert loss().item() != loss().item()
    generator = dl.get_rng_state().tolist()
    h, again = (analysis.hessian(model, loss).numpy() for _ in range(2))
    np.testing.assert_array_equal(h, again)
    assert dl.get_rng_state().tolist() == generator
    w, v = analysis.weights(model).numpy(), RNG.standard_normal(len(h))
    ahead, here, back = analysis.loss_line(model, loss, dl.tensor(v), [1e-4, 0, -1e-4]).losses.numpy()
    assert here == analysis.Curvature(model, loss).loss
    assert (ahead - 2 * here + back) / 1e-8 == pytest.approx(v @ h @ v, rel=1e-4)
    np.testing.assert_array_equal(analysis.weights(model).numpy(), w)
    # What Lanczos' method starts with is drawn anew; the Hessian is not.
    for _ in range(2):
        found = analysis.extreme_eigenvalues(model, loss, tolerance=1e-8).values.numpy()
        np.testing.assert_allclose(found, np.linalg.eigvalsh(h)[[0, -1]], rtol=1e-6)


def test_a_loss_that_differentiates():
    """A penalty on the gradient by the inputs needs a history wherever the loss is computed."""
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)).double()
    x = x64(8, 2).requires_grad_()

    def loss():
        (slope,) = dl.autograd.grad(model(x).sum(), [x], create_graph=True)
        return (slope.square().sum(1) - 1).square().mean()

    value, before = loss().item(), state(model)
    steps = {"SGD": lambda parameters: dl.optim.SGD(parameters, lr=0.01)}
    with dl.no_grad():
        assert analysis.critical_point(model, loss).loss == value
        assert analysis.sharpness(model, loss).loss == value
        assert analysis.loss_line(model, loss, analysis.random_direction(model), [0.0]).losses.item() == value
        assert analysis.perturbed_losses(model, loss, 0.0, probes=1).item() == pytest.approx(value, rel=1e-12)
        path = analysis.descend(model, loss, steps, 2)["SGD"]
    assert path.losses[0].item() == value > path.losses[2].item()
    assert state(model) == before
    assert x.grad is None
    result = analysis.escape(model, loss)
    assert result.before == value > result.after == loss().item()


def test_a_buffer_that_is_bound_anew():
    class Counting(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(2, 1)
            self.register_buffer("calls", dl.zeros(1))

        def forward(self, x):
            self.calls = self.calls + 1
            return self.linear(x)

    model = Counting()
    loss = lambda: model(dl.ones(1, 2)).square().sum()  # noqa: E731
    analysis.hessian(model, loss)
    analysis.loss_line(model, loss, dl.ones(3), [0, 1])
    assert model.calls.tolist() == [0]
    analysis.descend(model, loss, {"SGD": lambda parameters: dl.optim.SGD(parameters, lr=0.1)}, 2)
    assert model.calls.tolist() == [0]


def test_generators_and_counts_are_checked():
    model, loss = classifier((5, 12, 10))
    message = r"^analysis: generator expected a Generator or None, got int$"
    for function in (
        lambda: analysis.random_direction(model, generator=5),
        lambda: analysis.perturbed_losses(model, loss, 0.1, generator=5),
        lambda: analysis.extreme_eigenvalues(model, loss, generator=5),
        lambda: analysis.trace(model, loss, generator=5),
        lambda: analysis.spectral_density(model, loss, generator=5),
        lambda: analysis.sharpness(model, loss, generator=5),
        lambda: analysis.escape(model, loss, generator=5),
    ):
        with pytest.raises(TypeError, match=message):
            function()
    cases = [
        (
            "extreme_eigenvalues: top expected an integer >= 0, got 1.5",
            lambda: analysis.extreme_eigenvalues(model, loss, 1.5),
        ),
        (
            "extreme_eigenvalues: bottom expected an integer >= 0, got -1",
            lambda: analysis.extreme_eigenvalues(model, loss, 1, -1),
        ),
        ("trace: probes expected an integer >= 2, got True", lambda: analysis.trace(model, loss, probes=True)),
        (
            "spectral_density: steps expected an integer >= 1, got 2.0",
            lambda: analysis.spectral_density(model, loss, steps=2.0),
        ),
    ]
    for text, function in cases:
        with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
            function()
    assert len(analysis.extreme_eigenvalues(model, loss, np.int64(2), 0).values) == 2
