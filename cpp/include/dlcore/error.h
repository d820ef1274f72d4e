#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include "dlcore/export.h"

namespace DLCORE_API dlcore {

// Each error maps to the Python exception of the same meaning; its text reads "op: argument, expected, given".
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct ValueError : Error {  // a shape or a value that the op cannot take
  using Error::Error;
};
struct TypeError : Error {  // a dtype or a kind of argument that the op cannot take
  using Error::Error;
};
struct IndexError : Error {  // an index or an axis outside its range
  using Error::Error;
};
struct LinAlgError : Error {  // a matrix for which there is no answer: singular, not positive definite
  using Error::Error;
};
struct OutOfMemory : Error {  // more bytes than can be had, or be counted
  using Error::Error;
};
struct AutogradError : Error {  // a gradient that cannot be computed as asked
  using Error::Error;
};

inline void append_text(std::string& out, std::string_view part) { out += part; }
template <class T>
requires std::is_integral_v<T>
void append_text(std::string& out, T value) {
  if constexpr (std::is_same_v<T, bool>) {
    out += value ? "True" : "False";
  } else {
    out += std::to_string(value);
  }
}
void append_text(std::string& out, double value);

// text("axis ", 3, " of ", shape): anything with an append_text overload becomes part of a message.
template <class... Parts>
std::string text(const Parts&... parts) {
  std::string out;
  (append_text(out, parts), ...);
  return out;
}

template <class E, class... Parts>
[[noreturn]] void raise(const Parts&... parts) {
  throw E(text(parts...));
}

}  // namespace dlcore
