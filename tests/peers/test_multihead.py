"""Attention of several heads and transformers beside PyTorch, which gets and gives the same state."""

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn

torch = pytest.importorskip("torch", reason="PyTorch is the other side of every comparison here")
# PyTorch says that padding goes another way than nested tensors.
pytestmark = pytest.mark.filterwarnings("ignore:enable_nested_tensor:UserWarning")


def close(a, b, what=""):
    np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), 1e-9, 1e-9, err_msg=what)


def tensors(array):
    array = np.asarray(array)
    if array.dtype != np.float64:
        return dl.from_numpy(array), torch.from_numpy(array)
    return dl.from_numpy(array).requires_grad_(), torch.from_numpy(array.copy()).requires_grad_()


def same_state(ours, theirs):
    """Give our module PyTorch's state, of which every name and shape has to fit."""
    for name, parameter in theirs.named_parameters():
        if parameter.ndim == 1 or "bias" in name:
            torch.nn.init.normal_(parameter)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    ours.load_state_dict({name: dl.from_numpy(value.numpy()) for name, value in theirs.state_dict().items()})


def compare(ours, theirs, arrays, call, seed=5):
    """Compare results, and gradients of inputs and parameters."""
    same_state(ours, theirs)
    pairs = [tensors(a) for a in arrays]
    y, z = call(ours, *(p[0] for p in pairs)), call(theirs, *(p[1] for p in pairs))
    close(y, z)
    dy = np.random.default_rng(seed).standard_normal(y.shape)
    y.backward(dl.from_numpy(dy))
    z.backward(torch.from_numpy(dy))
    for a, b in pairs:
        if a.requires_grad:
            close(a.grad, b.grad, "an input's gradient")
    for (name, a), b in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        close(a.grad, b.grad, name)


def both(name, *args, **kwargs):
    theirs = getattr(torch.nn, name)(*args, **kwargs, dtype=torch.float64)
    return getattr(nn, name)(*args, **kwargs, dtype=dl.float64), theirs


@pytest.mark.parametrize("seed", range(40))
def test_multihead_attention(seed):
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    H, N, T, S = (int(rng.integers(1, 5)) for _ in range(4))
    E = H * int(rng.integers(1, 5))
    first, own = bool(rng.random() < 0.5), bool(rng.random() < 0.5)
    sizes = {"kdim": 3, "vdim": 5} if rng.random() < 0.3 else {}
    options = {name: bool(rng.random() < 0.4) for name in ("bias", "add_bias_kv", "add_zero_attn")}
    ours, theirs = both("MultiheadAttention", E, H, batch_first=first, **options, **sizes)
    own = own and not sizes
    S = T if own else S

    def shape(t, size):
        return (N, t, size) if first else (t, N, size)

    arrays = [rng.standard_normal(shape(T, E))]
    if not own:
        arrays += [rng.standard_normal(shape(S, sizes.get(k, E))) for k in ("kdim", "vdim")]
    masks = {}
    if rng.random() < 0.5:
        mask = rng.random((T, S) if rng.random() < 0.5 else (N * H, T, S)) < 0.4
        mask[..., 0] = False  # PyTorch gives NaN to queries without keys
        masks["attn_mask"] = mask
    if rng.random() < 0.5:
        mask = rng.random((N, S)) < 0.4
        mask[:, 0] = False
        masks["key_padding_mask"] = mask
    if rng.random() < 0.3:  # added instead
        masks = {name: np.where(mask, -np.inf, 0.5) for name, mask in masks.items()}
    average, weights = bool(rng.random() < 0.5), bool(rng.random() < 0.5)

    def call(module, *inputs):
        given = inputs * 3 if own else inputs
        lib = dl if module is ours else torch
        to = {name: lib.from_numpy(mask) for name, mask in masks.items()}
        y, w = module(*given, need_weights=weights, average_attn_weights=average, **to)
        return y.sum(0).sum(0).sum() + (w * w).sum() if weights and y.ndim == 3 else y

    compare(ours, theirs, arrays, call)
    ours_w, theirs_w = (m(*(t[i] for t in [tensors(a) for a in (arrays * 3 if own else arrays)]))[1]
                        for i, m in enumerate((ours, theirs)))  # fmt: skip
    close(ours_w, theirs_w)


@pytest.mark.parametrize("mode", ["train", "eval"])
@pytest.mark.parametrize("norm_first", [False, True])
@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize(("activation", "bias"), [("relu", True), ("gelu", True), ("relu", False)])
def test_layers(mode, norm_first, batch_first, activation, bias):
    options = {"dropout": 0.0, "norm_first": norm_first, "batch_first": batch_first, "activation": activation,
               "bias": bias}  # fmt: skip
    rng = np.random.default_rng(0)
    x, memory = rng.standard_normal((2, 5, 8)), rng.standard_normal((2, 5, 8))
    T, N = (5, 2) if batch_first else (2, 5)
    causal = np.triu(np.ones((T, T), bool), 1)
    padding = np.arange(T) >= rng.integers(1, T + 1, N)[:, None]

    def lib(module):
        return dl if isinstance(module, nn.Module) else torch

    ours, theirs = both("TransformerEncoderLayer", 8, 2, 16, **options)
    getattr(ours, mode)(), getattr(theirs, mode)()
    compare(ours, theirs, [x], lambda module, x: module(x, lib(module).from_numpy(causal), is_causal=True))
    compare(ours, theirs, [x], lambda m, x: m(x, src_key_padding_mask=lib(m).from_numpy(padding)))
    ours, theirs = both("TransformerDecoderLayer", 8, 2, 16, **options)
    getattr(ours, mode)(), getattr(theirs, mode)()
    compare(ours, theirs, [x, memory], lambda m, x, y: m(x, y, tgt_mask=lib(m).from_numpy(causal), tgt_is_causal=True,
            memory_key_padding_mask=lib(m).from_numpy(padding)))  # fmt: skip


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("norm_first", [False, True])
def test_transformer(batch_first, norm_first):
    ours, theirs = both("Transformer", 8, 2, 2, 2, 16, dropout=0.0, batch_first=batch_first, norm_first=norm_first)
    rng = np.random.default_rng(0)
    src, tgt = rng.standard_normal((3, 5, 8)), rng.standard_normal((3, 4, 8))
    if not batch_first:
        src, tgt = np.ascontiguousarray(src.swapaxes(0, 1)), np.ascontiguousarray(tgt.swapaxes(0, 1))
    padding = np.arange(5) >= np.array([[5], [3], [1]])

    def call(module, src, tgt):
        lib = dl if module is ours else torch
        mask = type(module).generate_square_subsequent_mask(4, dtype=lib.float64)
        pads = {name: lib.from_numpy(padding) for name in ("src_key_padding_mask", "memory_key_padding_mask")}
        return module(src, tgt, tgt_mask=mask, **pads)

    compare(ours, theirs, [src, tgt], call)


def test_first_values_are_distributed_alike():
    """Deviation and range of every parameter, over many elements."""
    for name, args in (("MultiheadAttention", (64, 4)), ("TransformerEncoderLayer", (64, 4, 256)),
                       ("Transformer", (64, 4, 1, 1, 128))):  # fmt: skip
        ours, theirs = both(name, *args)
        for (path, a), b in zip(ours.named_parameters(), theirs.parameters(), strict=True):
            a, b = a.detach().numpy(), b.detach().numpy()
            assert a.std() == pytest.approx(b.std(), rel=0.35), path
            assert abs(a).max() == pytest.approx(abs(b).max(), rel=0.1), path
