#pragma once

#include <cstdint>
#include <vector>

#include "core/scratch.h"
#include "kernels/conv/geometry.h"

// NOTE [Bands]
// Kernels that slide over an image work on a box of outputs at a time, and read what the box needs of some channels
// from a band: the part of the image itself where that lies inside the image, else a copy with zeros about it. No
// inner loop looks at a border, and no buffer is larger than a cache. In a band, the element that output (row, x) meets
// with tap t is
//   data[channel * channel_stride + row_at[row] + x * step + tap_at[t]].
// Where outputs that are neighbours must be neighbours in memory (step = 1) and the stride is larger, the copy is laid
// out by phases: the elements 0, stride, 2 stride, ... of a plane's rows 0, stride, 2 stride, ... as one plane, and so
// on.
namespace dlcore::kernels::conv {

// Along one axis, output o meets with tap t the element first + o * stride + t * dilation, or 0 outside the image.
struct Sliding {
  int64_t size, outputs, stride, first, taps, dilation;
};
using SlidingAxes = std::array<Sliding, 3>;

// Outputs of n images: first ... first + size - 1 on each axis.
struct Box {
  int64_t image, images;
  Axes first, size;

  int64_t rows() const { return images * size[0] * size[1]; }
  int64_t columns() const { return rows() * size[2]; }
};

// Cuts the outputs of N images into boxes of at most about `columns`: several whole images, or a part of one that is
// whole along the last axes, so that its outputs are neighbours in memory.
class Boxes {
 public:
  Boxes(int64_t N, const SlidingAxes& axes, int64_t columns);
  int64_t count() const { return count_; }
  Box at(int64_t i) const;
  int64_t most_columns() const { return images_ * side_[0] * side_[1] * side_[2]; }

 private:
  int64_t N_, images_, count_;
  Axes outputs_, side_, pieces_;
};

// Images (N, channels, ...) of which a group's channels begin at `data`.
template <class T>
struct Images {
  const T* data;
  int64_t image_stride, channel_stride;
  const T* end;  // of all images
};

template <class T>
class Band {
 public:
  // Behind the last element that is met, so many more may be read.
  Band(const Images<T>& images, const SlidingAxes& axes, bool by_phases, int64_t slack);

  // The channels from `channel` on that the box needs.
  void read(const Box& box, int64_t channel, int64_t channels);

  const T* data = nullptr;
  int64_t channel_stride = 0, step = 1;
  std::vector<int64_t> row_at, tap_at;

 private:
  bool lies_inside(const Box& box) const;
  void refer(const Box& box, int64_t channel);
  void copy(const Box& box, int64_t channel, int64_t channels);
  void copy_row(const T* from, int64_t first, int64_t extent, T* to, int64_t phase);
  void split_phases(const T* from, int64_t extent, T* to, int64_t phase) const;
  // Where rows and taps lie: how far images, planes, rows of one phase, and phases (y, x) are apart.
  struct Layout {
    int64_t image, plane, row, y_phases, x_phases, phase;
    int64_t at_y(int64_t y) const { return y % y_phases * x_phases * phase + y / y_phases * row; }
    int64_t at_x(int64_t x) const { return x % x_phases * phase + x / x_phases; }
  };
  void address(const Box& box, const Layout& layout);

  Images<T> images_;
  SlidingAxes axes_;
  bool by_phases_;
  int64_t slack_;
  Scratch<T> copy_, row_;
};

}  // namespace dlcore::kernels::conv
