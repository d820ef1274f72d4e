#pragma once

#include <cstdint>

#include "dlcore/activation.h"

namespace dlcore::kernels {

// What follows a product element by element, done to a piece of C while it is still in cache: y = f(c + bias).
template <class T>
struct Epilogue {
  const T* bias = nullptr;      // one number per column
  const T* row_bias = nullptr;  // one number per row
  Activation activation = Activation::Identity;

  bool empty() const { return !bias && !row_bias && activation == Activation::Identity; }
};

// For c (rows, cols), which begins at (i, j) of C.
template <class T>
void finish(const Epilogue<T>& epilogue, T* c, int64_t c_row, int64_t rows, int64_t cols, int64_t i, int64_t j);

}  // namespace dlcore::kernels
