import Foundation
import TestSupport
import Testing
import Units

@testable import Recording

/// Where frames that others recorded lie: `$PARALLAX_RECORDINGS`, or `../shared/data`.
enum Recordings {
  static let directory: String = {
    if let named = ProcessInfo.processInfo.environment["PARALLAX_RECORDINGS"] { return named }
    // Tests/Services/RecordingTests/ of the package; the recordings lie beside that.
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return package.appendingPathComponent("../shared/data").path
  }()

  static func path(_ name: String) -> String { directory + "/" + name }
  static func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
}

@Suite("Files recorded by others")
struct RealFileTests {
  /// What a separate script counted.
  struct Facts: CustomTestStringConvertible {
    var name: String
    var format: RecordingFormat
    var venue: String?
    var frames = 0
    var sent = 0
    var connected = 0
    var responses = 0
    var first: Int64
    var last: Int64
    var testDescription: String { name }
  }

  func check(_ facts: Facts) throws {
    let read = try Reading(Recordings.path(facts.name))
    #expect(read.format == facts.format)
    #expect(read.venue == facts.venue)
    #expect(read.findings.count == 0)
    #expect(read.bytesRead == read.bytesTotal)
    let count = { (kind: Record.Kind) in read.entries.count { $0.kind == kind } }
    #expect(count(.frame) == facts.frames)
    #expect(count(.sent) == facts.sent)
    #expect(count(.connected) == facts.connected)
    #expect(count(.response) == facts.responses)
    #expect(count(.disconnected) == 0)
    #expect(read.entries.first?.time == facts.first)
    #expect(read.entries.last?.time == facts.last)
    // Every frame is a whole JSON text.
    for entry in read.entries where entry.kind == .frame || entry.kind == .response {
      do {
        _ = try JSONSerialization.jsonObject(with: Data(entry.payload))
      } catch {
        Issue.record("\(entry.time) is no JSON: \(error)")
      }
    }
  }

  @Test(
    "cryptofeed 2: Gemini",
    .enabled(
      if: Recordings.has("gemini/marketdata_v2_2026-08-09.jsonl"),
      "gemini/marketdata_v2_2026-08-09.jsonl"
    )
  )
  func gemini() throws {
    try check(
      Facts(
        name: "gemini/marketdata_v2_2026-08-09.jsonl",
        format: .cryptofeed2,
        venue: "gemini",
        frames: 563,
        sent: 1,
        connected: 1,
        responses: 348,
        first: 1_786_313_186_157_984_000,
        last: 1_786_313_200_356_548_000
      )
    )
  }

  @Test(
    "cryptofeed 2: Coinbase",
    .enabled(
      if: Recordings.has("coinbase/advanced_ws_2026-08-09_first14s.jsonl.gz"),
      "coinbase/advanced_ws_2026-08-09_first14s.jsonl.gz"
    )
  )
  func coinbase() throws {
    try check(
      Facts(
        name: "coinbase/advanced_ws_2026-08-09_first14s.jsonl.gz",
        format: .cryptofeed2,
        venue: "coinbase",
        frames: 613,
        sent: 5,
        connected: 1,
        responses: 1,
        first: 1_786_309_548_026_294_000,
        last: 1_786_309_562_564_173_000
      )
    )
  }

  @Test(
    "cryptofeed 1: marketdata_v2_2021-04-17.cflog",
    .enabled(
      if: Recordings.has("gemini/marketdata_v2_2021-04-17.cflog"),
      "gemini/marketdata_v2_2021-04-17.cflog"
    )
  )
  func geminiText() throws {
    try check(
      Facts(
        name: "gemini/marketdata_v2_2021-04-17.cflog",
        format: .cryptofeed1,
        venue: "gemini",
        frames: 993,
        sent: 1,
        connected: 1,
        first: 1_618_677_942_339_084_100,
        last: 1_618_677_973_299_960_100
      )
    )
  }

  @Test(
    "cryptofeed 1: ws_2021-04-17.cflog",
    .enabled(if: Recordings.has("bitstamp/ws_2021-04-17.cflog"), "bitstamp/ws_2021-04-17.cflog")
  )
  func bitstamp() throws {
    try check(
      Facts(
        name: "bitstamp/ws_2021-04-17.cflog",
        format: .cryptofeed1,
        venue: "bitstamp",
        frames: 677,
        sent: 20,
        connected: 1,
        first: 1_618_677_690_992_526_000,
        last: 1_618_677_722_002_106_200
      )
    )
  }

