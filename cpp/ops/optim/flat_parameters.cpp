#include "ops/optim/flat_parameters.h"

#include "dlcore/ops.h"

namespace dlcore {
namespace {

std::vector<kernels::FlatPart> parts_of(std::span<const Tensor> xs) {
  std::vector<kernels::FlatPart> parts;
  parts.reserve(xs.size());
  for (const Tensor& x : xs) parts.push_back({x.data(), x.numel()});
  return parts;
}

}  // namespace

FlatParameters::FlatParameters(const char* op, std::span<const Tensor> params) : op_(op), params_(params) {
  if (!params.empty()) dtype_ = params[0].dtype();
  size_ = checked_size();
}

int64_t FlatParameters::checked_size() const {
  int64_t size = 0;
  for (const Tensor& param : params_) {
    if (param.dtype() != dtype_ || !is_floating(dtype_))
      raise<TypeError>(op_, ": params expected one floating dtype, got ", dtype_, " and ", param.dtype());
    check_writable(op_, param);
    size += param.numel();
  }
  return size;
}

Tensor FlatParameters::weights() const {
  std::vector<Tensor> xs;
  for (const Tensor& param : params_) xs.push_back(reshape(param.detach(), {param.numel()}));
  return cat(xs, 0);
}

Tensor FlatParameters::gradient(const Tensor& d, kernels::Measured& measured) const {
  if (const int64_t size = checked_size(); size != size_)
    raise<ValueError>(op_, ": the closure expected to leave parameters of ", size_, " elements, got ", size);
  std::vector<Tensor> xs;
  std::vector<kernels::FlatPart> parts;
  for (const Tensor& param : params_) {
    const Tensor dw = param.grad();
    xs.push_back(dw.defined() ? contiguous(dw) : Tensor());
    parts.push_back({dw.defined() ? xs.back().data() : nullptr, param.numel()});
  }
  const Tensor g = empty({size_}, dtype_);
  measured = kernels::flat_gather(dtype_, parts, d.defined() ? d.data() : nullptr, g.data());
  return g;
}

void FlatParameters::move(const Tensor& start, double t, const Tensor& d) const {
  std::vector<Tensor> ws;
  for (const Tensor& param : params_) ws.push_back(contiguous(param.detach()));
  kernels::flat_move(dtype_, start.defined() ? start.data() : nullptr, t, d.data(), parts_of(ws));
  for (size_t i = 0; i < ws.size(); ++i) {
    if (params_[i].is_contiguous()) {
      mark_written(params_[i]);
    } else {
      copy_(params_[i], ws[i]);
    }
  }
}

}  // namespace dlcore
