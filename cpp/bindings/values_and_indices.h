#pragma once

#include "named_tuple.h"

namespace dlcore::bindings {

template <>
struct NamedTuple<ValuesAndIndices> {
  static constexpr char kName[] = "ValuesAndIndices";
  static constexpr Field<ValuesAndIndices> kFields[] = {{"values", &ValuesAndIndices::values},
                                                        {"indices", &ValuesAndIndices::indices}};
};

}  // namespace dlcore::bindings
