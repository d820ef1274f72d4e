// Winograd's convolutions against the sum that defines a convolution, in double, whether or not they would be chosen.
#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

#include "dlcore/threads.h"
#include "kernels/conv/winograd.h"

using namespace dlcore;
using kernels::conv::Geometry;
namespace winograd = kernels::conv::winograd;

namespace {

using Numbers = std::vector<float>;
using Exact = std::vector<double>;

Numbers normal(int64_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> distribution;
  Numbers numbers(count);
  for (float& x : numbers) x = distribution(random);
  return numbers;
}

double relative_error(const Numbers& given, const Exact& expected) {
  double error = 0, size = 0;
  for (size_t i = 0; i < given.size(); ++i) {
    error += (given[i] - expected[i]) * (given[i] - expected[i]);
    size += expected[i] * expected[i];
  }
  return size == 0 ? std::sqrt(error) : std::sqrt(error / size);
}

Geometry geometry(int64_t N, int64_t C_in, int64_t C_out, int64_t H, int64_t W, int64_t top, int64_t left, int64_t OH,
                  int64_t OW) {
  return {N, 1, C_in, C_out, {1, H, W}, {1, OH, OW}, {1, 3, 3}, {1, 1, 1}, {0, top, left}, {1, 1, 1}};
}
Geometry same(int64_t N, int64_t C_in, int64_t C_out, int64_t H, int64_t W) {
  return geometry(N, C_in, C_out, H, W, 1, 1, H, W);
}

struct Arrays {
  Numbers x, w, b, dy;

  explicit Arrays(const Geometry& g)
      : x(normal(g.N * g.C_in * g.inputs(), 1)),
        w(normal(g.C_out * g.C_in * 9, 2)),
        b(normal(g.C_out, 3)),
        dy(normal(g.N * g.C_out * g.outputs(), 4)) {}
};

// visit(index in y, in x, in w) for each multiplication of the convolution.
template <class Visit>
void each_product(const Geometry& g, Visit visit) {
  const auto [D, H, W] = g.input;
  const auto [OD, OH, OW] = g.output;
  for (int64_t n = 0; n < g.N; ++n) {
    for (int64_t o = 0; o < g.C_out; ++o) {
      for (int64_t c = 0; c < g.C_in; ++c) {
        for (int64_t i = 0; i < OH; ++i) {
          for (int64_t tap = 0; tap < 9; ++tap) {
            const int64_t row = i - g.padding[1] + tap / 3;
            if (row < 0 || row >= H) continue;
            for (int64_t j = 0; j < OW; ++j) {
              const int64_t col = j - g.padding[2] + tap % 3;
              if (col < 0 || col >= W) continue;
              visit(((n * g.C_out + o) * OH + i) * OW + j, ((n * g.C_in + c) * H + row) * W + col,
                    (o * g.C_in + c) * 9 + tap);
            }
          }
        }
      }
    }
  }
}

struct Results {
  Numbers y, dx, dw;

  Results(const Geometry& g, const Arrays& a) : y(a.dy.size(), NAN), dx(a.x.size(), NAN), dw(a.w.size(), NAN) {
    winograd::forward(g, a.x.data(), a.w.data(), a.b.data(), y.data());
    winograd::input_gradient(g, a.dy.data(), a.w.data(), dx.data());
    winograd::weight_gradient(g, a.x.data(), a.dy.data(), dw.data());
  }
  bool operator==(const Results&) const = default;
};

void check(const Geometry& g, double bound) {
  CAPTURE(g.N);
  CAPTURE(g.C_in);
  CAPTURE(g.C_out);
  CAPTURE(g.input[1]);
  CAPTURE(g.input[2]);
  CAPTURE(g.padding[1]);
  CAPTURE(g.padding[2]);
  REQUIRE(winograd::applies(g));
  const Arrays a(g);
  Exact y(a.dy.size()), dx(a.x.size()), dw(a.w.size());
  for (size_t i = 0; i < y.size(); ++i) y[i] = a.b[i / g.outputs() % g.C_out];
  each_product(g, [&](int64_t i, int64_t j, int64_t k) {
    y[i] += static_cast<double>(a.x[j]) * a.w[k];
    dx[j] += static_cast<double>(a.dy[i]) * a.w[k];
    dw[k] += static_cast<double>(a.dy[i]) * a.x[j];
  });
  const int threads = get_num_threads();
  set_num_threads(1);
  const Results one(g, a);
  CHECK(relative_error(one.y, y) < bound);
  CHECK(relative_error(one.dx, dx) < bound);
  CHECK(relative_error(one.dw, dw) < bound);
  for (const int n : {2, 3}) {
    set_num_threads(n);
    CHECK(Results(g, a) == one);
  }
  set_num_threads(threads);
}

}  // namespace

