#pragma once

#include <cstdint>
#include <functional>

#include "kernels/gemm/blocked.h"

namespace dlcore::kernels {

// Makes products of one shape, which write to places of their own; `product_of` gives the i-th. Many small ones are
// shared out among the threads, each of the large ones is. For float, double, and integers of Gemm, which wrap.
template <class T>
void multiply_each(int64_t count, const std::function<Product<T>(int64_t)>& product_of);

}  // namespace dlcore::kernels
