// The venue's symbols, numbered in the order of their first appearance.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace plx {

/// An open-addressed table from symbol text to a small index.
class Instruments {
 public:
  /// Far more than any venue lists; beyond it a frame counts as an error.
  static constexpr std::size_t most = 4096;
  static constexpr std::size_t none = SIZE_MAX;

  /// The index of `symbol`, a new one where it is not known yet, or `none` where the table is full.
  std::size_t index(std::string_view symbol) {
    // Feeds talk about one instrument several times in a row.
    if (last_ < symbols_.size() && *symbols_[last_] == symbol) return last_;
    std::size_t slot = hash(symbol) % slots_.size();
    for (; slots_[slot] != 0; slot = (slot + 1) % slots_.size()) {
      const std::size_t index = slots_[slot] - 1u;
      if (*symbols_[index] == symbol) return last_ = index;
    }
    if (symbols_.size() == most) return none;
    symbols_.push_back(std::make_unique<std::string>(symbol));
    slots_[slot] = static_cast<std::uint16_t>(symbols_.size());
    return last_ = symbols_.size() - 1;
  }

  std::size_t count() const { return symbols_.size(); }
  std::string_view symbol(std::size_t index) const { return *symbols_[index]; }

 private:
  static std::size_t hash(std::string_view symbol) {
    std::uint64_t head = 0;
    std::uint64_t tail = 0;
    const std::size_t count = symbol.size() < 8 ? symbol.size() : 8;
    std::memcpy(&head, symbol.data(), count);
    std::memcpy(&tail, symbol.data() + symbol.size() - count, count);
    const std::uint64_t mixed
      = (head ^ symbol.size()) * 0x9E37'79B9'7F4A'7C15u ^ tail * 0xD1B5'4A32'D192'ED03u;
    return static_cast<std::size_t>(mixed >> 47);
  }

  std::array<std::uint16_t, 2 * most> slots_{};  // index + 1, 0 where empty
  std::vector<std::unique_ptr<std::string>> symbols_;  // texts that never move
  std::size_t last_ = none;
};

}  // namespace plx
