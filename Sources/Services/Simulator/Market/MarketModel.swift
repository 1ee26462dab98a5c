import Market
public import Units

/// The market inside simulated venues: one world of prices, and at each venue makers, takers, and
/// arbitrageurs who act on it.
///
/// It has no clock: whoever hosts it says how far to go. Everything that happens follows from
/// ``MarketSettings/seed`` and from what clients do at the exchanges. The host takes the exchanges'
/// events after each call; the market itself never does.
public final class MarketModel {
  private struct Book {
    let exchange: Exchange
    let instrument: Int
    /// Places in the world's assets; nil for the US dollar.
    let base: Int?
    let quote: Int?
    let maker: MarketMaker
    var flow: Flow
    let competitor: AccountID
    var random: MarketRandom
    /// How often each kind of activity happens, per nanosecond.
    let churnRate: Double
    let tradeRate: Double
    let informedRate: Double
    let dislocationRate: Double
    let delay: Int64

    var rate: Double { churnRate + tradeRate + informedRate + dislocationRate }
  }

  public let settings: MarketSettings
  private let exchanges: [Exchange]
  private var world: LatentPrices
  private var books: [Book] = []
  private var touches: [Arbitrageur.Touch] = []
  private var arbitrageur: Arbitrageur
  private var queue = EventQueue()
  private var isOpen = false

  /// A market for these venues; nothing happens before ``open(at:)``.
  ///
  /// An instrument is left empty when one of its assets is neither USD nor in the settings.
  public init(_ exchanges: [Exchange], settings: MarketSettings) {
    self.exchanges = exchanges
    self.settings = settings
    world = LatentPrices(settings, at: Timestamp(nanoseconds: 0))
    arbitrageur = Arbitrageur([], books: 0, market: settings)
  }

  // MARK: Running

  /// Fills the books, with the clock at `time`.
  public func open(at time: Timestamp) {
    precondition(!isOpen, "a market opens once")
    isOpen = true
    world = LatentPrices(settings, at: time)
    for exchange in exchanges {
      exchange.advance(to: time)
      addBooks(of: exchange, at: time.nanoseconds)
    }
    touches = Array(repeating: Arbitrageur.Touch(), count: books.count)
    let routes = Route.all(
      books.map { book in
        let rules = book.exchange.instruments[book.instrument]
        let venue = exchanges.firstIndex { $0 === book.exchange } ?? 0
        return (venue, rules.symbol.base, rules.symbol.quote)
      }
    )
    arbitrageur = Arbitrageur(routes, books: books.count, market: settings)
    for index in books.indices {
      books[index].maker.open(
        world: price(index, at: time.nanoseconds),
        baseDollars: dollars(index)
      )
      refreshTouch(index)
    }
    for index in books.indices {
      arbitrageur.watch(index, touches, at: time.nanoseconds, &queue)
      planActivity(index, after: time.nanoseconds)
      planLook(index, after: time.nanoseconds)
    }
  }

  /// When ``advance(to:)`` has something to do next.
  public var nextEvent: Timestamp { Timestamp(nanoseconds: queue.first?.time ?? .max) }

  /// Lets everything happen that is due up to and at `time`, in the order of time.
  public func advance(to time: Timestamp) {
    while let event = queue.first, event.time <= time.nanoseconds {
      queue.removeFirst()
      world.advance(to: event.time)
      let index = Int(event.index)
      switch event.kind {
      case .activity:
        act(index, at: event.time)
        planActivity(index, after: event.time)
      case .look:
        look(index, at: event.time)
        planLook(index, after: event.time)
      case .react:
        look(index, at: event.time)
      case .fade:
        wake(books[index].exchange, at: event.time)
        books[index].maker.fade(Int(event.detail))
        noticeTouch(index, at: event.time)
      case .arbitrage:
        arbitrage(index, window: event.detail, at: event.time)
      }
    }
  }

  /// How many events are planned: bounded by the numbers of books and routes.
  var plannedEvents: Int { queue.count }

  // MARK: Events

