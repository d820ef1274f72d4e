#pragma once

#include <cstdint>

#include "dlcore/activation.h"

namespace dlcore::kernels {

// What follows a product element by element, done to a piece of C while it is still in cache: y = f(c + bias).
template <class T>
struct Epilogue {
  const T* bias = nullptr;  // one number per column
  Activation activation = Activation::Identity;

  bool empty() const { return !bias && activation == Activation::Identity; }
};

// For c (rows, cols), of which the first column is the bias' `first`.
template <class T>
void finish(const Epilogue<T>& epilogue, T* c, int64_t c_row, int64_t rows, int64_t cols, int64_t first);

}  // namespace dlcore::kernels
