"""Clipping, learning rates, averages and states of optimizers beside PyTorch."""

import math

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn
from dlcore.optim import swa_utils

torch = pytest.importorskip("torch", reason="PyTorch is the other side of every comparison here")

SHAPES = [(3, 5), (7,), (1,)]


def _pairs(rng):
    arrays = [rng.standard_normal(shape) for shape in SHAPES]
    ours = [nn.Parameter(dl.tensor(array)) for array in arrays]
    theirs = [torch.nn.Parameter(torch.tensor(array)) for array in arrays]
    return ours, theirs


def _give_gradients(rng, ours, theirs):
    for p, q in zip(ours, theirs, strict=True):
        grad = rng.standard_normal(tuple(p.shape))
        p.grad, q.grad = dl.tensor(grad), torch.tensor(grad)


@pytest.mark.parametrize("norm_type", [0.5, 1, 2, 3.5, float("inf")])
@pytest.mark.parametrize("max_norm", [0.0, 0.3, 100.0])
def test_clip_grad_norm(norm_type, max_norm):
    rng = np.random.default_rng(0)
    ours, theirs = _pairs(rng)
    _give_gradients(rng, ours, theirs)
    total = nn.utils.clip_grad_norm_(ours, max_norm, norm_type)
    expected = torch.nn.utils.clip_grad_norm_(theirs, max_norm, norm_type)
    np.testing.assert_allclose(total.item(), expected.item(), rtol=1e-13)
    for p, q in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(p.grad.numpy(), q.grad.numpy(), rtol=1e-13)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("StepLR", {"step_size": 2}),
        ("LinearLR", {"start_factor": 0.2, "end_factor": 0.9, "total_iters": 7}),
        ("CosineAnnealingLR", {"T_max": 4, "eta_min": 0.03}),
        ("LambdaLR", {"lr_lambda": lambda t: 0.8**t}),
        ("MultiStepLR", {"milestones": [2, 5, 5, 40], "gamma": 0.5}),
        ("ExponentialLR", {"gamma": 0.97}),
        ("ConstantLR", {"factor": 0.4, "total_iters": 7}),
        ("PolynomialLR", {"total_iters": 60, "power": 1.7}),
        ("CosineAnnealingWarmRestarts", {"T_0": 7, "eta_min": 0.01}),
        ("CosineAnnealingWarmRestarts", {"T_0": 5, "T_mult": 2}),
        ("OneCycleLR", {"max_lr": [0.5, 0.7], "total_steps": 106}),
        ("OneCycleLR", {"max_lr": 0.5, "epochs": 8, "steps_per_epoch": 15, "three_phase": True, "pct_start": 0.2}),
        ("OneCycleLR", {"max_lr": 0.5, "total_steps": 110, "anneal_strategy": "linear", "max_momentum": [0.9, 0.8]}),
        ("OneCycleLR", {"max_lr": 0.5, "total_steps": 110, "cycle_momentum": False, "div_factor": 3}),
    ],
)
def test_rates_and_the_state_of_a_scheduler(name, options):
    ours, theirs = _pairs(np.random.default_rng(0))
    groups = [[{"params": side[:1]}, {"params": side[1:], "lr": 0.3}] for side in (ours, theirs)]
    opt, peer = dl.optim.SGD(groups[0], lr=0.1, momentum=0.9), torch.optim.SGD(groups[1], lr=0.1, momentum=0.9)
    scheduler = getattr(dl.optim.lr_scheduler, name)(opt, **options)
    expected = getattr(torch.optim.lr_scheduler, name)(peer, **options)
    for _ in range(100):
        np.testing.assert_allclose(scheduler.get_last_lr(), expected.get_last_lr(), rtol=1e-12, atol=1e-16)
        for group, theirs_of_it in zip(opt.param_groups, peer.param_groups, strict=True):
            np.testing.assert_allclose(group["momentum"], theirs_of_it["momentum"], rtol=1e-13)
        peer.step()
        scheduler.step()
        expected.step()
    state = expected.state_dict()
    assert scheduler.state_dict().keys() - {"_last_lr"} <= state.keys()
    resumed = getattr(dl.optim.lr_scheduler, name)(opt, **options)
    for group, lr in zip(opt.param_groups, expected.get_last_lr(), strict=True):
        group["lr"] = lr
    resumed.load_state_dict(state)
    for _ in range(5):
        peer.step()
        resumed.step()
        expected.step()
        np.testing.assert_allclose(resumed.get_last_lr(), expected.get_last_lr(), rtol=1e-12, atol=1e-16)


COMPOSITES = {
    "warm-up, then a cosine": lambda s, o: s.SequentialLR(
        o, [s.LinearLR(o, 0.1, total_iters=10), s.CosineAnnealingLR(o, 40)], [10]
    ),
    "four": lambda s, o: s.SequentialLR(
        o,
        [
            s.ConstantLR(o, 0.3, 20),
            s.ExponentialLR(o, 0.9),
            s.PolynomialLR(o, 30, 2.0),
            s.CosineAnnealingWarmRestarts(o, 5),
        ],
        [8, 30, 55],
    ),
    "steps after a line": lambda s, o: s.SequentialLR(
        o, [s.LinearLR(o, 0.5), s.MultiStepLR(o, [3, 20]), s.StepLR(o, 7)], [6, 50]
    ),
    "chained": lambda s, o: s.ChainedScheduler([s.ConstantLR(o, 0.1, 15), s.ExponentialLR(o, 0.95), s.StepLR(o, 9)]),
}


