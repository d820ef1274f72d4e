#pragma once

#include <vector>

#include "dlcore/dtype.h"
#include "kernels/lanes.h"

namespace dlcore::kernels {

// A sparse matrix (rows, columns), row by row.
struct SparseRows {
  int64_t columns = 0;
  std::vector<int64_t> begin{0};  // (rows + 1,): where each row begins in the other two
  std::vector<int32_t> column;    // in order within a row
  std::vector<double> weight;

  int64_t rows() const { return static_cast<int64_t>(begin.size()) - 1; }
  bool is_identity() const;
};

SparseRows transposed(const SparseRows& matrix);

// y[a, o, i] = sum over c of matrix[o, c] x[a, c, i]; lanes are those of x, of matrix.columns elements.
void resample(DType dtype, const Lanes& lanes, const SparseRows& matrix, const void* x, void* y);

}  // namespace dlcore::kernels