  private func act(_ index: Int, at time: Int64) {
    wake(books[index].exchange, at: time)
    var draw = books[index].random.uniform() * books[index].rate
    draw -= books[index].churnRate
    if draw < 0 {
      if let passing = books[index].maker.churn() {
        let wait = max(1_000, Int64(min(passing.seconds, 60) * 1e9))
        queue.plan(.fade, index, at: time + wait, detail: UInt32(passing.place))
      }
    } else {
      draw -= books[index].tradeRate
      if draw < 0 {
        books[index].flow.trade(books[index].exchange, baseDollars: dollars(index))
      } else if draw < books[index].informedRate {
        let fair = books[index].maker.fair(price(index, at: time))
        books[index].flow.pickOff(
          books[index].exchange,
          fair: fair,
          baseDollars: dollars(index)
        )
      } else {
        dislocate(index, at: time)
      }
    }
    noticeTouch(index, at: time)
  }

  private func look(_ index: Int, at time: Int64) {
    wake(books[index].exchange, at: time)
    let maker = books[index].maker
    maker.look(
      world: price(index, at: time - books[index].delay),
      baseDollars: dollars(index),
      at: time
    )
    noticeTouch(index, at: time)
  }

  /// Something happens at this venue alone: a forced sale, a rush to buy.
  private func dislocate(_ index: Int, at time: Int64) {
    let size =
      books[index].random
      .exponential(mean: settings.dislocationBasisPoints * books[index].maker.settings.dislocation)
    let sign = books[index].random.sign()
    books[index].maker.dislocation += sign * min(size, 500) / 10_000
    queue.plan(.react, index, at: time + books[index].delay)
  }

  private func arbitrage(_ route: Int, window: UInt32, at time: Int64) {
    guard arbitrageur.arrive(at: route, window: window) else { return }
    let legs = arbitrageur.routes[route].legs
    for leg in legs { wake(books[leg.book].exchange, at: time) }
    if legs.count == 2 { takeBoth(legs[0].book, legs[1].book) } else { takeRound(legs) }
    for leg in legs {
      books[leg.book].maker.correct()
      queue.plan(.react, leg.book, at: time + books[leg.book].delay)
      refreshTouch(leg.book)
    }
    for leg in legs { arbitrageur.watch(leg.book, touches, at: time, &queue) }
  }

  /// Buys at one venue what it sells at another.
  private func takeBoth(_ buyer: Int, _ seller: Int) {
    let (bought, sold) = (books[buyer], books[seller])
    var unit = 1.0
    for _ in 0..<bought.exchange.instruments[bought.instrument].base.decimals { unit *= 10 }
    let crossing = arbitrageur.crossing(
      bids: sold.exchange.levels(sold.instrument, .bid, depth: 100),
      asks: bought.exchange.levels(bought.instrument, .ask, depth: 100),
      unit: unit,
      most: settings.competitionDollars / dollars(buyer)
    )
    guard crossing.base > 0 else { return }
    take(bought, .buy, limit: crossing.ask, base: crossing.base)
    take(sold, .sell, limit: crossing.bid, base: crossing.base)
  }

  /// Goes round a cycle of one venue, with what the smallest of its best levels gives.
  private func takeRound(_ legs: [Route.Leg]) {
    var most = settings.competitionDollars
    for leg in legs {
      let book = books[leg.book]
      guard let best = book.exchange.best(book.instrument, leg.isBuy ? .ask : .bid) else { return }
      var base = Double(best.quantity.raw)
      for _ in 0..<book.exchange.instruments[book.instrument].base.decimals { base /= 10 }
      most = min(most, base * dollars(leg.book))
    }
    for leg in legs {
      let book = books[leg.book]
      let touch = leg.isBuy ? touches[leg.book].ask : touches[leg.book].bid
      take(book, leg.isBuy ? .buy : .sell, limit: touch * 1e10, base: most / dollars(leg.book))
    }
  }

