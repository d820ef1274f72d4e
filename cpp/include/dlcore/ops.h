#pragma once

#include <concepts>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "dlcore/activation.h"
#include "dlcore/autograd.h"
#include "dlcore/lbfgs.h"
#include "dlcore/optim_groups.h"
#include "dlcore/random.h"
#include "dlcore/tensor.h"

// The table of contents: every op of the library, by family. Names, order and defaults are PyTorch's; `axis` arguments
// count from the end when negative. All of them record their gradient.
namespace DLCORE_API dlcore {

// ---- Creation (ops/creation.cpp) ----
Tensor full(const Shape& shape, const Tensor& value, std::optional<DType> dtype = {});  // by default, value's dtype
Tensor zeros(const Shape& shape, DType dtype = kDefaultDType);
Tensor ones(const Shape& shape, DType dtype = kDefaultDType);
inline Tensor zeros_like(const Tensor& x) { return zeros(x.shape(), x.dtype()); }
inline Tensor ones_like(const Tensor& x) { return ones(x.shape(), x.dtype()); }
// start, start + step, ... before end; of integers int64, else the default dtype.
Tensor arange(const Tensor& start, const Tensor& end, const Tensor& step = 1, std::optional<DType> dtype = {});
Tensor linspace(double start, double end, int64_t steps, DType dtype = kDefaultDType);  // both ends included
Tensor eye(int64_t rows, int64_t cols, DType dtype = kDefaultDType);

// ---- Copies and dtypes (ops/copy.cpp) ----
Tensor clone(const Tensor& x);                               // always fresh, contiguous memory
Tensor contiguous(const Tensor& x);                          // x itself where it is contiguous
Tensor to(const Tensor& x, DType dtype);                     // x itself where it has the dtype
const Tensor& copy_(const Tensor& x, const Tensor& source);  // source broadcasts to x and is converted
const Tensor& fill_(const Tensor& x, const Tensor& value);
const Tensor& zero_(const Tensor& x);

// ---- Promotion (ops/promotion.cpp) ----
DType result_type(const Tensor& a, const Tensor& b);
DType promote_types(DType a, DType b);

// ---- Arithmetic (ops/arithmetic.cpp, ops/division.cpp) ----
Tensor add(const Tensor& a, const Tensor& b);
Tensor add(const Tensor& a, const Tensor& b, const Tensor& alpha);  // a + alpha * b, one number
Tensor sub(const Tensor& a, const Tensor& b);
Tensor sub(const Tensor& a, const Tensor& b, const Tensor& alpha);
Tensor mul(const Tensor& a, const Tensor& b);
Tensor div(const Tensor& a, const Tensor& b);
Tensor div(const Tensor& a, const Tensor& b, std::optional<std::string_view> rounding_mode);  // "floor" or "trunc"
Tensor floor_divide(const Tensor& a, const Tensor& b);
Tensor remainder(const Tensor& a, const Tensor& b);  // with the sign of b
Tensor neg(const Tensor& x);
const Tensor& add_(const Tensor& x, const Tensor& b);
const Tensor& add_(const Tensor& x, const Tensor& b, const Tensor& alpha);
const Tensor& sub_(const Tensor& x, const Tensor& b);
const Tensor& sub_(const Tensor& x, const Tensor& b, const Tensor& alpha);
const Tensor& mul_(const Tensor& x, const Tensor& b);
const Tensor& div_(const Tensor& x, const Tensor& b);
// Every other op in place: in_place("exp_", x, &exp), see in_place.h.

// ---- Comparison and logic (ops/comparison.cpp, ops/logic.cpp); results are bool ----
Tensor eq(const Tensor& a, const Tensor& b);
Tensor ne(const Tensor& a, const Tensor& b);
Tensor lt(const Tensor& a, const Tensor& b);
Tensor le(const Tensor& a, const Tensor& b);
Tensor gt(const Tensor& a, const Tensor& b);
Tensor ge(const Tensor& a, const Tensor& b);
Tensor isnan(const Tensor& x);
Tensor isinf(const Tensor& x);
Tensor isfinite(const Tensor& x);
Tensor isclose(const Tensor& a, const Tensor& b, double rtol = 1e-5, double atol = 1e-8, bool equal_nan = false);
bool allclose(const Tensor& a, const Tensor& b, double rtol = 1e-5, double atol = 1e-8, bool equal_nan = false);
bool equal(const Tensor& a, const Tensor& b);  // the same shape and the same elements
Tensor logical_and(const Tensor& a, const Tensor& b);
Tensor logical_or(const Tensor& a, const Tensor& b);
Tensor logical_xor(const Tensor& a, const Tensor& b);
Tensor logical_not(const Tensor& x);
Tensor bitwise_and(const Tensor& a, const Tensor& b);  // of bool and integers, which they stay
Tensor bitwise_or(const Tensor& a, const Tensor& b);
Tensor bitwise_xor(const Tensor& a, const Tensor& b);
Tensor bitwise_not(const Tensor& x);

// ---- Elementwise functions (ops/elementwise/) ----
// Of integers, those that are not rounding, sign or size have the default floating dtype.
Tensor abs(const Tensor& x);
Tensor sign(const Tensor& x);
Tensor floor(const Tensor& x);
Tensor ceil(const Tensor& x);
Tensor round(const Tensor& x);  // halves to even
Tensor trunc(const Tensor& x);
Tensor square(const Tensor& x);
Tensor reciprocal(const Tensor& x);
Tensor sqrt(const Tensor& x);
Tensor rsqrt(const Tensor& x);
Tensor pow(const Tensor& x, const Tensor& exponent);
Tensor exp(const Tensor& x);
Tensor expm1(const Tensor& x);
Tensor log(const Tensor& x);
Tensor log1p(const Tensor& x);
Tensor sin(const Tensor& x);
Tensor cos(const Tensor& x);
Tensor tanh(const Tensor& x);
Tensor erf(const Tensor& x);
Tensor maximum(const Tensor& a, const Tensor& b);
Tensor minimum(const Tensor& a, const Tensor& b);
Tensor clamp(const Tensor& x, const Tensor& min, const Tensor& max);  // undefined: no limit on that side
Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b);
Tensor sigmoid(const Tensor& x);
Tensor hardsigmoid(const Tensor& x);
Tensor relu(const Tensor& x);
Tensor leaky_relu(const Tensor& x, double negative_slope = 0.01);
Tensor elu(const Tensor& x, double alpha = 1);
Tensor softplus(const Tensor& x, double beta = 1, double threshold = 20);
Tensor silu(const Tensor& x);
Tensor gelu(const Tensor& x, std::string_view approximate = "none");  // or "tanh"
// Written in other ops (ops/elementwise/composed.cpp).
Tensor hardtanh(const Tensor& x, double min_val = -1, double max_val = 1);
Tensor relu6(const Tensor& x);
Tensor hardswish(const Tensor& x);
Tensor mish(const Tensor& x);
Tensor selu(const Tensor& x);
Tensor celu(const Tensor& x, double alpha = 1);
Tensor softsign(const Tensor& x);
Tensor logsigmoid(const Tensor& x);
Tensor glu(const Tensor& x, int axis = -1);
Tensor prelu(const Tensor& x, const Tensor& weight);  // weight (1,), or (C,) for x (N, C, ...)

