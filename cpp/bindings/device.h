#pragma once

#include <pybind11/pybind11.h>

#include <string>

#include "dlcore/error.h"

namespace dlcore::bindings {

// Where tensors lie: always in the memory of the processor. It is here so that programs that name a device run.
struct Device {
  explicit Device(const std::string& name = "cpu") {
    if (name != "cpu" && name != "cpu:0") raise<ValueError>("device: expected 'cpu', got '", name, "'");
  }
};

// The argument `device=` of a function: None, 'cpu' or a device.
struct DeviceArgument {};

}  // namespace dlcore::bindings

namespace pybind11::detail {

template <>
struct type_caster<dlcore::bindings::DeviceArgument> {
  PYBIND11_TYPE_CASTER(dlcore::bindings::DeviceArgument, const_name("device | str | None"));
  bool load(handle source, bool) {
    if (source.is_none() || isinstance<dlcore::bindings::Device>(source)) return true;
    if (!isinstance<str>(source)) return false;
    dlcore::bindings::Device(source.cast<std::string>());  // refuses other names
    return true;
  }
};

}  // namespace pybind11::detail
