"""Normalizations beside PyTorch's, over random shapes and options: values, gradients, running statistics."""

import dlcore
import numpy as np
import pytest
from dlcore import nn

torch = pytest.importorskip("torch", reason="PyTorch is not installed; it is a peer, not a requirement of the tests")
rng = np.random.default_rng(0)


def shape_of(least_dims):
    """Draw a shape (N, C, ...)."""
    dims = int(rng.integers(least_dims - 2, 4))
    positions = rng.integers(1, (30, 30, 15, 8)[dims], dims)
    return (int(rng.integers(2, 7)), int(rng.choice([1, 2, 3, 4, 6, 8, 70])), *map(int, positions))


def drawn(shape, parameters):
    """Draw an input, a weight and a bias of another shape; the latter are left out at times."""
    arrays = {"input": rng.standard_normal(shape) * 2 + 1}
    for name in ("weight", "bias"):
        if rng.random() < 0.7:
            arrays[name] = rng.standard_normal(parameters)
    return arrays


def same(name, arrays, our_options=None, **options):
    """Hold values and gradients of a function to PyTorch's; all arguments by keyword."""
    ours = {key: dlcore.tensor(a).requires_grad_() for key, a in arrays.items()}
    theirs = {key: torch.tensor(a, requires_grad=True) for key, a in arrays.items()}
    y = getattr(nn.functional, name)(**ours, **(our_options or options))
    z = getattr(torch.nn.functional, name)(**theirs, **options)
    np.testing.assert_allclose(y.detach().numpy(), z.detach().numpy(), rtol=1e-7, atol=1e-9)
    dy = rng.standard_normal(y.shape)
    y.backward(dlcore.tensor(dy))
    z.backward(torch.tensor(dy))
    for key, a in ours.items():
        np.testing.assert_allclose(a.grad.numpy(), theirs[key].grad.numpy(), rtol=1e-6, atol=1e-8)


def same_with_statistics(name, shape, **options):
    """Do the same, and hold the running statistics to PyTorch's."""
    C = shape[1]
    statistics = {"running_mean": rng.standard_normal(C), "running_var": rng.uniform(0.5, 2, C)}
    ours = {key: dlcore.tensor(a) for key, a in statistics.items()}
    theirs = {key: torch.tensor(a) for key, a in statistics.items()}
    options["eps"] = 0.01
    same(name, drawn(shape, C), ours | options, **theirs, **options)
    for key, a in ours.items():
        np.testing.assert_allclose(a.numpy(), theirs[key].numpy(), rtol=1e-9)


def test_batch_norm():
    for i in range(2000):
        same_with_statistics("batch_norm", shape_of(2), training=i % 2 == 0, momentum=float(rng.random()))


def test_instance_norm():
    for i in range(1500):
        shape = shape_of(3)
        if np.prod(shape[2:]) > 1:
            same_with_statistics("instance_norm", shape, use_input_stats=i % 2 == 0, momentum=0.3)


def test_group_norm():
    for _ in range(1500):
        shape = shape_of(2)
        C = shape[1]
        arrays = drawn(shape, C)
        if "weight" not in arrays:
            arrays.pop("bias", None)  # PyTorch 2.13 has no gradient for a bias without a weight
        same("group_norm", arrays, num_groups=int(rng.choice([g for g in range(1, C + 1) if C % g == 0])), eps=0.01)


def test_layer_norm_and_rms_norm():
    for _ in range(1500):
        shape = shape_of(3)
        last = shape[int(rng.integers(1, len(shape))) :]
        arrays = drawn(shape, last)
        same("layer_norm", arrays, normalized_shape=last, eps=0.01)
        arrays.pop("bias", None)
        same("rms_norm", arrays, normalized_shape=last, eps=None if rng.random() < 0.5 else 0.01)


def test_local_response_norm():
    for _ in range(500):
        options = {"alpha": float(rng.random()), "beta": float(rng.uniform(0.2, 2)), "k": float(rng.uniform(0.5, 2))}
        same(
            "local_response_norm",
            {"input": rng.standard_normal(shape_of(3))},
            size=int(rng.integers(1, 9)),
            **options,
        )


def test_normalize_and_cosine_similarity():
    for _ in range(600):
        shape = shape_of(2)
        dim = int(rng.integers(-len(shape), len(shape)))
        x = rng.standard_normal(shape)
        p, eps = float(rng.choice([1, 2, 3.5])), float(rng.choice([1e-12, 2]))
        same("normalize", {"input": x}, p=p, dim=dim, eps=eps)
        other = rng.standard_normal(tuple(n if rng.random() < 0.7 else 1 for n in shape))
        same("cosine_similarity", {"x1": x, "x2": other}, dim=dim)
