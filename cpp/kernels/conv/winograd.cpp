// Forward, and the gradient to the input, which is the same with filters turned.
//
// Tiles are cut into chunks, such that what belongs to a chunk stays in the second cache: V, the transforms of its
// inputs, (36, tiles, C_in); and for kPanel outputs at a time U, the transforms of kDepth inputs' filters, (36, kDepth,
// kPanel), and M, the sums of products, (36, tiles, kPanel), which in the end go through the inverse transform. The 36
// matrix products are most of the work, and run at nine tenths of the processor's limit.
//
// With more than kWide inputs a chunk would be of few tiles. Then V is of kDepth inputs at a time, M of up to kBlock
// outputs, and inputs are transformed again for each block of outputs. Filters are transformed for each chunk again:
// they become four times as large, and fetching them from the third cache takes as long as making them. Only where all
// of U stays in the second cache it is kept.
//
// Threads: a piece of work is one chunk and one block of outputs; both follow from sizes.
//
// Room: 2 MB a thread, and 640 KB at most for filters that are kept, whatever the sizes.
#include "kernels/conv/winograd.h"

#include "core/scratch.h"
#include "kernels/conv/winograd_layer.h"

namespace dlcore::kernels::conv::winograd {
namespace {

constexpr int64_t kDepth = 64;                // inputs whose filters are multiplied at a time
constexpr int64_t kWide = 256;                // inputs whose transforms are not kept all at once
constexpr int64_t kBlock = 128, kSmall = 64;  // outputs
constexpr int64_t kCacheFloats = 330 << 10;   // of V, M and U, in a second cache of 2 MB
constexpr int64_t kKeptFloats = 160 << 10;    // of all of U
constexpr int64_t kLeastTiles = 24;           // of a chunk: for transforms of filters not to be most of the work
constexpr int64_t kMostTiles = 64;            // of a chunk: more would not make transforms of filters much less
constexpr int64_t kEnoughPieces = 7;          // for the threads of a desktop to share

struct Convolution {
  Layer of;
  const float* x;
  Filters<const float> w;
  const float* bias;
  float* y;
};

struct Plan {
  Segments segments;
  int64_t depth, depths;  // inputs of V, and how often
  int64_t block, blocks;  // outputs of a piece
  int64_t sums;           // outputs of M
  int64_t chunk, chunks;  // segments of a piece
  bool keeps_filters;

