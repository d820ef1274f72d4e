#pragma once

// What this processor can do at best, to hold a kernel against in the same run: multiplications and additions in
// registers, and bytes to and from memory. The Python side compiles peak.cpp on its own and calls the C functions.
namespace peak {

struct Peak {
  double flops32, flops64;  // per second: a fused multiply-add is two
  double bytes;             // per second: of a[i] = b[i] + s * c[i], three numbers for each i (STREAM's convention)
};

Peak measure(int threads);

}  // namespace peak

extern "C" {
double dlcore_bench_peak_flops32(int threads);
double dlcore_bench_peak_flops64(int threads);
double dlcore_bench_peak_bytes(int threads);
}
