// Distributions, as NOTE [Random numbers] lays them out. Logarithm, sine and cosine are polynomials in the four
// operations, which every processor rounds alike, and this file is compiled without fusing them: the bits are the same
// at every level. The polynomials are those of Moshier's Cephes library (1989): logf, sinf, cosf, and log, sin, cos for
// float64, with errors of 1 or 2 units in the last place.
#include "kernels/random.h"

#include <bit>
#include <cmath>
#include <limits>
#include <memory>
#include <numbers>

namespace dlcore::kernels {
namespace {

double as_double(uint32_t upper_bits_zero) { return static_cast<int32_t>(upper_bits_zero); }  // exact, and vectorised

// ---- Uniform numbers out of words ----

template <class T>
T unit(const uint32_t* w, int64_t i) {  // in [0, 1)
  if constexpr (sizeof(T) == 4) {
    return static_cast<T>(static_cast<int32_t>(w[i] >> 8)) * 0x1p-24f;
  } else {
    return (as_double(w[2 * i] >> 5) * 0x1p26 + as_double(w[2 * i + 1] >> 6)) * 0x1p-53;
  }
}

template <class T>
T open_unit(const uint32_t* w, int64_t i) {  // in (0, 1), as a logarithm wants it
  if constexpr (sizeof(T) == 4) {
    return std::min(static_cast<T>(static_cast<int32_t>(w[i] >> 1)) * 0x1p-31f + 0x1p-32f, 1 - 0x1p-24f);
  } else {
    return std::min(unit<T>(w, i) + 0x1p-54, 1 - 0x1p-53);
  }
}

// ---- Functions, inlined by force: a loop around a call is not vectorised ----
#define DLCORE_INLINE [[gnu::always_inline]] inline

// (((first x + rest) x + rest) x + ...), by Horner.
template <class T, class... C>
DLCORE_INLINE T polynomial(T x, T first, C... rest) {
  T y = first;
  ((y = y * x + rest), ...);
  return y;
}

DLCORE_INLINE float log(float x) {  // of x = m 2^e, m in [sqrt(1/2), sqrt(2))
  constexpr uint32_t kSqrtHalf = 0x3f3504f3;
  const uint32_t bits = std::bit_cast<uint32_t>(x) - kSqrtHalf;
  const auto e = static_cast<float>(static_cast<int32_t>(bits) >> 23);
  const float f = std::bit_cast<float>((bits & 0x007fffff) + kSqrtHalf) - 1, ff = f * f;
  const float tail =
      polynomial(f, 7.0376836292e-2f, -1.1514610310e-1f, 1.1676998740e-1f, -1.2420140846e-1f, 1.4249322787e-1f,
                 -1.6668057665e-1f, 2.0000714765e-1f, -2.4999993993e-1f, 3.3333331174e-1f);
  const float y = tail * f * ff + e * -2.12194440e-4f - 0.5f * ff;
  return f + y + e * 0.693359375f;
}

DLCORE_INLINE double log(double x) {
  constexpr uint64_t kSqrtHalf = 0x3fe6a09e667f3bcd, kOne = 0x3ff0000000000000;
  const uint64_t bits = std::bit_cast<uint64_t>(x) + (kOne - kSqrtHalf);
  // e + 1023 in the last bits of 2^52, as integers of 64 bits become floating in the vectors of few levels.
  const double e = std::bit_cast<double>(0x4330000000000000 | bits >> 52) - (0x1p52 + 1023);
  const double f = std::bit_cast<double>((bits & 0x000fffffffffffff) + kSqrtHalf) - 1, ff = f * f;
  const double p = polynomial(f, 1.01875663804580931796e-4, 4.97494994976747001425e-1, 4.70579119878881725854,
                              1.44989225341610930846e1, 1.79368678507819816313e1, 7.70838733755885391666);
  const double q = polynomial(f, 1.0, 1.12873587189167450590e1, 4.52279145837532221105e1, 8.29875266912776603211e1,
                              7.11544750618563894466e1, 2.31251620126765340583e1);
  const double y = f * ff * p / q - e * 2.121944400546905827679e-4 - 0.5 * ff;
  return f + y + e * 0.693359375;
}

template <class T>
struct Point {  // of the unit circle
  T cosine, sine;
};

DLCORE_INLINE Point<float> near_zero(float x) {  // |x| <= pi / 4
  const float xx = x * x;
  const float sine = polynomial(xx, -1.9515295891e-4f, 8.3321608736e-3f, -1.6666654611e-1f);
  const float cosine = polynomial(xx, 2.443315711809948e-5f, -1.388731625493765e-3f, 4.166664568298827e-2f);
  return {cosine * xx * xx - 0.5f * xx + 1, sine * xx * x + x};
}

DLCORE_INLINE Point<double> near_zero(double x) {
  const double xx = x * x;
  const double sine = polynomial(xx, 1.58962301576546568060e-10, -2.50507477628578072866e-8, 2.75573136213857245213e-6,
                                 -1.98412698295895385996e-4, 8.33333333332211858878e-3, -1.66666666666666307295e-1);
  const double cosine =
      polynomial(xx, -1.13585365213876817300e-11, 2.08757008419747316778e-9, -2.75573141792967388112e-7,
                 2.48015872888517045348e-5, -1.38888888888730564116e-3, 4.16666666666665929218e-2);
  return {cosine * xx * xx - 0.5 * xx + 1, sine * xx * x + x};
}

// A uniform point of the unit circle: all bits but the first two of the word say where in the quadrant about zero it
// lies; the second mirrors it at the diagonal, the first at the origin.
template <class T>
DLCORE_INLINE Point<T> on_circle(const uint32_t* w, int64_t i) {
  constexpr T kHalfPi = std::numbers::pi_v<T> / 2;
  constexpr int64_t kWords = sizeof(T) / 4;
  const uint32_t first = w[i * kWords];
  T angle = static_cast<T>(static_cast<int32_t>(first << 2));
  if constexpr (kWords == 1) {
    angle = angle * (kHalfPi * 0x1p-32f);
  } else {
    angle = (angle * 0x1p-32 + as_double(w[i * kWords + 1] >> 1) * 0x1p-61) * kHalfPi;
  }
  const Point<T> point = near_zero(angle);
  const T sign = first & 0x80000000 ? T(-1) : T(1);
  const T x = first & 0x40000000 ? point.sine : point.cosine, y = first & 0x40000000 ? point.cosine : point.sine;
  return {sign * x, sign * y};
}

// Two independent normal numbers (Box and Muller 1958).
template <class T>
DLCORE_INLINE Point<T> normal_pair(const uint32_t* w, int64_t pair) {
  const T radius = std::sqrt(T(-2) * log(open_unit<T>(w, 2 * pair)));
  const Point<T> point = on_circle<T>(w, 2 * pair + 1);
  return {radius * point.cosine, radius * point.sine};
}

// y[i] = f(i): f by value, so that nothing it holds can lie where y is written, and the loop is vectorised.
template <class T, class F>
void each(int64_t n, T* __restrict y, F f) {
  for (int64_t i = 0; i < n; ++i) y[i] = f(i);
}

template <class T>
void scaled_normals(const uint32_t* w, int64_t n, T* __restrict y, T mean, T std) {
  for (int64_t i = 0; i < n / 2; ++i) {
    const Point<T> z = normal_pair<T>(w, i);
    y[2 * i] = z.cosine * std + mean;
    y[2 * i + 1] = z.sine * std + mean;
  }
  if (n % 2 == 1) y[n - 1] = normal_pair<T>(w, n / 2).cosine * std + mean;
}

#undef DLCORE_INLINE

uint64_t joined(const uint32_t* w, int64_t i) { return static_cast<uint64_t>(w[2 * i]) << 32 | w[2 * i + 1]; }

using Wide = unsigned __int128;

// floor(u range), u = w / 2^64.
int64_t integer_below(uint64_t range, uint64_t w) { return static_cast<int64_t>(Wide(w) * range >> 64); }

// Probabilities count in steps of 2^-32; a word is below this with probability p.
double threshold(double p) { return p * 0x1p32; }

template <class T, class F>
int64_t first_where(const void* x_, int64_t n, F wrong) {
  const T* x = static_cast<const T*>(x_);
  constexpr int64_t kRun = 1024;
  for (int64_t i = 0; i < n; i += kRun) {
    const int64_t end = std::min(n, i + kRun);
    int found = 0;
    for (int64_t k = i; k < end; ++k) found |= wrong(x[k]);
    if (!found) continue;
    for (int64_t k = i; k < end; ++k) {
      if (wrong(x[k])) return k;
    }
  }
  return n;
}

}  // namespace

void uniform(DType dtype, const Stream& stream, void* y_, int64_t n, double low_, double high_) {
  visit_floating(dtype, [&]<class T>() {
    const T low = static_cast<T>(low_), high = static_cast<T>(high_), width = high - low;
    const T last = std::nextafter(high, low);  // rounding must not reach high
    over_words(stream, n, words_each(dtype), [&](const uint32_t* w, int64_t first, int64_t count) {
      each(count, static_cast<T*>(y_) + first, [=](int64_t i) { return std::min(unit<T>(w, i) * width + low, last); });
    });
  });
}

void normal(DType dtype, const Stream& stream, void* y_, int64_t n, double mean_, double std_) {
  visit_floating(dtype, [&]<class T>() {
    const T mean = static_cast<T>(mean_), std = static_cast<T>(std_);
    over_words(stream, n, words_each(dtype), [&](const uint32_t* w, int64_t first, int64_t count) {
      scaled_normals(w, count, static_cast<T*>(y_) + first, mean, std);
    });
  });
}

void exponential(DType dtype, const Stream& stream, void* y_, int64_t n, double rate_) {
  visit_floating(dtype, [&]<class T>() {
    const T rate = static_cast<T>(rate_);
    over_words(stream, n, words_each(dtype), [&](const uint32_t* w, int64_t first, int64_t count) {
      each(count, static_cast<T*>(y_) + first, [=](int64_t i) { return -log(open_unit<T>(w, i)) / rate; });
    });
  });
}

void integers(DType dtype, const Stream& stream, void* y_, int64_t n, int64_t low, uint64_t range) {
  const auto range32 = static_cast<uint32_t>(range);
  const bool narrow = range == range32;  // products of 32-bit numbers, which vectors have
  visit(dtype, [&]<class T>() {
    over_words(stream, n, words_of_integer(range), [&](const uint32_t* w, int64_t first, int64_t count) {
      T* y = static_cast<T*>(y_) + first;
      if (narrow) {
        each(count, y, [=](int64_t i) {
          const uint64_t below = static_cast<uint64_t>(w[2 * i + 1]) * range32 >> 32;
          const uint64_t k = (static_cast<uint64_t>(w[2 * i]) * range32 + below) >> 32;
          return static_cast<T>(low + static_cast<int64_t>(k));
        });
      } else {
        each(count, y, [=](int64_t i) {
          const auto below = static_cast<uint64_t>(Wide(joined(w, 2 * i + 1)) * range >> 64);
          const auto k = static_cast<uint64_t>((Wide(joined(w, 2 * i)) * range + below) >> 64);
          return static_cast<T>(static_cast<int64_t>(static_cast<uint64_t>(low) + k));
        });
      }
    });
  });
}

void bernoulli(DType dtype, const Stream& stream, void* y_, int64_t n, double p) {
  const auto below = static_cast<uint64_t>(threshold(p));
  const auto last = static_cast<uint32_t>(below - 1);
  visit(dtype, [&]<class T>() {
    const T one = below > 0 ? 1 : 0;
    over_words(stream, n, 1, [&](const uint32_t* w, int64_t first, int64_t count) {
      each(count, static_cast<T*>(y_) + first, [=](int64_t i) { return w[i] <= last ? one : T(0); });
    });
  });
}

void bernoulli(DType dtype, const Stream& stream, const void* p_, void* y_, int64_t n) {
  visit_floating(dtype, [&]<class T>() {
    over_words(stream, n, 1, [&](const uint32_t* w, int64_t first, int64_t count) {
      const T* p = static_cast<const T*>(p_) + first;
      each(count, static_cast<T*>(y_) + first, [=](int64_t i) {
        const double word = as_double(w[i] ^ 0x80000000) + 0x1p31;
        return word < std::floor(threshold(p[i])) ? T(1) : T(0);
      });
    });
  });
}

void permutation(const Stream& stream, int64_t* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] = i;
  constexpr int64_t kBatch =
      512;  // exchanges whose partners are known, and on their way to the cache, before the first
  uint32_t words[2 * kBatch];
  int64_t partner[kBatch];
  for (int64_t first = 0; first < n; first += kBatch) {
    const int64_t count = std::min(kBatch, n - first);
    philox({stream.seed, stream.block + static_cast<uint64_t>(first / 2)}, blocks_of(count, 2), words);
    for (int64_t i = 0; i < count; ++i) {
      const int64_t k = first + i;
      partner[i] = k + integer_below(static_cast<uint64_t>(n - k), joined(words, i));
      __builtin_prefetch(y + partner[i], 1);
    }
    for (int64_t i = 0; i < count; ++i) std::swap(y[first + i], y[partner[i]]);
  }
}

