import Foundation
import TestSupport
import Units

@testable import Recording

func contents(of path: String) throws -> [UInt8] {
  Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// A record with its bytes, as text where it is.
struct Entry: Equatable, CustomStringConvertible {
  var time: Int64
  var kind: Record.Kind
  var connection: Int
  var payload: [UInt8]
  var address: String

  init(
    _ time: Int64,
    _ kind: Record.Kind,
    _ payload: String = "",
    connection: Int = 0,
    address: String = ""
  ) {
    self.time = time
    self.kind = kind
    self.connection = connection
    self.payload = Array(payload.utf8)
    self.address = address
  }

  init(_ record: Record, _ payload: Span<UInt8>, _ address: Span<UInt8>) {
    time = record.time.nanoseconds
    kind = record.kind
    connection = record.connection
    self.payload = array(payload)
    self.address = text(address)
  }

  var description: String {
    "\(time) \(kind) \(connection) \(String(decoding: payload, as: UTF8.self)) \(address)"
  }
}

func array(_ bytes: Span<UInt8>) -> [UInt8] {
  var copy: [UInt8] = []
  for index in 0..<bytes.count { copy.append(bytes[index]) }
  return copy
}

/// All of a file.
struct Reading {
  var entries: [Entry] = []
  var findings: Findings
  var format: RecordingFormat
  var venue: String?
  var instrument: String?
  var bytesRead: Int
  var bytesTotal: Int

  init(
    _ path: String,
    format: RecordingFormat = .auto,
    within bounds: Range<Timestamp>? = nil
  ) throws {
    var reader = try RecordingReader(path: path, format: format, within: bounds)
    while let record = try reader.next() {
      entries.append(Entry(record, reader.payload, reader.address))
    }
    findings = reader.findings
    self.format = reader.format
    venue = reader.venueHint
    instrument = reader.instrumentHint
    bytesRead = reader.bytesRead
    bytesTotal = reader.bytesTotal
  }

  var payloads: [String] { entries.map { String(decoding: $0.payload, as: UTF8.self) } }
  var problems: [Finding.Problem] { findings.first.map(\.problem) }
}

// MARK: - Containers, written by hand

/// A gzip member of stored blocks: RFC 1952 section 2.3, RFC 1951 section 3.2.4.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  var out: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
  var start = 0
  repeat {
    let count = min(65_535, bytes.count - start)
    out.append(start + count == bytes.count ? 1 : 0)
    out += [UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8 & 255)]
    out += bytes[start..<start + count]
    start += count
  } while start < bytes.count
  var crc: UInt32 = ~0
  for byte in bytes {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
  }
  for word in [~crc, UInt32(bytes.count)] {
    for shift in stride(from: 0, to: 32, by: 8) { out.append(UInt8(word >> shift & 255)) }
  }
  return out
}

/// A zstd frame of raw blocks without a checksum: RFC 8878 sections 3.1.1 and 3.1.1.2.
func zstd(_ bytes: [UInt8]) -> [UInt8] {
  var out: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x50]
  var start = 0
  repeat {
    let count = min(100_000, bytes.count - start)
    let header = count << 3 | (start + count == bytes.count ? 1 : 0)
    out += [UInt8(header & 255), UInt8(header >> 8 & 255), UInt8(header >> 16)]
    out += bytes[start..<start + count]
    start += count
  } while start < bytes.count
  return out
}

// MARK: - Writing

extension RecordingWriter {
  mutating func append(_ entry: Entry) throws(RecordingError) {
    let address = Array(entry.address.utf8)
    let record = Record(
      time: Timestamp(nanoseconds: entry.time),
      kind: entry.kind,
      connection: entry.connection
    )
    try append(record, entry.payload.span, address: address.span)
  }
}

/// 2026-08-09T21:00:00Z.
let hourStart: Int64 = 1_786_309_200_000_000_000

func times(_ bounds: Range<Int64>) -> Range<Timestamp> {
  Timestamp(nanoseconds: bounds.lowerBound)..<Timestamp(nanoseconds: bounds.upperBound)
}

/// A seeded generator: SplitMix64.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
