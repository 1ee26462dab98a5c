import Market

/// The triangles of all venues, found once, as instruments are registered.
///
/// A triangle is three instruments of one venue over three assets. Its two directions are two
/// cycles, each a route of its own.
struct TriangleIndex: Sendable {
  /// One direction of a triangle, as three orders that end where they began.
  struct Cycle: Hashable, Sendable {
    let legs: (RouteLeg, RouteLeg, RouteLeg)
    /// What is started and ended with.
    let start: String

    var list: [RouteLeg] { [legs.0, legs.1, legs.2] }

    static func == (lhs: Cycle, rhs: Cycle) -> Bool {
      lhs.start == rhs.start && lhs.list == rhs.list
    }

    func hash(into hasher: inout Hasher) { hasher.combine(list) }
  }

  private struct Node: Hashable {
    var venue: VenueID
    var asset: String
  }

  private struct Edge {
    var instrument: Instrument
    var other: String
  }

  private var edges: [Node: [Edge]] = [:]

  /// Money first: what a cycle starts with where the triangle holds one of these, in this order.
  static let starts = ["USD", "USDC", "USDT", "EUR", "GBP", "BTC", "ETH"]

  /// Adds an instrument and gives the cycles that it closes, in an order that depends on nothing
  /// but the order of registration.
  mutating func add(_ instrument: Instrument) -> [Cycle] {
    let base = Node(venue: instrument.venue, asset: instrument.base.symbol)
    let quote = Node(venue: instrument.venue, asset: instrument.quote.symbol)
    guard base.asset != quote.asset else { return [] }
    var cycles: [Cycle] = []
    for first in edges[base, default: []] where first.other != quote.asset {
      for second in edges[quote, default: []] where second.other == first.other {
        let members = [instrument, first.instrument, second.instrument]
        cycles += TriangleIndex.cycles(
          members,
          assets: [base.asset, quote.asset, first.other]
        )
      }
    }
    edges[base, default: []].append(Edge(instrument: instrument, other: quote.asset))
    edges[quote, default: []].append(Edge(instrument: instrument, other: base.asset))
    return cycles
  }

  /// Both directions of a triangle.
  private static func cycles(_ members: [Instrument], assets: [String]) -> [Cycle] {
    let start = starts.first { assets.contains($0) } ?? assets.min() ?? ""
    let others = assets.filter { $0 != start }.sorted()
    return [others, Array(others.reversed())].compactMap { path in
      let stops = [start] + path + [start]
      let legs = zip(stops, stops.dropFirst()).compactMap { from, to in leg(members, from, to) }
      guard legs.count == 3 else { return nil }
      return Cycle(legs: (legs[0], legs[1], legs[2]), start: start)
    }
  }

  /// The order that turns one asset into another.
  private static func leg(_ members: [Instrument], _ from: String, _ to: String) -> RouteLeg? {
    for instrument in members {
      if instrument.base.symbol == to, instrument.quote.symbol == from {
        return RouteLeg(instrument: instrument.id, side: .buy)
      }
      if instrument.base.symbol == from, instrument.quote.symbol == to {
        return RouteLeg(instrument: instrument.id, side: .sell)
      }
    }
    return nil
  }
}
