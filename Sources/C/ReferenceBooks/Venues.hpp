// The venues' book frames, read with simdjson On-Demand as recorded traffic orders them.
//
// A decoder's `read` returns false where a frame is not what its venue sends. Frames of other
// kinds are left at their first telling field and are no error.

#pragma once

#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>

#include <string_view>
#include <vector>

#include "Numbers.hpp"

namespace plx {

namespace ondemand = simdjson::ondemand;
using simdjson::ondemand::raw_json_string;

struct SidedLevel {
  int side;
  std::int64_t price;
  std::int64_t quantity;
};

/// A level that waits for its frame's symbol.
struct Change {
  Parsed parsed;
  SidedLevel level;
};

/// The text of a JSON string without escapes; empty where it has one, or is longer than any symbol.
inline std::string_view plain_text(raw_json_string raw) {
  constexpr std::size_t most = 64;
  const char *text = raw.raw();
  for (std::size_t count = 0; count < most && text[count] != '\\'; ++count) {
    if (text[count] == '"') return {text, count};
  }
  return {};
}

/// Price and quantity as the texts of JSON strings.
inline Parsed parse_level(raw_json_string price, raw_json_string quantity, SidedLevel &level) {
  const char *end;
  const Parsed first = parse_decimal(price.raw(), price_decimals, level.price, end);
  if (first == Parsed::exact && *end != '"') return Parsed::malformed;
  const Parsed second = parse_decimal(quantity.raw(), quantity_decimals, level.quantity, end);
  if (second == Parsed::exact && *end != '"') return Parsed::malformed;
  return first > second ? first : second;
}

/// Whether a JSON number ends at `byte`.
inline bool ends_number(char byte) {
  return byte == ',' || byte == '}' || byte == ']' || byte == ' ' || byte == '\n' || byte == '\r'
    || byte == '\t';
}

/// Price and quantity as the texts of JSON numbers.
inline Parsed parse_level(std::string_view price, std::string_view quantity, SidedLevel &level) {
  const char *end;
  const Parsed first = parse_decimal(price.data(), price_decimals, level.price, end);
  if (first == Parsed::exact && !ends_number(*end)) return Parsed::malformed;
  const Parsed second = parse_decimal(quantity.data(), quantity_decimals, level.quantity, end);
  if (second == Parsed::exact && !ends_number(*end)) return Parsed::malformed;
  return first > second ? first : second;
}

/// `{"channel":"l2_data","timestamp":…,"sequence_num":…,"events":[{"type":…,"product_id":…,
/// "updates":[{"side":…,"event_time":…,"price_level":…,"new_quantity":…}]}]}`.
class Coinbase {
 public:
  template <typename Sink>
  bool read(ondemand::document &document, Sink &sink) {
    ondemand::object frame;
    if (document.get_object().get(frame)) return false;
    raw_json_string channel;
    if (const auto error = frame.find_field("channel").get_raw_json_string().get(channel)) {
      return error == simdjson::NO_SUCH_FIELD;
    }
    if (channel != "l2_data") return true;
    raw_json_string timestamp;
    std::int64_t time;
    std::uint64_t sequence;
    if (frame.find_field("timestamp").get_raw_json_string().get(timestamp)) return false;
    if (!timestamps_.read(timestamp.raw(), time)) return false;
    if (frame.find_field("sequence_num").get_uint64().get(sequence)) return false;
    sink.fold(static_cast<std::uint64_t>(time));
    sink.fold(sequence);
    ondemand::array events;
    if (frame.find_field("events").get_array().get(events)) return false;
    for (auto item : events) {
      ondemand::object event;
      if (item.get_object().get(event) || !read_event(event, sink)) return false;
    }
    return true;
  }

 private:
  template <typename Sink>
  static bool read_event(ondemand::object &event, Sink &sink) {
    raw_json_string type;
    raw_json_string product;
    ondemand::array updates;
    if (event.find_field("type").get_raw_json_string().get(type)) return false;
    if (event.find_field("product_id").get_raw_json_string().get(product)) return false;
    if (event.find_field("updates").get_array().get(updates)) return false;
    const bool snapshot = type == "snapshot";
    if (!snapshot && type != "update") return false;
    if (!sink.begin(plain_text(product), snapshot)) return false;
    for (auto item : updates) {
      ondemand::object update;
      raw_json_string side;
      raw_json_string price;
      raw_json_string quantity;
      if (item.get_object().get(update)) return false;
      if (update.find_field("side").get_raw_json_string().get(side)) return false;
      if (update.find_field("price_level").get_raw_json_string().get(price)) return false;
      if (update.find_field("new_quantity").get_raw_json_string().get(quantity)) return false;
      SidedLevel level;
      if (side == "bid") {
        level.side = 0;
      } else if (side == "offer") {
        level.side = 1;
      } else {
        return false;
      }
      if (!sink.level(parse_level(price, quantity, level), level)) return false;
    }
    sink.finish();
    return true;
  }

