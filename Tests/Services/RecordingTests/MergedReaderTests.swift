import TestSupport
import Testing
import Units

@testable import Recording

@Suite("Several files as one market")
struct MergedReaderTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  func merge(
    _ sources: [MergedReader.Source],
    within bounds: Range<Timestamp>? = nil
  ) throws -> [(Entry, Int)] {
    var reader = try MergedReader(sources, within: bounds)
    var merged: [(Entry, Int)] = []
    while let (record, source) = try reader.next() {
      merged.append((Entry(record, reader.payload, reader.address), source))
    }
    #expect(try reader.next() == nil)
    #expect(reader.bytesRead == reader.bytesTotal)
    return merged
  }

  func source(_ text: String, _ name: String, shift: Int64 = 0) -> MergedReader.Source {
    MergedReader.Source(path: scratch.file(text, name: name), shiftNanoseconds: shift)
  }

  @Test("records come in the order of time, ties in the order of the arguments")
  func order() throws {
    let merged = try merge([
      source("1.0: a1\n2.0: a2\n2.0: a3\n5.0: a4\n", "a"), source("2.0: b1\n3.0: b2\n", "b"),
      source("0.5: c1\n2.0: c2\n", "c"),
    ])
    #expect(
      merged.map { String(decoding: $0.0.payload, as: UTF8.self) }
        == ["c1", "a1", "a2", "a3", "b1", "c2", "b2", "a4"]
    )
    #expect(merged.map(\.1) == [2, 0, 0, 0, 1, 2, 1, 0])
  }

  @Test("a file's own order stays: what steps back is placed at its file's latest time")
  func steppingBack() throws {
    let merged = try merge([
      source("1.0: a1\n4.0: a2\n2.0: a3\n6.0: a4\n", "a"),
      source("3.0: b1\n4.0: b2\n5.0: b3\n", "b"),
    ])
    #expect(
      merged.map { String(decoding: $0.0.payload, as: UTF8.self) }
        == ["a1", "b1", "a2", "a3", "b2", "b3", "a4"]
    )
    #expect(merged.map { $0.0.time / 1_000_000_000 } == [1, 3, 4, 2, 4, 5, 6])
  }

  @Test("a shift moves a file's times, and bounds apply after it")
  func shift() throws {
    let sources = [
      source("10.0: a1\n11.0: a2\n12.0: a3\n", "a"),
      source("1.0: b1\n2.5: b2\n3.0: b3\n", "b", shift: 9_000_000_000),
    ]
    let merged = try merge(sources)
    #expect(
      merged.map { String(decoding: $0.0.payload, as: UTF8.self) }
        == ["a1", "b1", "a2", "b2", "a3", "b3"]
    )
    #expect(merged[1].0.time == 10_000_000_000)
    let bounded = try merge(sources, within: times(11_000_000_000..<12_000_000_000))
    #expect(bounded.map { String(decoding: $0.0.payload, as: UTF8.self) } == ["a2", "b2"])
  }

  @Test("a body comes first whatever its shift")
  func body() throws {
    let merged = try merge([source("1.0: a\n", "a"), source("[]", "b", shift: .max)])
    #expect(merged.map(\.1) == [1, 0])
    #expect(merged[0].0.time == Record.timeUnknown.nanoseconds)
  }

  @Test("merging is sorting by a file's running latest time", arguments: 0..<20)
  func property(_ seed: UInt64) throws {
    var generator = SplitMix(state: seed)
    var sources: [MergedReader.Source] = []
    var model: [(key: Int, source: Int, index: Int, text: String)] = []
    for file in 0..<Int.random(in: 1...12, using: &generator) {
      var text = ""
      var latest = 0
      for index in 0..<Int.random(in: 0...80, using: &generator) {
        let time = Int.random(in: 1...300, using: &generator) / 3 + index
        latest = max(latest, time)
        text += "\(time).0: \(file)-\(index)\n"
        model.append((latest, file, index, "\(file)-\(index)"))
      }
      sources.append(source(text.isEmpty ? "configuration: {}\n" : text, "\(file)"))
    }
    model.sort { ($0.key, $0.source, $0.index) < ($1.key, $1.source, $1.index) }
    let merged = try merge(sources)
    #expect(merged.map { String(decoding: $0.0.payload, as: UTF8.self) } == model.map(\.text))
  }

  @Test("findings, venue, and format stay with their source")
  func facts() throws {
    var reader = try MergedReader([
      source("1.0: a\nnonsense\n", "a"), source("CBCAP1 kraken BTC/USD 1000\n1000 1\na\n", "b"),
    ])
    while try reader.next() != nil {}
    #expect(reader.findings(inSource: 0).count == 1)
    #expect(reader.findings(inSource: 1).count == 0)
    #expect(reader.venueHint(ofSource: 1) == "kraken")
    #expect(reader.format(ofSource: 0) == .cryptofeed1)
  }
}
