public import Market
import Units

/// One side of a book at full depth: every level the venue sent, fast near the touch.
///
/// Levels lie in *chunks* of at most ``chunkCapacity``, from the worst to the best, so the touch is
/// at the end of the last chunk, where changes are cheapest. A chunk keeps its levels in the middle
/// of its room and shifts whichever end is nearer. Finding a chunk looks at the best few first and
/// then halves; tens of thousands of levels cost a few steps more than ten.
///
/// Bids and asks share the code through a *rank*: the price of a bid, the negated price of an ask.
/// A higher rank is always the better price.
public struct Ladder: Sendable {
  /// Levels that one chunk can hold: large enough that few chunks cover a full book, small enough
  /// that a shift stays within a few cache lines.
  static let chunkCapacity = 64
  /// How full bulk loading leaves each chunk, so that the first inserts do not split it.
  static let loadedCount = 40

  public let side: BookSide
  /// Levels on this side.
  public private(set) var count = 0
  /// Whether each level keeps the digits it was sent with, for the venue's checksum.
  let keepsDigits: Bool

  /// A run of levels, `ranks[first..<end]`, within the room that is its own.
  private struct Chunk {
    var lowestRank: Int64
    var first: Int32
    var end: Int32
    let room: Int32

    init(room: Int, lowestRank: Int64, first: Int, count: Int) {
      self.room = Int32(truncatingIfNeeded: room)
      self.lowestRank = lowestRank
      self.first = Int32(truncatingIfNeeded: first)
      end = Int32(truncatingIfNeeded: first + count)
    }

    var count: Int { Int(end - first) }
  }

  private var chunks: [Chunk] = []
  private var ranks: [Int64] = []
  private var quantities: [Int64] = []
  private var digits: [LevelDigits] = []
  /// Rooms that no chunk uses.
  private var freeRooms: [Int32] = []

  public init(side: BookSide, keepsDigits: Bool = false) {
    self.side = side
    self.keepsDigits = keepsDigits
  }

  /// What an update did, so that a caller reacts only when something it looks at has moved.
  public enum Change: Sendable {
    /// The level was as it is now, or a level to be removed was not there.
    case none
    case deep
    /// The best level changed.
    case top
  }

  @inline(__always)
  private func rank(_ price: Price) -> Int64 { side == .bid ? price.raw : 0 &- price.raw }

  // MARK: Reading

  /// The best level, in constant time.
  public var best: Level? {
    guard let last = chunks.last else { return nil }
    return level(at: Int(last.end) - 1)
  }

  private func level(at index: Int) -> Level {
    let rank = ranks[index]
    return Level(
      price: Price(raw: side == .bid ? rank : 0 &- rank),
      quantity: Quantity(raw: quantities[index])
    )
  }

  /// A place in the ladder; good until the next change.
  public struct Cursor: Sendable {
    fileprivate var chunk: Int
    fileprivate var index: Int
  }

  /// The place of the best level.
  public var start: Cursor {
    let last = chunks.count - 1
    return Cursor(chunk: last, index: last >= 0 ? Int(chunks[last].end) - 1 : -1)
  }

  /// The level at `cursor`, which then moves to the next worse one; nil past the worst.
  public func next(_ cursor: inout Cursor) -> Level? {
    guard cursor.chunk >= 0 else { return nil }
    let level = level(at: cursor.index)
    cursor.index -= 1
    if cursor.index < Int(chunks[cursor.chunk].first) {
      cursor.chunk -= 1
      cursor.index = cursor.chunk >= 0 ? Int(chunks[cursor.chunk].end) - 1 : -1
    }
    return level
  }

  /// As ``next(_:)``, for the digits of the levels.
  func nextDigits(_ cursor: inout Cursor) -> LevelDigits? {
    let index = cursor.index
    return next(&cursor) == nil ? nil : digits[index]
  }

  /// The best `limit` levels, best first.
  public func levels(limit: Int = .max) -> [Level] {
    var result: [Level] = []
    var cursor = start
    while result.count < limit, let level = next(&cursor) { result.append(level) }
    return result
  }

  // MARK: Changing

