import BitstampVenue
import CoinbaseVenue
import Foundation
import GeminiVenue
import KrakenVenue
import Terminal
import VenueKit

// Times decoders, books, scanners, replays, and whole desks over sockets, each beside a limit
// measured in the same run.

private let syntax = CommandSyntax(
  name: "bench",
  summary: "Time decoders, books, scanners, and replays beside limits of the same run.",
  positionals: "",
  positionalCount: 0...0,
  examples: [
    ("parallax-bench", "Everything, as a table; under a minute"),
    ("parallax-bench --json --only decode/", "One object a line, of the decoders alone"),
  ],
  options: [
    CommandOption("json", "Print one JSON object a line"),
    CommandOption("only", value: "PREFIX", "Print only rows whose name begins so"),
  ]
)

private func venueRows(_ captures: Captures, _ isWanted: (String, String) -> Bool) throws -> [Row] {
  func both<V: Venue>(_ sample: Sample, _ plain: V, _ verifying: V, _ count: Int) throws -> [Row] {
    var rows: [Row] = []
    let frameRows = [
      "scan", "simdjson", "decode", "cpp", "cpp-map", "cpp-vector", "book", "crc32", "snapshot",
      "cpp-snapshot",
    ]
    if frameRows.contains(where: { isWanted($0, sample.venue) }) {
      rows += VenueRows(
        sample: sample,
        plain: plain,
        verifying: verifying,
        repetitions: count
      ).rows()
    }
    if ["decode-all", "apply-all", "replay", "replay-plain"].contains(where: {
      isWanted($0, sample.venue)
    }) {
      rows += try ReplayRows(sample: sample, venue: verifying, repetitions: count)
        .rows()
    }
    return rows
  }
  return try both(try captures.coinbase(), Coinbase(), Coinbase(), 40)
    + both(try captures.kraken(), Kraken(keepsDigits: false), Kraken(), 120)
    + both(try captures.gemini(), Gemini(), Gemini(), 120)
    + both(try captures.bitstamp(), Bitstamp(), Bitstamp(), 120)
}

private func table(_ rows: [Row]) -> String {
  var table = TextTable([
    .init("name", .leading), .init("unit", .leading), .init("fastest"), .init("median"),
    .init("MB/s"), .init("ratio"), .init("against", .leading), .init("allocations"),
  ])
  for row in rows {
    table.add([
      row.name, row.unit, rounded(row.fastest, 1), rounded(row.median, 1),
      row.bytes.map { rounded($0 / row.median * 1_000, 0) } ?? "",
      row.ratio.map { rounded($0, 2) } ?? "", row.against ?? "",
      row.allocations.map { rounded($0, 3) } ?? "",
    ])
  }
  return table.lines().joined(separator: "\n")
}

private func run() throws {
  let arguments = try Arguments(Array(CommandLine.arguments.dropFirst()), syntax)
  guard !arguments.has("help") else {
    print(syntax.help.replacing("parallax bench", with: "parallax-bench"))
    return
  }
  let only = arguments["only"] ?? ""
  let captures = Captures()
  var rows = try venueRows(captures) { kind, venue in
    let name = "\(kind)/\(venue)"
    return name.hasPrefix(only) || only.hasPrefix(name)
  }
  func wants(_ kind: String) -> Bool { kind.hasPrefix(only) || only.hasPrefix(kind) }
  if wants("triangular") || wants("triangular-spread") { rows += ScannerRows.triangular() }
  if wants("cross-venue") { rows += ScannerRows.crossVenue() }
  if ["ping-pong", "one-way-and-decode", "frame-to-opportunity"].contains(where: wants) {
    rows += try LatencyRows().rows()
  }
  if wants("saturate") { rows.append(try LoadRows().saturation()) }
  if wants("four-venues") { rows += try LoadRows().fourVenues() }
  rows.removeAll { !$0.name.hasPrefix(only) }
  if arguments.has("json") {
    for row in rows { print(row.json) }
  } else {
    print("Frames: \(captures.isRecorded ? "recorded by others" : "the synthetic sample session")")
    print(table(rows))
  }
}

do {
  try run()
} catch let error as CommandFailure {
  FileHandle.standardError.write(Data("parallax-bench: \(error.message)\n".utf8))
  exit(error.code.rawValue)
} catch {
  FileHandle.standardError.write(Data("parallax-bench: \(error)\n".utf8))
  exit(ExitCode.failure.rawValue)
}
