"""The learning-rate range test finds the rates at which training goes on, and leaves no trace."""

import re
import sys

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn
from dlcore.data import DataLoader, TensorDataset
from dlcore.train import LRRange, lr_range_test


def network():
    return nn.Sequential(nn.Linear(4, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.1), nn.Linear(16, 3))


def loader(samples=96):
    x = dl.randn(samples, 4)
    return DataLoader(TensorDataset(x, (x @ dl.randn(4, 3)).argmax(1)), batch_size=16, shuffle=True)


def everything(model, optimizer, data):
    """Return all that a training could change, as arrays and texts."""
    state = optimizer.state_dict()
    return {
        **{name: x.numpy().copy() for name, x in model.state_dict().items()},
        **{f"grad {i}": str(None if p.grad is None else p.grad.tolist()) for i, p in enumerate(model.parameters())},
        "modes": str([module.training for module in model.modules()]),
        "groups": str(state["param_groups"]),
        "state": str({i: {k: v.tolist() for k, v in values.items()} for i, values in state["state"].items()}),
        "generator": dl.get_rng_state().numpy().copy(),
        "loader": str(data.state_dict()),
    }


@pytest.mark.parametrize("trained", [False, True])
@pytest.mark.parametrize("optimizer_of", [dl.optim.Adam, lambda p: dl.optim.SGD(p, momentum=0.9)])
def test_all_is_as_it_was(optimizer_of, trained):
    model, data = network(), loader()
    optimizer = optimizer_of(model.parameters())
    if trained:
        for x, t in data:
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x), t).backward()
            optimizer.step()
    model[1].eval()
    before = everything(model, optimizer, data)
    objects = [p.grad for p in model.parameters()], optimizer.state
    found = lr_range_test(model, data, nn.CrossEntropyLoss(), optimizer, steps=50)
    after = everything(model, optimizer, data)
    assert before.keys() == after.keys()
    for name, value in before.items():
        np.testing.assert_array_equal(after[name], value, err_msg=name)
    assert all(a is b for a, b in zip(objects[0], (p.grad for p in model.parameters()), strict=True))
    assert optimizer.state is objects[1]
    again = lr_range_test(model, data, nn.CrossEntropyLoss(), optimizer, steps=50)
    assert found == again  # the same chance, too


def test_all_is_as_it_was_after_an_error():
    model, data = network(), loader()
    optimizer = dl.optim.Adam(model.parameters())
    before = everything(model, optimizer, data)
    calls = []

    def loss_fn(outputs, targets):
        calls.append(1)
        if len(calls) == 5:
            raise RuntimeError("enough")
        return nn.functional.cross_entropy(outputs, targets)

    with pytest.raises(RuntimeError, match="enough"):
        lr_range_test(model, data, loss_fn, optimizer)
    for name, value in before.items():
        np.testing.assert_array_equal(everything(model, optimizer, data)[name], value, err_msg=name)


def test_a_quadratic_whose_limit_is_known():
    """Descent along half of 4 w^2 diverges from a rate of 2 / 4 on, and is fastest at 1 / 4."""
    p = nn.Linear(1, 1, bias=False)
    with dl.no_grad():
        p.weight.fill_(1.0)
    batches = [(dl.full((1, 1), 2.0), dl.zeros(1, 1))]
    found = lr_range_test(
        p,
        batches,
        lambda y, t: (y - t).square().sum() / 2,
        dl.optim.SGD(p.parameters()),
        1e-4,
        10.0,
        200,
        smoothing=0.0,
    )
    assert found.rates[0] == 1e-4
    np.testing.assert_allclose(np.diff(np.log(found.rates)), np.log(1e5) / 199, rtol=1e-9)
    w, losses = 1.0, []
    for rate in found.rates:
        losses.append(2 * w * w)
        w -= rate * 4 * w
    np.testing.assert_allclose(found.losses, losses, rtol=1e-3, atol=1e-12)
    assert found.smoothed == found.losses
    assert 1e-4 < found.base_lr <= found.suggestion <= found.max_lr < 0.5


def test_rules():
    rates = [10.0**i for i in range(-5, 3)]
    smoothed = [5.0, 5.0, 4.8, 3.0, 2.2, 2.0, 2.5, 9.0]  # falls by 3: a tenth is done at 4.7, nine tenths at 2.3
    found = LRRange(rates, smoothed, smoothed)
    assert (found.base_lr, found.suggestion, found.max_lr) == (1e-2, 1e-2, 1e-1)
    late = [5.0, 4.6, 4.2, 3.8, 2.2, 2.0, 2.5, 9.0]  # the fall begins slowly, and is steepest about 3.8 and 2.2
    found = LRRange(rates, late, late)
    assert (found.base_lr, found.suggestion, found.max_lr) == (1e-4, 1e-2, 1e-1)


def test_smoothing_without_bias():
    model, data = network(), loader()
    found = lr_range_test(
        model, data, nn.CrossEntropyLoss(), dl.optim.Adam(model.parameters()), steps=30, smoothing=0.8
    )
    weights = 0.8 ** np.arange(30)
    for i in range(len(found.losses)):
        expected = np.average(found.losses[i::-1], weights=weights[: i + 1])
        np.testing.assert_allclose(found.smoothed[i], expected, rtol=1e-9)


