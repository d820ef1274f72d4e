#include "define.h"
#include "tensors.h"

namespace dlcore::bindings {
namespace {

template <class... Axis>
auto joining(Tensor (*op)(std::span<const Tensor>, Axis...)) {
  return [op](const std::vector<Tensor>& xs, Axis... axis) {
    const Unlocked lock(work_of(xs));
    return op(xs, axis...);
  };
}

void define_joining(Family& family) {
  for (const char* name : {"cat", "concat", "concatenate"}) {
    family.function(name, joining(&cat), "Join tensors along a dimension.", "tensors"_a, "dim"_a = 0);
  }
  family
      .function("stack", joining(&stack), "Join tensors of one shape along a new dimension.", "tensors"_a, "dim"_a = 0)
      .function("hstack", joining(&hstack), "Join tensors side by side: along dimension 1, vectors along 0.",
                "tensors"_a)
      .function("vstack", joining(&vstack), "Join tensors on top of each other: along dimension 0, vectors as rows.",
                "tensors"_a);
}

}  // namespace

void define_shape(py::module_& m) {
  Family family(m);
  define_joining(family);
}

}  // namespace dlcore::bindings
