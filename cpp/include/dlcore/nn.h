#pragma once

#include <concepts>
#include <optional>
#include <span>
#include <string_view>

#include "dlcore/attention_options.h"
#include "dlcore/cell.h"
#include "dlcore/ops.h"

// The second part of the table of contents: what neural networks are made of, beside the losses in ops.h.
namespace DLCORE_API dlcore {

// ---- Dropout and norms (ops/nn/) ----
// Zero with probability p, x / (1 - p) else; x itself where not training. The mask is drawn again, not kept, for
// gradients.
Tensor dropout(const Tensor& x, double p = 0.5, bool training = true, const Generator& generator = default_generator());
// (x - mean) / sqrt(var + eps) * weight + bias over the last dimensions, of normalized_shape; weight, bias: undefined
// or such.
Tensor layer_norm(const Tensor& x, const Shape& normalized_shape, const Tensor& weight = {}, const Tensor& bias = {},
                  double eps = 1e-5);
Tensor rms_norm(const Tensor& x, const Shape& normalized_shape, const Tensor& weight = {},
                std::optional<double> eps = {});  // x / sqrt(avg(x^2) + eps) * weight; eps: by default the dtype's
// (x - mean) / sqrt(var + eps) * weight + bias of x (N, C, ...), weight and bias (C,) or undefined: over all of a
// channel; over a channel of a sample; over each of some groups of channels of a sample. Running statistics (C,), where
// given, move by momentum towards the batch's (its variance with correction 1) in training, and are used in their place
// else.
Tensor batch_norm(const Tensor& x, const Tensor& running_mean, const Tensor& running_var, const Tensor& weight = {},
                  const Tensor& bias = {}, bool training = false, double momentum = 0.1, double eps = 1e-5);
Tensor instance_norm(const Tensor& x, const Tensor& running_mean = {}, const Tensor& running_var = {},
                     const Tensor& weight = {}, const Tensor& bias = {}, bool use_input_stats = true,
                     double momentum = 0.1, double eps = 1e-5);
Tensor group_norm(const Tensor& x, int64_t groups, const Tensor& weight = {}, const Tensor& bias = {},
                  double eps = 1e-5);
// x / (k + alpha * avg(x^2))^beta, the average being over `size` neighbouring channels.
Tensor local_response_norm(const Tensor& x, int64_t size, double alpha = 1e-4, double beta = 0.75, double k = 1);
Tensor normalize(const Tensor& x, double p = 2, const Dims& axes = {1}, double eps = 1e-12);  // x / max(|x|_p, eps)
Tensor cosine_similarity(const Tensor& x1, const Tensor& x2, int axis = 1, double eps = 1e-8);

// ---- Pooling (ops/pooling/) ----
// Windows slide over the last n = 1, 2 or 3 axes of (C, ...) or (N, C, ...).
struct Pooling {
  Dims kernel_size, stride = {}, padding = {0}, dilation = {1};  // one number or n; without a stride, kernel_size
  bool ceil_mode = false;                                        // whether a last window may reach beyond the padding
};
Tensor max_pool(int n, const Tensor& x, const Pooling& of);
ValuesAndIndices max_pool_with_indices(int n, const Tensor& x, const Pooling& of);  // indices in the flattened plane
Tensor max_unpool(int n, const Tensor& x, const Tensor& indices, const Pooling& of,
                  const std::optional<Dims>& output_size = {});
Tensor avg_pool(int n, const Tensor& x, const Pooling& of, bool count_include_pad = true,
                std::optional<int64_t> divisor_override = {});
Tensor lp_pool(int n, const Tensor& x, double norm_type, const Pooling& of);  // (sum of x^p)^(1 / p)
// Output i of a size sees floor(i in / size) ... ceil((i + 1) in / size) - 1; no size: the input's.
Tensor adaptive_avg_pool(int n, const Tensor& x, std::span<const std::optional<int64_t>> output_size);
ValuesAndIndices adaptive_max_pool(int n, const Tensor& x, std::span<const std::optional<int64_t>> output_size);
struct Folding {
  Dims kernel_size, dilation = {1}, padding = {0}, stride = {1};
};
// (N, C, H, W) to (N, C KH KW, L): each column one of L windows; and the sum of such columns where they came from.
Tensor im2col(const Tensor& x, const Folding& of);
Tensor col2im(const Tensor& x, const Dims& output_size, const Folding& of);

// ---- Sampling (ops/nn/) ----
// Of images (N, C, H, W) or volumes (N, C, D, H, W). theta (N, 2, 3) or (N, 3, 4) gives a grid (N, H, W, 2) or
// (N, D, H, W, 3): where each pixel of the result lies, as x, y, (z) from -1 to 1.
Tensor affine_grid(const Tensor& theta, const Shape& size, bool align_corners = false);
Tensor grid_sample(const Tensor& x, const Tensor& grid, std::string_view mode = "bilinear",  // "nearest", "bicubic"
                   std::string_view padding_mode = "zeros",  // or "border", "reflection"
                   bool align_corners = false);
// The last one to three axes of (N, C, ...) resampled, to a size or by factors (one number may stand for all axes).
// mode: "nearest", "nearest-exact", "linear", "bilinear", "trilinear", "bicubic", "area". antialias: bilinear, bicubic
// alone.
Tensor interpolate(const Tensor& x, const std::optional<Dims>& size, std::span<const double> scale_factor = {},
                   std::string_view mode = "nearest", std::optional<bool> align_corners = {},
                   std::optional<bool> recompute_scale_factor = {}, bool antialias = false);

// ---- Convolution (ops/conv/) ----
// Input (N, C_in, ...) or (C_in, ...), weight (C_out, C_in / groups, ...); stride and so on: one number, or one per
// axis.
// Zeros on both sides of each axis, "valid" (none), or "same" (the result is as large as the input).
struct ConvPadding {
  template <std::integral Width>
  ConvPadding(Width width) : widths{static_cast<int64_t>(width)} {}
  ConvPadding(const Dims& per_axis) : widths(per_axis) {}
  ConvPadding(std::string_view which) : name(which) {}
  ConvPadding(const char* which) : name(which) {}
  Dims widths;
  std::string_view name;
};
Tensor conv1d(const Tensor& x, const Tensor& w, const Tensor& b = {}, const Dims& stride = {1},
              const ConvPadding& padding = 0, const Dims& dilation = {1}, int64_t groups = 1);
Tensor conv2d(const Tensor& x, const Tensor& w, const Tensor& b = {}, const Dims& stride = {1},
              const ConvPadding& padding = 0, const Dims& dilation = {1}, int64_t groups = 1);
Tensor conv3d(const Tensor& x, const Tensor& w, const Tensor& b = {}, const Dims& stride = {1},
              const ConvPadding& padding = 0, const Dims& dilation = {1}, int64_t groups = 1);
// The gradient of a convolution to its input; weight (C_in, C_out / groups, ...).
Tensor conv_transpose1d(const Tensor& x, const Tensor& w, const Tensor& b = {}, const Dims& stride = {1},
                        const Dims& padding = {0}, const Dims& output_padding = {0}, int64_t groups = 1,
                        const Dims& dilation = {1});
Tensor conv_transpose2d(const Tensor& x, const Tensor& w, const Tensor& b = {}, const Dims& stride = {1},
                        const Dims& padding = {0}, const Dims& output_padding = {0}, int64_t groups = 1,
                        const Dims& dilation = {1});
Tensor conv_transpose3d(const Tensor& x, const Tensor& w, const Tensor& b = {}, const Dims& stride = {1},
                        const Dims& padding = {0}, const Dims& output_padding = {0}, int64_t groups = 1,
                        const Dims& dilation = {1});
// Whether 3x3 convolutions of stride 1 may use Winograd's way, with fewer products and a somewhat larger rounding
// error.
bool winograd_enabled();
void set_winograd_enabled(bool on);

// ---- Attention (ops/nn/) ----
// Of query (..., H, Tq, D), key (..., H, Tk, D), value (..., H, Tk, Dv): the values averaged by softmax of the scores,
// which are scale q . k or score_weight . tanh(q + k). Memory grows with Tq and Tk alone, that of second derivatives
// with their product.
Tensor scaled_dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value,
                                    const AttentionOptions& options = {},
                                    const Generator& generator = default_generator());
