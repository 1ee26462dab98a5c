import Engine
import Market
import Reactor
import Transport
import Units

/// One socket of a session, or its place while there is none: what it carries and how it does.
struct FeedConnection {
  enum State: Hashable {
    /// It will be opened when the timer goes off.
    case waiting
    case opening
    case open
    /// Closed for good; the place may be used again.
    case free
  }

  /// For the engine, and for recordings: both stay the same over reconnects.
  let id: ConnectionID
  let number: Int
  var state = State.waiting
  var socket: SocketID?
  /// Whether a timer will send more of ``outgoing``.
  var isDraining = false
  var backoff = Backoff()
  /// Indices of ``VenueSession/subscriptions``.
  var subscriptions: [Int]
  var opened: Timestamp?
  /// When it went down, or was first wanted.
  var down: Timestamp
  var lastFrame: Timestamp
  var lastPing: Timestamp?
  /// Frames that wait for the budget.
  var outgoing: [String] = []
  var budget: RequestBudget
}

/// One symbol that is wanted, and how far its book has come.
struct Subscription {
  enum State: Hashable {
    /// Not asked for, or the socket is down.
    case idle
    /// Subscribed to; the book has not come.
    case requested(since: Timestamp)
    /// Unsubscribed from, to be subscribed to again.
    case ending(since: Timestamp)
    case live
  }

  let symbol: Symbol
  /// The venue's name; nil until its list has been read.
  var wireSymbol: String?
  var instrument: InstrumentID?
  var state = State.idle
  /// Index of the connection that carries it.
  var connection: Int?
  /// Index of a second connection that is to take over.
  var successor: Int?
  /// Attempts to make its book whole since it last was.
  var attempts = 0
  var nextAttempt: Timestamp?
  var isFetching = false
  var lastPoll: Timestamp?
  /// What the last comparison with the venue's book over REST found.
  var comparison: BookComparison?
  var nextComparison: Timestamp?
  var isWanted = true
}
