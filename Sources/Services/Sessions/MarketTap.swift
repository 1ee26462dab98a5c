public import Market
public import Recording
import Transport
import Units

/// Hears of everything that reaches the engine, in the order in which it does.
public protocol MarketTap: AnyObject {
  /// `payload` and `address` are what ``Recording/Record/Kind`` says, lent for the call.
  func record(
    _ record: Record,
    of venue: VenueID,
    _ payload: Span<UInt8>,
    address: String
  )
}
