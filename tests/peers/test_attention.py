"""Attention beside PyTorch: what PyTorch has, and the same by masks where it has not, on random shapes and options."""

import math

import dlcore
import dlcore.nn.functional as F
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is the other side of every comparison here")


def _size(rng):
    return int(rng.integers(1, 12) if rng.random() < 0.85 else rng.choice([16, 33, 70, 130]))


def _heads_outside(rng, array):
    """Lay the heads side by side in memory, as a projection leaves them, or not."""
    return np.ascontiguousarray(array.swapaxes(-2, -3)).swapaxes(-2, -3) if rng.random() < 0.4 else array


class Call:
    """A random call: arrays, and the options of both sides."""

    def __init__(self, rng):
        self.dtype = rng.choice([np.float32, np.float64])
        B, H, G = int(rng.integers(1, 4)), int(rng.integers(1, 4)), int(rng.integers(1, 4))
        self.Tq, self.Tk, D, Dv = (_size(rng) for _ in range(4))
        gqa = rng.random() < 0.3
        self.heads = H * G if gqa else H
        shapes = [(B, self.heads, self.Tq, D), (B, H, self.Tk, D), (B, H, self.Tk, Dv)]
        self.arrays = [_heads_outside(rng, rng.standard_normal(s)).astype(self.dtype) for s in shapes]
        self.ours, self.theirs = {"enable_gqa": gqa}, {"enable_gqa": gqa}
        if rng.random() < 0.3:
            # Positive, as PyTorch multiplies both sides by its root.
            self.ours["scale"] = self.theirs["scale"] = float(rng.uniform(0.05, 1))
        self.on = np.ones((B, self.heads, self.Tq, self.Tk), bool)  # what may be attended to
        self.bias = None
        self.i, self.j = np.arange(self.Tq)[:, None], np.arange(self.Tk)[None, :]

    def mask_shape(self, rng):
        full = (*self.on.shape[:2], self.Tq, self.Tk)
        shape = tuple(n if rng.random() < 0.6 else 1 for n in full)
        return shape[int(rng.integers(0, 3)) :]

    def causal(self, rng):
        self.ours["is_causal"] = self.theirs["is_causal"] = True
        self.on &= self.j <= self.i

    def boolean(self, rng):
        mask = rng.random(self.mask_shape(rng)) < 0.7
        self.ours["attn_mask"] = dlcore.from_numpy(mask)
        self.on &= mask

    def added(self, rng):
        mask = np.asarray(rng.standard_normal(self.mask_shape(rng)), self.dtype)
        self.bias = np.where(rng.random(mask.shape) < 0.2, -np.inf, mask).astype(self.dtype)
        self.on &= np.isfinite(self.bias)

    def window(self, rng):
        left, right = int(rng.integers(0, self.Tk + 1)), int(rng.integers(0, self.Tk + 1))
        self.ours["window"] = (left, right)
        self.on &= (self.j >= self.i - left) & (self.j <= self.i + right)

    def lengths(self, rng):
        lengths = rng.integers(0, self.Tk + 1, self.on.shape[0])
        self.ours["key_lengths"] = dlcore.from_numpy(lengths)
        self.on &= self.j < lengths[:, None, None, None]

    def compare(self, what):
        tolerance = 2e-4 if self.dtype == np.float32 else 1e-10
        ours = [dlcore.from_numpy(a).requires_grad_() for a in self.arrays]
        theirs = [torch.from_numpy(a).requires_grad_() for a in self.arrays]
        if self.bias is not None:
            ours.append(dlcore.from_numpy(self.bias).requires_grad_())
            theirs.append(torch.from_numpy(self.bias).requires_grad_())
            self.ours["attn_mask"] = ours[3]
        if "is_causal" not in self.theirs:
            bias = theirs[3] if self.bias is not None else torch.zeros((), dtype=theirs[0].dtype)
            self.theirs["attn_mask"] = torch.where(torch.from_numpy(self.on), bias, -math.inf)
        y = F.scaled_dot_product_attention(*ours[:3], **self.ours)
        z = torch.nn.functional.scaled_dot_product_attention(*theirs[:3], **self.theirs)
        empty = ~self.on.any(-1, keepdims=True)
        expected = np.where(empty, 0, z.detach().numpy())
        np.testing.assert_allclose(y.detach().numpy(), expected, tolerance, tolerance, err_msg=what)
        if empty.any():
            return  # where PyTorch's gradient may be NaN
        dy = np.random.default_rng(0).standard_normal(y.shape).astype(self.dtype)
        y.backward(dlcore.from_numpy(dy))
        z.backward(torch.from_numpy(dy))
        for k, (a, b) in enumerate(zip(ours, theirs, strict=True)):
            np.testing.assert_allclose(a.grad.numpy(), b.grad.numpy(), tolerance, tolerance, err_msg=f"{what}, {k}")


@pytest.mark.parametrize("seed", range(10))
def test_scaled_dot_product_attention(seed):
    rng = np.random.default_rng(seed)
    for number in range(300):
        call = Call(rng)
        options = ["causal", "boolean", "added", None][rng.integers(4)]
        if options:
            getattr(call, options)(rng)
        if options != "causal":
            for extra in ("window", "lengths"):
                if rng.random() < 0.3:
                    getattr(call, extra)(rng)
        shapes = [a.shape for a in call.arrays]
        call.compare(f"seed {seed}, call {number}: {shapes} {options} {sorted(call.ours)}")
