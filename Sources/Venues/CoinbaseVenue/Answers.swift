import Codecs
import Market
import Units
public import VenueKit

extension Coinbase {
  public func answer(
    to action: AccountAction,
    _ response: borrowing VenueResponse,
    symbols: borrowing SymbolTable
  ) throws(VenueFailure) -> AccountAnswer {
    guard response.status == 200 else { throw failure(response, of: action) }
    let verdict: Verdict
    do {
      let body = response.body
      try checkAnswer(body.span)
      var reader = JSONReader(body.span)
      verdict = try read(&reader, action, symbols)
      try reader.expectEnd()
    } catch {
      throw .unreadable(error, of: action)
    }
    switch verdict {
    case .answer(let answer): return answer
    case .failure(let failure): throw failure
    }
  }

  /// What a body that could be read says: a refusal comes in the same shape as success.
  private enum Verdict {
    case answer(AccountAnswer)
    case failure(VenueFailure)
  }

  private func read(
    _ reader: inout JSONReader,
    _ action: AccountAction,
    _ symbols: borrowing SymbolTable
  ) throws(WireError) -> Verdict {
    switch action {
    case .place(let order): return try placed(WireObject(&reader), order)
    case .cancel(let reference, _): return try cancelled(WireObject(&reader), reference)
    case .order(.venue(let id), let instrument):
      return try single(&reader, id, symbols, instrument)
    case .order(.client(let id), let instrument):
      return try newest(&reader, id, symbols, instrument)
    case .openOrders(let instrument):
      let page = try orders(&reader, symbols)
      guard !page.isMore else {
        // A part of the open orders would pass for all of them.
        return .failure(VenueFailure(.permanent, code: "more-than-a-page"))
      }
      guard let instrument else { return .answer(.orders(page.reports)) }
      return .answer(.orders(page.reports.filter { $0.instrument == instrument.id }))
    case .fills(let instrument, let order, _, _):
      return .answer(try fills(&reader, symbols, instrument, order))
    case .balances: return .answer(try balances(&reader))
    case .fees(let instrument): return .answer(.fees([try fees(WireObject(&reader), instrument)]))
    case .serverTime: return .answer(.serverTime(try time(WireObject(&reader))))
    case .cancelAll, .streamToken:
      // Never asked for.
      throw reader.failure(.knownField)
    }
  }

  // MARK: Orders

  /// `success` alone decides: an order that was taken may come with an `error_response` too.
  private func placed(_ body: WireObject, _ order: OrderRequest) throws(WireError) -> Verdict {
    let id = body.text("success_response.order_id") ?? body.text("order_id")
    guard body.isTrue("success") else {
      guard body.text("success") == "false" else { throw body.missing() }
      return .failure(refusal(body, namesOrder: id != nil))
    }
    guard let id else { throw body.missing() }
    var report = OrderReport(status: .pending)
    report.venueOrderID = id
    report.clientOrderID = order.clientOrderID
    report.instrument = order.instrument.id
    report.side = order.side
    report.quantity = order.quantity
    return .answer(.order(report))
  }

  /// The first of the reasons that is one.
  private func refusal(_ body: WireObject, namesOrder: Bool) -> VenueFailure {
    let paths = [
      "error_response.error", "error_response.new_order_failure_reason",
      "error_response.preview_failure_reason", "failure_reason",
    ]
    let reasons = paths.compactMap { body.text($0) }
    let reason = reasons.first { !$0.hasPrefix("UNKNOWN_") } ?? reasons.first ?? "no-reason"
    let words =
      body.text("error_response.error_details") ?? body.text("error_response.message") ?? ""
    return Coinbase.orderFailure(reason, namesOrder: namesOrder, words: words)
  }

  private func cancelled(
    _ body: WireObject,
    _ reference: OrderReference
  ) throws(WireError) -> Verdict {
    let id = try body.required("results.0.order_id")
    guard reference == .venue(id) else { throw body.wrong("results.0.order_id", .knownField) }
    if body.isTrue("results.0.success") { return .answer(.done(count: 1)) }
    guard body.text("results.0.success") == "false" else { throw body.missing() }
    let reason = body.text("results.0.failure_reason") ?? "no-reason"
    return .failure(Coinbase.cancelFailure(reason))
  }

