/// Follows the numbers of a connection whose venue counts every frame, over all channels.
public struct ConnectionSequence: Sendable {
  public enum Action: Hashable, Sendable {
    case accept
    /// A late or repeated frame: already accounted for.
    case ignore
    /// Frames are missing: every book of the connection is wrong.
    case gap(expected: UInt64, received: UInt64)
  }

  private var last: UInt64?

  public init() {}

  /// Takes the number of the next frame.
  ///
  /// After a gap, counting goes on from the frame received.
  public mutating func received(_ number: UInt64) -> Action {
    guard let last else {
      self.last = number
      return .accept
    }
    guard number > last else { return .ignore }
    self.last = number
    return number == last &+ 1 ? .accept : .gap(expected: last &+ 1, received: number)
  }

  /// A new connection starts counting anew.
  public mutating func reset() { last = nil }
}
