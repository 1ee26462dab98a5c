public import Codecs
public import Market
public import Units

/// Where the values of one JSON object begin, by key.
///
/// For what is said of our account: keys come in any order, and frames are too few for a decoder
/// that reads them in one pass to be worth its length.
public struct ObjectMembers: Sendable {
  private var starts: [String: Int] = [:]

  /// Where the value of `name` begins; nil where the object has none.
  public subscript(name: String) -> Int? { starts[name] }

  public func contains(_ name: String) -> Bool { starts[name] != nil }

  /// The keys, in the order of their bytes.
  public var names: [String] { starts.keys.sorted() }

  fileprivate mutating func add(_ name: String, at start: Int) { starts[name] = start }
}

extension JSONReader {
  /// Reads the object that comes next to its end.
  public mutating func members() throws(WireError) -> ObjectMembers {
    var members = ObjectMembers()
    try beginObject()
    var isFirst = true
    while try nextKey(&isFirst) {
      let name = text(key)
      _ = peek()
      members.add(name, at: offset)
      try skipValue()
    }
    return members
  }

  /// Moves to a value; false where there is none, or it is null.
  private mutating func move(to start: Int?) -> Bool {
    guard let start else { return false }
    offset = start
    return !consumeNull()
  }

  // MARK: Values

  /// The string at `start`, its escapes resolved, or the digits of an integer, exactly.
  ///
  /// Identifiers come in both forms, and have more digits than a binary floating-point number.
  public mutating func text(at start: Int?) throws(WireError) -> String? {
    guard move(to: start) else { return nil }
    if peek() == UInt8(ascii: "\"") { return text(try anyString()) }
    return String(try unsignedInteger())
  }

  public mutating func boolean(at start: Int?) throws(WireError) -> Bool? {
    guard move(to: start) else { return nil }
    return try boolean()
  }

  /// A time since 1970 as an integer, quoted or not, in units of so many nanoseconds.
  public mutating func epochTime(
    at start: Int?,
    nanosecondsPerUnit: Int64
  ) throws(WireError) -> Timestamp? {
    guard move(to: start) else { return nil }
    return try epochTime(nanosecondsPerUnit: nanosecondsPerUnit)
  }

  // MARK: Money

  /// Reads a decimal, quoted or not, in steps of 10⁻ᵖˡᵃᶜᵉˢ; digits beyond are rounded as said.
  ///
  /// - Throws: `.numberInRange` beyond 10³⁰ steps, so that sums of many cannot overflow.
  public mutating func amount(places: Int, rounding: Rounding) throws(WireError) -> Int128 {
    _ = peek()
    let start = offset
    let plain = try plainDecimalText()
    guard let value = steps(of: plain, places: places, rounding: rounding),
      value.magnitude <= 1_000_000_000_000_000_000_000_000_000_000
    else { throw failure(.numberInRange, at: start) }
    return value
  }

  /// An amount of money at `start`, for an asset of so many decimals.
  public mutating func notional(
    at start: Int?,
    decimals: Int,
    rounding: Rounding
  ) throws(WireError) -> Notional? {
    guard move(to: start) else { return nil }
    return Notional(raw: try amount(places: decimals, rounding: rounding))
  }

  /// A quantity at `start`, which is never negative.
  public mutating func quantity(
    at start: Int?,
    decimals: Int,
    rounding: Rounding
  ) throws(WireError) -> Quantity? {
    guard move(to: start) else { return nil }
    let begin = offset
    let value = try amount(places: decimals, rounding: rounding)
    guard let raw = Int64(exactly: value), raw >= 0 else {
      throw failure(.numberInRange, at: begin)
    }
    return Quantity(raw: raw)
  }

  /// A price at `start`, which is never negative.
  public mutating func price(
    at start: Int?,
    rounding: Rounding
  ) throws(WireError) -> Price? {
    guard move(to: start) else { return nil }
    let begin = offset
    let value = try amount(places: Price.decimals, rounding: rounding)
    guard let raw = Int64(exactly: value), raw >= 0 else {
      throw failure(.numberInRange, at: begin)
    }
    return Price(raw: raw)
  }

  /// A proportion at `start`, rounded up as a cost is.
  ///
  /// `places` says how many decimals of the text make one step of 10⁻⁸: 8 for a bare number, 6 for
  /// per cent, 4 for basis points.
  public mutating func rate(at start: Int?, places: Int) throws(WireError) -> Rate? {
    guard move(to: start) else { return nil }
    let begin = offset
    guard let raw = Int64(exactly: try amount(places: places, rounding: .up)) else {
      throw failure(.numberInRange, at: begin)
    }
    return Rate(raw: raw)
  }

  /// What a field that the venue always sends says.
  public func required<Value>(_ value: Value?) throws(WireError) -> Value {
    guard let value else { throw failure(.requiredField) }
    return value
  }
}

/// Plain decimal text in steps of 10⁻ᵖˡᵃᶜᵉˢ; nil where 127 bits cannot hold it.
private func steps(of text: String, places: Int, rounding: Rounding) -> Int128? {
  let fraction = text.split(separator: ".", omittingEmptySubsequences: false).dropFirst().first
  let given = fraction?.utf8.count ?? 0
  let digits: Int128
  do { digits = try parseDecimal(text, places: given) } catch { return nil }
  guard given > places else {
    guard places - given <= 38 else { return nil }
    let (product, overflow) = digits.multipliedReportingOverflow(by: powerOfTen(places - given))
    return overflow ? nil : product
  }
  guard given - places <= 38 else {
    // Smaller than one step by far.
    switch rounding {
    case .up: return digits > 0 ? 1 : 0
    case .down: return digits < 0 ? -1 : 0
    }
  }
  return divide(digits, by: powerOfTen(given - places), rounding: rounding)
}

extension OrderSide {
  /// How a quantity that we got is rounded, so that it never looks better than it was: a purchase
  /// brought less, a sale gave more.
  public var quantityRounding: Rounding { self == .buy ? .down : .up }
  /// How a price or a worth that we got is rounded: a purchase cost more, a sale brought less.
  public var priceRounding: Rounding { self == .buy ? .up : .down }
}