// ---- Reductions (ops/reduction/) ----
// Without axes, over all of them. Sums of bool and integers are int64.
Tensor sum(const Tensor& x, const std::optional<Dims>& axes = {}, bool keepdim = false,
           std::optional<DType> dtype = {});
Tensor mean(const Tensor& x, const std::optional<Dims>& axes = {}, bool keepdim = false,
            std::optional<DType> dtype = {});
Tensor sum_to(const Tensor& x, const Shape& shape);  // undoes a broadcast: sums to a shape that broadcasts to x's
Tensor prod(const Tensor& x, std::optional<int> axis = {}, bool keepdim = false, std::optional<DType> dtype = {});
Tensor var(const Tensor& x, const std::optional<Dims>& axes = {}, double correction = 1,
           bool keepdim = false);  // sum of (x - mean)^2 / max(n - correction, 0)
Tensor std(const Tensor& x, const std::optional<Dims>& axes = {}, double correction = 1, bool keepdim = false);
std::pair<Tensor, Tensor> var_mean(const Tensor& x, const std::optional<Dims>& axes = {}, double correction = 1,
                                   bool keepdim = false);
Tensor logsumexp(const Tensor& x, const Dims& axes, bool keepdim = false);
Tensor norm(const Tensor& x, double p = 2, const std::optional<Dims>& axes = {}, bool keepdim = false,
            std::optional<DType> dtype = {});                                             // (sum of |x|^p)^(1/p)
