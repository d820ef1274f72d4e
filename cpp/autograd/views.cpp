#include "autograd/views.h"

#include "dlcore/autograd.h"
#include "dlcore/ops.h"

namespace dlcore {
namespace {

Region region_of(const TensorImpl& view, const TensorImpl& base) {
  if (!base.contiguous)
    raise<AutogradError>("a view of memory that is not contiguous was changed in place; call contiguous() first");
  const auto bytes = static_cast<std::byte*>(view.data) - static_cast<std::byte*>(base.data);
  return {view.shape, view.strides, bytes / item_size(view.dtype)};
}

}  // namespace

void refresh_view(const Tensor& x) {
  TensorImpl& view = *x.impl();
  if (!view.base || view.history_version == view.base->history_version) return;
  view.history_version = view.base->history_version;
  const Tensor base(view.base);
  const GradMode on(true);
  record("as_strided", x, wrt(base, [shape = base.shape(), region = region_of(view, *view.base)](const Tensor& dy) {
           return place_region(dy, shape, region);
         }));
}

void adopt_history(const Tensor& x, const Tensor& y) {
  mark_written(x);
  if (!grad_enabled() || !(x.requires_grad() || y.requires_grad())) return;
  if (x.impl()->base) {
    const Tensor base(x.impl()->base);
    const Region region = region_of(*x.impl(), *base.impl());
    ++base.impl()->history_version;
    record("copy_", base, wrt(base, [region](const Tensor& dy) { return zero_region(dy, region); }),
           wrt(y, [region](const Tensor& dy) { return as_strided(contiguous(dy), region); }));
    return;
  }
  ++x.impl()->history_version;
  if (y.requires_grad()) {
    const Edge edge = detail::edge_to(y);
    detail::set_history(x, edge.node, edge.index);
  } else {
    record("copy_", x, wrt(x, [](const Tensor&) { return Tensor(); }));  // overwritten: nothing of the old x is left
  }
}

}  // namespace dlcore
