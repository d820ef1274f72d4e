#include "kernels/conv/band.h"

#include <algorithm>
#include <utility>

#include "core/parallel.h"
#include "kernels/simd.h"

namespace dlcore::kernels::conv {

namespace {

// Whole vectors are written, and what they have too much lies in what is written next: rows are short, and a call of
// memmove for each took longer than the products of a grouped convolution. `source` is readable up to `end`.
template <class T>
[[gnu::always_inline]] inline void copy_whole(const T* source, int64_t n, const T* end, T* to) {
  constexpr int64_t kW = simd::kWidth<T>;
  if (source + pieces_of(n, kW) * kW > end) {
    std::copy_n(source, n, to);
    return;
  }
  for (int64_t i = 0; i < n; i += kW) simd::store<T>(to + i, simd::load(source + i));
}
template <class T>
[[gnu::always_inline]] inline void clear_whole(int64_t n, T* to) {
  for (int64_t i = 0; i < n; i += simd::kWidth<T>) simd::store<T>(to + i, simd::Vector<T>{});
}

}  // namespace

Boxes::Boxes(int64_t N, const SlidingAxes& axes, int64_t columns) : N_(N), images_(1) {
  for (int d = 0; d < 3; ++d) outputs_[d] = axes[d].outputs;
  const int64_t whole = Geometry::count(outputs_);
  if (whole <= columns) {
    images_ = std::min(N, std::max<int64_t>(1, columns / std::max<int64_t>(whole, 1)));
    images_ = pieces_of(N, pieces_of(N, images_));  // of about equal size
    side_ = outputs_;
  } else {
    int64_t left = columns;
    for (int d = 2; d >= 0; --d) {
      const int64_t pieces = pieces_of(outputs_[d], std::max<int64_t>(1, left));
      side_[d] = pieces_of(outputs_[d], pieces);
      left = pieces == 1 ? left / side_[d] : 1;
    }
  }
  count_ = pieces_of(N_, images_);
  for (int d = 0; d < 3; ++d) count_ *= pieces_[d] = pieces_of(outputs_[d], std::max<int64_t>(1, side_[d]));
}

Box Boxes::at(int64_t i) const {
  Box box;
  for (int d = 2; d >= 0; --d) {
    box.first[d] = i % pieces_[d] * side_[d];
    box.size[d] = std::min(side_[d], outputs_[d] - box.first[d]);
    i /= pieces_[d];
  }
  box.image = i * images_;
  box.images = std::min(images_, N_ - box.image);
  return box;
}

template <class T>
Band<T>::Band(const Images<T>& images, const SlidingAxes& axes, bool by_phases, int64_t slack)
    : images_(images), axes_(axes), by_phases_(by_phases), slack_(slack) {}

template <class T>
void Band<T>::read(const Box& box, int64_t channel, int64_t channels) {
  if (lies_inside(box)) {
    refer(box, channel);
    const int64_t last = (channels - 1) * channel_stride + row_at.back() + (box.size[2] - 1) * step + tap_at.back();
    if (last + slack_ < images_.end - data) return;
  }
  copy(box, channel, channels);
}

template <class T>
bool Band<T>::lies_inside(const Box& box) const {
  if (by_phases_ && axes_[2].stride > 1 && box.size[2] > 1) return false;
  for (int d = 0; d < 3; ++d) {
    const Sliding& axis = axes_[d];
    const int64_t from = axis.first + box.first[d] * axis.stride;
    if (from < 0 || from + (box.size[d] - 1) * axis.stride + (axis.taps - 1) * axis.dilation >= axis.size) return false;
  }
  return true;
}

template <class T>
void Band<T>::address(const Box& box, const Layout& layout) {
  row_at.clear();
  tap_at.clear();
  for (int64_t n = 0; n < box.images; ++n) {
    for (int64_t z = 0; z < box.size[0]; ++z) {
      for (int64_t y = 0; y < box.size[1]; ++y)
        row_at.push_back(n * layout.image + z * axes_[0].stride * layout.plane + layout.at_y(y * axes_[1].stride));
    }
  }
  for (int64_t z = 0; z < axes_[0].taps; ++z) {
    for (int64_t y = 0; y < axes_[1].taps; ++y) {
      for (int64_t x = 0; x < axes_[2].taps; ++x)
        tap_at.push_back(z * axes_[0].dilation * layout.plane + layout.at_y(y * axes_[1].dilation) +
                         layout.at_x(x * axes_[2].dilation));
    }
  }
}

template <class T>
void Band<T>::refer(const Box& box, int64_t channel) {
  const int64_t row = axes_[2].size, plane = axes_[1].size * row;
  data = images_.data + box.image * images_.image_stride + channel * images_.channel_stride;
  const Axes strides = {plane, row, 1};
  for (int d = 0; d < 3; ++d) data += (axes_[d].first + box.first[d] * axes_[d].stride) * strides[d];
  channel_stride = images_.channel_stride;
  step = by_phases_ ? 1 : axes_[2].stride;  // rows of one element where by phases
  address(box, {images_.image_stride, plane, row, 1, 1, 0});
}

template <class T>
void Band<T>::copy(const Box& box, int64_t channel, int64_t channels) {
  constexpr int64_t kW = simd::kWidth<T>;
  Axes from, extent;
  for (int d = 0; d < 3; ++d) {
    from[d] = axes_[d].first + box.first[d] * axes_[d].stride;
    extent[d] = (box.size[d] - 1) * axes_[d].stride + (axes_[d].taps - 1) * axes_[d].dilation + 1;
  }
  const bool split = by_phases_ && axes_[2].stride > 1;
  Layout layout{};
  layout.y_phases = split ? axes_[1].stride : 1;
  layout.x_phases = split ? axes_[2].stride : 1;
  layout.row = pieces_of(extent[2], layout.x_phases);
  // A vector too much may be written behind each phase.
  layout.phase = pieces_of(extent[1], layout.y_phases) * layout.row + (split ? kW : 0);
  layout.plane = layout.y_phases * layout.x_phases * layout.phase;
  layout.image = extent[0] * layout.plane;
  // Channels a multiple of 4 KB apart would meet in few lines of the first cache.
  int64_t all = box.images * layout.image;
  if (all * sizeof(T) % 1024 == 0) all += 64 / sizeof(T);
  copy_.reserve(channels * all + std::max<int64_t>(slack_, kW));
  if (split) row_.reserve(layout.row * layout.x_phases + 2 * kW);

  // Rows and planes between those that a tap meets are left as they are.
  const auto met = [&](int d, int64_t at) {
    for (int64_t t = 0; t < axes_[d].taps; ++t) {
      const int64_t o = at - t * axes_[d].dilation;
      if (o >= 0 && o % axes_[d].stride == 0) return true;
    }
    return false;
  };
  std::vector<int64_t> planes, rows;
  for (int64_t z = 0; z < extent[0]; ++z) {
    if (met(0, z)) planes.push_back(z);
  }
  for (int64_t y = 0; y < extent[1]; ++y) {
    if (met(1, y)) rows.push_back(y);
  }
  for (int64_t c = 0; c < channels; ++c) {
    for (int64_t n = 0; n < box.images; ++n) {
      const T* source = images_.data + (box.image + n) * images_.image_stride + (channel + c) * images_.channel_stride;
      for (const int64_t z : planes) {
        for (const int64_t y : rows) {
          T* to = copy_.data() + c * all + n * layout.image + z * layout.plane + layout.at_y(y);
          const int64_t iz = from[0] + z, iy = from[1] + y;
          if (iz < 0 || iz >= axes_[0].size || iy < 0 || iy >= axes_[1].size) {
            for (int64_t phase = 0; phase < layout.x_phases; ++phase)
              clear_whole(layout.row, to + phase * layout.phase);
          } else {
            copy_row(source + (iz * axes_[1].size + iy) * axes_[2].size, from[2], extent[2], to, layout.phase);
          }
        }
      }
    }
  }
  data = copy_.data();
  channel_stride = all;
  step = by_phases_ ? 1 : axes_[2].stride;
  address(box, layout);
}

// `extent` elements of a row from `first` on, zeros outside it.
template <class T>
void Band<T>::copy_row(const T* from, int64_t first, int64_t extent, T* to, int64_t phase) {
  const bool split = by_phases_ && axes_[2].stride > 1;
  T* row = split ? row_.data() : to;
  const int64_t begin = std::clamp<int64_t>(-first, 0, extent);
  const int64_t end = std::clamp<int64_t>(axes_[2].size - first, begin, extent);
  clear_whole(begin, row);
  copy_whole(from + first + begin, end - begin, images_.end, row + begin);
  clear_whole(extent - end, row + end);
  if (split) split_phases(row, extent, to, phase);
}

// Elements 0, s, 2 s, ... to `to`, then 1, s + 1, ..., as many, `phase` elements behind, and so on; of `from`, 2
// vectors more are readable.
template <class T>
void Band<T>::split_phases(const T* from, int64_t extent, T* to, int64_t phase) const {
  constexpr int64_t kW = simd::kWidth<T>;
  const int64_t s = axes_[2].stride, size = pieces_of(extent, s);
  if (s == 2) {
    const auto each = [&]<int kPhase>(T* part) {
      for (int64_t i = 0; i < size; i += kW) {
        [&]<int... kLane>(std::integer_sequence<int, kLane...>) {
          const auto a = simd::load(from + 2 * i), b = simd::load(from + 2 * i + kW);
          simd::store<T>(part + i, __builtin_shufflevector(a, b, (2 * kLane + kPhase)...));
        }
        (std::make_integer_sequence<int, kW>{});
      }
    };
    each.template operator()<0>(to);
    each.template operator()<1>(to + phase);
    return;
  }
  for (int64_t p = 0; p < s; ++p, to += phase) {
    for (int64_t i = 0; i < size; ++i) to[i] = from[p + i * s];
  }
}

template class Band<float>;
template class Band<double>;

}  // namespace dlcore::kernels::conv
