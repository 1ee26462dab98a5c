import Market
import Testing
import Units
import VenueKit
import VenueTesting

@testable import KrakenVenue

/// Bodies of the shapes that Kraken's REST documentation and recordings of others show.
private enum Bodies {
  static let partial =
    #"{"error":[],"result":{"OGMZCL-KC6MC-ZRBGM6":{"refid":null,"userref":0,"cl_ord_id":"parallax-000001","status":"canceled","reason":"User requested","opentm":1705260547.472,"closetm":1705260547.4728658,"starttm":0,"expiretm":0,"descr":{"pair":"XBTUSD","type":"buy","ordertype":"limit","price":"30000.1","order":"buy 0.01000000 XBTUSD @ limit 30000.1"},"vol":"0.01000000","vol_exec":"0.00400000","cost":"120.000040","fee":"0.48000","price":"30000.1","misc":"","oflags":"fciq","trades":["T1"]}}}"#
  static let balances =
    #"{"error":[],"result":{"ZUSD":{"balance":"100.0000","hold_trade":"25.00000000001"},"XXBT":{"balance":"0.123456789","hold_trade":"0.0000000000"},"XBT.F":{"balance":"5","hold_trade":"0"},"XTZ":{"balance":"2","credit":"10","credit_used":"4","hold_trade":"1"}}}"#
  static let history =
    #"{"error":[],"result":{"count":120,"trades":{"TCCCTY-WJ6EO-4FP4VZ":{"ordertxid":"O1","postxid":"P","pair":"XXBTZUSD","time":1688585840.8921,"type":"sell","ordertype":"limit","price":"29500.50","cost":"14750.25","fee":"23.600000001","vol":"0.50000000","margin":"0.00000","misc":"","trade_id":1001,"maker":true},"TDCVFQ-TPEG4-6X7LSZ":{"ordertxid":"O2","pair":"XETHZEUR","time":1688586440.3456,"type":"buy","ordertype":"market","price":"1799.75","cost":"1799.75","fee":"3.60","vol":"1.00000000","maker":false}}}}"#
  static let fees =
    #"{"error":[],"result":{"currency":"ZUSD","volume":"200709587.4223","fees":{"XXBTZUSD":{"fee":"0.2600","minfee":"0.1000","maxfee":"0.2600","nextfee":"0.2400","tiervolume":"0.0000","nextvolume":"50000.0000"}},"fees_maker":{"XXBTZUSD":{"fee":"0.16000001","minfee":"0.0000"}}}}"#
}

@Suite("Reading Kraken's answers")
struct AnswersTests {
  private let bench = Account.bench

  @Test("an accepted order is pending under Kraken's id")
  func placed() throws {
    let order = Account.order()
    let answer = try bench.answer(
      .place(order),
      #"{"error":[],"result":{"txid":["OUF4EM-FRGI2-MQMWZD"],"descr":{"order":"buy"}}}"#
    )
    var report = OrderReport(status: .pending)
    report.venueOrderID = "OUF4EM-FRGI2-MQMWZD"
    report.clientOrderID = "parallax-000001"
    report.instrument = Account.bitcoin.id
    report.side = .buy
    report.quantity = order.quantity
    #expect(answer == .order(report))
  }

