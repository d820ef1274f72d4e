// The gradient to the weights: for each frequency a matrix product over tiles, (C_in, tiles) times (tiles, C_out), of
// which the inverse transform takes 36 elements to 9.
//
// Tiles are taken in chunks. V and D, the transforms of a chunk's inputs and gradients, (36, tiles, channels), are
// multiplied for kRows inputs and kPanel outputs at a time; the 36 products go from the second cache through the inverse
// transform, and 9 taps per filter are added up over chunks: a quarter of what the products would take to keep.
//
// Threads: with few channels V and D of a chunk fit into the second cache, chunks are shared out to at most kParts parts
// with sums of their own, and these are added in order. Otherwise there is one sum, chunks are larger, and for each the
// transforms and then the products are cut by channels. Both follow from sizes.
//
// Room: kParts times the size of the weights, at most 8 MB of them, or once, and V and D: at most 1.2 MB a thread, or 20
// MB in all; with so many channels that a row of tiles takes more, that.
#include "core/scratch.h"
#include "kernels/conv/winograd.h"
#include "kernels/conv/winograd_layer.h"

namespace dlcore::kernels::conv::winograd {
namespace {

constexpr int64_t kRows = 56;                // inputs of which the products go through the inverse transform at once
constexpr int64_t kParts = 8;
constexpr int64_t kPartsFloats = 2 << 20;    // of sums, in all parts
constexpr int64_t kChunkFloats = 300 << 10;  // of V and D: 1.2 of the 2 MB of a second cache
constexpr int64_t kLeastTiles = 32;          // for the inverse transform to be little beside products
constexpr int64_t kSharedFloats = 5 << 20;
constexpr int64_t kTransformGrain = 64;  // tiles of kW channels: about 5 us
constexpr int64_t kPieces = 16;

struct Problem {
  Layer of;
  const float *x, *dy;
  Filters<float> dw;
};

struct Plan {
  Segments segments;
  int64_t panels, blocks, vectors;  // kPanel outputs, kRows inputs, kW outputs
  int64_t chunk, parts, part;       // segments of a chunk; parts and their segments
  bool by_parts;

  explicit Plan(const Layer& of)
      : segments(of),
        panels(pieces_of(of.C_out, kPanel)),
        blocks(pieces_of(of.C_in, kRows)),
        vectors(pieces_of(of.C_out, kW)) {
    const int64_t per_segment = kFrequencies * (of.C_in + of.C_out) * segments.tiles;
    chunk = std::max<int64_t>(kChunkFloats / per_segment, 1);
    by_parts = chunk * segments.tiles >= kLeastTiles && pieces_of(segments.count, chunk) >= kParts &&
               kParts * sums_of(of) <= kPartsFloats;
    if (!by_parts) chunk = std::max<int64_t>(kSharedFloats / per_segment, 1);
    part = by_parts ? pieces_of(segments.count, kParts) : segments.count;
    parts = pieces_of(segments.count, part);
    chunk = pieces_of(part, pieces_of(part, chunk));
  }
  int64_t sums_of(const Layer& of) const { return of.C_in * vectors * 9 * kW; }
  int64_t tiles() const { return chunk * segments.tiles; }
  bool at_once() const { return chunk >= segments.count; }
};

struct Operands {
  Matrices v, d;
  int64_t tiles;

