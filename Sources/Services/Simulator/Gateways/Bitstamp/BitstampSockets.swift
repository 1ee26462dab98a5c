import Market
import Units

/// A channel: what is told, of which pair, and to whom.
struct BitstampTopic: Hashable, Sendable {
  enum Kind: String, CaseIterable, Sendable {
    case trades = "live_trades"
    case orders = "live_orders"
    case book = "order_book"
    case detailedBook = "detail_order_book"
    case diffs = "diff_order_book"
    case ownOrders = "private-my_orders"
    case ownTrades = "private-my_trades"
    /// Trades of an account with itself.
    case selfTrades = "private-live_trades"

    var isPrivate: Bool {
      switch self {
      case .ownOrders, .ownTrades, .selfTrades: true
      default: false
      }
    }

    /// Whether its frames are sent when diffs are.
    var isBook: Bool { self == .book || self == .detailedBook || self == .diffs }
  }

  let kind: Kind
  let instrument: Int
  /// Nil for a public channel.
  let account: AccountID?
}

/// One socket: what it listens to, and when it is told to go elsewhere.
struct BitstampSocket {
  /// In the order of subscription.
  var topics: [BitstampTopic] = []
  /// When `bts:request_reconnect` is sent; nil afterwards.
  var reconnect: Timestamp?
  /// When the socket is closed for not having reconnected.
  var end: Timestamp?

  /// The next thing to do about it.
  var deadline: Timestamp? { end ?? reconnect }
}

/// Who listens to what.
struct BitstampSubscribers {
  private var sockets: [BitstampTopic: [SocketNumber]] = [:]

  init() {}

  /// In the order of their numbers.
  subscript(_ topic: BitstampTopic) -> [SocketNumber] { sockets[topic] ?? [] }

  subscript(_ kind: BitstampTopic.Kind, _ instrument: Int) -> [SocketNumber] {
    self[BitstampTopic(kind: kind, instrument: instrument, account: nil)]
  }

  /// Whether anybody waits for books of the pair.
  func watchesBook(_ instrument: Int) -> Bool {
    !self[.diffs, instrument].isEmpty || !self[.book, instrument].isEmpty
      || !self[.detailedBook, instrument].isEmpty
  }

  mutating func add(_ socket: SocketNumber, to topic: BitstampTopic) {
    var list = sockets[topic] ?? []
    guard !list.contains(socket) else { return }
    list.append(socket)
    list.sort()
    sockets[topic] = list
  }

  mutating func remove(_ socket: SocketNumber, from topic: BitstampTopic) {
    sockets[topic]?.removeAll { $0 == socket }
    if sockets[topic]?.isEmpty == true { sockets[topic] = nil }
  }
}

/// The single orders of one pair, as `live_orders` tells of them.
///
/// The exchange tells of levels; which of a level's orders came, changed, or went is found by
/// comparing. An order that comes and goes within one step, as one that fills at once, is not seen.
struct BitstampOrderFeed {
  struct Resting: Hashable {
    var number: Int64
    var side: OrderSide
    var price: Price
    var created: Timestamp
    var whole: Quantity
    var left: Quantity
  }

  struct Place: Hashable {
    var side: BookSide
    var price: Int64
  }

  enum Change: String { case created, changed, deleted }

  private var resting: [Place: [Resting]] = [:]
  /// Places that may have changed, in the order they did.
  private var touched: [Place] = []

  init() {}

  mutating func touch(_ side: BookSide, _ price: Price) {
    let place = Place(side: side, price: price.raw)
    if !touched.contains(place) { touched.append(place) }
  }

  /// Puts what rests at a place now, without telling of it.
  mutating func set(_ orders: [SimulatedOrder], _ side: BookSide, _ price: Price) {
    resting[Place(side: side, price: price.raw)] = orders.map(BitstampOrderFeed.resting)
  }

  /// What has changed since the last call.
  mutating func takeChanges(
    _ look: (BookSide, Price) -> [SimulatedOrder]
  ) -> [(Change, Resting)] {
    var result: [(Change, Resting)] = []
    for place in touched {
      let old = resting[place] ?? []
      let new = look(place.side, Price(raw: place.price)).map(BitstampOrderFeed.resting)
      for before in old where !new.contains(where: { $0.number == before.number }) {
        result.append((.deleted, before))
      }
      for after in new {
        guard let before = old.first(where: { $0.number == after.number }) else {
          result.append((.created, after))
          continue
        }
        if before != after { result.append((.changed, after)) }
      }
      resting[place] = new.isEmpty ? nil : new
    }
    touched.removeAll()
    return result
  }

  private static func resting(_ order: SimulatedOrder) -> Resting {
    Resting(
      number: order.number,
      side: order.side,
      price: order.limit ?? .zero,
      created: order.created,
      whole: order.quantity,
      left: order.remaining
    )
  }
}
