#include "define.h"
#include "device.h"
#include "generator.h"

namespace dlcore::bindings {
namespace {

using MaybeDType = std::optional<DType>;
using Draw = Tensor (*)(const Shape&, const Generator&, DType);

// What all drawing ops compute without the interpreter lock.
template <class F>
auto drawn(int64_t numbers, F&& draw) {
  const Unlocked lock(numbers);
  return draw();
}
int64_t count_of(const Shape& shape) {
  int64_t n = 1;
  for (const int64_t size : shape) n = size > (1 << 20) ? size : n * size;  // whether many, and that without overflow
  return n;
}

// numbers(*size) and numbers_like(input), for numbers in rand, randn.
void define_floating(Family& f, const std::string& name, Draw draw, const char* doc, const std::string& what) {
  f.function(
      name.c_str(),
      [draw](const py::args& size, const MaybeGenerator& generator, MaybeDType dtype, DeviceArgument,
             bool requires_grad) {
        const Shape shape = dims_of(size);
        const DType given = dtype.value_or(kDefaultDType);
        return with_grad(drawn(count_of(shape), [&] { return draw(shape, generator_of(generator), given); }),
                         requires_grad);
      },
      doc, py::kw_only(), "generator"_a = py::none(), "dtype"_a = py::none(), "device"_a = py::none(),
      "requires_grad"_a = false);
  f.function((name + "_like").c_str(),
             [draw](const Tensor& input, const MaybeGenerator& generator, MaybeDType dtype, DeviceArgument,
                    bool requires_grad) {
               const DType given = dtype.value_or(input.dtype());
               return with_grad(
                   drawn(input.numel(), [&] { return draw(input.shape(), generator_of(generator), given); }),
                   requires_grad);
             },
             ("Return " + what + " of input's shape and, by default, dtype.").c_str(), "input"_a, py::kw_only(),
             "generator"_a = py::none(), "dtype"_a = py::none(), "device"_a = py::none(), "requires_grad"_a = false);
}

constexpr const char* kRand = R"(Return numbers drawn evenly from [0, 1), of 24 bits in float32 and 53 in float64.

Args:
    size: the shape, as numbers or one tuple.
    generator: where the numbers come from; by default the one that `manual_seed` seeds.
    dtype: float32 (by default) or float64.
    device: None or 'cpu'.
    requires_grad: whether a gradient is wanted.

Example:
    >>> import dlcore
    >>> x = dlcore.rand(2, 3)
    >>> bool(((x >= 0) & (x < 1)).sum() == 6)
    True
)";

constexpr const char* kRandn = R"(Return numbers drawn from the normal distribution of mean 0 and variance 1.

Args: as of `rand`.

Source:
    Box, Muller: A note on the generation of random normal deviates, 1958.

Example:
    >>> import dlcore
    >>> dlcore.randn(2, 3).shape
    (2, 3)
)";

constexpr const char* kRandint = R"(Return integers drawn evenly from low ... high - 1.

None is more likely than another by more than 2^-32 of its probability.

Args:
    low: the smallest integer, 0 if left out.
    high: one above the largest.
    size: the shape.
    generator, device, requires_grad: as of `rand`.
    dtype: int64 by default.

Raises:
    ValueError: high is not above low, or the dtype does not have all the integers.

Example:
    >>> import dlcore
    >>> bool((dlcore.randint(1, 7, (100,)) < 7).sum() == 100)
    True
)";

