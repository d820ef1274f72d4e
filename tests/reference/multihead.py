"""Attention of several heads and the layers of a transformer, all scores at once, from parameters by their names."""

import numpy as np

from .attention import additive_attention, scaled_dot_product_attention


def _split(x, heads):
    return x.reshape(*x.shape[:-1], heads, -1).swapaxes(-2, -3)


def rotary(x, base=10000.0):
    """Return pairs of features (..., T, D) rotated by position / base^(2 i / D)."""
    T, D = x.shape[-2:]
    angles = np.arange(T)[:, None] * base ** (-np.arange(0, D, 2) / D)
    turned = (x[..., 0::2] + 1j * x[..., 1::2]) * np.exp(1j * angles)
    y = np.empty_like(x)
    y[..., 0::2], y[..., 1::2] = turned.real, turned.imag
    return y


def multihead_attention(p, query, key, value, heads, *, prefix="", use_rotary=False, extra_zero=False, **options):
    """Return the result (N, T, E) for parameters `p`; options as in scaled_dot_product_attention."""
    p = {name.removeprefix(prefix): np.asarray(x, float) for name, x in p.items() if name.startswith(prefix)}
    E = query.shape[-1]
    if "in_proj_weight" in p:
        weights = np.split(p["in_proj_weight"], 3)
    else:
        weights = [p[f"{name}_proj_weight"] for name in "qkv"]
    biases = np.split(p.get("in_proj_bias", np.zeros(3 * E)), 3)
    q, k, v = (x @ w.T + b for x, w, b in zip((query, key, value), weights, biases, strict=True))
    if "bias_k" in p:
        k = np.concatenate([k, np.broadcast_to(p["bias_k"], (len(k), 1, E))], 1)
        v = np.concatenate([v, np.broadcast_to(p["bias_v"], (len(v), 1, E))], 1)
    if extra_zero:
        k, v = (np.concatenate([x, np.zeros((len(x), 1, E))], 1) for x in (k, v))
    q, k, v = (_split(x, heads) for x in (q, k, v))
    if use_rotary:
        q, k = rotary(q), rotary(k)
    if "score_weight" in p:
        y = additive_attention(q, k, v, p["score_weight"], **options)
    else:
        y = scaled_dot_product_attention(q, k, v, **options)
    return y.swapaxes(1, 2).reshape(*query.shape[:2], E) @ p["out_proj.weight"].T + p.get("out_proj.bias", 0)


def _norm(p, name, x, eps=1e-5):
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + eps) * p[f"{name}.weight"] + p[f"{name}.bias"]


def _feed_forward(p, x):
    hidden = np.maximum(x @ p["linear1.weight"].T + p["linear1.bias"], 0)
    return hidden @ p["linear2.weight"].T + p["linear2.bias"]


def _sublayers(p, x, blocks, norm_first):
    for number, block in enumerate(blocks, 1):
        x = x + block(_norm(p, f"norm{number}", x)) if norm_first else _norm(p, f"norm{number}", x + block(x))
    return x


def transformer_encoder_layer(p, x, heads, norm_first=False, **options):
    """Return the layer's result for x (N, T, E), with ReLU."""

    def attend(x):
        return multihead_attention(p, x, x, x, heads, prefix="self_attn.", **options)

    return _sublayers(p, x, [attend, lambda x: _feed_forward(p, x)], norm_first)


def transformer_decoder_layer(p, x, memory, heads, norm_first=False, memory_lengths=None):
    """Return the causal layer's result for x (N, T, E), with ReLU."""

    def attend(x):
        return multihead_attention(p, x, x, x, heads, prefix="self_attn.", is_causal=True)

    def recall(x):
        return multihead_attention(p, x, memory, memory, heads, prefix="multihead_attn.", key_lengths=memory_lengths)

    return _sublayers(p, x, [attend, recall, lambda x: _feed_forward(p, x)], norm_first)
