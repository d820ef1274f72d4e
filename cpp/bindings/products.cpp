#include "define.h"

namespace dlcore::bindings {

void define_products(py::module_& m) {
  Family(m)
      .op("matmul", unlocked(&matmul),
          "Multiply matrices (..., m, k) and (..., k, n), whose leading dimensions broadcast; 1-d tensors are vectors.",
          "input"_a, "other"_a)
      .function(
          "linear",
          [](const Tensor& x, const Tensor& w, const std::optional<Tensor>& b) {
            const Unlocked lock(x.numel() + w.numel());
            return linear(x, w, b.value_or(Tensor()));
          },
          "Compute input @ weight.T + bias for input (..., in), weight (out, in) and bias (out,).", "input"_a, "weight"_a,
          "bias"_a = py::none());
}

}  // namespace dlcore::bindings
