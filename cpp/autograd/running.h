#pragma once

#include <string>

#include "dlcore/autograd.h"

namespace dlcore {

// The node whose gradient this thread is computing, for messages.
class Running {
 public:
  explicit Running(const Node* node);
  ~Running();

 private:
  const Node* before_;
};
const Node* running_node();  // null outside a backward walk
const char* running_op();

std::string current_module_path();  // "encoder.fc1", "" outside modules

}  // namespace dlcore
