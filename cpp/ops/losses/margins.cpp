#include <cmath>

#include "ops/losses/reduce.h"

// Losses of scores that should keep a margin, and others, written in ops.
namespace dlcore {

Tensor smooth_l1_loss(const Tensor& input, const Tensor& target, Reduction reduction, double beta) {
  check_same_shape("smooth_l1_loss", input, target);
  check_floating("smooth_l1_loss", "an input", input);
  if (!(beta >= 0)) raise<ValueError>("smooth_l1_loss: expected beta >= 0, got ", beta);
  if (beta == 0) return l1_loss(input, target, reduction);
  return huber_loss(input, target, reduction, beta) / beta;
}

Tensor soft_margin_loss(const Tensor& input, const Tensor& target, Reduction reduction) {
  check_same_shape("soft_margin_loss", input, target);
  check_floating("soft_margin_loss", "an input", input);
  return reduced(neg(logsigmoid(input * target)), reduction);
}

Tensor hinge_embedding_loss(const Tensor& input, const Tensor& target, double margin, Reduction reduction) {
  check_same_shape("hinge_embedding_loss", input, target);
  check_floating("hinge_embedding_loss", "an input", input);
  // As PyTorch has it, a target that is neither 1 nor -1 counts as both.
  const Tensor far = where(ne(target, 1), clamp(margin - input, 0, {}), 0), near = where(ne(target, -1), input, 0);
  return reduced(far + near, reduction);
}

Tensor multi_margin_loss(const Tensor& input, const Tensor& target, int p, double margin, const Tensor& weight,
                         Reduction reduction) {
  check_floating("multi_margin_loss", "an input", input);
  if (p != 1 && p != 2) raise<ValueError>("multi_margin_loss: expected p to be 1 or 2, got ", p);
  const bool single = input.ndim() == 1;
  if ((!single && input.ndim() != 2) || input.shape().back() == 0)
    raise<ValueError>("multi_margin_loss: expected an input of shape (N, C) or (C,), got ", input.shape());
  const Tensor x = single ? unsqueeze(input, 0) : input;
  const Shape expected = single ? Shape{} : Shape{x.size(0)};
  if (target.shape() != expected)
    raise<ValueError>("multi_margin_loss: for an input of shape ", input.shape(), " expected a target of shape ",
                      expected, ", got ", target.shape());
  if (target.dtype() != DType::Int64)
    raise<TypeError>("multi_margin_loss: expected a target of class indices (int64), got dtype ", target.dtype());
  const int64_t classes = x.size(1);
  if (weight.defined() && weight.shape() != Shape{classes})
    raise<ValueError>("multi_margin_loss: expected weight of shape ", Shape{classes}, ", got ", weight.shape());
  const Tensor at = reshape(contiguous(target), {x.size(0), 1});
  for (int64_t i = 0; i < at.numel(); ++i) {
    const int64_t t = at.data<int64_t>()[i];
    if (t < 0 || t >= classes)
      raise<IndexError>("multi_margin_loss: target ", t, " at position ", i, " is out of range for ", classes,
                        " classes");
  }
  Tensor excess = relu(margin - gather(x, 1, at) + x);
  if (p == 2) excess = square(excess);
  if (weight.defined()) excess = excess * unsqueeze(index_select(weight, 0, reshape(at, {x.size(0)})), 1);
  const Tensor own = eq(arange(0, classes), at);
  const Tensor losses = sum(where(own, 0, excess), Dims{1}) / static_cast<double>(classes);
  return reduced(single && reduction == Reduction::None ? squeeze(losses, Dims{0}) : losses, reduction);
}

Tensor gaussian_nll_loss(const Tensor& input, const Tensor& target, const Tensor& var_, bool full, double eps,
                         Reduction reduction) {
  check_same_shape("gaussian_nll_loss", input, target);
  check_floating("gaussian_nll_loss", "an input", input);
  if (!(eps > 0)) raise<ValueError>("gaussian_nll_loss: expected eps > 0, got ", eps);
  Tensor var = var_;
  Shape one = input.shape();
  if (!one.empty()) one[one.size() - 1] = 1;
  Shape without = input.shape();
  if (!without.empty()) without.erase(without.size() - 1);
  if (var.shape() != input.shape() && var.shape() != one) {
    if (var.shape() != without)
      raise<ValueError>("gaussian_nll_loss: expected var of shape ", input.shape(), ", ", one, " or ", without,
                        ", got ", var.shape());
    var = unsqueeze(var, -1);
  }
  if (any(var.detach() < 0).item<bool>()) raise<ValueError>("gaussian_nll_loss: expected no negative variance");
  const Tensor kept = where(var < eps, var + (eps - var.detach()), var);  // not below eps, with the gradient of var
  const Tensor losses = (log(kept) + square(input - target) / kept) * 0.5;
  return reduced(full ? losses + 0.5 * std::log(2 * M_PI) : losses, reduction);
}

}  // namespace dlcore