def test_groups_keep_the_ratio_of_their_rates():
    model, data = network(), loader()
    optimizer = dl.optim.SGD(
        [{"params": model[0].parameters(), "lr": 0.5}, {"params": model[4].parameters(), "lr": 0.1}]
    )
    seen = []

    def loss_fn(outputs, targets):
        seen.append([group["lr"] for group in optimizer.param_groups])
        return nn.functional.cross_entropy(outputs, targets)

    found = lr_range_test(model, data, loss_fn, optimizer, steps=9)
    np.testing.assert_allclose(seen, np.outer(found.rates, [1, 0.2]), rtol=1e-12)


def test_picture():
    model, data = network(), loader()
    found = lr_range_test(model, data, nn.CrossEntropyLoss(), dl.optim.Adam(model.parameters()))
    axes = found.plot()
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_xscale()) == ("learning rate", "loss", "log")
    np.testing.assert_array_equal(axes.lines[1].get_ydata(), found.smoothed)
    assert found.plot(axes) is axes


def test_a_picture_without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(
        ImportError, match=re.escape("LRRange.plot: expected the package matplotlib; pip install 'dlcore[analysis]'")
    ):
        LRRange([1.0, 2.0], [2.0, 1.0], [2.0, 1.0]).plot()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"start_lr": 0.0}, "lr_range_test: expected 0 < start_lr < end_lr, got 0.0 and 10.0"),
        ({"start_lr": 2.0, "end_lr": 1.0}, "lr_range_test: expected 0 < start_lr < end_lr, got 2.0 and 1.0"),
        ({"steps": 1}, "lr_range_test: steps expected an integer >= 2, got 1"),
        ({"smoothing": 1.0}, "lr_range_test: smoothing expected a number in [0, 1), got 1.0"),
        ({"divergence": 1.0}, "lr_range_test: divergence expected a number > 1, got 1.0"),
        ({"divergence": -1}, "lr_range_test: divergence expected a number > 1, got -1"),
        ({"divergence": float("nan")}, "lr_range_test: divergence expected a number > 1, got nan"),
    ],
)
def test_options(options, message):
    model = network()
    with pytest.raises(ValueError, match=re.escape(message)):
        lr_range_test(model, loader(), nn.CrossEntropyLoss(), dl.optim.Adam(model.parameters()), **options)


def test_what_cannot_be():
    model = network()
    with pytest.raises(
        TypeError, match=r"^lr_range_test: optimizer expected one that steps without a closure, got LBFGS$"
    ):
        lr_range_test(model, loader(), nn.CrossEntropyLoss(), dl.optim.LBFGS(model.parameters()))
    with pytest.raises(ValueError, match="lr_range_test: loader expected at least one batch, got none"):
        lr_range_test(model, [], nn.CrossEntropyLoss(), dl.optim.Adam(model.parameters()))
    with pytest.raises(ValueError, match="lr_range_test: optimizer expected a rate > 0 in its first group, got 0"):
        lr_range_test(model, loader(), nn.CrossEntropyLoss(), dl.optim.Adam(model.parameters(), lr=0.0))
    with pytest.raises(
        ValueError, match="lr_range_test: start_lr expected a rate at which training goes on, got 1e-06"
    ):
        lr_range_test(model, loader(), lambda y, _: y.sum() * float("nan"), dl.optim.Adam(model.parameters()))


NO_FALL = "lr_range_test: expected a loss that falls at some rate, got one that does not"


@pytest.mark.parametrize("losses", [[1, 2, 3], [0.7, 0.7, 0.7], [0.7, 0.7 - 4e-16, 0.7], [0, 0, 0], [-3, -1, -2]])
def test_a_loss_that_does_not_fall(losses):
    found = LRRange([1.0, 2.0, 3.0], losses, losses)
    for ask in (lambda: found.base_lr, lambda: found.max_lr, lambda: found.suggestion, found.plot):
        with pytest.raises(ValueError, match=f"^{NO_FALL}$"):
            ask()


def regression(loss_fn, **options):
    """Return the range test of a linear model on points of a plane."""
    model, x = nn.Linear(2, 1), dl.randn(16, 2)
    batches = [(x, x.sum(1, keepdim=True))]
    return lr_range_test(model, batches, loss_fn, dl.optim.SGD(model.parameters()), **options)


def test_a_constant_loss():
    found = regression(lambda y, _: (0 * y + 0.7).mean())
    assert len(found.rates) == 100
    with pytest.raises(ValueError, match=f"^{NO_FALL}$"):
        _ = found.suggestion


@pytest.mark.parametrize("shift", [-20.0, 20.0])
def test_a_loss_less_a_constant_falls_at_the_same_rates(shift):
    found = []
    for constant in (0.0, shift):
        dl.manual_seed(1)
        found.append(regression(lambda y, t, c=constant: nn.functional.mse_loss(y, t) + c, end_lr=0.3))
    np.testing.assert_allclose(np.array(found[1].losses) - shift, found[0].losses, atol=1e-5)
    for rate in ("base_lr", "suggestion", "max_lr"):
        # Rates are 14 % apart, and what is added to 20 has fewer digits.
        assert getattr(found[1], rate) == pytest.approx(getattr(found[0], rate), rel=0.2)


