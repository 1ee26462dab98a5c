public import Codecs
public import Market
public import Units

/// The private side of an adapter: signed requests out, answers and account events in.
///
/// As pure as the public side. What differs from call to call comes as a ``RequestStamp``; the key
/// stays behind ``SigningKey``, which signs and shows nothing.
public protocol TradingVenue: Venue {
  static var trading: TradingCapabilities { get }

  /// The request that carries out `action`, unsigned.
  ///
  /// - Throws: ``UnsupportedAction`` where the venue has no such thing.
  func request(for action: AccountAction) throws(UnsupportedAction) -> VenueRequest

  /// The request with everything that proves it is ours, ready to be sent.
  func sign(
    _ request: VenueRequest,
    with key: some SigningKey,
    stamp: RequestStamp
  ) -> SignedRequest

  /// Reads the answer to `action`.
  ///
  /// - Throws: what the venue's refusal means for us. An answer to an order that cannot be read is
  ///   ``VenueFailure/Remedy/unknownOutcome``: the order may exist.
  func answer(
    to action: AccountAction,
    _ response: borrowing VenueResponse,
    symbols: borrowing SymbolTable
  ) throws(VenueFailure) -> AccountAnswer

  /// How the private socket is opened: the address, and headers where the venue signs those.
  func privateHandshake(with key: some SigningKey, stamp: RequestStamp) -> SocketHandshake

  /// The frames that subscribe to our orders, fills, and balances.
  ///
  /// `token` is what ``AccountAction/streamToken`` gave, where
  /// ``TradingCapabilities/needsStreamToken``.
  func privateSubscriptions(
    to wireSymbols: [String],
    token: StreamToken?,
    with key: some SigningKey,
    stamp: RequestStamp
  ) -> [String]

  /// Turns a frame of the private socket into events, in wire order; `events` is cleared first.
  func decodePrivate(
    _ frame: Span<UInt8>,
    symbols: borrowing SymbolTable,
    into events: inout AccountEvents
  ) throws(WireError)

  /// What to ask, in this order, for an order whose answer was lost.
  ///
  /// It is found once an answer names it. It does not exist when every one was answered, after its
  /// deadline, and none named it: an answer without it is an empty list or
  /// ``VenueFailure/Remedy/unknownOrder``.
  func search(for clientOrderID: String, of instrument: Instrument) -> [AccountAction]

  /// The frame that carries out `action` over the private socket, or nil where only REST does.
  ///
  /// `id` comes back in ``AccountEvent/answered(id:_:)``.
  func frame(
    for action: AccountAction,
    id: UInt64,
    token: StreamToken?
  ) -> String?
}

extension TradingVenue {
  public func search(for clientOrderID: String, of instrument: Instrument) -> [AccountAction] {
    [.order(.client(clientOrderID), instrument)]
  }
}

/// What a venue's private side is like, as data.
public struct TradingCapabilities: Sendable {
  /// Root of the REST addresses, without a slash at the end.
  public var restRoot: String
  /// The private socket.
  public var privateSocket: String
  public var timesInForce: Set<TimeInForce>
  /// Longest ``OrderRequest/clientOrderID`` that the venue takes, in bytes.
  public var maximumClientOrderIDBytes: Int
  /// Whether a second order with the client id of an earlier one is refused or gives the first.
  public var rejectsDuplicateClientOrderIDs: Bool
  /// Whether an order can be found by its client id.
  public var findsByClientOrderID: Bool
  /// Whether the venue refuses an order that comes after ``OrderRequest/deadline``.
  public var hasDeadlines: Bool
  public var needsStreamToken: Bool
  /// Whether nonces must rise, so that requests of one key keep their order.
  public var ordersNonces: Bool
  /// How often what may be asked; every ``VenueRequest`` names one of these.
  public var budgets: [RateBudget]

  public init(
    restRoot: String,
    privateSocket: String,
    timesInForce: Set<TimeInForce>,
    maximumClientOrderIDBytes: Int,
    rejectsDuplicateClientOrderIDs: Bool,
    findsByClientOrderID: Bool,
    hasDeadlines: Bool,
    needsStreamToken: Bool,
    ordersNonces: Bool,
    budgets: [RateBudget]
  ) {
    self.restRoot = restRoot
    self.privateSocket = privateSocket
    self.timesInForce = timesInForce
    self.maximumClientOrderIDBytes = maximumClientOrderIDBytes
    self.rejectsDuplicateClientOrderIDs = rejectsDuplicateClientOrderIDs
    self.findsByClientOrderID = findsByClientOrderID
    self.hasDeadlines = hasDeadlines
    self.needsStreamToken = needsStreamToken
    self.ordersNonces = ordersNonces
    self.budgets = budgets
  }
}

