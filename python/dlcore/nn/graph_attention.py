"""Attention on graphs: every node averages over those it hears, by weights that are learnt."""

from __future__ import annotations

import math
from typing import Any

from .._core import Tensor, empty, float32, leaky_relu
from .._core import dtype as DType
from . import init
from .graph import Graph
from .graph_sums import check_nodes, edge_softmax, weighted_average
from .linear import Linear
from .module import Module
from .parameter import Parameter


class _GraphAttention(Module):
    """What both kinds share: heads that are concatenated or averaged, and a bias."""

    bias: Parameter | None

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        heads: int,
        concat: bool,
        negative_slope: float,
        dropout: float,
        add_self_loops: bool,
        bias: bool,
        dtype: DType,
    ) -> None:
        super().__init__()
        name = type(self).__name__
        if heads < 1:
            raise ValueError(f"{name}: heads expected at least 1, got {heads}")
        if not 0.0 <= dropout <= 1.0:
            raise ValueError(f"{name}: dropout expected a probability in [0, 1], got {dropout}")
        self.in_channels, self.out_channels, self.heads = in_channels, out_channels, heads
        self.concat, self.negative_slope, self.dropout = concat, negative_slope, dropout
        self.add_self_loops = add_self_loops
        self.bias = Parameter(empty(heads * out_channels if concat else out_channels, dtype=dtype)) if bias else None

    def _heads(self, projected: Tensor) -> Tensor:
        return projected.reshape(-1, self.heads, self.out_channels)

    def _averaged(self, graph: Graph, scores: Tensor, values: Tensor, with_weights: bool) -> Any:
        """Return the result from scores (edges, H) and values (nodes, H, C), and the weights where asked for."""
        dropout = self.dropout if self.training else 0.0
        heads = weighted_average(graph, scores.transpose(0, 1), values.transpose(0, 1), dropout)
        y = heads.transpose(0, 1).flatten(1) if self.concat else heads.mean(0)
        y = y if self.bias is None else y + self.bias
        return (y, (graph, edge_softmax(graph, scores))) if with_weights else y

    def _draw(self, *vectors: Parameter) -> None:
        bound = math.sqrt(6 / (self.heads + self.out_channels))
        for vector in vectors:
            init.uniform_(vector, -bound, bound)
        if self.bias is not None:
            init.zeros_(self.bias)

    def extra_repr(self) -> str:
        """Return the sizes."""
        return f"{self.in_channels}, {self.out_channels}, heads={self.heads}"


class GATConv(_GraphAttention):
    r"""Average neighbours by how well they and the node fit, each judged alone.

    .. math:: y_i = b + \sum_{j \to i} \alpha_{ij} W x_j, \qquad
        \alpha_{ij} = \mathrm{softmax}_j(\mathrm{LeakyReLU}(a_s \cdot W x_j + a_t \cdot W x_i))

    Source: Velickovic et al., Graph Attention Networks (2018), section 2.1.

    Args:
        in_channels: columns of X.
        out_channels: columns of a head's result.
        heads: how many attentions there are.
        concat: whether their results are concatenated; if not they are averaged.
        negative_slope: of LeakyReLU.
        dropout: the probability with which a weight is dropped, while training.
        add_self_loops: whether every node hears itself, once.
        bias: whether b is added, which starts at zero.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> graph = nn.Graph.from_edges([[0, 1, 1, 2], [1, 0, 2, 1]])
        >>> nn.GATConv(4, 2, heads=3)(dl.randn(3, 4), graph).shape == (3, 6)
        True
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        heads: int = 1,
        concat: bool = True,
        negative_slope: float = 0.2,
        dropout: float = 0.0,
        add_self_loops: bool = True,
        bias: bool = True,
        *,
        dtype: DType = float32,
    ) -> None:
        super().__init__(in_channels, out_channels, heads, concat, negative_slope, dropout, add_self_loops, bias, dtype)
        self.lin = Linear(in_channels, heads * out_channels, bias=False, dtype=dtype)
        self.att_src = Parameter(empty(1, heads, out_channels, dtype=dtype))
        self.att_dst = Parameter(empty(1, heads, out_channels, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weights anew, uniformly as Glorot and Bengio (2010) say."""
        init.xavier_uniform_(self.lin.weight)
        self._draw(self.att_src, self.att_dst)

    def forward(self, input: Tensor, graph: Graph, return_attention_weights: bool = False) -> Any:
        """Return Y, (nodes, heads out_channels) or if not concat (nodes, out_channels), for X (nodes, in_channels).

        With `return_attention_weights` also the graph with its loops, and the weights of its edges (edges, heads)
        before dropout: `y, (graph, weights)`.
        """
        check_nodes("GATConv", input, graph, self.in_channels)
        graph = graph.with_self_loops() if self.add_self_loops else graph
        values = self._heads(self.lin(input))
        source, target = (values * self.att_src).sum(-1), (values * self.att_dst).sum(-1)
        scores = source.index_select(0, graph.indices) + target.index_select(0, graph.rows)
        return self._averaged(graph, leaky_relu(scores, self.negative_slope), values, return_attention_weights)


