"""Attention of several heads against its definition, all scores at once."""

from contextlib import contextmanager

import dlcore as dl
import numpy as np
import pytest
import reference
from dlcore import nn
from dlcore.testing import gradcheck


def normal(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def parameters(module):
    return {name: value.numpy() for name, value in module.state_dict().items()}


def with_biases(module):
    """Draw the biases too, which start at zero."""
    for name, parameter in module.named_parameters():
        if parameter.ndim == 1 or "relative" in name:
            nn.init.normal_(parameter)
    return module


def attention(*args, **options):
    return with_biases(nn.MultiheadAttention(*args, batch_first=True, dtype=dl.float64, **options))


def close(actual, expected, tolerance=1e-10):
    np.testing.assert_allclose(actual.detach().numpy(), expected, tolerance, tolerance)


# Options of the layer, and the same of the reference.
OPTIONS = {
    "plain": ({}, {}),
    "no_bias": ({"bias": False}, {}),
    "relu": ({"normalization": "relu"}, {"normalization": "relu"}),
    "window": ({"window": (2, 1)}, {"window": (2, 1)}),
    "rotary": ({"rotary": True}, {"use_rotary": True}),
    "additive": ({"score": "additive"}, {}),
    "additive_relu": ({"score": "additive", "normalization": "relu"}, {"normalization": "relu"}),
    "bias_kv": ({"add_bias_kv": True}, {}),
    "zero_attn": ({"add_zero_attn": True}, {"extra_zero": True}),
}


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("lengths", [(7, 7), (1, 5), (6, 3)])
def test_options(name, lengths):
    ours, theirs = OPTIONS[name]
    layer = attention(12, 3, **ours)
    x, k, v = (normal(2, lengths[i > 0], 12, seed=i) for i in range(3))
    y, weights = layer(dl.tensor(x), dl.tensor(k), dl.tensor(v), average_attn_weights=False)
    close(y, reference.multihead_attention(parameters(layer), x, k, v, 3, **theirs))
    extra = int("bias_kv" in name or "zero" in name)
    assert weights.shape == (2, 3, lengths[0], lengths[1] + extra)
    if "relu" not in name:
        close(weights.sum(-1), 1 if "window" not in name else weights.detach().numpy().any(-1))


@pytest.mark.parametrize("shared", ["all", "key_value", "none"])
def test_one_projection_gives_what_three_give(shared):
    layer = attention(8, 2)
    x, k, v = (dl.tensor(normal(2, 5, 8, seed=i)).requires_grad_() for i in range(3))
    given = {"all": (x, x, x), "key_value": (x, k, k), "none": (x, k, v)}[shared]
    y = layer(*given, need_weights=False)[0]
    close(y, reference.multihead_attention(parameters(layer), *(a.detach().numpy() for a in given), 2))
    copies = [a.detach().clone().requires_grad_() for a in given]
    other = layer(*copies, need_weights=False)[0]
    dy = dl.tensor(normal(*y.shape, seed=9))
    ours = dl.autograd.grad(y, [layer.in_proj_weight, layer.in_proj_bias], dy)
    theirs = dl.autograd.grad(other, [layer.in_proj_weight, layer.in_proj_bias], dy)
    for a, b in zip(ours, theirs, strict=True):
        close(a, b.numpy())


def test_sizes_of_key_and_value():
    layer = attention(8, 2, kdim=5, vdim=3)
    assert layer.in_proj_weight is None
    x, k, v = normal(2, 4, 8), normal(2, 6, 5), normal(2, 6, 3)
    y, weights = layer(dl.tensor(x), dl.tensor(k), dl.tensor(v))
    close(y, reference.multihead_attention(parameters(layer), x, k, v, 2))
    assert weights.shape == (2, 4, 6)


def test_relative_bias():
    for module in (3, nn.BucketedPositionBias(2, num_buckets=8, max_distance=6, dtype=dl.float64)):
        layer = attention(8, 2, relative_bias=module)
        x = normal(2, 9, 8)
        y, weights = layer(*[dl.tensor(x)] * 3, is_causal=True)
        bias = layer.relative_bias().detach().numpy()
        own = {k: v for k, v in parameters(layer).items() if "relative" not in k}
        close(y, reference.multihead_attention(own, x, x, x, 2, relative_bias=bias, is_causal=True))
        assert (np.triu(weights.detach().numpy(), 1) == 0).all()
        y.sum().backward()
        assert (layer.relative_bias.weight.grad.numpy() != 0).any()


def test_buckets_are_exact_nearby_and_grow_like_a_logarithm():
    def bucket(distance, count, reach):  # as the paper's code says it
        n, exact = abs(distance), count // 4
        first = count // 2 if distance > 0 else 0
        if n < exact:
            return first + n
        grown = exact + int(np.log(n / exact) / np.log(reach / exact) * (count // 2 - exact))
        return first + min(grown, count // 2 - 1)

    bias = nn.BucketedPositionBias(3, num_buckets=16, max_distance=40)
    weight, table = bias.weight.detach().numpy(), bias().detach().numpy()
    for i, distance in enumerate(range(-40, 41)):
        np.testing.assert_array_equal(table[:, i], weight[bucket(distance, 16, 40)])
    one_way = nn.BucketedPositionBias(3, 8, 20, bidirectional=False)
    assert (one_way().detach().numpy()[:, 20:] == one_way.weight.detach().numpy()[0][:, None]).all()


MASKS = {
    "bool": lambda rng: {"attn_mask": rng.random((6, 5)) < 0.3},
    "float": lambda rng: {"attn_mask": np.where(rng.random((6, 5)) < 0.2, -np.inf, rng.standard_normal((6, 5)))},
    "heads": lambda rng: {"attn_mask": rng.random((6, 6, 5)) < 0.3},
    "suffix": lambda rng: {"key_padding_mask": np.arange(5) >= np.array([[5], [2], [0]])},
    "scattered": lambda rng: {"key_padding_mask": rng.random((3, 5)) < 0.4},
    "float_padding": lambda rng: {"key_padding_mask": rng.standard_normal((3, 5))},
}


@pytest.mark.parametrize("first", MASKS)
@pytest.mark.parametrize("second", MASKS)
@pytest.mark.parametrize("zero", [False, True])
def test_masks(first, second, zero):
    rng = np.random.default_rng(1)
    given = MASKS[first](rng) | MASKS[second](rng)
    layer = attention(8, 2, add_zero_attn=zero)
    x, k = normal(3, 6, 8), normal(3, 5, 8)
    y, weights = layer(dl.tensor(x), dl.tensor(k), dl.tensor(k), **{n: dl.tensor(m) for n, m in given.items()})
    added = np.zeros((3, 2, 6, 5))
    for name, mask in given.items():
        mask = np.where(mask, -np.inf, 0) if mask.dtype == bool else mask
        added = added + (
            mask[:, None, None]
            if name == "key_padding_mask"
            else mask.reshape(-1, *mask.shape[-3:])
            if mask.ndim == 2
            else mask.reshape(3, 2, 6, 5)
        )
    if zero:
        added = np.concatenate([added, np.zeros((3, 2, 6, 1))], -1)
    close(y, reference.multihead_attention(parameters(layer), x, k, k, 2, attn_mask=added, extra_zero=zero))
    attended = np.isfinite(added).any(-1)
    close(weights.sum(-1), attended.mean(1))


@pytest.mark.parametrize("options", [{"add_zero_attn": True}, {"add_bias_kv": True}])
def test_extra_keys_are_attended_to_by_causal_queries_too(options):
    layer = attention(8, 2, **options)
    x, padding = normal(2, 5, 8), np.arange(5) >= np.array([[5], [3]])
    added = np.where(np.triu(np.ones((5, 5), bool), 1) | padding[:, None, None], -np.inf, 0)
    added = np.concatenate([added, np.zeros((2, 1, 5, 1))], -1)
    y = layer(*[dl.tensor(x)] * 3, dl.tensor(padding), need_weights=False, is_causal=True)[0]
    zero = "add_zero_attn" in options
    close(y, reference.multihead_attention(parameters(layer), x, x, x, 2, attn_mask=added, extra_zero=zero))


def test_weights_are_those_that_average():
    """With values that are the identity, and no further projection, the result is the weights."""
    for options in ({}, {"score": "additive"}, {"normalization": "relu"}, {"window": (1, 2)}, {"relative_bias": 2}):
        layer = attention(6, 1, **options)
        with dl.no_grad():
            layer.in_proj_weight[12:] = dl.eye(6, dtype=dl.float64)
            layer.in_proj_bias[12:] = 0.0
            layer.out_proj.weight.copy_(dl.eye(6, dtype=dl.float64))
            layer.out_proj.bias.zero_()
        value = dl.eye(6, dtype=dl.float64).unsqueeze(0)
        padding = dl.tensor([[False] * 4 + [True] * 2])
        y, weights = layer(dl.tensor(normal(1, 6, 6)), dl.tensor(normal(1, 6, 6, seed=1)), value, padding)
        close(weights, y.detach().numpy())
        assert weights.requires_grad


def test_layouts():
    layer = attention(8, 2)
    x = dl.tensor(normal(3, 5, 8))
    time_first = nn.MultiheadAttention(8, 2, dtype=dl.float64)
    time_first.load_state_dict(layer.state_dict())
    y, weights = layer(x, x, x)
    z, same = time_first(*[x.transpose(0, 1)] * 3)
    close(z.transpose(0, 1), y.detach().numpy())
    close(same, weights.detach().numpy())
    for other in (layer, time_first):
        one, its = other(x[1], x[1], x[1])
        close(one, y.detach().numpy()[1])
        close(its, weights.detach().numpy()[1])


@contextmanager
def moved(module, values):
    """Let other tensors take the place of the parameters, in their order."""
    owners = [(module.get_submodule(path.rpartition(".")[0]), path.rpartition(".")[2], parameter)
              for path, parameter in module.named_parameters()]  # fmt: skip
    for (owner, name, _), value in zip(owners, values, strict=True):
        owner.__dict__[name] = value  # past the check that it is a Parameter
    yield
    for owner, name, parameter in owners:
        owner.__dict__[name] = parameter


def test_gradients():
    for options in ({}, {"score": "additive"}, {"rotary": True}, {"relative_bias": 1}, {"add_bias_kv": True}):
        layer = attention(4, 2, **options)
        x = dl.tensor(normal(2, 3, 4)).requires_grad_()

        def call(x, *values, layer=layer):
            with moved(layer, values):
                return layer(x, x, x)

        assert gradcheck(call, [x, *layer.parameters()])
        assert dl.testing.gradgradcheck(lambda x, layer=layer: layer(x, x, x)[0], [x])


def test_dropout_drops_weights_in_training_alone():
    layer = attention(4, 1, dropout=0.5)
    x = dl.tensor(normal(1, 200, 4))
    once, again = layer(x, x, x)[0], layer(x, x, x)[0]
    assert (once != again).any()
    layer.eval()
    close(layer(x, x, x)[0], reference.multihead_attention(parameters(layer), *[x.numpy()] * 3, 1))


@pytest.mark.parametrize(
    "options",
    [{}, {"rotary": True}, {"relative_bias": 2}, {"window": (2, 0)}, {"window": (1, 0), "relative_bias": 3},
     {"score": "additive"}, {"normalization": "relu"}, {"normalization": "relu", "window": (1, 3)}],
)  # fmt: skip
@pytest.mark.parametrize("pieces", [[1] * 9, [4, 1, 3, 1], [9]])
def test_extending_a_cache_gives_what_the_whole_sequence_gives(options, pieces):
    layer = attention(8, 2, **options)
    x = dl.tensor(normal(2, 9, 8))
    cache = nn.KeyValueCache()
    with dl.no_grad():
        whole = layer(x, x, x, is_causal=True, need_weights=False)[0]
        parts = [layer.extend(part, cache) for part in x.split(pieces, 1)]
    close(dl.cat(parts, 1), whole.numpy())
    assert len(cache) == 9


def test_a_cache_selects_and_grows():
    cache = nn.KeyValueCache()
    k = dl.tensor(normal(3, 2, 70, 4))
    with dl.no_grad():
        for i in range(70):
            cache.append(k[:, :, i : i + 1], -k[:, :, i : i + 1])
        cache.select(dl.tensor([2, 0, 0, 1]))
        keys, values = cache.append(*[dl.zeros(4, 2, 1, 4, dtype=dl.float64)] * 2)
    np.testing.assert_array_equal(keys[:, :, :70].numpy(), k.numpy()[[2, 0, 0, 1]])
    np.testing.assert_array_equal(values[:, :, :70].numpy(), -k.numpy()[[2, 0, 0, 1]])
    x = dl.zeros(1, 1, 1, 4, requires_grad=True)
    with pytest.raises(RuntimeError, match="KeyValueCache: expected to be used under no_grad, got keys that require"):
        nn.KeyValueCache().append(x, x)


def test_first_values():
    layer = nn.MultiheadAttention(64, 4, add_bias_kv=True)
    weight = layer.in_proj_weight.detach().numpy()
    bound = np.sqrt(6 / (64 + 192))
    assert bound * 0.98 < abs(weight).max() <= bound
    assert (layer.in_proj_bias.detach().numpy() == 0).all()
    assert (layer.out_proj.bias.detach().numpy() == 0).all()
    assert layer.bias_k.shape == (1, 1, 64)
    assert layer.bias_k.detach().numpy().std() == pytest.approx(np.sqrt(2 / 128), rel=0.4)
    assert repr(layer).startswith("MultiheadAttention(\n  embed_dim=64, num_heads=4, batch_first=False\n")


ERRORS = [
    (lambda: nn.MultiheadAttention(8, 3), "MultiheadAttention: num_heads expected to divide embed_dim 8, got 3"),
    (lambda: nn.MultiheadAttention(8, 2, 1.5),
     r"MultiheadAttention: dropout expected a probability in \[0, 1\], got 1.5"),
    (lambda: nn.MultiheadAttention(8, 2, score="cosine"),
     "MultiheadAttention: score expected 'dot' or 'additive', got 'cosine'"),
    (lambda: nn.MultiheadAttention(8, 2, normalization="max"),
     "MultiheadAttention: normalization expected 'softmax' or 'relu', got 'max'"),
    (lambda: nn.MultiheadAttention(8, 2, add_zero_attn=True, rotary=True),
     "MultiheadAttention: window, relative_bias and rotary expected without add_bias_kv and add_zero_attn, whose keys"),
    (lambda: nn.MultiheadAttention(8, 2)(*[dl.zeros(2, 3, 7)] * 3),
     r"MultiheadAttention: query expected \(N, T, 8\) or \(T, 8\), got shape \(2, 3, 7\)"),
    (lambda: nn.MultiheadAttention(8, 2)(dl.zeros(2, 3, 8), dl.zeros(2, 2, 8), dl.zeros(2, 3, 8)),
     "MultiheadAttention: key expected 3 dimensions, the last of size 8, and the others to fit"),
    (lambda: nn.MultiheadAttention(8, 2)(*[dl.zeros(4, 3, 8)] * 3, attn_mask=dl.zeros(3, 4)),
     r"MultiheadAttention: attn_mask expected shape \(4, 4\) or \(6, 4, 4\), got \(3, 4\)"),
    (lambda: nn.MultiheadAttention(8, 2)(*[dl.zeros(4, 3, 8)] * 3, dl.zeros(4, 3)),
     r"MultiheadAttention: key_padding_mask expected shape \(3, 4\), got \(4, 3\)"),
    (lambda: nn.RelativePositionBias(2, -1), "RelativePositionBias: max_distance expected at least 0, got -1"),
    (lambda: nn.BucketedPositionBias(2, 7),
     "BucketedPositionBias: num_buckets expected an even number, at least 4, got 7"),
    (lambda: nn.BucketedPositionBias(2, 32, 8),
     "BucketedPositionBias: max_distance expected to exceed the 8 exact distances, got 8"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "text"), ERRORS, ids=[text[:60] for _, text in ERRORS])
def test_errors(call, text):
    with pytest.raises(ValueError, match=text):
        call()


def test_masks_of_another_dtype_are_an_error():
    layer = nn.MultiheadAttention(8, 2)
    x = dl.zeros(4, 3, 8)
    with pytest.raises(TypeError, match=r"attn_mask expected bool or floating, got dlcore\.int64"):
        layer(x, x, x, attn_mask=dl.zeros(4, 4, dtype=dl.int64))
    with pytest.raises(TypeError, match=r"key_padding_mask expected bool or floating, got dlcore\.int64"):
        layer(x, x, x, dl.zeros(3, 4, dtype=dl.int64))
