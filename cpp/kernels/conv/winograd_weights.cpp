// The gradient to the weights: for each frequency a matrix product over tiles, (C_in, tiles) times (tiles, C_out), of
// which the inverse transform takes 36 elements to 9.
//
// dw is cut into blocks of at most kBlock inputs and outputs. Each block goes through all tiles in chunks: V and D, the
// transforms of a chunk's inputs and gradients in these channels, (36, tiles, channels), stay in the second cache and
// are multiplied for kRows inputs and kPanel outputs at a time; the 36 products go through the inverse transform at
// once, and 9 taps per filter are added up over chunks. That inputs are transformed again for each block of outputs
// costs less than fetching the transforms, more than twice as large, from the third cache.
//
// Threads: blocks are pieces. Where there are few, tiles are cut into parts, with sums of their own that are added in
// order. All of it follows from sizes.
//
// Room: 2.3 MB a thread, and where there are parts their sums, at most 9 MB, whatever the sizes.
#include "core/scratch.h"
#include "kernels/conv/winograd.h"
#include "kernels/conv/winograd_layer.h"

namespace dlcore::kernels::conv::winograd {
namespace {

constexpr int64_t kBlock = 128;
constexpr int64_t kRows = 64;                // inputs of which the products go through the inverse transform at once
constexpr int64_t kChunkFloats = 270 << 10;  // of V and D, in a second cache of 2 MB
constexpr int64_t kMostTiles = 48;           // of a chunk: with few channels, the less room the better
constexpr int64_t kLeastTiles = 28;          // of a part: for the inverse transform to be little beside products
constexpr int64_t kEnoughPieces = 8;         // for the threads of a desktop to share

struct Problem {
  Layer of;
  const float *x, *dy;
  Filters<float> dw;
};

struct Plan {
  Segments segments;
  int64_t inputs, outputs;  // of a block
  int64_t in_blocks, out_blocks;
  int64_t parts, part, chunk;  // segments of a part, of a chunk

  explicit Plan(const Layer& of) : segments(of) {
    inputs = round_up(pieces_of(of.C_in, pieces_of(of.C_in, kBlock)), kW);
    outputs = round_up(pieces_of(of.C_out, pieces_of(of.C_out, kBlock)), kPanel);
    in_blocks = pieces_of(of.C_in, inputs);
    out_blocks = pieces_of(of.C_out, outputs);
    const int64_t wanted = std::min(pieces_of(kEnoughPieces, blocks()), segments.count * segments.tiles / kLeastTiles);
    part = std::max<int64_t>(pieces_of(segments.count, std::max<int64_t>(wanted, 1)), 1);
    parts = std::max<int64_t>(pieces_of(segments.count, part), 1);
    const int64_t tiles = std::min(kChunkFloats / (kFrequencies * (inputs + outputs)), kMostTiles);
    const int64_t most = std::max<int64_t>(tiles / segments.tiles, 1);
    chunk = pieces_of(part, pieces_of(part, most));
  }
  int64_t blocks() const { return in_blocks * out_blocks; }
  int64_t vectors() const { return outputs / kW; }
  int64_t sums() const { return inputs * vectors() * 9 * kW; }
};

// Inputs [in, in_end) and outputs [out, out_end).
struct Block {
  int64_t in, in_end, out, out_end;

