import Foundation
import TestSupport
import Testing
import Units

@testable import Recording

@Suite("The index of a recording")
struct BlockIndexTests {
  private let scratch: Scratch
  /// Three blocks or more, and a torn end that gives the reader something to report.
  private let path: String
  private let index: String
  private let entries: [Entry]

  init() throws {
    scratch = try Scratch()
    entries = (0..<30).map { Entry(hourStart + Int64($0) * 1_000_000_000, .frame, "frame \($0)") }
    var policy = RecordingWriter.Policy()
    policy.blockBytes = 300
    policy.sync = .never
    var writer = try RecordingWriter(directory: scratch.path, venue: "kraken", policy: policy)
    for entry in entries { try writer.append(entry) }
    let written = writer.path
    try writer.close()
    path = try #require(written)
    index = path.dropLast(4) + ".idx"
    var bytes = try contents(of: path)
    bytes += bytes.prefix(40)
    try Data(bytes).write(to: URL(filePath: path))
  }

  private func blocks() throws -> [BlockIndex.Block] {
    let file = try InputFile(path: path)
    return BlockIndex(of: file).blocks
  }

  private func write(_ blocks: [BlockIndex.Block]) throws {
    try Data(blocks.flatMap(\.line)).write(to: URL(filePath: index))
  }

  private func readEnd() throws -> Reading {
    try Reading(path, within: times(hourStart + 20_000_000_000..<hourStart + 60_000_000_000))
  }

  @Test("a finding has its place in the whole file, with the index and without")
  func places() throws {
    #expect(try blocks().count >= 3)
    let indexed = try readEnd()
    try FileManager.default.removeItem(atPath: index)
    let scanned = try readEnd()
    #expect(indexed.entries == Array(entries[20...]) && indexed.entries == scanned.entries)
    #expect(indexed.findings == scanned.findings && indexed.findings.count == 1)
  }

  @Test("counts beyond what a text can hold are not believed", arguments: [0, 1])
  func counts(_ changed: Int) throws {
    let written = try blocks()
    try write([])
    let scanned = try readEnd()
    var manyLines = written
    manyLines[changed].lines = .max
    var longText = written
    longText[changed].text = written[changed].text.lowerBound..<Int.max
    for hostile in [manyLines, longText] {
      try write(hostile)
      #expect(try blocks().count == changed)
      let reading = try readEnd()
      #expect(reading.findings == scanned.findings && reading.entries == scanned.entries)
    }
  }
}