int64_t first_improbable(DType dtype, const void* p, int64_t n) {
  return visit_floating(dtype,
                        [&]<class T>() { return first_where<T>(p, n, [](T v) { return !(v >= 0 && v <= 1); }); });
}

int64_t first_unweighty(DType dtype, const void* w, int64_t n) {
  return visit_floating(dtype, [&]<class T>() {
    return first_where<T>(w, n, [](T v) { return !(v >= 0 && v <= std::numeric_limits<T>::max()); });
  });
}

void cumulate(DType dtype, const void* w_, double* sums_, const Multinomial& of) {
  const int64_t grain = std::max<int64_t>(kElementGrain / std::max<int64_t>(of.categories, 1), 1);
  visit_floating(dtype, [&]<class T>() {
    parallel_for(of.rows, grain, [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; ++row) {
        const T* w = static_cast<const T*>(w_) + row * of.categories;
        double* sums = sums_ + row * of.categories;
        double sum = 0;
        for (int64_t c = 0; c < of.categories; ++c) sums[c] = sum += w[c];
      }
    });
  });
}

void sample_with_replacement(const Stream& stream, const double* sums_, int64_t* y, const Multinomial& of) {
  over_words(stream, of.rows * of.samples, 2, [&](const uint32_t* w, int64_t first, int64_t count) {
    for (int64_t i = 0; i < count; ++i) {
      const double* sums = sums_ + (first + i) / of.samples * of.categories;
      const double total = sums[of.categories - 1];
      const double u = std::min(unit<double>(w, i) * total, std::nextafter(total, 0.0));  // below total even if rounded
      y[first + i] = std::upper_bound(sums, sums + of.categories, u) - sums;
    }
  });
}

