#pragma once

#include <vector>

#include "ops/indexing/lookup.h"

// NOTE [Indexing]
// x[...] is a basic part, which makes a view (cut), and then at most one Places: for each axis of the view, the indices
// that pick from it, or none. As in PyTorch, a mask counts as the places where it is true, a 0-d mask as a new axis of
// size one or zero, and an integer among tensors belongs to the basic part.
namespace dlcore {

// Indices per axis: int64, none negative, all in range; undefined for a whole axis.
using Places = std::vector<Tensor>;

class SavedPlaces {
 public:
  explicit SavedPlaces(const Places& places) : places_(places.begin(), places.end()) {}
  Places get() const { return {places_.begin(), places_.end()}; }

 private:
  std::vector<Saved> places_;
};

struct Resolved {
  Tensor view;    // x after the basic part
  Places places;  // empty: that was all
};
Resolved resolve(const char* op, const Tensor& x, std::span<const Index> indices);

// The indices' common shape stands where they stood if they were neighbours, else in front.
Lookup lookup_of(const Tensor& x, const Places& places);

// x[places], a copy with history.
Tensor index_at(const Tensor& x, const Places& places);

}  // namespace dlcore
