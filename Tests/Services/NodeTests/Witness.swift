import Market
@testable import Simulator
import Units

/// Remembers every state that each book of a simulated market was in, and until when.
///
/// So a client's book can be held against what the venue really had: its content must be one of
/// these states, and none that was over long before the client last heard of the book.
final class Witness: MarketDriver {
  /// What one book was like.
  struct Past {
    var bids: [Int64: Int64] = [:]
    var asks: [Int64: Int64] = [:]
    /// Of all levels, and of the ten best of each side.
    var whole = Digest()
    var top = Digest()
    /// Of the prices alone.
    var outline = Digest()
    /// When each earlier state ended.
    var wholeEnds: [Digest: Timestamp] = [:]
    var topEnds: [Digest: Timestamp] = [:]
    var outlineEnds: [Digest: Timestamp] = [:]
    var changes = 0
    var lastChange = Timestamp(nanoseconds: .min)
  }

  /// An unordered sum over levels: one change costs two terms, whatever the depth.
  struct Digest: Hashable {
    private(set) var value: UInt64 = 0

    mutating func add(_ side: BookSide, _ price: Int64, _ quantity: Int64) {
      guard quantity != 0 else { return }
      value &+= Digest.term(side, price, quantity)
    }

    mutating func remove(_ side: BookSide, _ price: Int64, _ quantity: Int64) {
      guard quantity != 0 else { return }
      value &-= Digest.term(side, price, quantity)
    }

    private static func term(_ side: BookSide, _ price: Int64, _ quantity: Int64) -> UInt64 {
      var mixed = UInt64(bitPattern: price) &* 0x9E37_79B9_7F4A_7C15
      mixed ^= mixed >> 29
      mixed = (mixed &+ UInt64(bitPattern: quantity)) &* 0xBF58_476D_1CE4_E5B9
      mixed ^= mixed >> 32
      mixed = (mixed &+ (side == .bid ? 1 : 2)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  static let topCount = 10

  private let market: any MarketDriver
  private let exchanges: [Exchange]
  /// By venue, then by instrument.
  private(set) var pasts: [[Past]]

  init(_ market: any MarketDriver, _ exchanges: [Exchange]) {
    self.market = market
    self.exchanges = exchanges
    pasts = exchanges.map { Array(repeating: Past(), count: $0.instruments.count) }
  }

  func open(at time: Timestamp) {
    market.open(at: time)
    note(at: time)
  }

  var nextEvent: Timestamp { market.nextEvent }

  func advance(to time: Timestamp) {
    market.advance(to: time)
    note(at: time)
  }

  /// Follows what the market did and the world has not taken away yet, change by change.
  private func note(at time: Timestamp) {
    for venue in exchanges.indices {
      for event in exchanges[venue].events {
        guard case .level(let instrument, let side, let price, let quantity) = event else {
          continue
        }
        pasts[venue][instrument].change(side, price.raw, quantity.raw, at: time)
      }
    }
  }
}

extension Witness.Past {
  mutating func change(_ side: BookSide, _ price: Int64, _ quantity: Int64, at time: Timestamp) {
    wholeEnds[whole] = time
    topEnds[top] = time
    outlineEnds[outline] = time
    let old = (side == .bid ? bids[price] : asks[price]) ?? 0
    whole.remove(side, price, old)
    whole.add(side, price, quantity)
    outline.remove(side, price, min(old, 1))
    outline.add(side, price, min(quantity, 1))
    let kept = quantity == 0 ? nil : quantity
    if side == .bid { bids[price] = kept } else { asks[price] = kept }
    top = Witness.Digest()
    for price in bids.keys.sorted(by: >).prefix(Witness.topCount) {
      top.add(.bid, price, bids[price] ?? 0)
    }
    for price in asks.keys.sorted().prefix(Witness.topCount) {
      top.add(.ask, price, asks[price] ?? 0)
    }
    changes += 1
    lastChange = time
  }

  /// How long a state had been over at `time`: zero while it still stands, nil if it never was.
  func age(ofWhole digest: Witness.Digest, at time: Timestamp) -> Int64? {
    digest == whole ? 0 : wholeEnds[digest].map { max(0, time.nanoseconds(since: $0)) }
  }

  func age(ofTop digest: Witness.Digest, at time: Timestamp) -> Int64? {
    digest == top ? 0 : topEnds[digest].map { max(0, time.nanoseconds(since: $0)) }
  }

  func age(ofOutline digest: Witness.Digest, at time: Timestamp) -> Int64? {
    digest == outline ? 0 : outlineEnds[digest].map { max(0, time.nanoseconds(since: $0)) }
  }
}
