"""What the tests of attention are written with."""

import functools

import dlcore
import dlcore.nn.functional as F
import numpy as np
import reference
from samples import Sample, constant, normal

KINDS = ("dot", "additive")
NORMALIZATIONS = ("softmax", "relu")


def op_of(kind):
    return F.additive_attention if kind == "additive" else F.scaled_dot_product_attention


def reference_of(kind):
    return reference.additive_attention if kind == "additive" else reference.scaled_dot_product_attention


def weight_of(kind, D):
    return [normal((D,))] if kind == "additive" else []


def on_graph(kind, neighbors):
    """Return operation and reference on a graph given as arrays."""
    tensors = tuple(dlcore.from_numpy(a) for a in neighbors)
    op = functools.partial(op_of(kind), neighbors=tensors)
    return op, functools.partial(reference.graph_attention, reference_of(kind), neighbors=neighbors)


def graph(rng, Tq, Tk, degree):
    """Draw a graph in CSR form, with queries that have no neighbours and neighbours that come twice."""
    counts = rng.integers(0, 2 * degree + 1, Tq)
    return np.concatenate([[0], np.cumsum(counts)]), rng.integers(0, Tk, counts.sum())


def bias(shape, hidden=0.3):
    """Draw an additive mask with some elements -inf."""

    def draw(rng):
        return np.where(rng.random(shape) < hidden, -np.inf, rng.standard_normal(shape))

    return constant(Sample(draw))
