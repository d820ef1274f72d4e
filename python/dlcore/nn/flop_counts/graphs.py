"""Operations of layers on graphs: they grow with the edges, loops included."""

from __future__ import annotations

from typing import Any

from ..._core import Tensor
from ..graph import Graph
from ..graph_attention import GATConv, GATv2Conv
from ..graph_conv import GCNConv, GraphConv
from .dispatch import SOFTMAX, arguments, flops


def _sum_over_edges(graph: Graph, channels: int) -> int:
    return graph.num_edges * channels * (1 if graph.weight is None else 2)


@flops.register
def _gcn_conv(module: GCNConv, inputs: tuple[Any, ...], output: Tensor) -> int:
    given = arguments(module, inputs)
    graph = module.prepared(given["graph"], given["input"].dtype)
    return _sum_over_edges(graph, module.out_channels) + (0 if module.bias is None else output.numel())


@flops.register
def _graph_conv(module: GraphConv, inputs: tuple[Any, ...], output: Tensor) -> int:
    given = arguments(module, inputs)
    mean = given["input"].numel() if module.aggr == "mean" else 0
    return _sum_over_edges(given["graph"], module.in_channels) + mean + output.numel()


@flops.register(GATConv)
@flops.register(GATv2Conv)
def _graph_attention(module: GATConv | GATv2Conv, inputs: tuple[Any, ...], output: Any) -> int:
    given = arguments(module, inputs)
    graph = given["graph"].with_self_loops() if module.add_self_loops else given["graph"]
    H, C = module.heads, module.out_channels
    if isinstance(module, GATConv):
        nodes = 2 * 2 * H * C  # a product with a vector for the edges out of a node, and one for those into it
        score = 2  # their sum, and the leaky ReLU
    else:
        nodes = 0
        score = 4 * C  # sum, leaky ReLU, product with a vector
    softmax = SOFTMAX * (1 + given["return_attention_weights"])
    y = output[0] if given["return_attention_weights"] else output
    mean = 0 if module.concat else H * C
    count = graph.num_nodes * (nodes + mean) + graph.num_edges * H * (score + softmax + 2 * C)
    return count + (0 if module.bias is None else y.numel())
