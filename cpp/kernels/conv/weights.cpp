#include "kernels/conv/weights.h"

#include "kernels/gemm/pack.h"
#include "kernels/simd.h"

namespace dlcore::kernels::conv {

template <class T>
void pack_weights(const Correlation& of, const T* w, int64_t group, int64_t m, int64_t rows, int64_t channel,
                  int64_t channels, T* packed, int64_t width) {
  const auto& at = of.weights;
  const T* first = w + at.at + group * at.group + m * at.row + channel * at.channel;
  if (at.channel == of.taps() && at.tap[2] == 1) {  // they follow each other in memory, whatever the axes
    kernels::pack<T>({first, 1, at.row}, channels * of.taps(), rows, packed, width);
    return;
  }
  if (at.row == 1 && of.taps() == 1 && rows <= simd::kWidth<T>) {
    for (int64_t c = 0; c < channels; ++c)
      simd::store_part<T>(packed + c * width, simd::load_part(first + c * at.channel, rows), rows);
    return;
  }
  for (int64_t c = 0; c < channels; ++c) {
    const T* from = first + c * at.channel;
    for (int64_t z = 0; z < of.axes[0].taps; ++z) {
      for (int64_t y = 0; y < of.axes[1].taps; ++y) {
        for (int64_t x = 0; x < of.axes[2].taps; ++x, packed += width) {
          const T* tap = from + z * at.tap[0] + y * at.tap[1] + x * at.tap[2];
          for (int64_t i = 0; i < rows; ++i) packed[i] = tap[i * at.row];
        }
      }
    }
  }
}

template void pack_weights(const Correlation&, const float*, int64_t, int64_t, int64_t, int64_t, int64_t, float*,
                           int64_t);
template void pack_weights(const Correlation&, const double*, int64_t, int64_t, int64_t, int64_t, int64_t, double*,
                           int64_t);

}  // namespace dlcore::kernels::conv