Tensor any(const Tensor& x, const std::optional<Dims>& axes = {}, bool keepdim = false);  // bool; of uint8, uint8
Tensor all(const Tensor& x, const std::optional<Dims>& axes = {}, bool keepdim = false);

// NaN is larger than every number to max, smaller than every number to min; of equals, the first is taken.
struct ValuesAndIndices {
  Tensor values, indices;  // indices are int64
};
Tensor amax(const Tensor& x, const std::optional<Dims>& axes = {}, bool keepdim = false);
Tensor amin(const Tensor& x, const std::optional<Dims>& axes = {}, bool keepdim = false);
Tensor max(const Tensor& x);
Tensor min(const Tensor& x);
ValuesAndIndices max(const Tensor& x, int axis, bool keepdim = false);
ValuesAndIndices min(const Tensor& x, int axis, bool keepdim = false);
Tensor argmax(const Tensor& x, std::optional<int> axis = {}, bool keepdim = false);  // without axis, of x flattened
Tensor argmin(const Tensor& x, std::optional<int> axis = {}, bool keepdim = false);

// ---- Softmax (ops/softmax/) ----
Tensor softmax(const Tensor& x, int axis, std::optional<DType> dtype = {});
Tensor log_softmax(const Tensor& x, int axis, std::optional<DType> dtype = {});

// ---- Scans and sorting (ops/sorting/) ----
// Always stable; NaN is the largest of all.
Tensor cumsum(const Tensor& x, int axis, std::optional<DType> dtype = {});
ValuesAndIndices sort(const Tensor& x, int axis = -1, bool descending = false);
Tensor argsort(const Tensor& x, int axis = -1, bool descending = false);
ValuesAndIndices topk(const Tensor& x, int64_t k, int axis = -1, bool largest = true);  // in order

