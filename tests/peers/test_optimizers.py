"""Optimizers go PyTorch's way, with every option, and from its states."""

import copy
import inspect

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn
from line_search import searched

torch = pytest.importorskip("torch", reason="PyTorch is the other side of every comparison here")

SHAPES = [(3, 5), (7,), (2, 3, 4), (1,)]
STEPS = 100
CASES = [
    ("SGD", {}),
    ("SGD", {"weight_decay": 0.1}),
    ("SGD", {"momentum": 0.9}),
    ("SGD", {"momentum": 0.9, "dampening": 0.5, "weight_decay": 0.1}),
    ("SGD", {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    ("SGD", {"momentum": 0.9, "maximize": True}),
    ("Adagrad", {}),
    ("Adagrad", {"lr_decay": 0.1, "weight_decay": 0.1}),
    ("Adagrad", {"initial_accumulator_value": 0.5, "eps": 1e-2, "maximize": True}),
    ("RMSprop", {}),
    ("RMSprop", {"centered": True}),
    ("RMSprop", {"momentum": 0.9, "weight_decay": 0.1}),
    ("RMSprop", {"momentum": 0.5, "centered": True, "alpha": 0.9, "eps": 1e-2, "maximize": True}),
    ("Adadelta", {}),
    ("Adadelta", {"rho": 0.5, "eps": 1e-3, "weight_decay": 0.1}),
    ("Adadelta", {"maximize": True}),
    ("Adam", {}),
    ("Adam", {"betas": (0.5, 0.75), "eps": 1e-2, "weight_decay": 0.1}),
    ("Adam", {"amsgrad": True, "betas": (0.5, 0.5), "maximize": True}),
    ("Adam", {"decoupled_weight_decay": True, "weight_decay": 0.3}),
    ("AdamW", {}),
    ("AdamW", {"amsgrad": True, "betas": (0.5, 0.5), "weight_decay": 0.3, "maximize": True}),
    ("Adamax", {}),
    ("Adamax", {"betas": (0.5, 0.75), "eps": 1e-2, "weight_decay": 0.1, "maximize": True}),
    ("RAdam", {}),
    ("RAdam", {"betas": (0.5, 0.75), "eps": 1e-2, "weight_decay": 0.1}),
    ("RAdam", {"decoupled_weight_decay": True, "weight_decay": 0.1, "maximize": True}),
]
ALL = pytest.mark.parametrize(("name", "options"), CASES, ids=lambda value: str(value))


def both_sides(name, options, dtype, rng):
    arrays = [rng.standard_normal(shape).astype(dtype) for shape in SHAPES]
    ours = [nn.Parameter(dl.tensor(array)) for array in arrays]
    theirs = [torch.nn.Parameter(torch.tensor(array)) for array in arrays]
    optimizers = [
        getattr(library.optim, name)(
            [{"params": side[:2]}, {"params": side[2:], "lr": 0.02, "weight_decay": 0.05}], lr=0.1, **options
        )
        for library, side in ((dl, ours), (torch, theirs))
    ]
    return ours, theirs, *optimizers


def give_gradients(step, ours, theirs, dtype, rng):
    """Give both sides the same gradients, and now and then none to one of the parameters."""
    missing = step % 7
    for i, (p, q) in enumerate(zip(ours, theirs, strict=True)):
        grad = (rng.standard_normal(tuple(p.shape)) * 10.0 ** rng.integers(-2, 2)).astype(dtype)
        p.grad = None if i == missing else dl.tensor(grad)
        q.grad = None if i == missing else torch.tensor(grad)


@ALL
@pytest.mark.parametrize(("dtype", "tolerance"), [("d", 1e-12), ("f", 1e-6)])
def test_a_hundred_steps(name, options, dtype, tolerance):
    rng = np.random.default_rng(0)
    ours, theirs, opt, peer = both_sides(name, options, dtype, rng)
    for step in range(STEPS):
        give_gradients(step, ours, theirs, dtype, rng)
        opt.step()
        peer.step()
        for p, q in zip(ours, theirs, strict=True):
            expected = q.detach().numpy()
            scale = max(1.0, abs(expected).max())
            np.testing.assert_allclose(p.detach().numpy(), expected, rtol=0, atol=tolerance * scale)


@ALL
@pytest.mark.parametrize(("w", "g"), [(-np.inf, 0.0), (1.0, 1e25), (1.0, 1e-25), (0.0, 0.0)])
def test_what_is_at_the_ends_of_the_range(name, options, w, g):
    ours, theirs = (side(library.full((9,), w)) for side, library in ((nn.Parameter, dl), (torch.nn.Parameter, torch)))
    opt, peer = (getattr(library.optim, name)([p], lr=0.1, **options) for library, p in ((dl, ours), (torch, theirs)))
    for _ in range(7):
        ours.grad, theirs.grad = dl.full((9,), g), torch.full((9,), g)
        opt.step()
        peer.step()
        np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), rtol=1e-5, atol=1e-6)


