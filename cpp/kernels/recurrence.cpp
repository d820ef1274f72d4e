// Sequences do not meet, so threads share the sequences, not the steps: a block of them goes through the steps by
// itself, its states in the first cache. What a step waits for is the product of a few rows of states and all of w_h,
// which is packed once for all steps and blocks. The inputs' part of the gates is known before, as are, behind, the
// gradients of inputs and weights: they are products over many steps at a time, as many as leave what the products read
// and write in the second cache (a section). Each block makes those of its own inputs, next to the steps that need
// them. Where the weights alone would fill that cache there is one section, and one product for all inputs.
#include "kernels/recurrence.h"

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "core/parallel.h"
#include "core/scratch.h"
#include "kernels/gemm/products.h"
#include "kernels/recurrence/packed_weights.h"
#include "kernels/recurrence/step.h"
#include "kernels/reduce.h"

namespace dlcore::kernels {
namespace {

constexpr int64_t kSectionBytes = 1 << 18;  // of gates: an eighth to one half of a second cache; 512 KB take 2 % longer
constexpr int64_t kWeightBytes = 1 << 20;   // with larger ones each section would read and write them from beyond it

template <class T>
bool weights_stay(const Recurrence& of) {
  return gates_of(of.cell) * of.H * (of.I + of.H) * static_cast<int64_t>(sizeof(T)) <= kWeightBytes;
}

// Steps [begin, end), which have `rows` rows from `row` on.
struct Section {
  int64_t begin, end, row, rows;
};

// The sections of all steps, in order; a step is never cut.
template <class T>
std::vector<Section> sections_of(const Recurrence& of) {
  const int64_t row_bytes = gates_of(of.cell) * of.H * static_cast<int64_t>(sizeof(T));
  const int64_t most = weights_stay<T>(of) ? kSectionBytes / row_bytes : of.first[of.steps];
  std::vector<Section> sections;
  for (int64_t t = 0; t < of.steps; ++t) {
    const int64_t rows = of.batch_sizes[t];
    if (sections.empty() || sections.back().rows + rows > most) sections.push_back({t, t, of.first[t], 0});
    sections.back().end = t + 1, sections.back().rows += rows;
  }
  return sections;
}

int64_t most_rows(const std::vector<Section>& sections) {
  int64_t most = 0;
  for (const Section& section : sections) most = std::max(most, section.rows);
  return most;
}

// body(i) for i in [0, n), from 0 on or from the end.
template <class Body>
void in_turn(int64_t n, bool from_end, Body&& body) {
  for (int64_t i = 0; i < n; ++i) body(from_end ? n - 1 - i : i);
}

// How many sequences go together: as many as the micro-kernel takes at once, or some fewer to make an even number of
// blocks, for two threads; more where w_h comes from beyond the second cache at every step, and should serve longer.
template <class T>
int64_t block_rows(const Recurrence& of) {
  const int64_t most = weights_stay<T>(of) ? kTileRows : 4 * kTileRows;
  int64_t count = pieces_of(of.batch, most);
  if (count % 2 == 1 && of.batch / (count + 1) >= kTileRows / 2) ++count;
  return pieces_of(of.batch, std::max<int64_t>(count, 1));
}

// Sequences [begin, end) that have a step t.
int64_t active(const Recurrence& of, int64_t t, int64_t begin, int64_t end) {
  return std::clamp<int64_t>(of.batch_sizes[t] - begin, 0, end - begin);
}

// What sequence i had before step t: its row of `all`, or of the first states.
template <class T>
const T* before(const Recurrence& of, const T* all, const T* first_state, int64_t t, int64_t i) {
  const int64_t previous = of.reverse ? t + 1 : t - 1;
  const bool has = previous >= 0 && previous < of.steps && i < of.batch_sizes[previous];
  return has ? all + (of.first[previous] + i) * of.H : first_state + i * of.H;
}

template <class T>
const T* as(const void* p, int64_t at = 0) {
  return p ? static_cast<const T*>(p) + at : nullptr;
}
template <class T>
T* to(void* p, int64_t at = 0) {
  return p ? static_cast<T*>(p) + at : nullptr;
}

// The steps of a section for sequences [begin, end): for each the first row, and how many there are.
struct Turn {
  int64_t t, row, count;
};

std::vector<Turn> turns_of(const Recurrence& of, const Section& section, bool from_end, int64_t begin, int64_t end) {
  std::vector<Turn> turns;
  in_turn(section.end - section.begin, from_end, [&](int64_t s) {
    const int64_t t = section.begin + s, count = active(of, t, begin, end);
    if (count > 0) turns.push_back({t, of.first[t] + begin, count});
  });
  return turns;
}

template <class T>
void multiply_one(const Product<T>& product) {
  multiply_each<T>(1, [&](int64_t) { return product; });
}

template <class T>
void forward(const Recurrence& of, const RecurrenceArrays& arrays) {
  const int64_t I = of.I, H = of.H, width = gates_of(of.cell) * H, kept_width = kept_of(of.cell) * H;
  const bool by_blocks = weights_stay<T>(of);  // then each makes the products of its own inputs
  const std::vector<Section> sections = sections_of<T>(of);
  const Strided<T> x{as<T>(arrays.x), I, 1}, turned_w_x{as<T>(arrays.w_x), 1, I};
  const PackedWeights<T> w_x(turned_w_x, I, by_blocks ? width : 0), w_h({as<T>(arrays.w_h), 1, H}, H, width);
  const Scratch<T> all_from_x(by_blocks ? 0 : of.first[of.steps] * width);
  if (!by_blocks) multiply_one<T>({of.first[of.steps], width, I, x, turned_w_x, all_from_x, width});
  parallel_for(of.batch, block_rows<T>(of), [&](int64_t begin, int64_t end) {
    T *h = to<T>(arrays.h, begin * H), *c = to<T>(arrays.c, begin * H);
    std::copy_n(as<T>(arrays.h0, begin * H), (end - begin) * H, h);
    if (c) std::copy_n(as<T>(arrays.c0, begin * H), (end - begin) * H, c);
    const int64_t step_size = (end - begin) * width;
    Scratch<T> own_from_x;
    const Scratch<T> from_h(step_size);
    in_turn(static_cast<int64_t>(sections.size()), of.reverse, [&](int64_t number) {
      const std::vector<Turn> turns = turns_of(of, sections[number], of.reverse, begin, end);
      if (by_blocks) own_from_x.reserve(turns.size() * step_size);
      std::vector<Rows<T>> inputs;
      for (const Turn& turn : turns) {
        T* from_x = by_blocks ? own_from_x + inputs.size() * step_size : all_from_x + turn.row * width;
        inputs.push_back({x.at(turn.row, 0), turn.count, from_x});
      }
      w_x.multiply(inputs, width, false);
      for (size_t s = 0; s < turns.size(); ++s) {
        w_h.multiply({h, turns[s].count, from_h}, width, false);
        for (int64_t i = 0; i < turns[s].count; ++i) {
          const int64_t row = turns[s].row + i;
          const Step<T> step{H,
                             inputs[s].c + i * width,
                             from_h + i * width,
                             as<T>(arrays.b_x),
                             as<T>(arrays.b_h),
                             to<T>(arrays.kept, row * kept_width),
                             h + i * H,
                             c ? c + i * H : nullptr,
                             to<T>(arrays.y, row * H),
                             to<T>(arrays.cells, row * H)};
          run(of.cell, step);
        }
      }
    });
  });
}

// What a section leaves for the weights' gradients: of each row, the gradients of w_x x + b_x and of w_h h + b_h, and
// that h.
template <class T>
struct SectionGradients {
  const T *dz_x, *dz_h, *h;
};

// Adds the sum of all rows (count, width) to each of the biases' gradients that there are.
template <class T>
void add_to_biases(const T* rows, int64_t count, int64_t width, std::initializer_list<void*> biases) {
  if (std::ranges::all_of(biases, [](const void* db) { return !db; })) return;
  const Scratch<T> total(width);
  Reduction over;
  over.kept.ndim = 1, over.kept.numel = over.kept.shape[0] = width;
  over.kept.strides[0][0] = over.kept.strides[1][0] = 1;
  over.kept.data = {const_cast<T*>(rows), total.data()};
  over.reduced.ndim = 1, over.reduced.numel = over.reduced.shape[0] = count;
  over.reduced.strides[0][0] = width;
  simplify(over.kept), simplify(over.reduced);
  sum(kDTypeOf<T>, over, 1);
  for (void* db : biases) {
    for (int64_t j = 0; db && j < width; ++j) static_cast<T*>(db)[j] += total[j];
  }
}

template <class T>
void add_to_weights(const Recurrence& of, const RecurrenceArrays& arrays, const Section& section,
                    const SectionGradients<T>& from, const RecurrenceGradients& gradients) {
  const int64_t width = gates_of(of.cell) * of.H, rows = section.rows;
  const auto add_product = [&](const T* dz, const T* x, int64_t cols, void* dw) {
    if (dw) multiply_one<T>({width, cols, rows, {dz, 1, width}, {x, cols, 1}, to<T>(dw), cols, {}, true});
  };
  add_product(from.dz_x, as<T>(arrays.x, section.row * of.I), of.I, gradients.dw_x);
  add_product(from.dz_h, from.h, of.H, gradients.dw_h);
  if (from.dz_x == from.dz_h) return add_to_biases(from.dz_x, rows, width, {gradients.db_x, gradients.db_h});
  add_to_biases(from.dz_x, rows, width, {gradients.db_x});
  add_to_biases(from.dz_h, rows, width, {gradients.db_h});
}

template <class T>
void backward(const Recurrence& of, const RecurrenceArrays& arrays, const RecurrenceGradients& gradients) {
  const int64_t I = of.I, H = of.H, width = gates_of(of.cell) * H, kept_width = kept_of(of.cell) * H;
  const bool is_gru = of.cell == Cell::Gru;
  const std::vector<Section> sections = sections_of<T>(of);
  const int64_t rows = most_rows(sections);
  const bool by_blocks = weights_stay<T>(of);  // then each makes the products of its own inputs
  const Strided<T> plain_w_x{as<T>(arrays.w_x), I, 1};
  const PackedWeights<T> w_x(plain_w_x, width, gradients.dx && by_blocks ? I : 0);
  const PackedWeights<T> w_h({as<T>(arrays.w_h), H, 1}, width, H);
  const Scratch<T> dz_x(rows * width), own_dz_h(is_gru ? rows * width : 0), h_before(rows * H);
  T* dz_h = is_gru ? own_dz_h.data() : dz_x.data();

  in_turn(static_cast<int64_t>(sections.size()), !of.reverse, [&](int64_t number) {
    const Section& section = sections[number];
    parallel_for(of.batch, block_rows<T>(of), [&](int64_t begin, int64_t end) {
      std::vector<Rows<T>> inputs;
      for (const Turn& turn : turns_of(of, section, !of.reverse, begin, end)) {
        const int64_t top = turn.row - section.row;
        for (int64_t i = 0; i < turn.count; ++i) {
          const int64_t row = turn.row + i, own = (begin + i) * H;
          const T* h = before(of, as<T>(arrays.y), as<T>(arrays.h0), turn.t, begin + i);
          std::copy_n(h, H, h_before + (top + i) * H);
          const StepBackward<T> step{
              H,
              as<T>(arrays.kept, row * kept_width),
              as<T>(arrays.y, row * H),
              as<T>(arrays.cells, row * H),
              h,
              arrays.cells ? before(of, as<T>(arrays.cells), as<T>(arrays.c0), turn.t, begin + i) : nullptr,
              as<T>(gradients.dy, row * H),
              to<T>(gradients.dh, own),
              to<T>(gradients.dc, own),
              dz_x + (top + i) * width,
              dz_h + (top + i) * width};
          run(of.cell, step);
        }
        w_h.multiply({dz_h + top * width, turn.count, to<T>(gradients.dh, begin * H)}, H, is_gru);
        inputs.push_back({dz_x + top * width, turn.count, to<T>(gradients.dx, turn.row * I)});
      }
      w_x.multiply(inputs, I, false);
    });
    if (gradients.dx && !by_blocks)
      multiply_one<T>({section.rows, I, width, {dz_x, width, 1}, plain_w_x, to<T>(gradients.dx, section.row * I), I});
    add_to_weights<T>(of, arrays, section, {dz_x, dz_h, h_before}, gradients);
  });
}

}  // namespace

void recurrence(DType dtype, const Recurrence& of, const RecurrenceArrays& arrays) {
  const FlushDenormals flush;
  visit_floating(dtype, [&]<class T>() { forward<T>(of, arrays); });
}

void recurrence_backward(DType dtype, const Recurrence& of, const RecurrenceArrays& arrays,
                         const RecurrenceGradients& gradients) {
  const FlushDenormals flush;
  visit_floating(dtype, [&]<class T>() { backward<T>(of, arrays, gradients); });
}

}  // namespace dlcore::kernels
