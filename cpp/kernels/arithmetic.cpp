#include "kernels/arithmetic.h"

#include "kernels/elementwise.h"

namespace dlcore::kernels {

// On bool a sum is "or" and a product "and", which is what conversion back to bool makes of them.
void add(DType dtype, const Loop<3>& loop) {
  any_dtype(dtype, loop, [](auto a, auto b) { return a + b; });
}
void mul(DType dtype, const Loop<3>& loop) {
  any_dtype(dtype, loop, [](auto a, auto b) { return a * b; });
}
void add_scaled(DType dtype, const Loop<3>& loop, double alpha) {
  any_dtype(dtype, loop, [alpha]<class T>(T a, T b) { return a + static_cast<T>(alpha) * b; });
}
void sub(DType dtype, const Loop<3>& loop) {
  numbers(dtype, loop, [](auto a, auto b) { return a - b; });
}
void neg(DType dtype, const Loop<2>& loop) {
  numbers(dtype, loop, [](auto x) { return -x; });
}
void div(DType dtype, const Loop<3>& loop) {
  floating(dtype, loop, [](auto a, auto b) { return a / b; });
}

}  // namespace dlcore::kernels
