/// Colour and weight for a terminal that has them; otherwise nothing.
public struct Style: Hashable, Sendable {
  public let isOn: Bool

  public init(isOn: Bool) { self.isOn = isOn }

  public static let plain = Style(isOn: false)

  public func bold(_ text: String) -> String { wrap(text, 1) }
  public func dim(_ text: String) -> String { wrap(text, 2) }
  public func red(_ text: String) -> String { wrap(text, 31) }
  public func green(_ text: String) -> String { wrap(text, 32) }
  public func yellow(_ text: String) -> String { wrap(text, 33) }

  private func wrap(_ text: String, _ code: Int) -> String {
    isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
