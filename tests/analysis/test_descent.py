"""Ways of optimizers, and gradients written down during training."""

import dlcore as dl
import numpy as np
import pytest
from dlcore import analysis, nn, optim, train
from dlcore.data import DataLoader, TensorDataset
from small_models import Weights, quadratic, state

RAVINE = np.diag([1.0, 100.0])
START = np.array([10.0, 1.0])


def test_paths_are_those_of_the_optimizers():
    model, loss = quadratic(RAVINE, at=START)
    optimizers = {
        "SGD": lambda parameters: optim.SGD(parameters, lr=0.015),
        "momentum": lambda parameters: optim.SGD(parameters, lr=0.01, momentum=0.5),
        "Adam": lambda parameters: optim.Adam(parameters, lr=0.1),
    }
    paths = analysis.descend(model, loss, optimizers, 5)
    assert list(paths) == list(optimizers)
    assert model.w.tolist() == START.tolist()
    assert model.w.grad is None
    for name, make in optimizers.items():
        own, own_loss = quadratic(RAVINE, at=START)
        optimizer = make(own.parameters())
        path = paths[name]
        for step in range(5):
            np.testing.assert_array_equal(path.weights[step].numpy(), own.w.detach().numpy())
            value = own_loss()
            assert path.losses[step].item() == value.item()
            optimizer.zero_grad()
            value.backward()
            np.testing.assert_array_equal(path.gradients[step].numpy(), own.w.grad.numpy())
            optimizer.step()
        np.testing.assert_array_equal(path.weights[5].numpy(), own.w.detach().numpy())
        assert path.losses[5].item() == own_loss().item()
        assert tuple(path.weights.shape) == (6, 2)
        assert tuple(path.gradients.shape) == (5, 2)


def test_an_optimizer_that_asks_several_times_for_the_loss():
    class LineSearch(optim.Optimizer):
        def __init__(self, params):
            super().__init__(params, {})

        def step(self, closure):
            loss = closure()
            (w,) = self.param_groups[0]["params"]
            direction = w.grad.clone()
            with dl.no_grad():
                w.sub_(0.001 * direction)
            closure()
            return loss

        def _check_options(self, group):
            pass

    model, loss = quadratic(RAVINE, at=START)
    path = analysis.descend(model, loss, {"searching": LineSearch}, 3)["searching"]
    assert tuple(path.gradients.shape) == (3, 2)
    np.testing.assert_allclose(path.gradients.numpy(), path.weights[:3].numpy() @ RAVINE)
    np.testing.assert_allclose(path.weights[1].numpy(), START - 0.001 * RAVINE @ START)


@pytest.mark.parametrize("name", ["SGD", "Adagrad", "RMSprop", "Adam"])
def test_step_sizes(name):
    model, loss = quadratic(RAVINE, at=START)
    path = analysis.descend(model, loss, {name: lambda p: getattr(optim, name)(p, lr=0.013)}, 20)[name]
    g = path.gradients.numpy()
    if name == "SGD":
        expected = np.full_like(g, 0.013)
    elif name == "Adagrad":
        expected = 0.013 / (np.sqrt(np.cumsum(g**2, axis=0)) + 1e-10)
    elif name == "Adam":
        m, v, rows = np.zeros(2), np.zeros(2), []
        for step, row in enumerate(g, start=1):
            m, v = 0.9 * m + 0.1 * row, 0.999 * v + 0.001 * row**2
            corrected = m / (1 - 0.9**step), v / (1 - 0.999**step)
            rows.append(0.013 * abs(corrected[0] / row) / (np.sqrt(corrected[1]) + 1e-8))
        expected = np.array(rows)
    else:
        v = np.zeros(2)
        rows = []
        for row in g:
            v = 0.99 * v + 0.01 * row**2
            rows.append(0.013 / (np.sqrt(v) + 1e-8))
        expected = np.array(rows)
    np.testing.assert_allclose(path.step_sizes().numpy(), expected, rtol=1e-6)


def test_step_sizes_over_a_window():
    weights = np.array([[0.0, 0.0], [3.0, 0.0], [7.0, 0.0], [7.0, 1.0]])
    gradients = np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 4.0]])
    path = analysis.Path(dl.tensor(weights), dl.zeros(4), dl.tensor(gradients))
    np.testing.assert_allclose(path.step_sizes().numpy(), [[3, np.nan], [2, np.nan], [np.nan, 0.25]])
    np.testing.assert_allclose(
        path.step_sizes(2).numpy(), [[3, np.nan], [5 / np.sqrt(5), np.nan], [4 / 2, 0.25]], rtol=1e-12
    )
    np.testing.assert_allclose(path.step_sizes(50)[2].numpy(), [5 / np.sqrt(5), 0.25], rtol=1e-12)
    with pytest.raises(ValueError, match=r"^Path: window expected an integer >= 1, got 0$"):
        path.step_sizes(0)