// ---- Views (ops/views/) ----
struct Region {  // a strided part of a contiguous tensor; offset and strides in elements
  Shape shape;
  Strides strides;
  int64_t offset;
};
Tensor as_strided(const Tensor& x, const Region& region);                        // x contiguous
Tensor place_region(const Tensor& x, const Shape& shape, const Region& region);  // x there, zero elsewhere
Tensor zero_region(const Tensor& x, const Region& region);                       // zero there, x elsewhere
Tensor reshape(const Tensor& x, const Shape& shape);  // a view where memory allows, else a copy
Tensor view(const Tensor& x, const Shape& shape);     // always a view; ValueError where memory does not allow one
Tensor flatten(const Tensor& x, int start_axis = 0, int end_axis = -1);
Tensor unflatten(const Tensor& x, int axis, const Shape& sizes);
Tensor squeeze(const Tensor& x, const std::optional<Dims>& axes = {});
Tensor unsqueeze(const Tensor& x, int axis);
Tensor expand(const Tensor& x, const Shape& shape);
std::vector<Tensor> broadcast_tensors(std::span<const Tensor> xs);
Tensor permute(const Tensor& x, const Dims& axes);
Tensor transpose(const Tensor& x, int axis0, int axis1);
Tensor movedim(const Tensor& x, const Dims& source, const Dims& destination);
Tensor diagonal(const Tensor& x, int64_t offset = 0, int axis0 = 0, int axis1 = 1);
Tensor unfold(const Tensor& x, int axis, int64_t size, int64_t step);  // all windows of a size, as a view
struct Cut {  // what basic indexing does to one axis, or between two
  enum Kind { Range, At, NewAxis } kind = Range;
  int64_t start = 0, length = 0, step = 1;  // At: start alone
};
Tensor cut(const Tensor& x, std::span<const Cut> cuts);  // checked by the caller; axes behind the cuts stay whole
Tensor select(const Tensor& x, int axis, int64_t index);
Tensor slice(const Tensor& x, int axis, int64_t start, int64_t stop, int64_t step = 1);  // bounds as in Python
Tensor narrow(const Tensor& x, int axis, int64_t start, int64_t length);
std::vector<Tensor> split(const Tensor& x, int64_t size, int axis = 0);
std::vector<Tensor> split(const Tensor& x, std::span<const int64_t> sizes, int axis = 0);
std::vector<Tensor> chunk(const Tensor& x, int64_t chunks, int axis = 0);
std::vector<Tensor> unbind(const Tensor& x, int axis = 0);

// ---- Joining, rearranging (ops/shape/) ----
Tensor cat(std::span<const Tensor> xs, int axis = 0);
Tensor stack(std::span<const Tensor> xs, int axis = 0);
Tensor hstack(std::span<const Tensor> xs);
Tensor vstack(std::span<const Tensor> xs);
Tensor flip(const Tensor& x, const Dims& axes);
Tensor roll(const Tensor& x, const Dims& shifts, const std::optional<Dims>& axes = {});  // without axes: of x flattened
// (before, after) of the last axis, then of the one before it, ...; negative numbers crop.
Tensor pad(const Tensor& x, std::span<const int64_t> widths, std::string_view mode = "constant",
           const Tensor& value = 0);  // or "reflect", "replicate", "circular"
Tensor tril(const Tensor& x, int64_t diagonal = 0);
Tensor triu(const Tensor& x, int64_t diagonal = 0);
Tensor diag(const Tensor& x, int64_t offset = 0);  // a vector becomes a matrix, a matrix gives its diagonal
Tensor diag_embed(const Tensor& x, int64_t offset = 0, int axis0 = -2, int axis1 = -1);
Tensor repeat(const Tensor& x, const Dims& repeats);  // at least one number per axis
Tensor tile(const Tensor& x, const Dims& repeats);    // missing ones in front count as 1
Tensor repeat_interleave(const Tensor& x, const Tensor& repeats, std::optional<int> axis = {});
std::vector<Tensor> meshgrid(std::span<const Tensor> xs, std::string_view indexing = "ij");  // or "xy"

// ---- Indexing (ops/indexing/) ----
// Indices are of int64 or int32, and in range, or it is an error. Where several are equal, additions happen in order
// and of several writes the last stays.
struct Index {  // one entry of x[...]
  enum Kind { At, Slice, NewAxis, Ellipsis, Of } kind = At;
  int64_t start = 0;           // At: the index
  int64_t stop = 0, step = 1;  // Slice: bounds as in Python
  Tensor tensor = {};          // Of: indices, or a mask (bool) over as many axes as it has dimensions
};
Tensor index(const Tensor& x, std::span<const Index> indices);  // x[...]; a view where no tensor is among the indices
const Tensor& set_index(const Tensor& x, std::span<const Index> indices, const Tensor& value);  // x[...] = value
// Indices of the first axes, broadcast together; undefined: the whole axis.
Tensor index_put(const Tensor& x, std::span<const Tensor> indices, const Tensor& values, bool accumulate = false);
const Tensor& index_put_(const Tensor& x, std::span<const Tensor> indices, const Tensor& values,
                         bool accumulate = false);
