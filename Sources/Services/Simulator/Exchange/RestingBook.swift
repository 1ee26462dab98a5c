import Market
import Units

/// What rests at one price, first come, first served.
struct RestingLevel {
  let price: Int64
  var total: Int64
  var queue: [Int64]
}

/// The orders that rest in one instrument: two sides of levels, the best level last.
struct RestingBook {
  private(set) var bids: [RestingLevel] = []
  private(set) var asks: [RestingLevel] = []

  subscript(side: BookSide) -> [RestingLevel] {
    _read { yield side == .bid ? bids : asks }
    _modify {
      if side == .bid { yield &bids } else { yield &asks }
    }
  }

  /// Where `price` is, or where it belongs.
  private func place(of price: Int64, _ side: BookSide) -> (index: Int, isThere: Bool) {
    let levels = self[side]
    var (low, high) = (0, levels.count)
    while low < high {
      let middle = (low + high) / 2
      let isWorse = side == .bid ? levels[middle].price < price : levels[middle].price > price
      if isWorse { low = middle + 1 } else { high = middle }
    }
    return (low, low < levels.count && levels[low].price == price)
  }

  func total(at price: Int64, _ side: BookSide) -> Int64 {
    let place = place(of: price, side)
    return place.isThere ? self[side][place.index].total : 0
  }

  mutating func add(_ order: Int64, price: Int64, quantity: Int64, _ side: BookSide) {
    let place = place(of: price, side)
    if place.isThere {
      self[side][place.index].total += quantity
      self[side][place.index].queue.append(order)
    } else {
      self[side].insert(
        RestingLevel(price: price, total: quantity, queue: [order]),
        at: place.index
      )
    }
  }

  /// Takes `quantity` off an order's level, and the order itself when `isGone`.
  mutating func reduce(
    _ order: Int64,
    price: Int64,
    by quantity: Int64,
    isGone: Bool,
    _ side: BookSide
  ) {
    let place = place(of: price, side)
    precondition(place.isThere, "an order rests where it was put")
    self[side][place.index].total -= quantity
    if isGone {
      self[side][place.index].queue.removeAll { $0 == order }
      if self[side][place.index].queue.isEmpty { self[side].remove(at: place.index) }
    }
  }
}
