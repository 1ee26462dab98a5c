import Foundation
import Recording

/// Where the frames come from: recordings by others where they are, otherwise the sample session.
struct Captures {
  let root: String
  let isRecorded: Bool

  init() {
    let environment = ProcessInfo.processInfo.environment
    let root = environment["PARALLAX_RECORDINGS"] ?? "../shared/data"
    isRecorded = FileManager.default.fileExists(atPath: root + "/kraken")
    self.root = isRecorded ? root : "Examples/sample-session"
  }

  private func paths(_ venue: String, _ recorded: [String]) -> [String] {
    isRecorded ? recorded.map { "\(root)/\(venue)/\($0)" } : ["\(root)/\(venue).plx.zst"]
  }

  func kraken() throws(RecordingError) -> Sample {
    try Sample(
      venue: "kraken",
      paths: paths("kraken", ["kraken_btcusd_sample.cbcap"]),
      depth: 25,
      isWanted: { holds($0, "\"book\"", within: 80) },
      loads: { holds($0, "snapshot", within: 40) || holds($0, "\"method\"", within: 20) }
    )
  }

  func coinbase() throws(RecordingError) -> Sample {
    try Sample(
      venue: "coinbase",
      paths: paths("coinbase", ["advanced_ws_2026-08-09_first14s.jsonl.gz"]),
      isWanted: { holds($0, "l2_data", within: 40) },
      loads: { holds($0, "snapshot", within: 130) }
    )
  }

  func gemini() throws(RecordingError) -> Sample {
    try Sample(
      venue: "gemini",
      paths: paths("gemini", ["marketdata_v2_2026-08-09.jsonl"]),
      isWanted: { holds($0, "l2_updates") },
      loads: { holds($0, "auction_events", within: 40) }
    )
  }

  func bitstamp() throws(RecordingError) -> Sample {
    try Sample(
      venue: "bitstamp",
      paths: paths("bitstamp", ["ws_2021-04-17.cflog", "rest_order_book_2021-04-17.cflog"]),
      isWanted: { holds($0, "\"event\":\"data\"") },
      loads: { _ in false }
    )
  }
}