@pytest.mark.parametrize("name", COMPOSITES)
def test_composites(name):
    ours, theirs = _pairs(np.random.default_rng(0))
    groups = [[{"params": side[:1]}, {"params": side[1:], "lr": 0.3}] for side in (ours, theirs)]
    opt, peer = dl.optim.SGD(groups[0], lr=0.1), torch.optim.SGD(groups[1], lr=0.1)
    scheduler = COMPOSITES[name](dl.optim.lr_scheduler, opt)
    expected = COMPOSITES[name](torch.optim.lr_scheduler, peer)
    for _ in range(100):
        np.testing.assert_allclose(scheduler.get_last_lr(), expected.get_last_lr(), rtol=1e-12, atol=1e-16)
        peer.step()
        scheduler.step()
        expected.step()
    assert scheduler.state_dict().keys() <= expected.state_dict().keys()


@pytest.mark.parametrize(
    "options",
    [
        {"patience": 2},
        {"mode": "max", "factor": 0.5, "patience": 1, "threshold": 0.05},
        {"threshold_mode": "abs", "threshold": 0.1, "cooldown": 3, "patience": 3},
        {"mode": "max", "threshold_mode": "abs", "min_lr": [0.01, 0.05], "patience": 0},
        {"patience": 0, "eps": 1e-2, "min_lr": 1e-3},
    ],
    ids=str,
)
def test_plateau(options):
    rng = np.random.default_rng(0)
    ours, theirs = _pairs(rng)
    groups = [[{"params": side[:1]}, {"params": side[1:], "lr": 0.3}] for side in (ours, theirs)]
    opt, peer = dl.optim.SGD(groups[0], lr=0.1), torch.optim.SGD(groups[1], lr=0.1)
    scheduler = dl.optim.lr_scheduler.ReduceLROnPlateau(opt, **options)
    expected = torch.optim.lr_scheduler.ReduceLROnPlateau(peer, **options)
    for step in range(100):
        metric = (5 - 5 / (step + 1) if options.get("mode") == "max" else 5 / (step + 1)) + 0.2 * rng.standard_normal()
        metric = math.inf if step % 40 == 39 else metric
        scheduler.step(metric)
        expected.step(metric)
        np.testing.assert_allclose(scheduler.get_last_lr(), expected.get_last_lr(), rtol=1e-13)
        assert scheduler.state_dict().keys() <= expected.state_dict().keys()
        assert scheduler.num_bad_epochs == expected.num_bad_epochs


@pytest.mark.parametrize(
    ("name", "options"),
    [("SGD", {"momentum": 0.9}), ("Adam", {"amsgrad": True}), ("Adam", {"weight_decay": 0.1})],
)
def test_an_optimizer_goes_on_from_the_state_of_its_peer(name, options):
    rng = np.random.default_rng(0)
    ours, theirs = _pairs(rng)
    peer = getattr(torch.optim, name)([{"params": theirs[:1], "lr": 0.2}], lr=0.1, **options)
    peer.add_param_group({"params": theirs[1:]})
    for _ in range(3):
        _give_gradients(rng, ours, theirs)
        peer.step()
    for p, q in zip(ours, theirs, strict=True):
        p.data = dl.tensor(q.detach().numpy())

    opt = getattr(dl.optim, name)([{"params": ours[:1]}, {"params": ours[1:]}], **options)
    opt.load_state_dict(peer.state_dict())
    assert [group["lr"] for group in opt.param_groups] == [0.2, 0.1]
    for _ in range(3):
        _give_gradients(rng, ours, theirs)
        opt.step()
        peer.step()
        for p, q in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), rtol=1e-12)


@pytest.mark.parametrize("name", ["get_ema_multi_avg_fn", "get_swa_multi_avg_fn"])
def test_averaged_model(name):
    rng = np.random.default_rng(0)
    ours, theirs = nn.Linear(3, 2), torch.nn.Linear(3, 2)
    average = swa_utils.AveragedModel(ours, multi_avg_fn=getattr(swa_utils, name)())
    peer = torch.optim.swa_utils.AveragedModel(theirs, multi_avg_fn=getattr(torch.optim.swa_utils, name)())
    for _ in range(4):
        weight = rng.standard_normal((2, 3)).astype("f")
        with dl.no_grad(), torch.no_grad():
            ours.weight.copy_(dl.tensor(weight))
            theirs.weight.copy_(torch.tensor(weight))
        average.update_parameters(ours)
        peer.update_parameters(theirs)
    np.testing.assert_allclose(average.module.weight.tolist(), peer.module.weight.tolist(), rtol=2e-6, atol=1e-7)
    assert average.state_dict().keys() == peer.state_dict().keys()