void sample_without_replacement(DType dtype, const Stream& stream, const void* w_, int64_t* y, const Multinomial& of) {
  const int64_t n = of.rows * of.categories;
  const auto keys = std::make_unique_for_overwrite<double[]>(n);
  visit_floating(dtype, [&]<class T>() {
    const T* w = static_cast<const T*>(w_);
    over_words(stream, n, 2, [&](const uint32_t* words, int64_t first, int64_t count) {
      for (int64_t i = 0; i < count; ++i)
        keys[first + i] = -log(open_unit<double>(words, i)) / static_cast<double>(w[first + i]);
    });
  });
  const int64_t grain = std::max<int64_t>(kElementGrain / 8 / std::max<int64_t>(of.categories, 1), 1);
  parallel_for(of.rows, grain, [&](int64_t begin, int64_t end) {
    const auto order = std::make_unique_for_overwrite<int64_t[]>(of.categories);
    for (int64_t row = begin; row < end; ++row) {
      const double* key = keys.get() + row * of.categories;
      for (int64_t c = 0; c < of.categories; ++c) order[c] = c;
      std::partial_sort(order.get(), order.get() + of.samples, order.get() + of.categories,
                        [&](int64_t a, int64_t b) { return key[a] < key[b] || (key[a] == key[b] && a < b); });
      std::copy_n(order.get(), of.samples, y + row * of.samples);
    }
  });
}

}  // namespace dlcore::kernels
