#pragma once

#include "dlcore/tensor.h"

// NOTE [Views and changes in place]
// A view shares its base's memory, so a change through one of them is a change of all. When a view is overwritten, the
// base's history becomes "the old base with this region replaced", and every other view, seeing that its base's history
// has moved on, takes "this region of the base" as its own history the next time anyone asks.
namespace dlcore {

// Gives a view whose base has a new history the history "a region of the base".
void refresh_view(const Tensor& x);

}  // namespace dlcore
