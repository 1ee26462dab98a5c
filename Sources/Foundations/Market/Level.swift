public import Units

/// A side of a book; orders have ``OrderSide``.
@frozen
public enum BookSide: UInt8, Sendable { case bid, ask }

/// A direction of an order or a trade's taker.
@frozen
public enum OrderSide: UInt8, Sendable { case buy, sell }

/// A price and what rests there.
@frozen
public struct Level: Hashable, Sendable {
  public var price: Price
  public var quantity: Quantity

  @inlinable
  public init(price: Price, quantity: Quantity) {
    self.price = price
    self.quantity = quantity
  }
}

/// The new resting quantity at one price of one side; zero removes the level.
@frozen
public struct LevelUpdate: Hashable, Sendable {
  public var price: Price
  public var quantity: Quantity
  /// The digits as sent, where the venue's checksum needs them; otherwise ``LevelDigits/none``.
  public var digits: LevelDigits
  public var side: BookSide

  @inlinable
  public init(side: BookSide, price: Price, quantity: Quantity, digits: LevelDigits = .none) {
    self.price = price
    self.quantity = quantity
    self.digits = digits
    self.side = side
  }
}

/// A ``LevelUpdate`` whose price lies beyond the range of ``Units/Price``.
@frozen
public struct FarLevelUpdate: Hashable, Sendable {
  public var side: BookSide
  public var price: WidePrice
  public var quantity: Quantity

  @inlinable
  public init(side: BookSide, price: WidePrice, quantity: Quantity) {
    self.side = side
    self.price = price
    self.quantity = quantity
  }
}

/// What a CRC-32 over a book needs to know of one level: the CRC of the level's own digits and how
/// many they are.
///
/// CRC-32 is linear, so the checksum of a whole book is combined from these without reading any
/// digit twice.
@frozen
public struct LevelDigits: Hashable, Sendable {
  public var crc: UInt32
  /// How many digits; 0...63.
  public var count: UInt32

  public static let none = LevelDigits(crc: 0, count: 0)

  @inlinable
  public init(crc: UInt32, count: UInt32) {
    self.crc = crc
    self.count = count
  }
}