  /// Sets the resting quantity at a price; zero removes the level.
  ///
  /// - Complexity: O(log chunks + ``chunkCapacity``); no allocation but for a new chunk.
  public mutating func apply(_ update: LevelUpdate) -> Change {
    let rank = rank(update.price)
    guard !chunks.isEmpty else {
      guard !update.quantity.isZero else { return .none }
      let room = takeRoom()
      let middle = room * Ladder.chunkCapacity + Ladder.chunkCapacity / 2
      write(update, rank: rank, at: middle)
      chunks.append(Chunk(room: room, lowestRank: rank, first: middle, count: 1))
      count = 1
      return .top
    }
    let number = chunkNumber(for: rank)
    let position = lowerBound(of: rank, in: chunks[number])
    let end = Int(chunks[number].end)
    let isTop = number == chunks.count - 1 && position >= end - 1
    if position < end, ranks[position] == rank {
      if update.quantity.isZero {
        remove(at: position, fromChunk: number)
      } else {
        guard quantities[position] != update.quantity.raw || keepsDigits else { return .none }
        quantities[position] = update.quantity.raw
        if keepsDigits { digits[position] = update.digits }
      }
      return isTop ? .top : .deep
    }
    guard !update.quantity.isZero else { return .none }
    insert(update, rank: rank, at: position, inChunk: number)
    return isTop && position == end ? .top : .deep
  }

  public mutating func removeAll() {
    chunks.removeAll(keepingCapacity: true)
    freeRooms.removeAll(keepingCapacity: true)
    for room in stride(from: ranks.count / Ladder.chunkCapacity - 1, through: 0, by: -1) {
      freeRooms.append(Int32(room))
    }
    count = 0
  }

  /// Removes the worst levels beyond the best `depth`.
  public mutating func truncate(to depth: Int) {
    while count > depth, let worst = chunks.first {
      let excess = min(count - depth, worst.count)
      chunks[0].first += Int32(excess)
      count -= excess
      if chunks[0].first == chunks[0].end {
        releaseRoom(of: 0)
      } else {
        chunks[0].lowestRank = ranks[Int(chunks[0].first)]
      }
    }
  }

  /// Replaces everything by the levels of this side among `updates`; those of zero are left out.
  ///
  /// Of two levels at one price the later counts.
  public mutating func load(_ updates: ArraySlice<LevelUpdate>) {
    removeAll()
    // Venues send a side sorted from the touch outwards; the worst-first order is then the reverse.
    var order: [(rank: Int64, index: Int)] = []
    order.reserveCapacity(updates.count)
    var isSorted = true
    for index in updates.indices.reversed() where updates[index].side == side {
      let rank = rank(updates[index].price)
      if let previous = order.last, previous.rank >= rank { isSorted = false }
      order.append((rank, index))
    }
    if !isSorted { order.sort { ($0.rank, $1.index) < ($1.rank, $0.index) } }

    var previous: Int64?
    for (rank, index) in order where rank != previous {
      previous = rank
      let update = updates[index]
      guard !update.quantity.isZero else { continue }
      if chunks.isEmpty || chunks[chunks.count - 1].count >= Ladder.loadedCount {
        let room = takeRoom()
        let first = room * Ladder.chunkCapacity + (Ladder.chunkCapacity - Ladder.loadedCount) / 2
        chunks.append(Chunk(room: room, lowestRank: rank, first: first, count: 0))
      }
      let last = chunks.count - 1
      write(update, rank: rank, at: Int(chunks[last].end))
      chunks[last].end += 1
      count += 1
    }
  }

  // MARK: Finding

  /// The chunk that holds `rank` or would take it.
  @inline(__always)
  private func chunkNumber(for rank: Int64) -> Int {
    var high = chunks.count - 1
    // Most changes are near the touch.
    let near = max(0, high - 3)
    while high > near {
      if chunks[high].lowestRank <= rank { return high }
      high -= 1
    }
    var low = 0
    while low < high {
      let middle = (low + high + 1) >> 1
      if chunks[middle].lowestRank <= rank { low = middle } else { high = middle - 1 }
    }
    return low
  }

  /// The first index of the chunk whose rank is not below `rank`.
  @inline(__always)
  private func lowerBound(of rank: Int64, in chunk: Chunk) -> Int {
    var low = Int(chunk.first)
    var high = Int(chunk.end)
    let near = max(low, high - 4)
    while high > near {
      if ranks[high - 1] < rank { return high }
      high -= 1
    }
    while low < high {
      let middle = (low + high) >> 1
      if ranks[middle] < rank { low = middle + 1 } else { high = middle }
    }
    return low
  }

