#pragma once

#include <cstdint>

// DLPack 1.0: the C structures in which libraries hand tensors to each other without copying.
// https://dmlc.github.io/dlpack/latest/c_api.html
namespace dlcore::bindings::dlpack {

inline constexpr uint32_t kMajor = 1, kMinor = 0;
inline constexpr int32_t kCpu = 1;  // the device type
inline constexpr uint64_t kReadOnly = 1, kCopied = 2;
inline constexpr uint8_t kInt = 0, kUInt = 1, kFloat = 2, kBool = 6;  // codes of element types

struct Device {
  int32_t type;
  int32_t id;
};

struct DataType {
  uint8_t code;
  uint8_t bits;
  uint16_t lanes;
};

struct Array {
  void* data;
  Device device;
  int32_t ndim;
  DataType dtype;
  int64_t* shape;
  int64_t* strides;  // in elements; null: contiguous
  uint64_t byte_offset;
};

// Before version 1: the capsule "dltensor".
struct Managed {
  Array array;
  void* context;
  void (*deleter)(Managed*);
  static constexpr char kName[] = "dltensor";
  static constexpr const char* kUsedName = "used_dltensor";
};

// Since version 1: the capsule "dltensor_versioned".
struct ManagedVersioned {
  struct {
    uint32_t major;
    uint32_t minor;
  } version;
  void* context;
  void (*deleter)(ManagedVersioned*);
  uint64_t flags;
  Array array;
  static constexpr char kName[] = "dltensor_versioned";
  static constexpr const char* kUsedName = "used_dltensor_versioned";
};

}  // namespace dlcore::bindings::dlpack