Tensor gather(const Tensor& x, int axis, const Tensor& index);  // y[i, j, k] = x[i, index[i, j, k], k], for axis 1
Tensor take_along_dim(const Tensor& x, const Tensor& index, std::optional<int> axis);  // gather with broadcasting
// The way back: y = x, then y[i, index[i, j, k], k] = or += src[i, j, k]; to scatter, src may be a number.
Tensor scatter(const Tensor& x, int axis, const Tensor& index, const Tensor& src);
Tensor scatter_add(const Tensor& x, int axis, const Tensor& index, const Tensor& src);
const Tensor& scatter_(const Tensor& x, int axis, const Tensor& index, const Tensor& src);
const Tensor& scatter_add_(const Tensor& x, int axis, const Tensor& index, const Tensor& src);
Tensor index_select(const Tensor& x, int axis, const Tensor& index);  // y[i, j, k] = x[i, index[j], k], for axis 1
Tensor index_add(const Tensor& x, int axis, const Tensor& index, const Tensor& source, const Tensor& alpha = 1);
const Tensor& index_add_(const Tensor& x, int axis, const Tensor& index, const Tensor& source, const Tensor& alpha = 1);
Tensor embedding(const Tensor& index, const Tensor& weight, std::optional<int64_t> padding_index = {});
Tensor one_hot(const Tensor& x, int64_t classes = -1);  // -1: the largest class + 1
Tensor masked_fill(const Tensor& x, const Tensor& mask, const Tensor& value);
const Tensor& masked_fill_(const Tensor& x, const Tensor& mask, const Tensor& value);
Tensor masked_select(const Tensor& x, const Tensor& mask);  // those elements in a row
Tensor nonzero(const Tensor& x);                            // (count, dimensions)
std::vector<Tensor> nonzero_axes(const Tensor& x);          // the same, one tensor per dimension
bool contains(const Tensor& x, const Tensor& value);        // any element is equal

// ---- Products (ops/products/) ----
Tensor matmul(const Tensor& a, const Tensor& b);  // 1-d to N-d; leading dimensions broadcast
// f(x w^T + b), for x (..., in) and w (out, in)
Tensor linear(const Tensor& x, const Tensor& w, const Tensor& b = {}, Activation activation = Activation::Identity);

Tensor mm(const Tensor& a, const Tensor& b);     // (m, k) (k, n)
Tensor bmm(const Tensor& a, const Tensor& b);    // (N, m, k) (N, k, n)
Tensor mv(const Tensor& a, const Tensor& v);     // (m, k) (k,)
Tensor dot(const Tensor& u, const Tensor& v);    // (k,) (k,)
Tensor outer(const Tensor& u, const Tensor& v);  // (m,) (n,)
Tensor addmm(const Tensor& x, const Tensor& a, const Tensor& b, double beta = 1,
             double alpha = 1);  // beta x + alpha a b
Tensor baddbmm(const Tensor& x, const Tensor& a, const Tensor& b, double beta = 1, double alpha = 1);
Tensor inner(const Tensor& a, const Tensor& b);  // (..., k) (..., k): over the last dimension of both
Tensor tensordot(const Tensor& a, const Tensor& b, int64_t dims = 2);  // over a's last and b's first
Tensor tensordot(const Tensor& a, const Tensor& b, const Dims& a_axes, const Dims& b_axes);
Tensor einsum(std::string_view equation, std::span<const Tensor> operands);