  explicit Plan(const Layer& of) : segments(of) {
    const bool wide = of.C_in > kWide;
    depth = wide ? kDepth : of.C_in;
    depths = pieces_of(of.C_in, depth);
    const int64_t all_filters = kFrequencies * of.C_in * round_up(of.C_out, kPanel);
    keeps_filters = all_filters <= kKeptFloats;
    const int64_t room = kCacheFloats - (keeps_filters ? all_filters : filters());
    for (const int64_t most : {wide ? kBlock : of.C_out, kBlock, kSmall}) {
      block = round_up(pieces_of(of.C_out, pieces_of(of.C_out, most)), kPanel);
      blocks = pieces_of(of.C_out, block);
      sums = wide ? block : kPanel;
      chunk = std::max<int64_t>(std::min(room / (kFrequencies * (depth + sums)), kMostTiles) / segments.tiles, 1);
      chunks = pieces_of(segments.count, chunk);
      if (chunks * blocks >= kEnoughPieces) break;
    }
    if (chunks * blocks < kEnoughPieces) {
      const int64_t least = pieces_of(kLeastTiles, segments.tiles), wanted = pieces_of(kEnoughPieces, blocks);
      chunks = std::max(chunks, std::min(wanted, segments.count / least));
    }
    chunk = pieces_of(segments.count, chunks);
    chunks = pieces_of(segments.count, chunk);
    keeps_filters = keeps_filters && chunks > 1;
  }
  int64_t tiles() const { return chunk * segments.tiles; }
  // U of one panel and kDepth inputs.
  static constexpr int64_t filters_frequency() { return kDepth * kPanel + 16; }
  static constexpr int64_t filters() { return kFrequencies * filters_frequency(); }
};

// U of kPanel outputs from `out` on and kDepth inputs from `in` on.
void transform_filters(const Convolution& c, int64_t out, int64_t in, float* u) {
  for (int64_t o = out; o < std::min(out + kPanel, c.of.C_out); o += kW) {
    const int outs = static_cast<int>(std::min<int64_t>(kW, c.of.C_out - o));
    for (int64_t i = 0; i < std::min(kDepth, c.of.C_in - in); ++i) {
      filter_to_frequencies(c.w, o, outs, in + i, u + i * kPanel + (o - out), Plan::filters_frequency());
    }
  }
}

// Adds V U to M, for one panel.
void add_products(const float* v, const Matrices& v_of, int64_t tiles, int64_t inputs, const float* u, float* m,
                  const Matrices& m_of, int cols, bool add) {
  const int64_t height = even_rows(tiles);
  for (int64_t f = 0; f < kFrequencies; ++f) {
    for (int64_t tile = 0; tile < tiles; tile += height) {
      multiply_tile<float>({.k = inputs,
                            .a = v + f * v_of.frequency + tile * v_of.row,
                            .a_row = v_of.row,
                            .a_col = 1,
                            .b = u + f * Plan::filters_frequency(),
                            .b_row = kPanel,
                            .c = m + f * m_of.frequency + tile * m_of.row,
                            .c_row = m_of.row,
                            .rows = static_cast<int>(std::min(height, tiles - tile)),
                            .cols = cols,
                            .add = add});
    }
  }
}

// Outputs of a panel from `out` on, of segments [from, to).
void finish(const Convolution& c, const Segments& segments, int64_t from, int64_t to, int64_t out, const float* m,
            const Matrices& m_of) {
  const Layer& of = c.of;
  for (int64_t o = out; o < std::min(out + kPanel, of.C_out); o += kW, m += kW) {
    const int outs = static_cast<int>(std::min<int64_t>(kW, of.C_out - o));
    const Lanes bias = c.bias ? simd::load_part(c.bias + o, outs) : Lanes{};
    const float* products = m;
    for (int64_t s = from; s < to; ++s, products += segments.tiles * m_of.row) {
      const auto at = segments[s];
      from_frequencies(products, m_of.frequency, m_of.row, bias, at.row, at.col, segments.tiles,
                       {c.y + (at.n * of.C_out + o) * of.OH * of.OW, of.OH, of.OW, outs});
    }
  }
}

// Outputs [out, out_end) of segments [from, to). `kept` holds all filters, or null.
void compute(const Convolution& c, const Plan& plan, int64_t from, int64_t to, int64_t out, int64_t out_end,
             const float* kept) {
  const Layer& of = c.of;
  const int64_t tiles = (to - from) * plan.segments.tiles, panels = pieces_of(of.C_out, kPanel);
  const Matrices v_of(plan.tiles(), plan.depth), m_of(plan.tiles(), plan.sums);
  const Scratch<float> v(v_of.size()), m(m_of.size()), u(kept ? 0 : plan.filters());
  for (int64_t begin = 0; begin < of.C_in; begin += plan.depth) {
    const int64_t end = std::min(begin + plan.depth, of.C_in);
    for (int64_t in = begin; in < end; in += kW) {
      transform_segments<OfInput>(plan.segments, from, to, c.x, of.C_in, of.H, of.W, of.top, of.left, in,
                                  v.data() + (in - begin), v_of);
    }
    for (int64_t o = out; o < out_end; o += kPanel) {
      float* sums = m.data() + (o - out) % plan.sums;
      for (int64_t in = begin; in < end; in += kDepth) {
        if (!kept) transform_filters(c, o, in, u.data());
        add_products(v.data() + (in - begin), v_of, tiles, std::min(kDepth, end - in),
                     kept ? kept + (in / kDepth * panels + o / kPanel) * plan.filters() : u.data(), sums, m_of,
                     out_end - o <= kW ? kW : kPanel, in > 0);
      }
      if (end == of.C_in) finish(c, plan.segments, from, to, o, sums, m_of);
    }
  }
}

void run(const Convolution& c) {
  const Plan plan(c.of);
  const int64_t panels = pieces_of(c.of.C_out, kPanel);
  const int64_t all = plan.keeps_filters ? panels * pieces_of(c.of.C_in, kDepth) : 0;
  const Scratch<float> kept(all * plan.filters());
  parallel_for(all, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      transform_filters(c, i % panels * kPanel, i / panels * kDepth, kept.data() + i * plan.filters());
    }
  });
  parallel_for(plan.chunks * plan.blocks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t from = i / plan.blocks * plan.chunk, out = i % plan.blocks * plan.block;
      compute(c, plan, from, std::min(from + plan.chunk, plan.segments.count), out,
              std::min(out + plan.block, c.of.C_out), plan.keeps_filters ? kept.data() : nullptr);
    }
  });
}

}  // namespace

double forward_cycles(const Layer& of) {
  const Plan plan(of);
  const auto tiles = static_cast<double>(plan.segments.count * plan.segments.tiles);
  const auto vectors_in = static_cast<double>(pieces_of(of.C_in, kW)),
             vectors_out = static_cast<double>(pieces_of(of.C_out, kW));
  const double filters =
      static_cast<double>(plan.keeps_filters ? 1 : plan.chunks) * static_cast<double>(of.C_in) * vectors_out;
  double products = 0;
  for (int64_t in = 0; in < of.C_in; in += kDepth) {
    products += cycles::products(plan.tiles(), of.C_out, std::min(kDepth, of.C_in - in));
  }
  return tiles * (cycles::kInput * vectors_in * static_cast<double>(plan.blocks) + cycles::kOutput * vectors_out) +
         filters * cycles::kFilter + static_cast<double>(plan.chunks) * products;
}

void forward(const Geometry& of, const float* x, const float* w, const float* bias, float* y) {
  run({Layer::of(of), x, {w, of.C_in * 9, 9, false}, bias, y});
}

void input_gradient(const Geometry& of, const float* dy, const float* w, float* dx) {
  run({Layer::of(of).turned(), dy, {w, 9, of.C_in * 9, true}, nullptr, dx});
}

}  // namespace dlcore::kernels::conv::winograd
