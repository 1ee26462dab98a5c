public import Reactor

extension SeededGenerator {
  /// An integer of any size, for types of at most 128 bits.
  ///
  /// Every bit width is equally likely, and so are both signs of a signed type: small numbers and
  /// the ends of the range both come up.
  public mutating func anyInteger<Value: FixedWidthInteger>(_: Value.Type = Value.self) -> Value {
    let bits = UInt128(next()) << 64 | UInt128(next())
    return Value(truncatingIfNeeded: bits) >> Int.random(in: 0..<Value.bitWidth, using: &self)
  }

  /// So many bytes, each equally likely.
  public mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
  }
}
