#include "define.h"
#include "dlcore/build_info.h"
#include "dtype_object.h"

namespace dlcore::bindings {
namespace {

void define_build_info(py::module_& m) {
  m.def(
      "build_info",
      [] {
        const BuildInfo info = build_info();
        return py::dict("version"_a = info.version, "level"_a = info.march, "simd"_a = info.simd,
                        "eigen"_a = info.eigen);
      },
      "Tell what the copy of libdlcore-kernels that the loader took was built from and for.");
}

// What `from dlcore._core import *` takes, and the package hands on.
void define_public_names(py::module_& m) {
  py::list names;
  for (const auto& [name, value] : py::reinterpret_borrow<py::dict>(m.attr("__dict__"))) {
    if (name.cast<std::string>().front() != '_') names.append(name);
  }
  m.attr("__all__") = names;
}

}  // namespace
}  // namespace dlcore::bindings

PYBIND11_MODULE(_core, m) {
  using namespace dlcore::bindings;
  py::register_exception_translator([](std::exception_ptr error) {
    try {
      if (error) std::rethrow_exception(error);
    } catch (const dlcore::Error&) {
      set_python_error(std::current_exception());
    }
  });
  add_dtypes(m.ptr());
  m.attr("Tensor") = py::reinterpret_steal<py::object>(reinterpret_cast<PyObject*>(make_tensor_type()));
  define_build_info(m);
  define_tensor(m);
  define_autograd(m);
  define_creation(m);
  define_exchange(m);
  define_dlpack(m);
  define_arithmetic(m);
  define_comparison(m);
  define_elementwise(m);
  define_activations(m);
  define_linalg(m);
  define_products(m);
  define_reduction(m);
  define_extremes(m);
  define_softmax(m);
  define_sorting(m);
  define_views(m);
  define_shape(m);
  define_lookup(m);
  define_losses(m);
  define_generator(m);
  define_random(m);
  define_nn(m);
  define_channel_norms(m);
  define_pooling(m);
  define_sampling(m);
  define_conv(m);
  define_attention(m);
  define_recurrence(m);
  define_optim(m);
  define_lbfgs(m);
  define_public_names(m);
}
