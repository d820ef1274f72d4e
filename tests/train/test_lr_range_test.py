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
    rising = LRRange([1.0, 2.0], [1.0, 2.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="expected a loss that falls at some rate, got one that rises"):
        _ = rising.suggestion


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
    with pytest.raises(ImportError, match=re.escape("LRRange: plot needs matplotlib; pip install 'dlcore[analysis]'")):
        LRRange([1.0, 2.0], [2.0, 1.0], [2.0, 1.0]).plot()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"start_lr": 0.0}, "lr_range_test: expected 0 < start_lr < end_lr, got 0.0 and 10.0"),
        ({"start_lr": 2.0, "end_lr": 1.0}, "lr_range_test: expected 0 < start_lr < end_lr, got 2.0 and 1.0"),
        ({"steps": 1}, "lr_range_test: steps expected an integer >= 2, got 1"),
        ({"smoothing": 1.0}, "lr_range_test: smoothing expected a number in [0, 1), got 1.0"),
    ],
)
def test_options(options, message):
    model = network()
    with pytest.raises(ValueError, match=re.escape(message)):
        lr_range_test(model, loader(), nn.CrossEntropyLoss(), dl.optim.Adam(model.parameters()), **options)


def test_what_cannot_be():
    model = network()
    with pytest.raises(ValueError, match="lr_range_test: loader expected at least one batch, got none"):
        lr_range_test(model, [], nn.CrossEntropyLoss(), dl.optim.Adam(model.parameters()))
    with pytest.raises(ValueError, match="lr_range_test: optimizer expected a rate > 0 in its first group, got 0"):
        lr_range_test(model, loader(), nn.CrossEntropyLoss(), dl.optim.Adam(model.parameters(), lr=0.0))
    with pytest.raises(
        ValueError, match="lr_range_test: start_lr expected a rate at which training goes on, got 1e-06"
    ):
        lr_range_test(model, loader(), lambda y, _: y.sum() * float("nan"), dl.optim.Adam(model.parameters()))
