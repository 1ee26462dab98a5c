import Market
import Units

/// What a socket can listen to; numbers are indices of instruments and of accounts.
enum GeminiStream: Hashable {
  case depth(Int, GeminiPace)
  case levels(Int, depth: Int, GeminiPace)
  case trades(Int)
  case bookTicker(Int)
  case orders(Int)
  /// Orders of one key.
  case sessionOrders(String)
  case balances(Int)
  case balanceSnapshots(Int)
  /// The older feed's `l2`: levels and trades.
  case feed(Int)
  case candles(Int, minutes: Int)
  case multiFeed(Int)
  case orderEvents(Int)
}

/// How often the streams of levels are sent (developer.gemini.com/websocket/streams).
enum GeminiPace: Hashable, CaseIterable {
  case fast, slow

  var nanoseconds: Int64 { self == .fast ? 100_000_000 : 1_000_000_000 }
}

/// One connection.
struct GeminiSocket {
  enum Kind {
    case streams, feed
    case multiFeed(GeminiMultiFeedOptions)
    case orderEvents(GeminiOrderEventFilter)
  }

  struct Subscription {
    var name: String
    var stream: GeminiStream
  }

  let kind: Kind
  /// The key it was opened with; nil for one that only hears the market.
  var key: GeminiKey?
  /// How deep the first frame of a depth stream is: 0 for none at all.
  var snapshotDepth = 0
  /// In the order they were made; each stream at most once.
  var subscriptions: [Subscription] = []
  /// When the next heartbeat is due; nil where there are none.
  var heartbeat: Timestamp?
  /// Frames sent, where they are counted.
  var sequence: Int64 = 0
  let opened: Timestamp
}

/// A price of one side.
struct GeminiLevelKey: Hashable {
  var side: BookSide
  var price: Price
}

struct GeminiLevelChange: Hashable {
  var side: BookSide
  var price: Price
  var quantity: Quantity
}

/// Levels that changed since a depth stream was sent last, in the order in which they changed first.
struct GeminiDepthBatch {
  /// The last update id that the stream's listeners were told.
  var previous: Int64
  private(set) var keys: [GeminiLevelKey] = []
  private var quantities: [GeminiLevelKey: Quantity] = [:]
  /// Something changed, for streams that send the top of the book as a whole.
  var isDirty = false

  init(previous: Int64) { self.previous = previous }

  mutating func add(_ change: GeminiLevelChange) {
    isDirty = true
    let key = GeminiLevelKey(side: change.side, price: change.price)
    if quantities.updateValue(change.quantity, forKey: key) == nil { keys.append(key) }
  }

  func levels(_ side: BookSide) -> [Level] {
    keys.filter { $0.side == side }.map {
      Level(price: $0.price, quantity: quantities[$0] ?? .zero)
    }
  }

  mutating func clear(upTo update: Int64) {
    self = GeminiDepthBatch(previous: update)
  }
}

/// The best of both sides.
struct GeminiTop: Hashable {
  var bid: Level?
  var ask: Level?
}

/// What the multi-market feed's listeners know, so that changes can be told as differences.
struct GeminiMirror {
  var quantities: [GeminiLevelKey: Quantity] = [:]
  var top: GeminiTop
}

/// What one publication gathers before its frames are written.
struct GeminiPublication {
  /// Changes of the older feeds that no trade has followed yet, by instrument.
  var changes: [(instrument: Int, levels: [GeminiLevelChange])] = []
  /// Instruments whose ticker streams may have news.
  var tickers: [Int] = []
  var candles: [Int] = []
  var balances: [(account: AccountID, assets: [Asset])] = []
  /// The fill that the next event of its order belongs to.
  var fill: SimulatedFill?

  mutating func add(_ change: GeminiLevelChange, _ instrument: Int) {
    if let index = changes.firstIndex(where: { $0.instrument == instrument }) {
      changes[index].levels.append(change)
    } else {
      changes.append((instrument: instrument, levels: [change]))
    }
  }

  mutating func takeChanges(_ instrument: Int) -> [GeminiLevelChange] {
    guard let index = changes.firstIndex(where: { $0.instrument == instrument }) else { return [] }
    return changes.remove(at: index).levels
  }

  mutating func add(_ asset: Asset, of account: AccountID) {
    if let index = balances.firstIndex(where: { $0.account == account }) {
      if !balances[index].assets.contains(asset) { balances[index].assets.append(asset) }
    } else {
      balances.append((account: account, assets: [asset]))
    }
  }
}
