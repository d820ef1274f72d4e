#include "kernels/dropout.h"

namespace dlcore::kernels {

void dropout(DType dtype, const Stream& stream, const void* x_, void* y_, int64_t n, double p) {
  const auto dropped = static_cast<uint32_t>(p * 0x1p32);
  visit_floating(dtype, [&]<class T>() {
    const auto scale = static_cast<T>(1 / (1 - p));
    over_words(stream, n, 1, [&](const uint32_t* w, int64_t first, int64_t count) {
      const T* x = static_cast<const T*>(x_) + first;
      T* y = static_cast<T*>(y_) + first;
#pragma GCC ivdep
      for (int64_t i = 0; i < count; ++i) {
        const T kept = x[i] * scale;
        y[i] = w[i] >= dropped ? kept : T(0);
      }
    });
  });
}

}  // namespace dlcore::kernels