def scripted(losses, **options):
    """Return a range test whose batches have given losses."""
    given = iter(losses)
    model = nn.Linear(1, 1, dtype=dl.float64)
    batches = [(dl.ones(1, 1, dtype=dl.float64), dl.ones(1))]
    loss_fn = lambda y, _: 0 * y.sum() + next(given)  # noqa: E731
    optimizer = dl.optim.SGD(model.parameters())
    return lr_range_test(model, batches, loss_fn, optimizer, steps=len(losses), smoothing=0.0, **options)


@pytest.mark.parametrize(
    ("losses", "divergence", "seen"),
    [
        ([1.0, 3.9, 1.0, 4.1, 1.0], 4.0, 3),  # nothing has fallen: four times the lowest
        ([1.0, 1.4, 1.6, 1.0], 1.5, 2),
        ([8.0, 2.0, 19.9, 20.1, 1.0], 4.0, 3),  # the lowest plus three times the fall of 6
        ([8.0, 2.0, 13.9, 14.1, 1.0], 3.0, 3),
        ([-10.0, -20.0, 39.9, 40.1, -30.0], 4.0, 3),
        ([5.0, 2.0, 0.01, 0.05, 1.0, -10.0], 4.0, 6),  # that the lowest passes zero is no divergence
        ([1.0, 0.5, float("inf"), 0.1], 4.0, 2),
        ([1.0, 0.5, float("nan"), 0.1], 4.0, 2),
        ([1.0, 1e9, 1.0], float("inf"), 3),
    ],
)
def test_where_it_ends(losses, divergence, seen):
    found = scripted(losses, divergence=divergence)
    assert found.losses == losses[:seen]
    assert len(found.rates) == len(found.smoothed) == seen


class Scaled(nn.Module):
    """A loss with a parameter of its own, and a buffer that is bound anew."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(dl.ones(1))
        self.register_buffer("seen", dl.zeros(1))

    def forward(self, outputs, targets):
        self.seen = self.seen + 1
        return nn.functional.cross_entropy(outputs * self.scale, targets)


def test_a_loss_with_parameters_is_as_it_was():
    model, data, loss_fn = network(), loader(), Scaled()
    other = nn.Parameter(dl.ones(2))  # of nobody but the optimizer
    optimizer = dl.optim.SGD([*model.parameters(), loss_fn.scale, other], lr=0.1, momentum=0.9)
    for given in (loss_fn, lambda outputs, targets: loss_fn(outputs, targets) + other.square().sum()):
        losses = lr_range_test(model, data, given, optimizer, start_lr=0.01, steps=20).losses
        assert len(set(losses)) > 1
        assert loss_fn.scale.tolist() == [1]
        assert other.tolist() == [1, 1]


def test_a_buffer_of_the_loss_is_the_same_again():
    model, loss_fn = network(), Scaled()
    seen = loss_fn.seen
    lr_range_test(model, loader(), loss_fn, dl.optim.SGD(model.parameters()), steps=5)
    assert loss_fn.seen is seen
    assert loss_fn.scale.grad is None


def test_what_is_not_trained_gets_no_gradient():
    model, x = network(), dl.randn(16, 4, requires_grad=True)
    model[0].bias.requires_grad_(False)
    model[0].weight.grad = kept = dl.ones(16, 4)
    optimizer = dl.optim.SGD([*model[4].parameters(), model[0].bias])
    lr_range_test(model, [(x, dl.zeros(16, dtype=dl.int64))], nn.CrossEntropyLoss(), optimizer, steps=5)
    assert model[0].weight.grad is kept
    assert kept.tolist() == dl.ones(16, 4).tolist()
    assert model[1].weight.grad is None
    assert x.grad is None


def test_it_trains_as_one_would_by_hand():
    model, data = network(), loader()
    model[3].p = 0.0
    found = lr_range_test(model, data, nn.CrossEntropyLoss(), dl.optim.Adam(model.parameters()), steps=12)
    optimizer, by_hand = dl.optim.Adam(model.parameters()), []
    batches = (batch for _ in range(2) for batch in data)
    for rate, (x, t) in zip(found.rates, batches, strict=True):
        optimizer.param_groups[0]["lr"] = rate
        loss = nn.functional.cross_entropy(model(x), t)
        by_hand.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert found.losses == by_hand


def test_an_iterator_of_batches():
    def batches(count):
        for _ in range(count):
            yield dl.randn(8, 4), dl.zeros(8, dtype=dl.int64)

    model = network()
    optimizer = dl.optim.Adam(model.parameters())
    assert len(lr_range_test(model, batches(10), nn.CrossEntropyLoss(), optimizer, steps=10).rates) == 10
    message = "lr_range_test: loader expected 10 batches, or to be read again, got 9 and no more"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        lr_range_test(model, batches(9), nn.CrossEntropyLoss(), optimizer, steps=10)
