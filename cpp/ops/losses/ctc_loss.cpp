#include "kernels/ctc_loss.h"

#include "ops/losses/reduce.h"
#include "ops/second_gradients.h"

namespace dlcore {
namespace {

struct Call {
  Tensor targets;  // int64, contiguous
  std::vector<int64_t> target_at, input_lengths, target_lengths;
  int64_t blank;

  int64_t states() const {
    return target_lengths.empty() ? 1 : 2 * *std::max_element(target_lengths.begin(), target_lengths.end()) + 1;
  }
  kernels::Ctc kernel(const Tensor& x) const {
    return {x.size(0),
            x.size(1),
            x.size(2),
            blank,
            states(),
            targets.data<int64_t>(),
            target_at.data(),
            input_lengths.data(),
            target_lengths.data()};
  }
};

// As in the kernel, with a finite number in place of -infinity, of which derivatives of a logarithm would be NaN.
Tensor plain_losses(const Call& call, const Tensor& x) {
  constexpr double kNever = -1e30;
  const int64_t T = x.size(0), N = x.size(1), S = call.states();
  const Tensor classes = full({N, S}, Tensor(call.blank), DType::Int64), last = empty({N, 1}, DType::Int64);
  const Tensor skips = full({N, S}, Tensor(kNever), x.dtype()), first = full({N, S}, Tensor(kNever), x.dtype());
  const Tensor lengths = empty({N, 1}, DType::Int64), possible = zeros({N}, x.dtype());
  visit_floating(x.dtype(), [&]<class E>() {
    for (int64_t i = 0; i < N; ++i) {
      const int64_t* target = call.targets.data<int64_t>() + call.target_at[i];
      for (int64_t u = 0; u < call.target_lengths[i]; ++u) {
        classes.data<int64_t>()[i * S + 2 * u + 1] = target[u];
        if (u > 0 && target[u] != target[u - 1]) skips.data<E>()[i * S + 2 * u + 1] = 0;
      }
      last.data<int64_t>()[i] = 2 * call.target_lengths[i];
      lengths.data<int64_t>()[i] = call.input_lengths[i];
      for (int64_t s = 0; s < std::min<int64_t>(S, 2); ++s) first.data<E>()[i * S + s] = 0;
    }
  });
  const Tensor emitted = gather(x, 2, expand(unsqueeze(classes, 0), {T, N, S}));
  const auto shifted = [&](const Tensor& a, int64_t by) {
    return S < by ? full({N, S}, Tensor(kNever), x.dtype())
                  : cat(std::array{full({N, by}, Tensor(kNever), x.dtype()), slice(a, 1, 0, S - by)}, 1);
  };
  Tensor alpha = first + select(emitted, 0, 0);
  for (int64_t t = 1; t < T; ++t) {
    const Tensor ways = stack(std::array{alpha, shifted(alpha, 1), shifted(alpha, 2) + skips});
    alpha = where(lengths > t, logsumexp(ways, Dims{0}) + select(emitted, 0, t), alpha);
  }
  const Tensor end = gather(alpha, 1, last), before = gather(alpha, 1, clamp(last - 1, 0, {}));
  const Tensor both = stack(std::array{end, where(last > 0, before, kNever)});
  const Tensor losses = squeeze(neg(logsumexp(both, Dims{0})), Dims{1});
  return where(logical_and(losses<-kNever / 2, squeeze(lengths, Dims{1})> 0), losses, 0);
}

Tensor losses_backward(const Call& call, const Tensor& dy, const Tensor& x, const Tensor& losses, const Tensor& alpha) {
  const Tensor dx = empty(x.shape(), x.dtype());
  {
    const NoGrad off;
    kernels::ctc_loss_backward(x.dtype(), call.kernel(x), contiguous(x).data(), losses.data(), alpha.data(),
                               contiguous(dy).data(), dx.data());
  }
  return record_joint("ctc_loss_backward", dx, {dy, x},
                      [call, dy = Saved(dy), x = Saved(x)](std::span<const Tensor> ddx, std::span<const bool> needed) {
                        const PlainForm plain = [&](std::span<const Tensor> xs) {
                          return std::vector<Tensor>{plain_losses(call, xs[0])};
                        };
                        const int output = 0;
                        return second_gradients(plain, std::span(&dy.get(), 1), std::span(&x.get(), 1),
                                                std::span(&output, 1), ddx, needed);
                      });
}

Tensor losses_of(const Call& call, const Tensor& x) {
  const Tensor losses = empty({x.size(1)}, x.dtype()), alpha = empty({x.size(1), x.size(0), call.states()}, x.dtype());
  {
    const NoGrad off;
    kernels::ctc_loss(x.dtype(), call.kernel(x), contiguous(x).data(), losses.data(), alpha.data());
  }
  return record("ctc_loss", losses, wrt(x, [call, x = Saved(x), losses = losses.detach(), alpha](const Tensor& dy) {
                  return losses_backward(call, dy, x, losses, alpha);
                }));
}

void check_lengths(const char* what, std::span<const int64_t> lengths, int64_t batch, int64_t most) {
  if (static_cast<int64_t>(lengths.size()) != batch)
    raise<ValueError>("ctc_loss: expected ", batch, " ", what, ", got ", lengths.size());
  for (int64_t length : lengths) {
    if (length < 0 || length > most)
      raise<ValueError>("ctc_loss: expected ", what, " of 0 to ", most, ", got ", length);
  }
}

Call check(const Tensor& x, const Tensor& targets, std::span<const int64_t> input_lengths,
           std::span<const int64_t> target_lengths, int64_t blank) {
  const int64_t N = x.size(1), C = x.size(2);
  if (blank < 0 || blank >= C) raise<IndexError>("ctc_loss: blank ", blank, " is out of range for ", C, " classes");
  if (targets.dtype() != DType::Int64 && targets.dtype() != DType::Int32)
    raise<TypeError>("ctc_loss: expected targets of int64 or int32, got ", targets.dtype());
  if (targets.ndim() != 1 && (targets.ndim() != 2 || targets.size(0) != N))
    raise<ValueError>("ctc_loss: expected targets of shape (", N, ", S) or (sum of target_lengths,), got ",
                      targets.shape());
  check_lengths("input_lengths", input_lengths, N, x.size(0));
  check_lengths("target_lengths", target_lengths, N, targets.size(targets.ndim() - 1));
  Call call{contiguous(to(targets.detach(), DType::Int64)),
            {},
            {input_lengths.begin(), input_lengths.end()},
            {target_lengths.begin(), target_lengths.end()},
            blank};
  int64_t total = 0;
  for (int64_t i = 0; i < N; ++i) {
    call.target_at.push_back(targets.ndim() == 1 ? total : i * targets.size(1));
    total += target_lengths[i];
  }
  if (targets.ndim() == 1 && total != targets.numel())
    raise<ValueError>("ctc_loss: expected ", total, " targets, the sum of target_lengths, got ", targets.numel());
  for (int64_t i = 0; i < N; ++i) {
    for (int64_t u = 0; u < target_lengths[i]; ++u) {
      const int64_t target = call.targets.data<int64_t>()[call.target_at[i] + u];
      if (target < 0 || target >= C || target == blank)
        raise<IndexError>("ctc_loss: target ", target, " of example ", i, " is not a class of 0 to ", C - 1,
                          " other than the blank ", blank);
    }
  }
  return call;
}

}  // namespace

Tensor ctc_loss(const Tensor& log_probs, const Tensor& targets, std::span<const int64_t> input_lengths,
                std::span<const int64_t> target_lengths, int64_t blank, Reduction reduction, bool zero_infinity) {
  check_floating("ctc_loss", "log_probs", log_probs);
  if (log_probs.ndim() != 3 && log_probs.ndim() != 2)
    raise<ValueError>("ctc_loss: expected log_probs of shape (T, N, C) or (T, C), got ", log_probs.shape());
  const bool single = log_probs.ndim() == 2;
  const Tensor x = single ? unsqueeze(log_probs, 1) : log_probs;
  const Call call = check(x, targets, input_lengths, target_lengths, blank);
  if (reduction == Reduction::BatchMean) reduced(x, reduction);  // says so

  Tensor losses = losses_of(call, x);
  if (zero_infinity) losses = where(isinf(losses), 0, losses);
  if (reduction == Reduction::Mean) {
    const Tensor lengths = empty(losses.shape(), losses.dtype());
    visit_floating(losses.dtype(), [&]<class T>() {
      for (int64_t i = 0; i < lengths.numel(); ++i)
        lengths.data<T>()[i] = static_cast<T>(std::max<int64_t>(target_lengths[i], 1));
    });
    losses = losses / lengths;
  } else if (single && reduction == Reduction::None) {
    losses = squeeze(losses, Dims{0});
  }
  return reduced(losses, reduction);
}

}  // namespace dlcore
