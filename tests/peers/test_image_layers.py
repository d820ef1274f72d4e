"""Layers for images beside PyTorch: its state loads, and outputs, gradients, buffers and text are the same."""

import itertools

import dlcore
import numpy as np
import pytest
from dlcore import nn

torch = pytest.importorskip("torch", reason="compares with PyTorch, which is not installed")

SIZES = {1: (13,), 2: (9, 8), 3: (5, 6, 7)}
DIMS = (1, 2, 3)


def both(name, *args, **options):
    """Make the layer twice, with PyTorch's state in both."""
    theirs = getattr(torch.nn, name)(*args, **options).double()
    ours = getattr(nn, name)(*args, **options).double()
    with torch.no_grad():
        for tensor in itertools.chain(theirs.parameters(), theirs.buffers()):
            if tensor.is_floating_point():
                tensor.uniform_(0.5, 1.5)  # a variance is positive, and no weight is one by chance
    load(ours, theirs)
    return ours, theirs


def load(ours, theirs):
    """Load PyTorch's state; the names and their order have to be the same."""
    state = {name: dlcore.from_numpy(tensor.numpy().copy()) for name, tensor in theirs.state_dict().items()}
    assert list(ours.state_dict()) == list(state)
    ours.load_state_dict(state)


def same(ours, theirs, shape, *more, calls=1, rtol=1e-9, seed=0):
    """Call both, and compare outputs, all gradients and the state afterwards."""
    rng = np.random.default_rng(seed)
    for _ in range(calls):
        x = rng.standard_normal(shape)
        a, b = dlcore.tensor(x).requires_grad_(), torch.tensor(x, requires_grad=True)
        y, z = ours(a, *more), theirs(b, *more)
        y, z = (result if isinstance(result, tuple) else (result,) for result in (y, z))
        for mine, other in zip(y, z, strict=True):
            np.testing.assert_allclose(mine.detach().numpy(), other.detach().numpy(), rtol, 1e-10)
        dy = rng.standard_normal(tuple(z[0].shape))
        y[0].backward(dlcore.tensor(dy))
        z[0].backward(torch.tensor(dy))
        np.testing.assert_allclose(a.grad.numpy(), b.grad.numpy(), rtol, 1e-10)
    gradients = dict(theirs.named_parameters())
    for name, parameter in ours.named_parameters():
        np.testing.assert_allclose(parameter.grad.numpy(), gradients[name].grad.numpy(), rtol, 1e-10, err_msg=name)
    state = theirs.state_dict()
    for name, tensor in ours.state_dict().items():
        np.testing.assert_allclose(tensor.numpy(), state[name].numpy(), rtol, 1e-12, err_msg=name)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
@pytest.mark.parametrize("mode", ["zeros", "reflect", "replicate", "circular"])
@pytest.mark.parametrize("padding", [0, 2, "same", "valid"])
@pytest.mark.parametrize("dims", DIMS)
def test_conv(dims, padding, mode):
    for kernel, dilation, groups, bias in itertools.product((3, 4), (1, 2), (1, 2), (True, False)):
        if dims == 3 and kernel == 4:
            continue  # of dilation 2, larger than the volume
        options = {"dilation": dilation, "groups": groups, "bias": bias, "padding_mode": mode}
        stride = 1 if padding == "same" else 2
        ours, theirs = both(f"Conv{dims}d", 4, 6, kernel, stride, padding, **options)
        assert repr(ours) == repr(theirs)
        same(ours, theirs, (2, 4, *SIZES[dims]))
    same(ours, theirs, (4, *SIZES[dims]))  # without a batch


@pytest.mark.parametrize("dims", DIMS)
def test_conv_transpose(dims):
    settings = itertools.product((0, 1), (0, 1), (1, 2), (True, False), (1, 2))
    for padding, more, groups, bias, dilation in settings:
        options = {"groups": groups, "bias": bias, "dilation": dilation}
        ours, theirs = both(f"ConvTranspose{dims}d", 4, 6, 3, 2, padding, more, **options)
        assert repr(ours) == repr(theirs)
        same(ours, theirs, (2, 4, *SIZES[dims]))
    sizes = [(n - 1) * 2 - 2 * padding + dilation * 2 + 2 for n in SIZES[dims]]
    same(ours, theirs, (2, 4, *SIZES[dims]), sizes)
    same(ours, theirs, (4, *SIZES[dims]), sizes)


