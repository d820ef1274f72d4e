#pragma once

#include <cstdint>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace dlcore {

// Treats denormal numbers as zero while it lives (a multiplication that meets one can cost a hundred cycles), then puts
// the caller's mode back.
class FlushDenormals {
 public:
#if defined(__SSE2__)
  FlushDenormals() : mode_(_mm_getcsr()) { _mm_setcsr(mode_ | kFlush); }
  ~FlushDenormals() { _mm_setcsr(mode_); }

 private:
  static constexpr uint32_t kFlush = 0x8040;  // flush-to-zero and denormals-are-zero
  uint32_t mode_;
#elif defined(__aarch64__)
  FlushDenormals() {
    asm volatile("mrs %0, fpcr" : "=r"(mode_));
    asm volatile("msr fpcr, %0" ::"r"(mode_ | kFlush));
  }
  ~FlushDenormals() { asm volatile("msr fpcr, %0" ::"r"(mode_)); }

 private:
  static constexpr uint64_t kFlush = uint64_t{1} << 24;
  uint64_t mode_;
#else
#error "say here how this processor flushes denormals"
#endif
  FlushDenormals(const FlushDenormals&) = delete;
};

}  // namespace dlcore
