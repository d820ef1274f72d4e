"""Graphs, and layers on them against the matrix of all nodes."""

import dlcore as dl
import numpy as np
import pytest
import reference
from dlcore import nn
from dlcore.testing import gradcheck, gradgradcheck


def edges(nodes, count, seed=0, loops=True, twice=False):
    """Draw edges (2, count); without `twice` no pair of nodes comes again."""
    rng = np.random.default_rng(seed)
    index = rng.integers(0, max(nodes, 1), (2, count if nodes else 0))
    if not loops:
        index = index[:, index[0] != index[1]]
    return index if twice else np.unique(index, axis=1)[:, ::-1]


def matrix(index, nodes, weight=1.0):
    A = np.zeros((nodes, nodes))
    np.add.at(A, (index[1], index[0]), weight)
    return A


def parameters(layer):
    return {name: value.numpy() for name, value in layer.state_dict().items()}


def drawn(layer):
    for parameter in layer.parameters():
        if parameter.ndim == 1:
            nn.init.normal_(parameter)
    return layer


def close(actual, expected, tolerance=1e-10):
    np.testing.assert_allclose(actual.detach().numpy(), expected, tolerance, tolerance)


SIZES = [(1, 0), (1, 1), (5, 9), (40, 0), (40, 33), (70, 600)]


@pytest.mark.parametrize(("nodes", "count"), SIZES)
@pytest.mark.parametrize("twice", [False, True])
def test_graph(nodes, count, twice):
    index = edges(nodes, count, twice=twice)
    weight = np.random.default_rng(1).random(index.shape[1])
    graph = nn.Graph.from_edges(index, nodes, dl.tensor(weight))
    close(graph.to_dense(), matrix(index, nodes, weight))
    plain = nn.Graph.from_edges(dl.tensor(index), nodes)
    close(plain.to_dense(), matrix(index, nodes))
    assert plain.degree.tolist() == matrix(index, nodes).sum(1).tolist()
    close(plain.undirected().to_dense(), (matrix(index, nodes) + matrix(index, nodes).T) > 0)
    looped = plain.with_self_loops().to_dense().numpy()
    assert (np.diag(looped) == 1).all()
    np.fill_diagonal(looped, np.diag(matrix(index, nodes)))
    np.testing.assert_array_equal(looped, matrix(index, nodes))
    if not twice:
        close(graph.with_self_loops(2.0).to_dense(), reference.graphs.with_loops(matrix(index, nodes, weight), 2.0))
    assert plain.with_self_loops() is plain.with_self_loops()