/// A venue's limit on requests: a bucket that holds `capacity` and refills steadily.
public struct RateBudget: Hashable, Sendable {
  /// `public`, `private`, `orders`, ...: the name that metrics use.
  public var name: String
  public var capacity: Double
  public var refillPerSecond: Double

  public init(name: String, capacity: Double, refillPerSecond: Double) {
    self.name = name
    self.capacity = capacity
    self.refillPerSecond = refillPerSecond
  }
}

/// Something to do with our account.
public enum AccountAction: Hashable, Sendable {
  case place(OrderRequest)
  case cancel(OrderReference, Instrument)
  case cancelAll(Instrument?)
  case order(OrderReference, Instrument)
  case openOrders(Instrument?)
  /// Our executions at or after `since`, newest pages first where the venue pages.
  case fills(Instrument?, order: OrderReference?, since: Timestamp?, cursor: String?)
  case balances(cursor: String?)
  /// What we pay.
  case fees(Instrument?)
  case streamToken
  case serverTime
}

/// The venue has no such thing.
public struct UnsupportedAction: Error, Hashable, Sendable {
  public var reason: String
  public init(_ reason: String) { self.reason = reason }
}

/// What an answer said.
public enum AccountAnswer: Hashable, Sendable {
  /// The order was taken, or asked for, or cancelled.
  case order(OrderReport)
  case orders([OrderReport])
  /// The next page's cursor is nil at the end.
  case fills([Fill], cursor: String?)
  case balances([Balance], cursor: String?)
  case fees([FeeReport])
  case streamToken(StreamToken)
  /// The venue's clock, as exact as it tells.
  case serverTime(Timestamp)
  /// Done, with nothing to tell; of so many orders where that was said.
  case done(count: Int?)
}

/// What we pay for an instrument, or at the venue as a whole.
public struct FeeReport: Hashable, Sendable {
  public var instrument: InstrumentID?
  public var maker: Rate
  public var taker: Rate

  public init(instrument: InstrumentID?, maker: Rate, taker: Rate) {
    self.instrument = instrument
    self.maker = maker
    self.taker = taker
  }
}

/// What the private socket asks for as proof.
public struct StreamToken: Hashable, Sendable {
  public var token: String
  public var userID: String?

  public init(token: String, userID: String? = nil) {
    self.token = token
    self.userID = userID
  }
}

extension StreamToken: CustomStringConvertible {
  public var description: String { "a stream token" }
}

/// A refusal, and what to do next.
public struct VenueFailure: Error, Hashable, Sendable {
  /// What to do next.
  public enum Remedy: Hashable, Sendable {
    /// Nothing happened; the same may work later.
    case retryLater(afterNanoseconds: Int64?)
    /// Nothing happened, and the same will be refused again.
    case permanent
    /// Nothing happened: the account does not hold enough.
    case insufficientFunds
    /// The venue does not know the order, or it is done.
    case unknownOrder
    /// It may have happened: ask.
    case unknownOutcome
    /// Nothing happened: our clock or nonce is off.
    case resyncClock
    /// Nothing happened: the key is wrong, expired, or not allowed to.
    case badKey
    /// Nothing happened, and asking again makes it worse.
    case banned(untilNanoseconds: Int64?)
    /// Nothing happened: the venue or the market takes no such orders now.
    case maintenance
  }

  public var remedy: Remedy
  /// The venue's code, or `http-<status>`.
  public var code: String
  /// The venue's words.
  public var words: String

  public init(_ remedy: Remedy, code: String, words: String = "") {
    self.remedy = remedy
    self.code = code
    self.words = words
  }
}

/// What private frames said, in wire order, in storage that is reused.
public struct AccountEvents: Sendable {
  public var events: [AccountEvent] = []
  /// The number of the frame in its stream, where the venue counts.
  public var sequence: UInt64?
  /// What earlier frames of the connection said, for venues that leave out what did not change.
  ///
  /// It outlives ``removeAll()``; a new connection starts with new events.
  public var memory = AccountMemory()

  public init() {}

  public mutating func removeAll() {
    events.removeAll(keepingCapacity: true)
    sequence = nil
  }
}

/// One thing that a private frame said.
public enum AccountEvent: Hashable, Sendable {
  case order(OrderReport)
  case fill(Fill)
  case balances([Balance])
  /// What follows is the state from before: it replaces what was known.
  case snapshotBegins
  case heartbeat
  case subscribed(String)
  /// The venue refused a subscription or the key.
  case refused(VenueFailure)
  /// The answer to a request of ours over the socket.
  case answered(id: UInt64, Result<AccountAnswer, VenueFailure>)
  case reconnectRequested
  case ignored
}
