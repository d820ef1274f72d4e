"""Operations of attention, transformers, graphs and recurrent layers against counts by hand."""

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn
from dlcore.models import (
    CausalLanguageModel,
    LagModel,
    PiecewiseCurve,
    RecurrentClassifier,
    SelfAttentionClassifier,
    VisionTransformer,
)
from dlcore.nn.utils.rnn import pack_padded_sequence

SOFTMAX = 5  # largest, difference, exponential, sum, quotient


def total(model, *inputs, **kwargs):
    """Return the operations of a call with those of all modules inside; all of them are known."""
    result = nn.summary(model, *inputs, **kwargs)
    assert result.uncounted == []
    return result.flops


def product(rows, inputs, outputs):
    """Count what a matrix product takes: for each output a sum of `inputs` products."""
    return 2 * rows * inputs * outputs


# ---- Attention: N = 2, T = 5 queries, E = 6 in H = 3 heads of D = 2 ----

N, T, E, H, D = 2, 5, 6, 3, 2
PROJECTIONS = product(N * T, E, 3 * E) + product(N * T, E, E)
PAIR = 2 * D + SOFTMAX + 2 * D


def self_attention(**options):
    kwargs = {name: options.pop(name) for name in ("is_causal", "key_padding_mask", "attn_mask") if name in options}
    layer, x = nn.MultiheadAttention(E, H, batch_first=True, **options), dl.rand(N, T, E)
    return total(layer, x, x, x, need_weights=False, **kwargs)


def pairs(allowed):
    """Count the pairs (query, key) that are looked at, one by one, over heads and a batch."""
    return N * H * sum(allowed(i, j) for i in range(T) for j in range(T))


def test_attention():
    assert self_attention() == PROJECTIONS + N * H * T * T * PAIR
    assert self_attention(is_causal=True) == PROJECTIONS + pairs(lambda i, j: j <= i) * PAIR
    assert self_attention(window=(1, 2)) == PROJECTIONS + pairs(lambda i, j: i - 1 <= j <= i + 2) * PAIR
    both = pairs(lambda i, j: i - 1 <= j <= i)
    assert self_attention(window=(1, 2), is_causal=True) == PROJECTIONS + both * PAIR
    padding = nn.padding_mask([5, 2], T)
    assert self_attention(key_padding_mask=padding) == PROJECTIONS + H * T * (5 + 2) * PAIR
    # Any mask is looked at pair by pair; a floating one is added.
    mask = dl.zeros(T, T)
    assert self_attention(attn_mask=mask.bool()) == PROJECTIONS + N * H * T * T * PAIR
    assert self_attention(attn_mask=mask) == PROJECTIONS + N * H * T * T * (PAIR + 1)


