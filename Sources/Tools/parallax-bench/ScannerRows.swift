import Books
import Costs
import Market
import Strategies
import Units

/// A market made up for the scanners: books of one level a side, and nothing that pays.
private struct ScannerMarket {
  var registry = InstrumentRegistry()
  var books = BookTable()
  var costs = CostModel()
  static let start = Timestamp(nanoseconds: 1_767_621_600_000_000_000)

  mutating func add(_ venue: String, _ base: String, _ quote: String, price: Int64) -> Instrument {
    let instrument = registry.register(
      VenueID(rawValue: venue),
      wireSymbol: "\(base)/\(quote)",
      symbol: Symbol(base: base, quote: quote)
    )
    books.add(instrument.id, rule: .none)
    if let fees = try? InstrumentFees(maker: .zero, taker: Rate(basisPoints: 40)) {
      costs.setFees(fees, of: instrument.id)
    }
    var events = MarketEvents()
    for (side, raw) in [(BookSide.bid, price), (.ask, price + price / 1_000)] {
      events.levels.append(
        LevelUpdate(side: side, price: Price(raw: raw), quantity: Quantity(raw: 100_000_000))
      )
    }
    let change = BookChange(instrument: instrument.id, levels: 0..<2)
    _ = books[instrument.id].receive(change, isSnapshot: true, of: events, at: ScannerMarket.start)
    return instrument
  }
}

/// The cost of one update to the strategies.
enum ScannerRows {
  private static let updates = 20_000
  private static let repetitions = 15

  /// Triangles among so many instruments of one venue: coins against USD, BTC, and ETH, so that a
  /// coin's own instruments are in two triangles each, whatever the number of coins.
  private static func triangles(
    _ count: Int
  ) -> (market: ScannerMarket, scanner: TriangularScanner, coins: [InstrumentID]) {
    var market = ScannerMarket()
    var scanner = TriangularScanner()
    var coins: [InstrumentID] = []
    func register(_ base: String, _ quote: String, _ price: Int64) {
      let instrument = market.add("venue", base, quote, price: price)
      scanner.register(instrument)
      if quote == "USD", base.hasPrefix("C") { coins.append(instrument.id) }
    }
    register("BTC", "USD", 900_000_000_000_000)
    register("ETH", "USD", 30_000_000_000_000)
    register("ETH", "BTC", 333_000_000)
    var coin = 0
    while market.registry.instruments.count + 3 <= max(6, count) {
      register("C\(coin)", "USD", 1_000_000_000_000)
      register("C\(coin)", "BTC", 11_111_111)
      register("C\(coin)", "ETH", 333_333_333)
      coin += 1
    }
    return (market, scanner, coins)
  }

  /// `triangular/<n>` updates the same few instruments of the universe again and again;
  /// `triangular-spread/<n>` goes through all of them, and so through the caches too.
  static func triangular() -> [Row] {
    let clock = ProcessorClock()
    let sizes = [10, 100, 1_000, 5_000]
    let made = sizes.map(triangles)
    let markets = made.map(\.market)
    var scanners = made.map(\.scanner)
    var focused = sizes.map { _ in Times() }
    var spread = sizes.map { _ in Times() }
    var counts = sizes.map { _ in 0 }
    var output = StrategyOutput()
    for repetition in 0..<repetitions {
      for index in sizes.indices {
        let coins = made[index].coins
        let few = (0..<16).map { coins[$0 * coins.count / 16] }
        for (isSpread, targets) in [(false, few), (true, coins)] {
          var time = ScannerMarket.start
          let work = {
            for update in 0..<updates {
              time = time.advanced(byNanoseconds: 1)
              scanners[index].evaluate(
                changed: targets[update % targets.count],
                topMoved: true,
                books: markets[index].books,
                costs: markets[index].costs,
                at: time,
                into: &output
              )
            }
          }
          if repetition == 0 {
            let count = allocations(in: work)
            if !isSpread { counts[index] = count }
          }
          let duration = clock.measure(work)
          if isSpread {
            spread[index].add(duration, per: updates)
          } else {
            focused[index].add(duration, per: updates)
          }
        }
      }
    }
    precondition(output.isEmpty, "nothing pays in the made-up market")
    return sizes.indices.map { index in
      Row("triangular/\(sizes[index])", "ns/update", focused[index])
        .against("triangular/100", focused[index].ratio(to: focused[1]))
        .counting(Double(counts[index]) / Double(updates))
    }
      + sizes.indices.map { index in
        Row("triangular-spread/\(sizes[index])", "ns/update", spread[index])
          .against("triangular-spread/100", spread[index].ratio(to: spread[1]))
      }
  }

  static func crossVenue() -> [Row] {
    let clock = ProcessorClock()
    let sizes = Array(2...8)
    var scanners: [CrossVenueScanner] = []
    let markets = sizes.map { count in
      var market = ScannerMarket()
      var scanner = CrossVenueScanner()
      for venue in 0..<count {
        scanner.register(market.add("v\(venue)", "BTC", "USD", price: 900_000_000_000_000))
      }
      scanners.append(scanner)
      return market
    }
    var times = sizes.map { _ in Times() }
    var counts = sizes.map { _ in 0 }
    var output = StrategyOutput()
    for repetition in 0..<repetitions {
      for index in sizes.indices {
        var time = ScannerMarket.start
        let work = {
          for update in 0..<updates {
            time = time.advanced(byNanoseconds: 1)
            scanners[index].evaluate(
              changed: InstrumentID(index: Int32(update % sizes[index])),
              topMoved: true,
              books: markets[index].books,
              costs: markets[index].costs,
              at: time,
              into: &output
            )
          }
        }
        if repetition == 0 { counts[index] = allocations(in: work) }
        times[index].add(clock.measure(work), per: updates)
      }
    }
    precondition(output.isEmpty, "nothing pays in the made-up market")
    return sizes.indices.map { index in
      Row("cross-venue/\(sizes[index])", "ns/update", times[index])
        .against("cross-venue/2", times[index].ratio(to: times[0]))
        .counting(Double(counts[index]) / Double(updates))
    }
  }
}
