import Codecs
import Market
import Units
import VenueKit

/// Reads bytes as a frame of a private socket, and as the answer to everything that can be asked.
func checkAccount(_ bytes: Span<UInt8>, _ venue: any TradingVenue) {
  var events = AccountEvents()
  do {
    try venue.decodePrivate(bytes, symbols: fuzzSymbols, into: &events)
    let first = events.events
    var again = AccountEvents()
    try venue.decodePrivate(bytes, symbols: fuzzSymbols, into: &again)
    precondition(first == again.events, "two readings of a frame agree")
    for case .fill(let fill) in first { checkFill(fill) }
  } catch {
    precondition((0...bytes.count).contains(error.offset), "an error names a place of the frame")
  }
  var body: [UInt8] = []
  for index in bytes.indices { body.append(bytes[index]) }
  for action in AccountActions.all {
    for status in [200, 400, 503] {
      let response = VenueResponse(
        status: status,
        headers: [.init("date", "Sun, 02 Aug 2026 03:06:40 GMT")],
        body: body
      )
      do {
        let answer = try venue.answer(to: action, response, symbols: fuzzSymbols)
        if case .fills(let fills, _) = answer { fills.forEach(checkFill) }
      } catch {
        precondition(!error.code.isEmpty, "a failure has its code")
      }
    }
  }
}

private func checkFill(_ fill: Fill) {
  precondition(fill.price.raw > 0, "a fill has a price")
}

/// One of everything that an account can be asked for.
private enum AccountActions {
  static let instrument: Instrument = {
    var registry = InstrumentRegistry()
    let venue = VenueID(rawValue: "fuzz")
    return registry.register(
      venue,
      wireSymbol: "btcusd",
      symbol: Symbol(base: "BTC", quote: "USD")
    )
  }()

  static let all: [AccountAction] = [
    .place(
      OrderRequest(
        instrument: instrument,
        side: .buy,
        limit: Price(raw: 650_000_000_000_000),
        quantity: Quantity(raw: 1_000_000),
        clientOrderID: "plx-1"
      )
    ),
    .cancel(.venue("1"), instrument), .cancelAll(nil), .order(.venue("1"), instrument),
    .order(.client("plx-1"), instrument), .openOrders(nil),
    .fills(instrument, order: nil, since: nil, cursor: nil), .balances(cursor: nil),
    .fees(instrument), .streamToken, .serverTime,
  ]
}