// ---- Linear algebra (ops/linalg/) ----
// Of (..., n, n), float32 or float64; LinAlgError where a matrix is singular or not positive definite.
struct SignAndLogabsdet {
  Tensor sign, logabsdet;
};
struct EigenvaluesAndEigenvectors {
  Tensor eigenvalues, eigenvectors;
};
Tensor inverse(const Tensor& x);
Tensor det(const Tensor& x);
SignAndLogabsdet slogdet(const Tensor& x);  // det = sign * e^logabsdet
Tensor logdet(const Tensor& x);             // NaN where det < 0
Tensor cholesky(const Tensor& x, bool upper = false);
Tensor solve(const Tensor& a, const Tensor& b, bool left = true);  // y with a y = b, or y a = b
// The same where a is a triangle, of which the other half is not read; unitriangular: with ones for its diagonal.
Tensor solve_triangular(const Tensor& a, const Tensor& b, bool upper, bool left = true, bool unitriangular = false);
EigenvaluesAndEigenvectors eigh(const Tensor& x, std::string_view uplo = "L");
Tensor eigvalsh(const Tensor& x, std::string_view uplo = "L");

// ---- Losses (ops/losses/) ----
// Input and target have the same shape, or it is an error; an undefined weight counts as ones.
enum class Reduction { None, Mean, Sum, BatchMean };  // BatchMean: sum / size(0), for kl_div alone
Tensor mse_loss(const Tensor& input, const Tensor& target, Reduction reduction = Reduction::Mean);
Tensor l1_loss(const Tensor& input, const Tensor& target, Reduction reduction = Reduction::Mean);
Tensor huber_loss(const Tensor& input, const Tensor& target, Reduction reduction = Reduction::Mean, double delta = 1);
// Logits (N, C), (C,) or (N, C, ...); target: class indices of the shape without C, or probabilities of the same shape.
Tensor cross_entropy(const Tensor& input, const Tensor& target, const Tensor& weight = {},
                     Reduction reduction = Reduction::Mean, int64_t ignore_index = -100, double label_smoothing = 0);
Tensor nll_loss(const Tensor& input, const Tensor& target, const Tensor& weight = {},
                Reduction reduction = Reduction::Mean, int64_t ignore_index = -100);
Tensor binary_cross_entropy(const Tensor& input, const Tensor& target, const Tensor& weight = {},
                            Reduction reduction = Reduction::Mean);
Tensor binary_cross_entropy_with_logits(const Tensor& input, const Tensor& target, const Tensor& weight = {},
                                        Reduction reduction = Reduction::Mean, const Tensor& pos_weight = {});
Tensor kl_div(const Tensor& input, const Tensor& target, Reduction reduction = Reduction::Mean,
              bool log_target = false);
Tensor smooth_l1_loss(const Tensor& input, const Tensor& target, Reduction reduction = Reduction::Mean,
                      double beta = 1);
Tensor soft_margin_loss(const Tensor& input, const Tensor& target, Reduction reduction = Reduction::Mean);
Tensor hinge_embedding_loss(const Tensor& input, const Tensor& target, double margin = 1,
                            Reduction reduction = Reduction::Mean);
// Input (N, C) or (C,); target: class indices (N,) or ().
Tensor multi_margin_loss(const Tensor& input, const Tensor& target, int p = 1, double margin = 1,
                         const Tensor& weight = {}, Reduction reduction = Reduction::Mean);
// var: of input's shape, or without its last axis, or with one of size 1.
Tensor gaussian_nll_loss(const Tensor& input, const Tensor& target, const Tensor& var, bool full = false,
                         double eps = 1e-6, Reduction reduction = Reduction::Mean);
// -log of the probability of the targets' classes, with blanks between them and repetitions at will, under
// log-probabilities (T, N, C) or (T, C). Targets (N, S), or one after the other (sum of lengths,). Mean: of the losses
// divided by the lengths of their targets.
Tensor ctc_loss(const Tensor& log_probs, const Tensor& targets, std::span<const int64_t> input_lengths,
                std::span<const int64_t> target_lengths, int64_t blank = 0, Reduction reduction = Reduction::Mean,
                bool zero_infinity = false);

