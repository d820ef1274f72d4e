"""Models as their papers write them, from the arrays of their state by name."""

import itertools

import numpy as np

from .activations import relu
from .convolution import conv2d
from .multihead import multihead_attention
from .normalization import batch_norm
from .pooling import avg_pool, max_pool
from .recurrence import recurrent_step


def mlp(x, weights, biases):
    """Return W_n relu(... relu(W_1 x + b_1)) + b_n."""
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        x = relu(x @ w.T + b)
    return x @ weights[-1].T + biases[-1]


def lenet(x, state):
    """Return LeNet-5's answer: convolution, tanh, means of 2 x 2, the same again, two layers with tanh, one without."""
    x = avg_pool(2, np.tanh(conv2d(x, state["conv1.weight"], state["conv1.bias"], padding=2)), 2)
    x = avg_pool(2, np.tanh(conv2d(x, state["conv2.weight"], state["conv2.bias"])), 2).reshape(len(x), -1)
    for name in ("fc1", "fc2"):
        x = np.tanh(x @ state[f"{name}.weight"].T + state[f"{name}.bias"])
    return x @ state["fc3.weight"].T + state["fc3.bias"]


def _norm(x, state, name, training):
    running = (state[f"{name}.running_mean"], state[f"{name}.running_var"])
    return batch_norm(x, *running, state[f"{name}.weight"], state[f"{name}.bias"], training=training)


def residual_block(x, state, prefix, stride, training, groups=1):
    """Return relu(x + F(x)); F is two 3 x 3 convolutions, or of 1 x 1, 3 x 3 (with the stride) and 1 x 1."""
    deep = f"{prefix}.conv3.weight" in state
    y = x
    for i in (1, 2, 3) if deep else (1, 2):
        w = state[f"{prefix}.conv{i}.weight"]
        strided, spread = i == (2 if deep else 1), deep and i == 2
        options = {"padding": w.shape[2] // 2, "groups": groups if spread else 1, "stride": stride if strided else 1}
        y = _norm(conv2d(y, w, **options), state, f"{prefix}.bn{i}", training)
        if i < (3 if deep else 2):
            y = relu(y)
    if f"{prefix}.downsample.0.weight" in state:
        x = conv2d(x, state[f"{prefix}.downsample.0.weight"], stride=stride)
        x = _norm(x, state, f"{prefix}.downsample.1", training)
    return relu(x + y)


def resnet(x, state, layers, stem, training, groups=1):
    """Return a residual network's answer: stem, stages of blocks, mean over pixels, a linear layer."""
    w = state["conv1.weight"]
    x = relu(_norm(conv2d(x, w, padding=w.shape[2] // 2, stride=1 if stem == "small" else 2), state, "bn1", training))
    if stem == "large":
        x = max_pool(2, x, 3, 2, 1)
    for stage, count in enumerate(layers, start=1):
        for block in range(count):
            stride = 2 if stage > 1 and block == 0 else 1
            x = residual_block(x, state, f"layer{stage}.{block}", stride, training, groups)
    return x.mean((2, 3)) @ state["fc.weight"].T + state["fc.bias"]


def resnet_parameters(deep, layers, num_classes, in_channels, channels, kernel):
    """Return how many parameters it has, counted layer by layer."""
    expansion = 4 if deep else 1
    total = in_channels * channels * kernel**2 + 2 * channels
    inputs = channels
    for stage, block in itertools.chain.from_iterable([(i, j) for j in range(n)] for i, n in enumerate(layers)):
        planes = channels * 2**stage
        outputs = planes * expansion
        sizes = [(inputs, planes, 1), (planes, planes, 9), (planes, outputs, 1)]
        if not deep:
            sizes = [(inputs, planes, 9), (planes, planes, 9)]
        if inputs != outputs or (stage > 0 and block == 0):
            sizes.append((inputs, outputs, 1))
        total += sum(a * b * taps + 2 * b for a, b, taps in sizes)
        inputs = outputs
    return total + inputs * num_classes + num_classes


def _lstm(x, state, name, h, c):
    """Return the states (T, D) of one layer and direction for x (T, ...), and the last h and c."""
    suffix = name.rpartition(".")[2]
    prefix = name.removesuffix(suffix)
    kinds = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    w_ih, w_hh, b_ih, b_hh = (state[f"{prefix}{kind}_{suffix}"] for kind in kinds)
    ys = []
    for one in x:
        h, c = recurrent_step("LSTM", w_ih @ one + b_ih, h, c, w_hh, b_hh)
        ys.append(h)
    return np.array(ys), h, c


def seq2seq_lstm(src, tgt, state, heads=1):
    """Return the scores (T, V) of what follows each token of a target, by LSTMs with attention (Luong et al., 2015)."""
    D = state["combination.weight"].shape[0]
    layers = sum(name.startswith("decoder.weight_ih") for name in state)
    memory = np.sqrt(D) * state["src_embedding.embedding.weight"][src]
    first = []
    for layer in range(layers):
        zero = np.zeros(D // 2)
        ahead, h, c = _lstm(memory, state, f"encoder.l{layer}", zero, zero)
        back, h_back, c_back = _lstm(memory[::-1], state, f"encoder.l{layer}_reverse", zero, zero)
        memory = np.concatenate([ahead, back[::-1]], 1)
        first.append((np.concatenate([h, h_back]), np.concatenate([c, c_back])))
    states = np.sqrt(D) * state["tgt_embedding.embedding.weight"][tgt]
    for layer in range(layers):
        states, _, _ = _lstm(states, state, f"decoder.l{layer}", *first[layer])
    context = multihead_attention(state, states[None], memory[None], memory[None], heads, prefix="attention.")[0]
    both = np.concatenate([context, states], 1)
    hidden = np.tanh(both @ state["combination.weight"].T + state["combination.bias"])
    return hidden @ state["output.weight"].T + state["output.bias"]