TEST_CASE("Winograd's convolutions of odd sizes and paddings") {
  for (const int64_t pad : {0, 1, 2}) {
    for (const auto& [H, W] : {std::pair<int64_t, int64_t>{3, 3}, {5, 9}, {12, 7}}) {
      check(geometry(2, 3, 17, H, W, pad, pad, H + 2 * pad - 2, W + 2 * pad - 2), 5e-6);
      check(geometry(1, 17, 3, H, W, pad, 2 - pad, H + pad - 1, W - pad + 1),
            5e-6);  // on one side more than on the other
    }
  }
  check(geometry(1, 1, 1, 3, 3, 0, 0, 1, 1), 5e-6);
  check(geometry(3, 1, 2, 1, 1, 1, 1, 1, 1), 5e-6);
  check(geometry(1, 2, 1, 1, 2, 2, 2, 3, 4), 5e-6);
  check(geometry(1, 5, 4, 4, 4, 0, 0, 6, 7), 5e-6);  // padding beyond what is needed
}

TEST_CASE("Winograd's convolutions of every width of channels, and of rows that are cut") {
  for (const int64_t C : {1, 15, 16, 17, 31, 33, 48}) {
    check(same(2, C, 49 - C, 6, 5), 5e-6);
    check(same(1, 49 - C, C, 4, 7), 5e-6);
  }
  check(same(1, 2, 3, 5, 67), 5e-6);
  check(same(1, 3, 2, 9, 130), 5e-6);
}

TEST_CASE("Winograd's error stays below 5e-6 up to 512 channels") {
  check(same(2, 32, 32, 28, 28), 2e-6);
  check(same(1, 64, 64, 56, 56), 2e-6);
  check(same(8, 128, 32, 14, 14), 2e-6);
  check(same(1, 32, 128, 28, 28), 2e-6);
  check(same(2, 256, 48, 14, 14), 2e-6);
  check(same(4, 512, 40, 7, 7), 2e-6);
  check(same(1, 40, 512, 7, 7), 2e-6);
  check(same(1, 300, 130, 9, 10), 2e-6);
}

TEST_CASE("Winograd's way is for 3x3 alone, and chosen where it is faster") {
  const Geometry g = same(8, 64, 64, 28, 28);
  const auto with = [&](auto change) {
    Geometry other = g;
    change(other);
    return winograd::applies(other);
  };
  CHECK(with([](Geometry&) {}));
  CHECK_FALSE(with([](Geometry& o) { o.groups = 2; }));
  CHECK_FALSE(with([](Geometry& o) { o.kernel[2] = 5; }));
  CHECK_FALSE(with([](Geometry& o) { o.stride[1] = 2; }));
  CHECK_FALSE(with([](Geometry& o) { o.dilation[2] = 2; }));
  CHECK_FALSE(with([](Geometry& o) { o.padding[1] = 3; }));
  CHECK_FALSE(with([](Geometry& o) { o.input[0] = o.output[0] = 2; }));
  for (const auto direction :
       {winograd::Direction::kForward, winograd::Direction::kInputGradient, winograd::Direction::kWeightGradient}) {
    CHECK(winograd::is_faster(g, direction));
    CHECK_FALSE(winograd::is_faster(same(8, 1, 1, 28, 28), direction));
  }
}

TEST_CASE("a number that is not finite stays in its tile") {
  const Geometry g = same(1, 16, 16, 12, 12);
  Arrays a(g);
  a.x[5 * 12 + 5] = INFINITY;  // of the first channel: outputs (4 ... 6, 4 ... 6), all in the tile from (4, 4) on
  const Results results(g, a);
  for (int64_t i = 0; i < 12; ++i) {
    for (int64_t j = 0; j < 12; ++j) {
      const bool inside = i >= 4 && i < 8 && j >= 4 && j < 8;
      CHECK(std::isfinite(results.y[i * 12 + j]) == !inside);
    }
  }
}
