// Two books that a C++ programmer would write first, and none at all.
//
// All have the same shape: `begin(snapshot)`, then `set` for each level, then `finish(depth)`.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <utility>
#include <vector>

namespace plx {

struct Level {
  std::int64_t price;
  std::int64_t quantity;
};

/// Decode only.
struct NoBook {
  void begin(bool) {}
  void set(int, std::int64_t, std::int64_t) {}
  void finish(std::size_t) {}
  std::size_t count(int) const { return 0; }
  template <typename Visit>
  void visit(int, Visit &&) const {}
};

/// A red-black tree a side, best level first.
class MapBook {
 public:
  void begin(bool snapshot) {
    bulk_ = snapshot;
    if (!snapshot) return;
    bids_.clear();
    asks_.clear();
  }

  void set(int side, std::int64_t price, std::int64_t quantity) {
    if (side == 0) {
      set(bids_, price, quantity);
    } else {
      set(asks_, price, quantity);
    }
  }

  void finish(std::size_t depth) {
    if (depth == 0) return;
    while (bids_.size() > depth) bids_.erase(std::prev(bids_.end()));
    while (asks_.size() > depth) asks_.erase(std::prev(asks_.end()));
  }

  std::size_t count(int side) const { return side == 0 ? bids_.size() : asks_.size(); }

  /// Visits the levels, best first, until `visit` returns false.
  template <typename Visit>
  void visit(int side, Visit &&visit) const {
    const auto each = [&visit](const auto &levels) {
      for (const auto &[price, quantity] : levels) {
        if (!visit(Level{price, quantity})) return;
      }
    };
    if (side == 0) {
      each(bids_);
    } else {
      each(asks_);
    }
  }

 private:
  template <typename Levels>
  void set(Levels &levels, std::int64_t price, std::int64_t quantity) {
    if (quantity == 0) {
      levels.erase(price);
    } else if (bulk_) {
      // Snapshots come best first, so each level belongs at the end.
      levels.insert_or_assign(levels.end(), price, quantity);
    } else {
      levels.insert_or_assign(price, quantity);
    }
  }

  std::map<std::int64_t, std::int64_t, std::greater<>> bids_;
  std::map<std::int64_t, std::int64_t, std::less<>> asks_;
  bool bulk_ = false;
};

/// A sorted array a side, best level last, so that the busy end moves the least memory.
class VectorBook {
 public:
  void begin(bool snapshot) {
    bulk_ = snapshot;
    if (!snapshot) return;
    bids_.clear();
    asks_.clear();
  }

  void set(int side, std::int64_t price, std::int64_t quantity) {
    if (bulk_) {
      // A snapshot is sorted once, at its end; in levels' own order it would be quadratic.
      (side == 0 ? bids_ : asks_).push_back({price, quantity});
    } else if (side == 0) {
      set(bids_, price, quantity, std::less<>{});
    } else {
      set(asks_, price, quantity, std::greater<>{});
    }
  }

  void finish(std::size_t depth) {
    if (bulk_) {
      arrange(bids_, std::less<>{});
      arrange(asks_, std::greater<>{});
      bulk_ = false;
    }
    if (depth == 0) return;
    cut(bids_, depth);
    cut(asks_, depth);
  }

  std::size_t count(int side) const { return (side == 0 ? bids_ : asks_).size(); }

  /// Visits the levels, best first, until `visit` returns false.
  template <typename Visit>
  void visit(int side, Visit &&visit) const {
    const auto &levels = side == 0 ? bids_ : asks_;
    for (auto level = levels.rbegin(); level != levels.rend(); ++level) {
      if (!visit(*level)) return;
    }
  }

 private:
  template <typename Before>
  static void set(
    std::vector<Level> &levels, std::int64_t price, std::int64_t quantity, Before before
  ) {
    const auto at = std::lower_bound(
      levels.begin(), levels.end(), price,
      [before](const Level &level, std::int64_t price) { return before(level.price, price); });
    const bool found = at != levels.end() && at->price == price;
    if (quantity == 0) {
      if (found) levels.erase(at);
    } else if (found) {
      at->quantity = quantity;
    } else {
      levels.insert(at, {price, quantity});
    }
  }

  /// Sorts a snapshot's levels; of two with one price the later stays, and empty ones go.
  template <typename Before>
  static void arrange(std::vector<Level> &levels, Before before) {
    const auto in_order = [before](const Level &a, const Level &b) {
      return before(a.price, b.price);
    };
    // Venues send the best first, which is our order backwards.
    std::reverse(levels.begin(), levels.end());
    const auto same_price = [](const Level &a, const Level &b) { return a.price == b.price; };
    if (!std::is_sorted(levels.begin(), levels.end(), in_order)
        || std::adjacent_find(levels.begin(), levels.end(), same_price) != levels.end()) {
      // Backwards, so the first of two with one price is the one the venue sent last.
      std::map<std::int64_t, std::int64_t, Before> sorted(before);
      for (const auto &[price, quantity] : levels) sorted.try_emplace(price, quantity);
      levels.clear();
      for (const auto &[price, quantity] : sorted) levels.push_back({price, quantity});
    }
    std::erase_if(levels, [](const Level &level) { return level.quantity == 0; });
  }

  static void cut(std::vector<Level> &levels, std::size_t depth) {
    if (levels.size() > depth) {
      const auto excess = static_cast<std::ptrdiff_t>(levels.size() - depth);
      levels.erase(levels.begin(), levels.begin() + excess);
    }
  }

  std::vector<Level> bids_;
  std::vector<Level> asks_;
  bool bulk_ = false;
};

}  // namespace plx