def test_gradients_and_buffers_are_as_they_were():
    model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    x = dl.randn(5, 2)
    model(x).sum().backward()
    before = state(model), [p.grad.numpy().copy() for p in model.parameters()]

    def failing(parameters):
        raise KeyError("none")

    sgd = {"SGD": lambda parameters: optim.SGD(parameters, lr=0.1)}
    analysis.descend(model, lambda: model(x).square().sum(), sgd, 3)
    with pytest.raises(KeyError):
        analysis.descend(model, lambda: model(x).square().sum(), sgd | {"failing": failing}, 3)
    assert state(model) == before[0]
    for parameter, gradient in zip(model.parameters(), before[1], strict=True):
        np.testing.assert_array_equal(parameter.grad.numpy(), gradient)
    with pytest.raises(ValueError, match=r"^descend: steps expected an integer >= 1, got 0$"):
        analysis.descend(model, lambda: model(x).sum(), sgd, 0)
    made = {"made": optim.SGD(model.parameters())}
    with pytest.raises(TypeError, match=r"^descend: 'made' expected a function that makes an optimizer, got SGD$"):
        analysis.descend(model, lambda: model(x).sum(), sgd | made, 1)


def test_a_weight_that_is_not_used():
    model = nn.ModuleList([Weights([2.0]), Weights([1.0])])
    path = analysis.descend(model, lambda: model[0].w.square().sum(), {"SGD": lambda p: optim.SGD(p, lr=0.25)}, 1)[
        "SGD"
    ]
    assert path.gradients.tolist() == [[4, 0]]
    assert path.weights.tolist() == [[2, 1], [1, 1]]


def training(record, epochs, callbacks=()):
    x = dl.tensor(np.random.default_rng(0).standard_normal((12, 3)), dtype=dl.float32)
    dl.manual_seed(0)
    model = nn.Linear(3, 1)
    loader = DataLoader(TensorDataset(x, x.sum(1, keepdim=True)), batch_size=4)
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    return train.fit(model, loader, nn.MSELoss(), optimizer, epochs, callbacks=[*callbacks, record]), loader


def test_gradient_norms():
    record = analysis.GradientNorms()
    training(record, 2)
    model = nn.Linear(3, 1)
    dl.manual_seed(0)
    model = nn.Linear(3, 1)
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    _, loader = training(analysis.GradientNorms(), 0)
    losses, norms = [], []
    for _ in range(2):
        for x, y in loader:
            loss = nn.MSELoss()(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            losses.append(loss.item())
            norms.append(np.sqrt(sum((p.grad.numpy() ** 2).sum() for p in model.parameters())))
            optimizer.step()
    assert record.losses == losses
    np.testing.assert_allclose(record.norms, norms, rtol=1e-6)


def test_gradient_norms_of_a_run_that_goes_on(tmp_path):
    whole = analysis.GradientNorms()
    training(whole, 4)
    for epochs in (2, 4):
        record = analysis.GradientNorms()
        checkpoint = train.Checkpoint(tmp_path / "run.safetensors", resume=True)
        training(record, epochs, [checkpoint])
    assert record.losses == whole.losses
    assert record.norms == whole.norms


def test_weight_decay_moves_weights_too():
    model, loss = quadratic(np.eye(1), at=[2.0])
    path = analysis.descend(model, loss, {"SGD": lambda p: optim.SGD(p, lr=0.1, weight_decay=0.5)}, 3)["SGD"]
    np.testing.assert_allclose(path.step_sizes().numpy(), 0.1 * (1 + 0.5), rtol=1e-12)  # of a gradient that is w


def test_a_part_of_a_network():
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
    x = dl.randn(4, 2, requires_grad=True)
    model[1].bias.grad = dl.ones(1)
    analysis.descend(model[0], lambda: model(x).square().mean(), {"SGD": lambda p: optim.SGD(p, lr=0.1)}, 3)
    assert model[1].weight.grad is None
    assert x.grad is None
    assert model[1].bias.grad.tolist() == [1]


def test_every_optimizer_finds_the_same_random_numbers():
    model = nn.Sequential(nn.Linear(2, 4), nn.Dropout(0.5), nn.Linear(4, 1))
    x, before = dl.randn(4, 2), dl.get_rng_state().tolist()
    same = {name: lambda p: optim.SGD(p, lr=0.1) for name in ("one", "other")}
    paths = analysis.descend(model, lambda: model(x).square().mean(), same, 3)
    np.testing.assert_array_equal(paths["one"].losses.numpy(), paths["other"].losses.numpy())
    assert dl.get_rng_state().tolist() == before
