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
      [](std::string_view mode, const Tensor& input, const Tensor& hx, const MaybeTensor& cx, const Tensor& weight_ih,
         const Tensor& weight_hh, const MaybeTensor& bias_ih, const MaybeTensor& bias_hh,
         const std::vector<int64_t>& batch_sizes, bool reverse,
         const MaybeTensor& weight_hr) -> std::tuple<Tensor, Tensor, MaybeTensor> {
        const Cell cell = cell_of(mode);
        const Unlocked lock(input.numel());
        const RecurrentWeights weights{weight_ih, weight_hh, given(bias_ih), given(bias_hh), given(weight_hr)};
        const RecurrentStates states = recurrence(cell, input, hx, given(cx), weights, batch_sizes, reverse);
        return {states.y, states.h, states.c.defined() ? MaybeTensor(states.c) : std::nullopt};
      },
      R"(Run a recurrent layer in one direction, over all steps at once: what nn.RNN, nn.LSTM and nn.GRU are made of.

The rows of input are those of a PackedSequence: of each step, one row for every sequence that is that long.

Args:
    mode: 'RNN_TANH', 'RNN_RELU', 'LSTM' or 'GRU', with G = 1, 1, 4 or 3 gates.
    input: floating, (rows, I): x.
    hx: (N, H), the first states.
    cx: (N, H), the first cells, of an LSTM alone.
    weight_ih: (G H, I), what the inputs contribute to the gates of a step: W_ih x + b_ih.
    weight_hh: (G H, H), what the states before it do: W_hh h + b_hh.
    bias_ih: (G H,) or None.
    bias_hh: (G H,) or None.
    batch_sizes: how many of the N sequences have each step; it never rises.
    reverse: whether each sequence is run from its end.
    weight_hr: (P, H), of an LSTM alone: states, and the second axis of hx and weight_hh, have P numbers instead of H.
        It is computed, and differentiated, step by step.

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
    >>> one = dlcore.ones(1, 1)
    >>> y, h, _ = dlcore.recurrence('RNN_RELU', dlcore.ones(3, 1), 0 * one, None, one, one, None, None, [1, 1, 1])
    >>> y.flatten()
    tensor([1., 2., 3.])
)",
      "mode"_a, "input"_a, "hx"_a, "cx"_a, "weight_ih"_a, "weight_hh"_a, "bias_ih"_a, "bias_hh"_a, "batch_sizes"_a,
      "reverse"_a = false, "weight_hr"_a = py::none());
}

}  // namespace dlcore::bindings