  @Test(
    "cryptofeed 1: rest_order_book_2021-04-17.cflog",
    .enabled(
      if: Recordings.has("bitstamp/rest_order_book_2021-04-17.cflog"),
      "bitstamp/rest_order_book_2021-04-17.cflog"
    )
  )
  func bitstampBooks() throws {
    try check(
      Facts(
        name: "bitstamp/rest_order_book_2021-04-17.cflog",
        format: .cryptofeed1,
        venue: "bitstamp",
        responses: 10,
        first: 1_618_677_696_673_506_000,
        last: 1_618_677_697_726_600_000
      )
    )
  }

  @Test(
    "cryptofeed 1: rest_trading-pairs-info_2021-04-17.cflog",
    .enabled(
      if: Recordings.has("bitstamp/rest_trading-pairs-info_2021-04-17.cflog"),
      "bitstamp/rest_trading-pairs-info_2021-04-17.cflog"
    )
  )
  func bitstampPairs() throws {
    try check(
      Facts(
        name: "bitstamp/rest_trading-pairs-info_2021-04-17.cflog",
        format: .cryptofeed1,
        venue: "bitstamp",
        responses: 1,
        first: 1_618_677_690_991_397_100,
        last: 1_618_677_690_991_397_100
      )
    )
  }

  @Test(
    "crossbook: kraken_btcusd_sample.cbcap",
    .enabled(
      if: Recordings.has("kraken/kraken_btcusd_sample.cbcap"),
      "kraken/kraken_btcusd_sample.cbcap"
    )
  )
  func kraken() throws {
    try check(
      Facts(
        name: "kraken/kraken_btcusd_sample.cbcap",
        format: .crossbook,
        venue: "kraken",
        frames: 2104,
        first: 1_785_641_750_295_158_100,
        last: 1_785_641_800_947_908_500
      )
    )
  }

  @Test(
    "crossbook: kraken_btcusd_l2.cbcap",
    .enabled(if: Recordings.has("kraken/kraken_btcusd_l2.cbcap"), "kraken/kraken_btcusd_l2.cbcap")
  )
  func krakenCounter() throws {
    try check(
      Facts(
        name: "kraken/kraken_btcusd_l2.cbcap",
        format: .crossbook,
        venue: "kraken",
        frames: 377,
        first: 1_785_552_832_693_693_000,
        last: 1_785_552_892_932_768_200
      )
    )
  }

  @Test(
    "a plain REST body, compressed",
    .enabled(
      if: Recordings.has("kraken/rest_AssetPairs_2021-04-17.json.gz"),
      "kraken/rest_AssetPairs_2021-04-17.json.gz"
    )
  )
  func krakenPairs() throws {
    try check(
      Facts(
        name: "kraken/rest_AssetPairs_2021-04-17.json.gz",
        format: .body,
        venue: nil,
        responses: 1,
        first: .min,
        last: .min
      )
    )
  }

  @Test(
    "the two Bitstamp files merge into one market in time",
    .enabled(if: Recordings.has("bitstamp/ws_2021-04-17.cflog"), "bitstamp/ws_2021-04-17.cflog")
  )
  func merge() throws {
    var reader = try MergedReader([
      .init(path: Recordings.path("bitstamp/ws_2021-04-17.cflog")),
      .init(path: Recordings.path("bitstamp/rest_order_book_2021-04-17.cflog")),
    ])
    var count = 0
    var last = Record.timeUnknown
    while let (record, _) = try reader.next() {
      #expect(record.time >= last)
      last = record.time
      count += 1
    }
    #expect(count == 708)
  }

  @Test(
    "what is read can be written in our format and read again",
    .enabled(
      if: Recordings.has("gemini/marketdata_v2_2026-08-09.jsonl"),
      "gemini/marketdata_v2_2026-08-09.jsonl"
    )
  )
  func convert() throws {
    let scratch = try Scratch()
    let read = try Reading(Recordings.path("gemini/marketdata_v2_2026-08-09.jsonl"))
    var writer = try RecordingWriter(directory: scratch.path, venue: "gemini")
    for entry in read.entries { try writer.append(entry) }
    let open = writer.path
    let path = try #require(open)
    try writer.close()
    var again = try Reading(path).entries
    // Of a request, our format keeps the connection, not the URL.
    for index in again.indices where again[index].kind == .sent {
      again[index].address = read.entries[index].address
    }
    #expect(again == read.entries)
  }
}
