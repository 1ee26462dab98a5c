import Units

/// Times as Bitstamp writes them.
extension Timestamp {
  /// Whole seconds since 1970, as text: `1618677692`.
  var bitstampSeconds: String { String(nanoseconds / 1_000_000_000) }

  /// Microseconds since 1970.
  var bitstampMicroseconds: Int64 { nanoseconds / 1_000 }

  init(bitstampMicroseconds: Int64) {
    let (product, overflow) = bitstampMicroseconds.multipliedReportingOverflow(by: 1_000)
    self.init(nanoseconds: overflow ? .max : product)
  }

  /// UTC with microseconds, `2021-11-25 12:59:59.322000`, or without a fraction.
  func bitstampDateTime(fraction: Bool = true) -> String {
    // RFC 3339 with nine digits: the date, `T`, the time, a point, nine digits, `Z`.
    let text = description
    let date = text.prefix(10)
    let time = text.dropFirst(11).prefix(fraction ? 15 : 8)
    return date + " " + time
  }

  /// The next midnight of UTC: when day orders and all good-till-date orders end.
  var nextMidnight: Timestamp {
    let day: Int64 = 86_400_000_000_000
    return Timestamp(nanoseconds: (nanoseconds / day + 1) * day)
  }
}
