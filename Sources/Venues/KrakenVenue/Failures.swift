import Codecs
import VenueKit

extension Kraken {
  /// What an error text means for us: `<E><category>:<text>[:<detail>]`.
  ///
  /// A text that is not listed tells by its category whether the order ever reached the matching
  /// engine. After `EService` and `EGeneral` the order may exist; the others refuse.
  ///
  /// - Source: Kraken API documentation, "Errors", and the lists of errors that the
  ///   adapters of hummingbot and nautilus keep.
  static func failure(_ text: String, hasEffect: Bool) -> VenueFailure {
    VenueFailure(
      remedy(text, hasEffect: hasEffect),
      code: code(text),
      words: String(text.prefix(VenueFailure.maximumWordsBytes))
    )
  }

  private static func remedy(_ text: String, hasEffect: Bool) -> VenueFailure.Remedy {
    if let listed = errors.first(where: { text.hasPrefix($0.text) }) {
      switch listed.meaning {
      case .certain(let remedy): return remedy
      case .unclear: return hasEffect ? .unknownOutcome : .retryLater(afterNanoseconds: nil)
      case .throttled: return .banned(untilNanoseconds: throttledUntil(text))
      }
    }
    let refuses = ["EOrder:", "EQuery:", "EAPI:", "EAccount:", "EFunding:", "EAuth:"]
    if refuses.contains(where: { text.hasPrefix($0) }) { return .permanent }
    return hasEffect ? .unknownOutcome : .retryLater(afterNanoseconds: nil)
  }

  enum Meaning: Hashable {
    case certain(VenueFailure.Remedy)
    /// The venue may have done it or not.
    case unclear
    /// Blocked up to the second that the text ends with.
    case throttled
  }

  /// The documented texts; the first that begins an error decides.
  static let errors: [(text: String, meaning: Meaning)] = [
    ("EOrder:Insufficient funds", .certain(.insufficientFunds)),
    ("EOrder:Insufficient margin", .certain(.insufficientFunds)),
    ("EOrder:Insufficient initial margin", .certain(.insufficientFunds)),
    ("EOrder:Unknown order", .certain(.unknownOrder)),
    ("EOrder:Rate limit exceeded", .certain(.retryLater(afterNanoseconds: nil))),
    ("EOrder:Domain rate limit exceeded", .certain(.retryLater(afterNanoseconds: nil))),
    ("EOrder:Orders limit exceeded", .certain(.retryLater(afterNanoseconds: nil))),
    // An order with this client id is open: it may be the very one. The first text is what others
    // have measured.
    ("EGeneral:Invalid arguments:cl_ord_id not unique", .unclear),
    ("EOrder:Duplicate", .unclear),
    ("EOrder:cl_ord_id", .unclear),
    ("EOrder:Order minimum not met", .certain(.permanent)),
    ("EOrder:Cost minimum not met", .certain(.permanent)),
    ("EOrder:Tick size check failed", .certain(.permanent)),
    ("EOrder:Invalid price", .certain(.permanent)),
    ("EOrder:Invalid order", .certain(.permanent)),
    ("EOrder:Post only order", .certain(.permanent)),
    ("EOrder:Cannot open position", .certain(.permanent)),
    ("EOrder:Cannot open opposing position", .certain(.permanent)),
    ("EOrder:Margin allowance exceeded", .certain(.permanent)),
    ("EOrder:Margin level too low", .certain(.permanent)),
    ("EOrder:Margin position size exceeded", .certain(.permanent)),
    ("EOrder:Positions limit exceeded", .certain(.permanent)),
    ("EOrder:Unknown position", .certain(.permanent)),
    ("EOrder:Trading agreement required", .certain(.permanent)),
    ("EAPI:Invalid key", .certain(.badKey)),
    ("EAPI:Invalid signature", .certain(.badKey)),
    ("EAPI:Invalid session", .certain(.badKey)),
    ("EAPI:Invalid nonce", .certain(.resyncClock)),
    ("EAPI:Rate limit exceeded", .certain(.retryLater(afterNanoseconds: nil))),
    ("EAuth:", .certain(.badKey)),
    ("ESession:Invalid session", .certain(.badKey)),
    ("EGeneral:Invalid arguments", .certain(.permanent)),
    ("EGeneral:Permission denied", .certain(.badKey)),
    ("EGeneral:Unknown method", .certain(.permanent)),
    // A quarter of an hour after bad keys or nonces; each further call prolongs it.
    ("EGeneral:Temporary lockout", .certain(.banned(untilNanoseconds: nil))),
    ("EGeneral:Internal error", .unclear),
    ("EQuery:Unknown asset pair", .certain(.permanent)),
    ("EQuery:Unknown asset", .certain(.permanent)),
    ("EService:Market in", .certain(.maintenance)),
    ("EService:Deadline elapsed", .certain(.permanent)),
    ("EService:Throttled", .throttled),
    ("EService:Unavailable", .unclear),
    ("EService:Busy", .unclear),
    ("EService:Timeout", .unclear),
    ("EAccount:Invalid permissions", .certain(.permanent)),
    ("EFunding:Unknown withdraw key", .certain(.permanent)),
    ("EFunding:Invalid amount", .certain(.permanent)),
    ("Exceeded msg rate", .certain(.retryLater(afterNanoseconds: nil))),
  ]

  /// Category and text, without the detail: `EGeneral:Invalid arguments`.
  private static func code(_ text: String) -> String {
    text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).prefix(2)
      .joined(separator: ":")
  }

  /// The second that `EService:Throttled: <seconds since 1970>` names, in nanoseconds.
  private static func throttledUntil(_ text: String) -> Int64? {
    let digits = text.split(separator: ":").last?.filter { $0 != " " } ?? ""
    guard let seconds = Int64(digits), (0...9_000_000_000).contains(seconds) else { return nil }
    return seconds * 1_000_000_000
  }
}
