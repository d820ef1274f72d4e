#include "kernels/im2col.h"
#include "ops/pooling/windows.h"

namespace dlcore {
namespace {

struct Columns {
  kernels::Windows windows;
  Shape image, columns;
};

// For an image (..., C, H, W), of which `front` are the sizes up to C.
Columns columns_of(const char* op, const Shape& front, const Dims& size, const Folding& of) {
  const Dims kernel = per_axis(op, "kernel_size", of.kernel_size, 2, 1);
  const Dims dilation = per_axis(op, "dilation", of.dilation, 2, 1);
  const Dims padding = per_axis(op, "padding", of.padding, 2, 0), stride = per_axis(op, "stride", of.stride, 2, 1);
  Columns out{{}, front, front};
  kernels::Axis* axes[] = {&out.windows.h, &out.windows.w};
  for (int i = 0; i < 2; ++i) {
    kernels::Axis& axis = *axes[i];
    axis = {size[i], 0, kernel[i], stride[i], padding[i], dilation[i]};
    const int64_t room = axis.in + 2 * axis.padding - axis.reach();
    if (room < 0)
      raise<ValueError>(op, ": a window of ", axis.reach(), " does not fit into ", axis.in, " elements with ",
                        axis.padding, " of padding on each side");
    axis.out = room / axis.stride + 1;
    out.image.push_back(axis.in);
  }
  out.windows.M = numel_of(front);
  out.columns[front.size() - 1] *= out.windows.taps();
  out.columns.push_back(out.windows.outputs());
  return out;
}

Tensor image_of(const Tensor& x, const Columns& of);

Tensor columns_of(const Tensor& x_, const Columns& of) {
  const Tensor x = contiguous(x_), y = empty(of.columns, x.dtype());
  kernels::im2col(x.dtype(), of.windows, x.data(), y.data());
  return record("im2col", y, wrt(x_, [of](const Tensor& dy) { return image_of(dy, of); }));
}

Tensor image_of(const Tensor& x_, const Columns& of) {
  const Tensor x = contiguous(x_), y = empty(of.image, x.dtype());
  kernels::col2im(x.dtype(), of.windows, x.data(), y.data());
  return record("col2im", y, wrt(x_, [of](const Tensor& dy) { return columns_of(dy, of); }));
}

}  // namespace

Tensor im2col(const Tensor& x, const Folding& folding) {
  check_planes("unfold", x, 2);
  Shape front = x.shape();
  const Dims size{x.size(x.ndim() - 2), x.size(x.ndim() - 1)};
  front.erase(front.size() - 1);
  front.erase(front.size() - 1);
  return columns_of(x, columns_of("unfold", front, size, folding));
}

Tensor col2im(const Tensor& x, const Dims& output_size, const Folding& folding) {
  if (!is_floating(x.dtype())) raise<TypeError>("fold: expected an input of a floating dtype, got ", x.dtype());
  if (x.ndim() != 2 && x.ndim() != 3)
    raise<ValueError>("fold: expected an input (C taps, L) or (N, C taps, L), got shape ", x.shape());
  const Dims size = per_axis("fold", "output_size", output_size, 2, 1);
  const Dims kernel = per_axis("fold", "kernel_size", folding.kernel_size, 2, 1);
  Shape front = x.shape();
  front.erase(front.size() - 1);
  if (front.back() % (kernel[0] * kernel[1]) != 0)
    raise<ValueError>("fold: expected rows of the input, ", front.back(), ", in multiples of a window's ",
                      kernel[0] * kernel[1], " elements");
  front[front.size() - 1] /= kernel[0] * kernel[1];
  const Columns of = columns_of("fold", front, size, folding);
  if (of.columns != x.shape())
    raise<ValueError>("fold: expected an input of shape ", of.columns, " for an output of ", size, ", got ", x.shape());
  return image_of(x, of);
}

}  // namespace dlcore
