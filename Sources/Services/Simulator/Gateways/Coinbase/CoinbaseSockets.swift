import Codecs
import Market
import Units

/// What a socket can subscribe to.
enum CoinbaseChannel: String, CaseIterable {
  case heartbeats, candles, level2, status, ticker, user
  case marketTrades = "market_trades"
  case tickerBatch = "ticker_batch"

  /// What its frames say.
  var frameName: String { self == .level2 ? "l2_data" : rawValue }

  /// Whether the socket for orders carries it.
  var isOnAccountSocket: Bool { self == .user || self == .heartbeats }
}

/// One client's socket.
struct CoinbaseSocket {
  let isForAccount: Bool
  let opened: Timestamp
  /// Counts every frame of the connection, over all channels (1,030 recorded frames without a gap).
  var sequence: Int64 = 0
  var hasSubscribed = false
  var lastSent: Timestamp
  /// Products by channel, in the order they were asked for.
  var products: [CoinbaseChannel: [Int]] = [:]
  var hearsHeartbeats = false
  /// Whose orders it hears of.
  var account: AccountID?
  /// 8 unauthenticated messages a second, 750 others (fact sheet, section 3).
  var messages = TokenBucket(capacity: 8, refillPerSecond: 8)
  var signedMessages = TokenBucket(capacity: 750, refillPerSecond: 750)
}

/// Every socket, who listens to what, and what waits to be sent.
struct CoinbaseSockets {
  /// Sockets at one time; the next one is turned away.
  static let most = 1_000
  /// Batches as recorded: levels about each 50 ms, trades within 250 ms.
  static let levelsNanoseconds: Int64 = 50_000_000
  static let tradesNanoseconds: Int64 = 100_000_000
  static let tickerNanoseconds: Int64 = 100_000_000
  static let slowNanoseconds: Int64 = 5_000_000_000
  /// A socket that asks for nothing is closed after five seconds, a quiet one after 90.
  static let firstSubscriptionNanoseconds: Int64 = 5_000_000_000
  static let idleNanoseconds: Int64 = 90_000_000_000
  static let heartbeatNanoseconds: Int64 = 1_000_000_000

  /// What has changed in one instrument and was not told yet.
  struct Waiting {
    struct Place: Hashable {
      var isAsk: Bool
      var price: Int64
    }
    var levels: [Place: Quantity] = [:]
    var levelsTime = Timestamp(nanoseconds: 0)
    var levelsDue: Timestamp?
    var trades: [(id: Int64, trade: PublicTrade)] = []
    var tradesDue: Timestamp?
    var tickerDue: Timestamp?
    var tickerBatchDue: Timestamp?
    var candlesDue: Timestamp?
    /// What the last ticker said.
    var ticker: [UInt8] = []

    var due: Timestamp? {
      [levelsDue, tradesDue, tickerDue, tickerBatchDue, candlesDue].compactMap(\.self).min()
    }
  }

  var sockets: [SocketNumber: CoinbaseSocket] = [:]
  private(set) var listeners: [CoinbaseChannel: [[SocketNumber]]] = [:]
  private(set) var heartbeatListeners: [SocketNumber] = []
  private(set) var userListeners: [SocketNumber] = []
  var waiting: [Waiting] = []
  var heartbeatDue: Timestamp?
  /// 8 connections a second (fact sheet, section 3).
  var connections = TokenBucket(capacity: 8, refillPerSecond: 8)

  mutating func prepare(for count: Int) {
    waiting = Array(repeating: Waiting(), count: count)
    for channel in CoinbaseChannel.allCases where channel != .heartbeats && channel != .user {
      listeners[channel] = Array(repeating: [], count: count)
    }
  }

  func listeners(_ channel: CoinbaseChannel, _ index: Int) -> [SocketNumber] {
    listeners[channel]?[index] ?? []
  }

  // MARK: Subscribing

  /// Lets a socket hear of one product, and says whether that is new.
  mutating func add(_ channel: CoinbaseChannel, _ index: Int, _ socket: SocketNumber) -> Bool {
    guard sockets[socket]?.products[channel, default: []].contains(index) == false else {
      return false
    }
    sockets[socket]?.products[channel, default: []].append(index)
    listeners[channel]?[index].append(socket)
    return true
  }

