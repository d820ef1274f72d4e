#pragma once

#include "kernels/attention.h"

// NOTE [Few queries]
// In decoding there is one query, which would fill one of the 32 lanes of a tile. So few queries are taken one by one:
// the scores of each lie side by side, key after key, and keys and values are read as they lie, a row at a time. That
// is no more work than is asked for, 2 (D + Dv) floating operations a key forward, and mostly hidden behind memory.
namespace dlcore::kernels {

// Whether they are that few; not of a graph, of additive scores, or with dropout.
bool are_few(const Attention& of);

// What `attention` computes. Threads share the queries.
template <class T>
void attend_one_by_one(const Attention& of, T* y, T* stat);

// What `attention_backward` computes; delta (items, Tq) is that of tiles. Threads share the pairs.
template <class T>
void attend_backward_one_by_one(const Attention& of, const AttentionRows& dy, const T* stat, const T* delta,
                                const AttentionGradients& to);

}  // namespace dlcore::kernels
