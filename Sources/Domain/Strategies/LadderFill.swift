import Books
import Market
import Units

/// What taking a quantity from one side of a book comes to.
struct LadderFill: Sendable {
  /// In units of the base asset.
  var quantity: Int64 = 0
  /// The exact sum of price × quantity, in raw units of both.
  var products: Int128 = 0
  /// The price of the last level reached.
  var limit = Price.zero

  /// Sums beyond this are not followed: 2⁹⁸ is more than 10¹² of any asset, and leaves room to
  /// multiply by a rate.
  static let maximumProducts: Int128 = 1 << 98

  /// `products ÷ quantity`, rounded as said.
  func average(_ rounding: Rounding) -> Price {
    guard quantity > 0 else { return .zero }
    let exact = divide(products, by: Int128(quantity), rounding: rounding)
    return Price(raw: Int64(clamping: exact))
  }
}

extension Ladder {
  /// Takes up to `quantity` and up to `products` of price × quantity from the best levels on.
  ///
  /// Looks at no more than `levels` levels. The quantity is rounded down where `products` ends it.
  func fill(
    quantity: Int64,
    products: Int128 = LadderFill.maximumProducts,
    levels: Int
  ) -> LadderFill {
    var fill = LadderFill()
    var cursor = start
    var rest = quantity
    for _ in 0..<levels {
      guard rest > 0, let level = next(&cursor), level.price.raw > 0 else { break }
      var taken = min(rest, level.quantity.raw)
      var product = exactProduct(level.price.raw, taken)
      if product > products - fill.products {
        taken = Int64(clamping: (products - fill.products) / Int128(level.price.raw))
        guard taken > 0 else { break }
        product = exactProduct(level.price.raw, taken)
        rest = taken
      }
      fill.quantity += taken
      fill.products += product
      fill.limit = level.price
      rest -= taken
    }
    return fill
  }

  /// The least quantity whose price × quantity sums to `products` from the best level on; nil when
  /// `levels` levels do not reach it.
  func quantity(reaching products: Int128, levels: Int) -> Int64? {
    var cursor = start
    var missing = products
    var quantity: Int64 = 0
    for _ in 0..<levels {
      guard missing > 0 else { break }
      guard let level = next(&cursor), level.price.raw > 0 else { return nil }
      let product = exactProduct(level.price.raw, level.quantity.raw)
      let taken =
        product <= missing
        ? level.quantity.raw
        : Int64(clamping: divide(missing, by: Int128(level.price.raw), rounding: .up))
      let (sum, overflow) = quantity.addingReportingOverflow(taken)
      guard !overflow else { return nil }
      quantity = sum
      missing -= product
    }
    return missing > 0 ? nil : quantity
  }

  /// What rests at the best levels for as long as `isIncluded` says so; saturating.
  func depth(levels: Int, while isIncluded: (Price) -> Bool) -> Int64 {
    var cursor = start
    var sum: Int64 = 0
    for _ in 0..<levels {
      guard let level = next(&cursor), level.price.raw > 0, isIncluded(level.price) else { break }
      let (next, overflow) = sum.addingReportingOverflow(level.quantity.raw)
      sum = overflow ? .max : next
    }
    return sum
  }
}

/// The product at its full width, which cannot overflow.
@inline(__always)
func exactProduct(_ lhs: Int64, _ rhs: Int64) -> Int128 {
  let (high, low) = lhs.multipliedFullWidth(by: rhs)
  return Int128(high) << 64 | Int128(low)
}