def test_kinds_of_attention():
    all_pairs = N * H * T * T
    assert self_attention(normalization="relu") == PROJECTIONS + all_pairs * (2 * D + 2 + 2 * D)
    # Sum and tanh of D numbers, then a product with a vector.
    assert self_attention(score="additive") == PROJECTIONS + all_pairs * (D + D + 2 * D + SOFTMAX + 2 * D)
    assert self_attention(relative_bias=3) == PROJECTIONS + all_pairs * (PAIR + 1)
    # Queries and keys are rotated: of each pair of numbers four products and two sums.
    assert self_attention(rotary=True) == PROJECTIONS + all_pairs * PAIR + 2 * (N * T * E // 2) * 6
    extra = N * H * T * (T + 2) * PAIR
    assert self_attention(add_bias_kv=True, add_zero_attn=True) == PROJECTIONS + extra


def test_attention_to_others_with_weights():
    layer = nn.MultiheadAttention(E, H, kdim=4, vdim=7)  # (T, N, E)
    query, key, value = dl.rand(T, N, E), dl.rand(3, N, 4), dl.rand(3, N, 7)
    projections = product(N * T, E, E) + product(N * 3, 4, E) + product(N * 3, 7, E) + product(N * T, E, E)
    all_pairs = N * H * T * 3
    assert total(layer, query, key, value, need_weights=False) == projections + all_pairs * PAIR
    # The weights are computed once more, and averaged over heads.
    weights = all_pairs * (2 * D + SOFTMAX)
    assert total(layer, query, key, value) == projections + all_pairs * PAIR + weights + all_pairs
    each = total(layer, query, key, value, average_attn_weights=False)
    assert each == projections + all_pairs * PAIR + weights
    one = nn.flops(layer, (query[:, 0], key[:, 0], value[:, 0], None, False), (query[:, 0], None))
    assert N * one == projections - product(N * T, E, E) + all_pairs * PAIR  # without that of the module inside


# ---- Layers of transformers ----


def norms(count, numbers):
    return count * 7 * numbers  # mean 1, difference 1, variance 2, quotient 1, times the weight, plus the bias


@pytest.mark.parametrize("norm_first", [False, True])
def test_encoder_layer(norm_first):
    numbers = N * T * E
    network = product(N * T, E, 16) + N * T * 16 + product(N * T, 16, E)
    expected = PROJECTIONS + N * H * T * T * PAIR + network + 2 * numbers + norms(2, numbers)
    for activation in ("relu", "gelu", dl.cos, nn.Softsign()):  # in the product, called, a module
        layer = nn.TransformerEncoderLayer(E, H, 16, activation=activation, norm_first=norm_first, batch_first=True)
        result = nn.summary(layer, (N, T, E))
        assert result.flops == expected
        assert result.uncalled == []


def test_transformer():
    S = 4
    model = nn.Transformer(E, H, 2, 1, 16, batch_first=True)
    network = product(1, E, 16) + 16 + product(1, 16, E)  # of one position
    encoder = product(N * S, E, 4 * E) + N * H * S * S * PAIR + N * S * network + 2 * N * S * E + norms(2, N * S * E)
    causal = N * H * (T * (T + 1) // 2) * PAIR
    own = product(N * T, E, 4 * E) + causal
    to_memory = product(N * T, E, 2 * E) + product(N * S, E, 2 * E) + N * H * T * S * PAIR
    decoder = own + to_memory + N * T * network + 3 * N * T * E + norms(3, N * T * E)
    last = norms(1, N * S * E) + norms(1, N * T * E)
    result = nn.summary(model, (N, S, E), (N, T, E), tgt_is_causal=True)
    assert result.flops == 2 * encoder + decoder + last
    assert result.uncounted == []
    assert result.uncalled == []
    rows = result.table(depth=2)
    for line in (
        "├─ encoder: TransformerEncoder ",
        "│  ├─ layers.1: TransformerEncoderLayer ",
        "   └─ norm: LayerNorm ",
    ):
        assert f"\n{line}" in rows
    assert "self_attn" not in rows
    assert "linear1: Linear" in result.table()


def test_image_attention():
    pixels, heads, dim = 4 * 3, 2, 5
    all_pairs = N * heads * pixels * pixels
    out = product(N * pixels, heads * dim, 7)
    layer = nn.ImageAttention(6, 7, heads, dim)
    scores = 2 * dim + 1  # and the distance's number
    expected = product(N * pixels, 6, 3 * heads * dim) + all_pairs * (scores + SOFTMAX + 2 * dim) + out
    assert total(layer, (N, 6, 4, 3)) == expected
    by_distance = nn.ImageAttention(6, 7, heads, dim, content=False)
    expected = product(N * pixels, 6, heads * dim) + all_pairs * (SOFTMAX + 2 * dim) + out
    assert total(by_distance, (N, 6, 4, 3)) == expected


def test_positions():
    for layer in (nn.SinusoidalPositionalEncoding(E), nn.LearnedPositionalEncoding(E, 9)):
        assert total(layer, (N, T, E)) == N * T * E
    assert total(nn.RotaryEmbedding(E), (N, T, E)) == 6 * (N * T * E // 2)
    assert total(nn.BucketedPositionBias(H)) == total(nn.RelativePositionBias2d(H, 2), 3, 4) == 0


# ---- Graphs: 4 nodes, 5 edges of which one is a loop: with a loop at each node 8 ----

NODES, IN, OUT, HEADS = 4, 3, 2, 3
EDGES = [[0, 1, 2, 3, 1], [1, 0, 1, 2, 1]]
GRAPH, LOOPED = 5, 8


def test_graph_convolution():
    graph, x = nn.Graph.from_edges(EDGES), dl.rand(NODES, IN)
    linear, bias = product(NODES, IN, OUT), NODES * OUT
    assert total(nn.GCNConv(IN, OUT), x, graph) == linear + 2 * LOOPED * OUT + bias
    # Without weights, sums alone.
    assert total(nn.GCNConv(IN, OUT, normalize=False, bias=False), x, graph) == linear + GRAPH * OUT
    both = 2 * linear + NODES * OUT
    assert total(nn.GraphConv(IN, OUT), x, graph) == both + GRAPH * IN
    assert total(nn.GraphConv(IN, OUT, "mean"), x, graph) == both + GRAPH * IN + NODES * IN
    weighted = nn.Graph.from_edges(EDGES, edge_weight=dl.rand(GRAPH))
    assert total(nn.GraphConv(IN, OUT), x, weighted) == both + 2 * GRAPH * IN


@pytest.mark.parametrize("concat", [True, False])
def test_graph_attention(concat):
    graph, x = nn.Graph.from_edges(EDGES), dl.rand(NODES, IN)
    linear = product(NODES, IN, HEADS * OUT)
    average = LOOPED * HEADS * (SOFTMAX + 2 * OUT)
    end = NODES * HEADS * OUT if concat else NODES * HEADS * OUT + NODES * OUT  # the bias, or the mean of heads and it
    # Products with a vector at both ends; their sum and the leaky ReLU for each edge.
    scores = 2 * NODES * HEADS * 2 * OUT + LOOPED * HEADS * 2
    layer = nn.GATConv(IN, OUT, HEADS, concat)
    assert total(layer, x, graph) == linear + scores + average + end
    with_weights = total(layer, x, graph, return_attention_weights=True)
    assert with_weights == linear + scores + average + end + LOOPED * HEADS * SOFTMAX
    # Sum, leaky ReLU and product with a vector for each edge.
    scores = LOOPED * HEADS * (OUT + OUT + 2 * OUT)
    assert total(nn.GATv2Conv(IN, OUT, HEADS, concat), x, graph) == 2 * linear + scores + average + end
    bare = nn.GATv2Conv(IN, OUT, HEADS, concat, add_self_loops=False, bias=False, share_weights=True)
    mean = 0 if concat else NODES * HEADS * OUT
    edges = GRAPH * HEADS * (4 * OUT + SOFTMAX + 2 * OUT)
    assert total(bare, x, graph) == linear + edges + mean


# ---- Recurrence: sums of what x and h give, functions, the next state; for each feature of the state ----

NEXT_STATE = {
    "RNN": 1 + 1,
    "LSTM": 4 + 4 + 3 + 2,  # f c + i g, then o tanh(c)
    "GRU": 3 + 3 + 1 + 4,  # the reset, then (1 - z) n + z h
}
GATES = {"RNN": 1, "LSTM": 4, "GRU": 3}


def recurrent_step(kind, features, hidden):
    gates = product(1, features, GATES[kind] * hidden) + product(1, hidden, GATES[kind] * hidden)
    return gates + NEXT_STATE[kind] * hidden


@pytest.mark.parametrize("kind", NEXT_STATE)
def test_recurrent_layers(kind):
    layer = getattr(nn, kind)(3, 5)
    one = recurrent_step(kind, 3, 5)
    assert total(layer, (7, 2, 3)) == 14 * one
    assert total(layer, (7, 3)) == 7 * one
    assert total(getattr(nn, kind)(3, 5, batch_first=True), (2, 7, 3), lengths=[7, 4]) == 11 * one
    packed = pack_padded_sequence(dl.rand(7, 2, 3), [7, 4])
    assert nn.flops(layer, (packed,), layer(packed)) == 11 * one
    both = getattr(nn, kind)(3, 5, 2, bidirectional=True, dropout=0.5)
    two_layers = 2 * one + 2 * recurrent_step(kind, 10, 5)
    assert total(both, (7, 2, 3)) == 14 * two_layers
    x = dl.rand(7, 2, 3)
    assert nn.flops(both, (x,), None) == 14 * (two_layers + 10)  # while training, what is handed on may be dropped
    cell = getattr(nn, f"{kind}Cell")(3, 5)
    assert total(cell, (2, 3)) == 2 * one
    assert total(cell, (3,)) == one


def test_projected_lstm():
    gates = product(1, 3, 20) + product(1, 2, 20)  # from x, and from the two features of h
    assert total(nn.LSTM(3, 5, proj_size=2), (7, 1, 3)) == 7 * (gates + 13 * 5 + product(1, 5, 2))


def test_sequences():
    assert total(nn.ContextWindows(2), (2, 7, 3)) == 0
    assert [total(nn.SequencePool(how), (2, 7, 3)) for how in ("mean", "max", "last")] == [42, 42, 0]


# ---- Models ----


def test_a_summary_of_an_lstm_can_be_read():
    result = nn.summary(RecurrentClassifier(12, 9, 16, "LSTM", pool="mean"), (4, 20, 12), lengths=[20, 7, 9, 15])
    step = recurrent_step("LSTM", 12, 16)
    assert result.flops == 51 * step + 4 * 20 * 16 + product(4, 16, 9)
    names = [line.split("  ")[0] for line in result.table().splitlines()[1:6]]
    assert names == [
        "RecurrentClassifier",
        "├─ recurrent: LSTM",
        "├─ pool: SequencePool",
        "├─ dropout: Dropout",
        "└─ output: Linear",
    ]
    assert result.root.calls[0].shapes == [(4, 20, 16), (1, 4, 16), (1, 4, 16)]


def test_models_are_known_to_the_last_operation():
    for model, *inputs in (
        (VisionTransformer(8, 4, 1, 2, 8, 16, num_classes=5, in_channels=1), (2, 1, 8, 8)),
        (SelfAttentionClassifier(3, 4, 8, 2), (2, 5, 3)),
        (CausalLanguageModel(10, 8, 2, 1, 16), dl.tensor([[1, 2, 3]])),
    ):
        result = nn.summary(model, *inputs)
        assert result.uncounted == []
        assert result.uncalled == []
        assert result.flops > 0


def test_vision_transformer():
    tokens, patches, dim = 5, 4, 8
    model = VisionTransformer(8, 4, 1, 2, dim, 16, num_classes=3, in_channels=1)
    attention = product(tokens, dim, 4 * dim) + 2 * tokens * tokens * (2 * 4 + SOFTMAX + 2 * 4)
    mlp = product(tokens, dim, 16) + tokens * 16 + product(tokens, 16, dim)
    block = attention + mlp + norms(2, tokens * dim) + 2 * tokens * dim
    expected = product(patches, 16, dim) + tokens * dim + block + norms(1, tokens * dim) + product(1, dim, 3)
    assert total(model, (1, 1, 8, 8)) == expected


def test_curves_and_lags():
    assert total(LagModel(3), (10,)) == product(8, 3, 1)
    assert total(PiecewiseCurve(4, 2), (10, 2)) == product(10, 2, 4) + 40 + product(10, 4, 1)
    assert total(PiecewiseCurve(4, 2, "relu"), (10, 2)) == product(10, 2, 8) + 80 + product(10, 8, 1)


def test_activations():
    x = dl.rand(3, 4)
    layers = (nn.CELU(), nn.Hardswish(), nn.Hardtanh(), nn.LogSigmoid(), nn.Mish(), nn.ReLU6(), nn.SELU(), nn.PReLU())
    assert [nn.flops(layer, (x,), layer(x)) for layer in layers] == [12] * len(layers)
    assert nn.flops(nn.GLU(), (x,), nn.GLU()(x)) == 2 * 6
    linear = nn.Linear(4, 5)
    assert nn.flops(linear, (x, "relu"), linear(x, "relu")) == product(3, 4, 5) + 15
    np.testing.assert_array_equal(linear(x, "relu").detach().numpy(), linear(x).relu().detach().numpy())


def test_speech_features():
    layer = dl.audio.MFCC(8000, 13, dl.audio.LogMel(8000, n_mels=20))
    frames, size, bins = 98, 200, 129
    spectrum = product(frames, size, 2 * bins) + frames * bins * 3  # squares, and their sum
    log_mel = spectrum + product(frames, bins, 20) + frames * 20 * 2
    assert total(layer, (8000,)) == log_mel + product(frames, 20, 13)
