import Codecs
import Units

/// The parameters of a private call: the JSON object of its payload, or `params` of a frame.
struct GeminiPayload {
  let object: JSONValue

  subscript(_ name: String) -> JSONValue? {
    let value = object[name]
    return value == .null ? nil : value
  }

  func text(_ name: String) -> String? { self[name]?.text }

  /// A whole number, or what is taken without one.
  func integer(_ name: String, _ usual: Int, in range: ClosedRange<Int>) throws(GeminiError) -> Int
  {
    guard let value = self[name] else { return usual }
    guard let integer = value.integer, integer >= range.lowerBound else {
      throw .invalidJSON("Invalid value for \(name): '\(value.text ?? "")'")
    }
    return min(integer, range.upperBound)
  }

  func boolean(_ name: String) -> Bool { self[name]?.boolean ?? false }

  /// The moment after which rows are wanted; seconds or milliseconds, as the documentation allows.
  func timestamp(_ name: String = "timestamp") throws(GeminiError) -> Timestamp? {
    guard let value = self[name] else { return nil }
    guard let text = value.text, let time = Timestamp(geminiText: text) else {
      throw GeminiError(
        400,
        "InvalidTimestampInPayload",
        "Invalid timestamp '\(value.text ?? "")'"
      )
    }
    return time
  }
}

extension Timestamp {
  /// Seconds or milliseconds since 1970 as a whole number: what is beyond the year 5138 as seconds
  /// is taken as milliseconds.
  init?(geminiText text: some StringProtocol) {
    guard let value = Int64(text), value >= 0 else { return nil }
    let unit: Int64 = value < 100_000_000_000 ? 1_000_000_000 : 1_000_000
    let (nanoseconds, overflow) = value.multipliedReportingOverflow(by: unit)
    guard !overflow else { return nil }
    self.init(nanoseconds: nanoseconds)
  }
}
