// Forward, and the gradient to the input, which is the same with filters turned.
//
// Tiles are taken in chunks, so many that what belongs to them stays in the second cache: V, the transforms of the
// inputs, (36, tiles, C_in); and for a panel of kPanel outputs at a time U, the transforms of some inputs' filters,
// (36, kDepth, kPanel), and M, the 36 products, (36, tiles, kPanel), which go through the inverse transform at once. The
// 36 matrix products are nearly all of the work, and run from the second cache at nine tenths of the processor's limit.
//
// Filters are transformed for each chunk anew: reading them back from the third cache, four times as large as they were,
// takes longer. Only where all of U stays in the second cache it is kept.
//
// Threads: where there are many chunks, each is a piece. Otherwise first the transforms of a chunk's inputs are cut by
// channels and segments, then its panels of outputs. Both follow from sizes, and sums over channels are the same.
//
// Room: V of at most kSharedTiles, and per thread V, M and U of a chunk: at most 3 + 3 MB up to 512 channels, and 150
// bytes a channel for each of at least 16 tiles beyond.
#include "kernels/conv/winograd.h"

#include "core/scratch.h"
#include "kernels/conv/winograd_layer.h"

namespace dlcore::kernels::conv::winograd {
namespace {

constexpr int64_t kDepth = 64;               // inputs whose filters are multiplied at a time
constexpr int64_t kChunkFloats = 300 << 10;  // of V and M: 1.2 of the 2 MB of a second cache
constexpr int64_t kSharedFloats = 700 << 10;
constexpr int64_t kKeptFloats = 160 << 10;   // of U: 640 KB
constexpr int64_t kTransformGrain = 64;      // tiles of kW channels: about 5 us
constexpr int64_t kEnoughChunks = 7;         // for the threads of a desktop to share

struct Convolution {
  Layer of;
  const float* x;
  Filters<const float> w;
  const float* bias;
  float* y;
};

struct Plan {
  Segments segments;
  int64_t panels, depths;
  int64_t chunk, chunks;  // segments of a chunk
  bool by_chunks, keeps_filters;

  explicit Plan(const Layer& of) : segments(of), panels(pieces_of(of.C_out, kPanel)), depths(pieces_of(of.C_in, kDepth)) {
    const int64_t per_segment = kFrequencies * (of.C_in + kPanel) * segments.tiles;
    chunk = std::max<int64_t>(kChunkFloats / per_segment, 1);
    const int64_t least = pieces_of(24, segments.tiles);
    const int64_t even = pieces_of(segments.count, kEnoughChunks);
    by_chunks = even >= std::min(chunk, least);
    chunk = by_chunks ? std::min(chunk, even) : std::max<int64_t>(kSharedFloats / per_segment, 1);
    chunks = pieces_of(segments.count, chunk);
    chunk = pieces_of(segments.count, chunks);
    chunks = pieces_of(segments.count, chunk);
    keeps_filters = chunks > 1 && panels * kPanel * of.C_in * kFrequencies <= kKeptFloats;
  }
  int64_t tiles() const { return chunk * segments.tiles; }
};

struct FilterBlock {
  int64_t inputs, outputs, row, frequency;

