#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

#include "dlcore/error.h"
#include "dlcore/export.h"

namespace DLCORE_API dlcore {

inline constexpr int kMaxDims = 8;

// Up to eight numbers, one per dimension, without an allocation: a shape, strides, axes.
class Dims {
 public:
  Dims() = default;
  Dims(std::initializer_list<int64_t> values) : Dims(std::span<const int64_t>(values.begin(), values.size())) {}
  explicit Dims(std::span<const int64_t> values) {
    for (int64_t v : values) push_back(v);
  }
  static Dims filled(int size, int64_t value) {
    Dims d;
    for (int i = 0; i < size; ++i) d.push_back(value);
    return d;
  }

  int size() const { return size_; }
  bool empty() const { return size_ == 0; }
  int64_t operator[](int i) const { return values_[i]; }
  int64_t& operator[](int i) { return values_[i]; }
  const int64_t* begin() const { return values_; }
  const int64_t* end() const { return values_ + size_; }
  int64_t* begin() { return values_; }
  int64_t* end() { return values_ + size_; }
  int64_t back() const { return values_[size_ - 1]; }
  bool contains(int64_t value) const { return std::find(begin(), end(), value) != end(); }

  void push_back(int64_t value) {
    if (size_ == kMaxDims) raise<ValueError>("a tensor has at most ", kMaxDims, " dimensions");
    values_[size_++] = value;
  }
  void insert(int at, int64_t value) {
    push_back(value);
    std::rotate(begin() + at, end() - 1, end());
  }
  void erase(int at) {
    std::rotate(begin() + at, begin() + at + 1, end());
    --size_;
  }
  friend bool operator==(const Dims& a, const Dims& b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

 private:
  int size_ = 0;
  int64_t values_[kMaxDims];
};

using Shape = Dims;
using Strides = Dims;

// The product of the sizes; throws OutOfMemory where it, in bytes of 8, cannot be counted.
int64_t numel_of(const Shape& shape);
// Refuses negative sizes; throws ValueError naming the op.
void check_sizes(const char* op, const Shape& shape);
Strides contiguous_strides(const Shape& shape);
// The shape both broadcast to; throws ValueError naming the op.
Shape broadcast_shapes(const char* op, const Shape& a, const Shape& b);
// An axis counted from the end becomes one counted from the start; throws IndexError naming the op and shape.
int normalize_axis(const char* op, int64_t axis, const Shape& shape);
Dims normalize_axes(const char* op, const Dims& axes, const Shape& shape);

// "(2, 5)", "(3,)", "()": as Python writes a tuple.
void append_text(std::string& out, const Dims& dims);

}  // namespace dlcore
