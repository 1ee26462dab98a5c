import Configuration
import Foundation
import Market
import TestSupport
import Testing
import Units

@testable import Backtest

@Suite("The report of a replay")
struct ReportTests {
  private func object(_ value: Any?) throws -> [String: Any] {
    try #require(value as? [String: Any])
  }

  private func list(_ value: Any?) throws -> [[String: Any]] {
    try #require(value as? [[String: Any]])
  }

  @Test("as JSON can be read by others, and holds what the report holds")
  func json() throws {
    let report = try replay(try SampleSession.options()).report
    let json = try object(JSONSerialization.jsonObject(with: Data(report.json.utf8)))
    #expect(json["v"] as? Int == 1)
    #expect(json["complete"] as? Bool == true)
    let files = try list(json["files"])
    #expect(files.map { $0["venue"] as? String } == SampleSession.venues)
    #expect(files.compactMap { $0["frames"] as? Int } == report.files.map(\.frames))
    let instruments = try list(json["instruments"])
    #expect(instruments.compactMap { $0["digest"] as? String } == report.instruments.map(\.digest))
    let strategies = try list(json["strategies"])
    #expect(strategies.map { $0["strategy"] as? String } == ["cross_venue", "triangular"])
    let windows = try list(strategies[0]["windows"])
    let window = try #require(windows.first)
    let peak = try object(window["peak"])
    // Money travels as text and adds up to the last digit.
    func decimal(_ value: Any?) throws -> Decimal {
      let text = try #require(value as? String)
      return try #require(Decimal(string: text))
    }
    let costs = try list(peak["costs"]).reduce(Decimal.zero) { try $0 + decimal($1["amount"]) }
    #expect(try decimal(peak["net"]) == decimal(peak["gross"]) - costs)
    #expect(try list(peak["legs"]).map { $0["side"] as? String } == ["buy", "sell"])
    #expect(try list(json["fees"]).count == 4)
  }

  @Test("every field of the JSON is described")
  func described() throws {
    let report = try replay(try SampleSession.options()).report
    let page = Recordings.project.appending(path: "Docs/Replay.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    func names(_ value: Any) -> Set<String> {
      if let object = value as? [String: Any] {
        // The names of channels and symbols are data.
        let fixed = object.filter { !["ignored", "unknown_symbols"].contains($0.key) }
        return fixed.reduce(into: Set(object.keys)) { $0.formUnion(names($1.value)) }
      }
      return (value as? [Any])?.reduce(into: []) { $0.formUnion(names($1)) } ?? []
    }
    let all = names(try JSONSerialization.jsonObject(with: Data(report.json.utf8)))
    #expect(all.count > 60)
    for name in all { #expect(text.contains("`\(name)`"), "\(name)") }
  }

  @Test("as HTML stands alone: pictures inside, nothing from elsewhere, no script")
  func html() throws {
    var options = try SampleSession.options()
    options.keepsSeries = true
    let page = try replay(options).report.html
    #expect(page.contains("<svg"))
    #expect(!page.contains("<script") && !page.contains("src=") && !page.contains("href="))
    for title in [
      "BTC/USD, best direction at the touch", "ETH/BTC book imbalance", "SOL/USD book updates",
      "SOL/USD spread at each venue",
    ] {
      #expect(page.contains(title))
    }
    #expect(page.components(separatedBy: "<tr>").count > 25)
    // A picture can be read without seeing it.
    #expect(page.contains("bitstamp – gemini: "))
  }

  @Test("says in the page that a file was moved")
  func shifted() throws {
    var options = try SampleSession.options(["gemini", "kraken"])
    options.files[0].shiftNanoseconds = 500_000_000
    options.keepsSeries = true
    let page = try replay(options).report.html
    #expect(page.contains("<strong>Time-shifted.</strong>"))
    #expect(page.contains("gemini.plx.zst by 0.5 s"))
  }

  @Test("what files say cannot become markup")
  func escaping() {
    #expect(escaped(#"<b a="1">&'"#) == "&lt;b a=&quot;1&quot;&gt;&amp;&#39;")
  }
}

@Suite("What a report draws")
struct PictureTests {
  @Test("a line that is halved keeps its range, its last value, and its count")
  func halving() {
    var line = MarketSeries.Line()
    for (index, value) in [3.0, -1, 5, 2].enumerated() { line.add(value, at: index) }
    line.add(9, at: 6)
    line.halve()
    #expect(line.bins.count == 4)
    #expect(line.bins[0]?.least == -1 && line.bins[0]?.most == 3 && line.bins[0]?.last == -1)
    #expect(line.bins[1]?.count == 2 && line.bins[1]?.last == 2)
    #expect(line.bins[2] == nil)
    #expect(line.bins[3]?.last == 9)
  }

  @Test(
    "axes have round steps",
    arguments: [(0.7, 1.0), (1.1, 2), (23, 50), (0.03, 0.05), (6, 10)]
  )
  func steps(_ range: Double, _ step: Double) {
    #expect(abs(LinePicture.roundStep(range) - step) < step * 1e-9)
  }

  @Test("measurements", arguments: [(0.0, 1, "0.0"), (-1.25, 1, "-1.3"), (12, 0, "12")])
  func numbers(_ value: Double, _ decimals: Int, _ text: String) {
    #expect(measured(value, decimals) == text)
  }
}
