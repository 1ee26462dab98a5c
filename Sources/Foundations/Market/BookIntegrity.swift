/// How a venue lets its clients know that they have missed something.
public enum BookIntegrity: String, Hashable, Sendable {
  /// It does not: only heartbeats, a crossed book, and a comparison with REST can tell.
  case none
  /// Every frame of the connection is numbered, over all channels, in steps of one.
  case connectionSequence
  /// Every change carries a CRC-32 of the top of the book after it.
  case checksum
  /// Every change spans a range of update numbers that follows the last; the first change of a
  /// subscription is the whole book. A change without numbers is from a feed that has none.
  case updateIDs
  /// Changes are stamped, and the snapshot comes by another way: changes are held until it has
  /// come, and those at or before its stamp are dropped.
  case snapshotJoin
}
