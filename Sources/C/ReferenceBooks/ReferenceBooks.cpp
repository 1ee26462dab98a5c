#include "ReferenceBooks.h"

#include <cstring>
#include <deque>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <vector>

#include "Books.hpp"
#include "Fold.hpp"
#include "Instruments.hpp"
#include "Numbers.hpp"
#include "Venues.hpp"

/// What the C header calls a handle: one venue's decoder with one kind of book.
struct plx_reference {
  virtual ~plx_reference() = default;
  virtual bool load(const std::uint8_t *bytes, const std::size_t *offsets, std::size_t count) = 0;
  virtual bool seed(std::string_view symbol, std::span<const std::uint8_t> body) = 0;
  virtual void reset() = 0;
  virtual std::uint64_t run(std::size_t first, std::size_t count) = 0;
  virtual plx_reference_instrument_t instrument(std::size_t index) const = 0;
  virtual std::size_t levels(
    std::size_t index, int side, std::int64_t *prices, std::int64_t *quantities,
    std::size_t capacity) const = 0;

  plx_reference_counts_t counts{};
  plx::Instruments instruments;
};

namespace plx {
namespace {

/// simdjson asks for 32 readable bytes after a frame; the number readers for up to 40.
constexpr std::size_t padding = 64;
static_assert(padding >= simdjson::SIMDJSON_PADDING);

/// Bytes followed by padding.
class PaddedBytes {
 public:
  PaddedBytes() = default;
  explicit PaddedBytes(std::span<const std::uint8_t> bytes)
    : bytes_(new std::uint8_t[bytes.size() + padding]), count_(bytes.size()) {
    if (!bytes.empty()) std::memcpy(bytes_.get(), bytes.data(), bytes.size());
    std::memset(bytes_.get() + bytes.size(), 0, padding);
  }

  const std::uint8_t *data() const { return bytes_.get(); }
  std::size_t count() const { return count_; }

 private:
  std::unique_ptr<std::uint8_t[]> bytes_;
  std::size_t count_ = 0;
};

template <typename Book>
struct Instrument {
  Book book;
  std::int64_t seeded_at = INT64_MIN;
};

/// Takes what a decoder reads: folds it and applies it to the books.
template <typename Book>
class Sink {
 public:
  Sink(plx_reference &owner, std::deque<Instrument<Book>> &books, std::size_t depth)
    : owner_(owner), books_(books), depth_(depth) {}

  std::uint64_t folded() const { return fold_.state; }

  void fold(std::uint64_t word) { fold_(word); }

  /// Opens a frame's part about one symbol; false where the symbol is none.
  bool begin(std::string_view symbol, bool snapshot, std::int64_t time = INT64_MAX) {
    if (symbol.empty()) return false;
    const std::size_t index = owner_.instruments.index(symbol);
    if (index == Instruments::none) return false;
    if (index >= books_.size()) books_.resize(index + 1);
    instrument_ = &books_[index];
    ++owner_.counts.books;
    fold_(index);
    fold_(snapshot ? 1 : 0);
    applies_ = snapshot || time > instrument_->seeded_at;
    if (!applies_) ++owner_.counts.stale;
    if (applies_) instrument_->book.begin(snapshot);
    return true;
  }

  bool level(Parsed parsed, const SidedLevel &level) {
    if (parsed == Parsed::exact && level.price != 0) [[likely]] {
      ++owner_.counts.levels;
      fold_(static_cast<std::uint64_t>(level.side));
      fold_(static_cast<std::uint64_t>(level.price));
      fold_(static_cast<std::uint64_t>(level.quantity));
      if (applies_) instrument_->book.set(level.side, level.price, level.quantity);
      return true;
    }
    if (parsed == Parsed::malformed) return false;
    ++owner_.counts.skipped;
    return true;
  }

  void finish() {
    if (applies_) instrument_->book.finish(depth_);
  }

  /// Leaves a snapshot that broke off in a sorted state.
  void abandon() {
    if (instrument_ != nullptr) finish();
  }

