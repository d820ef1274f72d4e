"""Graphs as neural networks read them: by row, whom each node hears."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._core import Tensor, arange, cat, float32, from_numpy, full, index_add, where, zeros
from .._core import dtype as DType


def _integers(name: str, values: Any) -> np.ndarray:
    array = values.detach().numpy() if isinstance(values, Tensor) else np.asarray(values)
    if array.dtype.kind not in "iu" and array.size > 0:
        raise TypeError(f"Graph: {name} expected integers, got {array.dtype}")
    return np.ascontiguousarray(array, np.int64)


class Graph:
    """A directed graph in CSR form: node i hears the nodes indices[indptr[i]:indptr[i + 1]].

    What is computed from it, such as the normalised graph, is kept: graphs do not change. Gradients reach the weights.

    Args:
        indptr: int64, (num_nodes + 1,), from 0 to the number of edges, never falling.
        indices: int64, (edges,): where edges come from, those into one node beside one another.
        weight: (edges,), floating: a factor of each edge; None: 1.
        batch: int64, (num_nodes,): which graph of a batch each node belongs to; None: all to one.

    Example:
        >>> from dlcore import nn
        >>> graph = nn.Graph.from_edges([[0, 1, 2], [1, 2, 1]])  # 0 -> 1, 1 -> 2, 2 -> 1
        >>> graph
        Graph(num_nodes=3, num_edges=3)
        >>> graph.indptr.tolist(), graph.indices.tolist()
        ([0, 0, 2, 3], [0, 2, 1])
    """

    def __init__(self, indptr: Any, indices: Any, weight: Tensor | None = None, batch: Tensor | None = None) -> None:
        ends, sources = _integers("indptr", indptr), _integers("indices", indices)
        if ends.ndim != 1 or len(ends) < 1 or sources.ndim != 1:
            raise ValueError(
                f"Graph: indptr and indices expected one dimension, got shapes {ends.shape} and {sources.shape}"
            )
        if ends[0] != 0 or ends[-1] != len(sources) or (np.diff(ends) < 0).any():
            raise ValueError(f"Graph: indptr expected to rise from 0 to the number of edges {len(sources)}")
        if len(sources) and not (sources.min() >= 0 and sources.max() < len(ends) - 1):
            at = sources.min() if sources.min() < 0 else sources.max()
            raise IndexError(f"Graph: indices expected nodes below {len(ends) - 1}, got {at}")
        if weight is not None and tuple(weight.shape) != sources.shape:
            raise ValueError(f"Graph: weight expected shape {sources.shape}, got {tuple(weight.shape)}")
        self.num_nodes, self.num_edges = len(ends) - 1, len(sources)
        self.indptr, self.indices, self.weight = from_numpy(ends), from_numpy(sources), weight
        self.batch = batch
        self.num_graphs = 1 if batch is None else int(batch.max().item()) + 1 if self.num_nodes else 0
        self._kept: dict[Any, Any] = {}

    @classmethod
    def from_edges(cls, edge_index: Any, num_nodes: int | None = None, edge_weight: Tensor | None = None) -> Graph:
        """Return the graph of edges given one by one.

        Args:
            edge_index: integers (2, edges): where each edge comes from, and where it goes.
            num_nodes: how many nodes; by default the largest that occurs, plus one.
            edge_weight: (edges,), floating.
        """
        edges = _integers("edge_index", edge_index)
        if edges.ndim != 2 or edges.shape[0] != 2:
            raise ValueError(f"Graph: edge_index expected shape (2, edges), got {edges.shape}")
        most = int(edges.max(initial=-1)) + 1
        nodes = most if num_nodes is None else num_nodes
        if most > nodes or edges.min(initial=0) < 0:
            at = edges.min(initial=0) if edges.min(initial=0) < 0 else most - 1
            raise IndexError(f"Graph: edge_index expected nodes below {nodes}, got {at}")
        if edge_weight is not None and tuple(edge_weight.shape) != edges.shape[1:]:
            raise ValueError(f"Graph: edge_weight expected shape {edges.shape[1:]}, got {tuple(edge_weight.shape)}")
        source, target = edges
        order = np.lexsort((source, target))
        weight = None if edge_weight is None else edge_weight[from_numpy(order)]
        return cls(_ends(target, nodes), source[order], weight)

    @property
    def rows(self) -> Tensor:
        """The node that each edge goes to, (edges,)."""
        return self._keep(
            "rows", lambda: from_numpy(np.repeat(np.arange(self.num_nodes), np.diff(self.indptr.numpy())))
        )

    @property
    def degree(self) -> Tensor:
        """How many edges go to each node, (num_nodes,), int64."""
        return self.indptr[1:] - self.indptr[:-1]

    def _keep(self, key: Any, compute: Any) -> Any:
        if self.weight is not None and self.weight.requires_grad:
            return compute()  # its history is of use once
        if key not in self._kept:
            self._kept[key] = compute()
        return self._kept[key]

    def with_self_loops(self, weight: float = 1.0) -> Graph:
        """Return the graph where every node hears itself once; loops that are there keep their weight."""
        return self._keep(("loops", weight), lambda: self._with_self_loops(weight))

    def _with_self_loops(self, fill: float) -> Graph:
        source, target = self.indices.numpy(), self.rows.numpy()
        others, loops = np.flatnonzero(source != target), np.flatnonzero(source == target)
        nodes = np.arange(self.num_nodes)
        ends = np.concatenate([target[others], nodes])
        order = np.lexsort((np.concatenate([source[others], nodes]), ends))
        weight = self.weight
        if weight is None and fill != 1.0:
            weight = full((self.num_edges,), 1.0, dtype=float32)
        if weight is not None:
            own = full((self.num_nodes,), fill, dtype=weight.dtype)
            own = own.scatter(0, from_numpy(source[loops]), weight[from_numpy(loops)])
            weight = cat([weight[from_numpy(others)], own])[from_numpy(order)]
        return Graph(_ends(ends, self.num_nodes), np.concatenate([source[others], nodes])[order], weight, self.batch)

    def normalized(self, dtype: DType = float32) -> Graph:
        r"""Return the graph of weights :math:`w_{ij} / \sqrt{d_i d_j}`, d being the sums of weights into the nodes.

        Source: Kipf and Welling, Semi-Supervised Classification with Graph Convolutional Networks (2017), equation 2.
        """
        return self._keep(("normalized", dtype), lambda: self._normalized(dtype))

    def _normalized(self, dtype: DType) -> Graph:
        weight = full((self.num_edges,), 1.0, dtype=dtype) if self.weight is None else self.weight.to(dtype)
        degree = index_add(zeros(self.num_nodes, dtype=dtype), 0, self.rows, weight)
        scale = where(degree > 0, where(degree > 0, degree, 1.0).rsqrt(), 0.0)
        values = weight * scale.index_select(0, self.indices) * scale.index_select(0, self.rows)
        return Graph(self.indptr, self.indices, values, self.batch)

    def undirected(self) -> Graph:
        """Return the graph where edges go both ways, each once, without weights."""
        if self.weight is not None:
            raise ValueError("Graph: undirected expected a graph without weights")
        source, target = self.indices.numpy(), self.rows.numpy()
        both = np.unique(np.stack([np.concatenate([source, target]), np.concatenate([target, source])]), axis=1)
        graph = Graph.from_edges(both, self.num_nodes)
        return Graph(graph.indptr, graph.indices, None, self.batch)

    def to_dense(self) -> Tensor:
        """Return the matrix (num_nodes, num_nodes) of weights: row i tells whom node i hears."""
        weight = np.ones(self.num_edges, np.float32) if self.weight is None else self.weight.numpy(force=True)
        dense = np.zeros((self.num_nodes, self.num_nodes), weight.dtype)
        np.add.at(dense, (self.rows.numpy(), self.indices.numpy()), weight)
        return from_numpy(dense)

    @staticmethod
    def concatenate(graphs: Sequence[Graph]) -> Graph:
        """Return one graph of several beside each other, with no edges between them: a batch, block by block."""
        if not graphs:
            raise ValueError("Graph: concatenate expected at least one graph, got none")
        if len({graph.weight is None for graph in graphs}) > 1:
            raise ValueError("Graph: concatenate expected weights of all graphs or of none")
        nodes = np.cumsum([0, *(graph.num_nodes for graph in graphs)])
        edges = np.cumsum([0, *(graph.num_edges for graph in graphs)])
        ends = [np.zeros(1, np.int64), *(g.indptr.numpy()[1:] + at for g, at in zip(graphs, edges, strict=False))]
        sources = [g.indices.numpy() + at for g, at in zip(graphs, nodes, strict=False)]
        weights = [graph.weight for graph in graphs if graph.weight is not None]
        batch = arange(len(graphs)).repeat_interleave(from_numpy(np.diff(nodes)))
        weight = cat(weights) if weights else None
        return Graph(np.concatenate(ends), np.concatenate(sources), weight, batch)

    def __repr__(self) -> str:
        several = "" if self.batch is None else f", num_graphs={self.num_graphs}"
        return f"Graph(num_nodes={self.num_nodes}, num_edges={self.num_edges}{several})"


def _ends(target: np.ndarray, nodes: int) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(np.bincount(target, minlength=nodes))])
