#pragma once

#include <cstdint>

#include "dlcore/dtype.h"
#include "kernels/philox.h"

// NOTE [Random numbers] says which number stands where. y is contiguous and has n elements.
namespace dlcore::kernels {

// Words that a number of the floating distributions is made of.
inline int64_t words_each(DType dtype) { return item_size(dtype) / 4; }
// Words that an integer of a range (the number of integers in it) is made of.
inline int64_t words_of_integer(uint64_t range) { return range >> 32 ? 4 : 2; }

// Floating: low + u (high - low), below high; mean + std z; -ln(u) / rate, above zero.
void uniform(DType dtype, const Stream& stream, void* y, int64_t n, double low, double high);
void normal(DType dtype, const Stream& stream, void* y, int64_t n, double mean, double std);
void exponential(DType dtype, const Stream& stream, void* y, int64_t n, double rate);
// Any dtype: integers low ... low + range - 1; ones with probability p.
void integers(DType dtype, const Stream& stream, void* y, int64_t n, int64_t low, uint64_t range);
void bernoulli(DType dtype, const Stream& stream, void* y, int64_t n, double p);
// Floating p and y: y[i] is one with probability p[i].
void bernoulli(DType dtype, const Stream& stream, const void* p, void* y, int64_t n);
void permutation(const Stream& stream, int64_t* y, int64_t n);

// The first of n numbers that is no probability, or no weight (negative, infinite or NaN); n where there is none.
int64_t first_improbable(DType dtype, const void* p, int64_t n);
int64_t first_unweighty(DType dtype, const void* w, int64_t n);

// Sampling from rows of weights w (rows, categories) into y (rows, samples).
struct Multinomial {
  int64_t rows, categories, samples;
};
// Running sums of each row; the row's sum is the last.
void cumulate(DType dtype, const void* w, double* sums, const Multinomial& of);
void sample_with_replacement(const Stream& stream, const double* sums, int64_t* y, const Multinomial& of);
// Those with the smallest -ln(u) / w (Efraimidis and Spirakis 2006), in this order.
void sample_without_replacement(DType dtype, const Stream& stream, const void* w, int64_t* y, const Multinomial& of);

}  // namespace dlcore::kernels