  TimestampReader timestamps_;
};

/// `{"channel":"book","type":…,"data":[{"symbol":…,"bids":[{"price":1.0,"qty":0.1}],"asks":[…],
/// "checksum":…,"timestamp":…}]}`; numbers by their text.
class Kraken {
 public:
  template <typename Sink>
  bool read(ondemand::document &document, Sink &sink) {
    ondemand::object frame;
    if (document.get_object().get(frame)) return false;
    raw_json_string channel;
    if (const auto error = frame.find_field("channel").get_raw_json_string().get(channel)) {
      return error == simdjson::NO_SUCH_FIELD;
    }
    if (channel != "book") return true;
    raw_json_string type;
    if (frame.find_field("type").get_raw_json_string().get(type)) return false;
    const bool snapshot = type == "snapshot";
    if (!snapshot && type != "update") return false;
    ondemand::array data;
    if (frame.find_field("data").get_array().get(data)) return false;
    for (auto item : data) {
      ondemand::object book;
      if (item.get_object().get(book) || !read_book(book, snapshot, sink)) return false;
    }
    return true;
  }

 private:
  template <typename Sink>
  bool read_book(ondemand::object &book, bool snapshot, Sink &sink) {
    raw_json_string symbol;
    if (book.find_field("symbol").get_raw_json_string().get(symbol)) return false;
    if (!sink.begin(plain_text(symbol), snapshot)) return false;
    ondemand::array levels;
    if (book.find_field("bids").get_array().get(levels)) return false;
    if (!read_levels(levels, 0, sink)) return false;
    if (book.find_field("asks").get_array().get(levels)) return false;
    if (!read_levels(levels, 1, sink)) return false;
    std::uint64_t checksum;
    raw_json_string timestamp;
    std::int64_t time;
    if (book.find_field("checksum").get_uint64().get(checksum)) return false;
    if (book.find_field("timestamp").get_raw_json_string().get(timestamp)) return false;
    if (!timestamps_.read(timestamp.raw(), time)) return false;
    sink.fold(checksum);
    sink.fold(static_cast<std::uint64_t>(time));
    sink.finish();
    return true;
  }

  template <typename Sink>
  static bool read_levels(ondemand::array &levels, int side, Sink &sink) {
    for (auto item : levels) {
      ondemand::object entry;
      std::string_view price;
      std::string_view quantity;
      if (item.get_object().get(entry)) return false;
      if (entry.find_field("price").raw_json_token().get(price)) return false;
      if (entry.find_field("qty").raw_json_token().get(quantity)) return false;
      SidedLevel level;
      level.side = side;
      if (!sink.level(parse_level(price, quantity, level), level)) return false;
    }
    return true;
  }

  TimestampReader timestamps_;
};

/// `{"changes":[["buy","65205.5","0.0"]],"symbol":…,"type":"l2_updates"}`, with `trades` on the
/// first frame of a symbol, which is the whole book.
///
/// The keys came type first in 2021 and in alphabetical order in 2026, so one pass takes them as
/// they come; the levels wait in a scratch array until the symbol is known. That is faster than
/// looking fields up by name, which would walk over the changes twice.
class Gemini {
 public:
  template <typename Sink>
  bool read(ondemand::document &document, Sink &sink) {
    ondemand::object frame;
    if (document.get_object().get(frame)) return false;
    raw_json_string symbol;
    bool has_symbol = false;
    bool is_update = false;
    bool snapshot = false;
    changes_.clear();
    for (auto entry : frame) {
      ondemand::field field;
      if (std::move(entry).get(field)) return false;
      const raw_json_string key = field.key();
      if (key == "changes") {
        ondemand::array changes;
        if (field.value().get_array().get(changes) || !read_changes(changes)) return false;
      } else if (key == "symbol") {
        if (field.value().get_raw_json_string().get(symbol)) return false;
        has_symbol = true;
      } else if (key == "type") {
        raw_json_string type;
        if (field.value().get_raw_json_string().get(type)) return false;
        if (type != "l2_updates") return true;
        is_update = true;
      } else if (key == "trades") {
        snapshot = true;
      }
    }
    if (!is_update) return true;
    if (!has_symbol || !sink.begin(plain_text(symbol), snapshot)) return false;
    for (const auto &[parsed, level] : changes_) {
      if (!sink.level(parsed, level)) return false;
    }
    sink.finish();
    return true;
  }

