"""Convolution on graphs: every node takes a weighted sum of those it hears."""

from __future__ import annotations

import numpy as np

from .._core import Tensor, empty, float32, from_numpy, index_add, scaled_dot_product_attention, zeros
from .._core import dtype as DType
from . import init
from .graph import Graph
from .linear import Linear
from .module import Module
from .parameter import Parameter


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
        >>> nn.graph_conv.edge_softmax(graph, dl.zeros(3, 1))[:, 0].tolist()
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


class GCNConv(Module):
    r"""Average over oneself and one's neighbours, symmetrically normalised, of features mapped linearly.

    .. math:: Y = \hat D^{-1/2} (A + I) \hat D^{-1/2} X W^T + b

    Source: Kipf and Welling, Semi-Supervised Classification with Graph Convolutional Networks (2017), equation 2.

    Args:
        in_channels: columns of X.
        out_channels: columns of Y.
        improved: whether a loop weighs 2 instead of 1.
        add_self_loops: whether loops are added to nodes without; by default with normalize alone.
        normalize: whether weights are normalised; if not they are taken as they are.
        bias: whether b is added, which starts at zero.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> graph = nn.Graph.from_edges([[0, 1, 1, 2], [1, 0, 2, 1]])
        >>> nn.GCNConv(4, 2)(dl.randn(3, 4), graph).shape == (3, 2)
        True
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        improved: bool = False,
        add_self_loops: bool | None = None,
        normalize: bool = True,
        bias: bool = True,
        *,
        dtype: DType = float32,
    ) -> None:
        super().__init__()
        self.in_channels, self.out_channels, self.improved = in_channels, out_channels, improved
        self.add_self_loops = normalize if add_self_loops is None else add_self_loops
        self.normalize = normalize
        self.lin = Linear(in_channels, out_channels, bias=False, dtype=dtype)
        self.bias = Parameter(empty(out_channels, dtype=dtype)) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weight anew by `init.xavier_uniform_`."""
        init.xavier_uniform_(self.lin.weight)
        if self.bias is not None:
            init.zeros_(self.bias)

    def forward(self, input: Tensor, graph: Graph) -> Tensor:
        """Return Y of shape (nodes, out_channels) for X of shape (nodes, in_channels)."""
        check_nodes("GCNConv", input, graph, self.in_channels)
        if self.add_self_loops:
            graph = graph.with_self_loops(2.0 if self.improved else 1.0)
        if self.normalize:
            graph = graph.normalized(input.dtype)
        y = weighted_sum(graph, self.lin(input))
        return y if self.bias is None else y + self.bias

    def extra_repr(self) -> str:
        """Return the sizes."""
        return f"{self.in_channels}, {self.out_channels}"


class GraphConv(Module):
    r"""Map oneself and the sum over one's neighbours, each linearly.

    .. math:: y_i = W_1 x_i + W_2 \sum_{j \to i} w_{ij} x_j + b

    `lin_rel` holds W_2 and b, `lin_root` W_1.
    Source: Morris et al., Weisfeiler and Leman Go Neural: Higher-order Graph Neural Networks (2019), equation 2.

    Args:
        in_channels: columns of X.
        out_channels: columns of Y.
        aggr: `"add"`, or `"mean"`, the sum divided by the number of neighbours.
        bias: whether b is added.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> graph = nn.Graph.from_edges([[0, 1, 1, 2], [1, 0, 2, 1]])
        >>> nn.GraphConv(4, 2)(dl.randn(3, 4), graph).shape == (3, 2)
        True
    """

    def __init__(
        self, in_channels: int, out_channels: int, aggr: str = "add", bias: bool = True, *, dtype: DType = float32
    ) -> None:
        super().__init__()
        if aggr not in ("add", "mean"):
            raise ValueError(f"GraphConv: aggr expected 'add' or 'mean', got {aggr!r}")
        self.in_channels, self.out_channels, self.aggr = in_channels, out_channels, aggr
        self.lin_rel = Linear(in_channels, out_channels, bias, dtype=dtype)
        self.lin_root = Linear(in_channels, out_channels, bias=False, dtype=dtype)

    def forward(self, input: Tensor, graph: Graph) -> Tensor:
        """Return Y of shape (nodes, out_channels) for X of shape (nodes, in_channels)."""
        check_nodes("GraphConv", input, graph, self.in_channels)
        heard = weighted_sum(graph, input)
        if self.aggr == "mean":
            heard = heard / graph.degree.to(heard.dtype).clamp(min=1).unsqueeze(-1)
        return self.lin_rel(heard) + self.lin_root(input)

    def extra_repr(self) -> str:
        """Return sizes and kind."""
        return f"{self.in_channels}, {self.out_channels}, aggr={self.aggr!r}"


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
