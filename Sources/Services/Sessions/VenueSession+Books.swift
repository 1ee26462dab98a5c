import Books
import Engine
import Intake
public import Market
import Transport
import Units
import VenueKit

/// How books come, go wrong, and are made whole.
extension VenueSession {
  // MARK: What is wanted

  /// Replaces the symbols without touching the books of those that stay.
  public func setSymbols(_ symbols: [Symbol]) {
    let now = network.now
    for index in subscriptions.indices
    where subscriptions[index].isWanted && !symbols.contains(subscriptions[index].symbol) {
      subscriptions[index].isWanted = false
      drop(index, at: now)
    }
    let wanted = self.symbols
    for symbol in symbols where !wanted.contains(symbol) {
      subscriptions.append(Subscription(symbol: symbol))
    }
    forgetInstruments()
    if hasList { subscribeToWanted(at: now) }
    refreshHealth(at: now)
  }

  private func drop(_ index: Int, at now: Timestamp) {
    for connection in [subscriptions[index].connection, subscriptions[index].successor] {
      guard let connection else { continue }
      connections[connection].subscriptions.removeAll { $0 == index }
      if connections[connection].state == .open, let wire = subscriptions[index].wireSymbol {
        send(venue.unsubscriptions(from: [wire]), on: connection, at: now)
      }
      freeIfEmpty(connection, at: now)
    }
    subscriptions[index].connection = nil
    subscriptions[index].successor = nil
    subscriptions[index].state = .idle
  }

  /// Gives every wanted symbol its name and a connection.
  func subscribeToWanted(at now: Timestamp) {
    var added: [Int: [Int]] = [:]
    for index in subscriptions.indices
    where subscriptions[index].isWanted && subscriptions[index].connection == nil {
      let symbol = subscriptions[index].symbol
      guard let listing = desk.intake.listing(symbol, at: place) else {
        if subscriptions[index].attempts == 0 { problem("\(symbol) is not listed", at: now) }
        subscriptions[index].attempts += 1
        continue
      }
      subscriptions[index].attempts = 0
      subscriptions[index].wireSymbol = listing.wireSymbol
      let connection = connectionWithRoom(at: now)
      subscriptions[index].connection = connection
      connections[connection].subscriptions.append(index)
      added[connection, default: []].append(index)
    }
    for (connection, indices) in added.sorted(by: { $0.key < $1.key })
    where connections[connection].state == .open {
      subscribe(indices, on: connection, at: now)
    }
  }

  private func connectionWithRoom(at now: Timestamp) -> Int {
    connections.firstIndex {
      $0.state != .free && $0.subscriptions.count < rules.maximumSymbols
    } ?? addConnection(at: now)
  }

  /// A place for a socket that will be opened in a moment.
  private func addConnection(at now: Timestamp) -> Int {
    let free = connections.firstIndex { $0.state == .free && $0.socket == nil }
    let index = free ?? connections.count
    let new = FeedConnection(
      id: index < connections.count ? connections[index].id : desk.addConnection(at: place),
      number: index,
      subscriptions: [],
      down: now,
      lastFrame: now,
      budget: RequestBudget(perSecond: rules.messagesPerSecond)
    )
    if index < connections.count { connections[index] = new } else { connections.append(new) }
    set(.open(connection: index), after: desk.openingDelay(at: now))
    return index
  }

  private func freeIfEmpty(_ connection: Int, at now: Timestamp) {
    guard connections[connection].subscriptions.isEmpty else { return }
    abandon(connection, "nothing to carry", opensAgain: false, at: now)
  }

  // MARK: Subscribing

  func subscribe(_ indices: [Int], on connection: Int, at now: Timestamp) {
    guard !indices.isEmpty else { return }
    for index in indices { subscriptions[index].state = .requested(since: now) }
    let names = indices.compactMap { subscriptions[$0].wireSymbol }
    send(venue.subscriptions(to: names), on: connection, at: now)
  }

