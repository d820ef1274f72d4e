// By Eigen: bound by memory, in which its products are at the limit.
#include "kernels/gemm/vectors.h"

#include <Eigen/Core>

namespace dlcore::kernels {

template <class T>
void multiply_vector(const Strided<T>& a, int64_t m, int64_t k, const T* x, int64_t x_stride, T* y, int64_t y_stride) {
  using Vector = Eigen::Matrix<T, Eigen::Dynamic, 1>;
  const Vector from = Eigen::Map<const Vector, 0, Eigen::InnerStride<>>(x, k, Eigen::InnerStride<>(x_stride));
  Eigen::Map<Vector, 0, Eigen::InnerStride<>> to(y, m, Eigen::InnerStride<>(y_stride));
  const auto product = [&]<int kOrder>(int64_t stride) {
    using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, kOrder>;
    to.noalias() = Eigen::Map<const Matrix, 0, Eigen::OuterStride<>>(a.data, m, k, Eigen::OuterStride<>(stride)) * from;
  };
  a.col_stride == 1 ? product.template operator()<Eigen::RowMajor>(a.row_stride)
                    : product.template operator()<Eigen::ColMajor>(a.col_stride);
}

template void multiply_vector(const Strided<float>&, int64_t, int64_t, const float*, int64_t, float*, int64_t);
template void multiply_vector(const Strided<double>&, int64_t, int64_t, const double*, int64_t, double*, int64_t);

}  // namespace dlcore::kernels
