/// Randomness from a seed: SplitMix64, the same stream on every machine.
///
/// Live running draws the seed from the system; tests and simulations name it, so that a failure
/// can be run again.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  /// A generator whose stream nobody can foresee.
  public static func live() -> SeededGenerator {
    SeededGenerator(seed: UInt64.random(in: .min ... .max))
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A generator of its own for one part of a world, so that parts do not disturb each other.
  public mutating func fork() -> SeededGenerator { SeededGenerator(seed: next()) }
}
