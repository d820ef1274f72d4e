#include "kernels/conv/pointwise.h"

#include "core/parallel.h"
#include "kernels/gemm/micro_kernel.h"
#include "kernels/gemm/products.h"

namespace dlcore::kernels::conv {

bool is_pointwise(const Geometry& of) {
  for (int d = 0; d < 3; ++d) {
    if (of.kernel[d] != 1 || of.stride[d] != 1 || of.padding[d] != 0 || of.input[d] != of.output[d]) return false;
  }
  return of.N * of.groups * of.outputs() > 0;
}

template <class T>
bool is_faster_pointwise(const Geometry& of) {
  const int64_t places = of.outputs(), room = pieces_of(places, kTileCols<T>) * kTileCols<T>;
  return is_pointwise(of) && (of.N == 1 || 8 * places >= 7 * room);
}

namespace {

// y (N, groups * M, places) = W x + bias for x (N, groups * K, places) and a W (M, K) of each group.
template <class T>
void map_places(const Geometry& of, int64_t M, int64_t K, int64_t w_row, int64_t w_col, const T* x, const T* w,
                const T* bias, T* y) {
  const int64_t places = of.outputs();
  multiply_each<T>(of.N * of.groups, [=](int64_t i) {
    const int64_t group = i % of.groups;
    return Product<T>{.m = M,
                      .n = places,
                      .k = K,
                      .a = {w + group * M * K, w_row, w_col},
                      .b = {x + i * K * places, places, 1},
                      .c = y + i * M * places,
                      .c_row = places,
                      .epilogue = {.row_bias = bias ? bias + group * M : nullptr}};
  });
}

}  // namespace

template <class T>
void pointwise_forward(const Geometry& of, const T* x, const T* w, const T* bias, T* y) {
  map_places(of, of.C_out, of.C_in, of.C_in, 1, x, w, bias, y);
}

template <class T>
void pointwise_input_gradient(const Geometry& of, const T* dy, const T* w, const T* bias, T* dx) {
  map_places(of, of.C_in, of.C_out, 1, of.C_in, dy, w, bias, dx);
}

template <class T>
void pointwise_weight_gradient(const Geometry& of, const T* dy, const T* x, T* dw) {
  const int64_t places = of.outputs(), M = of.C_out, K = of.C_in;
  for (int64_t n = 0; n < of.N; ++n) {
    multiply_each<T>(of.groups, [=](int64_t group) {
      const int64_t i = n * of.groups + group;
      return Product<T>{.m = M,
                        .n = K,
                        .k = places,
                        .a = {dy + i * M * places, places, 1},
                        .b = {x + i * K * places, 1, places},
                        .c = dw + group * M * K,
                        .c_row = K,
                        .add = n > 0};
    });
  }
}

#define DLCORE_POINTWISE(T)                                                                  \
  template bool is_faster_pointwise<T>(const Geometry&);                                     \
  template void pointwise_forward(const Geometry&, const T*, const T*, const T*, T*);        \
  template void pointwise_input_gradient(const Geometry&, const T*, const T*, const T*, T*); \
  template void pointwise_weight_gradient(const Geometry&, const T*, const T*, T*);
DLCORE_POINTWISE(float)
DLCORE_POINTWISE(double)
#undef DLCORE_POINTWISE

}  // namespace dlcore::kernels::conv