  private func take(_ book: Book, _ side: OrderSide, limit: Double, base: Double) {
    immediate(
      book.exchange,
      account: book.competitor,
      instrument: book.instrument,
      side,
      limit: limit,
      base: base
    )
  }

  // MARK: Looking

  private func wake(_ exchange: Exchange, at time: Int64) {
    exchange.advance(to: Timestamp(nanoseconds: time))
  }

  private func noticeTouch(_ index: Int, at time: Int64) {
    if refreshTouch(index) { arbitrageur.watch(index, touches, at: time, &queue) }
  }

  @discardableResult
  private func refreshTouch(_ index: Int) -> Bool {
    let (exchange, instrument) = (books[index].exchange, books[index].instrument)
    let bid = exchange.best(instrument, .bid).map { Double($0.price.raw) / 1e10 } ?? 0
    let ask = exchange.best(instrument, .ask).map { Double($0.price.raw) / 1e10 } ?? 0
    guard bid != touches[index].bid || ask != touches[index].ask else { return false }
    touches[index] = Arbitrageur.Touch(bid: bid, ask: ask)
    return true
  }

  /// The world's price of a book: base in units of quote.
  private func price(_ index: Int, at time: Int64) -> Double {
    let base = books[index].base.map { world.price($0, at: time) } ?? 1
    let quote = books[index].quote.map { world.price($0, at: time) } ?? 1
    return base / quote
  }

  /// What one unit of a book's base asset is worth in US dollars.
  private func dollars(_ index: Int) -> Double { books[index].base.map { world.price($0) } ?? 1 }

  // MARK: Plans

  private func planActivity(_ index: Int, after time: Int64) {
    let rate = books[index].rate * world.activity
    guard rate > 0 else { return }
    let wait = books[index].random.exponential(mean: 1 / rate)
    queue.plan(.activity, index, at: time + max(1, Int64(min(wait, 1e15))))
  }

  private func planLook(_ index: Int, after time: Int64) {
    let wait = Double(settings.lookNanoseconds) * books[index].random.uniform(0.5...1.5)
    queue.plan(.look, index, at: time + max(1_000, Int64(wait)))
  }

  // MARK: Books

  private func addBooks(of exchange: Exchange, at time: Int64) {
    let maker = exchange.addAccount("makers", isHouse: true)
    let taker = exchange.addAccount("takers", isHouse: true)
    let competitor = exchange.addAccount("arbitrageurs", isHouse: true)
    for (instrument, rules) in exchange.instruments.enumerated() {
      let (base, quote) = (rules.symbol.base, rules.symbol.quote)
      let (basePlace, quotePlace) = (world.index(of: base), world.index(of: quote))
      guard basePlace != nil || base == "USD", quotePlace != nil || quote == "USD" else { continue }
      let book = settings.book(venue: exchange.name, symbol: rules.symbol)
      let stream = UInt64(books.count + 1) * 16
      books.append(
        Book(
          exchange: exchange,
          instrument: instrument,
          base: basePlace,
          quote: quotePlace,
          maker: MarketMaker(
            exchange,
            instrument: instrument,
            account: maker,
            market: settings,
            stream: stream,
            at: time
          ),
          flow: Flow(
            account: taker,
            instrument: instrument,
            settings: book,
            market: settings,
            stream: stream + 1
          ),
          competitor: competitor,
          random: MarketRandom(seed: settings.seed, stream: stream + 2),
          // What comes goes again, and changes two levels; a resizing changes one.
          churnRate: book.churn.changesPerSecond * settings.churn
            * (book.churn.resizeShare + (1 - book.churn.resizeShare) / 2) / 1e9,
          tradeRate: book.tradesPerSecond * settings.trading / 1e9,
          informedRate: settings.informedPerSecond * min(1, book.tradesPerSecond) / 1e9,
          dislocationRate: book.dislocation > 0 ? settings.dislocationsPerHour / 3_600 / 1e9 : 0,
          delay: min(book.makerDelayNanoseconds, settings.slowestMakerNanoseconds)
        )
      )
    }
  }
}