  Operands(const Layer& of, int64_t tiles) : v(tiles, of.C_in), d(tiles, of.C_out), tiles(tiles) {}
};

// Adds the gradients of kRows inputs' and kPanel outputs' filters to sums, 9 vectors for each input and kW outputs.
void add_block(const Layer& of, const Operands& operands, const float* v, const float* d, int64_t tiles, int64_t block,
               int64_t panel, float* products, float* sums, int64_t vectors) {
  const int64_t inputs = std::min(kRows, of.C_in - block * kRows), height = even_rows(inputs);
  const int64_t outputs = std::min<int64_t>(kPanel, of.C_out - panel * kPanel), row = outputs <= kW ? kW : kPanel;
  const int64_t frequency = inputs * row + 16;
  for (int64_t f = 0; f < kFrequencies; ++f) {
    for (int64_t in = 0; in < inputs; in += height) {
      multiply_tile<float>({.k = tiles,
                            .a = v + f * operands.v.frequency + block * kRows + in,
                            .a_row = 1,
                            .a_col = operands.v.row,
                            .b = d + f * operands.d.frequency + panel * kPanel,
                            .b_row = operands.d.row,
                            .c = products + f * frequency + in * row,
                            .c_row = row,
                            .rows = static_cast<int>(std::min(height, inputs - in)),
                            .cols = static_cast<int>(row),
                            .add = false});
    }
  }
  for (int64_t in = 0; in < inputs; ++in) {
    for (int64_t out = 0; out < outputs; out += kW) {
      add_filter_from_frequencies(products + in * row + out, frequency, sums + (in * vectors + out / kW) * 9 * kW);
    }
  }
}

void run(const Problem& p) {
  const Layer& of = p.of;
  const Plan plan(of);
  if (of.C_in == 0 || of.C_out == 0) return;
  const Operands operands(of, plan.tiles());
  const int64_t products_size = kFrequencies * (kRows * kPanel + 16), sums_size = plan.sums_of(of);
  const Segments& segments = plan.segments;

  const auto transform = [&](int64_t from, int64_t to, int64_t i, float* v, float* d) {  // i-th kW channels of x and dy
    const int64_t c = i * kW;
    if (c < of.C_in) {
      transform_segments<OfInput>(segments, from, to, p.x, of.C_in, of.H, of.W, of.top, of.left, c, v + c, operands.v);
    } else {
      const int64_t out = c - round_up(of.C_in, kW);
      transform_segments<OfGradient>(segments, from, to, p.dy, of.C_out, of.OH, of.OW, 0, 0, out, d + out, operands.d);
    }
  };
  const int64_t channel_vectors = pieces_of(of.C_in, kW) + plan.vectors;
  const auto write = [&](const float* sums, int64_t parts, int64_t in, int64_t out) {
    write_filter(sums, parts, sums_size, p.dw, out, static_cast<int>(std::min<int64_t>(kW, of.C_out - out)), in);
  };

  const Scratch<float> sums(plan.at_once() ? 0 : plan.parts * sums_size);
  if (plan.by_parts) {
    parallel_for(segments.count, plan.part, [&](int64_t begin, int64_t end) {
      const Scratch<float> v(operands.v.size()), d(operands.d.size()), products(products_size);
      float* sum = sums.data() + begin / plan.part * sums_size;
      std::fill_n(sum, sums_size, 0.0f);
      for (int64_t from = begin; from < end; from += plan.chunk) {
        const int64_t to = std::min(end, from + plan.chunk);
        for (int64_t i = 0; i < channel_vectors; ++i) transform(from, to, i, v.data(), d.data());
        for (int64_t block = 0; block < plan.blocks; ++block) {
          for (int64_t panel = 0; panel < plan.panels; ++panel) {
            add_block(of, operands, v.data(), d.data(), (to - from) * segments.tiles, block, panel, products.data(),
                      sum + (block * kRows * plan.vectors + panel * (kPanel / kW)) * 9 * kW, plan.vectors);
          }
        }
      }
    });
  } else {
    const Scratch<float> v(operands.v.size()), d(operands.d.size());
    for (int64_t from = 0; from < segments.count; from += plan.chunk) {
      const int64_t to = std::min(segments.count, from + plan.chunk), n = to - from;
      parallel_for(channel_vectors * n, pieces_of(kTransformGrain, segments.tiles), [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
          const int64_t s = i % n, tile = s * segments.tiles;
          transform(from + s, from + s + 1, i / n, v.data() + tile * operands.v.row, d.data() + tile * operands.d.row);
        }
      });
      const int64_t blocks = plan.blocks * plan.panels;
      parallel_for(blocks, pieces_of(blocks, kPieces), [&](int64_t begin, int64_t end) {
        const Scratch<float> products(products_size);
        for (int64_t i = begin; i < end; ++i) {
          const int64_t block = i / plan.panels, panel = i % plan.panels, out = panel * kPanel;
          const int64_t inputs = std::min(kRows, of.C_in - block * kRows);
          const auto add = [&](float* to_sums, int64_t vectors) {
            add_block(of, operands, v.data(), d.data(), n * segments.tiles, block, panel, products.data(), to_sums,
                      vectors);
          };
          if (plan.at_once()) {
            constexpr int64_t kVectors = kPanel / kW;
            float taps[kRows * kVectors * 9 * kW] = {};
            add(taps, kVectors);
            for (int64_t in = 0; in < inputs; ++in) {
              for (int64_t o = out; o < std::min(out + kPanel, of.C_out); o += kW) {
                write(taps + (in * kVectors + (o - out) / kW) * 9 * kW, 1, block * kRows + in, o);
              }
            }
          } else {
            float* to_sums = sums.data() + (block * kRows * plan.vectors + panel * (kPanel / kW)) * 9 * kW;
            if (from == 0) {
              for (int64_t in = 0; in < inputs; ++in) {
                std::fill_n(to_sums + in * plan.vectors * 9 * kW,
                            pieces_of(std::min<int64_t>(kPanel, of.C_out - out), kW) * 9 * kW, 0.0f);
              }
            }
            add(to_sums, plan.vectors);
          }
        }
      });
    }
  }
  if (plan.at_once()) return;
  parallel_for(of.C_in, pieces_of(1024, of.C_out), [&](int64_t begin, int64_t end) {
    for (int64_t in = begin; in < end; ++in) {
      for (int64_t out = 0; out < of.C_out; out += kW) {
        write(sums.data() + (in * plan.vectors + out / kW) * 9 * kW, plan.parts, in, out);
      }
    }
  });
}

}  // namespace

void weight_gradient(const Geometry& of, const float* x, const float* dy, float* dw) {
  run({Layer::of(of), x, dy, {dw, of.C_in * 9, 9, false}});
}

}  // namespace dlcore::kernels::conv::winograd