 private:
  plx_reference &owner_;
  std::deque<Instrument<Book>> &books_;
  std::size_t depth_;
  Instrument<Book> *instrument_ = nullptr;
  bool applies_ = false;
  Fold fold_;
};

template <typename Venue, typename Book>
class Reference final : public plx_reference {
 public:
  explicit Reference(std::size_t depth) : depth_(depth) {}

  bool load(const std::uint8_t *bytes, const std::size_t *offsets, std::size_t count) override {
    std::size_t longest = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (offsets[i] > offsets[i + 1]) return false;
      longest = std::max(longest, offsets[i + 1] - offsets[i]);
    }
    const std::size_t end = count == 0 ? 0 : offsets[count];
    PaddedBytes storage({bytes, end});
    std::vector<std::size_t> copied(offsets, offsets + (count == 0 ? 0 : count + 1));
    // Here rather than in the first timed frame.
    if (longest > parser_.capacity() && parser_.allocate(longest)) return false;
    storage_ = std::move(storage);
    offsets_ = std::move(copied);
    return true;
  }

  bool seed(std::string_view symbol, std::span<const std::uint8_t> body) override {
    Seed seed{std::string(symbol), PaddedBytes(body)};
    if (!apply(seed)) return false;
    seeds_.push_back(std::move(seed));
    return true;
  }

  void reset() override {
    books_.clear();
    for (const auto &seed : seeds_) apply(seed);
    counts = {};
  }

  std::uint64_t run(std::size_t first, std::size_t count) override {
    const std::size_t frames = offsets_.empty() ? 0 : offsets_.size() - 1;
    first = std::min(first, frames);
    const std::size_t last = first + std::min(count, frames - first);
    Sink<Book> sink(*this, books_, depth_);
    for (std::size_t i = first; i < last; ++i) {
      const std::size_t start = offsets_[i];
      const std::size_t length = offsets_[i + 1] - start;
      const std::size_t readable = storage_.count() - start + padding;
      ondemand::document document;
      if (parser_.iterate(storage_.data() + start, length, readable).get(document)
          || !venue_.read(document, sink)) [[unlikely]] {
        ++counts.errors;
        sink.abandon();
      }
    }
    counts.frames += last - first;
    return sink.folded();
  }

  plx_reference_instrument_t instrument(std::size_t index) const override {
    plx_reference_instrument_t result{};
    if (index >= instruments.count()) return result;
    const std::string_view symbol = instruments.symbol(index);
    result.symbol = symbol.data();
    result.symbol_count = symbol.size();
    if (index >= books_.size()) return result;
    const Book &book = books_[index].book;
    result.bids = book.count(0);
    result.asks = book.count(1);
    for (const int side : {0, 1}) {
      bool is_best = true;
      book.visit(side, [&](const Level &level) {
        if (is_best) {
          (side == 0 ? result.best_bid : result.best_ask) = level.price;
          (side == 0 ? result.best_bid_quantity : result.best_ask_quantity) = level.quantity;
          is_best = false;
        }
        result.digest += mix_level(side, level.price, level.quantity);
        return true;
      });
    }
    return result;
  }

  std::size_t levels(
    std::size_t index, int side, std::int64_t *prices, std::int64_t *quantities,
    std::size_t capacity
  ) const override {
    std::size_t count = 0;
    if (index >= books_.size() || capacity == 0) return 0;
    books_[index].book.visit(side, [&](const Level &level) {
      prices[count] = level.price;
      quantities[count] = level.quantity;
      return ++count < capacity;
    });
    return count;
  }

 private:
  struct Seed {
    std::string symbol;
    PaddedBytes body;
  };

  bool apply(const Seed &seed) {
    if constexpr (requires { &Venue::template read_snapshot<Sink<Book>>; }) {
      Sink<Book> sink(*this, books_, depth_);
      ondemand::document document;
      const PaddedBytes &body = seed.body;
      if (parser_.iterate(body.data(), body.count(), body.count() + padding).get(document)) {
        return false;
      }
      if (!venue_.read_snapshot(document, seed.symbol, sink)) {
        sink.abandon();
        return false;
      }
      books_[instruments.index(seed.symbol)].seeded_at = venue_.time();
      return true;
    } else {
      return false;
    }
  }

