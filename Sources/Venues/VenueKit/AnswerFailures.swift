public import Codecs
import Market
public import Units

extension AccountAction {
  /// Whether it changes anything at the venue, so that an unclear answer leaves a question behind.
  public var hasEffect: Bool {
    switch self {
    case .place, .cancel, .cancelAll: true
    case .order, .openOrders, .fills, .balances, .fees, .streamToken, .serverTime: false
    }
  }
}

extension VenueFailure {
  /// The most bytes of a venue's words that are kept.
  public static let maximumWordsBytes = 400

  /// The failure of `action`: what only asked cannot have happened, so an unknown outcome becomes
  /// another try.
  public init(
    _ remedy: Remedy,
    of action: AccountAction,
    code: String,
    words: String = ""
  ) {
    let effective: Remedy =
      remedy == .unknownOutcome && !action.hasEffect
      ? .retryLater(afterNanoseconds: nil) : remedy
    self.init(effective, code: code, words: VenueFailure.cut(words))
  }

  /// An answer that cannot be read: whatever was asked for may have been done.
  public static func unreadable(_ error: WireError, of action: AccountAction) -> VenueFailure {
    VenueFailure(.unknownOutcome, of: action, code: "unreadable", words: error.description)
  }

  /// What the status of an answer says where its body has no code of the venue's.
  ///
  /// Only 429 is proof that nothing happened: any other may come from something that stands
  /// between the venue and us.
  public static func status(
    _ response: borrowing VenueResponse,
    of action: AccountAction
  ) -> VenueFailure {
    let code = "http-\(response.status)"
    switch response.status {
    case 429:
      return VenueFailure(.retryLater(afterNanoseconds: response.retryAfter), code: code)
    case 401, 403:
      let remedy: Remedy = action.hasEffect ? .unknownOutcome : .badKey
      return VenueFailure(remedy, code: code)
    case 400..<500:
      let remedy: Remedy = action.hasEffect ? .unknownOutcome : .permanent
      return VenueFailure(remedy, code: code)
    default: return VenueFailure(.unknownOutcome, of: action, code: code)
    }
  }

  private static func cut(_ words: String) -> String {
    guard words.utf8.count > maximumWordsBytes else { return words }
    return String(decoding: words.utf8.prefix(maximumWordsBytes), as: UTF8.self)
  }
}

extension VenueResponse {
  /// What the header `Retry-After` asks for, where it is a number of seconds within a day.
  public var retryAfter: Int64? {
    guard let text = header("retry-after"), let seconds = Int64(text), seconds >= 0,
      seconds <= 86_400
    else { return nil }
    return seconds * 1_000_000_000
  }
}

extension TradingVenue {
  /// What every private decoder does first: an empty buffer, a size within the limit, and UTF-8.
  public func beginPrivate(
    _ frame: Span<UInt8>,
    into events: inout AccountEvents
  ) throws(WireError) {
    events.removeAll()
    guard frame.count <= Self.capabilities.maximumFrameBytes else {
      throw WireError(
        offset: Self.capabilities.maximumFrameBytes,
        expected: .smallerFrame,
        found: nil
      )
    }
    try checkText(frame)
  }
}

extension VenueResponse {
  /// When the answer was made, to the second: all that some venues tell of their time.
  public func date() throws(VenueFailure) -> Timestamp {
    guard let time = header("date").flatMap({ Timestamp(httpDate: $0) }) else {
      throw VenueFailure(.retryLater(afterNanoseconds: nil), code: "no-date")
    }
    return time
  }
}
