import Foundation
import TestSupport
import Testing
import Units

@testable import Recording

@Suite("Our own files")
struct RecordingWriterTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// Writes entries and returns the files, in order.
  func write(
    _ entries: [Entry],
    blockBytes: Int = 1 << 20,
    venue: String = "kraken"
  ) throws -> [String] {
    var policy = RecordingWriter.Policy()
    policy.blockBytes = blockBytes
    policy.blockNanoseconds = .max
    var writer = try RecordingWriter(directory: scratch.path, venue: venue, policy: policy)
    var paths: [String] = []
    for entry in entries {
      try writer.append(entry)
      if let path = writer.path, paths.last != path { paths.append(path) }
    }
    try writer.close()
    return paths
  }

  /// Frames `step` apart with some of every kind, from the start of an hour.
  func sample(_ count: Int, step: Int64 = 1_000_000) -> [Entry] {
    (0..<count).map { Entry(hourStart + Int64($0) * step, .frame, "{\"sequence\":\($0)}") }
  }

  @Test("every kind of record, of several connections, comes back as it was")
  func roundTrip() throws {
    let entries = [
      Entry(hourStart, .connected, address: "wss://ws.kraken.com/v2"),
      Entry(hourStart + 1, .connected, connection: 65_535, address: "wss://other"),
      Entry(hourStart + 1, .sent, #"{"method":"subscribe"}"#, connection: 1),
      Entry(hourStart + 2, .frame, #"{"a":"\n\\"}"#),
      Entry(hourStart + 3, .frame, "{\n  \"a\": \"\\n\\\\\"\n}\n"),
      Entry(hourStart + 4, .frame, #"{"b":1}"#, connection: 1),
      Entry(hourStart + 5, .frame, "{\n}", connection: 12),
      Entry(hourStart + 6, .frame, ""), Entry(hourStart + 6, .frame, " "),
      Entry(hourStart + 6, .frame, "#connect 0 x"), Entry(hourStart + 6, .frame, "\n"),
      Entry(hourStart + 7, .frame, "\r\u{0}\u{1}é"),
      Entry(hourStart + 8, .response, "{\n\"x\":\\}", address: "https://api.kraken.com/0?a=b"),
      Entry(hourStart + 8, .response, "", connection: 3), Entry(hourStart + 9, .sent, "\n\\"),
      Entry(hourStart + 10, .disconnected, "closed by\nthe venue"),
      Entry(hourStart + 10, .disconnected, "", connection: 1),
      Entry(hourStart - 5, .frame, "a clock that stepped back"),
    ]
    let paths = try write(entries)
    #expect(paths == [scratch.path + "/kraken/2026-08-09/21.plx.zst"])
    let read = try Reading(paths[0])
    #expect(read.entries == entries)
    #expect(read.findings.count == 0)
    #expect(read.format == .parallax)
    #expect(read.venue == "kraken")
  }

  @Test("the text is the documented one")
  func text() throws {
    let stored = scratch.file(
      zstd(
        Array(
          #"""
          #parallax 1 venue=kraken
          2026-08-09T21:00:00.000000001Z {"a":"\n"}
          2026-08-09T21:00:00.000000002Z #frame\ 0 {\n"a":"\\n"}
          2026-08-09T21:00:00.000000003Z #connect 2 wss://x
          2026-08-09T21:00:00.000000004Z #rest 2 - [1]

          """#.utf8
        )
      )
    )
    #expect(
      try Reading(stored).entries == [
        Entry(hourStart + 1, .frame, #"{"a":"\n"}"#),
        Entry(hourStart + 2, .frame, "{\n\"a\":\"\\n\"}"),
        Entry(hourStart + 3, .connected, connection: 2, address: "wss://x"),
        Entry(hourStart + 4, .response, "[1]", connection: 2),
      ]
    )
  }

  @Test(
    "a line that is not of the format is a finding",
    arguments: [
      "", "#parallax", "#parallax 2 venue=x", "#parallax 1 venue=", "#other",
      "2026-08-09T21:00:00Z", "2026-08-09T21:00:00Z #nothing 0 x",
      "2026-08-09T21:00:00Z #frame x", "2026-08-09T21:00:00Z #frame 65536 x",
      "2026-08-09T21:00:00Z #frame 0", "2026-08-09T21:00:00Z #connect 0 ",
      "2026-08-09T21:00:00Z #connect 0 wss://x more", "2026-08-09T21:00:00Z #rest 0 ",
      #"2026-08-09T21:00:00Z #frame\ 0 \x"#, #"2026-08-09T21:00:00Z #frame\ 0 \"#,
    ]
  )
  func refusals(_ line: String) throws {
    let good = "2026-08-09T21:00:00Z {}\n"
    let header = "#parallax 1 venue=x\n"
    let read = try Reading(scratch.file(header + good + line + "\n" + good))
    #expect(read.payloads == ["{}", "{}"])
    #expect(read.findings.count == 1)
    #expect(read.findings.first.first?.line == 3)
    #expect(read.findings.first.first?.offset == header.utf8.count + good.utf8.count)
  }

  @Test("a file of a later version is refused")
  func version() {
    let path = scratch.file("#parallax 2 venue=x\n")
    #expect(throws: RecordingError.unsupportedVersion(path: path, version: 2)) {
      try Reading(path)
    }
  }

  @Test("a venue that cannot name a directory is refused", arguments: ["", "..", "a/b", "A", "é"])
  func venues(_ name: String) {
    #expect(throws: RecordingError.invalidVenue(name)) {
      _ = try RecordingWriter(directory: scratch.path, venue: name)
    }
  }

  @Test("a record that no reader would take is refused, and the writer goes on")
  func tooLong() throws {
    var writer = try RecordingWriter(directory: scratch.path, venue: "x")
    let payload = [UInt8](repeating: 0x0A, count: RecordingLimits.recordBytes / 2)
    let record = Record(
      time: Timestamp(nanoseconds: hourStart),
      kind: .frame,
      connection: 0
    )
    #expect(throws: RecordingError.recordTooLong(bytes: RecordingLimits.recordBytes + 62)) {
      try writer.append(record, payload.span)
    }
    #expect(throws: RecordingError.timeOutOfRange(nanoseconds: .min)) {
      try writer.append(Entry(.min, .frame, "x"))
    }
    try writer.append(Entry(hourStart, .frame, "x"))
    let open = writer.path
    let path = try #require(open)
    try writer.close()
    #expect(try Reading(path).payloads == ["x"])
  }

  @Test("each UTC hour has its file; a late record stays in the open one")
  func rotation() throws {
    let hour: Int64 = 3_600_000_000_000
    let entries = [
      Entry(hourStart + hour - 1, .frame, "last"), Entry(hourStart + hour, .frame, "first"),
      Entry(hourStart + hour - 1, .frame, "late"),
      Entry(hourStart + 3 * hour, .frame, "next day"),
    ]
    let paths = try write(entries)
    #expect(
      paths.map { $0.dropFirst(scratch.path.count) } == [
        "/kraken/2026-08-09/21.plx.zst", "/kraken/2026-08-09/22.plx.zst",
        "/kraken/2026-08-10/00.plx.zst",
      ]
    )
    #expect(
      try paths.map { try Reading($0).payloads } == [["last"], ["first", "late"], ["next day"]]
    )
  }

  @Test("a writer that starts again within the hour leaves the first file alone")
  func restart() throws {
    let first = try write([Entry(hourStart, .frame, "a")])
    let before = try contents(of: first[0])
    let second = try write([Entry(hourStart, .frame, "b")])
    #expect(second == [scratch.path + "/kraken/2026-08-09/21.1.plx.zst"])
    #expect(try contents(of: first[0]) == before)
    #expect(try Reading(second[0]).payloads == ["b"])
  }

  @Test("a block is on disk once its first line is old enough, by the caller's time")
  func flushing() throws {
    var policy = RecordingWriter.Policy()
    policy.blockNanoseconds = 1_000
    var writer = try RecordingWriter(directory: scratch.path, venue: "x", policy: policy)
    try writer.append(Entry(hourStart, .frame, "a"))
    let open = writer.path
    let path = try #require(open)
    #expect(try contents(of: path).isEmpty)
    try writer.advance(to: Timestamp(nanoseconds: hourStart + 999))
    #expect(try contents(of: path).isEmpty)
    try writer.advance(to: Timestamp(nanoseconds: hourStart + 1_000))
    #expect(try Reading(path).payloads == ["a"])
    try writer.append(Entry(hourStart + 2_000, .frame, "b"))
    try writer.append(Entry(hourStart + 3_000, .frame, "c"))
    #expect(try Reading(path).payloads == ["a", "b", "c"])
    try writer.append(Entry(hourStart + 3_001, .frame, "d"))
    try writer.advance(to: Timestamp(nanoseconds: hourStart + 3_600_000_000_000))
    let after = writer.path
    #expect(after == nil)
    #expect(try Reading(path).payloads == ["a", "b", "c", "d"])
    try writer.close()
  }

  @Test("a directory that cannot be made is an error, and the writer can go on later")
  func unwritable() throws {
    let blocker = scratch.file("", name: "blocker")
    var writer = try RecordingWriter(directory: blocker, venue: "x")
    #expect(throws: RecordingError.cannotOpen(path: blocker + "/x", code: ENOTDIR)) {
      try writer.append(Entry(hourStart, .frame, "a"))
    }
    try FileManager.default.removeItem(atPath: blocker)
    try writer.append(Entry(hourStart, .frame, "b"))
    let open = writer.path
    let path = try #require(open)
    try writer.close()
    #expect(try Reading(path).payloads == ["b"])
  }

  @Test("a file cut at any byte of its last block gives every whole block before, and says so")
  func truncation() throws {
    let entries = sample(60)
    let path = try write(entries, blockBytes: 1_000)[0]
    let whole = try contents(of: path)
    let input = try InputFile(path: path)
    let blocks = BlockIndex(of: input).blocks
    let last = try #require(blocks.last)
    #expect(blocks.count == 3)
    let before = blocks.dropLast().reduce(0) { $0 + $1.lines - 1 }
    for length in last.stored {
      let read = try Reading(scratch.file(Array(whole[..<length])))
      #expect(read.entries.count >= before)
      #expect(read.entries == Array(entries.prefix(read.entries.count)))
      #expect(read.problems == (length == last.stored.lowerBound ? [] : [.truncated]))
    }
  }

  @Test("a torn last line is dropped even if its block decompresses so far")
  func tornLine() throws {
    let text = "#parallax 1 venue=x\n2026-08-09T21:00:00Z {}\n2026-08-09T21:00:01Z {\"a\":1}"
    let read = try Reading(scratch.file(zstd(Array(text.utf8)).dropLast(2).map { $0 }))
    #expect(read.payloads == ["{}"])
    #expect(read.problems == [.truncated])
  }

  @Test("damage in one block costs at most that block")
  func damage() throws {
    let entries = sample(400)
    let path = try write(entries, blockBytes: 2_000)[0]
    let whole = try contents(of: path)
    let input = try InputFile(path: path)
    let blocks = BlockIndex(of: input).blocks
    #expect(blocks.count > 8)
    var generator = SplitMix(state: 7)
    for round in 0..<200 {
      let hit = Int.random(in: blocks.indices, using: &generator)
      let place = Int.random(in: blocks[hit].stored, using: &generator)
      var bytes = whole
      bytes[place] ^= UInt8.random(in: 1...255, using: &generator)
      let read = try Reading(scratch.file(bytes), format: .parallax)
      let first = blocks[..<hit].reduce(0) { $0 + $1.lines - 1 }
      var rest = entries
      rest.removeSubrange(first..<(first + blocks[hit].lines - 1))
      // A changed header can give up the checksum; then the bytes are still right.
      #expect(
        read.entries == rest || read.entries == entries,
        "round \(round), byte \(place - blocks[hit].stored.lowerBound)"
      )
      #expect(read.findings.count > 0, "round \(round)")
    }
  }

  @Test("bounds give the same with the index, without, and with any damaged one")
  func index() throws {
    // Two connections whose stamps interleave out of order.
    var entries = sample(2_000)
    for index in stride(from: 10, to: 2_000, by: 7) { entries[index].time -= 40_000_000 }
    let path = try write(entries, blockBytes: 3_000)[0]
    let indexPath = scratch.path + "/kraken/2026-08-09/21.plx.idx"
    let index = try contents(of: indexPath)
    var generator = SplitMix(state: 3)
    for round in 0..<150 {
      let from = hourStart + Int64.random(in: -100_000_000...2_100_000_000, using: &generator)
      let bounds = from..<(from + Int64.random(in: 0...900_000_000, using: &generator))
      var damaged = index
      switch round % 5 {
      case 0: break
      case 1: damaged = Array(index.prefix(Int.random(in: 0...index.count, using: &generator)))
      case 2:
        let place = Int.random(in: 0..<index.count, using: &generator)
        damaged[place] ^= UInt8.random(in: 1...255, using: &generator)
      case 3: damaged = (0..<5_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
      default: try FileManager.default.removeItem(atPath: indexPath)
      }
      if round % 5 != 4 { try Data(damaged).write(to: URL(fileURLWithPath: indexPath)) }
      let read = try Reading(path, within: times(bounds))
      #expect(read.entries == entries.filter { bounds.contains($0.time) }, "round \(round)")
      #expect(read.venue == "kraken")
      try Data(index).write(to: URL(fileURLWithPath: indexPath))
    }
  }

  @Test("an index that misstates a time is not believed")
  func misstatedIndex() throws {
    let entries = sample(2_000)
    let path = try write(entries, blockBytes: 3_000)[0]
    let indexPath = scratch.path + "/kraken/2026-08-09/21.plx.idx"
    let lines = String(decoding: try contents(of: indexPath), as: UTF8.self).split(separator: "\n")
    let changed = lines.map { line in
      var words = line.split(separator: " ")
      words[6] = words[5]
      return words.joined(separator: " ") + "\n"
    }
    try Data(changed.joined().utf8).write(to: URL(fileURLWithPath: indexPath))
    let bounds = (hourStart + 1_000_000_000)..<(hourStart + 1_500_000_000)
    let read = try Reading(path, within: times(bounds))
    #expect(read.entries == entries.filter { bounds.contains($0.time) })
  }

  @Test("of a damaged block nothing is given, however late its checksum tells")
  func largeDamage() throws {
    var generator = SplitMix(state: 11)
    let entries = (0..<20_000).map { index in
      Entry(
        hourStart + Int64(index),
        .frame,
        "\(generator.next())-\(generator.next())-\(generator.next())"
      )
    }
    let path = try write(entries, blockBytes: 900_000)[0]
    let input = try InputFile(path: path)
    let blocks = BlockIndex(of: input).blocks
    #expect(blocks.count == 3)
    let whole = try contents(of: path)
    for hit in 0..<3 {
      let first = blocks[..<hit].reduce(0) { $0 + $1.lines - 1 }
      var rest = entries
      rest.removeSubrange(first..<(first + blocks[hit].lines - 1))
      for step in 1..<8 {
        var bytes = whole
        bytes[blocks[hit].stored.lowerBound + blocks[hit].stored.count * step / 8] ^= 0xFF
        let read = try Reading(scratch.file(bytes), format: .parallax)
        #expect(read.entries == rest)
        #expect(read.problems == [.damaged])
      }
    }
  }

  @Test("an index of another file is not believed")
  func foreignIndex() throws {
    let other = try write(sample(500), blockBytes: 3_000, venue: "other")[0]
    let entries = sample(500, step: 2_000_000)
    let path = try write(entries, blockBytes: 3_000)[0]
    let place = { (file: String) in file.replacing(".zst", with: ".idx") }
    try Data(try contents(of: place(other))).write(to: URL(fileURLWithPath: place(path)))
    let bounds = (hourStart + 600_000_000)..<(hourStart + 700_000_000)
    let read = try Reading(path, within: times(bounds))
    #expect(read.entries == entries.filter { bounds.contains($0.time) })
  }

  @Test("with an index only the blocks that matter are read, and findings keep their places")
  func skipping() throws {
    let path = try write(sample(20_000), blockBytes: 10_000)[0]
    let bounds = times((hourStart + 15_000_000_000)..<(hourStart + 15_500_000_000))
    let indexed = try Reading(path, within: bounds)
    #expect(indexed.entries.count == 500)
    let input = try InputFile(path: path)
    let blocks = BlockIndex(of: input).blocks
    let first = try #require(blocks.firstIndex { $0.latest >= bounds.lowerBound })
    var bytes = try contents(of: path)
    // Damage every block before but the first, where the format is; who reads them reports it.
    for block in blocks[1..<first] { bytes[block.stored.lowerBound + 20] ^= 0xFF }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let clean = try Reading(path, within: bounds)
    #expect(clean.entries == indexed.entries)
    #expect(clean.findings.count == 0)
    #expect(try Reading(path).findings.count >= first - 1)
    let hit = first + 1
    bytes[blocks[hit].stored.lowerBound + 20] ^= 0xFF
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let hurt = try Reading(path, within: bounds)
    #expect(hurt.problems == [.damaged])
    #expect(hurt.findings.first.first?.offset == blocks[hit].text.lowerBound)
    let lines = blocks[..<hit].reduce(0) { $0 + $1.lines }
    #expect(hurt.findings.first.first?.line == lines + 1)
  }

  @Test("a file cut within its only block never fails to open")
  func firstBlock() throws {
    let entries = sample(40)
    let whole = try contents(of: write(entries)[0])
    for length in whole.indices {
      let read = try Reading(scratch.file(Array(whole[..<length])), format: .parallax)
      #expect(read.entries == Array(entries.prefix(read.entries.count)))
      #expect(read.findings.isTruncated == (length > 0), "cut at \(length)")
      let sniffed = try Reading(scratch.file(Array(whole[..<length])))
      #expect(sniffed.entries == read.entries)
      #expect(sniffed.problems == read.problems)
    }
  }

  @Test("behind a damaged first block a file is read by who names the format")
  func damagedStart() throws {
    let path = try write(sample(100), blockBytes: 2_000)[0]
    var bytes = try contents(of: path)
    bytes[8] ^= 0xFF
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    #expect(throws: RecordingError.unknownFormat(path: path)) { try Reading(path) }
    let read = try Reading(path, format: .parallax)
    #expect(read.entries.last == sample(100).last)
    #expect(read.problems == [.damaged])
    #expect(read.venue == "kraken")
  }

  @Test("whatever is written is read again", arguments: 0..<30)
  func property(_ seed: UInt64) throws {
    var generator = SplitMix(state: seed)
    let alphabet = Array("\n\\#n {}\"x".utf8) + [0, 13, 0xC3, 0xFF]
    var time = hourStart
    var entries: [Entry] = []
    for _ in 0..<Int.random(in: 1...400, using: &generator) {
      time += Int64.random(in: -1_000_000...30_000_000_000, using: &generator)
      let kinds: [Record.Kind] = [.frame, .frame, .sent, .connected, .disconnected, .response]
      let kind = kinds[Int.random(in: 0..<kinds.count, using: &generator)]
      var entry = Entry(time, kind, connection: Int.random(in: 0...2, using: &generator))
      if kind != .connected {
        let count =
          Int.random(in: 0...1, using: &generator)
          * Int.random(
            in: 0...3_000,
            using: &generator
          )
        entry.payload = (0..<count).map { _ in
          alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
        }
      }
      if kind == .connected || kind == .response { entry.address = "wss://host/path" }
      entries.append(entry)
    }
    let paths = try write(entries, blockBytes: Int.random(in: 1...20_000, using: &generator))
    let read = try paths.map { try Reading($0) }
    #expect(read.flatMap(\.entries) == entries)
    #expect(read.allSatisfy { $0.findings.count == 0 })
  }

  @Test("a frame larger than the window and the block comes back whole")
  func largeFrame() throws {
    let large = String(repeating: "{\"price\":\"65083.67\"}", count: 250_000)
    let entries = [
      Entry(hourStart, .frame, "a"), Entry(hourStart + 1, .frame, large),
      Entry(hourStart + 2, .frame, "b"),
    ]
    #expect(try Reading(write(entries)[0]).entries == entries)
  }
}
