"""Random convolutions beside PyTorch, values and gradients, in float64."""

import dlcore
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="compares with PyTorch, which is not installed")

CASES = 600  # per function


def random_sizes(rng, dims):
    """Draw options under which a kernel fits its input, and as many more as make no difference in time."""
    pick = lambda high: tuple(int(n) for n in rng.integers(1, high + 1, dims))  # noqa: E731
    largest = {1: 40, 2: 12, 3: 6}[dims]
    kernel = pick(5 if dims == 1 else 4 if dims == 2 else 3)
    stride = pick(3) if rng.random() < 0.6 else (1,) * dims
    dilation = pick(3) if rng.random() < 0.4 else (1,) * dims
    padding = tuple(int(n) for n in rng.integers(0, 4, dims)) if rng.random() < 0.7 else (0,) * dims
    groups = int(rng.choice([1, 1, 2, 3]))
    channels = [int(n) * groups for n in rng.integers(1, 20 if rng.random() < 0.3 else 5, 2)]
    if rng.random() < 0.15:  # depthwise
        groups = int(rng.integers(1, 9))
        channels = [groups, groups * int(rng.integers(1, 3))]
    return kernel, stride, dilation, padding, groups, channels, pick(largest)


def check_both(name, arrays, options, rng):
    """Compare results and all gradients of one call; both refuse, or none."""
    theirs = [None if a is None else torch.from_numpy(a).requires_grad_() for a in arrays]
    ours = [None if a is None else dlcore.from_numpy(a).requires_grad_() for a in arrays]
    try:
        expected = getattr(torch.nn.functional, name)(*theirs, **options)
    except (RuntimeError, ValueError):
        with pytest.raises(ValueError, match=f"^{name}: "):
            getattr(dlcore.nn.functional, name)(*ours, **options)
        return False
    y = getattr(dlcore.nn.functional, name)(*ours, **options)
    what = f"{name} of {[None if a is None else a.shape for a in arrays]}, {options}"
    assert y.shape == tuple(expected.shape), what
    np.testing.assert_allclose(y.detach().numpy(), expected.detach().numpy(), rtol=1e-9, atol=1e-9, err_msg=what)
    if not expected.numel():
        return True
    dy = rng.standard_normal(y.shape)
    expected.backward(torch.from_numpy(dy))
    y.backward(dlcore.from_numpy(dy))
    for a, b in zip(ours, theirs, strict=True):
        if a is not None:
            np.testing.assert_allclose(a.grad.numpy(), b.grad.numpy(), rtol=1e-9, atol=1e-9, err_msg=what)
    return True


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
@pytest.mark.parametrize("dims", [1, 2, 3])
def test_conv(dims):
    rng = np.random.default_rng(dims)
    done = 0
    for _ in range(CASES):
        kernel, stride, dilation, padding, groups, channels, size = random_sizes(rng, dims)
        if rng.random() < 0.2:
            padding = "valid" if rng.random() < 0.3 else "same"
            stride = stride if padding == "valid" else 1
        batch = () if rng.random() < 0.1 else (int(rng.integers(1, 4)),)
        x = rng.standard_normal((*batch, channels[0], *size))
        w = rng.standard_normal((channels[1], channels[0] // groups, *kernel))
        b = rng.standard_normal(channels[1]) if rng.random() < 0.7 else None
        options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
        done += check_both(f"conv{dims}d", [x, w, b], options, rng)
    assert done > CASES / 2


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_conv_transpose(dims):
    rng = np.random.default_rng(10 + dims)
    done = 0
    for _ in range(CASES):
        kernel, stride, dilation, padding, groups, channels, size = random_sizes(rng, dims)
        batch = () if rng.random() < 0.1 else (int(rng.integers(1, 4)),)
        more = tuple(int(n) for n in rng.integers(0, 3, dims)) if rng.random() < 0.5 else 0
        x = rng.standard_normal((*batch, channels[0], *size))
        w = rng.standard_normal((channels[0], channels[1] // groups, *kernel))
        b = rng.standard_normal(channels[1]) if rng.random() < 0.7 else None
        options = {"stride": stride, "padding": padding, "output_padding": more, "groups": groups, "dilation": dilation}
        done += check_both(f"conv_transpose{dims}d", [x, w, b], options, rng)
    assert done > CASES / 4