  // Of panel `panel` and inputs from depth * kDepth on.
  FilterBlock(const Layer& of, int64_t panel, int64_t depth) {
    inputs = std::min(kDepth, of.C_in - depth * kDepth);
    outputs = std::min<int64_t>(kPanel, of.C_out - panel * kPanel);
    row = outputs <= kW ? kW : kPanel;
    frequency = inputs * row + 16;
  }
  static int64_t largest(const Layer& of) { return kFrequencies * (std::min(kDepth, of.C_in) * kPanel + 16); }
};

void transform_filters(const Convolution& c, int64_t panel, int64_t depth, float* u) {
  const FilterBlock block(c.of, panel, depth);
  for (int64_t out = 0; out < block.outputs; out += kW) {
    const int outs = static_cast<int>(std::min<int64_t>(kW, block.outputs - out));
    for (int64_t in = 0; in < block.inputs; in += kFewInputs) {
      filters_to_frequencies(c.w, panel * kPanel + out, outs, depth * kDepth + in,
                             std::min(kFewInputs, block.inputs - in), u + in * block.row + out, block.frequency,
                             block.row);
    }
  }
}

// Outputs of one panel for segments [from, to), of which v are the transforms. `kept` holds the panel's filters, or null.
void compute_panel(const Convolution& c, const Plan& plan, int64_t panel, int64_t from, int64_t to, const float* v,
                   const Matrices& v_of, const float* kept, float* u, float* m) {
  const int64_t tiles = (to - from) * plan.segments.tiles, height = even_rows(tiles);
  const int64_t m_row = FilterBlock(c.of, panel, 0).row, m_frequency = plan.tiles() * m_row + 16;
  for (int64_t depth = 0; depth < plan.depths; ++depth) {
    const FilterBlock block(c.of, panel, depth);
    if (!kept) transform_filters(c, panel, depth, u);
    const float* filters = kept ? kept + depth * FilterBlock::largest(c.of) : u;
    for (int64_t f = 0; f < kFrequencies; ++f) {
      for (int64_t tile = 0; tile < tiles; tile += height) {
        multiply_tile<float>({.k = block.inputs,
                              .a = v + f * v_of.frequency + tile * v_of.row + depth * kDepth,
                              .a_row = v_of.row,
                              .a_col = 1,
                              .b = filters + f * block.frequency,
                              .b_row = block.row,
                              .c = m + f * m_frequency + tile * m_row,
                              .c_row = m_row,
                              .rows = static_cast<int>(std::min(height, tiles - tile)),
                              .cols = static_cast<int>(m_row),
                              .add = depth > 0});
      }
    }
  }
  const Layer& of = c.of;
  for (int64_t out = panel * kPanel; out < std::min((panel + 1) * kPanel, of.C_out); out += kW) {
    const int outs = static_cast<int>(std::min<int64_t>(kW, of.C_out - out));
    const Lanes bias = c.bias ? simd::load_part(c.bias + out, outs) : Lanes{};
    const float* products = m + (out - panel * kPanel);
    for (int64_t s = from; s < to; ++s, products += plan.segments.tiles * m_row) {
      const auto at = plan.segments[s];
      from_frequencies(products, m_frequency, m_row, bias, at.row, at.col, plan.segments.tiles,
                       {c.y + (at.n * of.C_out + out) * of.OH * of.OW, of.OH, of.OW, outs});
    }
  }
}

void run(const Convolution& c) {
  const Layer& of = c.of;
  const Plan plan(of);
  if (plan.segments.count == 0 || of.C_out == 0) return;
  const Matrices v_of(plan.tiles(), of.C_in);
  const int64_t m_size = kFrequencies * (plan.tiles() * kPanel + 16), u_size = FilterBlock::largest(of);
  const auto transform = [&](int64_t from, int64_t to, int64_t channel, float* v) {
    transform_segments<OfInput>(plan.segments, from, to, c.x, of.C_in, of.H, of.W, of.top, of.left, channel,
                                v + channel, v_of);
  };

  const int64_t blocks = plan.panels * plan.depths;
  const Scratch<float> kept(plan.keeps_filters ? blocks * u_size : 0);
  if (plan.keeps_filters) {
    parallel_for(blocks, 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        transform_filters(c, i / plan.depths, i % plan.depths, kept.data() + i * u_size);
      }
    });
  }
  const auto panel_filters = [&](int64_t panel) {
    return plan.keeps_filters ? kept.data() + panel * plan.depths * u_size : nullptr;
  };

  if (plan.by_chunks) {
    parallel_for(plan.segments.count, plan.chunk, [&](int64_t from, int64_t to) {
      const Scratch<float> v(v_of.size()), m(m_size), u(plan.keeps_filters ? 0 : u_size);
      for (int64_t channel = 0; channel < of.C_in; channel += kW) transform(from, to, channel, v.data());
      for (int64_t panel = 0; panel < plan.panels; ++panel) {
        compute_panel(c, plan, panel, from, to, v.data(), v_of, panel_filters(panel), u.data(), m.data());
      }
    });
    return;
  }
  const Scratch<float> v(v_of.size());
  for (int64_t from = 0; from < plan.segments.count; from += plan.chunk) {
    const int64_t to = std::min(plan.segments.count, from + plan.chunk), n = to - from;
    parallel_for(pieces_of(of.C_in, kW) * n, pieces_of(kTransformGrain, plan.segments.tiles),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end; ++i) {
                     const int64_t s = i % n;
                     transform(from + s, from + s + 1, i / n * kW, v.data() + s * plan.segments.tiles * v_of.row);
                   }
                 });
    parallel_for(plan.panels, 1, [&](int64_t begin, int64_t end) {
      const Scratch<float> m(m_size), u(plan.keeps_filters ? 0 : u_size);
      for (int64_t panel = begin; panel < end; ++panel) {
        compute_panel(c, plan, panel, from, to, v.data(), v_of, panel_filters(panel), u.data(), m.data());
      }
    });
  }
}

}  // namespace

void forward(const Geometry& of, const float* x, const float* w, const float* bias, float* y) {
  run({Layer::of(of), x, {w, of.C_in * 9, 9, false}, bias, y});
}

void input_gradient(const Geometry& of, const float* dy, const float* w, float* dx) {
  run({Layer::of(of).turned(), dy, {w, 9, of.C_in * 9, true}, nullptr, dx});
}

}  // namespace dlcore::kernels::conv::winograd
