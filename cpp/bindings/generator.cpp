#include "generator.h"

#include <cstring>

#include "define.h"
#include "device.h"

namespace dlcore::bindings {
namespace {

// The Python object of a generator, where a function returns the very one that it was called on.
struct GeneratorObject : py::object {
  GeneratorObject(py::object object) : py::object(std::move(object)) {}
};

}  // namespace
}  // namespace dlcore::bindings

namespace pybind11::detail {

template <>
struct handle_type_name<dlcore::bindings::GeneratorObject> {
  static constexpr auto name = const_name("Generator");
};

}  // namespace pybind11::detail

namespace dlcore::bindings {
namespace {

// Any integer in [-2^63, 2^64), a negative one counting as 2^64 more.
uint64_t seed_of(const py::int_& seed) {
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(seed.ptr(), &overflow);
  if (overflow == 0) return static_cast<uint64_t>(value);
  const unsigned long long large = overflow > 0 ? PyLong_AsUnsignedLongLong(seed.ptr()) : 0;
  if (overflow < 0 || PyErr_Occurred()) {
    PyErr_Clear();
    raise<ValueError>("manual_seed: expected a seed in [-2^63, 2^64), got ", py::str(seed).cast<std::string>());
  }
  return large;
}

// Seed and offset, 16 bytes.
Tensor state_of(const Generator& generator) {
  const uint64_t state[] = {generator.initial_seed(), generator.offset()};
  const Tensor out = empty({sizeof state}, DType::UInt8);
  std::memcpy(out.data(), state, sizeof state);
  return out;
}

void set_state(const Generator& generator, const Tensor& x) {
  uint64_t state[2];
  if (x.dtype() != DType::UInt8 || x.shape() != Shape{sizeof state})
    raise<ValueError>("set_state: expected a uint8 tensor of shape (16,), as get_state gives it, got ", x.dtype(),
                      " of ", x.shape());
  std::memcpy(state, contiguous(x).data(), sizeof state);
  generator.set_state(state[0], state[1]);
}

constexpr const char* kGenerator = R"(A source of random numbers: a seed, and how many blocks of numbers were drawn.

The numbers depend on the seed and the position alone: they are the same for every number of threads, instruction level
and machine. A forked child has its parent's state, and draws the same numbers; give it a seed of its own.

Args:
    device: 'cpu'.

Source:
    Philox4x32-10; Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3, 2011.

Example:
    >>> import dlcore
    >>> a = dlcore.rand(3, generator=dlcore.Generator().manual_seed(0))
    >>> b = dlcore.rand(3, generator=dlcore.Generator().manual_seed(0))
    >>> dlcore.equal(a, b)
    True
)";

}  // namespace

void define_generator(py::module_& m) {
  py::class_<Generator>(m, "Generator", kGenerator)
      .def(py::init([](DeviceArgument) { return Generator(); }), "device"_a = "cpu")
      .def_property_readonly(
          "device", [](const Generator&) { return Device(); }, "The device: cpu.")
      .def(
          "manual_seed",
          [](const py::object& self, const py::int_& seed) -> GeneratorObject {
            self.cast<const Generator&>().manual_seed(seed_of(seed));
            return self;
          },
          "Begin anew with a seed, an integer in [-2^63, 2^64); return the generator.", "seed"_a)
      .def("seed", &Generator::seed, "Begin anew with a seed that the system draws, and return it.")
      .def("initial_seed", &Generator::initial_seed, "Return the seed that the generator began with.")
      .def("get_state", &state_of, "Return the state as a uint8 tensor: the seed and the offset, 8 bytes each.")
      .def("set_state", &set_state, "Take over a state that `get_state` returned.", "new_state"_a)
      .def("clone_state", &Generator::clone, "Return another generator in the same state.")
      .def("__copy__", &Generator::clone)
      .def(
          "__deepcopy__", [](const Generator& self, const py::dict&) { return self.clone(); }, "memo"_a)
      .def(py::pickle([](const Generator& self) { return py::make_tuple(self.initial_seed(), self.offset()); },
                      [](const py::tuple& state) {
                        const Generator generator;
                        generator.set_state(state[0].cast<uint64_t>(), state[1].cast<uint64_t>());
                        return generator;
                      }));

  m.attr("default_generator") = default_generator();
  Family(m)
      .function(
          "manual_seed",
          [m](const py::int_& seed) -> GeneratorObject {
            default_generator().manual_seed(seed_of(seed));
            return py::object(m.attr("default_generator"));
          },
          R"(Let random numbers begin anew with a seed, and return the default generator.

Args:
    seed: an integer in [-2^63, 2^64).

Example:
    >>> import dlcore
    >>> generator = dlcore.manual_seed(0)
    >>> a = dlcore.rand(3)
    >>> generator = dlcore.manual_seed(0)
    >>> dlcore.equal(a, dlcore.rand(3))
    True
)",
          "seed"_a)
      .function(
          "seed", [] { return default_generator().seed(); },
          "Let random numbers begin anew with a seed that the system draws, and return it.")
      .function(
          "initial_seed", [] { return default_generator().initial_seed(); },
          "Return the seed of the default generator.")
      .function(
          "get_rng_state", [] { return state_of(default_generator()); },
          "Return the state of the default generator as a uint8 tensor.")
      .function(
          "set_rng_state", [](const Tensor& state) { set_state(default_generator(), state); },
          "Set the state of the default generator to one that `get_rng_state` returned.", "new_state"_a);
}

}  // namespace dlcore::bindings
