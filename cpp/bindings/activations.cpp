#include "define.h"

// What `dlcore.nn.functional` takes over under the same names.
namespace dlcore::bindings {

void define_activations(py::module_& m) {
  Family(m)
      .elementwise("sigmoid", &sigmoid, "Compute 1 / (1 + e^-input).", "input"_a)
      .elementwise("relu", &relu, "Compute max(input, 0); the gradient at zero is zero.", "input"_a)
      .function("hardsigmoid", operands(&hardsigmoid), "Compute min(max(input + 3, 0), 6) / 6.", "input"_a)
      .function("leaky_relu", operands(&leaky_relu),
                "Compute input where it is positive, negative_slope * input elsewhere.", "input"_a,
                "negative_slope"_a = 0.01)
      .function(
          "elu", operands(&elu),
          "Compute input where it is positive, alpha * (e^input - 1) elsewhere.\n\n"
          "Source:\n    Clevert, Unterthiner, Hochreiter: Fast and Accurate Deep Network Learning by Exponential\n"
          "    Linear Units, 2016.\n",
          "input"_a, "alpha"_a = 1.0)
      .function("softplus", operands(&softplus),
                "Compute ln(1 + e^(beta * input)) / beta; input itself where beta * input > threshold.", "input"_a,
                "beta"_a = 1.0, "threshold"_a = 20.0)
      .function("silu", operands(&silu), "Compute input * sigmoid(input).", "input"_a)
      .function("gelu", operands(&gelu),
                "Compute input * Phi(input), Phi being the distribution function of the standard normal.\n\n"
                "Args:\n    input: a tensor.\n"
                "    approximate: 'none' computes Phi by erf; 'tanh' computes\n"
                "        input / 2 * (1 + tanh(sqrt(2 / pi) * (input + 0.044715 * input^3))) instead.\n\n"
                "Raises:\n    ValueError: approximate is neither.\n\n"
                "Source:\n    Hendrycks, Gimpel: Gaussian Error Linear Units, 2016, section 2.\n",
                "input"_a, "approximate"_a = "none")
      .function("hardtanh", operands(&hardtanh),
                "Compute min(max(input, min_val), max_val); the gradient at both is zero.", "input"_a,
                "min_val"_a = -1.0, "max_val"_a = 1.0)
      .function("relu6", operands(&relu6), "Compute min(max(input, 0), 6); the gradient at both is zero.", "input"_a)
      .function("hardswish", operands(&hardswish), "Compute input * min(max(input + 3, 0), 6) / 6.", "input"_a)
      .function("mish", operands(&mish), "Compute input * tanh(ln(1 + e^input)) (Misra 2020).", "input"_a)
      .function("selu", operands(&selu),
                "Compute 1.0507 * elu(input, 1.6733), which keeps mean 0 and variance 1 (Klambauer et al. 2017).",
                "input"_a)
      .function("celu", operands(&celu),
                "Compute input where it is positive, alpha * (e^(input / alpha) - 1) elsewhere (Barron 2017).",
                "input"_a, "alpha"_a = 1.0)
      .function("softsign", operands(&softsign), "Compute input / (1 + |input|).", "input"_a)
      .function("logsigmoid", operands(&logsigmoid), "Compute -ln(1 + e^-input).", "input"_a)
      .function("glu", unlocked(&glu),
                "Compute a * sigmoid(b) of the two halves a, b of input along dim (Dauphin et al. 2017).", "input"_a,
                "dim"_a = -1)
      .function("prelu", unlocked(&prelu),
                "Compute input where it is positive, weight * input elsewhere (He et al. 2015).\n\n"
                "Args:\n    input: floating, (N, C, ...).\n"
                "    weight: (1,), or (C,): one number for each channel.\n\n"
                "Raises:\n    ValueError: weight has another shape.\n",
                "input"_a, "weight"_a);
}

}  // namespace dlcore::bindings
