import BitstampVenue
import CoinbaseVenue
import GeminiVenue
import KrakenVenue
import VenueKit

/// The four venues' own ways to say the same, in frames of the shape that each of them sends.
enum LoopbackWire: String, CaseIterable {
  case kraken, coinbase, gemini, bitstamp

  typealias Change = LoopbackBook.Change

  var adapter: any Venue {
    switch self {
    case .kraken: Kraken()
    case .coinbase: Coinbase()
    case .gemini: Gemini()
    case .bitstamp: Bitstamp()
    }
  }

  /// The first number of a frame; from there on they grow and keep their length.
  var firstNumber: Int { self == .bitstamp ? 1_767_621_600_000_001 : 1_000_000_000 }
  var digits: Int { self == .bitstamp ? 16 : 10 }

  /// What a subscription to the book has in it.
  var subscription: String {
    switch self {
    case .kraken: #""channel":"book""#
    case .coinbase: "level2"
    case .gemini: "@depth"
    case .bitstamp: "diff_order_book"
    }
  }

  var instrumentList: String {
    switch self {
    case .kraken:
      #"{"error":[],"result":{"XXBTZUSD":{"altname":"XBTUSD","wsname":"XBT/USD","#
        + #""aclass_base":"currency","base":"XXBT","aclass_quote":"currency","quote":"ZUSD","#
        + #""pair_decimals":1,"lot_decimals":8,"lot_multiplier":1,"ordermin":"0.00005","#
        + #""costmin":"0.5","tick_size":"0.1","status":"online"}}}"#
    case .coinbase:
      #"{"products":[{"product_id":"BTC-USD","base_increment":"0.00000001","#
        + #""quote_increment":"0.01","quote_min_size":"1","base_min_size":"0.00000001","#
        + #""base_max_size":"3400","is_disabled":false,"new":false,"status":"online","#
        + #""cancel_only":false,"limit_only":false,"post_only":false,"trading_disabled":false,"#
        + #""auction_mode":false,"product_type":"SPOT","quote_currency_id":"USD","#
        + #""base_currency_id":"BTC","alias":"","price_increment":"0.01"}]}"#
    case .gemini:
      #"[{"symbol":"BTCUSD","base_currency":"BTC","quote_currency":"USD","tick_size":0.00000001,"#
        + #""quote_increment":0.01,"min_order_size":"0.00001","status":"open","#
        + #""product_type":"spot"}]"#
    case .bitstamp:
      #"[{"trading":"Enabled","base_decimals":8,"url_symbol":"btcusd","name":"BTC/USD","#
        + #""instant_and_market_orders":"Enabled","minimum_order":"10.0 USD","#
        + #""counter_decimals":2,"description":"Bitcoin / U.S. dollar"}]"#
    }
  }

  /// The frames that follow a subscription.
  func opening(_ book: LoopbackBook) -> [LoopbackFrame] {
    switch self {
    case .kraken:
      let answer =
        #"{"method":"subscribe","result":{"channel":"book","depth":100,"snapshot":true,"#
        + #""symbol":"BTC/USD"},"success":true,"time_in":"2026-01-05T14:00:00.139940Z","#
        + #""time_out":"2026-01-05T14:00:00.140000Z"}"#
      return [LoopbackFrame(answer), frame(book.levels, book, "snapshot")]
    case .coinbase, .gemini:
      return [frame(book.levels, book, "snapshot")]
    case .bitstamp:
      return [
        LoopbackFrame(
          #"{"event":"bts:subscription_succeeded","channel":"diff_order_book_btcusd","data":{}}"#
        )
      ]
    }
  }

  func update(_ changes: [Change], _ book: LoopbackBook) -> LoopbackFrame {
    frame(changes, book, "update")
  }

  /// What a request for the book answers with; only Bitstamp's is asked for.
  func answer(_ book: LoopbackBook) -> LoopbackFrame {
    let (bids, asks) = (pairs(book.levels, book, true), pairs(book.levels, book, false))
    return LoopbackFrame(
      #"{"timestamp":"1767621600","microtimestamp":"\#(firstNumber)","#
        + #""bids":[\#(bids)],"asks":[\#(asks)]}"#,
      number: "\(firstNumber)"
    )
  }

  private func frame(_ changes: [Change], _ book: LoopbackBook, _ type: String) -> LoopbackFrame {
    // A book that is told whole names nothing that is not there.
    let changes = type == "snapshot" ? changes.filter { $0.quantity != 0 } : changes
    let number = "\(firstNumber)"
    switch self {
    case .kraken:
      let sides = [true, false].map { isBid in
        changes.filter { $0.isBid == isBid }.map {
          #"{"price":\#(book.price($0)),"qty":\#(quantityText($0.quantity))}"#
        }
        .joined(separator: ",")
      }
      return LoopbackFrame(
        #"{"channel":"book","type":"\#(type)","data":[{"symbol":"BTC/USD","bids":[\#(sides[0])],"#
          + #""asks":[\#(sides[1])],"checksum":\#(book.checksum),"#
          + #""timestamp":"2026-01-05T14:00:00.180000Z"}]}"#
      )
    case .coinbase:
      let updates = changes.map {
        #"{"side":"\#($0.isBid ? "bid" : "offer")","event_time":"2026-01-05T14:00:00.2Z","#
          + #""price_level":"\#(book.price($0))","new_quantity":"\#(quantityText($0.quantity))"}"#
      }
      return LoopbackFrame(
        #"{"channel":"l2_data","timestamp":"2026-01-05T14:00:00.201441087Z","#
          + #""sequence_num":\#(number),"events":[{"type":"\#(type)","product_id":"BTC-USD","#
          + #""updates":[\#(updates.joined(separator: ","))]}]}"#,
        number: number
      )
    case .gemini:
      return LoopbackFrame(
        #"{"e":"depthUpdate","E":1767621600200000001,"s":"btcusd","U":\#(number),"u":\#(number),"#
          + #""b":[\#(pairs(changes, book, true))],"a":[\#(pairs(changes, book, false))]}"#,
        number: number
      )
    case .bitstamp:
      return LoopbackFrame(
        #"{"data":{"timestamp":"1767621600","microtimestamp":"\#(number)","#
          + #""bids":[\#(pairs(changes, book, true))],"asks":[\#(pairs(changes, book, false))]},"#
          + #""channel":"diff_order_book_btcusd","event":"data"}"#,
        number: number
      )
    }
  }

  private func pairs(_ changes: [Change], _ book: LoopbackBook, _ isBid: Bool) -> String {
    changes.filter { $0.isBid == isBid }.map {
      #"["\#(book.price($0))","\#(quantityText($0.quantity))"]"#
    }
    .joined(separator: ",")
  }
}