  ondemand::parser parser_;
  Venue venue_;
  std::size_t depth_;
  PaddedBytes storage_;
  std::vector<std::size_t> offsets_;
  std::vector<Seed> seeds_;
  std::deque<Instrument<Book>> books_;  // a deque, so that growing moves none
};

template <typename Venue>
plx_reference *create(std::int32_t book, std::size_t depth) {
  switch (book) {
    case plx_book_none: return new Reference<Venue, NoBook>(depth);
    case plx_book_map: return new Reference<Venue, MapBook>(depth);
    case plx_book_vector: return new Reference<Venue, VectorBook>(depth);
    default: return nullptr;
  }
}

}  // namespace
}  // namespace plx

extern "C" {

plx_reference *plx_reference_create(int32_t venue, int32_t book, size_t depth) {
  try {
    switch (venue) {
      case plx_venue_coinbase: return plx::create<plx::Coinbase>(book, depth);
      case plx_venue_kraken: return plx::create<plx::Kraken>(book, depth);
      case plx_venue_gemini: return plx::create<plx::Gemini>(book, depth);
      case plx_venue_bitstamp: return plx::create<plx::Bitstamp>(book, depth);
      default: return nullptr;
    }
  } catch (const std::bad_alloc &) {
    return nullptr;
  }
}

void plx_reference_destroy(plx_reference *reference) { delete reference; }

bool plx_reference_load(
  plx_reference *reference, const uint8_t *bytes, const size_t *offsets, size_t count
) {
  try {
    return reference->load(bytes, offsets, count);
  } catch (const std::bad_alloc &) {
    return false;
  }
}

bool plx_reference_seed(
  plx_reference *reference, const char *symbol, size_t symbol_count, const uint8_t *body,
  size_t body_count
) {
  try {
    return reference->seed({symbol, symbol_count}, {body, body_count});
  } catch (const std::bad_alloc &) {
    return false;
  }
}

void plx_reference_reset(plx_reference *reference) {
  try {
    reference->reset();
  } catch (const std::bad_alloc &) {
    ++reference->counts.errors;
  }
}

uint64_t plx_reference_run(plx_reference *reference, size_t first, size_t count) {
  try {
    return reference->run(first, count);
  } catch (const std::bad_alloc &) {
    ++reference->counts.errors;
    return 0;
  }
}

plx_reference_counts_t plx_reference_counts(const plx_reference *reference) {
  return reference->counts;
}

size_t plx_reference_instrument_count(const plx_reference *reference) {
  return reference->instruments.count();
}

plx_reference_instrument_t plx_reference_instrument(const plx_reference *reference, size_t index) {
  return reference->instrument(index);
}

size_t plx_reference_levels(
  const plx_reference *reference, size_t index, int32_t side, int64_t *prices,
  int64_t *quantities, size_t capacity
) {
  return reference->levels(index, side, prices, quantities, capacity);
}

uint64_t plx_reference_mix_level(int32_t side, int64_t price, int64_t quantity) {
  return plx::mix_level(side, price, quantity);
}

uint64_t plx_memory_scan(const uint8_t *bytes, size_t count) {
  // Four sums, so that the additions do not wait for each other; the compiler makes vectors of it.
  uint64_t sums[4] = {};
  size_t at = 0;
  for (; count - at >= sizeof sums; at += sizeof sums) {
    uint64_t words[4];
    std::memcpy(words, bytes + at, sizeof words);
    for (int i = 0; i < 4; ++i) sums[i] += words[i];
  }
  for (; at < count; at += sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, bytes + at, std::min(sizeof word, count - at));
    sums[0] += word;
  }
  return sums[0] + sums[1] + sums[2] + sums[3];
}

}  // extern "C"
