import Market
public import Units

/// Venues that trade with each other's prices, and the market that moves them.
///
/// It has no clock: ``advance(to:)`` says how late it is, and everything due until then happens in
/// order. So it runs in real time behind sockets, or in virtual time inside one process, with the
/// same code.
public final class SimulatedWorld {
  public let venues: [SimulatedVenue]
  private let market: (any MarketDriver)?
  public private(set) var now: Timestamp

  /// A world at its beginning.
  ///
  /// `market` is built over the exchanges of `venues`; nil leaves the books to the clients.
  public init(
    _ venues: [SimulatedVenue],
    market: (any MarketDriver)?,
    at start: Timestamp
  ) {
    self.venues = venues
    self.market = market
    now = start
    for venue in venues { venue.exchange.advance(to: start) }
    market?.open(at: start)
    for venue in venues { venue.settle(at: start) }
  }

  public func venue(named name: String) -> SimulatedVenue? { venues.first { $0.name == name } }

  /// When something happens next, inside or to a socket; nil when nothing ever will.
  public var nextDeadline: Timestamp? {
    (venues.map(\.nextEffect) + [nextActivity]).compactMap(\.self).min()
  }

  /// When something happens next inside.
  private var nextActivity: Timestamp? {
    (venues.map(\.nextActivity) + [market?.nextEvent]).compactMap(\.self).min()
  }

  /// Lets everything happen that is due until `time`.
  public func advance(to time: Timestamp) {
    // A step that is due and leaves its deadline where it was must not hold up the world.
    var last: Timestamp?
    while let next = nextActivity, next <= time, next != last {
      last = next
      step(at: max(next, now))
    }
    if time > now { step(at: time) }
  }

  private func step(at time: Timestamp) {
    now = time
    market?.advance(to: time)
    for venue in venues {
      venue.exchange.advance(to: time)
      venue.settle(at: time)
      venue.advance(at: time)
    }
    for venue in venues where !venue.transfers.isEmpty { forward(from: venue) }
  }

  /// A withdrawal to a simulated venue's address arrives there.
  private func forward(from venue: SimulatedVenue) {
    let transfers = venue.transfers
    venue.transfers.removeAll()
    for transfer in transfers where transfer.kind == .withdrawal && transfer.status == .done {
      guard let address = DepositAddress(transfer.address),
        let target = self.venue(named: address.venue),
        target.exchange.accounts.indices.contains(address.account),
        address.asset == transfer.asset.symbol
      else { continue }
      target.exchange.deposit(
        transfer.amount,
        of: transfer.asset,
        to: AccountID(index: address.account),
        network: transfer.network,
        address: transfer.address,
        afterNanoseconds: transfer.due.nanoseconds(since: transfer.created)
      )
      target.settle(at: now)
    }
  }
}