// ---- Random numbers (ops/random/); NOTE [Random numbers] in random.h says which stands where ----
// Without a gradient.
Tensor rand(const Shape& shape, const Generator& generator = default_generator(), DType dtype = kDefaultDType);
Tensor randn(const Shape& shape, const Generator& generator = default_generator(), DType dtype = kDefaultDType);
Tensor randint(int64_t low, int64_t high, const Shape& shape, const Generator& generator = default_generator(),
               DType dtype = DType::Int64);  // low ... high - 1
Tensor randperm(int64_t n, const Generator& generator = default_generator(), DType dtype = DType::Int64);
Tensor normal(double mean, double std, const Shape& shape, const Generator& generator = default_generator(),
              DType dtype = kDefaultDType);
Tensor normal(const Tensor& mean, const Tensor& std, const Generator& generator = default_generator());
Tensor bernoulli(const Tensor& p, const Generator& generator = default_generator());
Tensor bernoulli(const Tensor& x, double p,
                 const Generator& generator = default_generator());  // of x's shape and dtype
// Indices (samples,) or (rows, samples) of weights (categories,) or (rows, categories), which need not sum to one.
Tensor multinomial(const Tensor& weights, int64_t samples, bool replacement = false,
                   const Generator& generator = default_generator());
const Tensor& uniform_(const Tensor& x, double low = 0, double high = 1,
                       const Generator& generator = default_generator());
const Tensor& normal_(const Tensor& x, double mean = 0, double std = 1,
                      const Generator& generator = default_generator());
const Tensor& exponential_(const Tensor& x, double rate = 1, const Generator& generator = default_generator());
const Tensor& bernoulli_(const Tensor& x, double p = 0.5, const Generator& generator = default_generator());
const Tensor& bernoulli_(const Tensor& x, const Tensor& p, const Generator& generator = default_generator());
// Integers low ... high - 1; by default up to the largest of the dtype, or the largest below which a floating one has
// all.
const Tensor& random_(const Tensor& x, int64_t low = 0, std::optional<int64_t> high = {},
                      const Generator& generator = default_generator());

// ---- Optimizer steps (ops/optim/) ----
// One step for all parameters that have a gradient: NOTE [Optimizers]. Every group is checked before any is changed.
void sgd_step(OptimGroups<SgdOptions> groups);
void adagrad_step(OptimGroups<AdagradOptions> groups);
void rmsprop_step(OptimGroups<RmspropOptions> groups);
void adadelta_step(OptimGroups<AdadeltaOptions> groups);
void adam_step(OptimGroups<AdamOptions> groups);  // adam_step({{parameters, states, {.lr = 0.01}}})
void adamax_step(OptimGroups<AdamaxOptions> groups);
void radam_step(OptimGroups<RadamOptions> groups);
void lion_step(OptimGroups<LionOptions> groups);
// Up to max_iter iterations; none from where the loss or its gradient is not finite. Returns the loss at first.
double lbfgs_step(std::span<const Tensor> params, LbfgsState& state, const LbfgsOptions& options,
                  const Closure& closure);

// ---- Operators ----
inline Tensor operator+(const Tensor& a, const Tensor& b) { return add(a, b); }
inline Tensor operator-(const Tensor& a, const Tensor& b) { return sub(a, b); }
inline Tensor operator*(const Tensor& a, const Tensor& b) { return mul(a, b); }
inline Tensor operator/(const Tensor& a, const Tensor& b) { return div(a, b); }
inline Tensor operator-(const Tensor& x) { return neg(x); }
inline Tensor operator<(const Tensor& a, const Tensor& b) { return lt(a, b); }
inline Tensor operator<=(const Tensor& a, const Tensor& b) { return le(a, b); }
inline Tensor operator>(const Tensor& a, const Tensor& b) { return gt(a, b); }
inline Tensor operator>=(const Tensor& a, const Tensor& b) { return ge(a, b); }

}  // namespace dlcore