  // MARK: Moving

  @inline(__always)
  private mutating func write(_ update: LevelUpdate, rank: Int64, at index: Int) {
    ranks[index] = rank
    quantities[index] = update.quantity.raw
    if keepsDigits { digits[index] = update.digits }
  }

  private mutating func insert(
    _ update: LevelUpdate,
    rank: Int64,
    at position: Int,
    inChunk number: Int
  ) {
    let chunk = chunks[number]
    let roomStart = Int(chunk.room) * Ladder.chunkCapacity
    let roomEnd = roomStart + Ladder.chunkCapacity
    let before = position - Int(chunk.first)
    let after = Int(chunk.end) - position
    let hasRoomBefore = Int(chunk.first) > roomStart
    let hasRoomAfter = Int(chunk.end) < roomEnd

    guard hasRoomBefore || hasRoomAfter else {
      split(number)
      let target = rank >= chunks[number + 1].lowestRank ? number + 1 : number
      insert(
        update,
        rank: rank,
        at: lowerBound(of: rank, in: chunks[target]),
        inChunk: target
      )
      return
    }
    if hasRoomAfter, after <= before || !hasRoomBefore {
      move(from: position, count: after, by: 1)
      write(update, rank: rank, at: position)
      chunks[number].end += 1
    } else {
      move(from: Int(chunk.first), count: before, by: -1)
      write(update, rank: rank, at: position - 1)
      chunks[number].first -= 1
    }
    chunks[number].lowestRank = min(chunk.lowestRank, rank)
    count += 1
  }

  private mutating func remove(at position: Int, fromChunk number: Int) {
    let chunk = chunks[number]
    let before = position - Int(chunk.first)
    let after = Int(chunk.end) - position - 1
    if after <= before {
      move(from: position + 1, count: after, by: -1)
      chunks[number].end -= 1
    } else {
      move(from: Int(chunk.first), count: before, by: 1)
      chunks[number].first += 1
    }
    count -= 1
    if chunks[number].first == chunks[number].end {
      releaseRoom(of: number)
    } else {
      chunks[number].lowestRank = ranks[Int(chunks[number].first)]
    }
  }

  /// Moves `count` levels one place up or down.
  @inline(__always)
  private mutating func move(from start: Int, count: Int, by step: Int) {
    guard count > 0 else { return }
    shift(&ranks, from: start, count: count, by: step)
    shift(&quantities, from: start, count: count, by: step)
    if keepsDigits { shift(&digits, from: start, count: count, by: step) }
  }

  @inline(__always)
  private func shift<T>(_ array: inout [T], from start: Int, count: Int, by step: Int) {
    if step > 0 {
      for index in stride(from: start + count - 1, through: start, by: -1) {
        array[index + 1] = array[index]
      }
    } else {
      for index in start..<start + count { array[index - 1] = array[index] }
    }
  }

  /// Gives the better half of a full chunk a room of its own.
  private mutating func split(_ number: Int) {
    let chunk = chunks[number]
    let middle = (Int(chunk.first) + Int(chunk.end)) / 2
    let room = takeRoom()
    let first = room * Ladder.chunkCapacity + Ladder.chunkCapacity / 4
    let moved = Int(chunk.end) - middle
    for offset in 0..<moved {
      ranks[first + offset] = ranks[middle + offset]
      quantities[first + offset] = quantities[middle + offset]
      if keepsDigits { digits[first + offset] = digits[middle + offset] }
    }
    chunks[number].end = Int32(truncatingIfNeeded: middle)
    chunks.insert(
      Chunk(room: room, lowestRank: ranks[first], first: first, count: moved),
      at: number + 1
    )
  }

  private mutating func releaseRoom(of number: Int) {
    freeRooms.append(chunks[number].room)
    chunks.remove(at: number)
  }

  /// The number of an unused room.
  private mutating func takeRoom() -> Int {
    if let room = freeRooms.popLast() { return Int(room) }
    let room = ranks.count / Ladder.chunkCapacity
    ranks.append(contentsOf: repeatElement(0, count: Ladder.chunkCapacity))
    quantities.append(contentsOf: repeatElement(0, count: Ladder.chunkCapacity))
    if keepsDigits {
      digits.append(contentsOf: repeatElement(.none, count: Ladder.chunkCapacity))
    }
    return room
  }
}
