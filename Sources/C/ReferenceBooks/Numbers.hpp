// Decimal text and timestamps to integers, straight from the padded frame.
//
// Every reader here may touch 40 bytes from its start, whatever the text's length: the padding
// after the last frame makes that memory readable.

#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__SSE4_1__)
#include <immintrin.h>
#endif

namespace plx {

inline constexpr int price_decimals = 10;
inline constexpr int quantity_decimals = 8;

enum class Parsed {
  exact,
  outside,    // a number, but too large or too fine for Int64 at this scale
  malformed,  // not plain decimal text
};

inline constexpr std::array<std::int64_t, 19> powers_of_ten = [] {
  std::array<std::int64_t, 19> powers{};
  std::int64_t power = 1;
  for (auto &entry : powers) {
    entry = power;
    power = power <= INT64_MAX / 10 ? power * 10 : power;
  }
  return powers;
}();

inline bool continues_decimal(char byte) { return byte == '.' || (byte >= '0' && byte <= '9'); }

/// Any plain decimal, digit by digit; the way out for text that the fast path below declines.
[[gnu::noinline]] inline Parsed parse_decimal_slowly(
  const char *text, int decimals, std::int64_t &value, const char *&end
) {
  // Bounded, so that no run of digits can overflow 128 bits: 38 digits always fit.
  constexpr int most_digits = 37;
  unsigned __int128 digits = 0;
  int count = 0;
  int fraction = -1;
  const char *at = text;
  for (;; ++at) {
    const auto digit = static_cast<unsigned char>(*at - '0');
    if (digit <= 9) {
      if (fraction >= decimals) {
        if (digit != 0) return Parsed::outside;
      } else {
        if (++count > most_digits) return Parsed::outside;
        digits = digits * 10 + digit;
        if (fraction >= 0) ++fraction;
      }
    } else if (*at == '.' && fraction < 0) {
      fraction = 0;
    } else {
      break;
    }
  }
  end = at;
  if (at == text || text[0] == '.' || at[-1] == '.') return Parsed::malformed;
  for (int i = fraction < 0 ? 0 : fraction; i < decimals; ++i) {
    if (++count > most_digits) return digits == 0 ? (value = 0, Parsed::exact) : Parsed::outside;
    digits *= 10;
  }
  if (digits > static_cast<unsigned __int128>(INT64_MAX)) return Parsed::outside;
  value = static_cast<std::int64_t>(digits);
  return Parsed::exact;
}

#if defined(__SSE4_1__)
/// The value of sixteen digits (0–9, not ASCII), most significant first.
inline std::uint64_t sixteen_digits(__m128i digits) {
  const __m128i tens = _mm_maddubs_epi16(
    digits, _mm_setr_epi8(10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1));
  const __m128i hundreds
    = _mm_madd_epi16(tens, _mm_setr_epi16(100, 1, 100, 1, 100, 1, 100, 1));
  const __m128i packed = _mm_packus_epi32(hundreds, hundreds);
  const __m128i eights
    = _mm_madd_epi16(packed, _mm_setr_epi16(10000, 1, 10000, 1, 10000, 1, 10000, 1));
  const auto both = static_cast<std::uint64_t>(_mm_cvtsi128_si64(eights));
  return (both & 0xFFFF'FFFFu) * 100'000'000u + (both >> 32);
}
#endif

/// Decimal text at `text`, in steps of 10^-decimals. `end` is left at the first byte after it,
/// except where the result is `outside`.
///
/// Up to sixteen bytes without a branch on their length: find the end and the dot, shuffle the
/// digits to the right without the dot, multiply in pairs.
[[gnu::always_inline]] inline Parsed parse_decimal(
  const char *text, int decimals, std::int64_t &value, const char *&end
) {
#if defined(__SSE4_1__)
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(text));
  const __m128i digits = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
  const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits);
  const auto digit_mask = static_cast<unsigned>(_mm_movemask_epi8(is_digit));
  const auto dot_mask
    = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('.'))));
  const int length = std::countr_zero(~(digit_mask | dot_mask));
  const unsigned dots = dot_mask & ((1u << length) - 1);
  const int dot = dots == 0 ? length : std::countr_zero(dots);
  const int fraction = length - dot - (dots != 0);
  const bool plain = (digit_mask & 1) != 0 && (dots & (dots - 1)) == 0 && dot + 1 != length;
  const bool whole_text = length < 16 || !continues_decimal(text[16]);
  if (plain && whole_text && fraction <= decimals) [[likely]] {
    const __m128i iota = _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    // Where each right-aligned digit comes from; a negative index shuffles in a zero.
    const int first = 16 - length + (dots != 0);
    __m128i from = _mm_sub_epi8(iota, _mm_set1_epi8(static_cast<char>(first)));
    from = _mm_sub_epi8(from, _mm_cmpgt_epi8(from, _mm_set1_epi8(static_cast<char>(dot - 1))));
    const std::uint64_t whole = sixteen_digits(_mm_shuffle_epi8(digits, from));
    end = text + length;
    if (__builtin_mul_overflow(
          static_cast<std::int64_t>(whole), powers_of_ten[decimals - fraction], &value)) {
      return Parsed::outside;
    }
    return Parsed::exact;
  }
#endif
  return parse_decimal_slowly(text, decimals, value, end);
}

/// Days since 1970-01-01 of a date in the proleptic Gregorian calendar.
inline std::int64_t days_since_epoch(int year, int month, int day) {
  year -= month <= 2;
  const int era = year / 400;
  const int year_of_era = year - era * 400;
  const int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return static_cast<std::int64_t>(era) * 146'097 + day_of_era - 719'468;
}

/// Reads `2026-08-09T21:05:48.505350477Z`, with any number of fraction digits up to nine.
///
/// Remembers the last date, since a feed stays on one for a day.
class TimestampReader {
 public:
  /// Nanoseconds since 1970, or false where the text is no such timestamp.
  bool read(const char *text, std::int64_t &nanoseconds) {
    if (std::memcmp(text, date_, sizeof date_) != 0 && !read_date(text)) return false;
    const auto two = [text](int at) {
      return (text[at] - '0') * 10 + (text[at + 1] - '0');
    };
    if (text[10] != 'T' || text[13] != ':' || text[16] != ':') return false;
    // The seconds' last digit and the fraction are one decimal number.
    std::int64_t fraction;
    const char *end;
    if (parse_decimal(text + 18, 9, fraction, end) != Parsed::exact || *end != 'Z') return false;
    const std::int64_t seconds = two(11) * 3600 + two(14) * 60 + (text[17] - '0') * 10;
    nanoseconds = midnight_ + seconds * 1'000'000'000 + fraction;
    return true;
  }

 private:
  bool read_date(const char *text) {
    for (int i = 0; i < 10; ++i) {
      const bool dash = i == 4 || i == 7;
      if (dash ? text[i] != '-' : static_cast<unsigned char>(text[i] - '0') > 9) return false;
    }
    const auto digit = [text](int at) { return text[at] - '0'; };
    const int year = digit(0) * 1000 + digit(1) * 100 + digit(2) * 10 + digit(3);
    const std::int64_t days
      = days_since_epoch(year, digit(5) * 10 + digit(6), digit(8) * 10 + digit(9));
    midnight_ = days * 86'400'000'000'000;
    std::memcpy(date_, text, sizeof date_);
    return true;
  }

  char date_[10] = {};
  std::int64_t midnight_ = 0;
};

}  // namespace plx
