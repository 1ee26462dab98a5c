import Codecs
import Units

// MARK: - JSON

/// The reader skips exactly what is JSON, and reads what the writer wrote.
func checkJSON(_ bytes: Span<UInt8>) {
  if let invalid = firstInvalidUTF8(in: bytes) {
    precondition(invalid < bytes.count, "an invalid byte is of the text")
    return
  }
  var reader = JSONReader(bytes)
  var isAccepted = true
  do {
    try reader.skipValue()
    try reader.expectEnd()
  } catch {
    precondition((0...bytes.count).contains(error.offset), "an error names a place of the text")
    precondition(error.found == reader.byte(at: error.offset), "an error names what stands there")
    isAccepted = false
  }
  var grammar = JSONGrammar(bytes)
  precondition(isAccepted == grammar.accepts(), "the reader and the grammar agree")

  reader.offset = 0
  guard reader.peek() == UInt8(ascii: "\""), let text = anyText(&reader) else { return }
  var json = JSONWriter()
  json.string(text)
  let written = json.bytes
  var again = JSONReader(written.span)
  precondition(anyText(&again) == text, "what was written is read")
}

private func anyText(_ reader: inout JSONReader) -> String? {
  do { return reader.text(try reader.anyString()) } catch { return nil }
}

// MARK: - Decimals and times

/// The first byte says how many places; the rest is the text.
///
/// Two readers that share no code agree on it, and what was read reads the same when written.
func checkDecimal(_ bytes: Span<UInt8>) {
  guard let first = bytes.indices.first, firstInvalidUTF8(in: bytes) == nil else { return }
  let places = Int(bytes[first]) % 20
  let digits = bytes.extracting(1..<bytes.count)
  let text = String(copying: digits)
  let parsed = Result { () throws(DecimalError) in try parseDecimal(text, places: places) }
  if case .success(let value) = parsed {
    let written = decimalText(value, decimals: places)
    let again = Result { () throws(DecimalError) in try parseDecimal(written, places: places) }
    precondition(again == parsed, "a decimal that was written is read again")
  }

  var reader = JSONReader(digits)
  let read = Result { () throws(WireError) in try reader.decimal(places: places) }
  let isWhole = reader.offset == digits.count
  switch read {
  case .success(let value?) where isWhole:
    precondition(parsed == .success(Int128(value)), "two readers of a decimal agree")
  case .success(nil) where isWhole:
    if case .success(let wide) = parsed {
      precondition(wide > Int128(Int64.max), "a decimal that fits is read")
    } else {
      precondition(parsed == .failure(.outOfRange), "a decimal that fits is read")
    }
  case .failure(let error):
    precondition((0...digits.count).contains(error.offset), "an error names a place of the text")
    if error.expected == .fewerFractionDigits, isWhole {
      precondition(parsed == .failure(.tooPrecise(offset: error.offset)), "two readers agree")
    }
  default: break
  }
  checkNumber(digits)
  checkTime(digits)
}

/// Any number of JSON as plain text is a decimal of the same text.
private func checkNumber(_ digits: Span<UInt8>) {
  var reader = JSONReader(digits)
  guard let plain = try? reader.plainDecimalText() else { return }
  var again = plain
  if again.hasPrefix("-") { again.removeFirst() }
  let bytes = Array(again.utf8)
  var second = JSONReader(bytes.span)
  precondition((try? second.plainDecimalText()) == again, "plain text stays what it is")
  precondition(second.offset == bytes.count, "plain text is one number")
}

/// A time that was read is the same when it is written and read again.
private func checkTime(_ digits: Span<UInt8>) {
  var reader = JSONReader(digits)
  guard let time = try? reader.timestamp() else { return }
  let bytes = Array("\"\(time)\"".utf8)
  var second = JSONReader(bytes.span)
  precondition((try? second.timestamp()) == time, "a time that was written is read again")
}
