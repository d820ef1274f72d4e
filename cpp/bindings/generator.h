#pragma once

#include <optional>

#include "casters.h"
#include "dlcore/random.h"

namespace dlcore::bindings {

// The argument `generator=` of a function: None stands for the default one.
using MaybeGenerator = std::optional<Generator>;
inline const Generator& generator_of(const MaybeGenerator& generator) {
  return generator ? *generator : default_generator();
}

}  // namespace dlcore::bindings