void define_integers(Family& f) {
  const auto draw = [](int64_t low, int64_t high, const Shape& size, const MaybeGenerator& generator, MaybeDType dtype,
                       bool requires_grad) {
    const DType given = dtype.value_or(DType::Int64);
    return with_grad(drawn(count_of(size), [&] { return randint(low, high, size, generator_of(generator), given); }),
                     requires_grad);
  };
  f.function(
       "randint",
       [draw](int64_t high, const Dims& size, const MaybeGenerator& generator, MaybeDType dtype, DeviceArgument,
              bool requires_grad) { return draw(0, high, size, generator, dtype, requires_grad); },
       "Return integers drawn evenly from 0 ... high - 1.", "high"_a, "size"_a, py::kw_only(),
       "generator"_a = py::none(), "dtype"_a = py::none(), "device"_a = py::none(), "requires_grad"_a = false)
      .function(
          "randint",
          [draw](int64_t low, int64_t high, const Dims& size, const MaybeGenerator& generator, MaybeDType dtype,
                 DeviceArgument, bool requires_grad) { return draw(low, high, size, generator, dtype, requires_grad); },
          kRandint, "low"_a, "high"_a, "size"_a, py::kw_only(), "generator"_a = py::none(), "dtype"_a = py::none(),
          "device"_a = py::none(), "requires_grad"_a = false);
  const auto like = [draw](int64_t low, int64_t high, const Tensor& input, const MaybeGenerator& generator,
                           MaybeDType dtype, bool requires_grad) {
    return draw(low, high, input.shape(), generator, dtype.value_or(input.dtype()), requires_grad);
  };
  f.function(
       "randint_like",
       [like](const Tensor& input, int64_t high, const MaybeGenerator& generator, MaybeDType dtype, DeviceArgument,
              bool requires_grad) { return like(0, high, input, generator, dtype, requires_grad); },
       "Return integers 0 ... high - 1 of input's shape and, by default, dtype.", "input"_a, "high"_a, py::kw_only(),
       "generator"_a = py::none(), "dtype"_a = py::none(), "device"_a = py::none(), "requires_grad"_a = false)
      .function(
          "randint_like",
          [like](const Tensor& input, int64_t low, int64_t high, const MaybeGenerator& generator, MaybeDType dtype,
                 DeviceArgument,
                 bool requires_grad) { return like(low, high, input, generator, dtype, requires_grad); },
          "Return integers low ... high - 1 of input's shape and, by default, dtype.", "input"_a, "low"_a, "high"_a,
          py::kw_only(), "generator"_a = py::none(), "dtype"_a = py::none(), "device"_a = py::none(),
          "requires_grad"_a = false)
      .function(
          "randperm",
          [](int64_t n, const MaybeGenerator& generator, MaybeDType dtype, DeviceArgument, bool requires_grad) {
            return with_grad(
                drawn(n, [&] { return randperm(n, generator_of(generator), dtype.value_or(DType::Int64)); }),
                requires_grad);
          },
          R"(Return the integers 0 ... n - 1 in a random order, all orders being equally likely.

Source:
    Fisher, Yates: Statistical tables, 1938; Durstenfeld: Algorithm 235, 1964.

Example:
    >>> import dlcore
    >>> sorted(dlcore.randperm(4).tolist())
    [0, 1, 2, 3]
)",
          "n"_a, py::kw_only(), "generator"_a = py::none(), "dtype"_a = py::none(), "device"_a = py::none(),
          "requires_grad"_a = false);
}

void define_normal(Family& f) {
  f.function(
       "normal",
       [](double mean, double std, const Dims& size, const MaybeGenerator& generator, MaybeDType dtype, DeviceArgument,
          bool requires_grad) {
         const DType given = dtype.value_or(kDefaultDType);
         return with_grad(
             drawn(count_of(size), [&] { return normal(mean, std, size, generator_of(generator), given); }),
             requires_grad);
       },
       "Return numbers drawn from the normal distribution of a mean and a standard deviation.", "mean"_a, "std"_a,
       "size"_a, py::kw_only(), "generator"_a = py::none(), "dtype"_a = py::none(), "device"_a = py::none(),
       "requires_grad"_a = false)
      .function(
          "normal",
          [](const Operand& mean, const Operand& std, const MaybeGenerator& generator) {
            return drawn(mean.tensor.numel() + std.tensor.numel(),
                         [&] { return normal(mean.tensor, std.tensor, generator_of(generator)); });
          },
          R"(Return numbers each drawn from a normal distribution of its own mean and standard deviation.

Args:
    mean: a tensor or a number; or with `size` a number.
    std: the same, not negative; broadcasts with mean.
    generator: as of `rand`.

Example:
    >>> import dlcore
    >>> dlcore.normal(dlcore.tensor([1.0, 100.0]), 0.0)
    tensor([  1., 100.])
)",
          "mean"_a, "std"_a = 1.0, py::kw_only(), "generator"_a = py::none());
}

