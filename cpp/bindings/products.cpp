#include <variant>

#include "define.h"
#include "tensors.h"

namespace dlcore::bindings {
namespace {

using Axes = std::variant<int64_t, std::pair<Dims, Dims>>;

void define_matrix_products(Family& family) {
  family
      .op("matmul", unlocked(&matmul),
          "Multiply matrices: y[..., i, j] = sum over k of input[..., i, k] * other[..., k, j].\n\n"
          "Args:\n    input: (..., m, k), or a vector (k,).\n    other: (..., k, n), or a vector (k,).\n\n"
          "Returns:\n    (..., m, n), where leading dimensions broadcast; the dimension of a vector is gone.\n\n"
          "Raises:\n    ValueError: the shapes do not fit.\n    TypeError: the dtypes differ, or are bool.\n\n"
          "Example:\n    >>> dlcore.matmul(dlcore.ones(2, 3), dlcore.ones(3, 4)).shape\n    (2, 4)\n",
          "input"_a, "other"_a)
      .op("mm", unlocked(&mm), "Multiply matrices (m, k) and (k, n), without broadcasting.", "input"_a, "mat2"_a)
      .op("bmm", unlocked(&bmm), "Multiply matrices (N, m, k) and (N, k, n), pair by pair.", "input"_a, "mat2"_a)
      .op("mv", unlocked(&mv), "Multiply a matrix (m, k) and a vector (k,).", "input"_a, "vec"_a)
      .op("dot", unlocked(&dot), "Compute the sum of input * tensor for two vectors (k,).", "input"_a, "tensor"_a)
      .op("outer", unlocked(&outer), "Compute y[i, j] = input[i] * vec2[j] for vectors (m,) and (n,).", "input"_a,
          "vec2"_a)
      .op("inner", unlocked(&inner),
          "Sum the products over the last dimension of both: (..., k) and (..., k) give (..., ...).\n\n"
          "A 0-d tensor multiplies the other.",
          "input"_a, "other"_a)
      .op("addmm", unlocked(&addmm),
          "Compute beta * input + alpha * (mat1 @ mat2).\n\n"
          "Args:\n    input: broadcasts to (m, n); with beta = 0 its values do not matter, be they NaN.\n"
          "    mat1, mat2: (m, k) and (k, n).\n    beta, alpha: numbers.\n",
          "input"_a, "mat1"_a, "mat2"_a, py::kw_only(), "beta"_a = 1.0, "alpha"_a = 1.0)
      .op("baddbmm", unlocked(&baddbmm),
          "Compute beta * input + alpha * (batch1 @ batch2).\n\n"
          "Args:\n    input: broadcasts to (N, m, n); with beta = 0 its values do not matter, be they NaN.\n"
          "    batch1, batch2: (N, m, k) and (N, k, n).\n    beta, alpha: numbers.\n",
          "input"_a, "batch1"_a, "batch2"_a, py::kw_only(), "beta"_a = 1.0, "alpha"_a = 1.0);
}

Activation activation_of(const char* op, std::optional<std::string_view> name) {
  if (!name) return Activation::Identity;
  if (*name == "relu") return Activation::Relu;
  if (*name == "sigmoid") return Activation::Sigmoid;
  if (*name == "tanh") return Activation::Tanh;
  if (*name == "gelu") return Activation::Gelu;
  if (*name == "silu") return Activation::Silu;
  raise<ValueError>(op, ": expected activation None, 'relu', 'sigmoid', 'tanh', 'gelu' or 'silu', got '", *name, "'");
}

}  // namespace

void define_products(py::module_& m) {
  Family family(m);
  define_matrix_products(family);
  family
      .function(
          "linear",
          [](const Tensor& x, const Tensor& w, const std::optional<Tensor>& b, std::optional<std::string_view> f) {
            const Activation activation = activation_of("linear", f);
            const Unlocked lock(x.numel() + w.numel());
            return linear(x, w, b.value_or(Tensor()), activation);
          },
          "Compute input @ weight.T + bias, and what an activation makes of it.\n\n"
          "Bias and activation are applied while the product is in cache.\n\n"
          "Args:\n    input: (..., in).\n    weight: (out, in).\n    bias: (out,) or None.\n"
          "    activation: None, 'relu', 'sigmoid', 'tanh', 'gelu' or 'silu'. Where a gradient is needed, gelu and "
          "silu "
          "are\n        computed after the product, whose result they keep.\n\n"
          "Returns:\n    (..., out).\n\n"
          "Example:\n    >>> dlcore.linear(dlcore.ones(1, 2), dlcore.tensor([[1.0, 2.0], [-3.0, 1.0]]), "
          "activation='relu').tolist()\n    [[3.0, 0.0]]\n",
          "input"_a, "weight"_a, "bias"_a = py::none(), py::kw_only(), "activation"_a = py::none())
      .function(
          "tensordot",
          [](const Tensor& a, const Tensor& b, const Axes& dims) {
            const Unlocked lock(a.numel() + b.numel());
            if (const auto* count = std::get_if<int64_t>(&dims)) return tensordot(a, b, *count);
            const auto& [of_a, of_b] = std::get<std::pair<Dims, Dims>>(dims);
            return tensordot(a, b, of_a, of_b);
          },
          "Sum the products of a and b over some dimensions; the others of a, then those of b, remain.\n\n"
          "Args:\n    a, b: tensors of one dtype.\n"
          "    dims: how many, a's last and b's first; or a pair: a's dimensions and b's, in the same order.\n\n"
          "Example:\n    >>> dlcore.tensordot(dlcore.ones(2, 3, 4), dlcore.ones(4, 3), dims=([1, 2], [1, "
          "0])).tolist()\n"
          "    [12.0, 12.0]\n",
          "a"_a, "b"_a, "dims"_a = 2)
      .function(
          "einsum",
          [](std::string_view equation, const py::args& operands) {
            const std::vector<Tensor> xs = tensors_of(operands);
            const Unlocked lock(work_of(xs));
            return einsum(equation, xs);
          },
          "Sum products of operands over letters, in Einstein's notation.\n\n"
          "Each term of the equation names the dimensions of an operand; letters that the output leaves out are "
          "summed\n"
          "over. A letter twice in a term takes the diagonal, '...' stands for dimensions that broadcast. Without "
          "'->',\n"
          "the output has the dimensions of '...', then the letters that appear once, in alphabetical order. Operands\n"
          "are multiplied two at a time by matmul, at each step those whose product adds least to memory.\n\n"
          "Args:\n    equation: such as 'bij,bjk->bik'.\n    operands: tensors of one dtype, numbers.\n\n"
          "Raises:\n    ValueError: the equation cannot be read, or does not fit the operands.\n"
          "    TypeError: the dtypes differ, or are bool.\n\n"
          "Example:\n    >>> dlcore.einsum('ij,kj->ik', dlcore.ones(2, 3), dlcore.ones(4, 3)).shape\n    (2, 4)\n"
          "    >>> dlcore.einsum('ii', dlcore.eye(3)).item()\n    3.0\n",
          "equation"_a);
}

}  // namespace dlcore::bindings
