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
                "input"_a, "approximate"_a = "none");
}

}  // namespace dlcore::bindings