 private:
  bool read_changes(ondemand::array &changes) {
    for (auto item : changes) {
      ondemand::array change;
      if (item.get_array().get(change)) return false;
      raw_json_string texts[3];
      std::size_t count = 0;
      for (auto text : change) {
        if (count == 3 || text.get_raw_json_string().get(texts[count])) return false;
        ++count;
      }
      if (count != 3) return false;
      SidedLevel level;
      if (texts[0] == "buy") {
        level.side = 0;
      } else if (texts[0] == "sell") {
        level.side = 1;
      } else {
        return false;
      }
      const Parsed parsed = parse_level(texts[1], texts[2], level);
      changes_.push_back({parsed, level});
    }
    return true;
  }

  std::vector<Change> changes_;
};

/// `{"data":{"timestamp":…,"microtimestamp":…,"bids":[["p","q"]],"asks":[…]},"channel":
/// "diff_order_book_btcusd","event":"data"}`; the order of keys varies, so one pass as at Gemini.
class Bitstamp {
 public:
  template <typename Sink>
  bool read(ondemand::document &document, Sink &sink) {
    constexpr std::string_view prefix = "diff_order_book_";
    ondemand::object frame;
    if (document.get_object().get(frame)) return false;
    std::string_view symbol;
    bool is_data = false;
    changes_.clear();
    has_time_ = false;
    for (auto entry : frame) {
      ondemand::field field;
      if (std::move(entry).get(field)) return false;
      const raw_json_string key = field.key();
      if (key == "data") {
        ondemand::object data;
        if (field.value().get_object().get(data) || !read_data(data)) return false;
      } else if (key == "channel") {
        raw_json_string channel;
        if (field.value().get_raw_json_string().get(channel)) return false;
        symbol = plain_text(channel);
        if (!symbol.starts_with(prefix)) return true;
        symbol.remove_prefix(prefix.size());
      } else if (key == "event") {
        raw_json_string event;
        if (field.value().get_raw_json_string().get(event)) return false;
        if (event != "data") return true;
        is_data = true;
      }
    }
    if (!is_data || symbol.empty() || !has_time_) return false;
    if (!sink.begin(symbol, false, time_)) return false;
    sink.fold(static_cast<std::uint64_t>(time_));
    return deliver(sink);
  }

  /// The body of REST `order_book`.
  template <typename Sink>
  bool read_snapshot(ondemand::document &document, std::string_view symbol, Sink &sink) {
    ondemand::object body;
    changes_.clear();
    has_time_ = false;
    if (document.get_object().get(body) || !read_data(body) || !has_time_) return false;
    return sink.begin(symbol, true, time_) && deliver(sink);
  }

  /// The `microtimestamp` read last, in nanoseconds.
  std::int64_t time() const { return time_; }

 private:
  template <typename Sink>
  bool deliver(Sink &sink) {
    for (const auto &[parsed, level] : changes_) {
      if (!sink.level(parsed, level)) return false;
    }
    sink.finish();
    return true;
  }

  bool read_data(ondemand::object &data) {
    for (auto entry : data) {
      ondemand::field field;
      if (std::move(entry).get(field)) return false;
      const raw_json_string key = field.key();
      if (key == "microtimestamp") {
        raw_json_string text;
        const char *end;
        std::int64_t microseconds;
        if (field.value().get_raw_json_string().get(text)) return false;
        if (parse_decimal(text.raw(), 0, microseconds, end) != Parsed::exact) return false;
        if (*end != '"' || __builtin_mul_overflow(microseconds, 1000, &time_)) return false;
        has_time_ = true;
      } else if (key == "bids") {
        if (!read_levels(field.value(), 0)) return false;
      } else if (key == "asks") {
        if (!read_levels(field.value(), 1)) return false;
      }
    }
    return true;
  }

  bool read_levels(ondemand::value &value, int side) {
    ondemand::array levels;
    if (value.get_array().get(levels)) return false;
    for (auto item : levels) {
      ondemand::array entry;
      if (item.get_array().get(entry)) return false;
      raw_json_string texts[2];
      std::size_t count = 0;
      for (auto text : entry) {
        if (count == 2 || text.get_raw_json_string().get(texts[count])) return false;
        ++count;
      }
      if (count != 2) return false;
      SidedLevel level;
      level.side = side;
      const Parsed parsed = parse_level(texts[0], texts[1], level);
      changes_.push_back({parsed, level});
    }
    return true;
  }

  std::vector<Change> changes_;
  std::int64_t time_ = 0;
  bool has_time_ = false;
};

}  // namespace plx
