import Codecs
import Market
import Reactor
import Simulator
import Testing
import Units
import VenueCatalog
import VenueKit
import VenueTesting

/// An adapter and the simulated venue of the same name, which know nothing of each other, and an
/// account that they trade for.
final class SimulatedAccount {
  let adapter: any TradingVenue
  let venue: SimulatedVenue
  private let world: SimulatedWorld
  private(set) var symbols = SymbolTable()
  let instrument: Instrument
  private(set) var key: TestKey
  private var random = SeededGenerator(seed: 9)
  private var socket: SocketNumber?
  private var token: StreamToken?
  private var events = AccountEvents()
  /// What the private socket said, in order.
  private(set) var heard: [AccountEvent] = []
  private var orders = 0

  static let start = Timestamp(nanoseconds: 1_767_610_800_000_000_000)

  init(_ name: String, account: String = "demo", symbol: String = "BTC/USD") throws {
    adapter = try #require(KnownVenues.venue(named: name) as? any TradingVenue)
    var settings = WorldSettings(seed: 5, venues: [name])
    settings.market = .light(seed: 5)
    world = SimulatedWorld(settings, at: SimulatedAccount.start)
    venue = try #require(world.venue(named: name))
    let credentials = try #require(venue.accounts.first { $0.account == account })
    key = TestKey(name: credentials.key, secret: credentials.secret)

    let list = String(adapter.capabilities.instrumentList.dropFirst("https://".count))
    let path = String(list.drop { $0 != "/" })
    let answer = venue.gateway.respond(to: GatewayRequest(method: "GET", path: path))
    let listings = try adapter.listings(in: answer.body.span)
    var registry = InstrumentRegistry()
    for listing in listings {
      let made = registry.register(
        adapter.id,
        wireSymbol: listing.wireSymbol,
        symbol: listing.symbol
      )
      registry.setRules(try listing.rules(for: made), of: made.id)
      for alias in [listing.wireSymbol] + listing.aliases {
        symbols.insert(alias, registry[made.id])
      }
    }
    let wanted = try #require(Symbol(symbol))
    instrument = try #require(registry.instrument(adapter.id, wanted))
  }

  func useKey(named name: String, secret: String) { key = TestKey(name: name, secret: secret) }

  /// Lets so much time pass.
  func wait(milliseconds: Int64) {
    world.advance(to: world.now.advanced(byNanoseconds: milliseconds * 1_000_000))
    drain()
  }

  private func stamp() -> RequestStamp {
    world.advance(to: world.now.advanced(byNanoseconds: 1_000_000))
    return RequestStamp(
      nanoseconds: world.now.nanoseconds,
      nonce: UInt64(world.now.nanoseconds),
      random: UInt128(random.next()) << 64 | UInt128(random.next())
    )
  }

  /// Asks the venue to do something, and reads what it answers.
  func perform(_ action: AccountAction) throws -> AccountAnswer {
    let request = try adapter.request(for: action)
    let signed = adapter.sign(request, with: key, stamp: stamp())
    let parts = signed.target.split(separator: "?", maxSplits: 1)
    let found = venue.respond(
      to: GatewayRequest(
        method: signed.method.rawValue,
        path: String(parts[0]),
        query: parts.count > 1 ? String(parts[1]) : "",
        headers: signed.headers.map { .init($0.name.lowercased(), $0.value) },
        body: signed.body
      ),
      at: world.now
    )
    settle()
    let response = try #require(found?.response)
    let answer = VenueResponse(
      status: response.status,
      headers: response.headers.map { .init($0.name.lowercased(), $0.value) },
      body: response.body
    )
    return try adapter.answer(to: action, answer, symbols: symbols)
  }

  /// What an action is refused with; nil where it is not.
  func failure(of action: AccountAction) throws -> VenueFailure? {
    do {
      _ = try perform(action)
      return nil
    } catch let failure as VenueFailure {
      return failure
    }
  }

