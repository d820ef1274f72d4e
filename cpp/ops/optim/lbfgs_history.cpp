#include "ops/optim/lbfgs_history.h"

#include <array>

#include "dlcore/ops.h"

namespace dlcore {
namespace {

constexpr double kLeastCurvature = 1e-10;  // of s y: below it, H would no longer be positive

std::vector<kernels::CurvaturePair> pairs_of(const LbfgsState& state) {
  std::vector<kernels::CurvaturePair> pairs;
  for (size_t k = 0; k < state.old_stps.size(); ++k)
    pairs.push_back({state.old_stps[k].data(), state.old_dirs[k].data()});
  return pairs;
}

// Of all steps, then of all changes, with x and, if it is defined, another vector: float64 (2, pairs, 1 or 2).
Tensor products_with(const LbfgsState& state, const Tensor& x, const Tensor& other = {}) {
  std::vector<const void*> with = {x.data()};
  if (other.defined()) with.push_back(other.data());
  const std::vector<kernels::CurvaturePair> pairs = pairs_of(state);
  const Tensor products = empty({2, std::ssize(pairs), std::ssize(with)}, DType::Float64);
  kernels::curvature_products(x.dtype(), x.numel(), pairs, with, products.data<double>());
  return products;
}

// Rows and columns [from, to) of both matrices of products.
Tensor block(const Tensor& products, int64_t from, int64_t to) {
  return slice(slice(products, 1, from, to), 2, from, to);
}

void drop_oldest(LbfgsState& state, int64_t count) {
  state.old_stps.erase(state.old_stps.begin(), state.old_stps.begin() + count);
  state.old_dirs.erase(state.old_dirs.begin(), state.old_dirs.begin() + count);
  if (state.products.defined()) state.products = block(state.products, count, state.products.size(1));
}

// Adds the products of pair k, the newest one, with itself and those before it.
void enter_products(LbfgsState& state, int64_t k, const Tensor& with_newest) {
  const Tensor all = zeros({2, k + 1, k + 1}, DType::Float64);
  copy_(block(all, 0, k), state.products);
  copy_(select(all, 2, k), with_newest);
  copy_(select(select(all, 0, 1), 0, k), select(with_newest, 0, 1));
  state.products = all;
}

// Makes the last step the newest pair, if the loss curves upwards along it, and state.t 0. Returns the products of all
// pairs with g: (2, pairs).
Tensor remember_step(LbfgsState& state, int64_t capacity, const Tensor& g) {
  const Tensor s = empty_like(g), y = empty_like(g);
  const auto [sy, yy] = kernels::curvature_pair(g.dtype(), g.numel(), state.t, state.d.data(), g.data(),
                                                state.prev_flat_grad.data(), {s.data(), y.data()});
  state.t = 0;
  if (!(sy > kLeastCurvature)) return select(products_with(state, g), 2, 0);
  if (std::ssize(state.old_stps) == capacity) drop_oldest(state, 1);
  state.old_stps.push_back(s), state.old_dirs.push_back(y);
  state.h_diag = sy / yy;
  const Tensor products = products_with(state, y, g);
  enter_products(state, std::ssize(state.old_stps) - 1, select(products, 2, 0));
  return select(products, 2, 1);
}

// How much of each step, then of each change, the direction is: b and -h a, (2 pairs, 1).
Tensor weights_of_pairs(const LbfgsState& state, const Tensor& with_g) {
  const Tensor u = select(state.products, 0, 0), yy = select(state.products, 0, 1);
  const Tensor sg = unsqueeze(select(with_g, 0, 0), 1), yg = unsqueeze(select(with_g, 0, 1), 1);
  const Tensor a = solve_triangular(u, -sg, true);
  const Tensor right = unsqueeze(diagonal(u), 1) * a + (matmul(yy, a) + yg) * state.h_diag;
  const Tensor b = solve_triangular(transpose(u, 0, 1), right, false);
  return cat(std::array{b, a * -state.h_diag}, 0);
}

kernels::Measured direct(LbfgsState& state, const Tensor& g, const Tensor& weights = {}) {
  state.d = empty_like(g);
  return kernels::lbfgs_direction(g.dtype(), g.numel(), pairs_of(state),
                                  weights.defined() ? weights.data<double>() : nullptr, state.h_diag, g.data(),
                                  state.d.data());
}

}  // namespace

void fit_history(LbfgsState& state, int64_t capacity) {
  const int64_t pairs = std::ssize(state.old_stps);
  if (pairs > capacity) drop_oldest(state, pairs - capacity);
  if (state.products.defined()) return;
  std::vector<Tensor> columns = {empty({2, std::ssize(state.old_stps), 0}, DType::Float64)};
  for (const Tensor& y : state.old_dirs) columns.push_back(products_with(state, y));
  state.products = cat(columns, 2);
}

kernels::Measured first_direction(LbfgsState& state, const Tensor& g) {
  state.old_stps.clear(), state.old_dirs.clear();
  state.products = empty({2, 0, 0}, DType::Float64);
  state.h_diag = 1;
  return direct(state, g);
}

kernels::Measured next_direction(LbfgsState& state, int64_t capacity, const Tensor& g) {
  const Tensor with_g = remember_step(state, capacity, g);
  return direct(state, g, state.old_stps.empty() ? Tensor() : weights_of_pairs(state, with_g));
}

}  // namespace dlcore