void define_draws_from_probabilities(Family& f) {
  const auto of_tensor = [](const Tensor& input, const MaybeGenerator& generator) {
    return drawn(input.numel(), [&] { return bernoulli(input, generator_of(generator)); });
  };
  const auto of_number = [](const Tensor& input, double p, const MaybeGenerator& generator) {
    return drawn(input.numel(), [&] { return bernoulli(input, p, generator_of(generator)); });
  };
  f.op("bernoulli", of_tensor, R"(Return ones with the given probabilities, and zeros.

Args:
    input: the probabilities; with `p`, only the shape and the dtype of the result.
    p: one probability for all.
    generator: as of `rand`.

Raises:
    ValueError: a probability is not in [0, 1].

Example:
    >>> import dlcore
    >>> dlcore.bernoulli(dlcore.tensor([0.0, 1.0]))
    tensor([0., 1.])
)",
       "input"_a, py::kw_only(), "generator"_a = py::none())
      .op("bernoulli", of_number, "Return ones with probability p, and zeros, of input's shape and dtype.", "input"_a,
          "p"_a, py::kw_only(), "generator"_a = py::none())
      .op(
          "multinomial",
          [](const Tensor& input, int64_t num_samples, bool replacement, const MaybeGenerator& generator) {
            return drawn(input.numel(),
                         [&] { return multinomial(input, num_samples, replacement, generator_of(generator)); });
          },
          R"(Return indices drawn with probabilities in proportion to weights.

Args:
    input: weights (categories,) or (rows, categories), not negative; they need not sum to one.
    num_samples: how many indices are drawn from each row.
    replacement: whether an index may be drawn again.
    generator: as of `rand`.

Returns:
    int64, (num_samples,) or (rows, num_samples).

Raises:
    ValueError: a weight is negative or not finite, all of a row are zero, or without replacement fewer than num_samples
        are above zero.

Source:
    Without replacement: Efraimidis, Spirakis: Weighted random sampling with a reservoir, 2006.

Example:
    >>> import dlcore
    >>> dlcore.multinomial(dlcore.tensor([0.0, 3.0, 0.0]), 2, replacement=True)
    tensor([1, 1])
)",
          "input"_a, "num_samples"_a, "replacement"_a = false, py::kw_only(), "generator"_a = py::none());
}

void define_in_place(Family& f) {
  f.method(
       "uniform_",
       [](const Tensor& x, double low, double high, const MaybeGenerator& generator) {
         return drawn(x.numel(), [&] { return uniform_(x, low, high, generator_of(generator)); });
       },
       "Overwrite with numbers drawn evenly from [from, to).", "from_"_a = 0.0, "to"_a = 1.0, py::kw_only(),
       "generator"_a = py::none())
      .method(
          "normal_",
          [](const Tensor& x, double mean, double std, const MaybeGenerator& generator) {
            return drawn(x.numel(), [&] { return normal_(x, mean, std, generator_of(generator)); });
          },
          "Overwrite with numbers drawn from the normal distribution.", "mean"_a = 0.0, "std"_a = 1.0, py::kw_only(),
          "generator"_a = py::none())
      .method(
          "exponential_",
          [](const Tensor& x, double rate, const MaybeGenerator& generator) {
            return drawn(x.numel(), [&] { return exponential_(x, rate, generator_of(generator)); });
          },
          "Overwrite with numbers above zero of density lambd * e^(-lambd * x).", "lambd"_a = 1.0, py::kw_only(),
          "generator"_a = py::none())
      .method(
          "bernoulli_",
          [](const Tensor& x, const Tensor& p, const MaybeGenerator& generator) {
            return drawn(x.numel(), [&] { return bernoulli_(x, p, generator_of(generator)); });
          },
          "Overwrite with ones with probabilities of a tensor, and zeros.", "p"_a, py::kw_only(),
          "generator"_a = py::none())
      .method(
          "bernoulli_",
          [](const Tensor& x, double p, const MaybeGenerator& generator) {
            return drawn(x.numel(), [&] { return bernoulli_(x, p, generator_of(generator)); });
          },
          "Overwrite with ones with probability p, and zeros.", "p"_a = 0.5, py::kw_only(), "generator"_a = py::none())
      .method(
          "random_",
          [](const Tensor& x, int64_t low, std::optional<int64_t> high, const MaybeGenerator& generator) {
            return drawn(x.numel(), [&] { return random_(x, low, high, generator_of(generator)); });
          },
          "Overwrite with integers drawn evenly from `from` ... `to` - 1; without `to`, up to the largest of the "
          "dtype.",
          "from_"_a, "to"_a, py::kw_only(), "generator"_a = py::none())
      .method(
          "random_",
          [](const Tensor& x, std::optional<int64_t> high, const MaybeGenerator& generator) {
            return drawn(x.numel(), [&] { return random_(x, 0, high, generator_of(generator)); });
          },
          "Overwrite with integers drawn evenly from 0 ... `to` - 1.", "to"_a = py::none(), py::kw_only(),
          "generator"_a = py::none());
}

}  // namespace

void define_random(py::module_& m) {
  Family f(m);
  define_floating(f, "rand", &rand, kRand, "numbers drawn evenly from [0, 1)");
  define_floating(f, "randn", &randn, kRandn, "normal numbers");
  define_integers(f);
  define_normal(f);
  define_draws_from_probabilities(f);
  define_in_place(f);
}

}  // namespace dlcore::bindings