  // MARK: The private socket

  func listen() throws {
    if type(of: adapter).trading.needsStreamToken {
      guard case .streamToken(let found) = try perform(.streamToken) else {
        throw UnsupportedAction("no token")
      }
      token = found
    }
    let handshake = adapter.privateHandshake(with: key, stamp: stamp())
    let number = venue.nextSocket()
    let refusal = venue.open(
      number,
      GatewayRequest(
        method: "GET",
        path: type(of: venue.gateway).socketPaths.account,
        headers: handshake.headers.map { .init($0.name.lowercased(), $0.value) }
      ),
      at: world.now
    )
    #expect(refusal == nil, "\(refusal?.bodyText ?? "")")
    socket = number
    let frames = adapter.privateSubscriptions(
      to: [instrument.wireSymbol],
      token: token,
      with: key,
      stamp: stamp()
    )
    for frame in frames {
      venue.receive(Array(frame.utf8), from: number, at: world.now)
      wait(milliseconds: 50)
    }
  }

  /// Carries out an action over the private socket; false where only REST does.
  func send(_ action: AccountAction, id: UInt64) throws -> Bool {
    guard let text = adapter.frame(for: action, id: id, token: token), let socket else {
      return false
    }
    venue.receive(Array(text.utf8), from: socket, at: world.now)
    settle()
    return true
  }

  private func settle() {
    world.advance(to: world.now.advanced(byNanoseconds: 1_000))
    drain()
  }

  private func drain() {
    for effect in venue.takeEffects(at: world.now) {
      guard case .send(let number, let frame) = effect, number == socket else { continue }
      do {
        try adapter.decodePrivate(frame.span, symbols: symbols, into: &events)
        heard.append(contentsOf: events.events)
      } catch {
        Issue.record("\(error) in \(String(decoding: frame, as: UTF8.self))")
      }
    }
  }

  // MARK: Orders

  var account: SimulatedAccountBalances {
    let index = venue.accounts.firstIndex { $0.key == key.name } ?? 0
    return SimulatedAccountBalances(venue.exchange, AccountID(index: accountIDs[index]))
  }

  /// Places of the clients' accounts: those of the market's own participants come after.
  private var accountIDs: [Int] {
    venue.exchange.accounts.indices.filter { !venue.exchange.accounts[$0].isHouse }
  }

  /// The best price of a side, moved by so many basis points, at a tick.
  func price(_ side: BookSide, basisPoints: Int64) throws -> Price {
    let index = try #require(venue.exchange.index(of: instrument.symbol))
    let best = try #require(venue.exchange.best(index, side))
    let tick = try #require(instrument.rules?.tickSize)
    let moved = best.price.raw + best.price.raw / 10_000 * basisPoints
    return Price(raw: moved / tick.raw * tick.raw)
  }

  func order(
    _ side: OrderSide,
    _ limit: Price,
    _ quantity: Quantity,
    _ timeInForce: TimeInForce = .immediateOrCancel
  ) -> OrderRequest {
    orders += 1
    return OrderRequest(
      instrument: instrument,
      side: side,
      limit: limit,
      quantity: quantity,
      timeInForce: timeInForce,
      clientOrderID: "plx-\(orders)",
      deadline: type(of: adapter).trading.hasDeadlines
        ? world.now.advanced(byNanoseconds: 5_000_000_000) : nil
    )
  }
}

/// What the simulated exchange itself says that an account holds.
struct SimulatedAccountBalances {
  private let exchange: Exchange
  private let account: AccountID

  init(_ exchange: Exchange, _ account: AccountID) {
    self.exchange = exchange
    self.account = account
  }

  func total(_ asset: Asset) -> Notional { exchange.accounts[account.index].total(asset) }

  var fills: [SimulatedFill] { exchange.fills(of: account) }
  var orders: [SimulatedOrder] { exchange.orders(of: account) }
}
