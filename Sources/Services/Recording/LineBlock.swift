import Units

/// The lines of one block before they are compressed.
struct LineBlock: ~Copyable {
  private(set) var buffer = ByteBuffer(capacity: 64 << 10)
  /// Bytes of text in the block.
  private(set) var count = 0
  /// Lines in the block, its header among them.
  private(set) var lines = 0
  private(set) var earliest = Timestamp(nanoseconds: .max)
  private(set) var latest = Timestamp(nanoseconds: .min)
  /// The time of the record that was appended first.
  private(set) var opened: Timestamp?
  private var times = TimestampWriter()

  var isEmpty: Bool { opened == nil }

  mutating func removeAll() {
    (count, lines, opened) = (0, 0, nil)
    (earliest, latest) = (Timestamp(nanoseconds: .max), Timestamp(nanoseconds: .min))
  }

  /// Appends a record as one line, after the header where it is the block's first.
  ///
  /// Throws before anything is appended.
  mutating func append(
    _ record: Record,
    _ payload: Span<UInt8>,
    address: Span<UInt8>,
    header: Span<UInt8>
  ) throws(RecordingError) {
    // A marker's words are short beside this; the bound is the reader's.
    let isEscaped = firstIndex(of: 0x0A, in: payload) != nil
    var length = TimestampWriter.length + 32 + payload.count + 3 * address.count
    if isEscaped {
      for index in 0..<payload.count where needsEscape(payload[index]) { length += 1 }
    }
    guard length <= RecordingLimits.recordBytes else { throw .recordTooLong(bytes: length) }
    reserve(header.count + length)
    if isEmpty {
      write(header)
      lines = 1
      opened = record.time
    }
    times.write(record.time, into: &buffer, at: count)
    count += TimestampWriter.length
    write(UInt8(ascii: " "))
    appendMarker(record, isEscaped, payload, address)
    if isEscaped { writeEscaped(payload) } else { write(payload) }
    write(0x0A)
    lines += 1
    earliest = min(earliest, record.time)
    latest = max(latest, record.time)
  }

  /// Whatever a frame of connection 0 cannot say by standing alone.
  private mutating func appendMarker(
    _ record: Record,
    _ isEscaped: Bool,
    _ payload: Span<UInt8>,
    _ address: Span<UInt8>
  ) {
    switch record.kind {
    case .frame:
      let isPlain = payload.isEmpty || payload[0] != UInt8(ascii: "#")
      if isPlain, !isEscaped, record.connection == 0 { return }
      write("#frame")
    case .sent: write("#send")
    case .connected: write("#connect")
    case .disconnected: write("#disconnect")
    case .response: write("#rest")
    }
    if isEscaped { write(UInt8(ascii: "\\")) }
    write(UInt8(ascii: " "))
    var digits = String(record.connection)
    digits.withUTF8 { unsafe write($0.span) }
    guard record.kind == .connected || record.kind == .response else {
      write(UInt8(ascii: " "))
      return
    }
    write(UInt8(ascii: " "))
    writeAddress(address)
    if record.kind == .response { write(UInt8(ascii: " ")) }
  }

  /// A URL has no blanks or control characters; one that does has them percent-encoded.
  private mutating func writeAddress(_ address: Span<UInt8>) {
    if address.isEmpty { write(UInt8(ascii: "-")) }
    for index in 0..<address.count {
      let byte = address[index]
      if byte > 0x20, byte != 0x7F {
        write(byte)
      } else {
        write(UInt8(ascii: "%"))
        write(UInt8(ascii: "0") + byte >> 4)
        let low = byte & 0x0F
        write(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "A") + low - 10)
      }
    }
  }

  private func needsEscape(_ byte: UInt8) -> Bool { byte == 0x0A || byte == UInt8(ascii: "\\") }

  private mutating func writeEscaped(_ payload: Span<UInt8>) {
    for index in 0..<payload.count {
      let byte = payload[index]
      if needsEscape(byte) { write(UInt8(ascii: "\\")) }
      write(byte == 0x0A ? UInt8(ascii: "n") : byte)
    }
  }

  private mutating func reserve(_ more: Int) {
    guard count + more > buffer.capacity else { return }
    buffer.grow(to: max(count + more, buffer.capacity * 2), keeping: count)
  }

  private mutating func write(_ byte: UInt8) {
    buffer.write(byte, at: count)
    count += 1
  }

  private mutating func write(_ bytes: Span<UInt8>) {
    buffer.write(bytes, at: count)
    count += bytes.count
  }

  private mutating func write(_ text: StaticString) {
    for index in 0..<text.utf8CodeUnitCount { unsafe write(text.utf8Start[index]) }
  }

  /// Compresses the block; see ``ZstdEncoder/compress(_:count:into:)``.
  mutating func compress(with encoder: inout ZstdEncoder, into output: inout ByteBuffer) -> Int {
    encoder.compress(&buffer, count: count, into: &output)
  }
}