  @Test("an accepted order without an id may exist")
  func nameless() {
    let failure = bench.failure(.place(Account.order()), #"{"error":[],"result":{"txid":[]}}"#)
    #expect(failure?.remedy == .unknownOutcome)
    #expect(failure?.code == "unreadable")
  }

  @Test("a warning is no error")
  func warning() throws {
    let answer = try bench.answer(
      .cancelAll(nil),
      #"{"error":["WGeneral:x"],"result":{"count":3}}"#
    )
    #expect(answer == .done(count: 3))
  }

  @Test("a cancellation of nothing says that the order is not known")
  func cancelled() throws {
    let action = AccountAction.cancel(.venue("O1"), Account.bitcoin)
    #expect(try bench.answer(action, #"{"error":[],"result":{"count":1}}"#) == .done(count: 1))
    #expect(
      bench.failure(action, #"{"error":[],"result":{"count":0}}"#)?.remedy == .unknownOrder
    )
  }

  @Test("an order that filled in part ends cancelled, with what filled and what that was worth")
  func partial() throws {
    let answer = try bench.answer(
      .order(.venue("OGMZCL-KC6MC-ZRBGM6"), Account.bitcoin),
      Bodies.partial
    )
    var report = OrderReport(status: .cancelled)
    report.instrument = Account.bitcoin.id
    report.venueOrderID = "OGMZCL-KC6MC-ZRBGM6"
    report.clientOrderID = "parallax-000001"
    report.side = .buy
    report.quantity = Quantity(raw: 1_000_000)
    report.filled = Quantity(raw: 400_000)
    report.filledNotional = Notional(raw: 12_000_004_000)
    report.reason = "User requested"
    report.venueTime = Timestamp(nanoseconds: 1_705_260_547_472_865_800)
    #expect(answer == .order(report))
  }

  @Test(
    "each status has its meaning, and closed means filled only when all of it filled",
    arguments: [
      ("pending", OrderStatus.pending), ("open", .open), ("closed", .cancelled),
      ("canceled", .cancelled), ("expired", .expired),
    ]
  )
  func statuses(_ word: String, _ status: OrderStatus) throws {
    let body = Bodies.partial.replacing(#""canceled""#, with: "\"\(word)\"")
    let action = AccountAction.order(.venue("OGMZCL-KC6MC-ZRBGM6"), Account.bitcoin)
    guard case .order(let report) = try bench.answer(action, body) else {
      Issue.record("no order")
      return
    }
    #expect(report.status == status)
    let whole = body.replacing("0.00400000", with: "0.01000000")
    guard case .order(let report) = try bench.answer(action, whole) else {
      Issue.record("another case")
      return
    }
    #expect(report.status == (word == "closed" ? .filled : status))
  }

  @Test("a status that is not documented is not guessed at")
  func unknownStatus() {
    let body = Bodies.partial.replacing(#""canceled""#, with: #""melted""#)
    let failure = bench.failure(.order(.venue("OGMZCL-KC6MC-ZRBGM6"), Account.bitcoin), body)
    #expect(failure?.code == "unreadable")
    #expect(failure?.remedy == .retryLater(afterNanoseconds: nil))
  }

  @Test("an order that the answer does not name is not known")
  func absent() {
    let failure = bench.failure(.order(.venue("OTHER"), Account.bitcoin), Bodies.partial)
    #expect(failure?.remedy == .unknownOrder)
  }

  @Test("by client id, only orders that carry it count, and none is an empty list")
  func byClientID() throws {
    let body = Bodies.partial
      .replacing(#""result":{"#, with: #""result":{"closed":{"#)
      .replacing("}}}", with: #"}},"count":1}}"#)
    let found = try bench.answer(.order(.client("parallax-000001"), Account.bitcoin), body)
    guard case .order(let report) = found else {
      Issue.record("\(found)")
      return
    }
    #expect(report.venueOrderID == "OGMZCL-KC6MC-ZRBGM6")
    #expect(
      try bench.answer(.order(.client("parallax-000002"), Account.bitcoin), body) == .orders([])
    )
  }

  @Test("open orders are those of the instrument asked for")
  func open() throws {
    let body =
      #"{"error":[],"result":{"open":{"O1":{"status":"open","descr":{"pair":"XBTUSD","type":"buy"},"vol":"1","vol_exec":"0","cost":"0","oflags":"fciq"},"O2":{"status":"open","descr":{"pair":"ETHUSDT","type":"sell"},"vol":"2","vol_exec":"0","cost":"0","oflags":"viqc"},"O3":{"status":"open","descr":{"pair":"FOOUSD","type":"sell"},"vol":"2","vol_exec":"0","cost":"0"}}}}"#
    guard case .orders(let all) = try bench.answer(.openOrders(nil), body),
      case .orders(let some) = try bench.answer(.openOrders(Account.bitcoin), body)
    else {
      Issue.record("another case")
      return
    }
    #expect(all.map(\.venueOrderID) == ["O1", "O2", "O3"])
    #expect(all.map(\.instrument) == [Account.bitcoin.id, Account.ether.id, nil])
    // A volume in the quote asset is no quantity, and without the pair nothing has a scale.
    #expect(all.map { $0.quantity?.raw } == [100_000_000, nil, nil])
    #expect(some.map(\.venueOrderID) == ["O1"])
  }

  @Test("fills have exact amounts, the fee rounded up, and the next page by its offset")
  func fills() throws {
    let action = AccountAction.fills(nil, order: nil, since: nil, cursor: "50")
    let answer = try bench.answer(action, Bodies.history)
    let fill = Fill(
      instrument: Account.bitcoin.id,
      tradeID: "TCCCTY-WJ6EO-4FP4VZ",
      venueOrderID: "O1",
      side: .sell,
      price: Price(raw: 295_005_000_000_000),
      quantity: Quantity(raw: 50_000_000),
      fee: Notional(raw: 2_360_000_001),
      feeAsset: Account.bitcoin.quote,
      liquidity: .maker,
      venueTime: Timestamp(nanoseconds: 1_688_585_840_892_100_000)
    )
    #expect(answer == .fills([fill], cursor: "52"))
    let finer = Bodies.history.replacing("23.600000001", with: "23.6000000011")
    guard case .fills(let fills, _) = try bench.answer(action, finer) else {
      Issue.record("another case")
      return
    }
    #expect(fills.first?.fee == Notional(raw: 2_360_000_001))
    let finest = Bodies.history.replacing("23.600000001", with: "23.600000010001")
    guard case .fills(let more, _) = try bench.answer(action, finest) else {
      Issue.record("another case")
      return
    }
    #expect(more.first?.fee == Notional(raw: 2_360_000_002))
  }

  @Test(
    "a pair is known by its REST names without a list of them",
    arguments: ["XXBTZUSD", "XBTUSD", "XXDGXXBT", "XDGXBT", "SOLUSD"]
  )
  func pairs(_ pair: String) throws {
    let bench = AccountBench(
      Kraken(),
      [("BTC/USD", "BTC/USD"), ("DOGE/BTC", "DOGE/BTC"), ("SOL/USD", "SOL/USD")]
    )
    let body = Bodies.history.replacing("XXBTZUSD", with: pair)
    let answer = try bench.answer(.fills(nil, order: nil, since: nil, cursor: nil), body)
    guard case .fills(let fills, _) = answer else {
      Issue.record("\(answer)")
      return
    }
    let symbol = fills.first.map { bench.instruments[Int($0.instrument.index)].symbol.description }
    #expect(
      symbol == (pair.hasPrefix("S") ? "SOL/USD" : pair.contains("DG") ? "DOGE/BTC" : "BTC/USD")
    )
  }

  @Test("fills of another order or instrument are left out, and the last page has no cursor")
  func otherFills() throws {
    let last = Bodies.history.replacing(#""count":120"#, with: #""count":2"#)
    #expect(
      try bench.answer(.fills(nil, order: .venue("O2"), since: nil, cursor: nil), last)
        == .fills([], cursor: nil)
    )
    #expect(
      try bench.answer(.fills(Account.ether, order: nil, since: nil, cursor: nil), last)
        == .fills([], cursor: nil)
    )
  }

  @Test("balances round down, holds round up, and what is bound elsewhere is left out")
  func balances() throws {
    let answer = try bench.answer(.balances(cursor: nil), Bodies.balances)
    func balance(_ symbol: String, _ total: Int128, _ available: Int128) -> Balance {
      Balance(
        asset: Asset(symbol: symbol),
        total: Notional(raw: total),
        available: Notional(raw: available)
      )
    }
    #expect(
      answer
        == .balances(
          [
            balance("USD", 10_000_000_000, 7_499_999_999),
            balance("BTC", 12_345_678, 12_345_678),
            balance("XTZ", 200_000_000, 700_000_000),
          ],
          cursor: nil
        )
    )
  }

  @Test(
    "old names of assets lose their letter, and real names keep it",
    arguments: [
      ("XXBT", "BTC"), ("XXDG", "DOGE"), ("ZUSD", "USD"), ("XETH", "ETH"), ("XTZ", "XTZ"),
      ("ZRX", "ZRX"), ("ZEC", "ZEC"), ("XZEC", "ZEC"), ("XBT", "BTC"), ("USDC", "USDC"),
    ]
  )
  func assets(_ name: String, _ symbol: String) {
    #expect(Kraken.balanceAsset(name)?.symbol == symbol)
    #expect(Kraken.balanceAsset(name + ".S") == nil)
  }

  @Test("fees come in percent and round up; a pair without maker fees has one fee")
  func fees() throws {
    let action = AccountAction.fees(Account.bitcoin)
    let report = FeeReport(
      instrument: Account.bitcoin.id,
      maker: Rate(raw: 160_001),
      taker: Rate(raw: 260_000)
    )
    #expect(try bench.answer(action, Bodies.fees) == .fees([report]))
    let single = Bodies.fees.replacing("fees_maker", with: "fees_other")
    #expect(
      try bench.answer(action, single)
        == .fees([
          FeeReport(instrument: report.instrument, maker: report.taker, taker: report.taker)
        ])
    )
    #expect(bench.failure(action, #"{"error":[],"result":{"volume":"0"}}"#) != nil)
  }

  @Test("a token, and the venue's clock to the second")
  func tokenAndTime() throws {
    #expect(
      try bench.answer(.streamToken, #"{"error":[],"result":{"token":"abc","expires":900}}"#)
        == .streamToken(StreamToken(token: "abc"))
    )
    #expect(
      try bench.answer(
        .serverTime,
        #"{"error":[],"result":{"unixtime":1762820224,"rfc1123":"Tue, 11 Nov 25 00:17:04 +0000"}}"#
      ) == .serverTime(Timestamp(nanoseconds: 1_762_820_224_000_000_000))
    )
  }

  @Test("no beginning of an answer passes for the answer")
  func cuts() {
    #expect(
      bench.acceptedCuts(
        ofAnswer: Bodies.partial,
        to: .order(.venue("OGMZCL-KC6MC-ZRBGM6"), Account.bitcoin)
      ) == 0
    )
    #expect(bench.acceptedCuts(ofAnswer: Bodies.balances, to: .balances(cursor: nil)) == 0)
  }
}
