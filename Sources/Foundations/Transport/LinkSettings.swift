import Reactor

/// How long something takes on its way: at least a base, and now and then much longer.
///
/// A delay is the base, plus an exponential part, plus, for so many of a million, a second and
/// longer exponential part: the heavy tail. It never exceeds the maximum. All arithmetic is in
/// integers, so that a seed gives the same delays on every machine; each delay takes three draws,
/// whatever the settings, so that a change of one setting leaves the others' draws as they were.
public struct Latency: Hashable, Sendable {
  /// What every delay takes, in nanoseconds.
  public var baseNanoseconds: Int64
  /// The mean of what comes on top, in nanoseconds.
  public var jitterNanoseconds: Int64
  /// How many of a million delays are in the tail.
  public var tailPerMillion: Int
  /// The mean of what the tail adds, in nanoseconds.
  public var tailNanoseconds: Int64
  /// What no delay exceeds, in nanoseconds.
  public var maximumNanoseconds: Int64

  public init(
    baseNanoseconds: Int64,
    jitterNanoseconds: Int64 = 0,
    tailPerMillion: Int = 0,
    tailNanoseconds: Int64 = 0,
    maximumNanoseconds: Int64 = 10_000_000_000
  ) {
    self.baseNanoseconds = baseNanoseconds
    self.jitterNanoseconds = jitterNanoseconds
    self.tailPerMillion = tailPerMillion
    self.tailNanoseconds = tailNanoseconds
    self.maximumNanoseconds = maximumNanoseconds
  }

  func draw(_ generator: inout SeededGenerator) -> Int64 {
    let jitter = Latency.exponential(jitterNanoseconds, generator.next())
    let isInTail = generator.next() % 1_000_000 < UInt64(max(0, tailPerMillion))
    let tail = Latency.exponential(tailNanoseconds, generator.next())
    let sum = Int128(max(0, baseNanoseconds)) + Int128(jitter) + (isInTail ? Int128(tail) : 0)
    return Int64(min(sum, Int128(max(0, maximumNanoseconds))))
  }

  /// The value of an exponential distribution of this mean that belongs to a uniform number.
  ///
  /// At most 45 times the mean, since a uniform number of 64 bits is at least 2⁻⁶⁴; rounds down.
  static func exponential(_ mean: Int64, _ uniform: UInt64) -> Int64 {
    guard mean > 0 else { return 0 }
    let ln2: Int128 = 45_426  // in units of 2⁻¹⁶
    let value = (Int128(mean) * negativeLog2(max(1, uniform)) * ln2) >> 32
    return Int64(clamping: value)
  }

  /// -log₂(x / 2⁶⁴) in units of 2⁻¹⁶, by squaring one binary place after another.
  private static func negativeLog2(_ x: UInt64) -> Int128 {
    let zeros = x.leadingZeroBitCount
    var mantissa = x << UInt64(zeros)
    var log = Int128(63 - zeros)
    for _ in 0..<16 {
      let square = mantissa.multipliedFullWidth(by: mantissa)
      log <<= 1
      if square.high >> 63 == 1 {
        log += 1
        mantissa = square.high
      } else {
        mantissa = square.high << 1 | square.low >> 63
      }
    }
    return (64 << 16) - log
  }
}

/// What the connections of one port of a ``MemoryNetwork`` are like.
public struct LinkSettings: Hashable, Sendable {
  /// From the first packet until the request can be sent: connection and encryption.
  public var connect = Latency(baseNanoseconds: 200_000)
  public var toServer = Latency(baseNanoseconds: 100_000)
  public var toClient = Latency(baseNanoseconds: 100_000)

  public init() {}

  public init(connect: Latency, toServer: Latency, toClient: Latency) {
    self.connect = connect
    self.toServer = toServer
    self.toClient = toClient
  }
}

/// What is wrong with the way to one port of a ``MemoryNetwork``.
public enum LinkCondition: String, Hashable, Sendable, CaseIterable {
  case normal
  /// Nothing arrives, and nobody is told.
  ///
  /// Connections that were there when it began, and those tried in the meantime, are lost for good:
  /// they end by their time-outs or by being closed, even where the way is well again.
  case silent
  /// New connections are refused; those that are there go on.
  case refusing
  /// Connections that are there break, and both ends learn of it at once; new ones break as soon
  /// as something was sent over them.
  case resetting
}
