#pragma once

#include <cstdint>
#include <utility>

#include "dlcore/error.h"
#include "dlcore/export.h"

namespace DLCORE_API dlcore {

// The one table of element types: X(enumerator, C++ type, name). Their order is the order of promotion.
#define DLCORE_DTYPES(X)       \
  X(Bool, bool, "bool")        \
  X(UInt8, uint8_t, "uint8")   \
  X(Int32, int32_t, "int32")   \
  X(Int64, int64_t, "int64")   \
  X(Float32, float, "float32") \
  X(Float64, double, "float64")

enum class DType : uint8_t {
#define DLCORE_ROW(Name, T, name) Name,
  DLCORE_DTYPES(DLCORE_ROW)
#undef DLCORE_ROW
};

inline constexpr int kDTypes = 0
#define DLCORE_ROW(Name, T, name) +1
    DLCORE_DTYPES(DLCORE_ROW)
#undef DLCORE_ROW
    ;

inline constexpr DType kDefaultDType = DType::Float32;

template <class T>
inline constexpr DType kDTypeOf = DType::Bool;
#define DLCORE_ROW(Name, T, name) \
  template <>                     \
  inline constexpr DType kDTypeOf<T> = DType::Name;
DLCORE_DTYPES(DLCORE_ROW)
#undef DLCORE_ROW

constexpr int item_size(DType dtype) {
  constexpr int sizes[] = {
#define DLCORE_ROW(Name, T, name) sizeof(T),
      DLCORE_DTYPES(DLCORE_ROW)
#undef DLCORE_ROW
  };
  return sizes[static_cast<int>(dtype)];
}

constexpr const char* name_of(DType dtype) {
  constexpr const char* names[] = {
#define DLCORE_ROW(Name, T, name) name,
      DLCORE_DTYPES(DLCORE_ROW)
#undef DLCORE_ROW
  };
  return names[static_cast<int>(dtype)];
}

constexpr bool is_floating(DType dtype) { return dtype >= DType::Float32; }
constexpr bool is_integral(DType dtype) { return dtype < DType::Float32; }  // bool counts, as in PyTorch

inline void append_text(std::string& out, DType dtype) { out += name_of(dtype); }

// visit(dtype, []<class T>() { ... }): the one bridge from a dtype at run time to a C++ type.
template <class F>
decltype(auto) visit(DType dtype, F&& f) {
  switch (dtype) {
#define DLCORE_ROW(Name, T, name) \
  case DType::Name:               \
    return std::forward<F>(f).template operator()<T>();
    DLCORE_DTYPES(DLCORE_ROW)
#undef DLCORE_ROW
  }
  __builtin_unreachable();
}

// The same for floating dtypes alone; an op checks the dtype before it comes here.
template <class F>
decltype(auto) visit_floating(DType dtype, F&& f) {
  if (dtype == DType::Float64) return std::forward<F>(f).template operator()<double>();
  return std::forward<F>(f).template operator()<float>();
}

}  // namespace dlcore