  mutating func remove(_ channel: CoinbaseChannel, _ index: Int, _ socket: SocketNumber) {
    sockets[socket]?.products[channel]?.removeAll { $0 == index }
    if sockets[socket]?.products[channel]?.isEmpty == true {
      sockets[socket]?.products[channel] = nil
    }
    listeners[channel]?[index].removeAll { $0 == socket }
    guard listeners(channel, index).isEmpty else { return }
    switch channel {
    case .level2:
      waiting[index].levels = [:]
      waiting[index].levelsDue = nil
    case .marketTrades:
      waiting[index].trades = []
      waiting[index].tradesDue = nil
    case .ticker:
      waiting[index].tickerDue = nil
      waiting[index].ticker = []
    case .tickerBatch: waiting[index].tickerBatchDue = nil
    case .candles: waiting[index].candlesDue = nil
    default: break
    }
  }

  mutating func addHeartbeats(_ socket: SocketNumber, from now: Timestamp) {
    guard sockets[socket]?.hearsHeartbeats == false else { return }
    sockets[socket]?.hearsHeartbeats = true
    heartbeatListeners.append(socket)
    if heartbeatDue == nil {
      heartbeatDue = now.advanced(byNanoseconds: CoinbaseSockets.heartbeatNanoseconds)
    }
  }

  mutating func removeHeartbeats(_ socket: SocketNumber) {
    sockets[socket]?.hearsHeartbeats = false
    heartbeatListeners.removeAll { $0 == socket }
    if heartbeatListeners.isEmpty { heartbeatDue = nil }
  }

  /// Lets a socket hear of an account's orders in some products; nil for all.
  mutating func addUser(_ socket: SocketNumber, _ account: AccountID, _ products: [Int]?) {
    let isNew = sockets[socket]?.account == nil
    sockets[socket]?.account = account
    if isNew {
      userListeners.append(socket)
      sockets[socket]?.products[.user] = products
    } else if let products, let old = sockets[socket]?.products[.user] {
      sockets[socket]?.products[.user] = old + products.filter { !old.contains($0) }
    } else {
      sockets[socket]?.products[.user] = nil
    }
  }

  mutating func removeUser(_ socket: SocketNumber, _ products: [Int]) {
    if let old = sockets[socket]?.products[.user], !products.isEmpty {
      let rest = old.filter { !products.contains($0) }
      if !rest.isEmpty {
        sockets[socket]?.products[.user] = rest
        return
      }
    }
    sockets[socket]?.products[.user] = nil
    sockets[socket]?.account = nil
    userListeners.removeAll { $0 == socket }
  }

  mutating func remove(_ socket: SocketNumber) {
    guard let known = sockets[socket] else { return }
    for channel in CoinbaseChannel.allCases where channel != .user {
      for index in known.products[channel] ?? [] { remove(channel, index, socket) }
    }
    removeHeartbeats(socket)
    removeUser(socket, [])
    sockets[socket] = nil
  }

  // MARK: Time

  /// When a socket is closed if nothing happens to it.
  private func end(of socket: CoinbaseSocket) -> Timestamp {
    socket.hasSubscribed
      ? socket.lastSent.advanced(byNanoseconds: CoinbaseSockets.idleNanoseconds)
      : socket.opened.advanced(byNanoseconds: CoinbaseSockets.firstSubscriptionNanoseconds)
  }

  /// The sockets whose time is over, in order.
  func ended(at now: Timestamp) -> [SocketNumber] {
    sockets.filter { end(of: $0.value) <= now }.keys.sorted()
  }

  var due: Timestamp? {
    var first = heartbeatDue
    for instrument in waiting {
      if let due = instrument.due { first = min(first ?? due, due) }
    }
    for socket in sockets.values {
      let end = end(of: socket)
      first = min(first ?? end, end)
    }
    return first
  }
}

/// A frame that many sockets get, each with its own number in the middle.
struct CoinbaseFrame {
  private let head: [UInt8]
  private let tail: [UInt8]

  init(_ channel: String, at time: Timestamp, _ events: (inout JSONWriter) -> Void) {
    var writer = JSONWriter()
    writer.array(events)
    let start = "{\"channel\":\"\(channel)\",\"timestamp\":\"\(CoinbaseTime.frame(time))\","
    head = Array((start + "\"sequence_num\":").utf8)
    tail = Array(",\"events\":".utf8) + writer.bytes + [UInt8(ascii: "}")]
  }

  func bytes(_ sequence: Int64) -> [UInt8] {
    var bytes = head
    bytes.reserveCapacity(head.count + tail.count + 20)
    bytes.append(contentsOf: String(sequence).utf8)
    bytes.append(contentsOf: tail)
    return bytes
  }
}
