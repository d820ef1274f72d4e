#include <random>

#include "dlcore/random.h"

namespace dlcore {

uint64_t Generator::seed() const {
  std::random_device system;
  const uint64_t seed = static_cast<uint64_t>(system()) << 32 | system();
  manual_seed(seed);
  return seed;
}

Generator Generator::clone() const {
  const Generator copy(initial_seed());
  copy.set_state(initial_seed(), offset());
  return copy;
}

const Generator& default_generator() {
  static const Generator generator = [] {
    const Generator made;
    made.seed();
    return made;
  }();
  return generator;
}

void manual_seed(uint64_t seed) { default_generator().manual_seed(seed); }

}  // namespace dlcore
