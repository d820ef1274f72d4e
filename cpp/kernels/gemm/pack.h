#pragma once

#include <cstdint>

namespace dlcore::kernels {

// A part of a matrix in memory, of any strides (in elements).
template <class T>
struct Strided {
  const T* data;
  int64_t row_stride, col_stride;

  const T* at(int64_t i, int64_t j) const { return data + i * row_stride + j * col_stride; }
  Strided from(int64_t i, int64_t j) const { return {at(i, j), row_stride, col_stride}; }
  Strided transposed() const { return {data, col_stride, row_stride}; }
};

// Copies x (rows, cols) to panels, as the micro-kernel reads them: the first `width` columns, row after row end to end,
// then the next `width` columns, ...; zeros where the last panel goes beyond x.
template <class T>
void pack(const Strided<T>& x, int64_t rows, int64_t cols, T* packed, int64_t width);

}  // namespace dlcore::kernels
