/// The only source of randomness in tests: SplitMix64, the same stream on every machine.
///
/// A test draws its cases from a seed that is one of its arguments, so that the report of a failure
/// names the case.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

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