@ALL
def test_an_optimizer_goes_on_from_the_state_of_its_peer(name, options):
    rng = np.random.default_rng(0)
    ours, theirs, opt, peer = both_sides(name, options, "d", rng)
    for step in range(8):
        give_gradients(step, ours, theirs, "d", rng)
        peer.step()
        opt.step()
    for p, q in zip(ours, theirs, strict=True):
        assert opt.state.get(p, {}).keys() == {key for key, value in peer.state[q].items() if value is not None}

    resumed = getattr(dl.optim, name)([{"params": ours[:2]}, {"params": ours[2:]}], lr=9.0)
    resumed.load_state_dict(copy.deepcopy(peer.state_dict()))
    for p, q in zip(ours, theirs, strict=True):
        p.data = dl.tensor(q.detach().numpy())
    for step in range(8):
        give_gradients(step, ours, theirs, "d", rng)
        peer.step()
        resumed.step()
        for p, q in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", sorted({name for name, _ in CASES} | {"LBFGS"}))
def test_the_same_arguments_in_the_same_order(name):
    switches = {"foreach", "capturable", "differentiable", "fused"}
    theirs, ours = (
        [
            (p.name, p.default)
            for p in inspect.signature(getattr(library.optim, name)).parameters.values()
            if p.name not in switches
        ]
        for library in (torch, dl)
    )
    assert ours == theirs


def _logistic(library, options, weights=None, name="LBFGS"):
    """Return weights and optimizer of a logistic regression with weight decay, and a call that makes one step."""
    rng = np.random.default_rng(0)
    inputs, hidden = rng.standard_normal((60, 7)), rng.standard_normal(7)
    signs = np.where(inputs @ hidden + rng.standard_normal(60) > 0, 1.0, -1.0)
    x, t = library.tensor(inputs), library.tensor(signs)
    w = library.tensor(np.zeros(7) if weights is None else weights).requires_grad_()
    b = library.tensor(np.zeros(1)).requires_grad_()
    optimizer = getattr(library.optim, name)([w, b], **options)

    def closure():
        optimizer.zero_grad()
        margins = (x @ w + b) * t
        loss = library.nn.functional.softplus(-margins).mean() + 0.01 * (w * w).sum()
        loss.backward()
        return loss

    return (w, b), optimizer, lambda: optimizer.step(closure)


@ALL
def test_a_hundred_steps_of_a_loss(name, options):
    """Where what a step changes decides on the next one's gradient."""
    options = {key: value for key, value in options.items() if key != "maximize"}
    sides = [_logistic(library, {"lr": 0.05, **options}, name=name) for library in (dl, torch)]
    for _ in range(STEPS):
        ours, theirs = (step().item() for _, _, step in sides)
        np.testing.assert_allclose(ours, theirs, rtol=1e-9)
    for p, q in zip(*(params for params, _, _ in sides), strict=True):
        np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), rtol=0, atol=1e-9)


LBFGS = pytest.mark.parametrize(
    "options",
    [
        {"max_iter": 1, "lr": 0.1},
        {"max_iter": 1, "lr": 0.05, "history_size": 4},
        {"max_iter": 3, "lr": 0.1, "tolerance_grad": 1e-3},
        {"max_iter": 5, "lr": 0.1, "tolerance_change": 1e-3},
        {"max_iter": 5, "line_search_fn": "strong_wolfe", "tolerance_change": 1e-4},
        {"max_iter": 1, "line_search_fn": "strong_wolfe"},
        {"max_iter": 4, "max_eval": 3, "line_search_fn": "strong_wolfe", "history_size": 3},
        {"max_iter": 20, "line_search_fn": "strong_wolfe", "lr": 2.5},
    ],
    ids=str,
)


