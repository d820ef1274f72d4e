#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

#include "dlcore/dlcore.h"

TEST_CASE("build_info names what the loader took") {
  const dlcore::BuildInfo info = dlcore::build_info();
  CHECK(!info.version.empty());
  CHECK(info.simd != "none");
  CHECK(info.eigen.substr(0, 2) == "5.");
  // Who forces a level says which, so that a force that did not take is a failure.
  if (const char* expected = std::getenv("DLCORE_EXPECTED_LEVEL")) CHECK(info.march == expected);
}