  private func single(
    _ reader: inout JSONReader,
    _ id: String,
    _ symbols: borrowing SymbolTable,
    _ instrument: Instrument
  ) throws(WireError) -> Verdict {
    var report: OrderReport?
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      if reader.keyIs("order") {
        report = try order(WireObject(&reader), symbols, instrument)
      } else {
        try reader.skipValue()
      }
    }
    guard let report, report.venueOrderID == id else { throw reader.failure(.requiredField) }
    return .answer(.order(report))
  }

  /// Looks for a client id among the newest orders, for there is no other way.
  ///
  /// An order that is not among them was not placed, as long as fewer than a page of orders came
  /// after it. Should the page not begin with the newest, nothing follows from it.
  private func newest(
    _ reader: inout JSONReader,
    _ id: String,
    _ symbols: borrowing SymbolTable,
    _ instrument: Instrument
  ) throws(WireError) -> Verdict {
    let page = try orders(&reader, symbols, only: (id, instrument))
    if let found = page.reports.first { return .answer(.order(found)) }
    guard !page.isMore || page.isNewestFirst else {
      return .failure(VenueFailure(.unknownOutcome, code: "not-newest-first"))
    }
    return .answer(.orders([]))
  }

  // MARK: Balances, fees, time

  /// Reads a page of accounts; several of one currency add up.
  private func balances(_ reader: inout JSONReader) throws(WireError) -> AccountAnswer {
    var balances: [Balance] = []
    var tail = Tail()
    var hasAccounts = false
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      guard reader.keyIs("accounts") else {
        try tail.read(&reader)
        continue
      }
      hasAccounts = true
      try reader.beginArray()
      var isFirstRow = true
      while try reader.nextElement(&isFirstRow) {
        let row = try WireObject(&reader)
        let asset = Asset(symbol: try row.required("currency"))
        guard
          let free = try row.notional("available_balance.value", of: asset, rounding: .down)
        else { throw row.missing() }
        let held = try row.notional("hold.value", of: asset, rounding: .down) ?? .zero
        if let index = balances.firstIndex(where: { $0.asset == asset }) {
          balances[index].total += free + held
          balances[index].available += free
        } else {
          balances.append(Balance(asset: asset, total: free + held, available: free))
        }
      }
    }
    guard hasAccounts else { throw reader.failure(.requiredField) }
    return .balances(balances, cursor: tail.isMore ? tail.cursor : nil)
  }

  /// Reads `transaction_summary`: one tier for the whole account, as fractions of one.
  private func fees(_ body: WireObject, _ instrument: Instrument?) throws(WireError) -> FeeReport {
    guard let maker = try body.amount("fee_tier.maker_fee_rate", places: 8, rounding: .up),
      let taker = try body.amount("fee_tier.taker_fee_rate", places: 8, rounding: .up)
    else { throw body.missing() }
    guard let makerRate = Int64(exactly: maker), let takerRate = Int64(exactly: taker) else {
      throw body.wrong("fee_tier.taker_fee_rate", .numberInRange)
    }
    return FeeReport(
      instrument: instrument?.id,
      maker: Rate(raw: makerRate),
      taker: Rate(raw: takerRate)
    )
  }

  private func time(_ body: WireObject) throws(WireError) -> Timestamp {
    guard let milliseconds = Int64(try body.required("epochMillis")),
      case let (nanoseconds, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000),
      !overflow, nanoseconds > 0
    else { throw body.wrong("epochMillis", .timestamp) }
    return Timestamp(nanoseconds: nanoseconds)
  }
}

extension Coinbase {
  /// What a list says of its next page.
  struct Tail {
    var hasNext: Bool?
    var cursor: String?

    /// Whether there is more: by its word, or by a cursor where it has none.
    var isMore: Bool { cursor != nil && hasNext != false }

    /// Reads the value of the key that was read last.
    mutating func read(_ reader: inout JSONReader) throws(WireError) {
      if reader.keyIs("has_next") {
        hasNext = try reader.boolean()
      } else if reader.keyIs("cursor") {
        if reader.consumeNull() { return }
        let text = reader.text(try reader.anyString())
        cursor = text.isEmpty || text == "0" ? nil : text
      } else {
        try reader.skipValue()
      }
    }
  }

  /// Refuses an answer that is too large or not UTF-8.
  func checkAnswer(_ body: Span<UInt8>) throws(WireError) {
    guard body.count <= Coinbase.capabilities.maximumFrameBytes else {
      throw WireError(
        offset: Coinbase.capabilities.maximumFrameBytes,
        expected: .smallerFrame,
        found: nil
      )
    }
    try checkText(body)
  }
}
