#pragma once

namespace dlcore {

/// What a product may do to its result while it is still in cache.
enum class Activation { Identity, Relu, Sigmoid, Tanh, Gelu, Silu };

}  // namespace dlcore
