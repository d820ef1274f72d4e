#pragma once

#include <functional>
#include <span>
#include <vector>

#include "dlcore/autograd.h"

// NOTE [Second gradients from a plain form]
// An op whose backward is a fused kernel records that backward's own gradient by way of the same function in plain ops:
// it is run, differentiated once with a graph, and what came out is differentiated again. That costs what the fused
// kernels save, in memory above all, and is paid by those alone who ask for derivatives of the second order and above.
namespace dlcore {

// The function that the op computes, of its inputs, some of which may be undefined.
using PlainForm = std::function<std::vector<Tensor>(std::span<const Tensor> xs)>;

// With dx_i the gradient of sum <dys[k], ys[k]> with respect to xs[i], ys = plain(xs): the gradient of
// sum over j <ddxs[j], dx_outputs[j]> with respect to dys and then xs, where `needed`. An undefined dys[k] is zero.
std::vector<Tensor> second_gradients(const PlainForm& plain, std::span<const Tensor> dys, std::span<const Tensor> xs,
                                     std::span<const int> outputs, std::span<const Tensor> ddxs,
                                     std::span<const bool> needed);

}  // namespace dlcore
