// The yardstick: what a strong C++ program does with the same bytes, in the same run.
//
// simdjson On-Demand reads each frame, decimal text becomes fixed point, and plain standard
// containers hold the books. The benchmarks time `plx_reference_run` beside our own decoder and
// compare digests afterwards, so that a figure is only ever quoted for equal work.
//
// Scales: prices are steps of 10^-10 quote, quantities steps of 10^-8 base, times nanoseconds
// since 1970 UTC. A handle belongs to one thread at a time. No exception leaves this library: the
// world's faults are counted, and `plx_reference_counts` reads them.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct plx_reference plx_reference;

enum {
  plx_venue_coinbase = 0,  // Advanced Trade, channel `l2_data`
  plx_venue_kraken = 1,    // WebSocket v2, channel `book`
  plx_venue_gemini = 2,    // v2 market data, type `l2_updates`
  plx_venue_bitstamp = 3,  // channels `diff_order_book_*`
};

enum {
  plx_book_none = 0,    // decode only
  plx_book_map = 1,     // std::map a side, best first
  plx_book_vector = 2,  // sorted std::vector a side, best last
};

enum { plx_side_bid = 0, plx_side_ask = 1 };

typedef struct plx_reference_counts_t {
  uint64_t frames;   // frames read, of any kind
  uint64_t books;    // frames that were book snapshots or updates
  uint64_t levels;   // levels folded (and applied, where there is a book)
  uint64_t skipped;  // levels left out: beyond Int64 at our scales, inexact there, or price zero
  uint64_t stale;    // Bitstamp diffs at or before the snapshot
  uint64_t errors;   // frames that were not what the venue sends; the rest of the frame was dropped
} plx_reference_counts_t;

typedef struct plx_reference_instrument_t {
  const char *symbol;  // as the venue writes it; not terminated, lives as long as the handle
  size_t symbol_count;
  size_t bids;  // levels
  size_t asks;
  int64_t best_bid;  // 0 where there is none
  int64_t best_bid_quantity;
  int64_t best_ask;
  int64_t best_ask_quantity;
  /// Sum over all levels, wrapping, of `plx_reference_mix_level`; independent of their order.
  uint64_t digest;
} plx_reference_instrument_t;

/// A reader of `venue` with books of kind `book`; each side is cut to `depth` after every frame,
/// 0 for the full book. Returns NULL for an unknown kind or when memory is short.
plx_reference *plx_reference_create(int32_t venue, int32_t book, size_t depth);

void plx_reference_destroy(plx_reference *reference);

/// Copies `count` frames into padded storage, replacing those of an earlier call. Frame `i` is
/// `bytes[offsets[i] ..< offsets[i + 1]]`, so `offsets` has `count + 1` entries. Not to be timed.
bool plx_reference_load(
  plx_reference *reference, const uint8_t *bytes, const size_t *offsets, size_t count);

/// Gives the book of `symbol` a snapshot that came over REST (Bitstamp's `order_book` body); diffs
/// at or before its `microtimestamp` are then dropped. Kept over `plx_reference_reset`.
bool plx_reference_seed(
  plx_reference *reference,
  const char *symbol,
  size_t symbol_count,
  const uint8_t *body,
  size_t body_count);

/// Empties the books, puts the seeds back and zeroes the counts. Not to be timed.
void plx_reference_reset(plx_reference *reference);

/// Decodes frames `first ..< first + count` and applies them. Returns a fold of every field read,
/// the same for all kinds of book; see Fold.hpp for its definition.
uint64_t plx_reference_run(plx_reference *reference, size_t first, size_t count);

plx_reference_counts_t plx_reference_counts(const plx_reference *reference);

/// The instruments seen, numbered in the order of their first frame or seed.
size_t plx_reference_instrument_count(const plx_reference *reference);

/// The state of one instrument; all zero beyond the last. Linear in the number of levels.
plx_reference_instrument_t plx_reference_instrument(const plx_reference *reference, size_t index);

/// Writes up to `capacity` levels of a side, best first, and returns how many.
size_t plx_reference_levels(
  const plx_reference *reference,
  size_t index,
  int32_t side,
  int64_t *prices,
  int64_t *quantities,
  size_t capacity);

/// What one level adds to a digest.
uint64_t plx_reference_mix_level(int32_t side, int64_t price, int64_t quantity);

/// Reads every byte once and returns the wrapping sum of its little-endian 64-bit words, the last
/// one filled up with zeros: the floor under any decoder.
uint64_t plx_memory_scan(const uint8_t *bytes, size_t count);

#ifdef __cplusplus
}
#endif