@LBFGS
def test_a_hundred_steps_of_lbfgs(options):
    ours, opt, step = _logistic(dl, options)
    theirs, peer, peer_step = _logistic(torch, options)
    for _ in range(STEPS):
        np.testing.assert_allclose(step().item(), peer_step().item(), rtol=1e-10)
        for p, q in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), rtol=0, atol=1e-6)
    (state,), (expected,) = opt.state.values(), peer.state.values()
    ours, theirs = state.keys() - {"products"}, expected.keys() - {"al"}  # what each computes the direction with
    assert ours | {"ro"} == theirs | {"ro"}  # which comes with their first pair


def _bent(library, loss, options):
    """Return the weights and a call that makes a step of L-BFGS, on a loss that curves both ways."""
    w = library.tensor(np.random.default_rng(3).uniform(-1.5, 1.5, 10)).requires_grad_()
    optimizer = library.optim.LBFGS([w], **options)

    def closure():
        optimizer.zero_grad()
        value = loss(w)
        value.backward()
        return value

    return w, lambda: optimizer.step(closure)


@pytest.mark.parametrize(
    "options",
    [
        {"max_iter": 1, "lr": 0.02},
        {"max_iter": 1, "lr": 0.02, "history_size": 3},
        {"max_iter": 2, "line_search_fn": "strong_wolfe"},
        {"line_search_fn": "strong_wolfe", "history_size": 5},
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "loss",
    [
        lambda w: ((1 - w[:-1]) ** 2).sum() + 10 * ((w[1:] - w[:-1] ** 2) ** 2).sum(),  # Rosenbrock's valley
        lambda w: (w * w).sum() / 5 + (3 * w).cos().sum(),
        lambda w: 0.05 * (w**4).sum() - (w[1:] * w[:-1]).tanh().sum(),
    ],
)
def test_a_hundred_steps_of_lbfgs_where_the_loss_is_not_convex(loss, options):
    """Further on without a search, rounding would decide: even between the textbook's own precisions."""
    (ours, step), (theirs, peer_step) = (_bent(library, loss, options) for library in (dl, torch))
    for _ in range(STEPS):
        np.testing.assert_allclose(step().item(), peer_step().item(), rtol=1e-8)
        np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), rtol=0, atol=1e-6)


@LBFGS
def test_lbfgs_goes_on_from_the_state_of_its_peer(options):
    theirs, peer, peer_step = _logistic(torch, options)
    for _ in range(3):
        peer_step()
    ours, opt, step = _logistic(dl, {})
    for p, q in zip(ours, theirs, strict=True):
        p.data = dl.tensor(q.detach().numpy())
    opt.load_state_dict(peer.state_dict())
    for _ in range(5):
        np.testing.assert_allclose(step().item(), peer_step().item(), rtol=1e-10)
        for p, q in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), rtol=0, atol=1e-7)


def test_line_searches_take_the_same_steps():
    """Sums of waves over a bowl, some with a jump: many bends, so that every turn of the search is taken.

    Cubics through two points that nearly are one tell rounding, not steps: what follows these is not compared.
    """
    rng = np.random.default_rng(0)
    counts = []
    for _ in range(1000):
        heights, pitches, phases = rng.uniform(0.05, 1, 4), rng.uniform(0.3, 6, 4), rng.uniform(0, 6, 4)
        falls = heights * pitches @ np.sin(phases)
        pitches, heights = pitches * np.sign(falls), heights / abs(falls)  # so that the slope at 0 is -1
        jump, at = rng.choice([0.0, rng.uniform(0, 0.5), 3.0]), rng.uniform(0, 2)

        def loss(t, heights=heights, pitches=pitches, phases=phases, jump=jump, at=at):
            return float(0.05 * t * t + heights @ np.cos(pitches * t + phases) + jump * (t > at))

        def slope(t, heights=heights, pitches=pitches, phases=phases):
            return float(0.1 * t - heights * pitches @ np.sin(pitches * t + phases)) if t > 0 else -1.0

        first, evaluations = 10.0 ** rng.uniform(-3, 2), int(rng.integers(1, rng.choice([5, 30])))
        ours, theirs = (searched(library, loss, slope, first, evaluations) for library in (dl, torch))
        close = [i for i in range(2, len(ours) - 1) if abs(ours[i] - ours[i - 1]) < 1e-3 * ours[i]]
        known = close[0] + 1 if close else max(len(ours), len(theirs))
        np.testing.assert_allclose(ours[:known], theirs[:known], rtol=1e-8)
        counts.append(known)
    assert len(set(counts)) > 10
