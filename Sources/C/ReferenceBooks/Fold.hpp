// The fold that keeps the optimiser honest, and the mix behind the books' digests.

#pragma once

#include <bit>
#include <cstdint>

namespace plx {

/// Folds words in order: `state = rotl(state, 5) ^ word * K`. The multiplication is off the
/// critical path, so folding costs about two cycles a word.
///
/// A book frame folds, in this order: instrument index, 1 for a snapshot else 0, the venue's words
/// (Coinbase: time, sequence number; Kraken: checksum, time, after the levels; Gemini: none;
/// Bitstamp: time), and per level: side, price, quantity. Coinbase folds its words once a frame,
/// before the first instrument.
struct Fold {
  std::uint64_t state = 0;

  void operator()(std::uint64_t word) {
    state = std::rotl(state, 5) ^ (word * 0x9E37'79B9'7F4A'7C15u);
  }
};

/// The finaliser of splitmix64 over one level.
inline std::uint64_t mix_level(int side, std::int64_t price, std::int64_t quantity) {
  std::uint64_t z = static_cast<std::uint64_t>(price) * 0x9E37'79B9'7F4A'7C15u
    + static_cast<std::uint64_t>(quantity) * 0xD1B5'4A32'D192'ED03u
    + static_cast<std::uint64_t>(side);
  z = (z ^ (z >> 30)) * 0xBF58'476D'1CE4'E5B9u;
  z = (z ^ (z >> 27)) * 0x94D0'49BB'1331'11EBu;
  return z ^ (z >> 31);
}

}  // namespace plx