  Block(const Layer& of, const Plan& plan, int64_t i) {
    in = i / plan.out_blocks * plan.inputs, in_end = std::min(in + plan.inputs, of.C_in);
    out = i % plan.out_blocks * plan.outputs, out_end = std::min(out + plan.outputs, of.C_out);
  }
};

// One chunk's share of the gradients of `inputs` x `outputs` filters, added to 9 vectors for each kW outputs and input.
void add_products(const float* v, const Matrices& v_of, const float* d, const Matrices& d_of, int64_t tiles,
                  int64_t inputs, int64_t outputs, float* products, float* sums, int64_t sums_inputs) {
  const int64_t height = even_rows(inputs), row = outputs <= kW ? kW : kPanel, frequency = inputs * row + 16;
  for (int64_t f = 0; f < kFrequencies; ++f) {
    for (int64_t in = 0; in < inputs; in += height) {
      multiply_tile<float>({.k = tiles,
                            .a = v + f * v_of.frequency + in,
                            .a_row = 1,
                            .a_col = v_of.row,
                            .b = d + f * d_of.frequency,
                            .b_row = d_of.row,
                            .c = products + f * frequency + in * row,
                            .c_row = row,
                            .rows = static_cast<int>(std::min(height, inputs - in)),
                            .cols = static_cast<int>(row),
                            .add = false});
    }
  }
  for (int64_t out = 0; out < outputs; out += kW) {
    for (int64_t in = 0; in < inputs; ++in) {
      add_filter_from_frequencies(products + in * row + out, frequency, sums + (out / kW * sums_inputs + in) * 9 * kW);
    }
  }
}

// The sums of a block over segments [begin, end).
void add_part(const Problem& p, const Plan& plan, const Block& block, int64_t begin, int64_t end, float* sums) {
  const Layer& of = p.of;
  const Segments& segments = plan.segments;
  const int64_t most = plan.chunk * segments.tiles;
  const Matrices v_of(most, plan.inputs), d_of(most, plan.outputs);
  const Scratch<float> v(v_of.size()), d(d_of.size()), products(kFrequencies * (kRows * kPanel + 16));
  std::fill_n(sums, plan.sums(), 0.0f);
  for (int64_t from = begin; from < end; from += plan.chunk) {
    const int64_t to = std::min(end, from + plan.chunk), tiles = (to - from) * segments.tiles;
    for (int64_t in = block.in; in < block.in_end; in += kW) {
      transform_segments<OfInput>(segments, from, to, p.x, of.C_in, of.H, of.W, of.top, of.left, in,
                                  v.data() + (in - block.in), v_of);
    }
    for (int64_t out = block.out; out < block.out_end; out += kW) {
      transform_segments<OfGradient>(segments, from, to, p.dy, of.C_out, of.OH, of.OW, 0, 0, out,
                                     d.data() + (out - block.out), d_of);
    }
    for (int64_t in = 0; in < block.in_end - block.in; in += kRows) {
      for (int64_t out = 0; out < block.out_end - block.out; out += kPanel) {
        add_products(v.data() + in, v_of, d.data() + out, d_of, tiles, std::min(kRows, block.in_end - block.in - in),
                     std::min<int64_t>(kPanel, block.out_end - block.out - out), products.data(),
                     sums + (out / kW * plan.inputs + in) * 9 * kW, plan.inputs);
      }
    }
  }
}

// Outputs [out, out + kW) of a block; `sums` are the first part's, and become the sum of all.
void write(const Problem& p, const Plan& plan, const Block& block, int64_t out, float* sums) {
  const int64_t inputs = block.in_end - block.in;
  float* sum = sums + (out - block.out) * plan.inputs * 9;
  for (int64_t part = 1; part < plan.parts; ++part) {
    const float* other = sum + part * plan.sums();
    for (int64_t i = 0; i < inputs * 9 * kW; ++i) sum[i] += other[i];
  }
  write_filters(sum, inputs, p.dw, out, static_cast<int>(std::min<int64_t>(kW, block.out_end - out)), block.in);
}

void run(const Problem& p) {
  const Plan plan(p.of);
  const int64_t pieces = plan.blocks() * plan.parts;
  if (plan.parts == 1) {
    parallel_for(pieces, 1, [&](int64_t begin, int64_t end) {
      const Scratch<float> sums(plan.sums());
      for (int64_t i = begin; i < end; ++i) {
        const Block block(p.of, plan, i);
        add_part(p, plan, block, 0, plan.segments.count, sums.data());
        for (int64_t out = block.out; out < block.out_end; out += kW) write(p, plan, block, out, sums.data());
      }
    });
    return;
  }
  const Scratch<float> sums(pieces * plan.sums());
  parallel_for(pieces, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t from = i % plan.parts * plan.part;
      add_part(p, plan, Block(p.of, plan, i / plan.parts), from, std::min(from + plan.part, plan.segments.count),
               sums.data() + i * plan.sums());
    }
  });
  parallel_for(plan.blocks() * plan.vectors(), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t b = i / plan.vectors();
      const Block block(p.of, plan, b);
      const int64_t out = block.out + i % plan.vectors() * kW;
      if (out < block.out_end) write(p, plan, block, out, sums.data() + b * plan.parts * plan.sums());
    }
  });
}

}  // namespace

double weight_gradient_cycles(const Layer& of) {
  const Plan plan(of);
  const auto tiles = static_cast<double>(plan.segments.count * plan.segments.tiles);
  const auto chunks = static_cast<double>(pieces_of(plan.part, plan.chunk) * plan.parts);
  const auto inputs = static_cast<double>(of.C_in), outputs = static_cast<double>(pieces_of(of.C_out, kW));
  return tiles * (cycles::kInput * static_cast<double>(pieces_of(of.C_in, kW) * plan.out_blocks) +
                  cycles::kGradient * outputs * static_cast<double>(plan.in_blocks)) +
         chunks * (cycles::products(of.C_in, of.C_out, plan.chunk * plan.segments.tiles) +
                   inputs * outputs * cycles::kToFilter) +
         static_cast<double>(plan.parts) * inputs * outputs * 2 * cycles::kToFilter;
}

void weight_gradient(const Geometry& of, const float* x, const float* dy, float* dw) {
  run({Layer::of(of), x, dy, {dw, of.C_in * 9, 9, false}});
}

}  // namespace dlcore::kernels::conv::winograd
