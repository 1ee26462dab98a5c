public import Codecs
public import Market
public import VenueKit

/// The private side of an adapter with a few instruments, to be asked and answered in text.
public struct AccountBench<V: TradingVenue>: Sendable {
  public let venue: V
  public let instruments: [Instrument]
  private let symbols: SymbolTable

  /// Registers wire symbols with their `BASE/QUOTE` names, and other names for some of them; traps
  /// on a name of another form.
  public init(
    _ venue: V,
    _ names: [(wireSymbol: String, symbol: String)],
    aliases: [(alias: String, wireSymbol: String)] = []
  ) {
    var registry = InstrumentRegistry()
    var symbols = SymbolTable()
    for name in names {
      guard let symbol = Symbol(name.symbol) else {
        preconditionFailure("\(name.symbol) is not BASE/QUOTE")
      }
      let instrument = registry.register(V.id, wireSymbol: name.wireSymbol, symbol: symbol)
      symbols.insert(name.wireSymbol, instrument)
    }
    for name in aliases {
      guard let instrument = registry.instrument(V.id, wireSymbol: name.wireSymbol) else {
        preconditionFailure("\(name.wireSymbol) is not registered")
      }
      symbols.insert(name.alias, instrument)
    }
    self.venue = venue
    self.symbols = symbols
    instruments = registry.instruments
  }

  // MARK: Requests

  /// The request as `POST /path?query body`, or why there is none.
  public func request(_ action: AccountAction) -> String {
    do {
      let request = try venue.request(for: action)
      let body = request.bodyText
      return request.method.rawValue + " " + request.target + (body.isEmpty ? "" : " " + body)
    } catch {
      return "unsupported: " + error.reason
    }
  }

  // MARK: Answers

  public func answer(
    _ action: AccountAction,
    _ body: [UInt8],
    status: Int = 200,
    headers: [VenueRequest.Field] = []
  ) throws(VenueFailure) -> AccountAnswer {
    let response = VenueResponse(status: status, headers: headers, body: body)
    return try venue.answer(to: action, response, symbols: symbols)
  }

  public func answer(
    _ action: AccountAction,
    _ body: String,
    status: Int = 200,
    headers: [VenueRequest.Field] = []
  ) throws(VenueFailure) -> AccountAnswer {
    try answer(action, Array(body.utf8), status: status, headers: headers)
  }

  /// What the answer failed with; nil when it did not.
  public func failure(
    _ action: AccountAction,
    _ body: String,
    status: Int = 200,
    headers: [VenueRequest.Field] = []
  ) -> VenueFailure? {
    do {
      _ = try answer(action, body, status: status, headers: headers)
      return nil
    } catch {
      return error
    }
  }

  // MARK: Frames

  /// What the last of these frames of one connection says, after the others.
  public func connection(_ frames: String...) throws(WireError) -> AccountEvents {
    var events = AccountEvents()
    for frame in frames {
      let bytes = Array(frame.utf8)
      try venue.decodePrivate(bytes.span, symbols: symbols, into: &events)
    }
    return events
  }

  public func events(_ frame: [UInt8]) throws(WireError) -> [AccountEvent] {
    var events = AccountEvents()
    try venue.decodePrivate(frame.span, symbols: symbols, into: &events)
    return events.events
  }

  public func events(_ frame: String) throws(WireError) -> [AccountEvent] {
    try events(Array(frame.utf8))
  }

  /// What reading a frame failed with; nil when it did not.
  public func refusal(_ frame: [UInt8]) -> WireError? {
    do {
      _ = try events(frame)
      return nil
    } catch {
      return error
    }
  }

  // MARK: Hostile input

  /// How many of the frame's beginnings, the whole not counted, are read without an error.
  public func acceptedCuts(ofFrame frame: String) -> Int {
    let bytes = Array(frame.utf8)
    return (0..<bytes.count).count { refusal(Array(bytes[..<$0])) == nil }
  }

  /// How many of the body's beginnings, the whole not counted, pass for an answer.
  public func acceptedCuts(ofAnswer body: String, to action: AccountAction) -> Int {
    let bytes = Array(body.utf8)
    return (0..<bytes.count).count { count in
      failure(action, String(decoding: bytes[..<count], as: UTF8.self)) == nil
    }
  }

  /// Reads so many spoilt copies of a text, as a frame and as an answer to each action; what comes
  /// out does not matter, only that something does.
  public func readSpoilt(
    _ text: String,
    copies: Int,
    as actions: [AccountAction],
    using generator: inout some RandomNumberGenerator
  ) {
    for _ in 0..<copies {
      let bytes = spoilt(Array(text.utf8), using: &generator)
      _ = refusal(bytes)
      for action in actions {
        do { _ = try answer(action, bytes) } catch { continue }
      }
    }
  }

  /// A few bytes changed, doubled, or taken out, among them digits made long and signs turned.
  private func spoilt(
    _ bytes: [UInt8],
    using generator: inout some RandomNumberGenerator
  ) -> [UInt8] {
    var bytes = bytes
    let telling = Array(#""{}[],:.-+0123456789eEnut\ \#u{7F}"#.utf8)
    for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: bytes[place] = telling.randomElement(using: &generator) ?? 0
      case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
      case 2: bytes.remove(at: place)
      default:
        let count = Int.random(in: 1...45, using: &generator)
        bytes.insert(contentsOf: Array(repeating: bytes[place], count: count), at: place)
      }
    }
    return bytes
  }
}