@pytest.mark.parametrize("dims", DIMS)
@pytest.mark.parametrize("ceil_mode", [False, True])
def test_pools(ceil_mode, dims):
    shape = (2, 3, *SIZES[dims])
    for stride, padding, dilation in itertools.product((None, 1, 2), (0, 1), (1, 2)):
        pool = both(f"MaxPool{dims}d", 3, stride, padding, dilation, True, ceil_mode)
        assert repr(pool[0]) == repr(pool[1])
        same(*pool, shape)
        same(*pool, shape[1:])
    for stride, padding, count in itertools.product((None, 1, 2), (0, 1), (True, False)):
        pool = both(f"AvgPool{dims}d", 3, stride, padding, ceil_mode, count)
        same(*pool, shape)
    if dims > 1:
        same(*both(f"AvgPool{dims}d", 2, divisor_override=3, ceil_mode=ceil_mode), shape)


@pytest.mark.parametrize("dims", DIMS)
def test_adaptive_pools(dims):
    shape = (2, 3, *SIZES[dims])
    for size in (1, 4) if dims == 1 else (3, (None, *(2,) * (dims - 1))):
        same(*both(f"AdaptiveAvgPool{dims}d", size), shape)
        same(*both(f"AdaptiveMaxPool{dims}d", size, return_indices=True), shape)
        assert repr(getattr(nn, f"AdaptiveAvgPool{dims}d")(size)) == repr(
            getattr(torch.nn, f"AdaptiveAvgPool{dims}d")(size)
        )


@pytest.mark.parametrize("dims", DIMS)
def test_max_unpool(dims):
    x = np.random.default_rng(0).standard_normal((2, 3, *SIZES[dims]))
    y, places = getattr(torch.nn, f"MaxPool{dims}d")(2, return_indices=True)(torch.tensor(x))
    expected = getattr(torch.nn, f"MaxUnpool{dims}d")(2)(y, places, x.shape).numpy()
    ours = getattr(nn, f"MaxUnpool{dims}d")(2)
    got = ours(dlcore.tensor(y.numpy()), dlcore.tensor(places.numpy()), x.shape)
    np.testing.assert_array_equal(got.numpy(), expected)


def test_upsampling():
    for options in (
        {"scale_factor": 2},
        {"size": (5, 7), "mode": "bilinear"},
        {"scale_factor": (1.5, 2), "mode": "bilinear", "align_corners": True},
        {"size": (17, 11), "mode": "bicubic"},
    ):
        ours, theirs = both("Upsample", **options)
        assert repr(ours) == repr(theirs)
        same(ours, theirs, (2, 3, 8, 9))
    same(*both("PixelShuffle", 2), (2, 8, 3, 5))


@pytest.mark.parametrize("dims", DIMS)
@pytest.mark.parametrize("track", [True, False])
@pytest.mark.parametrize("kind", ["BatchNorm", "InstanceNorm"])
def test_channel_norms(kind, track, dims):
    shape = (4, 3, *SIZES[dims])
    for momentum, affine, bias in itertools.product((0.1, 0.4, None), (True, False), (True, False)):
        options = {"momentum": momentum, "affine": affine, "track_running_stats": track, "bias": bias, "eps": 1e-3}
        if kind == "InstanceNorm" and momentum is None:
            continue  # PyTorch's takes a number alone
        ours, theirs = both(f"{kind}{dims}d", 3, **options)
        assert repr(ours) == repr(theirs)
        same(ours, theirs, shape, calls=3, rtol=1e-7)
        same(ours.eval(), theirs.eval(), shape, rtol=1e-7)


def test_batch_norm_of_features():
    ours, theirs = both("BatchNorm1d", 5)
    same(ours, theirs, (7, 5), calls=2, rtol=1e-7)


def test_norms_of_a_sample():
    for groups, affine, bias in itertools.product((1, 2, 6), (True, False), (True, False)):
        ours, theirs = both("GroupNorm", groups, 6, affine=affine, bias=bias)
        assert repr(ours) == repr(theirs)
        same(ours, theirs, (3, 6, 4, 5), rtol=1e-7)
    for eps, affine in itertools.product((None, 1e-3), (True, False)):
        ours, theirs = both("RMSNorm", (4, 5), eps, affine)
        assert repr(ours) == repr(theirs)
        same(ours, theirs, (3, 6, 4, 5), rtol=1e-7)
    ours, theirs = both("LocalResponseNorm", 3, 0.5, 0.6, 1.5)
    assert repr(ours) == repr(theirs)
    same(ours, theirs, (3, 6, 4, 5), rtol=1e-7)