  /// A change came of a book that is asked for over REST.
  ///
  /// Only now is it sure that the venue sends all that follows, and an answer that holds this
  /// change misses nothing. An answer from before may come from a cache, and what happened between
  /// it and the first change would be lost for good.
  func feedGoesOn(_ index: Int, on connection: Int, at now: Timestamp) {
    guard subscriptions[index].connection == connection,
      let instrument = subscriptions[index].instrument,
      desk.intake.engine.books[instrument].sync.state != .live
    else { return }
    if subscriptions[index].state == .live { subscriptions[index].state = .requested(since: now) }
    if case .ending = subscriptions[index].state { return }
    guard !subscriptions[index].isFetching else { return }
    makeWhole(index, at: now)
  }

  /// The venue has ended a subscription: if we wanted it to begin again, now is the time.
  func ended(_ index: Int, at now: Timestamp) {
    guard case .ending = subscriptions[index].state, subscriptions[index].isWanted,
      let connection = subscriptions[index].connection
    else { return }
    subscribe([index], on: connection, at: now)
  }

  /// A book may have become whole.
  func noteBook(_ index: Int, on connection: Int, at now: Timestamp) {
    guard let instrument = subscriptions[index].instrument else { return }
    guard desk.intake.engine.books[instrument].sync.state == .live else {
      // Its changes have begun to come, so a book that is asked for now joins them without a gap.
      if rules.resync == .request, subscriptions[index].attempts == 0 { makeWhole(index, at: now) }
      return
    }
    let owner = desk.intake.engine.feeds[Int(instrument.index)].connection
    if subscriptions[index].successor == connection, owner == connections[connection].id {
      succeed(index, at: now)
    }
    guard isUp(subscriptions[index]), owner != nil || rules.resync == .request else { return }
    if case .ending = subscriptions[index].state { return }
    subscriptions[index].state = .live
    subscriptions[index].attempts = 0
    if let own = subscriptions[index].connection { connections[own].backoff.reset() }
  }

  /// Looks at all books: an answer over REST may have made one whole.
  func noteBooks(at now: Timestamp) {
    for index in subscriptions.indices where subscriptions[index].state != .live {
      if let connection = subscriptions[index].connection {
        noteBook(index, on: connection, at: now)
      }
    }
  }

  /// Whether the socket that carries a symbol is open.
  func isUp(_ subscription: Subscription) -> Bool {
    subscription.connection.map { connections[$0].state == .open } ?? false
  }

  // MARK: Making whole

  /// The engine found a book wrong.
  func resync(_ instrument: InstrumentID, _ reason: ResyncReason, at now: Timestamp) {
    guard let index = subscription(of: instrument) else { return }
    if reason != .snapshotTooOld { health.resyncs += 1 }
    desk.say("book of \(subscriptions[index].symbol): \(reason)", id, .warning, at: now)
    if subscriptions[index].state == .live { subscriptions[index].state = .requested(since: now) }
    if reason == .snapshotTooOld {
      // The answer came from a cache; a newer one is a matter of moments, and no failure.
      subscriptions[index].attempts = 0
      subscriptions[index].nextAttempt = now.advanced(byNanoseconds: VenueSession.cacheNanoseconds)
    }
    // The first attempt is at once; the venue is not asked more often than it can answer.
    if let next = subscriptions[index].nextAttempt, next > now {
      retry(index, at: now)
    } else {
      makeWhole(index, at: now)
    }
  }

  /// Tries again when it is time.
  func retry(_ index: Int, at now: Timestamp) {
    let next = subscriptions[index].nextAttempt ?? now
    set(.attempt(subscription: index), after: max(100_000_000, next.nanoseconds(since: now)))
  }

  func makeWhole(_ index: Int, at now: Timestamp) {
    guard subscriptions[index].isWanted, subscriptions[index].state != .live,
      let connection = subscriptions[index].connection, connections[connection].state == .open,
      let wire = subscriptions[index].wireSymbol
    else { return }
    if let next = subscriptions[index].nextAttempt, next > now { return }
    subscriptions[index].attempts += 1
    let seconds = Int64(1) << min(subscriptions[index].attempts - 1, 3)
    subscriptions[index].nextAttempt = now.advanced(byNanoseconds: seconds * 1_000_000_000)
    // Where books come over REST, another socket would help nobody.
    if subscriptions[index].attempts > 4, rules.resync != .request {
      subscriptions[index].attempts = 0
      abandon(connection, "the book of \(subscriptions[index].symbol) does not come", at: now)
      return
    }
    switch rules.resync {
    case .resubscribe:
      subscriptions[index].state = .ending(since: now)
      send(venue.unsubscriptions(from: [wire]), on: connection, at: now)
    case .newConnection: moveToNewConnection(index, at: now)
    case .request: requestBook(index, isPoll: false, at: now)
    }
  }

