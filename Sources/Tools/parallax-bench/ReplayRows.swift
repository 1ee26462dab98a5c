import Backtest
import Configuration
import Foundation
import Market
import Recording
import Units
import VenueKit

/// A whole replay, from the file to the report, beside decoding and applying the same frames from
/// memory.
struct ReplayRows<V: Venue> {
  let sample: Sample
  let venue: V
  let repetitions: Int

  /// How often the capture is repeated, each time over a new connection.
  ///
  /// Recorded hours are long, and the first touch of memory should not count.
  private var repeats: Int { max(4, (24 << 20) / sample.bytes.count) }

  func rows() throws -> [Row] {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "parallax-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let compressed = try options(try write(to: folder.path))
    let plain = try options(try writePlain(to: folder))

    let clock = ProcessorClock()
    var feed = Feed(sample, venue, verifiesChecksums: true)
    var decode = Times()
    var apply = Times()
    var whole = Times()
    var unpacked = Times()
    for _ in 0..<max(5, repetitions / 8) {
      decode.add(clock.measure { feed.decodeAll() }, per: sample.count)
      apply.add(clock.measure { feed.applyAll() }, per: sample.count)
      whole.add(try time(compressed, clock), per: sample.count * repeats)
      unpacked.add(try time(plain, clock), per: sample.count * repeats)
    }
    let bytes = Double(sample.bytes.count) / Double(sample.count)
    let name = sample.venue
    return [
      Row("decode-all/\(name)", "ns/frame", decode).over(bytes),
      Row("apply-all/\(name)", "ns/frame", apply).over(bytes)
        .against("decode-all/\(name)", apply.ratio(to: decode)),
      Row("replay-plain/\(name)", "ns/frame", unpacked).over(bytes)
        .against("apply-all/\(name)", unpacked.ratio(to: apply)),
      Row("replay/\(name)", "ns/frame", whole).over(bytes)
        .against("apply-all/\(name)", whole.ratio(to: apply)),
    ]
  }

  private func options(_ path: String) throws -> ReplayOptions {
    var options = ReplayOptions(
      files: [.init(path: path)],
      fees: try FeeConfiguration.load(path: nil)
    )
    options.strategies = []
    return options
  }

  /// The time of a whole replay, its report and all.
  private func time(_ options: ReplayOptions, _ clock: ProcessorClock) throws -> Duration {
    try clock.measure {
      let report = try replay(options).report
      precondition(report.isComplete && report.frames == sample.count * repeats)
    }
  }

  /// Writes the capture to a recording of our own format, not compressed.
  private func writePlain(to folder: URL) throws -> String {
    var text = Array("#parallax 1 venue=\(sample.venue)\n".utf8)
    var time = Timestamp(nanoseconds: 1_767_621_600_000_000_000)
    for _ in 0..<repeats {
      text += Array("\(time) #connect 0 \(V.capabilities.socket)\n".utf8)
      for (symbol, body) in sample.seeds {
        let url = "https://www.bitstamp.net/api/v2/order_book/\(symbol)/"
        text += Array("\(time) #rest 0 \(url) ".utf8) + body + [0x0A]
      }
      for index in 0..<sample.count {
        time = time.advanced(byNanoseconds: 100_000)
        text += Array("\(time) ".utf8) + sample.bytes[sample.frame(index)] + [0x0A]
      }
    }
    let file = folder.appending(path: "plain")
    try Data(text).write(to: file)
    return file.path
  }

  /// Writes the capture to a recording of our own format, compressed as a live session would.
  private func write(to folder: String) throws -> String {
    let writer = try RecordingWriter(directory: folder, venue: sample.venue)
    var path = ""
    try fill(writer, &path)
    return path
  }

  private func fill(_ writer: consuming RecordingWriter, _ path: inout String) throws {
    let address = Array(V.capabilities.socket.utf8)
    var time = Timestamp(nanoseconds: 1_767_621_600_000_000_000)
    let bytes = sample.bytes
    for _ in 0..<repeats {
      let start = Record(time: time, kind: .connected, connection: 0)
      try writer.append(start, Span(), address: address.span)
      for (symbol, body) in sample.seeds {
        let url = Array("https://www.bitstamp.net/api/v2/order_book/\(symbol)/".utf8)
        let answer = Record(time: time, kind: .response, connection: 0)
        try writer.append(answer, body.span, address: url.span)
      }
      for index in 0..<sample.count {
        time = time.advanced(byNanoseconds: 100_000)
        let record = Record(time: time, kind: .frame, connection: 0)
        try writer.append(record, bytes.span.extracting(sample.frame(index)))
      }
    }
    path = writer.path ?? ""
    try writer.close()
  }
}
