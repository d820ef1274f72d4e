#include "define.h"

namespace dlcore::bindings {
namespace {

Cell cell_of(std::string_view name) {
  if (name == "RNN_TANH") return Cell::Tanh;
  if (name == "RNN_RELU") return Cell::Relu;
  if (name == "LSTM") return Cell::Lstm;
  if (name == "GRU") return Cell::Gru;
  raise<ValueError>("recurrence: mode expected 'RNN_TANH', 'RNN_RELU', 'LSTM' or 'GRU', got '", name, "'");
}

}  // namespace

void define_recurrence(py::module_& m) {
  using MaybeTensor = std::optional<Tensor>;
  Family(m).function(
      "recurrence",
      [](std::string_view mode, const Tensor& input, const Tensor& hx, const MaybeTensor& cx, const Tensor& weight,
         const MaybeTensor& bias, const std::vector<int64_t>& batch_sizes, bool reverse,
         const MaybeTensor& projection) -> std::tuple<Tensor, Tensor, MaybeTensor> {
        const Cell cell = cell_of(mode);
        const Unlocked lock(input.numel());
        const RecurrentStates states =
            recurrence(cell, input, hx, given(cx), {weight, given(bias), given(projection)}, batch_sizes, reverse);
        return {states.y, states.h, states.c.defined() ? MaybeTensor(states.c) : std::nullopt};
      },
      R"(Run a recurrent layer in one direction, over all steps at once: what nn.RNN, nn.LSTM and nn.GRU are made of.

The rows of input are those of a PackedSequence: of each step, one row for every sequence that is that long.

Args:
    mode: 'RNN_TANH', 'RNN_RELU', 'LSTM' or 'GRU', with G = 1, 1, 4 or 3 gates.
    input: floating, (rows, G H): what the inputs of each step contribute to the gates, W_ih x + b_ih.
    hx: (N, H), the first states.
    cx: (N, H), the first cells, of an LSTM alone.
    weight: (G H, H), W_hh.
    bias: (G H,), b_hh, or None.
    batch_sizes: how many of the N sequences have each step; it never rises.
    reverse: whether each sequence is run from its end.
    projection: (P, H), of an LSTM alone: states, and the second axis of hx and weight, have P numbers instead of H. It is
        computed, and differentiated, step by step.

Returns:
    The states of all steps (rows, H), the last states (N, H) and, of an LSTM, the last cells (N, H), or None.

Raises:
    ValueError: shapes do not fit, or batch_sizes rises.
    TypeError: dtypes differ or are not floating.

Source:
    Elman: Finding structure in time, 1990; Hochreiter, Schmidhuber: Long short-term memory, 1997; Cho et al.: Learning
    phrase representations using RNN encoder-decoder, 2014.

Example:
    >>> import dlcore
    >>> y, h, _ = dlcore.recurrence('RNN_RELU', dlcore.ones(3, 1), dlcore.zeros(1, 1), None, dlcore.ones(1, 1), None, [1] * 3)
    >>> y.flatten()
    tensor([1., 2., 3.])
)",
      "mode"_a, "input"_a, "hx"_a, "cx"_a, "weight"_a, "bias"_a, "batch_sizes"_a, "reverse"_a = false,
      "projection"_a = py::none());
}

}  // namespace dlcore::bindings
