/// One way to buy and sell at once that ends in what it began with.
struct Route {
  /// One trade of it: a book, and whether base is bought there.
  struct Leg {
    let book: Int
    let isBuy: Bool
  }

  let legs: [Leg]

  /// Every pair of books of one symbol at two venues, and every cycle of three books of one venue.
  ///
  /// Both ways round.
  ///
  /// - Parameter books: venue, base, and quote of each book.
  /// - Returns: pairs first, each in the order of its books.
  static func all(_ books: [(venue: Int, base: String, quote: String)]) -> [Route] {
    var routes: [Route] = []
    for (first, one) in books.enumerated() {
      for (second, other) in books.enumerated()
      where one.venue != other.venue && one.base == other.base && one.quote == other.quote {
        routes.append(
          Route(legs: [Leg(book: first, isBuy: true), Leg(book: second, isBuy: false)])
        )
      }
    }
    // A cross's base is bought and sold for a third asset, whose pairs are the other two legs.
    for (cross, one) in books.enumerated() {
      for (baseBook, base) in books.enumerated()
      where base.venue == one.venue && base.base == one.base && base.quote != one.quote {
        for (quoteBook, quote) in books.enumerated()
        where quote.venue == one.venue && quote.base == one.quote && quote.quote == base.quote {
          routes.append(
            Route(legs: [
              Leg(book: cross, isBuy: true), Leg(book: baseBook, isBuy: false),
              Leg(book: quoteBook, isBuy: true),
            ])
          )
          routes.append(
            Route(legs: [
              Leg(book: cross, isBuy: false), Leg(book: baseBook, isBuy: true),
              Leg(book: quoteBook, isBuy: false),
            ])
          )
        }
      }
    }
    return routes
  }
}
