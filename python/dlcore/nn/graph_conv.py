"""Convolution on graphs: every node takes a weighted sum of those it hears."""

from __future__ import annotations

from .._core import Tensor, empty, float32
from .._core import dtype as DType
from . import init
from .graph import Graph
from .graph_sums import check_nodes, weighted_sum
from .linear import Linear
from .module import Module
from .parameter import Parameter


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

    def prepared(self, graph: Graph, dtype: DType) -> Graph:
        """Return the graph with the loops and the weights that the settings ask for."""
        if self.add_self_loops:
            graph = graph.with_self_loops(2.0 if self.improved else 1.0)
        return graph.normalized(dtype) if self.normalize else graph

    def forward(self, input: Tensor, graph: Graph) -> Tensor:
        """Return Y of shape (nodes, out_channels) for X of shape (nodes, in_channels)."""
        check_nodes("GCNConv", input, graph, self.in_channels)
        y = weighted_sum(self.prepared(graph, input.dtype), self.lin(input))
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
