/// Says on a message stream how far long work is: a line that rewrites itself on a terminal, a line
/// each ten seconds elsewhere; nothing for work that is done within a second.
///
/// Time is given with each update, so that the meter itself needs no clock.
public struct ProgressMeter: Sendable {
  private let title: String
  private let isTerminal: Bool
  private let write: @Sendable (String) -> Void
  private var lastShown: Duration
  private var hasLine = false

  public init(
    _ title: String,
    isTerminal: Bool,
    write: @escaping @Sendable (String) -> Void
  ) {
    self.title = title
    self.isTerminal = isTerminal
    self.write = write
    lastShown = .zero
  }

  /// Takes how far the work is, `elapsed` after its start; `detail` goes behind.
  public mutating func update(done: Int, of total: Int, elapsed: Duration, detail: String = "") {
    let interval: Duration = isTerminal ? .milliseconds(hasLine ? 200 : 1_000) : .seconds(10)
    guard elapsed - lastShown >= interval else { return }
    lastShown = elapsed
    let text = line(done: done, of: total, elapsed: elapsed, detail: detail)
    write(isTerminal ? "\r\u{1B}[K" + text : text + "\n")
    hasLine = true
  }

  /// Takes the line away again.
  public mutating func finish() {
    if isTerminal, hasLine { write("\r\u{1B}[K") }
    hasLine = false
  }

  func line(done: Int, of total: Int, elapsed: Duration, detail: String) -> String {
    let seconds = max(
      1e-9,
      Double(elapsed.components.seconds) + Double(
        elapsed.components.attoseconds
      ) / 1e18
    )
    let rate = Double(done) / seconds
    var text = "\(title) \(byteText(done))"
    if total > 0 {
      let share = min(1, Double(done) / Double(total))
      let filled = Int(share * 24)
      let bar =
        String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
      let left = rate > 0 ? Double(max(0, total - done)) / rate : 0
      text =
        "\(title) \(bar) \(rounded(share * 100, 0)) % of \(byteText(total)), "
        + "\(durationText(nanoseconds: Int64(left * 1e9))) left"
    }
    return text + ", \(byteText(Int(rate)))/s" + (detail.isEmpty ? "" : ", \(detail)")
  }
}
