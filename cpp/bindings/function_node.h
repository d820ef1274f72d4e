#pragma once

#include <pybind11/pybind11.h>

#include <optional>
#include <vector>

#include "dlcore/autograd.h"

namespace dlcore::bindings {

// Records what autograd.Function computed: `outputs` were made from `inputs`, and backward(saved, grads) gives one
// gradient (or None) per input. `saved` may hold inputs, outputs and any other tensors.
void record_function(const std::string& name, const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs,
                     const std::vector<std::optional<Tensor>>& saved, pybind11::function backward);

}  // namespace dlcore::bindings