  /// Opens a connection for one symbol, which takes over once its book is whole.
  private func moveToNewConnection(_ index: Int, at now: Timestamp) {
    guard subscriptions[index].successor == nil,
      connections.count(where: { $0.state != .free }) < VenueSession.maximumConnections
    else {
      if let connection = subscriptions[index].connection {
        abandon(connection, "the book of \(subscriptions[index].symbol) does not come", at: now)
      }
      return
    }
    let successor = addConnection(at: now)
    connections[successor].subscriptions = [index]
    subscriptions[index].successor = successor
  }

  private func succeed(_ index: Int, at now: Timestamp) {
    guard let successor = subscriptions[index].successor else { return }
    subscriptions[index].successor = nil
    if let old = subscriptions[index].connection, old != successor {
      connections[old].subscriptions.removeAll { $0 == index }
      if connections[old].state == .open, let wire = subscriptions[index].wireSymbol {
        send(venue.unsubscriptions(from: [wire]), on: old, at: now)
      }
      freeIfEmpty(old, at: now)
    }
    subscriptions[index].connection = successor
  }

  private func requestBook(_ index: Int, isPoll: Bool, at now: Timestamp) {
    guard let wire = subscriptions[index].wireSymbol, !subscriptions[index].isFetching else {
      return
    }
    if let wait = requestBudget.take(at: now) {
      if !isPoll {
        // It was no attempt: nothing was asked.
        subscriptions[index].attempts = max(0, subscriptions[index].attempts - 1)
        subscriptions[index].nextAttempt = now.advanced(byNanoseconds: wait)
        set(.attempt(subscription: index), after: wait)
      }
      return
    }
    subscriptions[index].isFetching = true
    if isPoll {
      subscriptions[index].lastPoll = now
      health.polls += 1
    }
    let purpose = Fetch.book(subscription: index, wireSymbol: wire, isPoll: isPoll)
    fetch(venue.bookTarget(of: wire), purpose)
  }

  /// The engine was told by the venue to connect again.
  func reconnect(_ connection: ConnectionID, at now: Timestamp) {
    guard let index = connections.firstIndex(where: { $0.id == connection }),
      connections[index].state == .open
    else { return }
    desk.say("the venue asks us to connect again", id, at: now)
    abandon(index, "asked to", at: now)
  }

  // MARK: Watching

  /// Finds books that do not come, and asks over REST for those whose socket is down.
  func watchBooks(at now: Timestamp) {
    for index in subscriptions.indices
    where subscriptions[index].isWanted && subscriptions[index].wireSymbol != nil {
      if isUp(subscriptions[index]) {
        watchSubscription(index, at: now)
      } else if let connection = subscriptions[index].connection,
        now.nanoseconds(since: connections[connection].down) > settings.pollAfterNanoseconds,
        subscriptions[index].lastPoll.map({
          now.nanoseconds(since: $0) >= settings.pollNanoseconds
        }) ?? true
      {
        requestBook(index, isPoll: true, at: now)
      }
    }
  }

  private func watchSubscription(_ index: Int, at now: Timestamp) {
    switch subscriptions[index].state {
    case .idle, .live: break
    case .requested(let since):
      if now.nanoseconds(since: since) > settings.bookNanoseconds {
        subscriptions[index].state = .requested(since: now)
        makeWhole(index, at: now)
      }
    case .ending(let since):
      // Not every venue acknowledges the end of a subscription.
      if now.nanoseconds(since: since) > 1_000_000_000,
        let connection = subscriptions[index].connection
      {
        subscribe([index], on: connection, at: now)
      }
    }
  }
}
