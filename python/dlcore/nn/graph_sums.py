"""Sums and averages over the edges into each node of a graph, and over the nodes of each graph of a batch."""

from __future__ import annotations

import numpy as np

from .._core import Tensor, empty, from_numpy, index_add, scaled_dot_product_attention, zeros
from .graph import Graph


def check_nodes(name: str, input: Tensor, graph: Graph, channels: int) -> None:
    """Raise ValueError unless input has a row of so many channels for each node."""
    if tuple(input.shape) != (graph.num_nodes, channels):
        raise ValueError(f"{name}: input expected shape {(graph.num_nodes, channels)}, got {tuple(input.shape)}")


def weighted_average(graph: Graph, scores: Tensor | None, values: Tensor, dropout: float = 0.0) -> Tensor:
    """Return averages (H, N, C) of values (H, N, C) by softmax of scores (H, edges), over the edges into each node.

    The kernel of attention, where queries and keys have no element and the scores of edges are all there is: memory
    grows with nodes and edges, and no value is copied to an edge.
    """
    nothing = empty(*values.shape[:2], 0, dtype=values.dtype)
    return scaled_dot_product_attention(
        nothing, nothing, values, scores, dropout, neighbors=(graph.indptr, graph.indices)
    )


def edge_softmax(graph: Graph, scores: Tensor) -> Tensor:
    """Return the softmax of scores (edges, H) over the edges into each node: what `weighted_average` averages by.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> graph = nn.Graph.from_edges([[0, 1, 2], [0, 0, 1]])
        >>> nn.graph_sums.edge_softmax(graph, dl.zeros(3, 1))[:, 0].tolist()
        [0.5, 0.5, 1.0]
    """
    top = np.full((graph.num_nodes, scores.shape[1]), -np.inf)
    np.maximum.at(top, graph.rows.numpy(), scores.detach().numpy())
    e = (scores - from_numpy(top).to(scores.dtype).index_select(0, graph.rows)).exp()
    total = index_add(zeros(graph.num_nodes, scores.shape[1], dtype=scores.dtype), 0, graph.rows, e)
    return e / total.index_select(0, graph.rows)


def weighted_sum(graph: Graph, values: Tensor) -> Tensor:
    """Return sums (N, C) of values (N, C) times the weights of the edges into each node."""
    counts = graph.degree.to(values.dtype)
    if graph.weight is None:
        return weighted_average(graph, None, values.unsqueeze(0))[0] * counts.unsqueeze(-1)
    # Normalised by relu, weights are max(score, 0) / n: scores n times as large as the given ones give those.
    scores = graph.weight * counts.index_select(0, graph.rows)
    nothing = empty(graph.num_nodes, 0, dtype=values.dtype)

    def positive(scores: Tensor) -> Tensor:
        neighbors = (graph.indptr, graph.indices)
        return scaled_dot_product_attention(nothing, nothing, values, scores, neighbors=neighbors, normalization="relu")

    y = positive(scores)
    return y - positive(-scores) if (graph.weight < 0).any() else y


def global_add_pool(input: Tensor, graph: Graph) -> Tensor:
    """Return the sum over the nodes of each graph of a batch, (graphs, C), of features (nodes, C).

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> pair = nn.Graph.from_edges([[0, 1], [1, 0]])
        >>> nn.global_add_pool(dl.ones(4, 1), nn.Graph.concatenate([pair, pair])).tolist()
        [[2.0], [2.0]]
    """
    check_nodes("global_add_pool", input, graph, input.shape[-1])
    if graph.batch is None:
        return input.sum(0, keepdim=True)
    return index_add(zeros(graph.num_graphs, input.shape[-1], dtype=input.dtype), 0, graph.batch, input)


def global_mean_pool(input: Tensor, graph: Graph) -> Tensor:
    """Return the mean over the nodes of each graph of a batch, (graphs, C), of features (nodes, C).

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> pair = nn.Graph.from_edges([[0, 1], [1, 0]])
        >>> nn.global_mean_pool(dl.tensor([[1.0], [3.0]]), pair).tolist()
        [[2.0]]
    """
    one = zeros(graph.num_nodes, 1, dtype=input.dtype) + 1
    return global_add_pool(input, graph) / global_add_pool(one, graph).clamp(min=1)
