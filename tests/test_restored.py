"""Work on modules and optimizers leaves no trace."""

import dlcore as dl
import pytest
from dlcore import nn
from dlcore._restored import restored, restored_entries, restored_generator, restored_state


class Counting(nn.Module):
    """Bind a buffer anew, fill another one anew, and count in an attribute, at each call."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(2, 1)
        self.register_buffer("bound", dl.zeros(2))
        self.register_buffer("filled", dl.zeros(2))
        self.calls = 0

    def forward(self, x):
        self.calls += 1
        self.bound = self.bound + 1
        self.filled.add_(1)
        return self.linear(x)


class Enough(Exception):
    """Ends a block."""


def spoil(model):
    """Change what can be changed."""
    model(dl.ones(3, 2))
    with dl.no_grad():
        model.linear.weight.fill_(7)
    model.linear.weight.grad = dl.ones(1, 2)
    model.linear.bias.grad = None
    model.linear.eval()
    model.late = nn.Linear(1, 1)


@pytest.mark.parametrize("fails", [False, True])
def test_a_module(fails):
    model = Counting()
    model.linear.bias.grad = dl.full((1,), 3.0)
    attributes, objects = list(vars(model)), [model.bound, model.filled, model.linear.bias.grad]
    weight = model.linear.weight.tolist()
    try:
        with restored(model):
            spoil(model)
            if fails:
                raise Enough
    except Enough:
        assert fails
    assert list(vars(model)) == attributes
    assert model.calls == 0
    assert model.linear.training
    assert all(a is b for a, b in zip(objects, [model.bound, model.filled, model.linear.bias.grad], strict=True))
    assert model.bound.tolist() == model.filled.tolist() == [0, 0]
    assert model.linear.weight.tolist() == weight
    assert model.linear.weight.grad is None


def test_bits_come_back():
    model = nn.BatchNorm1d(2)
    model.running_mean.copy_(dl.tensor([-0.0, float("nan")]))
    before = model.running_mean.numpy().tobytes()
    with restored(model):
        model.running_mean.fill_(0.0)
    assert model.running_mean.numpy().tobytes() == before


def test_what_has_not_changed_is_not_touched():
    model = nn.Linear(2, 1)
    with restored(model):
        loss = model.weight.square().sum()
    loss.backward()  # would raise if the weight had been written to in place
    with restored(model):
        loss = model.weight.square().sum()
        with dl.no_grad():
            model.weight.add_(1)
    with pytest.raises(RuntimeError, match="in place"):
        loss.backward()


@pytest.mark.parametrize("make", [dl.optim.Adam, lambda p: dl.optim.SGD(p, lr=0.1, momentum=0.9)])
def test_an_optimizer(make):
    inside, outside = nn.Linear(2, 1), nn.Parameter(dl.ones(3))
    optimizer = make([*inside.parameters(), outside])

    def step():
        for p in (*inside.parameters(), outside):
            p.grad = dl.ones(p.shape)
        optimizer.step()

    def everything():
        """Return weights, state and options, as a text."""
        numbers = [p.tolist() for p in (*inside.parameters(), outside)]
        state = [{key: x.tolist() for key, x in entry.items()} for entry in optimizer.state.values()]
        return str((numbers, state, [{**group, "params": None} for group in optimizer.param_groups]))

    step()
    before, state, gradient = everything(), optimizer.state, outside.grad
    with restored(inside, optimizer):
        optimizer.param_groups[0]["lr"] = 5.0
        optimizer.param_groups[0]["new"] = 1
        step()
        assert everything() != before
    assert everything() == before
    assert optimizer.state is state
    assert outside.grad is gradient


def test_entries():
    first, second = {"a": 1, "b": 2}, {}
    with restored_entries(first, second):
        first["a"] = first.pop("b")
        second["c"] = 3
    assert list(first.items()) == [("a", 1), ("b", 2)]
    assert second == {}


def test_state_by_its_own_methods():
    scheduler = dl.optim.lr_scheduler.StepLR(dl.optim.SGD([dl.zeros(1)], lr=1.0), 2)
    with restored_state(scheduler):
        scheduler.step()
        assert scheduler.last_epoch == 1
    assert scheduler.last_epoch == 0


def test_random_numbers():
    before = dl.get_rng_state().tolist()
    with restored_generator():
        dl.randn(3)
        assert dl.get_rng_state().tolist() != before
    assert dl.get_rng_state().tolist() == before
