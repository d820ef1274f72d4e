#pragma once

#include "kernels/attention/tile.h"

namespace dlcore::kernels {

// What the gradients need of a tile: the weights again, from stat, and from the products of dy and the values the
// gradient of the scores,
//   softmax: ds = p (dp - delta), delta = y . dy, the sum over keys of p dp
//   relu:    ds = dp / n where s > 0
// with dp = (dy . v) times what dropout did.
template <class T>
class ScoreGradient {
 public:
  // delta: (items, Tq), from deltas().
  ScoreGradient(const Attention& of, const AttentionRows& dy, const T* stat, const T* delta);

  static constexpr int kLanes = 2 * kTileCols<T>;  // so that products over the lanes are long enough

  Band<T> place(int64_t item, int64_t first) const { return tile.place(item, first); }
  void enter(const Band<T>& band);       // computes what all tiles of a band need
  bool compute(int64_t key, int keys);   // p and ds; false where no key is attended to
  const T* p() const { return tile.s; }  // (keys, lanes), dropout included
  const T* ds() const { return ds_; }    // (keys, lanes), in natural units

  struct Rows {  // (lanes, outer_row(D) or outer_row(Dv)), of which those without keys are zero
    const T* data;
    int64_t stride;
  };
  Rows q_rows, dy_rows;
  Tile<T> tile;
  Band<T> band;

 private:
  template <class Dropped>
  void weigh(int keys, const Dropped& dropped);
  const Attention& of_;
  const AttentionRows& dy_;
  const T *stat_of_, *delta_of_;
  const Scratch<T> q_lanes_, q_rows_, dy_lanes_, dy_rows_, ds_, kept_, stat_, delta_;
};

// delta of softmax.
template <class T>
void deltas(const Attention& of, const AttentionRows& dy, const T* y, T* delta);

}  // namespace dlcore::kernels
