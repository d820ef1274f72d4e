#include "dlcore/error.h"

#include <cstdio>

namespace dlcore {

void append_text(std::string& out, double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%g", value);
  out += buffer;
}

}  // namespace dlcore