class GATv2Conv(_GraphAttention):
    r"""Average neighbours by how well they and the node fit, judged together.

    .. math:: y_i = b + \sum_{j \to i} \alpha_{ij} W_l x_j, \qquad
        \alpha_{ij} = \mathrm{softmax}_j(a \cdot \mathrm{LeakyReLU}(W_l x_j + W_r x_i))

    Unlike in `GATConv`, different nodes may rank the same neighbours differently.
    Source: Brody, Alon and Yahav, How Attentive are Graph Attention Networks? (2022), equation 7.

    Args:
        in_channels: columns of X.
        out_channels: columns of a head's result.
        heads: how many attentions there are.
        concat: whether their results are concatenated; if not they are averaged.
        negative_slope: of LeakyReLU.
        dropout: the probability with which a weight is dropped, while training.
        add_self_loops: whether every node hears itself, once.
        bias: whether b is added, which starts at zero, and W_l and W_r have biases.
        share_weights: whether W_l is W_r.
        dtype: float32 or float64.

    Example:
        >>> import dlcore as dl
        >>> from dlcore import nn
        >>> graph = nn.Graph.from_edges([[0, 1, 1, 2], [1, 0, 2, 1]])
        >>> nn.GATv2Conv(4, 2, heads=3, concat=False)(dl.randn(3, 4), graph).shape == (3, 2)
        True
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        heads: int = 1,
        concat: bool = True,
        negative_slope: float = 0.2,
        dropout: float = 0.0,
        add_self_loops: bool = True,
        bias: bool = True,
        share_weights: bool = False,
        *,
        dtype: DType = float32,
    ) -> None:
        super().__init__(in_channels, out_channels, heads, concat, negative_slope, dropout, add_self_loops, bias, dtype)
        self.lin_l = Linear(in_channels, heads * out_channels, bias, dtype=dtype)
        self.lin_r = self.lin_l if share_weights else Linear(in_channels, heads * out_channels, bias, dtype=dtype)
        self.att = Parameter(empty(1, heads, out_channels, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weights anew, uniformly as Glorot and Bengio (2010) say."""
        for linear in dict.fromkeys((self.lin_l, self.lin_r)):
            linear.reset_parameters()
            init.xavier_uniform_(linear.weight)
        self._draw(self.att)

    def forward(self, input: Tensor, graph: Graph, return_attention_weights: bool = False) -> Any:
        """Return Y, (nodes, heads out_channels) or if not concat (nodes, out_channels), for X (nodes, in_channels).

        With `return_attention_weights` also the graph with its loops, and the weights of its edges (edges, heads)
        before dropout: `y, (graph, weights)`.
        """
        check_nodes("GATv2Conv", input, graph, self.in_channels)
        graph = graph.with_self_loops() if self.add_self_loops else graph
        values = self._heads(self.lin_l(input))
        own = values if self.lin_r is self.lin_l else self._heads(self.lin_r(input))
        edges = values.index_select(0, graph.indices) + own.index_select(0, graph.rows)
        scores = (leaky_relu(edges, self.negative_slope) * self.att).sum(-1)
        return self._averaged(graph, scores, values, return_attention_weights)