CASES = {
    "gcn": (nn.GCNConv, reference.gcn_conv, {}, {}),
    "gcn_no_bias": (nn.GCNConv, reference.gcn_conv, {"bias": False}, {}),
    "gcn_improved": (nn.GCNConv, reference.gcn_conv, {"improved": True}, {"loop": 2.0}),
    "gcn_no_loops": (nn.GCNConv, reference.gcn_conv, {"add_self_loops": False}, {"add_self_loops": False}),
    "gcn_plain": (nn.GCNConv, reference.gcn_conv, {"normalize": False}, {"add_self_loops": False, "normalize": False}),
    "add": (nn.GraphConv, reference.graph_conv, {}, {}),
    "mean": (nn.GraphConv, reference.graph_conv, {"aggr": "mean", "bias": False}, {"mean": True}),
    "gat": (nn.GATConv, reference.gat_conv, {}, {}),
    "gat_heads": (nn.GATConv, reference.gat_conv, {"heads": 3, "negative_slope": 0.1}, {"slope": 0.1}),
    "gat_mean": (nn.GATConv, reference.gat_conv, {"heads": 2, "concat": False}, {"concat": False}),
    "gat_no_loops": (nn.GATConv, reference.gat_conv, {"add_self_loops": False}, {"add_self_loops": False}),
    "v2": (nn.GATv2Conv, reference.gatv2_conv, {"heads": 2}, {}),
    "v2_mean": (nn.GATv2Conv, reference.gatv2_conv, {"heads": 2, "concat": False, "bias": False}, {"concat": False}),
    "v2_shared": (nn.GATv2Conv, reference.gatv2_conv, {"share_weights": True, "add_self_loops": False},
                  {"add_self_loops": False}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(("nodes", "count"), SIZES)
def test_layer(name, nodes, count):
    kind, definition, ours, theirs = CASES[name]
    layer = drawn(kind(3, 4, dtype=dl.float64, **ours))
    twice = name.startswith(("gat", "v2"))  # an edge that is there twice counts twice
    index = edges(nodes, count, twice=twice)
    graph = nn.Graph.from_edges(index, nodes)
    x = np.random.default_rng(2).standard_normal((nodes, 3))
    y = layer(dl.tensor(x), graph)
    close(y, definition(parameters(layer), x, matrix(index, nodes), **theirs))
    if nodes == 5:
        inputs = [dl.tensor(x).requires_grad_()]
        assert gradcheck(lambda x: layer(x, graph), inputs)
        assert gradgradcheck(lambda x: layer(x, graph), inputs)
        y.sum().backward()
        # All values of a head at once do not change the weights of the averages: their gradient is small, but there.
        assert all(parameter.grad is not None for parameter in layer.parameters())


@pytest.mark.parametrize("name", ["gat_heads", "v2"])
def test_gradients_of_parameters(name):
    kind, _, options, _ = CASES[name]
    layer = kind(3, 2, dtype=dl.float64, **options)
    graph = nn.Graph.from_edges(edges(6, 20), 6)
    x = dl.tensor(np.random.default_rng(2).standard_normal((6, 3)))
    dy = dl.tensor(np.random.default_rng(3).standard_normal(layer(x, graph).shape))
    layer(x, graph).backward(dy)
    for parameter in layer.parameters():
        d = np.random.default_rng(4).standard_normal(parameter.shape)
        step, values = 1e-6, []
        for sign in (1, -1):
            parameter.data.add_(dl.tensor(sign * step * d))
            values.append((layer(x, graph) * dy).sum().item())
            parameter.data.add_(dl.tensor(-sign * step * d))
        assert (values[0] - values[1]) / (2 * step) == pytest.approx((parameter.grad.numpy() * d).sum(), rel=1e-6)


@pytest.mark.parametrize("name", ["gcn", "gcn_plain", "add"])
def test_weights_of_edges(name):
    kind, definition, ours, theirs = CASES[name]
    layer = drawn(kind(3, 4, dtype=dl.float64, **ours))
    index = edges(30, 100, loops=False)
    weight = np.random.default_rng(1).random(index.shape[1])
    if name != "gcn":
        weight = weight - 0.5
    learnt = dl.tensor(weight).requires_grad_()
    x = np.random.default_rng(2).standard_normal((30, 3))
    y = layer(dl.tensor(x), nn.Graph.from_edges(index, 30, learnt))
    close(y, definition(parameters(layer), x, matrix(index, 30, weight), **theirs))
    x64 = dl.tensor(x)
    assert gradcheck(lambda w: layer(x64, nn.Graph.from_edges(index, 30, w)), [learnt])
    if name == "add":
        dy = np.random.default_rng(3).standard_normal(y.shape)
        y.backward(dl.tensor(dy))
        own = dy @ parameters(layer)["lin_rel.weight"]
        close(learnt.grad, (own[index[1]] * x[index[0]]).sum(1))


@pytest.mark.parametrize("name", CASES)
def test_a_batch_of_graphs_gives_what_each_gives(name):
    kind, _, ours, _ = CASES[name]
    layer = kind(3, 4, dtype=dl.float64, **ours)
    graphs = [nn.Graph.from_edges(edges(n, 3 * n, seed=n), n) for n in (4, 1, 9)]
    xs = [dl.tensor(np.random.default_rng(n).standard_normal((n, 3))) for n in (4, 1, 9)]
    batch = nn.Graph.concatenate(graphs)
    y = layer(dl.cat(xs), batch)
    parts = [layer(x, graph) for x, graph in zip(xs, graphs, strict=True)]
    close(y, dl.cat(parts).detach().numpy())
    close(nn.global_add_pool(y, batch), np.stack([part.detach().numpy().sum(0) for part in parts]))
    close(nn.global_mean_pool(y, batch), np.stack([part.detach().numpy().mean(0) for part in parts]))
    assert batch.with_self_loops().batch is batch.batch
    assert repr(batch) == f"Graph(num_nodes=14, num_edges={batch.num_edges}, num_graphs=3)"


def test_dropout_drops_edges_in_training_alone():
    for kind in (nn.GATConv, nn.GATv2Conv):
        layer = kind(3, 4, dropout=0.5, dtype=dl.float64)
        graph = nn.Graph.from_edges(edges(20, 100), 20)
        x = dl.tensor(np.random.default_rng(0).standard_normal((20, 3)))
        assert (layer(x, graph) != layer(x, graph)).any()
        layer.eval()
        assert (layer(x, graph) == layer(x, graph)).all()


@pytest.mark.parametrize("kind", [nn.GATConv, nn.GATv2Conv])
def test_weights_are_those_that_average(kind):
    layer = kind(3, 4, heads=2, dtype=dl.float64)
    x = 30 * dl.tensor(np.random.default_rng(0).standard_normal((20, 3)))  # scores far apart
    y, (graph, weights) = layer(x, nn.Graph.from_edges(edges(20, 100), 20), return_attention_weights=True)
    values = (layer.lin if kind is nn.GATConv else layer.lin_l)(x).detach().numpy().reshape(20, 2, 4)
    expected = np.zeros((20, 2, 4))
    np.add.at(expected, graph.rows.numpy(), weights.detach().numpy()[..., None] * values[graph.indices.numpy()])
    close(y, expected.reshape(20, 8))


def test_memory_grows_with_edges_alone():
    """A ring of nodes whose matrix would take 40 GB."""
    n = 100_000
    graph = nn.Graph.from_edges(np.stack([np.arange(n), (np.arange(n) + 1) % n]))
    x = dl.ones(n, 2, requires_grad=True)
    for layer in (nn.GATConv(2, 2), nn.GATv2Conv(2, 2), nn.GCNConv(2, 2)):
        layer(x, graph).sum().backward()
        assert x.grad.shape == (n, 2)


def test_first_values():
    layer = nn.GATConv(100, 50, heads=4)
    for parameter, bound in ((layer.lin.weight, (6 / 300) ** 0.5), (layer.att_src, (6 / 54) ** 0.5)):
        values = parameter.detach().numpy()
        assert 0.95 * bound < abs(values).max() <= bound
    assert (layer.bias.detach().numpy() == 0).all()
    assert len(list(nn.GATv2Conv(3, 4, share_weights=True).parameters())) == 4


GRAPH = nn.Graph.from_edges([[0, 1], [1, 2]])
ERRORS = [
    (ValueError, lambda: nn.Graph([0, 2], [0]), "Graph: indptr expected to rise from 0 to the number of edges 1"),
    (ValueError, lambda: nn.Graph([0, 2, 1], [0]), "Graph: indptr expected to rise from 0 to the number of edges 1"),
    (IndexError, lambda: nn.Graph([0, 1], [1]), "Graph: indices expected nodes below 1, got 1"),
    (TypeError, lambda: nn.Graph([0, 1], [0.5]), "Graph: indices expected integers, got float64"),
    (ValueError, lambda: nn.Graph([0, 1], [0], dl.ones(2)), r"Graph: weight expected shape \(1,\), got \(2,\)"),
    (IndexError, lambda: nn.Graph.from_edges([[0], [3]], 3), "Graph: edge_index expected nodes below 3, got 3"),
    (IndexError, lambda: nn.Graph.from_edges([[0], [-1]], 3), "Graph: edge_index expected nodes below 3, got -1"),
    (ValueError, lambda: nn.Graph.from_edges([0, 1]), r"Graph: edge_index expected shape \(2, edges\), got \(2,\)"),
    (ValueError, lambda: nn.Graph.concatenate([]), "Graph: concatenate expected at least one graph, got none"),
    (ValueError, lambda: nn.GATConv(4, 2)(dl.zeros(2, 4), GRAPH),
     r"GATConv: input expected shape \(3, 4\), got \(2, 4\)"),
    (ValueError, lambda: nn.GCNConv(4, 2)(dl.zeros(3, 5), GRAPH),
     r"GCNConv: input expected shape \(3, 4\), got \(3, 5\)"),
    (ValueError, lambda: nn.GATv2Conv(4, 2, heads=0), "GATv2Conv: heads expected at least 1, got 0"),
    (ValueError, lambda: nn.GraphConv(4, 2, aggr="max"), "GraphConv: aggr expected 'add' or 'mean', got 'max'"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "call", "text"), ERRORS, ids=[text[:50] for _, _, text in ERRORS])
def test_errors(kind, call, text):
    with pytest.raises(kind, match=text):
        call()
