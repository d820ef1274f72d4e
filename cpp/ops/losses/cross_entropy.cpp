#include "kernels/cross_entropy.h"

#include "ops/losses/reduce.h"

namespace dlcore {
namespace {

struct Options {
  Tensor target;  // (rows,), int64, contiguous
  Tensor weight;  // (classes,) or undefined
  double smoothing;
  int64_t ignored;
};

kernels::CrossEntropy arguments(const Tensor& x, const Options& o) {
  return {x.size(0),   x.size(1), o.target.data<int64_t>(), o.weight.defined() ? o.weight.data() : nullptr,
          o.smoothing, o.ignored};
}

// The smoothed and weighted target q (rows, classes), as in the kernel; only second gradients need it written out.
Tensor smoothed_target(const Tensor& x, const Options& o) {
  const Tensor keep = unsqueeze(ne(o.target, o.ignored), 1);
  const Tensor safe = where(squeeze(keep, Dims{1}), o.target, zeros_like(o.target));
  Tensor q = to(one_hot(safe, x.size(1)), x.dtype()) * (1 - o.smoothing) + o.smoothing / static_cast<double>(x.size(1));
  if (o.weight.defined()) q = q * o.weight;
  return where(keep, q, zeros_like(q));
}

// dx = dy (Q softmax(x) - q) of each row
Tensor rows_backward(const Tensor& dy, const Tensor& x, const Tensor& z, const Options& o) {
  const Tensor dx = empty_like(x);
  const int64_t stride = dy.size(0) == 1 ? 0 : dy.strides()[0];
  kernels::cross_entropy_backward(x.dtype(), arguments(x, o), x.data(), z.data(), dy.data(), stride, dx.data());
  return record("cross_entropy_backward", dx,
                wrt(dy,
                    [x = Saved(x), o](const Tensor& ddx) {
                      const Tensor q = smoothed_target(x, o);
                      return sum(ddx * (sum(q, Dims{1}, true) * softmax(x, 1) - q), Dims{1});
                    }),
                wrt(x, [dy = Saved(dy), x = Saved(x), o](const Tensor& ddx) {
                  const Tensor p = softmax(x, 1), all = sum(smoothed_target(x, o), Dims{1}, true);
                  return unsqueeze(dy, 1) * all * p * (ddx - sum(ddx * p, Dims{1}, true));
                }));
}

// The losses of rows (rows, classes); `weights` receives what each counts in a mean.
Tensor row_losses(const Tensor& x, const Options& o, Tensor& weights) {
  const Tensor losses = empty({x.size(0)}, x.dtype()), z = empty_like(losses);
  weights = empty_like(losses);
  kernels::cross_entropy(x.dtype(), arguments(x, o), x.data(), losses.data(), weights.data(), z.data());
  return record("cross_entropy", losses,
                wrt(x, [x = Saved(x), z, o](const Tensor& dy) { return rows_backward(dy, x, z, o); }));
}

void check_targets(const Tensor& target, int64_t classes, int64_t ignored) {
  const int64_t* t = target.data<int64_t>();
  for (int64_t i = 0; i < target.numel(); ++i) {
    if (t[i] != ignored && (t[i] < 0 || t[i] >= classes))
      raise<IndexError>("cross_entropy: target ", t[i], " at position ", i, " is out of range for ", classes,
                        " classes");
  }
}

void check_weight(const Tensor& x, const Tensor& weight, int64_t classes) {
  if (!weight.defined()) return;
  if (weight.shape() != Shape{classes})
    raise<ValueError>("cross_entropy: expected weight of shape ", Shape{classes}, ", got ", weight.shape());
  if (weight.dtype() != x.dtype())
    raise<TypeError>("cross_entropy: expected weight of the input's dtype ", x.dtype(), ", got ", weight.dtype());
}

Tensor of_probabilities(const Tensor& x, const Tensor& target, const Tensor& weight, Reduction reduction,
                        double smoothing, int axis) {
  check_same_shape("cross_entropy", x, target);
  const int64_t classes = x.size(axis);
  const Tensor q = smoothing == 0 ? target : target * (1 - smoothing) + smoothing / static_cast<double>(classes);
  Tensor terms = log_softmax(x, axis) * q;
  if (weight.defined()) {
    Shape along = Dims::filled(x.ndim(), 1);
    along[axis] = classes;
    terms = terms * reshape(weight, along);
  }
  const Tensor losses = neg(sum(terms, Dims{axis}));
  return reduction == Reduction::Mean ? sum(losses) / static_cast<double>(x.numel() / classes)
                                      : reduced(losses, reduction);
}

}  // namespace

Tensor cross_entropy(const Tensor& x, const Tensor& target, const Tensor& weight, Reduction reduction,
                     int64_t ignore_index, double label_smoothing) {
  check_floating("cross_entropy", "an input", x);
  if (x.ndim() == 0) raise<ValueError>("cross_entropy: expected an input with a class axis, got shape ", x.shape());
  if (!(label_smoothing >= 0 && label_smoothing <= 1))
    raise<ValueError>("cross_entropy: expected label_smoothing in [0, 1], got ", label_smoothing);
  const int axis = x.ndim() == 1 ? 0 : 1;
  const int64_t classes = x.size(axis);
  if (classes == 0) raise<ValueError>("cross_entropy: expected at least one class, got shape ", x.shape());
  check_weight(x, weight, classes);
  if (is_floating(target.dtype())) return of_probabilities(x, target, weight, reduction, label_smoothing, axis);

  Shape expected = x.shape();
  expected.erase(axis);
  if (target.shape() != expected)
    raise<ValueError>("cross_entropy: for an input of shape ", x.shape(), " expected a target of shape ", expected,
                      ", got ", target.shape());
  if (target.dtype() != DType::Int64)
    raise<TypeError>("cross_entropy: expected a target of class indices (int64) or probabilities, got dtype ",
                     target.dtype());

  const Options options{reshape(contiguous(target), {target.numel()}),
                        weight.defined() ? contiguous(weight.detach()) : Tensor(), label_smoothing, ignore_index};
  check_targets(options.target, classes, ignore_index);
  Tensor rows = x;
  if (x.ndim() > 2) rows = movedim(x, {1}, {-1});
  if (x.ndim() != 2) rows = reshape(rows, {target.numel(), classes});

  Tensor weights;
  const Tensor losses = row_losses(contiguous(rows), options, weights);
  if (reduction == Reduction::None) return reshape(losses, expected);
  if (reduction == Reduction::Sum) return sum(losses);
  return sum(losses) / sum(weights);
}

}  // namespace dlcore
