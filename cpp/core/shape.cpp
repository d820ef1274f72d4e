#include "dlcore/shape.h"

#include <limits>

namespace dlcore {

int64_t numel_of(const Shape& shape) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max() / 8;
  int64_t n = 1;
  bool zero = false;
  for (int64_t size : shape) {
    if (size < 0) raise<ValueError>("sizes must not be negative, got shape ", shape);
    zero |= size == 0;
  }
  if (zero) return 0;
  for (int64_t size : shape) {
    if (n > kMost / size) raise<OutOfMemory>("a tensor of shape ", shape, " has more elements than can be addressed");
    n *= size;
  }
  return n;
}

void check_sizes(const char* op, const Shape& shape) {
  for (int64_t size : shape) {
    if (size < 0) raise<ValueError>(op, ": sizes must not be negative, got shape ", shape);
  }
}

Strides contiguous_strides(const Shape& shape) {
  Strides strides = shape;
  int64_t step = 1;
  for (int d = shape.size() - 1; d >= 0; --d) {
    strides[d] = step;
    step *= std::max<int64_t>(shape[d], 1);
  }
  return strides;
}

Shape broadcast_shapes(const char* op, const Shape& a, const Shape& b) {
  if (a == b) return a;
  Shape out = a.size() >= b.size() ? a : b;
  const Shape& other = a.size() >= b.size() ? b : a;
  const int shift = out.size() - other.size();
  for (int d = 0; d < other.size(); ++d) {
    int64_t& size = out[d + shift];
    if (size == 1) {
      size = other[d];
    } else if (other[d] != 1 && other[d] != size) {
      raise<ValueError>(op, ": shapes ", a, " and ", b, " do not broadcast");
    }
  }
  return out;
}

int normalize_axis(const char* op, int64_t axis, const Shape& shape) {
  const int64_t n = std::max(shape.size(), 1);  // a 0-d tensor takes axis 0 and -1, as in PyTorch
  if (axis < -n || axis >= n) raise<IndexError>(op, ": axis ", axis, " is out of range for shape ", shape);
  return static_cast<int>(axis < 0 ? axis + n : axis);
}

Dims normalize_axes(const char* op, const Dims& axes, const Shape& shape) {
  Dims out;
  for (int64_t axis : axes) {
    const int a = normalize_axis(op, axis, shape);
    if (out.contains(a)) raise<ValueError>(op, ": axis ", axis, " appears twice in ", axes);
    out.push_back(a);
  }
  return out;
}

void append_text(std::string& out, const Dims& dims) {
  out += '(';
  for (int i = 0; i < dims.size(); ++i) {
    if (i) out += ", ";
    out += std::to_string(dims[i]);
  }
  out += dims.size() == 1 ? ",)" : ")";
}

}  // namespace dlcore