Tensor additive_attention(const Tensor& query, const Tensor& key, const Tensor& value, const Tensor& score_weight,
                          const AttentionOptions& options = {}, const Generator& generator = default_generator());

// ---- Recurrence (ops/nn/) ----
struct RecurrentStates {
  Tensor y, h,
      c;  // the states of all steps (rows, P); the last ones of each sequence (N, P), of an LSTM's cells (N, H)
};
struct RecurrentWeights {
  Tensor w_ih, w_hh;  // (G H, I), (G H, P)
  Tensor b_ih, b_hh;  // (G H,) or undefined
  Tensor w_hr;        // (P, H), of an LSTM alone, or undefined: then P is H
};
// One layer in one direction, with G gates: from x (rows, I) to the states. The steps of the sequences lie one after
// the other, and of each step those of the first batch_sizes[t] sequences: the rows of a PackedSequence, or of (T, N,
// ...). h0 (N, P) and c0 (N, H), the latter of an LSTM alone. In reverse each sequence begins at its end. Memory of
// second derivatives, and with a projection, grows with the number of plain ops.
RecurrentStates recurrence(Cell cell, const Tensor& x, const Tensor& h0, const Tensor& c0,
                           const RecurrentWeights& weights, std::span<const int64_t> batch_sizes, bool reverse = false);

}  // namespace dlcore
