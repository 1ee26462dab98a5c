extension JSONReader {
  /// Reads an unsigned JSON number as an integer in steps of 10⁻ᵖˡᵃᶜᵉˢ.
  ///
  /// `places` is in 0...19.
  /// - Returns: nil when the value is legal but does not fit 63 bits.
  /// - Throws: `.unsignedDecimal` for a sign, an exponent, or anything that is not digits with at
  ///   most one point; `.fewerFractionDigits` at the first digit other than zero that `places`
  ///   cannot hold.
  @inlinable @inline(__always)
  public mutating func decimal(places: Int) throws(WireError) -> Int64? {
    let start = offset
    var index = start
    var value: UInt64 = 0
    while index < count {
      let digit = known(index) &- 0x30
      if digit > 9 { break }
      value = value &* 10 &+ UInt64(digit)
      index += 1
    }
    let integerDigits = index &- start
    var fractionDigits = 0
    if index < count, known(index) == UInt8(ascii: ".") {
      index += 1
      let point = index
      while index < count {
        let digit = known(index) &- 0x30
        if digit > 9 { break }
        value = value &* 10 &+ UInt64(digit)
        index += 1
      }
      fractionDigits = index &- point
      guard fractionDigits > 0 else { throw failure(.digit, at: index) }
    }
    guard integerDigits > 0 else { throw failure(.unsignedDecimal, at: start) }
    offset = index
    let missing = places &- fractionDigits
    // Nineteen digits always fit 64 bits unsigned.
    guard integerDigits &+ fractionDigits <= 19, missing >= 0 else {
      return try longDecimal(start: start, end: index, places: places)
    }
    let (scaled, overflow) = value.multipliedReportingOverflow(by: smallPowerOfTen(missing))
    guard !overflow, scaled <= UInt64(Int64.max) else { return nil }
    return Int64(truncatingIfNeeded: scaled)
  }

  /// Reads a decimal inside quotes, as most venues send prices.
  @inlinable @inline(__always)
  public mutating func quotedDecimal(places: Int) throws(WireError) -> Int64? {
    try expect(UInt8(ascii: "\""), as: .string)
    let value = try decimal(places: places)
    guard offset < count, known(offset) == UInt8(ascii: "\"") else {
      throw failure(.unsignedDecimal)
    }
    offset += 1
    return value
  }

  /// The decimal at `start..<end` by the careful way: any number of digits.
  @usableFromInline @inline(never)
  func longDecimal(start: Int, end: Int, places: Int) throws(WireError) -> Int64? {
    guard let value = try wideDecimal(start: start, end: end, places: places) else { return nil }
    return Int64(exactly: value)
  }

  /// The unsigned decimal at `start..<end` in steps of 10⁻ᵖˡᵃᶜᵉˢ; nil when 127 bits cannot hold it.
  @inline(never)
  public func wideDecimal(start: Int, end: Int, places: Int) throws(WireError) -> Int128? {
    var value: Int128 = 0
    var fractionDigits = -1
    var index = start
    while index < end, let byte = byte(at: index) {
      if byte == UInt8(ascii: "."), fractionDigits < 0 {
        fractionDigits = 0
      } else {
        guard case let digit = byte &- 0x30, digit <= 9 else {
          throw failure(.unsignedDecimal, at: index)
        }
        if fractionDigits == places {
          guard digit == 0 else { throw failure(.fewerFractionDigits, at: index) }
        } else {
          guard let next = tenfold(value, plus: Int128(digit)) else { return nil }
          value = next
          if fractionDigits >= 0 { fractionDigits += 1 }
        }
      }
      index += 1
    }
    for _ in max(0, fractionDigits)..<places {
      guard let next = tenfold(value, plus: 0) else { return nil }
      value = next
    }
    return value
  }

  private func tenfold(_ value: Int128, plus digit: Int128) -> Int128? {
    let (product, tooBig) = value.multipliedReportingOverflow(by: 10)
    let (sum, carried) = product.addingReportingOverflow(digit)
    return tooBig || carried ? nil : sum
  }

  /// Reads an integer that is not negative.
  @inlinable @inline(__always)
  public mutating func unsignedInteger() throws(WireError) -> UInt64 {
    _ = peek()
    let start = offset
    var value: UInt64 = 0
    while offset < count {
      let digit = known(offset) &- 0x30
      if digit > 9 { break }
      let (product, tooBig) = value.multipliedReportingOverflow(by: 10)
      let (sum, carried) = product.addingReportingOverflow(UInt64(digit))
      guard !tooBig, !carried else { throw failure(.numberInRange, at: start) }
      value = sum
      offset += 1
    }
    guard offset > start else { throw failure(.unsignedInteger) }
    return value
  }

  /// Reads an integer inside quotes, which hold nothing else.
  @inlinable @inline(__always)
  public mutating func quotedUnsignedInteger() throws(WireError) -> UInt64 {
    try expect(UInt8(ascii: "\""), as: .string)
    guard offset < count, known(offset) &- 0x30 <= 9 else { throw failure(.unsignedInteger) }
    let value = try unsignedInteger()
    guard match("\"") else { throw failure(.unsignedInteger) }
    return value
  }

  /// Reads any JSON number and returns its text, exponent and all.
  ///
  /// The grammar is JSON's (RFC 8259 §6), but for leading zeros, which are let through.
  @usableFromInline
  mutating func numberText() throws(WireError) -> TextRange {
    _ = peek()
    let start = offset
    if byte(at: offset) == UInt8(ascii: "-") { offset += 1 }
    guard skipDigits() > 0 else {
      offset = start
      throw failure(.value)
    }
    if byte(at: offset) == UInt8(ascii: ".") {
      offset += 1
      guard skipDigits() > 0 else { throw failure(.digit) }
    }
    if byte(at: offset) == UInt8(ascii: "e") || byte(at: offset) == UInt8(ascii: "E") {
      offset += 1
      if byte(at: offset) == UInt8(ascii: "+") || byte(at: offset) == UInt8(ascii: "-") {
        offset += 1
      }
      guard skipDigits() > 0 else { throw failure(.digit) }
    }
    return TextRange(start: start, count: offset - start)
  }

  private mutating func skipDigits() -> Int {
    let start = offset
    while offset < count, known(offset) &- 0x30 <= 9 { offset += 1 }
    return offset - start
  }

  /// Reads a number, quoted or not, as plain decimal text: `1E-8` becomes `0.00000001`.
  ///
  /// For instrument lists, whose numbers are shown to people before they are used.
  public mutating func plainDecimalText() throws(WireError) -> String {
    let isQuoted = peek() == UInt8(ascii: "\"")
    if isQuoted { offset += 1 }
    let start = offset
    if isQuoted, let byte = byte(at: start), isWhiteSpace(byte) { throw failure(.value) }
    let range = try numberText()
    let plain = plainDecimal(text(range))
    guard !isQuoted || match("\"") else { throw failure(.number) }
    guard let plain else { throw failure(.numberInRange, at: start) }
    return plain
  }
}

/// 10 to the power of `exponent`, for exponents in 0...19.
@inlinable @inline(__always)
func smallPowerOfTen(_ exponent: Int) -> UInt64 {
  switch exponent {
  case 0: 1
  case 1: 10
  case 2: 100
  case 3: 1_000
  case 4: 10_000
  case 5: 100_000
  case 6: 1_000_000
  case 7: 10_000_000
  case 8: 100_000_000
  case 9: 1_000_000_000
  case 10: 10_000_000_000
  case 11: 100_000_000_000
  case 12: 1_000_000_000_000
  case 13: 10_000_000_000_000
  case 14: 100_000_000_000_000
  case 15: 1_000_000_000_000_000
  case 16: 10_000_000_000_000_000
  case 17: 100_000_000_000_000_000
  case 18: 1_000_000_000_000_000_000
  default: 10_000_000_000_000_000_000
  }
}
