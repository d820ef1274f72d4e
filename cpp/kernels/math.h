#pragma once

// NOTE [Elementary functions]
// exp, log, sin, tanh, erf and their like, for float and double, written so that the compiler makes vectors of a loop
// that calls them: no branches, no calls, no tables, integers as wide as the numbers, and both sides of a choice
// computed. Each states its largest error in units in the last place of the result, "ulp", which
// tests/kernels/test_math.py holds it to. At infinities, NaN and zeros they do what C's functions do, the sign of zero
// included. Denormals are zero, in and out, as everywhere in kernels (core/denormals.h), and a result within 16
// times the smallest normal number may be off by as much as one of them. Where a product and a sum fuse, errors only
// shrink: no step relies on a rounding that fusion would take away. Polynomials are minimax approximations (Remez) of
// the function named beside them. Against the loops of std:: functions, for float with AVX2: exp 7 times as fast, tanh
// 13, erf 10, sigmoid 5, log 7, sin 3.5 (AMD EPYC, one thread, 4096 numbers).

#include "kernels/math/angle.h"
#include "kernels/math/exponential.h"
#include "kernels/math/logarithm.h"
#include "kernels/math/normal.h"
