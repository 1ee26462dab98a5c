import Codecs
import Reactor

/// A made-up book of one instrument, in tenths of a dollar and hundred-millionths of a bitcoin.
///
/// Each side has a hundred prices one tick apart, most of them taken, so that a venue which keeps a
/// hundred levels a side has nothing to cut off.
struct LoopbackBook {
  struct Change {
    var isBid: Bool
    var place: Int
    var quantity: Int
  }

  static let places = 100
  let bestBid: Int
  let bestAsk: Int
  /// From one ask's place to the next, in ticks.
  let askStep: Int
  private(set) var bids: [Int]
  private(set) var asks: [Int]

  init(bestBid: Int, bestAsk: Int, askStep: Int = 1, _ random: inout SeededGenerator) {
    self.bestBid = bestBid
    self.bestAsk = bestAsk
    self.askStep = askStep
    bids = (0..<LoopbackBook.places).map { _ in .random(in: 1_000...300_000_000, using: &random) }
    asks = (0..<LoopbackBook.places).map { _ in .random(in: 1_000...300_000_000, using: &random) }
  }

  func price(_ change: Change) -> String {
    let tenths = change.isBid ? bestBid - change.place : bestAsk + change.place * askStep
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// All levels, as the changes that make them.
  var levels: [Change] {
    bids.indices.map { Change(isBid: true, place: $0, quantity: bids[$0]) }
      + asks.indices.map { Change(isBid: false, place: $0, quantity: asks[$0]) }
  }

  /// What one frame may bring: one to three levels, most of them near the best price.
  func someChanges(_ random: inout SeededGenerator) -> [Change] {
    (0..<Int.random(in: 1...3, using: &random)).map { _ in
      let isBid = Bool.random(using: &random)
      let place = min(
        Int.random(in: 0..<LoopbackBook.places, using: &random),
        Int.random(in: 0..<LoopbackBook.places, using: &random),
        Int.random(in: 0..<LoopbackBook.places, using: &random)
      )
      let goes = (isBid ? bids : asks)[place] != 0 && Int.random(in: 0..<4, using: &random) == 0
      let quantity = goes ? 0 : Int.random(in: 1_000...300_000_000, using: &random)
      return Change(isBid: isBid, place: place, quantity: quantity)
    }
  }

  /// - Returns: the changes that take these back.
  mutating func apply(_ changes: [Change]) -> [Change] {
    var undoing: [Change] = []
    for change in changes {
      let old = change.isBid ? bids[change.place] : asks[change.place]
      undoing.insert(
        Change(isBid: change.isBid, place: change.place, quantity: old),
        at: 0
      )
      if change.isBid {
        bids[change.place] = change.quantity
      } else {
        asks[change.place] = change.quantity
      }
    }
    return undoing
  }

  /// Kraken's: the digits of the best ten asks, then of the best ten bids.
  var checksum: UInt32 {
    var digits = ""
    for isBid in [false, true] {
      let side = isBid ? bids : asks
      for place in side.indices.filter({ side[$0] != 0 }).prefix(10) {
        let level = Change(isBid: isBid, place: place, quantity: side[place])
        digits += price(level).replacing(".", with: "") + "\(side[place])"
      }
    }
    return CRC32.shared.checksum(Array(digits.utf8).span)
  }
}

/// A quantity with all eight decimals.
func quantityText(_ quantity: Int) -> String {
  let decimals = "\(quantity % 100_000_000)"
  return "\(quantity / 100_000_000)." + String(repeating: "0", count: 8 - decimals.count) + decimals
}

/// One frame, and where it counts.
struct LoopbackFrame {
  var bytes: [UInt8]
  /// Places of numbers, each as long as the first, that grow from frame to frame.
  var numbers: [Int] = []

  init(_ text: String, number: String? = nil) {
    bytes = Array(text.utf8)
    guard let number else { return }
    let wanted = Array(number.utf8)
    numbers = bytes.indices.filter { bytes[$0...].starts(with: wanted) }
  }

  mutating func setNumber(_ number: Int, digits: Int) {
    for start in numbers {
      var rest = number
      for place in (start..<start + digits).reversed() {
        bytes[place] = UInt8(ascii: "0") + UInt8(rest % 10)
        rest /= 10
      }
    }
  }
}

/// What a venue of ours says: its list, its book, and a round of updates that ends where it began,
/// so that it can be sent for as long as one likes.
struct LoopbackFeed {
  let wire: LoopbackWire
  var opening: [LoopbackFrame]
  var round: [LoopbackFrame]
  /// The book as an answer over REST, where it comes so.
  var answer: LoopbackFrame

  init(_ wire: LoopbackWire, frames: Int, seed: UInt64 = 1) {
    var random = SeededGenerator(seed: seed)
    var book = LoopbackBook(bestBid: 924_000, bestAsk: 924_001, &random)
    opening = wire.opening(book)
    answer = wire.answer(book)
    self.wire = wire
    round = []
    var undoing: [[LoopbackBook.Change]] = []
    for _ in 0..<max(1, frames / 2) {
      let changes = book.someChanges(&random)
      undoing.append(book.apply(changes))
      round.append(wire.update(changes, book))
    }
    for changes in undoing.reversed() {
      _ = book.apply(changes)
      round.append(wire.update(changes, book))
    }
  }

  /// A Kraken whose best ask falls far below what others pay, and is gone with the next frame.
  init(openingWindowsWithSeed seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var book = LoopbackBook(bestBid: 890_000, bestAsk: 900_000, askStep: 300, &random)
    // Only what is above the others' prices stays.
    _ = book.apply((0..<85).map { .init(isBid: false, place: $0, quantity: 0) })
    wire = .kraken
    opening = wire.opening(book)
    answer = wire.answer(book)
    let bargain = [
      LoopbackBook.Change(isBid: true, place: 3, quantity: 70_000_000),
      LoopbackBook.Change(isBid: false, place: 0, quantity: 50_000_000),
    ]
    let undoing = book.apply(bargain)
    round = [wire.update(bargain, book)]
    _ = book.apply(undoing)
    round.append(wire.update(undoing, book))
  }
}
