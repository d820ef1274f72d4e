#pragma once

#include <algorithm>

#include "core/scratch.h"
#include "kernels/attention.h"
#include "kernels/attention/products.h"

// A tile of scores, NOTE [One query a lane], with all that is done to a score before it is normalised.
namespace dlcore::kernels {

// Keys of a tile: with 32 queries 16 KB of scores, beside which a row of queries and of keys fits a first cache.
inline constexpr int kTileKeys = 128;

// Neighbouring queries of one item, and which keys they may attend to.
template <class T>
struct Band {
  int64_t item = 0, pair = 0, first = 0;
  int count = 0;
  const T* rows = nullptr;   // of the first query
  const T* lanes = nullptr;  // (D, lanes), times scale; not of a graph
  // Keys that any of them attends to, from a whole block of random words on; or places in the list of neighbours.
  int64_t begin = 0, end = 0;
  int64_t shared_begin = 0, shared_end = 0;  // keys that window and length leave to all of them
};

template <class T>
class Tile {
 public:
  Tile(const Attention& of, int lanes);

  // The band that begins at a query, and its queries turned into `to` (D, lanes), times scale, where that is needed.
  Band<T> place(int64_t item, int64_t first) const;
  void turn(Band<T>& band, T* to) const;

  // Computes the scores of `keys` keys from `key` on, -infinity where one is not attended to; false if none is.
  // Those for softmax are in units of ln 2.
  bool compute(const Band<T>& band, int64_t key, int keys);

  // What dropout multiplies the weights of the tile by.
  void draw(const Band<T>& band, int64_t key, int keys, T* kept) const;

  // y[d, lane] += sum over keys of w[key, lane] x[key, d], x being the keys or the values of the tile. Keys that
  // a query does not attend to add nothing, whatever they are.
  void add_rows(const Band<T>& band, const AttentionRows& x, int64_t D, int64_t key, int keys, const T* w, T* y) const;
  // s[key, lane] = x[key] . y[lane], with y given by rows and by lanes.
  void products(const Band<T>& band, const AttentionRows& x, int64_t D, int64_t key, int keys, const T* y_rows,
                int64_t y_row, const T* y_lanes, T* s) const;

  const Attention& of;
  const int lanes;
  const T unit;  // of scores: log2(e) for softmax
  const Scratch<T> s;
  bool partial = false;  // whether the tile holds masked scores

  const T* row(const AttentionRows& x, int64_t item, int64_t i) const { return attention_row<T>(x, item, i); }
  // The key of a place in the tile of a graph, -1: none.
  int64_t neighbour(int place, int lane) const { return neighbours_[place * lanes + lane]; }
  int64_t edge(const Band<T>& band, int64_t place, int lane) const {
    return of.graph.indptr[band.first + lane] + place;
  }
  // j - i + reach of the tile, clipped: of element u of a row of kTileKeys + lanes, from which the bias of key
  // row r begins at keys - 1 - r.
  int64_t relative_index(const Band<T>& band, int64_t key, int keys, int64_t u) const {
    return std::clamp<int64_t>(key - band.first - u + keys - 1 + of.relative.reach, 0, 2 * of.relative.reach);
  }

 private:
  enum class Left { kNone, kSome, kAll };
  void find_neighbours(const Band<T>& band, int64_t place, int places);
  Left read_mask(const Band<T>& band, int64_t key, int keys);
  void add_mask(int keys);
  void add_relative(const Band<T>& band, int64_t key, int keys);
  void cut_window(const Band<T>& band, int64_t key, int keys);
  void add_to_edges(const Band<T>& band, int64_t place, int places);

  const Scratch<T> bias_;      // (keys, lanes)
  const Scratch<T> by_query_;  // (lanes, keys): the mask as it lies in memory; and a row for the relative bias
  const Scratch<T> w_;         // score_weight, in units
  const Scratch<int64_t> neighbours_;
};

}  // namespace dlcore::kernels
