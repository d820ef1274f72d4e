#pragma once

#include "kernels/lookup.h"
#include "ops/result.h"

// NOTE [Lookup]
// Reading or writing where an index says is one picture: a walk over the elements of y, what is read or what is written
// from, whose element lies in x at the walk's own offset plus index * stride. gather, index_select, embedding and x[i,
// j] differ only in their strides. Reading (take) and adding (put_add) are each other's gradient.
namespace dlcore {

struct Lookup {
  Shape shape;            // of the walk, and of y
  Strides x_strides;      // x's along it; 0 along an axis where the index alone says where
  Tensor index;           // int64, in range
  Strides index_strides;  // along the walk; 0 where the index stays
  int64_t stride;         // in x, from one index to the next
  Dims shared;            // axes of the walk along which two elements may meet in one place of x
};

// y[i, j, k] <-> x[i, index[i, j, k], k]: an index of x's dimensions.
Lookup along_axis(const Tensor& x, int axis, const Tensor& index);
// y[i, j, k] <-> x[i, index[j], k]: an index of one dimension names slices of x. A 0-d x counts as one of size 1.
Lookup slices_along(const Tensor& x, int axis, const Tensor& index);

// What is there, without history.
Tensor take(const Tensor& x, const Lookup& lookup);
// Writes, or adds, y, which broadcasts to the walk and has x's dtype; of several for one place the last stays.
void put(const Tensor& x, const Lookup& lookup, const Tensor& y);
void put_add(const Tensor& x, const Lookup& lookup, const Tensor& y);

// The index as int64 without history; TypeError where it is not of int64 or int32.
Tensor as_index(const char* op, const Tensor& index);
// The same, after a look at each index; IndexError where one is outside 0 ... size - 1.
Tensor as_index(const char* op, const Tensor& index, int axis, int64_t size);

// y, or a copy of it where a write to x would change it.
Tensor apart_from(const Tensor& x, const Tensor& y);
// A copy without history, to be written to.
inline Tensor fresh_copy(const Tensor& x) { return clone(x.detach()); }

// The size of an axis; 1 for a 0-d tensor.
inline int64_t size_along(const Tensor& x, int axis) { return x.ndim() ? x.size(axis) : 1; }

}  // namespace dlcore
